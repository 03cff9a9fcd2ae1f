"""Answers from files: tables as ODK Central and KoboToolbox export them, lines of JSON, folders of XML."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kamkor.methods.sheets.decoding import decode
from kamkor.methods.sheets.problems import FileError
from kamkor.methods.surveys.counting import Rows, Source
from kamkor.methods.surveys.form import SEVERAL, Form, Question
from kamkor.methods.surveys.instances import BadInstance, Node, read_instance

OWN_IDS = ("KEY", "meta-instanceID", "meta/instanceID", "instanceID", "_uuid", "__id", "_index")
PARENT_IDS = ("PARENT_KEY", "__Submissions-id", "_submission__uuid", "_parent_index")
ROW_ID = "(id)"  # under which a row holds what its submission is called
YES = ("1", "1.0", "true", "True", "TRUE", "yes")
SIGNS = "/-.:"


class BadAnswers(ValueError):
    """Why a file of answers cannot be read: file, row and the mend."""


@dataclass
class Gathered:
    """Rows of all files; ids tell what was sent twice and which submission a row of a repeat is of."""

    main: list[dict[str, str]] = field(default_factory=list)
    repeats: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)

    def submission(self, row: dict[str, str], own: str) -> int:
        """Its place; one that comes again takes the place of the earlier one."""
        at = self.places.get(own, len(self.main)) if own else len(self.main)
        if at == len(self.main):
            self.main.append(row)
        else:
            self.main[at] = row
            for rows in self.repeats.values():
                rows[:] = [inner for inner in rows if inner[Rows.PARENT] != str(at)]
        if own:
            self.places[own] = at
        return at

    def row(self, repeat: str, row: dict[str, str], parent: int) -> None:
        self.repeats.setdefault(repeat, []).append({**row, Rows.PARENT: str(parent)})


def read_answers(form: Form, paths: Sequence[Path], *, keep: Sequence[str] = ()) -> Source:
    """The answers of all files together. `keep` are columns besides the questions (a weight)."""
    files = files_in(paths)
    tables = _tables(files)
    if len(tables) == len(files) and find_spec("polars"):
        from kamkor.methods.surveys.column_files import read_columns

        return read_columns(form, tables, keep)
    rows = read_rows(form, paths, keep=keep)
    if not find_spec("polars"):
        return rows
    from kamkor.methods.surveys.column_files import as_columns

    return as_columns(rows)


def read_rows(form: Form, paths: Sequence[Path], *, keep: Sequence[str] = ()) -> Rows:
    """The same row by row, each with its id where it has one."""
    files = files_in(paths)
    tables = _tables(files)
    gathered = Gathered()
    parents_first = sorted(tables, key=lambda file: _is_repeat(heading_of(file)[0]))
    for file in [*(file for file in files if file not in tables), *parents_first]:
        _take(form, gathered, file, keep)
    for own, place in gathered.places.items():
        gathered.main[place][ROW_ID] = own
    return Rows(gathered.main, gathered.repeats)


def files_in(paths: Sequence[Path]) -> list[Path]:
    files = [file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
    files = [file for file in files if file.is_file() and not file.name.startswith(".")]
    if not files:
        raise BadAnswers("There are no answers: the folder is empty.")
    return files


def _tables(files: Sequence[Path]) -> list[Path]:
    return [file for file in files if file.suffix.casefold() in {".csv", ".txt", ".tsv"}]


def aliases(form: Form, repeat: str) -> dict[str, tuple[str, str]]:
    """How files write the questions of the form (or of one repeat): heading → question, and a choice where
    each choice has a column of its own."""
    found: dict[str, tuple[str, str]] = {}
    questions = [question for question in form.questions if question.repeat == repeat]
    for depth in (0, len(repeat.split("/")) if repeat else 0, None):
        for question in questions:
            path = question.path[-1:] if depth is None else question.path[depth:]
            for sign in SIGNS:
                _alias(found, question, sign.join(path))
    return found


def _alias(found: dict[str, tuple[str, str]], question: Question, heading: str) -> None:
    found.setdefault(heading, (question.key, ""))
    if question.kind == SEVERAL:
        for choice in question.choices:
            for sign in SIGNS:
                found.setdefault(f"{heading}{sign}{choice.name}", (question.key, choice.name))


def _is_repeat(headings: Iterable[str]) -> bool:
    return bool(set(PARENT_IDS) & set(headings))


def heading_of(file: Path) -> tuple[list[str], str]:
    """The headings, and the sign between them."""
    with file.open("rb") as opened:
        first = opened.readline()
    text = first.decode("utf-8-sig", "replace")
    sign = max(",;\t", key=text.count)
    return [cell.strip() for cell in next(csv.reader([text], delimiter=sign), [])], sign


def _repeat_of(form: Form, file: Path, headings: Sequence[str]) -> str:
    """Which part of the form a table is of: "" for submissions, else the repeat of most of its columns."""
    if not _is_repeat(headings):
        return ""

    def fits(repeat: str) -> tuple[int, bool]:
        known = aliases(form, repeat)
        return sum(heading in known for heading in headings), repeat.rpartition("/")[2] in file.stem

    best = max(form.repeats, key=fits, default="")
    if not best:
        raise BadAnswers(f"{file.name}: the table is of a repeat, and the form has none.")
    return best


def known_columns(form: Form, file: Path, headings: Sequence[str]) -> tuple[str, dict[str, tuple[str, str]]]:
    """The part of the form that the table is of, and its columns that the form asks."""
    repeat = _repeat_of(form, file, headings)
    written = aliases(form, repeat)
    known = {heading: written[heading] for heading in headings if heading in written}
    if not known:
        found = ", ".join(headings[:12])
        raise BadAnswers(
            f"{file.name}, row 1: no column is a question of this form. The columns are: {found}."
        )
    whole = {key for key, choice in known.values() if not choice}
    return repeat, {heading: at for heading, at in known.items() if not at[1] or at[0] not in whole}


def _take(form: Form, gathered: Gathered, file: Path, keep: Sequence[str]) -> None:
    ending = file.suffix.casefold()
    if ending in {".csv", ".txt", ".tsv"}:
        _table(form, gathered, file, keep)
    elif ending in {".jsonl", ".ndjson", ".json"}:
        for number, nested in _lines(file):
            if not isinstance(nested, dict):
                raise BadAnswers(f"{file.name}, row {number}: an answer is an object in braces.")
            _nested(form, gathered, nested, keep)
    elif ending == ".xml":
        try:
            instance = read_instance(file.read_bytes())
        except BadInstance as problem:
            raise BadAnswers(f"{file.name}: this is no submission ({problem.code}).") from None
        take_instance(form, gathered, instance.root, instance.id)
    else:
        raise BadAnswers(f"{file.name}: answers come as .csv, .jsonl, .json or .xml.")


def _lines(file: Path) -> Iterator[tuple[int, Any]]:
    """The objects of a file of JSON, one on each line or one list."""
    number = 0
    try:
        text = file.read_text(encoding="utf-8-sig")
        if text.lstrip().startswith("["):
            yield from enumerate(json.loads(text), start=1)
            return
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                yield number, json.loads(line)
    except UnicodeDecodeError:
        raise BadAnswers(f"{file.name}: not UTF-8.") from None
    except (json.JSONDecodeError, RecursionError):
        raise BadAnswers(f"{file.name}, row {number or 1}: this is not JSON.") from None


def _nested(form: Form, gathered: Gathered, nested: Mapping[str, Any], keep: Sequence[str]) -> None:
    """One submission as Central and Kobo write it in JSON; repeats are lists."""
    flat: dict[str, str] = {}
    inner: list[tuple[str, Mapping[str, Any]]] = []
    _flatten(form, (nested, ""), flat, inner)
    known = aliases(form, "")
    row = {known[key][0]: value for key, value in flat.items() if key in known}
    row |= {name: flat[name] for name in keep if name in flat}
    own = next((flat[name] for name in (*OWN_IDS[:-1], "meta/instanceID") if flat.get(name)), "")
    at = gathered.submission(row, own)
    for repeat, mapping in inner:
        below: dict[str, str] = {}
        _flatten(form, (mapping, repeat), below, inner)
        names = aliases(form, repeat)
        gathered.row(repeat, {names[key][0]: value for key, value in below.items() if key in names}, at)


def _flatten(
    form: Form, part: tuple[Mapping[str, Any], str], flat: dict[str, str], inner: list[tuple[str, Any]]
) -> None:
    mapping, path = part
    for name, value in mapping.items():
        whole = name if not path or name.startswith(f"{path}/") else f"{path}/{name}"
        match value:
            case dict():
                _flatten(form, (value, whole), flat, inner)
            case list() if whole in form.repeats:
                inner += [(whole, row) for row in value if isinstance(row, dict)]
            case list():
                flat[whole] = " ".join(str(one) for one in value)
            case None:
                pass
            case _:
                flat[whole] = str(value).strip()


def take_instance(form: Form, gathered: Gathered, root: Node, own: str) -> None:
    """One submission in XML, whose repeats are elements that come again."""
    row: dict[str, str] = {}
    inner: list[tuple[str, dict[str, str]]] = []
    _walk(form, (root, ()), row, inner)
    at = gathered.submission(row, own)
    for repeat, below in inner:
        gathered.row(repeat, below, at)


def _walk(
    form: Form,
    part: tuple[Node, tuple[str, ...]],
    row: dict[str, str],
    inner: list[tuple[str, dict[str, str]]],
) -> None:
    node, path = part
    for child in node.children:
        whole = (*path, child.tag)
        if "/".join(whole) in form.repeats:
            below: dict[str, str] = {}
            inner.append(("/".join(whole), below))
            _walk(form, (child, whole), below, inner)
        elif child.children:
            _walk(form, (child, whole), row, inner)
        else:
            row["/".join(whole)] = child.text


def _table(form: Form, gathered: Gathered, file: Path, keep: Sequence[str]) -> None:
    try:
        text, _encoding, _mixed = decode(file.name, file.read_bytes())
    except FileError as problem:
        raise BadAnswers(f"{file.name}: this is no table in UTF-8 ({problem.code}).") from None
    headings, sign = heading_of(file)
    repeat, known = known_columns(form, file, headings)
    link = next((name for name in (PARENT_IDS if repeat else OWN_IDS) if name in headings), "")
    for number, cells in enumerate(csv.DictReader(io.StringIO(text), headings, delimiter=sign)):
        if not number:
            continue
        row = _row(cells, known) | {name: cells[name] or "" for name in keep if name in cells}
        own = (cells.get(link) or "").strip()
        if not repeat:
            gathered.submission(row, own)
        elif (root := own.partition("/")[0]) in gathered.places:
            gathered.row(repeat, row, gathered.places[root])
        else:
            raise BadAnswers(f"{file.name}, row {number + 1}: {link} names no submission.")


def _row(cells: Mapping[str, str | None], known: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    row: dict[str, str] = {}
    for heading, (key, choice) in known.items():
        said = (cells.get(heading) or "").strip()
        if not choice:
            row[key] = said
        elif said in YES:
            row[key] = f"{row.get(key, '')} {choice}".strip()
        else:
            row.setdefault(key, "")
    return row
