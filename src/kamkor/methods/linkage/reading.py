"""Lists as people keep them: comma-separated files of persons, checked before anything is compared."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import polars as pl

COLUMNS = ("first_name", "surname", "patronymic", "dob", "city", "phone")
ID = "unique_id"
ROW = "row in the file"
TRUTH = ("source", ID, "entity")
DELIMITERS = ",;\t"


class ListProblem(ValueError):
    """What is wrong with a file, where in it, and what would mend it."""


def read_lists(paths: Sequence[Path]) -> pl.DataFrame:
    """All rows of the lists, one under the other: source (the file's stem), unique_id and the six fields."""
    stems = [path.stem for path in paths]
    for stem in stems:
        if stems.count(stem) > 1:
            raise ListProblem(f"Two files are called {stem}: the answer names lists so. Rename one of them.")
    return pl.concat([read_list(path) for path in paths])


def read_list(path: Path) -> pl.DataFrame:
    """One list; a column that is missing is empty, one that is unknown is left out."""
    frame = _table(path)
    if ID not in frame.columns:
        found = ", ".join(name for name in frame.columns if name != ROW)
        raise ListProblem(
            f"{path.name}, row 1: the column {ID} is missing; it has of ours: {found or 'none'}. Add it."
        )
    if not set(COLUMNS) & set(frame.columns):
        raise ListProblem(f"{path.name}, row 1: none of the columns {', '.join(COLUMNS)} is there.")
    if frame.is_empty():
        raise ListProblem(f"{path.name}: there is a heading and no row. Add the rows of the list.")
    _check_ids(path, frame)
    fields = [pl.col(name) if name in frame.columns else pl.lit("").alias(name) for name in (ID, *COLUMNS)]
    return frame.select(pl.lit(path.stem).alias("source"), *fields)


def read_truth(path: Path) -> pl.DataFrame:
    """Who is who, for measuring: source, unique_id, entity."""
    frame = _table(path)
    if missing := [name for name in TRUTH if name not in frame.columns]:
        raise ListProblem(
            f"{path.name}, row 1: the column {missing[0]} is missing. It needs {', '.join(TRUTH)}."
        )
    return frame.select(TRUTH)


def check_truth(path: Path, truth: pl.DataFrame, rows: pl.DataFrame) -> None:
    """What says nothing of these rows, or two things of one, measures nothing."""
    if again := truth.unique().filter(~pl.struct(TRUTH[:2]).is_first_distinct()).rows():
        raise ListProblem(
            f"{path.name}: {again[0][1]} of {again[0][0]} stands there twice. Take one row out."
        )
    if truth.join(rows, on=TRUTH[:2]).is_empty():
        lists = ", ".join(rows["source"].unique().sort())
        raise ListProblem(
            f"{path.name}: it knows none of these rows. Its source is the name of a list: {lists}."
        )


def _table(path: Path) -> pl.DataFrame:
    """The file as text cells, the row of the file in front; blank lines are left out."""
    raw = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    if not raw.strip():
        raise ListProblem(f"{path.name}: the file is empty. It needs a heading with {ID}, and rows.")
    delimiter = max(DELIMITERS, key=raw.partition(b"\n")[0].decode("utf-8", "replace").count)
    try:
        names = _checked(path, raw, delimiter)
        frame = pl.read_csv(raw, separator=delimiter, infer_schema=False, empty_string_is_null=False)
    except UnicodeDecodeError:
        raise _foreign(path, raw, delimiter) from None
    except (csv.Error, pl.exceptions.PolarsError) as problem:
        raise ListProblem(
            f"{path.name}: this is not a comma-separated file. Save it as CSV UTF-8."
        ) from problem
    known = {name: at for at, name in enumerate(names) if name in {*TRUTH, *COLUMNS}}
    for name in known:
        if names.count(name) > 1:
            raise ListProblem(f"{path.name}, row 1: the column {name} is there twice. Take one out.")
    cells = [pl.nth(at).str.strip_chars().fill_null("").alias(name) for name, at in known.items()]
    kept = frame.select(cells).with_row_index(ROW, offset=2)
    return kept.filter(pl.any_horizontal(pl.col(known) != "")) if known else kept


def _checked(path: Path, raw: bytes, delimiter: str) -> list[str]:
    """The names of the columns; every row must be as wide as they are."""
    text = io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8", newline="")
    rows = csv.reader(text, delimiter=delimiter, strict=True)
    heading: list[str] = []
    try:
        heading = [name.strip().lower() for name in next(rows, [])]
        for row in rows:
            if len(row) != len(heading) and row:
                raise ListProblem(
                    f"{path.name}, row {rows.line_num}: {len(row)} fields, the heading has {len(heading)}. "
                    "Put text that holds a comma in quotes, or add what is missing."
                )
    except csv.Error:
        raise ListProblem(
            f"{path.name}, row {rows.line_num}: a quote is not closed. Close it or take it out."
        ) from None
    return heading


def _foreign(path: Path, raw: bytes, delimiter: str) -> ListProblem:
    """Where the first sign stands that is not UTF-8."""
    try:
        raw.decode()
    except UnicodeDecodeError as problem:
        before = raw[: problem.start]
        row, field = before.count(b"\n") + 1, before.rpartition(b"\n")[2].count(delimiter.encode())
        name = raw.partition(b"\n")[0].decode("utf-8", "replace").split(delimiter)[field:][:1]
        where = f"row {row}, field {name[0].strip() if name and row > 1 else field + 1}"
        return ListProblem(f"{path.name}, {where}: the text is not in UTF-8. Save the file as CSV UTF-8.")
    return ListProblem(f"{path.name}: the text is not in UTF-8. Save the file as CSV UTF-8.")


def _check_ids(path: Path, frame: pl.DataFrame) -> None:
    empty = frame.filter(pl.col(ID) == "")
    if len(empty):
        row = empty[ROW][0]
        raise ListProblem(
            f"{path.name}, row {row}, field {ID}: it is empty. Give every row an id of its own."
        )
    again = frame.filter(~pl.col(ID).is_first_distinct())
    if len(again):
        raise ListProblem(
            f"{path.name}, row {again[ROW][0]}, field {ID}: {again[ID][0]} stands there twice. "
            "Give every row an id of its own."
        )
