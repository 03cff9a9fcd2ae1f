"""How a person comes to be seen: contacts, screening over several talks, and what bodies decide."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from kamkor.access.models import Desk, DeskOwned, DeskOwnedQuerySet, User
from kamkor.base.codelists import CodeField
from kamkor.people.models import Exclusion, Person, PersonOwned
from kamkor.vault.models import Item

if TYPE_CHECKING:
    from kamkor.access.actor import Actor


class Line(DeskOwned):
    """A telephone line or messenger account that a desk answers."""

    code = models.SlugField(max_length=40, unique=True)
    number = models.CharField(max_length=40)
    channel = CodeField("channel", max_length=20)
    keeps_hashes = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.code


class ContactQuerySet(DeskOwnedQuerySet):
    def standing(self) -> Self:
        return self.filter(undone_at=None)


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
    undone_at = models.DateTimeField(null=True)

    objects = ContactQuerySet.as_manager()

    def __str__(self) -> str:
        return f"contact {self.pk}"

    @property
    def open(self) -> bool:
        return self.ended_at is None


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

    def __str__(self) -> str:
        return f"screening {self.pk}"


class Talk(PersonOwned):
    """One talk of a screening: when, how long, who helped, why it stopped."""

    screening = models.ForeignKey(Screening, models.PROTECT, related_name="talks")
    at = models.DateTimeField(default=timezone.now)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    interpreter = models.BooleanField(default=False)
    stopped = CodeField("stop_reason", max_length=30, blank=True)

    def __str__(self) -> str:
        return f"talk {self.pk}"


class Answer(PersonOwned):
    """What she has told that bears on one sign. Unknown is normal and is not kept."""

    screening = models.ForeignKey(Screening, models.PROTECT, related_name="answers")
    indicator = CodeField("ilo_indicator", max_length=40)
    value = models.CharField(max_length=10, choices=[("yes", "yes"), ("no", "no"), ("unknown", "unknown")])
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["screening", "indicator"], name="one_answer_per_sign")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.value}"


class Fact(PersonOwned):
    """A dated fact of her standing; the four kinds come in any order and a later one does not erase an earlier."""

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
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"


class PacketQuerySet(DeskOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Packets that the desk has prepared, and for a commission those submitted to it."""
        if not actor.desk_id:
            return self.none()
        barred = Exclusion.barring(actor).filter(person=OuterRef("person"))
        mine = Q(desk_id=actor.desk_id) | Q(commission_id=actor.desk_id, submitted_at__isnull=False)
        return self.filter(mine).exclude(Exists(barred))


class Packet(PersonOwned):
    """What a commission decides on: a code and the reasons, without name or account."""

    code = models.CharField(max_length=16, unique=True)
    commission = models.ForeignKey(Desk, models.PROTECT, related_name="+")
    reasons = models.OneToOneField(Item, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(default=timezone.now)
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=20, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answer = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+")

    objects = PacketQuerySet.as_manager()

    def __str__(self) -> str:
        return self.code

    def relation_to(self, actor: "Actor") -> str:
        if actor.desk_id == self.desk_id:
            return "own"
        return "received" if actor.desk_id == self.commission_id and self.submitted_at else "none"
