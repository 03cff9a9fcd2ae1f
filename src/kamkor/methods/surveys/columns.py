"""Counts the answers to a question over columns, for millions of rows. Needs polars."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from kamkor.methods.surveys.counting import ALL, MISSING, OTHER, Counted, Middle, Tally, names
from kamkor.methods.surveys.form import NUMBER, SEVERAL, Question

PARENT = "(submission)"
NUMBERS = "(number)"


@dataclass(frozen=True)
class Columns:
    """Answers as tables of text; a row of a repeat holds the place of its submission under PARENT."""

    main: pl.DataFrame
    repeats: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    def size(self, repeat: str = "") -> int:
        return self._of(repeat).height

    def absent(self, question: Question) -> bool:
        return question.key not in self._of(question.repeat).columns

    def without_weight(self, column: str) -> int:
        """How many submissions have no number of 0 or more there."""
        if column not in self.main.columns:
            return self.main.height
        return self.main.height - self.main.filter(_weight(column).is_between(0, 1e15, closed="left")).height

    def _of(self, repeat: str) -> pl.DataFrame:
        return self.main if not repeat else self.repeats.get(repeat, pl.DataFrame())

    def count(self, question: Question, by: Question | None, weight: str) -> Counted:
        """Each row once; a row of a repeat stands in the column of its submission."""
        frame = self._asked(question, by, weight)
        if question.kind == NUMBER:
            return _numbers(frame)
        counted = Counted()
        if question.kind == SEVERAL:
            parts = frame.with_columns(
                pl.col("said").str.split(" ").list.eval(pl.element().filter(pl.element() != ""))
            )
            answered = parts.filter(pl.col("said").list.len() > 0)
            counted.answered = _tallies(answered.group_by("column"))
            said = pl.when(pl.col("said").list.len() > 0).then("said").otherwise(pl.lit([""]))
            frame = parts.with_columns(said.alias("said")).with_row_index("row").explode("said")
            frame = frame.with_columns(_sorted_out("said", question)).unique(["row", "said"])
        else:
            frame = frame.with_columns(_sorted_out("said", question))
        found = frame.group_by("said", "column").agg(pl.len().alias("n"), pl.col("weight").sum())
        for said, column, n, heavy in found.iter_rows():
            counted.add(said, column, Tally(n, heavy))
        return counted

    def _asked(self, question: Question, by: Question | None, weight: str) -> pl.DataFrame:
        """The answers as `said`, beside `column` and `weight`."""
        own = self._of(question.repeat)
        inside = by is not None and by.repeat == question.repeat
        column = pl.lit(ALL) if by is None else _sorted_out(by.key, by)
        heavy = _weight(weight).fill_null(0.0) if weight else pl.lit(1.0)
        said = pl.col(question.key) if question.key in own.columns else pl.lit("")
        if not question.repeat:
            asked = self._with(own, by).with_columns(column.alias("column"), heavy.alias("weight"))
            return asked.select(said.fill_null("").alias("said"), "column", "weight")
        submissions = self._with(self.main, None if inside else by)
        outer = submissions.with_columns(
            (pl.lit(ALL) if inside else column).alias("column"), heavy.alias("weight")
        ).select("column", "weight")
        kept = self._with(own, by if inside else None).select(
            said.fill_null("").alias("said"),
            pl.col(PARENT).cast(pl.UInt32),
            *([column.alias("inner")] if inside else []),
        )
        joined = kept.join(outer.with_row_index(PARENT), on=PARENT, how="left")
        return joined.with_columns(pl.col("inner").alias("column")) if inside else joined

    def _with(self, frame: pl.DataFrame, by: Question | None) -> pl.DataFrame:
        absent = by is not None and by.key not in frame.columns
        return frame.with_columns(pl.lit("").alias(by.key)) if by is not None and absent else frame


def _weight(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().cast(pl.Float64, strict=False)


def _sorted_out(column: str, question: Question) -> pl.Expr:
    """As `counting.sorted_out`, of a column."""
    said = pl.col(column).fill_null("")
    found = pl.when(said == "").then(pl.lit(MISSING))
    known = names(question)
    if not known:
        return found.otherwise(said).alias(column)
    return found.when(said.is_in(list(known))).then(said).otherwise(pl.lit(OTHER)).alias(column)


def _tallies(groups: "pl.dataframe.group_by.GroupBy") -> dict[str, Tally]:
    found = groups.agg(pl.len().alias("n"), pl.col("weight").sum())
    return {column: Tally(n, heavy) for column, n, heavy in found.iter_rows()}


def _numbers(frame: pl.DataFrame) -> Counted:
    value = pl.col("said").cast(pl.Float64, strict=False)
    frame = frame.with_columns(pl.when(value.abs() < 1e15).then(value).alias("value"))
    kind = (
        pl.when(pl.col("said") == "")
        .then(pl.lit(MISSING))
        .when(pl.col("value").is_null())
        .then(pl.lit(OTHER))
    )
    kinds = frame.with_columns(kind.otherwise(pl.lit(NUMBERS)).alias("kind")).group_by("kind", "column")
    counted = Counted()
    for said, column, n, heavy in kinds.agg(pl.len().alias("n"), pl.col("weight").sum()).iter_rows():
        counted.add(said, column, Tally(n, heavy))
    real = frame.filter(pl.col("value").is_not_null())
    mean = ((pl.col("value") * pl.col("weight")).sum() / pl.col("weight").sum()).alias("mean")
    found = [
        *real.group_by("column").agg(mean, pl.col("value").median().alias("median")).iter_rows(),
        *real.select(pl.lit(ALL).alias("column"), mean, pl.col("value").median().alias("median"))
        .head(1)
        .iter_rows(),
    ]
    counted.middles = {column: Middle(middle, half) for column, middle, half in found}
    return counted
