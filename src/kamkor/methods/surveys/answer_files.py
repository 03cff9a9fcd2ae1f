"""Answers row by row for other programs: CSV, XLSX, Parquet, SPSS and Stata with labels, ODK's own ZIP.

CSV, XLSX and ZIP are written as ODK Central writes them (`group-question`, KEY, PARENT_KEY): what reads its
files reads these. A CSV for HXL has a row of tags below the headings, from the column hxl of the form.
"""

import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kamkor.methods.surveys.answers import ROW_ID
from kamkor.methods.surveys.counting import Rows, number
from kamkor.methods.surveys.form import NUMBER, ONE, SEVERAL, Form, Question

if TYPE_CHECKING:
    import polars as pl

KINDS = ("csv", "hxl", "xlsx", "parquet", "sav", "dta", "zip")
NAME = re.compile(r"[^A-Za-z0-9_]")
UNSAFE = re.compile(r"[^\w.-]")
LONGEST_LABEL = {"sav": 255, "dta": 80}
Cells = Sequence[object]
CsvWriter = Callable[[Sequence[str], Iterable[Cells]], bytes]


class CannotWrite(ValueError):
    """Why there is no such file."""


@dataclass(frozen=True)
class Sheet:
    """The submissions, or the rows of one repeat."""

    name: str
    questions: tuple[Question, ...]
    rows: Sequence[Mapping[str, str]]
    ids: Sequence[str]
    parents: Sequence[str] = ()

    def head(self) -> list[str]:
        linked = ["PARENT_KEY"] if self.name else []
        return [*("-".join(question.path) for question in self.questions), *linked, "KEY"]

    def cells(self) -> Iterator[list[object]]:
        for place, row in enumerate(self.rows):
            said = [_plain(question, row.get(question.key, "")) for question in self.questions]
            yield [*said, *(self.parents[place : place + 1]), self.ids[place]]

    def tags(self) -> list[str]:
        """Of HXL, empty where the form gives none."""
        linked = ["#meta+id+parent"] if self.name else []
        return [*(question.hxl for question in self.questions), *linked, "#meta+id"]


@dataclass(frozen=True)
class Answers:
    """What is written: the answers but for those to `left_out`, and the files that came with them."""

    form: Form
    rows: Rows
    language: str = ""
    media: Iterable[tuple[str, bytes]] = ()
    left_out: frozenset[str] = frozenset()

    def sheets(self) -> list[Sheet]:
        ids = [row.get(ROW_ID) or f"row {place}" for place, row in enumerate(self.rows.main, 1)]
        return [
            Sheet("", self._of(""), self.rows.main, ids),
            *(self._repeat(repeat, ids) for repeat in self.form.repeats),
        ]

    def _of(self, repeat: str) -> tuple[Question, ...]:
        asked = (question for question in self.form.questions if question.repeat == repeat)
        return tuple(question for question in asked if question.key not in self.left_out)

    def _repeat(self, repeat: str, ids: Sequence[str]) -> Sheet:
        rows = self.rows.repeats.get(repeat, ())
        parents = [ids[int(row[Rows.PARENT])] for row in rows]
        seen: dict[str, int] = {}
        own = []
        for parent in parents:
            seen[parent] = seen.get(parent, 0) + 1
            own.append(f"{parent}/{repeat.rpartition('/')[2]}[{seen[parent]}]")
        return Sheet(repeat, self._of(repeat), rows, own, parents)

    def words(self, question: Question) -> str:
        return question.words.in_language(self.language, self.form.default_language)

    def choices(self, question: Question) -> list[tuple[str, str]]:
        default = self.form.default_language
        return [(one.name, one.words.in_language(self.language, default)) for one in question.choices]


def written(answers: Answers, kind: str, write_csv: CsvWriter) -> tuple[bytes, str]:
    """The file, and how its name ends: a ZIP where repeats need more than one table."""
    sheets = answers.sheets()
    if kind == "xlsx":
        return _workbook(answers, sheets), kind
    if kind == "zip":
        tables = ((_file(answers, sheet, "csv"), _csv(sheet, write_csv)) for sheet in sheets)
        return _zip([*tables, *_media(answers.media)]), kind
    made = []
    ending = "csv" if kind == "hxl" else kind
    for sheet in sheets:
        if ending == "csv":
            content = _csv(sheet, write_csv, tagged=kind == "hxl")
        else:
            content = _columns(answers, sheet, kind)
        made.append((_file(answers, sheet, ending), content))
    return (made[0][1], ending) if len(made) == 1 else (_zip(made), "zip")


def _plain(question: Question, said: str) -> object:
    """A number as a number; the rest as it was said."""
    value = number(said) if question.kind == NUMBER and said else None
    return said if value is None else int(value) if value == int(value) else value


def _file(answers: Answers, sheet: Sheet, kind: str) -> str:
    name = f"{answers.form.id}-{sheet.name.replace('/', '-')}" if sheet.name else answers.form.id
    return f"{UNSAFE.sub('_', name)[:120]}.{kind}"


def _csv(sheet: Sheet, write_csv: CsvWriter, *, tagged: bool = False) -> bytes:
    return write_csv(sheet.head(), [*([sheet.tags()] if tagged else []), *sheet.cells()])


def _media(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Names that stay in their folder, none twice."""
    used: set[str] = set()
    for name, content in files:
        plain = UNSAFE.sub("_", name).lstrip(".")[-100:] or "file"
        while plain in used:
            plain = f"_{plain}"
        used.add(plain)
        yield f"media/{plain}", content


def _zip(files: Iterable[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def _workbook(answers: Answers, sheets: Sequence[Sheet]) -> bytes:
    """A sheet for each table, and one that says what the names and answers mean."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for place, sheet in enumerate(sheets):
        page = book.create_sheet(f"{UNSAFE.sub('-', sheet.name)[:27]} {place}" if place else "answers")
        lines: list[Cells] = [sheet.head(), *sheet.cells()]
        for cells in lines:
            page.append([_harmless(cell) for cell in cells])
    page = book.create_sheet("labels")
    page.append(["question", "label", "answer", "answer_label"])
    for sheet in sheets:
        for heading, question in zip(sheet.head(), sheet.questions, strict=False):
            page.append([_harmless(cell) for cell in (heading, answers.words(question), "", "")])
            for name, label in answers.choices(question):
                page.append([_harmless(cell) for cell in (heading, "", name, label)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _harmless(cell: object) -> object:
    """No cell is a formula, none holds what a sheet cannot."""
    if not isinstance(cell, str):
        return cell
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", cell)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _columns(answers: Answers, sheet: Sheet, kind: str) -> bytes:
    """Parquet, SPSS or Stata."""
    try:
        import polars as pl
    except ImportError:
        raise CannotWrite("This needs the packages of `make science`.") from None
    if kind == "parquet":
        out = io.BytesIO()
        pl.DataFrame([_series(sheet, place) for place in range(len(sheet.head()))]).write_parquet(out)
        return out.getvalue()
    return _Coded(answers, sheet, LONGEST_LABEL[kind]).write(kind)


def _series(sheet: Sheet, place: int) -> "pl.Series":
    """A column of Parquet: text, a number, or a list of what was chosen."""
    import polars as pl

    kind = sheet.questions[place].kind if place < len(sheet.questions) else ""
    cells = [row[place] for row in sheet.cells()]
    name = sheet.head()[place]
    if kind == SEVERAL:
        return pl.Series(name, [str(cell).split() for cell in cells], pl.List(pl.String))
    if kind == NUMBER:
        return pl.Series(
            name, [cell if isinstance(cell, int | float) else None for cell in cells], pl.Float64
        )
    return pl.Series(name, [str(cell) or None for cell in cells], pl.String)


@dataclass
class _Coded:
    """Columns of numbers with labels, as SPSS and Stata want them: each choice of a question with several
    answers is a column of its own with 1 or 0, empty where nothing was answered."""

    answers: Answers
    sheet: Sheet
    longest: int
    columns: dict[str, "pl.Series"] = field(default_factory=dict)
    labels: list[str | None] = field(default_factory=list)
    values: dict[str, dict[int | float, str]] = field(default_factory=dict)

    def write(self, kind: str) -> bytes:
        import polars as pl
        import pyreadstat

        for question in self.sheet.questions:
            self._question(question)
        if self.sheet.name:
            self._text("PARENT_KEY", "", self.sheet.parents)
        self._text("KEY", "", self.sheet.ids)
        put = pyreadstat.write_sav if kind == "sav" else pyreadstat.write_dta
        with tempfile.TemporaryDirectory() as place:  # the library writes files alone
            path = Path(place) / f"answers.{kind}"
            frame = pl.DataFrame(list(self.columns.values()))
            put(frame, str(path), column_labels=self.labels, variable_value_labels=self.values)
            return path.read_bytes()

    def _question(self, question: Question) -> None:
        said = [row.get(question.key, "") for row in self.sheet.rows]
        name, words = "_".join(question.path), self.answers.words(question)
        choices = self.answers.choices(question)
        if question.kind == SEVERAL:
            for choice, label in choices:
                marks = [float(choice in one.split()) if one else None for one in said]
                self._number(f"{name}_{choice}", f"{label}: {words}", marks)
        elif question.kind == ONE and choices:
            codes = {choice: float(code) for code, (choice, _label) in enumerate(choices, 1)}
            own = self._number(name, words, [codes.get(one) for one in said])
            self.values[own] = {code: self._short(label) for code, (_choice, label) in enumerate(choices, 1)}
        elif question.kind == NUMBER:
            self._number(name, words, [number(one) if one else None for one in said])
        else:
            self._text(name, words, said)

    def _named(self, name: str, label: str) -> str:
        """A name that both programs take and no other column has."""
        plain = NAME.sub("_", name)[:30] or "q"
        plain = plain if plain[0].isalpha() else f"q{plain}"[:30]
        taken = {one.casefold() for one in self.columns}
        found = next(
            one
            for one in (plain, *(f"{plain[:27]}_{at}" for at in range(2, 1000)))
            if one.casefold() not in taken
        )
        self.labels.append(self._short(label))
        return found

    def _short(self, label: str) -> str:
        return label.encode()[: self.longest].decode(errors="ignore")

    def _number(self, name: str, label: str, cells: Sequence[float | None]) -> str:
        import polars as pl

        own = self._named(name, label)
        self.columns[own] = pl.Series(own, cells, pl.Float64)
        return own

    def _text(self, name: str, label: str, cells: Sequence[str]) -> None:
        import polars as pl

        own = self._named(name, label)
        self.columns[own] = pl.Series(own, list(cells), pl.String)
