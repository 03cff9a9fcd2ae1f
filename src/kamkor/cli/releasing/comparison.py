"""How far counts of released records are from the true ones: as figures, in words and in pictures."""

from collections.abc import Sequence

import numpy as np

from kamkor.cli.releasing.outcome import Drawn, Folder
from kamkor.cli.releasing.pictures import Line
from kamkor.methods.disclosure import pairs
from kamkor.methods.disclosure.reading import Codes, Microdata

NAMES = ("This release", "Columns permuted independently")


def permuted(codes: Codes, seed: int) -> Codes:
    """Every column by itself in an order by chance: what is easily had, and keeps no pair together."""
    rng = np.random.default_rng(seed)
    found = np.empty_like(codes)
    for place, column in enumerate(codes.T):
        found[:, place] = rng.permutation(column)
    return found


def compare(folder: Folder, true: Microdata, *, ours: Codes, apart: Codes, seed: int) -> None:
    """Write the utility report: counts by one, two and three columns, beside the columns permuted."""
    layout = pairs.Layout(true.sizes)
    counts = pairs.counted(true.codes, layout)
    found = [pairs.distance(pairs.counted(codes, layout), counts, layout) for codes in (ours, apart)]
    three = [
        pairs.triples(codes, true.codes, true.sizes, np.random.default_rng(seed)) for codes in (ours, apart)
    ]
    told = [_means(each, more) for each, more in zip(found, three, strict=True)]
    utility: dict[str, object] = {**told[0], "columns_permuted_independently": told[1]}
    folder.outcome.figures["utility"] = utility
    detail: dict[str, object] = {
        "measure": "total variation distance",
        "by_column": {true.names[column]: error for column, error in found[0].one.items()},
        "by_pair": {f"{true.names[a]} × {true.names[b]}": error for (a, b), error in found[0].two.items()},
    }
    folder.utility(utility | detail, _lines(told), _pictures(found, three))


def _means(found: pairs.Distance, three: Sequence[float]) -> dict[str, float | None]:
    return {
        "one_way": found.one_way,
        "two_way": found.two_way,
        "two_way_worst": found.worst,
        "three_way": float(np.mean(three)) if three else None,
    }


def _lines(told: Sequence[dict[str, float | None]]) -> list[str]:
    rows = [" | ".join("" if value is None else f"{value:.5f}" for value in row.values()) for row in told]
    return [
        "Total variation distance of tables of shares: 0 is the same, 1 has nothing in common. "
        "Three-way tables: "
        "up to 40, chosen by chance.",
        "\n| | One-way, mean | Two-way, mean | Two-way, worst | Three-way, mean |",
        "| --- | --- | --- | --- | --- |",
        *(f"| {name} | {row} |" for name, row in zip(NAMES, rows, strict=True)),
    ]


def _pictures(found: Sequence[pairs.Distance], three: Sequence[Sequence[float]]) -> list[Drawn]:
    def drawn(name: str, title: str, errors: Sequence[Sequence[float]]) -> Drawn:
        return Drawn(name, title, [Line(whose, each) for whose, each in zip(NAMES, errors, strict=True)])

    return [
        drawn("one-way", "Errors of counts by one column", [list(each.one.values()) for each in found]),
        drawn("two-way", "Errors of counts by two columns", [list(each.two.values()) for each in found]),
        drawn("three-way", "Errors of counts by three columns", three),
    ]
