"""Counts the answers to a question over columns, for millions of rows. Needs polars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from kamkor.methods.surveys.counting import Counted, Tally, counted
from kamkor.methods.surveys.form import Question

PARENT = "(submission)"


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

    def ready(self, questions: Sequence[Question], by: Question | None, weight: str) -> "Columns":
        return self

    def count(self, question: Question, by: Question | None, weight: str) -> Counted:
        """Each row once; a row of a repeat stands in the column of its submission. Equal answers are put
        together first: there are few."""
        frame = self._asked(question, by, weight).group_by("said", "group")
        found = frame.agg(pl.len().alias("n"), pl.col("weight").sum()).iter_rows()
        return counted(question, by, ((said, group, Tally(n, heavy)) for said, group, n, heavy in found))

    def _asked(self, question: Question, by: Question | None, weight: str) -> pl.DataFrame:
        """The answers as `said`, beside `group` and `weight`."""
        own = self._of(question.repeat)
        said = _text(own, question.key, "said")
        heavy = (_weight(weight).fill_null(0.0) if weight else pl.lit(1.0)).alias("weight")
        if not question.repeat:
            group = _text(own, by.key if by else "", "group")
            return own.with_columns(said, group, heavy).select("said", "group", "weight")
        inside = by is not None and bool(by.repeat)
        group = _text(own if inside else self.main, by.key if by else "", "group")
        kept = own.with_columns(said, pl.col(PARENT).cast(pl.UInt32), *([group] if inside else []))
        outer = self.main.with_columns(heavy, *([] if inside else [group])).with_row_index(PARENT)
        kept = kept.select("said", PARENT, *(["group"] if inside else []))
        outer = outer.select(PARENT, "weight", *([] if inside else ["group"]))
        return kept.join(outer, on=PARENT, how="left")


def _weight(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().cast(pl.Float64, strict=False)


def _text(frame: pl.DataFrame, column: str, name: str) -> pl.Expr:
    return (pl.col(column).fill_null("") if column in frame.columns else pl.lit("")).alias(name)
