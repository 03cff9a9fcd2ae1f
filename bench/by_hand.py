"""The counts of `bench.surveys` as somebody writes them who needs them once: no labels, nothing hidden."""

from pathlib import Path


def polars(path: str) -> None:
    import polars as pl

    frame = pl.read_csv(Path(path), infer_schema=False)
    for name in frame.columns:
        if name.startswith("s"):
            rows = frame.select("region", pl.col(name).fill_null("").str.split(" ")).explode(name)
            rows.group_by("region", name).len()
        elif name.startswith("n"):
            number = pl.col(name).cast(pl.Float64, strict=False)
            frame.group_by("region").agg(
                number.count().alias("many"), number.mean().alias("mean"), number.median().alias("half")
            )
        elif name.startswith("o"):
            frame.group_by("region", name).len()
