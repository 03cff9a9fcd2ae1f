"""Questionnaires of a desk, the telephones that fill them in, and what these have sent.

What a telephone sends is sealed to the desk as it came. Beside it stand, open, the answers to the questions
that may be counted: choices and numbers, but none that the desk has sealed besides.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from kamkor.access.models import Desk, DeskOwned, DeskOwnedQuerySet, Membership, User
from kamkor.assistance.models.cases import handed_over
from kamkor.people.models import closed_to
from kamkor.vault.models import Item, KeyPair

if TYPE_CHECKING:
    from kamkor.access.actor import Actor
    from kamkor.assistance.models import Case

Row = TypeVar("Row", bound=models.Model)


class QuestionnaireQuerySet(DeskOwnedQuerySet):
    def offered_to(self, kind: str) -> Self:
        """The open ones that a device of this kind may fill in."""
        return self.filter(is_open=True, fill_by__in=Questionnaire.FILL_BY[kind])


def copied(row: Row, **changes: Any) -> Row:
    """Another row like this one, but for the changes."""
    fields = [field.attname for field in row._meta.concrete_fields if not field.primary_key]
    same = {name: getattr(row, name) for name in fields if name.removesuffix("_id") not in changes}
    return type(row)._base_manager.create(**same, **changes)


class Questionnaire(DeskOwned):
    """A form under one id, in all its versions. Only an open one is offered to whoever may fill it in."""

    EVERYBODY, DESK, STAFF = "everybody", "desk", "staff"  # with links; telephones and staff; staff alone
    READERS = "readers"  # who opens filled forms
    FILL_BY = {"phone": (EVERYBODY, DESK), "browser": (EVERYBODY, DESK, STAFF), "link": (EVERYBODY,)}

    form_id = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    is_open = models.BooleanField(default=True)
    # Questions whose answers are sealed though they could be counted, by their paths.
    sealed = models.JSONField(default=list)
    # People, whose small numbers are hidden; organisations, which no state body reads by name; or places.
    of_people = models.BooleanField(default=True)
    of_organisations = models.BooleanField(default=False)
    fill_by = models.CharField(max_length=10, default=EVERYBODY)
    seen_by = models.CharField(max_length=10, default=DESK)  # or READERS
    # To what it may be attached: keys of Tie.KINDS.
    ties_to = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "form_id"], name="one_form_of_an_id")]

    def __str__(self) -> str:
        return self.title

    @property
    def of(self) -> str:
        """What one filled form tells of."""
        return "people" if self.of_people else "organisations" if self.of_organisations else "places"

    def newest(self) -> "Version":
        version: Version = self.versions.order_by("-pk")[0]
        return version

    def counterpart(self, into: Desk) -> "Questionnaire":
        """The same form at another desk, where answers go along with somebody's file: its own, or a copy."""
        found = Questionnaire._base_manager.filter(desk=into, form_id=self.form_id).first()
        if found is None:
            found = copied(self, desk=into)
            for version in self.versions.order_by("pk"):
                one = copied(version, desk=into, questionnaire=found)
                for file in version.media.order_by("pk"):
                    copied(file, desk=into, version=one)
            for row in (*self.codes.order_by("pk"), *self.fillings.order_by("pk")):
                copied(row, desk=into, questionnaire=found)
        return found


class VersionQuerySet(DeskOwnedQuerySet):
    def current(self) -> Self:
        """The newest version of each questionnaire."""
        newest = Version._base_manager.filter(questionnaire=models.OuterRef("questionnaire")).order_by("-pk")
        return self.filter(pk=models.Subquery(newest.values("pk")[:1]))

    def light(self) -> Self:
        """Without the form itself, which is large."""
        return self.defer("workbook", "xform")


class Version(DeskOwned):
    """One version of a questionnaire: the workbook as it was sent, and what telephones get of it."""

    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="versions")
    version = models.CharField(max_length=60)
    workbook = models.BinaryField()
    xform = models.TextField()
    digest = models.CharField(max_length=40)  # of the xform, as lists of forms tell it
    counted = models.JSONField(default=list)  # the questions that may be counted, by their paths
    repeats = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "version"], name="one_form_of_a_version")
        ]

    def __str__(self) -> str:
        return self.version

    def counterpart(self, into: Desk) -> "Version":
        """The version of the same name at another desk, or the newest there."""
        form = self.questionnaire.counterpart(into)
        return form.versions.filter(version=self.version).first() or form.newest()


class MediaFile(DeskOwned):
    """A picture, sound or list that a form shows; it says nothing of anybody who fills it in."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="media")
    name = models.CharField(max_length=100)
    content = models.BinaryField()
    digest = models.CharField(max_length=40)

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="one_media_file_of_a_name")]

    def __str__(self) -> str:
        return self.name


class DeviceQuerySet(DeskOwnedQuerySet):
    def alive(self) -> Self:
        """Those not shut out; of browsers, those whose owner still works at the desk."""
        staff = Membership.objects.current().filter(user=OuterRef("made_by"), desk=OuterRef("desk"))
        today = Q(ends_on=None) | Q(ends_on__gte=timezone.localdate())
        owned = ~Q(kind=Device.Kind.BROWSER) | Q(Exists(staff))
        return self.filter(today, owned, ended_at=None, desk__active=True)


class Device(DeskOwned):
    """What may fill in the open forms of its desk and read nothing; its secret is in no column.

    A telephone with ODK Collect; the browser of a colleague, who works in it without a line; or a link that
    anybody may follow, to one form.
    """

    class Kind(models.TextChoices):
        PHONE = "phone"
        BROWSER = "browser"
        LINK = "link"

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PHONE)
    name = models.CharField(max_length=80)
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, null=True, related_name="links")
    tie = models.ForeignKey("surveys.Tie", models.PROTECT, null=True, related_name="links")  # of a link
    why = models.CharField(max_length=300, blank=True)  # what a link is for, told to whoever follows it
    ends_on = models.DateField(null=True)
    sign_in = models.CharField(max_length=16, blank=True)  # of a browser: in which it was begun
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = DeviceQuerySet.as_manager()

    def __str__(self) -> str:
        return f"device {self.pk}"

    def counterpart(self, into: Desk) -> "Device":
        """What stands for it at another desk: shut out, without a secret. It names whence answers came."""
        digest = f"moved-{self.pk}-{into.pk}"
        found = Device._base_manager.filter(digest=digest).first()
        changes = {"ended_at": timezone.now(), "questionnaire": None, "tie": None, "sign_in": ""}
        return found or copied(self, desk=into, digest=digest, **changes)


def hidden_case(actor: "Actor", case: str) -> Q:
    """Rows whose case (the path `case` leads to it, if there is one) is kept from the actor."""
    return closed_to(actor, f"{case}__person") | Q(handed_over(case))


class SubmissionQuerySet(DeskOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """The desk's, but for answers of a case that the actor may not see."""
        return super().visible_to(actor).exclude(hidden_case(actor, "tie__case"))

    def counted(self) -> Self:
        """Those that no later one has replaced."""
        return self.filter(replaced_by=None)


class Submission(DeskOwned):
    """One filled form: sealed as it came, and of it, open, what may be counted."""

    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="submissions")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, models.PROTECT, related_name="+")
    instance_id = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)  # of what was sent: whether it came again, or another one
    received_at = models.DateTimeField(default=timezone.now)
    answers = models.JSONField(default=dict)  # {"main": {question: answer}, "repeats": {repeat: [{…}]}}
    item = models.OneToOneField(Item, models.PROTECT, related_name="+")
    replaced_by = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaces")
    tie = models.ForeignKey("surveys.Tie", models.PROTECT, null=True, related_name="submissions")

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "instance_id"], name="one_submission_of_an_id")
        ]
        indexes = [models.Index(fields=["received_at"])]

    def __str__(self) -> str:
        return f"submission {self.pk}"

    @property
    def case(self) -> "Case | None":
        """Of whose file it is part: who looks at it needs a reason to look at that."""
        return self.tie.case if self.tie is not None else None

    @classmethod
    def let_go(cls, keys: Collection[int]) -> None:
        """These are erased with somebody's file: a correction does not hold what it has corrected."""
        cls._base_manager.filter(pk__in=keys).update(replaced_by=None)


class PartQuerySet(DeskOwnedQuerySet):
    """Rows of one filled form."""

    def visible_to(self, actor: "Actor") -> Self:
        return super().visible_to(actor).exclude(hidden_case(actor, "submission__tie__case"))


class Attachment(DeskOwned):
    """A picture or another file that came with a submission, sealed."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    item = models.OneToOneField(Item, models.PROTECT, related_name="+")

    objects = PartQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "name"], name="one_file_of_a_name")]

    def __str__(self) -> str:
        return f"attachment {self.pk}"

    @property
    def case(self) -> "Case | None":
        return self.submission.case


class QuarantineQuerySet(DeskOwnedQuerySet):
    def waiting(self) -> Self:
        return self.filter(taken_at=None)


class Quarantined(DeskOwned):
    """What could not be taken, sealed byte for byte, so that it can be tried again after a mend."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="+")
    problem = models.CharField(max_length=30)  # a key of receiving.PROBLEMS
    media_type = models.CharField(max_length=300)
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True)
    item = models.OneToOneField(Item, models.PROTECT, related_name="+")

    objects = QuarantineQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "digest"], name="kept_aside_once")]
        indexes = [models.Index(fields=["received_at"])]

    def __str__(self) -> str:
        return f"quarantined {self.pk}"


class EnvelopeQuerySet(DeskOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Filled forms are the desk's; what somebody has written down is first of all hers."""
        rows = super().visible_to(actor)
        return rows.filter(Q(kind=Envelope.FORM) | Q(device__made_by=actor.user_id))

    def waiting(self) -> Self:
        return self.filter(done_at=None)


class Envelope(DeskOwned):
    """What a browser sealed to the desk's key when it was written: nobody but the desk opens it, so that it
    waits here until somebody with an open vault is there. Its content is gone once it was taken over; the
    row stays, so that the browser is told the same if it sends once more."""

    FORM = "form"

    device = models.ForeignKey(Device, models.PROTECT, related_name="+")
    mark = models.UUIDField()  # the browser's own, which it keeps however often it sends
    kind = models.CharField(max_length=20)  # FORM, or a key of fieldday.DAY
    pair = models.ForeignKey(KeyPair, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()  # by the clock of the device
    clock_off = models.IntegerField(default=0)  # seconds by which that clock was behind ours when it sent
    received_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=30, blank=True)  # a key of receiving.PROBLEMS
    item = models.OneToOneField(Item, models.PROTECT, related_name="+")
    tie = models.ForeignKey("surveys.Tie", models.PROTECT, null=True, related_name="envelopes")

    objects = EnvelopeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "mark"], name="one_envelope_of_a_mark")]
        indexes = [models.Index(fields=["received_at"])]

    def __str__(self) -> str:
        return f"envelope {self.pk}"

    @classmethod
    def left_behind(cls, keys: Collection[int]) -> set[int]:
        """Of those that lead to somebody whose file moves to another desk, what that desk could not open: it
        waits sealed to this one's key. It stays, and is answers to the form alone."""
        rows = cls._base_manager.filter(pk__in=keys, done_at=None)
        stay = set(rows.values_list("pk", flat=True))
        rows.update(tie=None)
        return stay

    @property
    def receipt(self) -> str:
        """What the sender is told, and can name by telephone."""
        return f"{self.digest[:4]}-{self.digest[4:8]}".upper()

    @property
    def written_at(self) -> datetime:
        """When it was written by our clock."""
        return self.made_at + timedelta(seconds=self.clock_off)


from kamkor.surveys.coded import AnswerCode, CodedAnswer  # noqa: E402, F401 - built on the models above
from kamkor.surveys.tied import Activity, Filled, Filling, Tie  # noqa: E402, F401
