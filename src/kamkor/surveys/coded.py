"""What people wrote in their own words, coded by hand: a desk's codes, and which of them an answer got."""

from django.db import models
from django.utils import timezone

from kamkor.access.models import DeskOwned, DeskOwnedQuerySet, User
from kamkor.surveys.models import PartQuerySet, Questionnaire, Submission


class AnswerCode(DeskOwned):
    """One code for the answers to one question, such as “distance” for why somebody did not come."""

    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="codes")
    question = models.CharField(max_length=500)  # its path
    name = models.CharField(max_length=20)
    label = models.CharField(max_length=120)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "question", "name"], name="one_answer_code_of_a_name"
            ),
            models.UniqueConstraint(
                fields=["questionnaire", "question", "label"], name="one_answer_code_of_a_label"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CodedAnswer(DeskOwned):
    """The codes of one answer; of a repeat, of the answer in its row number `row`. The text stays sealed."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="coded")
    question = models.CharField(max_length=500)
    row = models.PositiveIntegerField(default=0)
    codes = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = PartQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "question", "row"], name="one_coding_of_an_answer")
        ]

    def __str__(self) -> str:
        return f"coding {self.pk}"
