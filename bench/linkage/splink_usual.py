"""Splink 5 as its own guide sets it up, on the same rows: its comparisons of names and dates with term
frequencies, blocking on name, date and telephone, chances by random sampling and expectation-maximisation.

`python -m bench.linkage.splink_usual LIST.csv TRUTH.csv [folded]`, with names and towns folded by us or not,
tells precision, recall and F1 at the threshold that is best by the truth; Splink does not choose it itself.
"""

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink import comparison_library as cl

from kamkor.methods.linkage.folding import NAMES, folded_name
from kamkor.methods.linkage.linking import against_truth
from kamkor.methods.linkage.reading import COLUMNS, ID, read_list, read_truth

RULES = [
    block_on("first_name", "surname"), block_on("surname", "dob"), block_on("first_name", "dob"),
    block_on("phone"), block_on("first_name", "patronymic"), block_on("surname", "patronymic"),
]  # fmt: skip
THRESHOLDS = (0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999)


def clusters(file: Path, *, folded: bool) -> Iterator[pl.DataFrame]:
    """The answer at each threshold."""
    linker = Linker(DuckDBAPI().register(rows_of(file, folded=folded).to_arrow()), settings())
    training, inference = linker.training, linker.inference
    training.estimate_probability_two_random_records_match(
        [block_on("first_name", "surname", "dob"), block_on("phone", "first_name")], recall=0.6
    )
    training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in (block_on("first_name", "surname"), block_on("dob"), block_on("phone")):
        training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = inference.predict(threshold_match_probability=min(THRESHOLDS))
    for threshold in THRESHOLDS:
        found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold)
        answer = pl.from_arrow(found.as_duckdbpyrelation().to_arrow_table())
        assert isinstance(answer, pl.DataFrame)
        yield answer.select(pl.lit(file.stem).alias("source"), ID, "cluster_id")


def rows_of(file: Path, *, folded: bool) -> pl.DataFrame:
    """In lower case, nothing where a cell is empty, nine digits of telephones, dates of one form."""
    rows = read_list(file).with_columns(
        dob=pl.col("dob").str.replace(r"^(\d\d)\.(\d\d)\.(\d{4})$", "$3-$2-$1"),
        phone=pl.col("phone").str.replace_all(r"\D", "").str.tail(9),
    )
    if folded:
        rows = rows.with_columns(
            pl.col(name).map_elements(folded_name, return_dtype=pl.String) for name in (*NAMES, "city")
        )
    return rows.select(
        ID,
        *(pl.when(pl.col(name) != "").then(pl.col(name).str.to_lowercase()).alias(name) for name in COLUMNS),
    )


def settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            *(cl.NameComparison(name) for name in ("first_name", "surname", "patronymic")),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("phone", [1]),
        ],
        blocking_rules_to_generate_predictions=[*RULES],
    )


def best(file: Path, truth: Path, *, folded: bool) -> dict[str, float]:
    real = read_truth(truth)
    return max(
        (against_truth(answer, real) for answer in clusters(file, folded=folded)),
        key=lambda found: found["f1"],
    )


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    sys.stdout.write("\n" + json.dumps(best(*map(Path, sys.argv[1:3]), folded="folded" in sys.argv)))
