"""To what in the work a form belongs, which of its answers may fill which fields, and which did."""

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from kamkor.access.models import DeskOwned, DeskOwnedQuerySet, User
from kamkor.assistance.models import Case
from kamkor.base.codelists import CodeField
from kamkor.directory.models import OutsideOrganisation
from kamkor.surveys.models import PartQuerySet, Questionnaire, Submission, hidden_case

if TYPE_CHECKING:
    from kamkor.access.actor import Actor


class Activity(DeskOwned):
    """A training or a campaign of the desk: when it was and how many took part, nobody's name."""

    kind = CodeField("activity_kind", max_length=20)
    title = models.CharField(max_length=200)
    on = models.DateField()
    place = models.CharField(max_length=120, blank=True)
    participants = models.PositiveIntegerField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["desk", "-on"])]

    def __str__(self) -> str:
        return f"activity {self.pk}"


class TieQuerySet(DeskOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """The desk's, but for those to a case that the actor may not see."""
        return super().visible_to(actor).exclude(hidden_case(actor, "case"))


class Tie(DeskOwned):
    """A form attached to one case, one training or campaign, or one organisation: what is answered to it
    there, once or in several rounds, belongs to it. Browsers know it by its mark, which says nothing."""

    KINDS = ("case", "activity", "organisation")

    mark = models.UUIDField(unique=True, default=uuid.uuid4)
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="ties")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="ties")
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(OutsideOrganisation, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = TieQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(case__isnull=False, activity=None, organisation=None)
                    | Q(case=None, activity__isnull=False, organisation=None)
                    | Q(case=None, activity=None, organisation__isnull=False)
                ),
                name="form_tied_to_one",
            ),
            models.UniqueConstraint(fields=["questionnaire", "case"], name="form_tied_once_to_a_case"),
            models.UniqueConstraint(
                fields=["questionnaire", "activity"], name="form_tied_once_to_an_activity"
            ),
            models.UniqueConstraint(
                fields=["questionnaire", "organisation"], name="form_tied_once_to_an_organisation"
            ),
        ]

    def __str__(self) -> str:
        return f"tie {self.pk}"

    @property
    def kind(self) -> str:
        return next(kind for kind in self.KINDS if getattr(self, f"{kind}_id") is not None)

    @property
    def subject(self) -> Case | Activity | OutsideOrganisation:
        found: Case | Activity | OutsideOrganisation = getattr(self, self.kind)
        return found

    def address(self) -> str:
        """The page of what it is attached to, where its answers are."""
        return reverse(f"{self.kind}-forms", args=[getattr(self, f"{self.kind}_id")])


class Filling(DeskOwned):
    """The answer to this question may fill this field: `codes` say which choice is which code there."""

    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="fillings")
    question = models.CharField(max_length=500)  # its path
    target = models.CharField(max_length=40)  # a key of filling.TARGETS
    codes = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "question", "target"], name="question_fills_a_field_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.target}"


class Filled(DeskOwned):
    """Where a fact comes from: which answer of which filled form somebody has put into which field."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="filled")
    question = models.CharField(max_length=500)
    target = models.CharField(max_length=40)
    value = models.JSONField()  # as the field has it
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = PartQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.target} of {self.submission_id}"
