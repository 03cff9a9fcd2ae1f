"""Forms attached to the work: to a case, a training or campaign, an organisation. What is answered there is
found there, stays sealed to the desk, and fills fields of the file only as somebody confirms it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.assistance.models import Case
from kamkor.base.actions import action, lock, record
from kamkor.base.problems import AlreadyChanged, Problem, WrongState
from kamkor.directory.models import OutsideOrganisation
from kamkor.methods.surveys.instances import read_instance
from kamkor.surveys.envelopes import AT_ONCE, may_open, taken_alone, waiting_forms
from kamkor.surveys.filling import TARGETS, Target, Value
from kamkor.surveys.models import Questionnaire, Submission
from kamkor.surveys.named import may_see
from kamkor.surveys.tied import Activity, Filled, Filling, Tie

# To what our own forms are attached from the beginning.
SHIPPED = {
    "shelter_exit": ["case"],
    "children_left": ["case"],
    "training_test": ["activity"],
    "ngo_capacity": ["organisation"],
}
Subject = Case | Activity | OutsideOrganisation
SHOWN = 50  # of each form


@action("form.attach")
def allow(actor: Actor, questionnaire: Questionnaire, *, kinds: Collection[str]) -> None:
    """To what the form may be attached from now on; what is attached stays."""
    questionnaire.ties_to = [kind for kind in Tie.KINDS if kind in kinds]
    questionnaire.save(update_fields=["ties_to"])


@action("case.attach")
def to_case(actor: Actor, case: Case, *, questionnaire: Questionnaire) -> Tie:
    """Attach a form: it stands there once, however often it is filled in. A closed case has looks back."""
    return _tie(actor, questionnaire, "case", case)


@action("activity.attach")
def to_activity(actor: Actor, activity: Activity, *, questionnaire: Questionnaire) -> Tie:
    return _tie(actor, questionnaire, "activity", activity)


@action("organisation.attach")
def to_organisation(actor: Actor, organisation: OutsideOrganisation, *, questionnaire: Questionnaire) -> Tie:
    return _tie(actor, questionnaire, "organisation", organisation)


ATTACH = {"case": to_case, "activity": to_activity, "organisation": to_organisation}


def _tie(actor: Actor, questionnaire: Questionnaire, kind: str, subject: Subject) -> Tie:
    if questionnaire.desk_id != actor.desk_id or kind not in questionnaire.ties_to:
        raise Problem(_("This form may not be attached here"))
    tie, _fresh = Tie.objects.get_or_create(
        questionnaire=questionnaire,
        **{kind: subject},
        defaults={"desk_id": actor.desk_id, "made_by": actor.signed_in},
    )
    return tie


@action("submission.attach")
def belong(actor: Actor, submission: Submission, *, tie: Tie) -> None:
    """Say to what a filled form belongs that came from a telephone, with all that it has corrected. Where an
    answer of it has filled a field already, it stays."""
    if tie.questionnaire_id != submission.questionnaire_id or tie.desk_id != submission.desk_id:
        raise WrongState
    if Filled._base_manager.filter(submission=submission).exists():
        raise Problem(_("Answers of it are in a file already"), _("Correct the file by hand."))
    row: Submission | None = submission
    while row is not None:
        row.tie = tie
        row.save(update_fields=["tie"])
        row = Submission._base_manager.filter(replaced_by=row).first()


@dataclass(frozen=True)
class Attached:
    """One form on the page of what it may be attached to, with what was answered there, the newest first."""

    questionnaire: Questionnaire
    tie: Tie | None
    submissions: list[Submission]
    fills: bool


def attached(actor: Actor, kind: str, subject: Subject) -> list[Attached]:
    """The forms that may be filled in here, and those that were."""
    answers = Submission.objects.visible_to(actor).counted().defer("answers").order_by("-received_at")
    sources = Filled.objects.visible_to(actor).select_related("by").order_by("pk")
    ties = Tie.objects.visible_to(actor).filter(**{kind: subject})
    ties = ties.prefetch_related(
        Prefetch("submissions", answers.prefetch_related(Prefetch("filled", sources)))
    )
    held: dict[int, Tie] = {tie.questionnaire_id: tie for tie in ties}
    fills = _filling_forms(actor, kind)
    return [
        Attached(one, tie, _answers(actor, one, tie), one.pk in fills)
        for one in Questionnaire.objects.visible_to(actor).order_by("title", "pk")
        if (tie := held.get(one.pk)) or (one.is_open and kind in one.ties_to)
    ]


def _answers(actor: Actor, questionnaire: Questionnaire, tie: Tie | None) -> list[Submission]:
    """Those that the desk lets the actor see; `attached` has read them all at once."""
    if tie is None or not may_see(actor, questionnaire):
        return []
    return list(tie.submissions.all())[:SHOWN]


def _filling_forms(actor: Actor, kind: str) -> set[int]:
    fitting = [key for key, target in TARGETS.items() if target.kind == kind]
    rows = Filling.objects.visible_to(actor).filter(target__in=fitting)
    return set(rows.values_list("questionnaire", flat=True))


def take_over(actor: Actor, kind: str, subject: Subject) -> None:
    """Open what was filled in for it in browsers and waits sealed, if the actor can open it."""
    if may_open(actor):
        waiting = waiting_forms(actor).filter(problem="", **{f"tie__{kind}": subject})
        for envelope in waiting.order_by("pk")[:AT_ONCE]:
            taken_alone(actor, envelope)


@dataclass(frozen=True)
class Offer:
    """What an answer could put into a field, beside what is there now."""

    filling: Filling
    target: Target
    said: str
    value: Value
    now: Value | None
    news: Value | None  # what the field does not say yet

    @property
    def differs(self) -> bool:
        """Whether something would be lost that stands there now."""
        return self.news is not None and not self.target.adds and self.now not in (None, "")


def offers(actor: Actor, submission: Submission) -> list[Offer]:
    """What the answers could fill where the form is attached. Opens the filled form."""
    tie = submission.tie
    if tie is None:
        return []
    said = answers_of(actor, submission)
    found = []
    for filling in Filling.objects.visible_to(actor).filter(questionnaire=submission.questionnaire_id):
        target = TARGETS[filling.target]
        value = target.value(said.get(filling.question, ""), filling.codes)
        if target.kind == tie.kind and value is not None and target.stands(tie.subject):
            now = target.now(actor, tie.subject)
            found.append(Offer(filling, target, said[filling.question], value, now, target.news(now, value)))
    order = list(TARGETS)
    return sorted(found, key=lambda one: (order.index(one.filling.target), one.filling.pk))


def answers_of(actor: Actor, submission: Submission) -> dict[str, str]:
    """What was answered outside of repeats, by question."""
    instance = read_instance(actor.keyring.read_bytes(submission.item))
    return {"/".join(path): text.strip() for path, text in instance.root.leaves() if text.strip()}


@action("submission.fill")
def fill(actor: Actor, submission: Submission, *, confirmed: Iterable[tuple[int, Any]]) -> list[Filled]:
    """Put confirmed answers into the file: each by its filling and what was seen in the field. Raises
    AlreadyChanged where the field says something else by now."""
    offered = {one.filling.pk: one for one in offers(actor, submission)}
    return [_put(actor, submission, offered.get(pk), seen) for pk, seen in confirmed]


def _put(actor: Actor, submission: Submission, offer: Offer | None, seen: str) -> Filled:
    tie = submission.tie
    if offer is None or tie is None:
        raise WrongState
    target, subject = offer.target, lock(tie.subject)
    now = target.now(actor, subject)  # another answer may just have been put there
    if not target.adds and seen != target.words(now):
        raise AlreadyChanged(mine=target.words(offer.value), theirs=target.words(now))
    news = target.news(now, offer.value)
    if news is None:
        raise WrongState
    target.write(actor, subject, news)
    record(actor, "submission.fill", tie.subject, changed=[offer.filling.target])
    return Filled.objects.create(
        desk_id=submission.desk_id,
        submission=submission,
        question=offer.filling.question,
        target=offer.filling.target,
        value=news,
        by=actor.signed_in,
    )
