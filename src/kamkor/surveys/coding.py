"""Coding by hand what people wrote in their own words: opened for members of the desk, counted as codes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamkor.access.actor import Actor
from kamkor.assistance.caseload import BOUND, has_caseloads
from kamkor.base.actions import action
from kamkor.base.problems import Problem
from kamkor.methods.surveys.answers import ROW_ID, Gathered, take_instance
from kamkor.methods.surveys.coded import coded_key, with_codes
from kamkor.methods.surveys.counting import Rows
from kamkor.methods.surveys.form import Form, Question
from kamkor.methods.surveys.instances import read_instance
from kamkor.surveys.coded import AnswerCode, CodedAnswer
from kamkor.surveys.models import Questionnaire, Submission

AT_ONCE = 20  # answers on a page
OPENED = 100  # filled forms opened for a page
MOST_CODES = 60
CODABLE = frozenset({"text"})
Codes = dict[tuple[int, int], str]  # by filled form and row of the repeat


class TooManyCodes(Problem):
    title = gettext_lazy("There are 60 codes already")
    mend = gettext_lazy("Remove one that is not used.")


@action("answer_code.add")
def add_code(actor: Actor, questionnaire: Questionnaire, *, question: str, label: str) -> AnswerCode:
    held = set(codes_of(questionnaire, question).values_list("name", flat=True))
    if len(held) >= MOST_CODES:
        raise TooManyCodes
    name = next(name for number in range(1, MOST_CODES + 2) if (name := f"c{number}") not in held)
    code = AnswerCode(
        desk_id=questionnaire.desk_id,
        questionnaire=questionnaire,
        question=question,
        name=name,
        made_by=actor.signed_in,
    )
    return _labelled(code, label)


@action("answer_code.edit")
def rename_code(actor: Actor, code: AnswerCode, *, label: str) -> AnswerCode:
    return _labelled(code, label)


def _labelled(code: AnswerCode, label: str) -> AnswerCode:
    code.label = label
    try:
        with transaction.atomic():
            code.save()
    except IntegrityError as error:
        raise Problem(_("This code is here already")) from error
    return code


@action("answer_code.remove")
def remove_code(actor: Actor, code: AnswerCode) -> Questionnaire:
    """Answers that have it lose it."""
    rows = CodedAnswer._base_manager.filter(
        submission__questionnaire=code.questionnaire_id, question=code.question
    )
    for row in rows:
        if code.name in row.codes:
            row.codes = [name for name in row.codes if name != code.name]
            row.save(update_fields=["codes"])
    questionnaire: Questionnaire = code.questionnaire
    code.delete()
    return questionnaire


@action("answer.code")
def code(
    actor: Actor,
    questionnaire: Questionnaire,
    *,
    question: str,
    given: Mapping[tuple[int, int], Sequence[str]],
) -> None:
    """What some answers (a submission, its row of a repeat) were coded as; none of the codes takes back what
    was coded before."""
    known = set(codes_of(questionnaire, question).values_list("name", flat=True))
    places = {pk for pk, _row in given}
    seen = set(shown_to(actor, questionnaire).filter(pk__in=places).values_list("pk", flat=True))
    for (pk, row), codes in given.items():
        kept = [name for name in codes if name in known]
        if pk not in seen:
            continue
        place: dict[str, Any] = {"submission_id": pk, "question": question, "row": row}
        if kept:
            CodedAnswer.objects.update_or_create(
                **place,
                defaults={"desk_id": questionnaire.desk_id, "codes": kept, "by": actor.signed_in},
            )
        else:
            CodedAnswer._base_manager.filter(**place).delete()


def codes_of(questionnaire: Questionnaire, question: str) -> QuerySet[AnswerCode]:
    rows: QuerySet[AnswerCode] = AnswerCode.objects.filter(questionnaire=questionnaire, question=question)
    return rows.order_by("pk")


def shown_to(actor: Actor, questionnaire: Questionnaire) -> QuerySet[Submission]:
    """Filled forms whose words the actor may open without a reason: none of a case in a colleague's care."""
    rows = Submission.objects.visible_to(actor).filter(questionnaire=questionnaire).counted()
    if actor.role in BOUND and has_caseloads(actor):
        own = Q(tie__case=None) | Q(tie__case__worker=None) | Q(tie__case__worker=actor.user_id)
        rows = rows.filter(own)
    found: QuerySet[Submission] = rows
    return found


@dataclass(frozen=True)
class Text:
    """One answer to be coded."""

    submission: int
    row: int
    text: str
    codes: Sequence[str]


def texts(
    actor: Actor, questionnaire: Questionnaire, question: Question, form: Form, *, after: int, coded: bool
) -> tuple[list[Text], int]:
    """The next answers, with or without those that are coded, and after which filled form the next page goes
    on (0 where there is none)."""
    rows = shown_to(actor, questionnaire).filter(pk__gt=after).select_related("item__file").defer("answers")
    listed = list(rows.order_by("pk")[: OPENED + 1])
    held = _held(listed, question.key)
    said = _said(actor, listed[:OPENED], question, form)
    found: list[Text] = []
    for place, submission in enumerate(listed[:OPENED]):
        for row, text in enumerate(said.get(submission.pk, [])):
            codes = held.get((submission.pk, row), [])
            if text and (coded or not codes):
                found.append(Text(submission.pk, row, text, codes))
        if len(found) >= AT_ONCE:
            return found, submission.pk if place + 1 < len(listed) else 0
    return found, listed[OPENED - 1].pk if len(listed) > OPENED else 0


def _said(actor: Actor, listed: Iterable[Submission], question: Question, form: Form) -> dict[int, list[str]]:
    """What each filled form says there: one text, or one for each row of the repeat."""
    of_item = {row.item_id: row for row in listed}
    found: dict[int, list[str]] = {}
    for item, content in actor.keyring.read_each(row.item for row in of_item.values()):
        instance, gathered = read_instance(content), Gathered()
        if instance.encrypted:
            continue
        take_instance(form, gathered, instance.root, instance.id)
        rows = gathered.repeats.get(question.repeat, []) if question.repeat else gathered.main
        found[of_item[item].pk] = [row.get(question.key, "").strip() for row in rows]
    return found


def _held(listed: Iterable[Submission], question: str) -> dict[tuple[int, int], list[str]]:
    rows = CodedAnswer._base_manager.filter(submission__in=[row.pk for row in listed], question=question)
    return {(row.submission_id, row.row): row.codes for row in rows}


def hand_coded(actor: Actor, questionnaire: Questionnaire, form: Form) -> tuple[Form, dict[str, Codes]]:
    """The form with the questions that count what was coded, and of each the codes by filled form and row."""
    frames = _frames(actor, questionnaire, form)
    if not frames:
        return form, {}
    found: dict[str, Codes] = {coded_key(form, key): {} for key in frames}
    told = _coded(actor, questionnaire, frames).values_list("submission_id", "question", "row", "codes")
    for pk, key, row, codes in told.iterator():
        found[coded_key(form, key)][pk, row] = " ".join(codes)
    return with_codes(form, frames, _("Codes")), found


def with_coded(actor: Actor, questionnaire: Questionnaire, form: Form, source: Rows) -> tuple[Form, Rows]:
    """The form and its open answers with what was coded."""
    frames = _frames(actor, questionnaire, form)
    if not frames:
        return form, source
    main, repeats = list(source.main), {name: list(rows) for name, rows in source.repeats.items()}
    at = {row[ROW_ID]: place for place, row in enumerate(main)}
    inside = {name: _by_parent(rows) for name, rows in repeats.items()}
    coded = _coded(actor, questionnaire, frames)
    told = coded.values_list("submission__instance_id", "question", "row", "codes")
    for own, key, row, codes in told.iterator():
        question = form.question(key)
        if question is None or own not in at:
            continue
        rows, spot = main, at[own]
        if question.repeat:
            spots = inside.get(question.repeat, {}).get(str(spot), [])
            if row >= len(spots):
                continue
            rows, spot = repeats[question.repeat], spots[row]
        rows[spot] = {**rows[spot], coded_key(form, key): " ".join(codes)}
    return with_codes(form, frames, _("Codes")), Rows(main, repeats)


def _coded(actor: Actor, questionnaire: Questionnaire, questions: Collection[str]) -> QuerySet[CodedAnswer]:
    rows = CodedAnswer.objects.visible_to(actor).filter(submission__questionnaire=questionnaire)
    found: QuerySet[CodedAnswer] = rows.filter(question__in=questions)
    return found


def _frames(actor: Actor, questionnaire: Questionnaire, form: Form) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for row in AnswerCode.objects.visible_to(actor).filter(questionnaire=questionnaire).order_by("pk"):
        if form.question(row.question) is not None:
            found.setdefault(row.question, []).append((row.name, row.label))
    return found


def _by_parent(rows: Sequence[Mapping[str, str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for spot, row in enumerate(rows):
        found.setdefault(row[Rows.PARENT], []).append(spot)
    return found
