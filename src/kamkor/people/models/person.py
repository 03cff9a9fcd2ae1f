"""A person and what is known of who she is: the open half, the sealed half, her consents, her exclusions."""

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kamkor.access.models import Desk, DeskOwned, DeskOwnedQuerySet, User
from kamkor.base.codelists import CodeField
from kamkor.base.rows import RowExists
from kamkor.directory.places import chain
from kamkor.methods.names import FOLDING
from kamkor.vault.models import File, Item

if TYPE_CHECKING:
    from kamkor.access.actor import Actor


def filed_today() -> int:
    """How the names and numbers of a new person are filed."""
    return FOLDING


class PersonQuerySet(DeskOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Persons of the actor's desk, but for those whose file is closed to the user, desk or place."""
        return super().visible_to(actor).exclude(closed_to(actor, "pk"))

    def standing(self) -> Self:
        """Without those that were merged into another."""
        return self.filter(merged_into=None)


class Person(DeskOwned):
    """Somebody a desk keeps a file of. The code says nothing about her and is shown to no other desk."""

    class Age(models.TextChoices):
        ADULT = "adult"
        CHILD = "child"
        DOUBT = "doubt"  # treated as a child until known better

    FACTS = ("sex", "age", "birth_year", "citizenships", "languages", "interpreter", "home_place")

    code = models.CharField(max_length=16, unique=True)
    file = models.OneToOneField(File, models.PROTECT, related_name="+")
    sex = CodeField("sex", max_length=20, blank=True)
    age = models.CharField(max_length=10, choices=Age, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    citizenships = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=list, blank=True)
    interpreter = models.BooleanField(default=False)
    home_place = CodeField("place", max_length=20, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    # Her case went to another desk: the last day on which ours reads, when the file was locked away then,
    # and whether our index of names and numbers still has her.
    read_until = models.DateField(null=True)
    left_at = models.DateTimeField(null=True)
    listed = models.BooleanField(default=True)
    erased_at = models.DateTimeField(null=True)  # what is left of her is for counting alone
    filed_as = models.PositiveSmallIntegerField(default=filed_today)  # less: by an older release
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_year=None) | Q(birth_year__gte=1900, birth_year__lte=2100),
                name="person_birth_year",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=models.F("id")), name="person_not_merged_into_self"
            ),
        ]
        indexes = [
            models.Index(fields=["desk", "birth_year"], condition=Q(age="child"), name="person_child"),
            models.Index(fields=["desk"], condition=Q(left_at__isnull=False), name="person_left"),
            models.Index(fields=["desk"], condition=Q(left_at=None, listed=False), name="person_unlisted"),
            models.Index(fields=["desk", "filed_as"], condition=Q(left_at=None), name="person_filed_as"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def version(self) -> str:
        """Changes whenever one of the open facts does, so that two people editing at once are noticed."""
        told = {name: getattr(self, name) for name in self.FACTS}
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]

    @property
    def is_child(self) -> bool:
        """Under 18, or in doubt: the child's path applies."""
        return self.age in {self.Age.CHILD, self.Age.DOUBT}

    def age_in(self, year: int) -> str:
        """Adult or child in a year; what was recorded where that cannot be told."""
        if self.birth_year is None or year - self.birth_year == 18:
            return self.age
        return self.Age.CHILD if year - self.birth_year < 18 else self.Age.ADULT

    def standing(self) -> "Person":
        """The file that this one was merged into, or itself."""
        person = self
        while person.merged_into is not None:
            person = person.merged_into
        return person

    def all_ids(self) -> list[int]:
        """The standing file and all that were merged into it: rows of any of them are rows about her."""
        found = level = [self.standing().pk]
        while level:
            merged = Person._base_manager.filter(merged_into__in=level)
            level = list(merged.order_by("pk").values_list("pk", flat=True))
            found = found + level
        return found


def closed_to(actor: "Actor", person: str) -> Q:
    """Rows whose person (the column `person` says who) is kept from the actor by an exclusion, or has left
    the actor's desk with a case that another desk took over."""
    met = {column: values for column, values in Exclusion.meeting(actor).items() if values}
    tests = " OR ".join(f"{column} IN ({', '.join(['%s'] * len(values))})" for column, values in met.items())
    barred = "SELECT 1 FROM people_exclusion WHERE person_id = {} AND lifted_at IS NULL"
    gone = "SELECT 1 FROM people_person p WHERE p.id = {} AND p.desk_id = %s AND p.read_until < %s"
    given = [value for values in met.values() for value in values]
    selects = [f"{barred} AND ({tests or '1 = 0'})", gone]
    return Q(RowExists(person, selects, [*given, actor.desk_id, timezone.localdate()]))


class PersonOwnedQuerySet(DeskOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Rows whose person the actor may see."""
        return super().visible_to(actor).exclude(closed_to(actor, "person"))


class PersonOwned(DeskOwned):
    """A row about one person, of the desk that keeps her file."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="%(class)ss")

    class Meta:
        abstract = True


class Carried(models.Model):
    """A row that runs on after a handover: the desk that took her case over, with its own file of her, may
    end it from then on. It stands to it in the relation `carried`."""

    carried_to = models.ForeignKey(Desk, models.PROTECT, null=True, related_name="+")
    carried_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True

    @property
    def keeper(self) -> Desk:
        """The desk that answers for it now."""
        return self.carried_to or self.desk  # type: ignore[attr-defined]

    def is_carried_to(self, actor: "Actor") -> bool:
        return self.carried_to_id is not None and self.carried_to_id == actor.desk_id

    def person_of(self, actor: "Actor") -> Person:
        """Her file at the actor's desk."""
        person = self.carried_person if self.is_carried_to(actor) else self.person  # type: ignore[attr-defined]
        assert isinstance(person, Person)
        return person


def carried(actor: "Actor") -> Q:
    """Rows that run on at other desks for somebody whose case the actor's desk took over."""
    return Q(carried_to=actor.desk_id, carried_to__isnull=False) & ~closed_to(actor, "carried_person")


class Particular(PersonOwned):
    """One sealed fact of who she is or how she is reached: a name, a telephone, a date of birth."""

    kind = CodeField("particular", max_length=30)
    item = models.OneToOneField(Item, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = PersonOwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class RelationshipQuerySet(PersonOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Rows of which the actor may see both persons."""
        return super().visible_to(actor).exclude(closed_to(actor, "other"))


class Relationship(PersonOwned):
    """Two persons of one desk who belong together; `kind` is what `other` is to `person`."""

    other = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = CodeField("relationship", max_length=30)

    objects = RelationshipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(person=models.F("other")), name="related_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.other_id}"


class Exclusion(DeskOwned):
    """Who must never see, receive or be offered this person's file: a user, a desk, or a whole place."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="exclusions")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    excluded_desk = models.ForeignKey(Desk, models.PROTECT, null=True, blank=True, related_name="+")
    place = CodeField("place", max_length=20, blank=True)
    reason = CodeField("exclusion_reason", max_length=30)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True)

    objects = PersonOwnedQuerySet.as_manager()  # hidden from those whom it keeps out

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(user__isnull=False, excluded_desk=None, place="")
                    | Q(user=None, excluded_desk__isnull=False, place="")
                    | (Q(user=None, excluded_desk=None) & ~Q(place=""))
                ),
                name="exclusion_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"exclusion {self.pk}"

    @classmethod
    def barring(cls, actor: "Actor") -> models.QuerySet["Exclusion"]:
        """The exclusions in force that meet this actor."""
        met = Q(pk__in=[])
        for column, values in cls.meeting(actor).items():
            met |= Q(**{f"{column}__in": values})
        return cls._base_manager.filter(lifted_at=None).filter(met)

    @staticmethod
    def meeting(actor: "Actor") -> dict[str, list[Any]]:
        """What an exclusion says, by column, when it keeps somebody out and meets this actor."""
        desks = [actor.desk_id] if actor.desk_id else []
        places = chain(actor.desk.place) if actor.desk_id else []
        return {"user_id": list(actor.barred_as), "excluded_desk_id": desks, "place": places}

    @classmethod
    def bars_desk(cls, person: Person, desk: Desk) -> bool:
        """Whether an exclusion keeps this person's file from `desk`."""
        rows = cls._base_manager.filter(person=person, lifted_at=None)
        return rows.filter(Q(excluded_desk=desk) | Q(place__in=chain(desk.place))).exists()

    @classmethod
    def bars_place(cls, person: Person, place: str) -> bool:
        """Whether an exclusion keeps this person's file from all who work in `place`."""
        return cls._base_manager.filter(person=person, lifted_at=None, place__in=chain(place)).exists()


class ConsentQuerySet(PersonOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Those given to the actor's desk, and those that run on after a handover to it."""
        own = Q(desk_id=actor.desk_id) & ~closed_to(actor, "person")
        return self.filter(own | carried(actor)) if actor.desk_id else self.none()

    def in_force(self, at: datetime | None = None) -> Self:
        """Those that allow what they say at this moment; a story only once a second person has checked it."""
        day = timezone.localdate(at)
        unchecked = Q(layer=Consent.Layer.STORY, upheld=None)
        running = self.filter(Q(ends_on=None) | Q(ends_on__gte=day), withdrawn_at=None)
        return running.exclude(upheld=False).exclude(unchecked)

    def to_review(self, actor: "Actor") -> Self:
        """Those that wait for a second person, who this actor may be: the most urgent first."""
        waiting = self.visible_to(actor).filter(desk_id=actor.desk_id, review_due__isnull=False)
        waiting = waiting.filter(reviewed_at=None, withdrawn_at=None)
        return waiting.exclude(taken_by=actor.user_id).order_by("review_due", "pk")


def allowed_by(consent: str) -> RowExists:
    """Whether the consent that the column `consent` names is `in_force` today."""
    select = (
        "SELECT 1 FROM people_consent c WHERE c.id = {} AND c.withdrawn_at IS NULL"
        " AND (c.ends_on IS NULL OR c.ends_on >= %s) AND (c.upheld OR c.upheld IS NULL AND c.layer <> %s)"
    )
    return RowExists(consent, [select], [timezone.localdate(), Consent.Layer.STORY.value])


class Consent(Carried, PersonOwned):
    """A dated agreement: what for, to whom, which items, until when; or the emergency that stood for it."""

    class Layer(models.TextChoices):
        FILE = "file"  # day 1: to help me and keep a file here
        SHARING = "sharing"
        STORY = "story"  # stories, photos and interviews: two people's check

    class Ground(models.TextChoices):
        CONSENT = "consent"
        EMERGENCY = "emergency"
        CHILD = "child"

    layer = models.CharField(max_length=10, choices=Layer)
    ground = models.CharField(max_length=10, choices=Ground, default=Ground.CONSENT)
    purpose = CodeField("consent_purpose", max_length=30)
    receiver = models.ForeignKey(Desk, models.PROTECT, null=True, blank=True, related_name="+")
    outside = models.ForeignKey(
        "directory.OutsideOrganisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    items = models.ManyToManyField(Item, related_name="consents")
    language = models.CharField(max_length=10)
    interpreter = models.BooleanField(default=False)
    given_at = models.DateTimeField(default=timezone.now)
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ends_on = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.ForeignKey(
        Item, models.PROTECT, null=True, related_name="+"
    )  # sealed; emergency and child
    review_due = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    upheld = models.BooleanField(null=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(layer="file") | Q(receiver__isnull=False) | Q(outside__isnull=False),
                name="consent_names_its_receiver",
            ),
            models.CheckConstraint(
                condition=Q(layer="file") | Q(ends_on__isnull=False), name="consent_to_share_has_an_end"
            ),
            models.CheckConstraint(
                condition=Q(ground="consent") | Q(review_due__isnull=False), name="emergency_is_reviewed"
            ),
        ]

    def __str__(self) -> str:
        return f"consent {self.pk}"

    def relation_to(self, actor: "Actor") -> str:
        return "carried" if self.is_carried_to(actor) else super().relation_to(actor)

    @property
    def ref(self) -> str:
        """The name under which the vault keeps every key given under this consent: whoever shares items
        because of it passes this to `Keyring.share`, so that withdrawing it shuts all of them at once."""
        return f"consent:{self.pk}"

    @property
    def state(self) -> str:
        """in_force, withdrawn, ended, waiting (for a second person's check) or not_upheld."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        if self.upheld is False:
            return "not_upheld"
        if self.ends_on is not None and self.ends_on < timezone.localdate():
            return "ended"
        return "waiting" if self.layer == self.Layer.STORY and self.upheld is None else "in_force"

    @property
    def is_active(self) -> bool:
        return self.state == "in_force"

    @property
    def review_open(self) -> bool:
        return self.review_due is not None and self.reviewed_at is None and self.withdrawn_at is None


class Flag(PersonOwned):
    """A mark on a file that colleagues must see first. Never health, pregnancy, sex work or orientation."""

    kind = CodeField("flag_kind", max_length=30)
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+")
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(default=timezone.now)
    cleared_at = models.DateTimeField(null=True)

    objects = PersonOwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
