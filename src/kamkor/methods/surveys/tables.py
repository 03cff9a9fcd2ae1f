"""From answers to tables: who was asked, who answered, what they said; small counts hidden.

A table never leaves out those who said nothing: they are a row, and both denominators are told. Counts under
the threshold are hidden, with as many others as it takes that they cannot be computed from the sums.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isnan

from kamkor.methods.disclosure.small import TOTAL, hide_small
from kamkor.methods.surveys.counting import ALL, MISSING, NONE, OTHER, Counted, Counts, Source, Tally
from kamkor.methods.surveys.form import NUMBER, SEVERAL, Form, Question
from kamkor.methods.surveys.shares import ROUNDED, shares

MOST_COLUMNS = 60
LARGE = 300  # answers that a form does not list: no table of more is told


@dataclass(frozen=True)
class Asked:
    """What is to be tabulated, and how."""

    by: str = ""
    of: tuple[str, ...] = ()
    weight: str = ""
    language: str = ""
    smallest: int = 5
    decimals: str = ROUNDED
    sealed: frozenset[str] | None = (
        None  # questions whose answers are not read; None: those sealed by default
    )


@dataclass(frozen=True)
class Cell:
    """None is hidden. Weighted shares are of weights, counts always of answers."""

    count: int | None
    share_of_all: float | None = None
    share_of_answered: float | None = None


@dataclass(frozen=True)
class Column:
    """One group of those asked; `base` all of them, `answered` those who said something that counts."""

    value: str
    label: str
    base: int | None
    answered: int | None
    mean: float | None = None
    median: float | None = None


@dataclass(frozen=True)
class Row:
    value: str
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """The answers to one question. `unit` is the repeat whose rows are counted, "" for submissions."""

    question: str
    label: str
    kind: str
    unit: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Tables:
    """All tables, and what was left out."""

    submissions: int
    tables: tuple[Table, ...]
    left_out: tuple[tuple[str, str], ...] = ()  # question and why: sealed, not counted, absent, by, too many


class NoSuchQuestion(ValueError):
    """A name that the form does not have, or that cannot stand where it was asked for."""


@dataclass
class _Work:
    form: Form
    counts: Counts
    asked: Asked
    by: Question | None
    left_out: list[tuple[str, str]] = field(default_factory=list)


def tabulate(form: Form, source: Source, asked: Asked) -> Tables:
    """A table for each question that is counted. Raises NoSuchQuestion."""
    if asked.weight and (bad := source.without_weight(asked.weight)):
        raise NoSuchQuestion(
            f"{asked.weight}: {bad} submissions have no weight there. A weight is 0 or more."
        )
    by = _by(form, asked)
    wanted = [_named(form, name) for name in asked.of] or [one for one in form.questions if one != by]
    told = [one for one in wanted if one.kind and not _is_sealed(one, asked)]
    work = _Work(form, source.ready(told, by, asked.weight), asked, by)
    found = [table for question in wanted if (table := _table(work, question))]
    return Tables(source.size(), tuple(found), tuple(work.left_out))


def _named(form: Form, name: str) -> Question:
    question = form.question(name)
    if question is None:
        known = ", ".join(question.name for question in form.questions)
        raise NoSuchQuestion(f"The form asks no question {name}. It has: {known}.")
    return question


def _by(form: Form, asked: Asked) -> Question | None:
    if not asked.by:
        return None
    question = _named(form, asked.by)
    if _is_sealed(question, asked):
        raise NoSuchQuestion(f"The answers to {question.name} are sealed, so nothing is told apart by them.")
    if question.kind not in {"one", NUMBER}:
        raise NoSuchQuestion(f"{question.name} cannot tell groups apart: take a question with one answer.")
    return question


def _is_sealed(question: Question, asked: Asked) -> bool:
    return question.sealed if asked.sealed is None else question.key in asked.sealed


def _why_not(work: _Work, question: Question) -> str:
    """Why a question has no table; "" if it has one."""
    if _is_sealed(question, work.asked):
        return "sealed"
    if not question.kind:
        return "not counted"
    if work.by and work.by.repeat not in {"", question.repeat}:
        return "by"
    return "absent" if work.counts.absent(question) else ""


def _table(work: _Work, question: Question) -> Table | None:
    if why := _why_not(work, question):
        work.left_out.append((question.key, why))
        return None
    counted = work.counts.count(question, work.by, work.asked.weight)
    columns = _in_order(counted.columns(), work.by)
    if len(columns) > MOST_COLUMNS:
        raise NoSuchQuestion(
            f"{work.asked.by} has {len(columns)} different answers; at most {MOST_COLUMNS} fit."
        )
    values = _in_order(list(dict.fromkeys(value for value, _column in counted.cells)), question)
    if len(values) > LARGE:
        work.left_out.append((question.key, "too many"))
        return None
    places = columns if work.by is None else [ALL, *columns]
    make = {NUMBER: _of_numbers, SEVERAL: _of_several}.get(question.kind, _of_one)
    bare = _Bare(question, counted, places, values, work.asked)
    made, rows = make(bare)
    labelled = tuple(_labelled(work, column) for column in made)
    return Table(
        question.key, _words(work, question), question.kind, question.repeat, labelled,
        tuple(Row(value, _label(work, question, value), cells) for value, cells in rows),
    )  # fmt: skip


def _in_order(found: Sequence[str], question: Question | None) -> list[str]:
    """Offered answers in the order of the form and even if nobody gave them; the rest at the end."""
    if question is None:
        return [ALL]
    offered = [choice.name for choice in question.choices]
    last = [value for value in (OTHER, MISSING) if value in found]
    rest = sorted((value for value in found if value not in {*offered, *last}), key=_as_number)
    return [*offered, *rest, *last]


def _as_number(value: str) -> tuple[float, str]:
    try:
        number = float(value)
    except ValueError:
        number = inf
    return inf if isnan(number) else number, value  # what is no number is neither less nor more than any


def _words(work: _Work, question: Question) -> str:
    return question.words.in_language(work.asked.language, work.form.default_language)


def _label(work: _Work, question: Question, value: str) -> str:
    choice = next((choice for choice in question.choices if choice.name == value), None)
    return choice.words.in_language(work.asked.language, work.form.default_language) if choice else value


def _labelled(work: _Work, column: Column) -> Column:
    label = _label(work, work.by, column.value) if work.by and column.value != ALL else column.value
    return Column(column.value, label, column.base, column.answered, column.mean, column.median)


@dataclass(frozen=True)
class _Bare:
    """What is needed to make columns and rows of counts."""

    question: Question
    counted: Counted
    places: list[str]  # the columns, ALL in front where there are groups
    values: list[str]
    asked: Asked

    def tally(self, value: str, place: str) -> Tally:
        if place != ALL or self.places == [ALL]:
            return self.counted.cells.get((value, place), NONE)
        return _sum(self.counted.cells.get((value, each), NONE) for each in self.places[1:])

    def answered(self, place: str) -> Tally:
        if place != ALL or self.places == [ALL]:
            return self.counted.answered.get(place, NONE)
        return _sum(self.counted.answered.get(each, NONE) for each in self.places[1:])

    def shown(self, counts: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int | None]:
        """Counts by answer and group with all their sums (an answer of TOTAL is the base of a group)."""
        if self.places == [ALL]:
            one = hide_small(
                {(f"={value}",): n for (value, _), n in counts.items()}, threshold=self.asked.smallest
            )
            return {(value[0].removeprefix("="), ALL): n for value, n in one.items()}
        keyed: dict[tuple[str, ...], int] = {
            (f"={value}", f"={place}"): n for (value, place), n in counts.items()
        }
        two = hide_small(keyed, threshold=self.asked.smallest)
        return {
            (value.removeprefix("="), ALL if place == TOTAL else place.removeprefix("=")): n
            for (value, place), n in two.items()
        }

    @property
    def groups(self) -> list[str]:
        return self.places if self.places == [ALL] else self.places[1:]


Made = tuple[list[Column], list[tuple[str, tuple[Cell, ...]]]]


def _sum(tallies: Iterable[Tally]) -> Tally:
    total = NONE
    for tally in tallies:
        total = total.plus(tally)
    return total


def _of_one(bare: _Bare) -> Made:
    """One answer each: the rows add up to those asked."""
    shown = bare.shown(
        {(value, group): bare.tally(value, group).n for value in bare.values for group in bare.groups}
    )
    columns, cells = [], []
    for place in bare.places:
        tallies = [bare.tally(value, place) for value in bare.values]
        said = [
            tally if value != MISSING else NONE for value, tally in zip(bare.values, tallies, strict=True)
        ]
        base, missing = shown[TOTAL, place], shown.get((MISSING, place), 0)
        answered = None if base is None or missing is None else base - missing
        of_all = _shares(tallies, bare.asked.decimals)
        of_answered = _shares(said, bare.asked.decimals)
        columns.append(Column(place, place, base, answered))
        cells.append(
            [
                Cell(count, all_ if base is not None else None, part if answered is not None else None)
                if (count := shown[value, place]) is not None
                else Cell(None)
                for value, all_, part in zip(bare.values, of_all, of_answered, strict=True)
            ]
        )
    return columns, _rows(bare, cells)


def _shares(tallies: Sequence[Tally], decimals: str) -> list[float | None]:
    return shares([tally.weight for tally in tallies], sum(tally.weight for tally in tallies), decimals)


def _rows(bare: _Bare, cells: list[list[Cell]]) -> list[tuple[str, tuple[Cell, ...]]]:
    """From cells by column to cells by row; those who said nothing have no share of those who answered."""
    rows = []
    for value, row in zip(bare.values, zip(*cells, strict=True), strict=True):
        said = value != MISSING
        rows.append((value, row if said else tuple(Cell(cell.count, cell.share_of_all) for cell in row)))
    return rows


def _of_several(bare: _Bare) -> Made:
    """Any number of answers each: a share is of people, so a column may add up to more than 100."""
    asked = {
        (kind, group): (bare.answered(group) if kind == "answered" else bare.tally(MISSING, group)).n
        for kind in ("answered", MISSING)
        for group in bare.groups
    }
    shown = bare.shown(asked)
    columns = [Column(place, place, shown[TOTAL, place], shown["answered", place]) for place in bare.places]
    rows = []
    for value in bare.values:
        if value == MISSING:
            counts = {(MISSING, place): shown[MISSING, place] for place in bare.places}
        else:
            split = {(value, group): bare.tally(value, group).n for group in bare.groups}
            rest = {("", group): bare.answered(group).n - bare.tally(value, group).n for group in bare.groups}
            counts = bare.shown(split | rest)
        rows.append((value, tuple(_part(bare, counts[value, at.value], value, at) for at in columns)))
    return columns, rows


def _part(bare: _Bare, count: int | None, value: str, column: Column) -> Cell:
    if count is None:
        return Cell(None)
    tally, answered = bare.tally(value, column.value), bare.answered(column.value)
    whole = answered.plus(bare.tally(MISSING, column.value))
    decimals = bare.asked.decimals
    all_ = shares([tally.weight, whole.weight - tally.weight], whole.weight, decimals)[0]
    part = shares([tally.weight, answered.weight - tally.weight], answered.weight, decimals)[0]
    return Cell(
        count,
        all_ if column.base is not None else None,
        part if column.answered is not None and value != MISSING else None,
    )


def _of_numbers(bare: _Bare) -> Made:
    """How many said a number; its mean and median where there are enough of them."""
    columns, rows = _of_one(bare)
    told = []
    numbers = next((cells for value, cells in rows if value == "(number)"), ())
    for place, column in enumerate(columns):
        middle = bare.counted.middles.get(column.value)
        shown = middle is not None and bool(numbers) and numbers[place].count is not None
        mean, half = (middle.mean, middle.median) if middle and shown else (None, None)
        mean = None if mean is None else round(mean, 6)
        told.append(Column(column.value, column.label, column.base, column.answered, mean, half))
    return told, rows
