"""From lists to who is who: clusters with reasons, pairs for a person to judge, and how lists overlap."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kamkor.methods.linkage.blocking import candidates
from kamkor.methods.linkage.clustering import clusters, pairs_within
from kamkor.methods.linkage.comparing import Comparison, Levels, decoded, patterns_of, reasons
from kamkor.methods.linkage.folding import Ints, prepared
from kamkor.methods.linkage.mixture import Floats, Model, evidence_of, learned
from kamkor.methods.linkage.reading import COLUMNS, ID
from kamkor.methods.linkage.sifting import sieve
from kamkor.methods.linkage.spreading import Spread, here

DOUBTFUL = np.log(9)  # log odds: between one in ten and nine in ten a person should look
KEY = ["source", ID]


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows with how they agree and the log odds that they are one person."""

    one: Ints
    other: Ints
    levels: Levels
    odds: Floats

    def only(self, chosen: NDArray[np.bool_]) -> "Pairs":
        return Pairs(self.one[chosen], self.other[chosen], self.levels[chosen], self.odds[chosen])


@dataclass(frozen=True)
class Linked:
    """The answer; `rows` are in an order that does not depend on how the lists came."""

    rows: pl.DataFrame
    cluster: Ints  # of each row, from 1
    within: Pairs  # all pairs of rows of one cluster
    near: Pairs  # the other candidates that are not out of the question
    model: Model

    def clusters(self) -> pl.DataFrame:
        return self.rows.select(*KEY, pl.Series("cluster_id", self.cluster))

    def expected(self) -> tuple[float, float]:
        """Precision and recall as the model itself expects them; there is no truth in it."""
        joined, left_out = (1 / (1 + np.exp(-pairs.odds)) for pairs in (self.within, self.near))
        right = float(joined.sum())
        return right / max(len(joined), 1), right / max(right + float(left_out.sum()), 1e-9)

    def reasons(self) -> pl.DataFrame:
        """For each cluster of several rows its weakest pair: how sure, and what agrees."""
        number = self.cluster[self.within.one]
        order = np.lexsort((self.within.other, self.within.one, self.within.odds, number))
        weakest = order[np.unique(number[order], return_index=True)[1]]
        sizes = np.bincount(self.cluster)
        return pl.DataFrame([
            pl.Series("cluster_id", number[weakest]),
            pl.Series("rows", sizes[number[weakest]]),
            pl.Series("weakest_pair", _probability(self.within.odds[weakest])),
            pl.Series("because", _words(self.within.levels[weakest]), dtype=pl.String),
        ])  # fmt: skip

    def review(self) -> pl.DataFrame:
        """Doubtful pairs side by side, the most doubtful first: joined or not, a person should look."""
        inside = self.within.only(self.within.odds < DOUBTFUL)
        outside = self.near.only(self.near.odds > -DOUBTFUL)
        pairs = [
            self._side_by_side(inside).with_columns(joined=pl.lit("yes")),
            self._side_by_side(outside).with_columns(joined=pl.lit("no")),
        ]
        doubt = (pl.col("probability") - 0.5).abs()
        found = pl.concat(pairs).sort(doubt, "source_1", f"{ID}_1", "source_2", f"{ID}_2")
        return found.select("probability", "joined", pl.exclude("probability", "joined").map_batches(quoted))

    def _side_by_side(self, pairs: Pairs) -> pl.DataFrame:
        sides = [
            self.rows[side].rename({name: f"{name}_{number}" for name in self.rows.columns})
            for number, side in ((1, pairs.one), (2, pairs.other))
        ]
        columns = [f"{name}_{number}" for name in (*KEY, *COLUMNS) for number in (1, 2)]
        told = [
            pl.Series("probability", _probability(pairs.odds), dtype=pl.Float64),
            pl.Series("because", _words(pairs.levels), dtype=pl.String),
        ]
        return pl.concat([pl.DataFrame(told), *sides], how="horizontal").select(
            "probability", "because", *columns
        )


def link(frame: pl.DataFrame, spread: Spread = here) -> Linked:
    """Who is who in these rows, by what the rows themselves say; nothing is tuned to a truth."""
    rows = frame.sort(KEY)
    prepared_rows = prepared(rows)
    comparison = Comparison(prepared_rows)
    looking = sieve(prepared_rows)
    one, other = np.divmod(candidates(prepared_rows, looking), len(prepared_rows))
    levels = spread(comparison)(one, other)
    evidence, pattern = evidence_of(levels, looking.stands_for(one, other), comparison)
    model = learned(evidence)
    odds = model.belief(evidence.patterns)[pattern]
    found = Pairs(one, other, levels, odds)

    def score(left: Ints, right: Ints) -> Floats:
        return _beliefs(model, comparison.levels(left, right))

    linked = odds > 0
    labels = clusters(prepared_rows.lists, (one[linked], other[linked], odds[linked]), score)
    left, right = pairs_within(labels)
    inside = comparison.levels(left, right)
    near = found.only((labels[one] != labels[other]) & (odds > -DOUBTFUL - 1))
    return Linked(rows, labels + 1, Pairs(left, right, inside, _beliefs(model, inside)), near, model)


def overlap(answer: pl.DataFrame) -> pl.DataFrame:
    """How many people are on which lists: 0 or 1 for each list, and a count."""
    lists = answer["source"].unique().sort().to_list()
    on = answer.group_by("cluster_id").agg(pl.col("source").unique())
    counts = Counter(tuple(int(name in named) for name in lists) for named in on["source"].to_list())
    rows = [(*history, number) for history, number in sorted(counts.items(), reverse=True)]
    return pl.DataFrame(rows, schema=[*lists, "count"], orient="row")


def against_truth(answer: pl.DataFrame, truth: pl.DataFrame) -> dict[str, float]:
    """Precision, recall and F1 of pairs within clusters, over the rows that the truth knows."""
    known = answer.join(truth.unique(KEY), on=KEY, how="inner")
    together = _pairs(known, ["cluster_id", "entity"])
    found, real = _pairs(known, ["cluster_id"]), _pairs(known, ["entity"])
    return {
        "precision": together / found if found else 1.0,
        "recall": together / real if real else 1.0,
        "f1": 2 * together / (found + real) if found + real else 1.0,
    }


def _pairs(rows: pl.DataFrame, by: list[str]) -> int:
    sizes = rows.group_by(by).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())


def _beliefs(model: Model, levels: Levels) -> Floats:
    codes, back = patterns_of(levels)
    found: Floats = model.belief(decoded(codes))[back]
    return found


def quoted(cells: pl.Series) -> pl.Series:
    """So that a sheet runs no formula; a telephone stays as it is."""
    formula = cells.str.contains(r"^[=@\t\r+-]") & ~cells.str.contains(r"^\+[\d\s().-]+$")
    return pl.select(pl.when(formula).then("'" + cells).otherwise(cells)).to_series().alias(cells.name)


def _probability(odds: Floats) -> Floats:
    answer: Floats = np.round(1 / (1 + np.exp(-odds)), 3)
    return answer


def _words(levels: Levels) -> list[str]:
    codes, back = patterns_of(levels)
    told = [*reasons(decoded(codes))]
    return [told[number] for number in back]
