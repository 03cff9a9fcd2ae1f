"""How a person comes to be seen: contacts, screening over several talks, and what bodies decide."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from kamkor.access.models import Desk, DeskOwned, DeskOwnedQuerySet, User
from kamkor.base.codelists import CodeField
from kamkor.people.models import (
    Carried,
    Consent,
    Person,
    PersonOwned,
    PersonOwnedQuerySet,
    carried,
    closed_to,
)
from kamkor.vault.models import Item

if TYPE_CHECKING:
    from kamkor.access.actor import Actor


class Line(DeskOwned):
    """A telephone line or messenger account that a desk answers."""

    code = models.SlugField(max_length=40, unique=True)
    number = models.CharField(max_length=40)
    channel = CodeField("channel", max_length=20)
    keeps_hashes = models.BooleanField(default=True)

    objects = DeskOwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.code


SILENT_WITHIN = timedelta(hours=24)
UNDO_WITHIN = timedelta(minutes=10)


class ContactQuerySet(DeskOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Contacts of the actor's desk, but for those about a person whose file is closed to them."""
        return super().visible_to(actor).exclude(closed_to(actor, "person"))

    def standing(self) -> Self:
        return self.filter(undone_at=None)

    def open(self) -> Self:
        return self.standing().filter(ended_at=None)

    def with_hash(self, caller_hash: str, now: datetime) -> Self:
        """Contacts from the same number, as long as its hash is kept; none for no number."""
        kept = self.standing().filter(caller_hash=caller_hash, hash_until__gt=now)
        return kept if caller_hash else kept.none()

    def silent_groups(self, now: datetime) -> QuerySet[Any, dict[str, Any]]:
        """Somebody who called silently again and again within 24 hours: `contact` (the last one), `times`
        and `last` of each. A quiet task, which passes by itself."""
        recent = self.standing().filter(started_at__gt=now - SILENT_WITHIN, started_at__lte=now)
        groups = recent.filter(kind="silent").exclude(caller_hash="").order_by().values("caller_hash")
        counted = groups.annotate(contact=Max("pk"), times=Count("pk"), last=Max("started_at"))
        often = counted.filter(times__gte=settings.SILENT_CONTACTS_FOR_TASK)
        shown: QuerySet[Any, dict[str, Any]] = often.values("contact", "times", "last").order_by("last")
        return shown


class Contact(DeskOwned):
    """One call, message or visit. Anonymous by default: it names nobody unless a person is linked later."""

    class Safe(models.TextChoices):
        YES = "yes"
        NO = "no"
        UNKNOWN = "unknown"

    line = models.ForeignKey(Line, models.PROTECT, null=True, blank=True, related_name="contacts")
    channel = CodeField("channel", max_length=20)
    kind = CodeField("contact_kind", max_length=20, blank=True)  # empty while open
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    seconds = models.PositiveIntegerField(null=True)
    operator = models.ForeignKey(User, models.PROTECT, related_name="+")
    safe_to_talk = models.CharField(max_length=10, choices=Safe, blank=True)
    about = CodeField("contact_about", max_length=20, blank=True)  # self | somebody else
    danger = CodeField("danger", max_length=20, blank=True)
    topic = CodeField("contact_topic", max_length=40, blank=True)
    advice = CodeField("contact_advice", max_length=40, blank=True)
    callback = CodeField("callback_rule", max_length=40, blank=True)
    outcome = CodeField("contact_outcome", max_length=40, blank=True)
    language = models.CharField(max_length=10, blank=True)
    country = CodeField("country", max_length=2, blank=True)  # where the trouble is
    caller_hash = models.CharField(max_length=64, blank=True, db_index=True)
    hash_until = models.DateTimeField(null=True)
    note = models.OneToOneField(Item, models.PROTECT, null=True, related_name="+")
    callback_number = models.OneToOneField(Item, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="contacts")
    silent_answers = models.JSONField(default=dict, blank=True)  # question of the script -> yes, no, none
    undone_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ContactQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["desk", "started_at"], name="contact_day"),
            models.Index(fields=["operator"], condition=Q(ended_at=None), name="contact_open"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, kind="") | (Q(ended_at__isnull=False) & ~Q(kind="")),
                name="contact_closed_as_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(caller_hash="") | Q(hash_until__isnull=False), name="contact_hash_has_an_end"
            ),
        ]

    def __str__(self) -> str:
        return f"contact {self.pk}"

    @property
    def open(self) -> bool:
        return self.ended_at is None

    @property
    def never_open(self) -> bool:
        """Closed by the key that made it."""
        return self.ended_at == self.started_at

    def can_be_undone(self, now: datetime) -> bool:
        """A slip of the finger is mended within ten minutes."""
        if self.ended_at is None or self.undone_at is not None or self.kind == "substantive":
            return False
        return now - self.ended_at <= UNDO_WITHIN


class Screening(PersonOwned):
    """Signs ticked from what she has told, over several talks. Nothing in it is required."""

    profile = CodeField("screening_profile", max_length=30)
    list_version = models.CharField(max_length=20)
    opened_at = models.DateTimeField(default=timezone.now)
    interviewer = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_aside_at = models.DateTimeField(null=True)
    second_reason = CodeField("second_screening_reason", max_length=30, blank=True)
    act = models.JSONField(default=list, blank=True)
    means = models.JSONField(default=list, blank=True)
    purpose = models.JSONField(default=list, blank=True)
    reasons = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+")

    objects = PersonOwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"screening {self.pk}"


class Talk(PersonOwned):
    """One talk of a screening: when, how long, who helped, why it stopped."""

    screening = models.ForeignKey(Screening, models.PROTECT, related_name="talks")
    at = models.DateTimeField(default=timezone.now)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    interpreter = models.BooleanField(default=False)
    stopped = CodeField("stop_reason", max_length=30, blank=True)

    objects = PersonOwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"talk {self.pk}"


class InterpretedTalkQuerySet(PersonOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """For whoever keeps files those of their desk; for an interpreter those that wait at the
        interpreter's desk, and those that the interpreter has taken."""
        if actor.role != "interpreter":
            return super().visible_to(actor)
        here = self.filter(interpreters_id=actor.desk_id).exclude(state=InterpretedTalk.State.CANCELLED)
        free = Q(taken_by=None, state=InterpretedTalk.State.ASKED)
        return here.filter(free | Q(taken_by=actor.user_id)).exclude(closed_to(actor, "person"))


class InterpretedTalk(PersonOwned):
    """A talk for which an interpreter is asked: by a code, a language and an hour, and by nothing of hers."""

    class State(models.TextChoices):
        ASKED = "asked"
        TAKEN = "taken"
        BEGUN = "begun"
        STEPPED_BACK = "stepped_back"
        CANCELLED = "cancelled"

    code = models.CharField(max_length=16, unique=True)
    interpreters = models.ForeignKey(
        Desk, models.PROTECT, related_name="+"
    )  # the desk whose interpreter comes
    language = CodeField("language", max_length=10)
    at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    oath_at = models.DateTimeField(null=True)  # given together with the check for kinship, at each talk

    objects = InterpretedTalkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="begun") | Q(oath_at__isnull=False), name="no_talk_without_oath"
            )
        ]

    def __str__(self) -> str:
        return self.code

    def relation_to(self, actor: "Actor") -> str:
        if actor.role == "interpreter":
            return "received" if actor.desk_id == self.interpreters_id else "none"
        return "own" if actor.desk_id == self.desk_id else "none"


class Answer(PersonOwned):
    """What she has told that bears on one sign. Unknown is normal and is not kept."""

    screening = models.ForeignKey(Screening, models.PROTECT, related_name="answers")
    indicator = CodeField("ilo_indicator", max_length=40)
    value = models.CharField(max_length=10, choices=[("yes", "yes"), ("no", "no"), ("unknown", "unknown")])
    at = models.DateTimeField(default=timezone.now)

    objects = PersonOwnedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["screening", "indicator"], name="one_answer_per_sign")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.value}"


class Fact(PersonOwned):
    """A dated fact of her standing; the four kinds come in any order, and a later one erases no earlier."""

    class Kind(models.TextChoices):
        PRESUMED = "presumed"
        DECISION = "decision"
        RECOVERY = "recovery"
        WHEREABOUTS = "whereabouts"

    kind = models.CharField(max_length=15, choices=Kind)
    on = models.CharField(max_length=10)  # a partial date: 2026, 2026-05 or 2026-05-03
    value = models.CharField(max_length=40, blank=True)  # confirmed, not_confirmed; or a whereabouts code
    body = CodeField("deciding_body", max_length=40, blank=True)
    ground = CodeField("presumption_ground", max_length=40, blank=True)
    until = models.DateField(null=True, blank=True)
    packet = models.ForeignKey("Packet", models.PROTECT, null=True, related_name="+")  # the one decided
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = PersonOwnedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["desk", "until"], condition=Q(kind="recovery"), name="fact_recovery")]
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "packet"], condition=Q(packet__isnull=False), name="one_fact_of_a_packet"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"


class PacketQuerySet(DeskOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Packets that the desk has prepared, and for a commission those submitted to it while she agrees."""
        if not actor.desk_id:
            return self.none()
        agreed = Consent.objects.in_force().filter(items=OuterRef("reasons"), receiver=OuterRef("commission"))
        sent = Q(commission_id=actor.desk_id, submitted_at__isnull=False) & Exists(agreed)
        mine = Q(desk_id=actor.desk_id) | sent
        return self.filter(mine & ~closed_to(actor, "person") | carried(actor))


class Packet(Carried, PersonOwned):
    """What a commission decides on: a code and the reasons, without name or account."""

    code = models.CharField(max_length=16, unique=True)
    commission = models.ForeignKey(Desk, models.PROTECT, related_name="+")
    reasons = models.OneToOneField(Item, models.PROTECT, related_name="+")
    signs = models.JSONField(default=list, blank=True)  # codes of the signs that the commission is told
    prepared_at = models.DateTimeField(default=timezone.now)
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision = CodeField("packet_decision", max_length=20, blank=True)  # "postponed" leaves it open
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answer = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+")

    objects = PacketQuerySet.as_manager()

    def __str__(self) -> str:
        return self.code

    DAYS_TO_DECIDE = 30

    @property
    def ref(self) -> str:
        """The name under which the commission opens its answer to the desk."""
        return f"packet:{self.pk}"

    @property
    def due_at(self) -> datetime | None:
        return self.submitted_at + timedelta(days=self.DAYS_TO_DECIDE) if self.submitted_at else None

    @property
    def late(self) -> bool:
        """Submitted more than 30 days ago and still not decided."""
        return self.due_at is not None and self.decided_at is None and self.due_at < timezone.now()

    def relation_to(self, actor: "Actor") -> str:
        if actor.desk_id == self.desk_id:
            return "own"
        if self.is_carried_to(actor):
            return "carried"
        return "received" if actor.desk_id == self.commission_id and self.submitted_at else "none"
