"""Estimates how many there are beside those that the lists know, from a file of lists."""

import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kamkor.methods.prevalence.reading import Sheet
    from kamkor.methods.prevalence.results import Result

METHODS = ["independence", "stepwise", "bic", "dga", "lcm", "chao"]
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
REFUSED = 3  # exit code: the file is well, but no figure may come from it


@click.command()
@click.argument("file", type=FILE)
@click.option("--method", type=click.Choice([*METHODS, "all"]), default="stepwise", show_default=True)
@click.option("--threshold", type=click.FloatRange(0, 1), default=0.02, show_default=True,
              help="A pair of lists is taken below it (stepwise).")  # fmt: skip
@click.option("--max-order", type=click.IntRange(min=2), help="Most lists in one term (bic).")
@click.option("--merge", multiple=True, metavar="A+B", help="Take these lists as one.")
@click.option("--counts", "kind", flag_value="counts", help="Rows are histories with a count.")
@click.option("--individuals", "kind", flag_value="individuals", help="Rows are people.")
@click.option("--by", metavar="COLUMN", help="Also estimate for each value of this column.")
@click.option("--boot", type=click.IntRange(min=0), default=10_000, show_default=True, help="Resamples.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def prevalence(
    file: Path,
    *,
    method: str,
    threshold: float,
    max_order: int | None,
    merge: tuple[str, ...],
    kind: str | None,
    by: str | None,
    boot: int,
    seed: int,
    as_json: bool,
) -> None:
    """Estimate the hidden number from FILE.csv: a column of 0 and 1 for each list, and either a column
    count, n or Freq, or a row for each person. Exit code 3 means that the lists allow no estimate."""
    _need_science()
    from kamkor.methods.prevalence.estimating import estimate
    from kamkor.methods.prevalence.results import Settings

    settings = Settings(threshold=threshold, max_order=max_order, boot=boot, seed=seed)
    sheet = _read(file, merge, kind=kind, by=by)
    results = estimate(sheet.table, METHODS if method == "all" else [method], settings)
    if as_json:
        answers = [result.as_json() for result in results]
        click.echo(json.dumps(answers if method == "all" else answers[0], ensure_ascii=False, indent=1))
    else:
        click.echo("\n\n".join(map(_told, results)))
    if all(result.total is None for result in results):
        sys.exit(REFUSED)


def _need_science() -> None:
    if not all(map(find_spec, ["numpy", "scipy"])):
        raise click.ClickException("The packages for figures are not installed. Mend: make science")
    # Small matrices gain nothing from threads, and sums in another order give other last digits.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _read(file: Path, merge: tuple[str, ...], *, kind: str | None, by: str | None) -> "Sheet":
    from kamkor.methods.prevalence.reading import Kind, read
    from kamkor.methods.prevalence.tables import TableProblem

    try:
        sheet = read(file.read_text(encoding="utf-8-sig"), kind=Kind(kind or "auto"), by=by)
        for names in merge:
            sheet = sheet.merged([name.strip() for name in names.split("+")])
    except TableProblem as problem:
        raise click.ClickException(f"{file.name}: {problem}") from problem
    except UnicodeDecodeError as problem:
        raise click.ClickException(
            f"{file.name}: the text is not in UTF-8; save it as CSV UTF-8."
        ) from problem
    return sheet


def _told(result: "Result") -> str:
    """A result in plain words."""
    if result.total is None:
        heading = f"{result.method}: refused"
    elif result.interval is None:
        heading = f"{result.method}: {result.total:,.0f} ({result.status.value})"
    else:
        low, high = result.interval.low, result.interval.high
        heading = (
            f"{result.method}: {result.total:,.0f}, from {low:,.0f} to {high:,.0f} ({result.status.value})"
        )
    lines = [heading, f"  observed {result.observed:,} on {len(result.lists)} lists"]
    if result.model:
        lines.append(f"  model: {', '.join(result.model)}")
    return "\n".join([*lines, *(f"  {reason}" for reason in result.reasons)])
