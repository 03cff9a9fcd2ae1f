"""Open answers counted where they lie: the database puts equal ones of one question together; several
questions are read in one go, and only how many said what is held."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Case, Count, Expression, Func, Max, Min, TextField, Value, When
from django.db.models.fields.json import KeyTransform
from django.db.models.sql.compiler import SQLCompiler

from kamkor.access.actor import Actor
from kamkor.methods.surveys.counting import number
from kamkor.methods.surveys.form import Form, Question
from kamkor.methods.surveys.rounds import ROUND
from kamkor.methods.surveys.tallied import Same, Tallied
from kamkor.surveys.coding import Codes, hand_coded
from kamkor.surveys.models import Questionnaire, SubmissionQuerySet
from kamkor.surveys.stored import open_submissions

AT_ONCE = 5_000
FIRST = 200
Tallies = dict[str, Counter[Same]]


class Said(Func):
    """The answer to a question of the form itself; nothing where none is held."""

    output_field = TextField()

    def __init__(self, key: str) -> None:
        super().__init__("answers")
        self.path = ["main", key]

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra_context: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        column, given = compiler.compile(self.source_expressions[0])
        path = "".join(f".{json.dumps(part)}" for part in self.path)
        return f"JSON_EXTRACT({column}, %s)", (*given, f"${path}")

    def as_postgresql(self, compiler: SQLCompiler, _connection: BaseDatabaseWrapper, **_given: Any) -> Any:
        column, given = compiler.compile(self.source_expressions[0])
        return f"({column} #>> %s)", (*given, self.path)


@dataclass(frozen=True)
class Stored:
    """The open answers to one questionnaire. `codes` are what was coded by hand, by the key under which it is
    counted."""

    rows: SubmissionQuerySet
    codes: Mapping[str, Codes] = field(default_factory=dict)

    def size(self, _repeat: str = "") -> int:
        return self._span[0]

    def absent(self, question: Question) -> bool:
        if question.repeat or question.key in self.codes:
            return self.ready([question], None, "").absent(question)
        return not self.rows.alias(said=self._said(question.key)).exclude(said=None).exists()

    def first_answered(self, questions: Sequence[Question]) -> Question | None:
        """The first to which there are answers; the first filled forms mostly tell."""
        keys: set[str] = set()
        for answers in self.rows.order_by("pk").values_list("answers", flat=True)[:FIRST]:
            inner = (row for rows in answers.get("repeats", {}).values() for row in rows)
            keys.update(answers.get("main", {}), *inner)
        found = next((one for one in questions if one.key in keys), None)
        if found is None and self.size() > FIRST:
            found = next((one for one in questions if not self.absent(one)), None)
        return found

    def without_weight(self, column: str) -> int:
        """How many submissions have no number of 0 or more there."""
        found = self.rows.order_by().values_list(Said(column)).annotate(n=Count("*"))
        return sum(n for said, n in found if (value := number(said or "")) is None or value < 0)

    def ready(self, questions: Sequence[Question], by: Question | None, weight: str) -> Tallied:
        """One question alone is put together by the database; all others are read once, together."""
        if len(questions) == 1 and not questions[0].repeat and questions[0].key not in self.codes:
            said = (self._said(questions[0].key), self._group(by), _weight(weight))
            found = self.rows.order_by().values_list(*said).annotate(n=Count("*"))
            return Tallied({questions[0].key: {row[:3]: row[3] for row in found}})
        return Tallied(self._read(questions, by, weight) if questions else {})

    @cached_property
    def rounds(self) -> list[str]:
        """The half-years in which they came, in their order."""
        names = list(self._half_years)
        if len(names) < 2:
            return names
        return sorted(self.rows.order_by().values_list(self._round, flat=True).distinct())

    def only(self, rounds: Collection[str]) -> "Stored":
        return replace(self, rows=self.rows.alias(half=self._round).filter(half__in=rounds))

    @cached_property
    def _span(self) -> tuple[int, datetime | None, datetime | None]:
        found = self.rows.aggregate(n=Count("*"), first=Min("received_at"), last=Max("received_at"))
        return found["n"], found["first"], found["last"]

    @cached_property
    def _half_years(self) -> dict[str, datetime]:
        """Each from the first to the last, and when it is over."""
        _n, first, last = self._span
        found: dict[str, datetime] = {}
        if first is not None and last is not None:
            for half in range(_half(first), _half(last) + 1):
                name = f"{half // 2} {'II' if half % 2 else 'I'}"
                found[name] = datetime((half + 1) // 2, 1 if half % 2 == 1 else 7, 1, tzinfo=UTC)
        return found

    @property
    def _round(self) -> Expression:
        ends = self._half_years.items()
        return Case(
            *(When(received_at__lt=end, then=Value(name)) for name, end in ends), output_field=TextField()
        )

    def _said(self, key: str) -> Expression:
        return self._round if key == ROUND else Said(key)

    def _group(self, by: Question | None) -> Expression:
        return _NOTHING if by is None or by.repeat else self._said(by.key)

    def _read(self, questions: Sequence[Question], by: Question | None, weight: str) -> Tallies:
        """All at once, so many rows after the other."""
        plain = [one for one in questions if not one.repeat and one.key not in self.codes]
        coded = [one for one in questions if not one.repeat and one.key in self.codes]
        repeats = sorted({one.repeat for one in questions if one.repeat})
        said = [self._said(one.key) for one in plain]
        inner = [KeyTransform(name, KeyTransform("repeats", "answers")) for name in repeats]
        rows = self.rows.order_by().values_list("pk", self._group(by), _weight(weight), *said, *inner)
        found: Tallies = {one.key: Counter() for one in questions}
        for pks, groups, heavy, *told in _columns(rows.iterator(chunk_size=AT_ONCE)):
            for one, answers in zip(plain, told, strict=False):
                found[one.key].update(zip(answers, groups, heavy, strict=True))
            for one in coded:
                codes = self.codes[one.key]
                found[one.key].update(zip((codes.get((pk, 0)) for pk in pks), groups, heavy, strict=True))
            for name, lists in zip(repeats, told[len(plain) :], strict=True):
                within = [one for one in questions if one.repeat == name]
                self._inside(found, within, by, zip(pks, groups, heavy, lists, strict=True))
        return found

    def _inside(
        self, found: Tallies, questions: Sequence[Question], by: Question | None, rows: Iterable[Any]
    ) -> None:
        """The rows of a repeat, each in the group of its submission, or in its own."""
        own = by.key if by is not None and by.repeat else ""
        for pk, group, heavy, inner in rows:
            for place, row in enumerate(inner or ()):
                column = row.get(own) if own else group
                for one in questions:
                    codes = self.codes.get(one.key)
                    said = row.get(one.key) if codes is None else codes.get((pk, place))
                    found[one.key][said, column, heavy] += 1


def answers_to_count(actor: Actor, questionnaire: Questionnaire, form: Form) -> tuple[Form, Stored]:
    """The form with what was coded by hand, and its answers that may be counted."""
    form, codes = hand_coded(actor, questionnaire, form)
    return form, Stored(open_submissions(actor, questionnaire), codes)


_NOTHING = Value(None, output_field=TextField())


def _weight(key: str) -> Expression:
    return Said(key) if key else _NOTHING


def _half(at: datetime) -> int:
    """Half-years since the year 0."""
    at = at.astimezone(UTC)
    return at.year * 2 + (at.month > 6)


def _columns(rows: Iterator[Any]) -> Iterator[list[tuple[Any, ...]]]:
    while part := list(islice(rows, AT_ONCE)):
        yield list(zip(*part, strict=True))
