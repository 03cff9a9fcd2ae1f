"""Reads an XLSForm: the sheets survey, choices and settings, with everything wrong named by its cell.

What stands here is what tables and pages need of a form. Whether telephones can run it is asked of pyxform
besides (see `kamkor.surveys.checking`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

from kamkor.methods.sheets.books import sheet_rows
from kamkor.methods.sheets.problems import FileError, Limits
from kamkor.methods.surveys.flaws import BadForm, Flaw
from kamkor.methods.surveys.form import (
    ABOUT,
    TYPES,
    WITHOUT_ANSWER,
    Choice,
    Form,
    Question,
    Words,
    language_key,
)

LIMITS = Limits(bytes=10_000_000, rows=20_000)
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
REFERENCE = re.compile(r"\$\{\s*([^}]*?)\s*\}")
LIST_TYPES = ("select_one", "select_multiple", "rank")
FROM_FILE = ("select_one_from_file", "select_multiple_from_file")
REFERRING = ("relevant", "constraint", "calculation", "choice_filter", "repeat_count")
SPELT = {  # other spellings of the standard, which older forms use
    "select1": "select_one",
    "select one": "select_one",
    "select multiple": "select_multiple",
    "select all that apply": "select_multiple",
    "begin group": "begin_group",
    "end group": "end_group",
    "begin repeat": "begin_repeat",
    "end repeat": "end_repeat",
    "photo": "image",
    "int": "integer",
    "string": "text",
    "location": "geopoint",
    "gps": "geopoint",
    "trigger": "acknowledge",
}


@dataclass(frozen=True)
class Line:
    """A row of a sheet by its headings, and the letter of each heading's column."""

    sheet: str
    row: int
    cells: Mapping[str, str]
    columns: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def flaw(self, code: str, column: str, /, **params: str) -> Flaw:
        letter = self.columns.get(column, "")
        return Flaw(self.sheet, self.row, f"{letter}{self.row}" if letter else "", code, params)

    def words(self, column: str) -> Words:
        """`label`, `label::Русский (ru)`: what a person reads, by language."""
        said = {
            heading.partition("::")[2].strip(): text
            for heading, text in self.cells.items()
            if heading.partition("::")[0] == column and text
        }
        return Words(said, self["name"])


@dataclass
class _Reading:
    """What has been read so far."""

    choices: dict[str, tuple[Choice, ...]]
    languages: tuple[str, ...]
    flaws: list[Flaw]
    questions: list[Question] = field(default_factory=list)
    repeats: dict[str, Words] = field(default_factory=dict)
    opened: list[tuple[str, Line]] = field(default_factory=list)  # group or repeat, and where it begins
    names: dict[tuple[str, ...], int] = field(default_factory=dict)


def read_form(name: str, raw: bytes) -> tuple[Form, list[Flaw]]:
    """The form and its mild flaws. Raises BadForm with all flaws where it cannot be used, FileError where the
    file is no workbook."""
    try:
        survey = list(_lines(name, raw, "survey"))
    except FileError as error:
        if error.code == "no_sheet":
            raise BadForm([Flaw("", 0, "", "no_survey")]) from None
        raise
    choice_lines, settings = (_optional(name, raw, sheet) for sheet in ("choices", "settings"))
    flaws = _missing_columns(survey)
    languages = _languages([*survey, *choice_lines])
    reading = _Reading(_choices(choice_lines, languages, flaws), languages, flaws)
    for line in survey:
        _row(reading, line)
    _finish(reading, survey)
    said = settings[0] if settings else Line("settings", 2, {}, {})
    form = Form(
        said["form_id"] or said["id_string"] or re.sub(r"\W+", "_", name.rpartition(".")[0]) or "form",
        said["form_title"] or said["title"] or name.rpartition(".")[0],
        said["version"],
        languages,
        language_key(dict.fromkeys(languages, ""), said["default_language"]) or next(iter(languages), ""),
        tuple(reading.questions),
        reading.repeats,
    )
    if any(not flaw.mild for flaw in reading.flaws):
        raise BadForm(sorted(reading.flaws))
    return form, sorted(reading.flaws)


def _lines(name: str, raw: bytes, sheet: str) -> Iterator[Line]:
    """The rows below the heading that say anything; headings in lower case but for the language."""
    columns: dict[str, str] = {}
    headings: list[str] = []
    for number, cells in sheet_rows(name, raw, sheet, LIMITS):
        if number > LIMITS.rows:
            raise FileError(name, "too_many_rows", limit=str(LIMITS.rows))
        if not headings:
            headings = [_heading(cell) for cell in cells]
            columns = {
                heading: get_column_letter(at) for at, heading in enumerate(headings, start=1) if heading
            }
        elif any(cells):
            said = {heading: cell for heading, cell in zip(headings, cells, strict=False) if heading and cell}
            yield Line(sheet, number, said, columns)


def _optional(name: str, raw: bytes, sheet: str) -> list[Line]:
    try:
        return list(_lines(name, raw, sheet))
    except FileError as error:
        if error.code == "no_sheet":
            return []
        raise


def _heading(cell: str) -> str:
    """`Label :: Русский (ru)` as `label::Русский (ru)`; `list name` as `list_name`."""
    first, mark, rest = cell.partition("::")
    column = first.strip().casefold().replace(" ", "_")
    column = {"value": "name", "relevance": "relevant", "caption": "label"}.get(column, column)
    return f"{column}{mark}{rest.strip()}"


def _missing_columns(survey: list[Line]) -> list[Flaw]:
    if not survey:
        return [Flaw("survey", 0, "", "nothing_asked")]
    return [
        Flaw("survey", 1, "", "no_column", {"column": column})
        for column in ("type", "name")
        if column not in survey[0].columns
    ]


def _languages(lines: list[Line]) -> tuple[str, ...]:
    """Those of any label, in the order of their columns."""
    found = [
        heading.partition("::")[2]
        for line in lines
        for heading in line.columns
        if heading.startswith("label::")
    ]
    return tuple(dict.fromkeys(found))


def _choices(
    lines: list[Line], languages: tuple[str, ...], flaws: list[Flaw]
) -> dict[str, tuple[Choice, ...]]:
    lists: dict[str, dict[str, tuple[int, Choice]]] = {}
    for line in lines:
        missing = [column for column in ("list_name", "name") if not line[column]]
        flaws += [line.flaw("no_choice", column, column=column) for column in missing]
        if missing:
            continue
        choices = lists.setdefault(line["list_name"], {})
        if line["name"] in choices:
            first = str(choices[line["name"]][0])
            flaws.append(
                line.flaw("same_choice", "name", list=line["list_name"], name=line["name"], first=first)
            )
        choices[line["name"]] = line.row, Choice(line["name"], line.words("label"))
        flaws += _untranslated(line, languages)
    return {name: tuple(choice for _row, choice in choices.values()) for name, choices in lists.items()}


def _untranslated(line: Line, languages: tuple[str, ...]) -> list[Flaw]:
    """Languages that other rows have and this one has not; or no words at all."""
    said = line.words("label").said
    if not said and not any(
        heading.startswith(("media", "hint", "image", "audio")) for heading in line.cells
    ):
        return [line.flaw("no_label", "label")]
    absent = [language for language in languages if said and language not in said and "" not in said]
    return [line.flaw("not_translated", f"label::{language}", language=language) for language in absent]


def _type(line: Line) -> tuple[str, str]:
    """The type in the standard's spelling, and its list of choices."""
    said = " ".join(line["type"].split())
    for other, standard in SPELT.items():
        if said.casefold() == other or said.casefold().startswith(f"{other} "):
            said = f"{standard}{said[len(other) :]}"
    kind, _space, rest = said.partition(" ")
    kind = kind.casefold()
    if kind in FROM_FILE:
        return kind.removesuffix("_from_file"), ""
    return kind, rest.removesuffix(" or_other").removesuffix(
        " or other"
    ).strip() if kind in LIST_TYPES else ""


def _row(reading: _Reading, line: Line) -> None:
    kind, list_name = _type(line)
    if not kind:
        return
    if kind in {"begin_group", "begin_repeat"}:
        _begin(reading, line, kind.removeprefix("begin_"))
    elif kind in {"end_group", "end_repeat"}:
        what = kind.removeprefix("end_")
        if not reading.opened or reading.opened[-1][0] != what:
            reading.flaws.append(line.flaw("not_begun", "type", what=what))
        else:
            reading.opened.pop()
    elif kind not in TYPES:
        reading.flaws.append(line.flaw("unknown_type", "type", type=line["type"]))
    else:
        _question(reading, line, kind, list_name)


def _begin(reading: _Reading, line: Line, what: str) -> None:
    path = _named(reading, line)
    reading.opened.append((what, line))
    if what == "repeat":
        reading.repeats["/".join(path)] = line.words("label")


def _named(reading: _Reading, line: Line) -> tuple[str, ...]:
    """The path of what the row names; its flaws are noted."""
    path = (*(outer["name"] for _what, outer in reading.opened), line["name"])
    if not line["name"]:
        reading.flaws.append(line.flaw("no_name", "name"))
    elif not NAME.fullmatch(line["name"]):
        reading.flaws.append(line.flaw("bad_name", "name", name=line["name"]))
    elif path in reading.names:
        first = str(reading.names[path])
        reading.flaws.append(line.flaw("same_name", "name", name=line["name"], first=first))
    reading.names.setdefault(path, line.row)
    return path


def _question(reading: _Reading, line: Line, kind: str, list_name: str) -> None:
    if kind in ABOUT and not line["name"]:
        return
    path = _named(reading, line)
    if kind in LIST_TYPES and "from_file" not in line["type"]:
        if not list_name:
            reading.flaws.append(line.flaw("no_list", "type"))
        elif list_name not in reading.choices and "${" not in list_name:
            reading.flaws.append(line.flaw("unknown_list", "type", list=list_name))
    choices = reading.choices.get(list_name, ())
    if kind == "select_multiple":
        spaced = [choice.name for choice in choices if " " in choice.name]
        reading.flaws += [line.flaw("spaced_choice", "type", name=name) for name in spaced[:1]]
    if (
        kind not in {"calculate", "hidden"}
        and kind not in ABOUT
        and kind in TYPES - {"deviceid", "audit", "username"}
    ):
        reading.flaws += _untranslated(line, reading.languages)
    if kind in WITHOUT_ANSWER:
        return
    repeat = max(
        (key for key in reading.repeats if "/".join(path).startswith(f"{key}/")), key=len, default=""
    )
    cell = f"{line.columns['type']}{line.row}"
    other = line["type"].endswith(("or_other", "or other"))
    if other:
        choices = (*choices, Choice("other", Words({}, "other")))
    question = Question(
        path,
        kind,
        line.words("label"),
        choices,
        repeat=repeat,
        cell=cell,
        list_name=list_name,
        hxl=line["hxl"],
    )
    reading.questions.append(question)
    if other:
        name = f"{path[-1]}_other"
        reading.questions.append(
            Question((*path[:-1], name), "text", Words({}, name), repeat=repeat, cell=cell)
        )


def _finish(reading: _Reading, survey: list[Line]) -> None:
    """What shows only when everything has been read."""
    reading.flaws += [line.flaw("not_closed", "type", what=what) for what, line in reading.opened]
    known = {path[-1] for path in reading.names}
    for line in survey:
        for column in REFERRING:
            absent = [
                name
                for name in REFERENCE.findall(line[column])
                if name.removeprefix("last-saved#") not in known
            ]
            reading.flaws += [line.flaw("unknown_reference", column, name=name) for name in absent]
    if not reading.questions and not reading.flaws:
        reading.flaws.append(Flaw("survey", 0, "", "nothing_asked"))
