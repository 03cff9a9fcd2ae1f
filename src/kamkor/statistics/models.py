"""Figures with their source, the returns of bodies, and what was changed in them by whom and why."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language

from kamkor.access.models import DeskOwned, DeskOwnedQuerySet, User
from kamkor.base.codelists import CodeField

if TYPE_CHECKING:
    from kamkor.access.actor import Actor


class FigureQuerySet(models.QuerySet["Figure"]):
    def visible_to(self, actor: "Actor") -> Self:
        """Published figures are no secret: every desk may read them, as far as its roles have the page."""
        return self if actor.desk_id else self.none()


class Figure(models.Model):
    """A published figure as its source says it. None is overwritten by another: those that answer the same
    `question` stand side by side."""

    code = models.SlugField(max_length=80, unique=True)
    subject = CodeField("figure_subject", max_length=30)
    question = models.SlugField(max_length=60, blank=True)
    unit = CodeField("figure_unit", max_length=20)
    measure = models.JSONField(default=dict)  # language -> words
    said = models.CharField(max_length=40, blank=True)
    low = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    high = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)  # None: or more
    period = models.CharField(max_length=21, blank=True)  # 2026, 2026-05, or two of these with a stroke
    place = CodeField("place", max_length=20, blank=True)  # empty: the whole country
    definition = models.TextField(blank=True)
    source = models.TextField(blank=True)
    status = models.CharField(max_length=30, default="our proposal")
    edited_at = models.DateTimeField(null=True)

    objects = FigureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(high=None) | Q(low__lte=F("high")), name="figure_range_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def relation_to(self, actor: "Actor") -> str:
        return "any"

    @property
    def confirmed(self) -> bool:
        return self.status.startswith("verified")

    @property
    def measured(self) -> str:
        """What is counted, in the reader's language."""
        language = (get_language() or "en").split("-")[0]
        return str(self.measure.get(language) or self.measure.get("en") or self.code)


class FigureChange(models.Model):
    """One field of a figure as it was and as it is; only ever added."""

    figure = models.ForeignKey(Figure, models.PROTECT, related_name="changes")
    field = models.CharField(max_length=20)
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)
    why = models.TextField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.field} of {self.figure_id}"


class ReturnQuerySet(DeskOwnedQuerySet):
    def signed(self) -> Self:
        return self.filter(signed_at__isnull=False)


class Return(DeskOwned):
    """What a body reports of a half-year: numbers of its form, and words about nobody in particular."""

    period = models.CharField(max_length=6)  # 2026H1
    words = models.JSONField(default=dict, blank=True)  # code of the list of texts -> text
    entered_at = models.DateTimeField(default=timezone.now)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ReturnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk", "period"], name="one_return_of_a_period"),
            models.CheckConstraint(
                condition=Q(signed_by=None) | ~Q(signed_by=F("entered_by")), name="return_signed_by_another"
            ),
        ]

    def __str__(self) -> str:
        return self.period


class ReturnFigure(DeskOwned):
    """One number of a return; none is not known, which is not nothing."""

    part_of = models.ForeignKey(Return, models.PROTECT, related_name="figures")
    item = CodeField("return_item", max_length=40)
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True)

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["part_of", "item"], name="one_number_of_an_item"),
            models.CheckConstraint(condition=Q(value=None) | Q(value__gte=0), name="return_not_negative"),
        ]

    def __str__(self) -> str:
        return str(self.item)


class ReturnChangeQuerySet(DeskOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Read where the number is now, which may have come along from a desk that is no more."""
        return self.filter(figure__desk_id=actor.desk_id) if actor.desk_id else self.none()


class ReturnChange(DeskOwned):
    """A number that was changed after it had been signed, and at which desk; only ever added."""

    only_added = True

    figure = models.ForeignKey(ReturnFigure, models.PROTECT, related_name="changes")
    old = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    new = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    why = models.TextField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ReturnChangeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"change of {self.figure_id}"


class Estimate(DeskOwned):
    """One run of the hidden number: how many people are on which lists together (no row of anybody), what is
    said of the lists, with which settings it was computed, what came out, and who signed for which figure."""

    class State(models.TextChoices):
        DRAFT = "draft"
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # lists: names; counts: pairs of a history, whose bits are the lists, and its people; alone: without own
    # referrals, where these are known
    table = models.JSONField()
    sha256 = models.CharField(max_length=64)  # of the table as a file
    about = models.JSONField(default=dict, blank=True)
    settings = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    step = models.PositiveSmallIntegerField(default=0)
    steps = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    answer = models.JSONField(null=True)
    done_at = models.DateTimeField(null=True)
    method = models.CharField(max_length=20, blank=True)  # whose figure is signed for
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    seconded_at = models.DateTimeField(null=True)
    seconded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    figure = models.ForeignKey(Figure, models.PROTECT, null=True, related_name="+")  # once it is published

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(seconded_by=None) | ~Q(seconded_by=F("signed_by")), name="estimate_signed_by_two"
            ),
        ]

    def __str__(self) -> str:
        return f"estimate {self.pk}"

    @property
    def found(self) -> dict[str, Any]:  # what was read from JSON has no narrower type
        """The answer; empty before there is one."""
        return self.answer or {}


class ReleaseQuerySet(models.QuerySet["Release"]):
    def visible_to(self, actor: "Actor") -> Self:
        """What is to be published is protected already: desks may read it, as far as roles have the page."""
        return self if actor.desk_id else self.none()

    def published(self) -> Self:
        return self.filter(published_at__isnull=False)


class Release(models.Model):
    """One version of a data set for everybody: made by disclosure control, out when two people have signed.
    Versions that follow leave it at its address."""

    data_set = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=20)  # suppress, kanon, dp-synthetic
    title = models.CharField(max_length=120, blank=True)  # where it is no table of an indicator
    period = models.CharField(max_length=21)  # 2025, or 2024/2025
    changes = models.TextField(blank=True)  # what is new, for everybody
    about = models.JSONField(default=dict)  # how it was protected, for everybody
    counted = models.JSONField(default=dict)  # exact, on no page: see publishing.tables
    prepared_at = models.DateTimeField(default=timezone.now)
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    why_withdrawn = models.TextField(blank=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["data_set", "version"], name="one_release_of_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.data_set} {self.version}"

    def relation_to(self, actor: "Actor") -> str:
        return "any"


class ReleaseFile(models.Model):
    """A file of a release; those that are not public are for the two who sign."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="files")
    name = models.CharField(max_length=60)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    public = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "name"], name="one_file_of_a_name_in_a_release"),
        ]

    def __str__(self) -> str:
        return self.name


class ReleaseSignature(models.Model):
    """One of the two people who answer for it; only ever added."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="signatures")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "by"], name="two_people_sign_a_release"),
        ]

    def __str__(self) -> str:
        return f"signature {self.pk}"


class PublicCount(models.Model):
    """What everybody was told of one number: the years as they were counted for it (on no page), and every
    cell as it was told. Only ever added: see `publishing.public`."""

    measure = models.SlugField(max_length=80)
    counted = models.JSONField(default=dict)  # year, group, form -> count
    cells = models.JSONField(default=list)  # period, group, form, value, most
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["measure"], name="public_count_of_a_measure")]

    def __str__(self) -> str:
        return self.measure
