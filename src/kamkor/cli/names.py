"""`kamkor names`: find names in a list, however they are spelt. Needs no database, no sign-in."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import click

from kamkor.methods.name_index import Match, NameIndex
from kamkor.methods.names import SAME, fold, search

RANKED = 0.3  # the ten best are asked for, and who asks judges them: lower than what is called the same name
_SEPARATORS = ",;\t|"
_PLACE = click.Path(exists=True, dir_okay=False, path_type=Path)


class _Rows(Protocol):
    """What `csv.reader` gives; its own type has no name."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...


@dataclass(frozen=True)
class Listed:
    """One row of the list."""

    id: str
    name: str
    year: int | None


@click.group()
def names() -> None:
    """Find names however they are spelt."""


@names.command()
@click.argument("query", nargs=-1)
@click.option("--against", required=True, type=_PLACE, help="CSV with columns id, name, perhaps birth_year.")
@click.option("--queries", type=_PLACE, help="A file with one query a line.")
@click.option("--top", default=10, show_default=True, type=click.IntRange(1, 1000), help="Matches a query.")
@click.option("--year", type=click.IntRange(1900, 2100), help="Leave out who was born in another year.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON in place of a table.")
def match(
    query: tuple[str, ...], against: Path, queries: Path | None, *, top: int, year: int | None, as_json: bool
) -> None:
    """The names in a list that fit each query best, best first.

    A score of 0.92 or more can be called the same name; with less, let a person look.
    """
    if bool(query) == bool(queries):
        raise click.UsageError("Give one or more queries, or --queries FILE (and not both).")
    asked = list(query) if queries is None else _lines(queries)
    listed = [row for row in read_list(against) if year is None or row.year in {None, year}]
    index = NameIndex((number, fold(row.name)) for number, row in enumerate(listed))
    found = ((text, search(index, text, top=top, cut=RANKED)) for text in asked)
    if as_json:
        click.echo(
            json.dumps([_answer(text, matches, listed) for text, matches in found], ensure_ascii=False)
        )
    else:
        for text, matches in found:
            _print_table(text, matches, listed)


def read_list(file: Path) -> list[Listed]:
    """The rows of a CSV with a header; ids may repeat, names may be empty and then match nothing."""
    text = _text(file)
    header = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=header.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    columns = [column.strip().lower() for column in next(rows, [])]
    for needed in ("id", "name"):
        if needed not in columns:
            raise click.ClickException(
                f"{file}, row 1: no column “{needed}”, only {', '.join(columns) or 'an empty row'}. "
                "Mend: let the first row be id,name."
            )
    return list(_rows(file, columns, rows))


def _rows(file: Path, columns: list[str], rows: "_Rows") -> Iterator[Listed]:
    at = {column: number for number, column in enumerate(columns)}
    try:
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) < len(columns):
                raise click.ClickException(
                    f"{file}, row {rows.line_num}: {len(row)} fields where {len(columns)} are expected, "
                    f"{columns[len(row)]} is missing. Mend: write every field, empty ones too."
                )
            year = row[at["birth_year"]].strip() if "birth_year" in at else ""
            yield Listed(row[at["id"]].strip(), row[at["name"]], _year(file, rows.line_num, year))
    except csv.Error as problem:
        raise click.ClickException(
            f"{file}, row {rows.line_num}: {problem}. Mend: save the list as a plain CSV again."
        ) from None


def _year(file: Path, row: int, text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise click.ClickException(
            f"{file}, row {row}, birth_year: not a year of four digits. Mend: write 1994, or leave it empty."
        )
    return int(text)


def _text(file: Path) -> str:
    content = file.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        row = content[: problem.start].count(b"\n") + 1
        raise click.ClickException(
            f"{file}, row {row}: not UTF-8. Mend: save it as “CSV UTF-8” (or: iconv -f CP1251 -t UTF-8)."
        ) from None


def _lines(file: Path) -> list[str]:
    """One query a line, blank ones too, so that answers keep their places."""
    lines = _text(file).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _answer(text: str, matches: list[Match[int]], listed: list[Listed]) -> dict[str, object]:
    found = [{"id": listed[match.id].id, "score": round(match.score, 4)} for match in matches]
    return {"query": text, "matches": found}


def _print_table(text: str, matches: list[Match[int]], listed: list[Listed]) -> None:
    click.echo(text or "(blank)")
    width = max((len(listed[match.id].id) for match in matches), default=0)
    for match in matches:
        row = listed[match.id]
        sign = "=" if match.score >= SAME else " "
        click.echo(
            f"  {match.score:.2f} {sign} {row.id:<{width}}  {row.name}{f', {row.year}' if row.year else ''}"
        )
    if not matches:
        click.echo("  nobody")
