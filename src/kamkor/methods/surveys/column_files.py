"""Tables of answers read at full speed, as columns. Needs polars."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from kamkor.methods.surveys.answers import OWN_IDS, PARENT_IDS, YES, BadAnswers, heading_of, known_columns
from kamkor.methods.surveys.columns import PARENT, Columns
from kamkor.methods.surveys.counting import Rows
from kamkor.methods.surveys.form import Form

ID = "(id)"  # of the submission


def as_columns(rows: Rows) -> Columns:
    """The same answers, faster to count."""
    return Columns(_frame(rows.main), {repeat: _frame(found) for repeat, found in rows.repeats.items()})


def _frame(rows: Sequence[Mapping[str, str]]) -> pl.DataFrame:
    keys = dict.fromkeys(key for row in rows for key in row)
    columns = {key: [row.get(key, "") for row in rows] for key in keys}
    return pl.DataFrame(columns, schema=dict.fromkeys(keys, pl.String))


def read_columns(form: Form, files: Sequence[Path], keep: Sequence[str]) -> Columns:
    """The tables of submissions one below the other, and those of each repeat joined to them."""
    parts: dict[str, list[pl.DataFrame]] = {}
    for file in files:
        repeat, frame = _read(form, file, keep)
        parts.setdefault(repeat, []).append(frame)
    if "" not in parts:
        raise BadAnswers("The answers of repeats are there, and those of the submissions are not.")
    main = pl.concat(parts.pop(""), how="diagonal")
    if ID not in main.columns:
        if parts:
            raise BadAnswers(
                "The table of submissions needs the column KEY: the rows of repeats point to it."
            )
        return Columns(main)
    unnamed = pl.concat_str(pl.lit("row "), pl.int_range(pl.len()))
    main = main.with_columns(pl.coalesce(ID, unnamed).alias(ID)).unique(ID, keep="last", maintain_order=True)
    places = main.select(ID).with_row_index(PARENT)
    return Columns(main, {repeat: _joined(frames, places) for repeat, frames in parts.items()})


def _joined(frames: Sequence[pl.DataFrame], places: pl.DataFrame) -> pl.DataFrame:
    rows = pl.concat(frames, how="diagonal").with_columns(pl.col(ID).str.split("/").list.first())
    joined = rows.join(places, on=ID, how="inner")
    if joined.height < rows.height:
        raise BadAnswers(f"{rows.height - joined.height} rows of a repeat are of no submission that is here.")
    return joined


def _read(form: Form, file: Path, keep: Sequence[str]) -> tuple[str, pl.DataFrame]:
    """Which part of the form the table is of, and its answers by question."""
    headings, sign = heading_of(file)
    repeat, known = known_columns(form, file, headings)
    links = [name for name in (PARENT_IDS if repeat else OWN_IDS) if name in headings][:1]
    extra = [name for name in keep if name in headings and name not in known]
    wanted = sorted({headings.index(name) for name in (*known, *links, *extra)})
    try:
        frame = pl.read_csv(file, separator=sign, infer_schema=False, columns=wanted)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as problem:
        raise BadAnswers(f"{file.name}: this is no table in UTF-8. Save it as CSV UTF-8.") from problem
    frame.columns = [headings[at] for at in wanted]
    ids = [pl.col(name).alias(ID) for name in links]
    return repeat, frame.select(*_by_question(known), *ids, *(pl.col(name) for name in extra))


def _by_question(known: Mapping[str, tuple[str, str]]) -> list[pl.Expr]:
    """A column for each question; those of single choices are put together again."""
    found: list[pl.Expr] = []
    split: dict[str, list[pl.Expr]] = {}
    for heading, (key, choice) in known.items():
        if choice:
            mark = pl.col(heading).str.strip_chars().is_in(YES)
            split.setdefault(key, []).append(pl.when(mark).then(pl.lit(choice)))
        else:
            found.append(pl.col(heading).str.strip_chars().alias(key))
    return found + [
        pl.concat_str(marks, separator=" ", ignore_nulls=True).alias(key) for key, marks in split.items()
    ]
