"""Questionnaires of others, declared as data and filled as far as the records go: that of UNODC for its
global report, and the summary on gender-based violence.

Every cell says of how many rows it is and what was counted; what leaves is protected as for the public.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kamkor.base import codelists, wall
from kamkor.base.models import CodeEntry
from kamkor.methods import indicators as method
from kamkor.methods.indicators import Labels, Measure, Period, declared
from kamkor.statistics.indicators import RETURNS, Counting, Result, category, in_order, number, words
from kamkor.statistics.publishing.results import counting_of, untold

FILE = Path(method.FILE).with_name("questionnaires.json")
PROPOSED = {
    "en": "Counted from live records; Kamkor’s own measure.",
    "ky": "Тирүү жазуулардан саналды; Kamkor системасынын өз көрсөткүчү.",
    "ru": "Подсчитано по текущим записям; собственный показатель системы Kamkor.",
    "uz": "Joriy yozuvlardan sanaldi; Kamkor tizimining oʻz koʻrsatkichi.",
}


@dataclass(frozen=True)
class Asked:
    """A number that answers a question, with the definition it is counted by."""

    measure: Measure
    definition: Labels
    standard: str


@dataclass(frozen=True)
class Question:
    code: str
    title: Labels
    status: str
    by: tuple[str, ...]
    asked: tuple[Asked, ...]
    why: Labels | None  # nothing is counted
    law: tuple[str, ...] = ()  # topics of the articles in force that answer it

    @property
    def confirmed(self) -> bool:
        return self.status.startswith("verified")


@dataclass(frozen=True)
class Questionnaire:
    code: str
    title: Labels
    source: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Line:
    """One cell of a questionnaire."""

    question: Question
    what: str
    told_apart: str
    part: str
    value: str
    rows: str
    definition: str


@cache
def known() -> dict[str, Questionnaire]:
    held = json.loads(FILE.read_text("utf-8"))["questionnaires"]
    return {
        one["code"]: Questionnaire(
            one["code"], one["title"], one["source"], tuple(map(_question, one["questions"]))
        )
        for one in held
    }


def _question(facts: dict[str, object]) -> Question:
    own = [Asked(one, _own_words(one), "") for one in _measures(facts)]
    used = [_used(name) for name in facts["use"]]  # type: ignore[attr-defined]
    return Question(
        str(facts["code"]),
        facts["title"],  # type: ignore[arg-type]
        str(facts["status"]),
        tuple(facts["by"]),  # type: ignore[arg-type]
        (*used, *own),
        facts.get("why"),  # type: ignore[arg-type]
        tuple(facts.get("law", ())),  # type: ignore[arg-type]
    )


def _measures(facts: dict[str, object]) -> list[Measure]:
    return [Measure(**each) for each in facts.get("measures", [])]  # type: ignore[attr-defined]


def _own_words(measure: Measure) -> Labels:
    """Of a questionnaire's own number: from returns it is what others from returns are."""
    return declared()[0]["justice"].definition if measure.source == RETURNS else PROPOSED


def _used(name: str) -> Asked:
    """A number of an indicator, as `indicator.number`."""
    code, _dot, which = name.partition(".")
    one = declared()[0][code]
    measure = next(each for each in one.measures if each.code == which)
    return Asked(measure, one.definition, one.standard)


def asked_beside() -> list[tuple[str, Measure]]:
    """Numbers that a questionnaire asks for and no indicator has, with the questionnaire's code."""
    indicators = [measure for each in declared()[0].values() for measure in each.measures]
    return [
        (one.code, asked.measure)
        for one in known().values()
        for question in one.questions
        for asked in question.asked
        if asked.measure not in indicators
    ]


def filled(one: Questionnaire, period: Period, *, keep: bool = False) -> list[tuple[Question, list[Line]]]:
    """Each question with its cells, in the reader's language; to look at, unless what they say is kept as
    told to everybody."""
    with wall.acting(None, scope="counts"):
        counting = counting_of(period, asked_beside(), keep=keep)
        return [(question, list(_cells(question, counting))) for question in one.questions]


def _cells(question: Question, counting: Counting) -> Iterator[Line]:
    for entry in codelists.entries("legal_article").values():
        if entry.extra.get("topic") in question.law and _in_force(entry, counting.period):
            state = entry.source if entry.status == "verified" else f"{entry.source}, {_('unconfirmed')}"
            said = f"{entry.label(get_language() or 'en')} ({state})"
            yield Line(question, said, "", "", "", "", "")
    results = [counting.one(asked.measure, question.by) for asked in question.asked]
    together = untold(results)
    for asked, found in zip(question.asked, results, strict=True):
        hidden = found.hidden or asked.measure.where.get("item") in together
        result = replace(found, hidden=hidden and found.value != 0)
        yield from _lines(question, asked, result, counting)


def _lines(question: Question, asked: Asked, result: Result, counting: Counting) -> Iterator[Line]:
    """A number and its parts, each with its rows where they were counted for it."""
    rows = counting.records.rows(asked.measure.source)
    live = method.count(asked.measure, rows, counting.period, by=question.by)
    behind = method.count(replace(asked.measure, of="rows"), rows, counting.period, by=question.by)
    what = f"{result.title}, {codelists.label('figure_unit', asked.measure.unit)}"
    said = words(asked.definition)
    sent = result.hidden or result.value is not None or asked.measure.source != RETURNS
    value = result.text if sent else _("Nothing was sent.")
    made_of = None if result.hidden or result.value != live.value else behind.base
    yield Line(question, what, "", "", value, _text(made_of), said)
    for name in question.by:
        dimension, cells = declared()[1][name], result.parts.get(name, {})
        for part in in_order(dimension, cells):
            held, same = cells[part], cells[part] == live.cells[name].get(part, 0)
            made_of = behind.cells[name].get(part, 0) if same else None
            shown = category(dimension, part), _text(held), _text(held and made_of)
            yield Line(question, what, words(dimension.title), *shown, said)


def _in_force(entry: CodeEntry, period: Period) -> bool:
    """At some time of the period, as far as the list knows."""
    begun = entry.valid_from is None or entry.valid_from <= period.last
    return begun and (entry.valid_to is None or entry.valid_to >= period.first)


def _text(value: int | None) -> str:
    return _("hidden") if value is None else number(value)


def table(one: Questionnaire, period: Period) -> tuple[list[str], list[list[object]]]:
    """All of it as a file; what leaves in it counts as told to everybody."""
    head = [
        _("Question"), _("Number"), _("Told apart by"), _("Part"), _("Value"), _("Rows counted"),
        _("Definition"), _("State"), _("Source"),
    ]  # fmt: skip
    rows: list[list[object]] = []
    for question, cells in filled(one, period, keep=True):
        state = "" if question.confirmed else _("unconfirmed")
        start = f"{question.code}. {words(question.title)}"
        end = [state, one.source]
        rows += [
            [start, line.what, line.told_apart, line.part, line.value, line.rows, line.definition, *end]
            for line in cells
        ]
        if question.why:
            rows.append([start, "", "", "", "", "", words(question.why), *end])
    return head, rows
