"""Counts the answers to a question, row by row in plain Python; `columns` does so for a million rows."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple, Protocol

from kamkor.methods.surveys.form import NUMBER, SEVERAL, Question

MISSING = "(no answer)"
OTHER = "(not on the form)"
ALL = "(all)"
Answers = Mapping[str, str]


class Tally(NamedTuple):
    """How many, and the sum of their weights."""

    n: int = 0
    weight: float = 0.0

    def plus(self, other: "Tally") -> "Tally":
        return Tally(self.n + other.n, self.weight + other.weight)


NONE = Tally()
Said = tuple[str, str, Tally]  # the answer, that to the question by which groups are told apart, how many


class Middle(NamedTuple):
    """What is told of numbers: how many there are, their (weighted) mean, their median."""

    mean: float | None
    median: float | None


@dataclass
class Counted:
    """How many gave which answer (or none, or one that is not on the form), in each column of --by."""

    cells: dict[tuple[str, str], Tally] = field(default_factory=dict)  # by answer and column
    answered: dict[str, Tally] = field(default_factory=dict)  # by column, for questions with several answers
    middles: dict[str, Middle] = field(default_factory=dict)  # by column with ALL, for numbers

    def columns(self) -> list[str]:
        return list(dict.fromkeys(column for _value, column in self.cells))

    def add(self, value: str, column: str, tally: Tally) -> None:
        self.cells[value, column] = self.cells.get((value, column), NONE).plus(tally)


class Counts(Protocol):
    """Answers that can be counted, question by question."""

    def absent(self, question: Question) -> bool: ...
    def count(self, question: Question, by: Question | None, weight: str) -> Counted: ...


class Source(Protocol):
    """Answers to one form: those of the whole and those of each repeat."""

    def size(self, repeat: str = "") -> int: ...
    def absent(self, question: Question) -> bool: ...
    def without_weight(self, column: str) -> int: ...

    def ready(self, questions: Sequence[Question], by: Question | None, weight: str) -> Counts:
        """The answers to these, all at once for who has far to go for them; by and weight stay the same."""


def sorted_out(question: Question, said: str) -> str:
    """An answer as it is counted: on the form, not on the form, or none."""
    if not said:
        return MISSING
    known = names(question)
    return said if not known or said in known else OTHER


def names(question: Question) -> frozenset[str]:
    """The answers that the form offers; empty where it does not say them."""
    if question.type == "acknowledge":
        return frozenset({"OK"})
    return frozenset(choice.name for choice in question.choices)


def number(said: str) -> float | None:
    try:
        value = float(said)
    except ValueError:
        return None
    return value if abs(value) < 1e15 else None  # neither endless nor "not a number"


@dataclass(frozen=True)
class Rows:
    """Answers as rows; a row of a repeat holds the place of its submission under PARENT."""

    main: Sequence[Answers]
    repeats: Mapping[str, Sequence[Answers]] = field(default_factory=dict)

    PARENT = "(submission)"

    def size(self, repeat: str = "") -> int:
        return len(self.main if not repeat else self.repeats.get(repeat, ()))

    def absent(self, question: Question) -> bool:
        return not any(question.key in row for row in self._of(question.repeat))

    def without_weight(self, column: str) -> int:
        """How many submissions have no number of 0 or more there."""
        found = (number(row.get(column, "")) for row in self.main)
        return sum(value is None or value < 0 for value in found)

    def _of(self, repeat: str) -> Sequence[Answers]:
        return self.main if not repeat else self.repeats.get(repeat, ())

    def ready(self, questions: Sequence[Question], by: Question | None, weight: str) -> "Rows":
        return self

    def count(self, question: Question, by: Question | None, weight: str) -> Counted:
        """Each row once; a row of a repeat stands in the column of its submission."""
        return counted(question, by, self._said(question, by, weight))

    def _said(self, question: Question, by: Question | None, weight: str) -> Iterator[Said]:
        for row in self._of(question.repeat):
            submission = self.main[int(row[self.PARENT])] if question.repeat else row
            group = (row if by and by.repeat else submission).get(by.key, "") if by else ""
            heavy = (number(submission.get(weight, "")) or 0.0) if weight else 1.0
            yield row.get(question.key, ""), group, Tally(1, heavy)


def counted(question: Question, by: Question | None, found: Iterable[Said]) -> Counted:
    """What was said, in which group, by how many."""
    told, numbers = Counted(), _Numbers()
    for said, group, tally in found:
        column = ALL if by is None else sorted_out(by, group)
        if question.kind == NUMBER:
            value = number(said)
            if value is not None:
                numbers.add(column, value, tally)
            told.add(MISSING if not said else OTHER if value is None else "(number)", column, tally)
        elif question.kind == SEVERAL:
            chosen = {sorted_out(question, part) for part in said.split()}
            if chosen:
                told.answered[column] = told.answered.get(column, NONE).plus(tally)
            for part in chosen or {MISSING}:
                told.add(part, column, tally)
        else:
            told.add(sorted_out(question, said), column, tally)
    told.middles = numbers.middles()
    return told


@dataclass
class _Numbers:
    """Numbers by column, and how many said each."""

    found: dict[str, dict[float, Tally]] = field(default_factory=dict)

    def add(self, column: str, value: float, tally: Tally) -> None:
        for place in {column, ALL}:
            values = self.found.setdefault(place, {})
            values[value] = values.get(value, NONE).plus(tally)

    def middles(self) -> dict[str, Middle]:
        return {column: _middle(values) for column, values in self.found.items()}


def _middle(values: Mapping[float, Tally]) -> Middle:
    """The mean with the weights, the median without."""
    weight = sum(tally.weight for tally in values.values())
    mean = sum(value * tally.weight for value, tally in values.items()) / weight if weight else None
    order = sorted(values)
    upto = list(accumulate(values[value].n for value in order))
    lower, upper = (order[bisect_right(upto, at)] for at in ((upto[-1] - 1) // 2, upto[-1] // 2))
    return Middle(mean, (lower + upper) / 2)
