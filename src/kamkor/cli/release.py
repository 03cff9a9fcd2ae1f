"""Prepares a file for publication: protected tables, generalised records, or synthetic ones."""

import json
import os
import sys
import time
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from kamkor.cli import outputs

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
REFUSED = 3  # exit code: the file is well, but nothing may be published from it in this way


@click.command()
@click.argument("file", type=FILE)
@click.option("--columns", multiple=True, metavar="A,B", help="Only these columns.")
@click.option("--quasi", multiple=True, metavar="A,B", help="What an outsider may know of a person.")
@click.option("--k", type=click.IntRange(min=2), default=11, show_default=True,
              help="Smallest group shown: 11 in public, 5 inside.")  # fmt: skip
@click.option("--method", type=click.Choice(["suppress", "kanon", "dp-synthetic"]), default="suppress",
              show_default=True)  # fmt: skip
@click.option("--table", "tables", multiple=True, metavar="A,B", help="Cross these columns (suppress).")
@click.option("--block", metavar="COLUMN", help="Tables for each of its values apart (suppress).")
@click.option("--earlier", multiple=True, type=FILE, help="Tables published of the same people (suppress).")
@click.option("--broader", type=FILE, help='JSON: {"column": {"value": "broader value"}} (kanon).')
@click.option("--epsilon", type=click.FloatRange(0.01, 50), default=1.0, show_default=True)
@click.option("--delta", type=click.FloatRange(0, 0.01, min_open=True), default=1e-9, show_default=True)
@click.option("--domain", type=FILE, help='JSON from the code lists: {"column": ["value", …]}.')
@click.option("--impossible", type=FILE, help='JSON: [{"column": ["value"], "other": ["value"]}, …].')
@click.option("--person", metavar="COLUMN", help="Which rows are of one person; is not published.")
@click.option("--rows-per-person", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--ledger", type=click.Path(dir_okay=False, path_type=Path), help="What was spent before.")
@click.option("--budget", type=click.FloatRange(0, min_open=True), help="Epsilon for a new data set.")
@click.option("--data-set", help="Its name in the ledger; else that of the file.")
@click.option("--cohort", default="everybody", show_default=True, help="People who are in no other cohort.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True,
              help="Of the steps after the noise, which nobody can seed.")  # fmt: skip
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True,
              help="What reads and counts a long file.")  # fmt: skip
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def release(file: Path, out: Path, *, as_json: bool, **given: Any) -> None:
    """Prepare INPUT.csv for publication in the folder OUT, with reports of risk and utility, a data sheet and
    a sheet for two signatures. Exit code 3 means that nothing may be published in this way."""
    need_science()
    from kamkor.cli.releasing.asked import Asked
    from kamkor.cli.releasing.asked import release as made
    from kamkor.cli.releasing.outcome import Outcome, Refused
    from kamkor.methods.disclosure.ledger import BadLedger
    from kamkor.methods.disclosure.reading import TableProblem

    asked = Asked(file=file, out=out, now=datetime.now(UTC).isoformat(timespec="seconds"), **given)
    before = time.process_time()
    if asked.ledger:
        outputs.check("--ledger", asked.ledger, [file])
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise click.UsageError(
            f"--out: {out} cannot be made ({problem.strerror}). Name another."
        ) from problem
    try:
        outcome = made(asked)
    except (TableProblem, BadLedger) as problem:
        raise click.ClickException(f"{file.name}: {problem}") from problem
    except Refused as refused:
        outcome = Outcome(asked.method, "refused", refused.reasons)
    outcome.figures |= {"seed": asked.seed, "seconds": round(time.process_time() - before, 2)}
    click.echo(json.dumps(outcome.as_json(), ensure_ascii=False, indent=1) if as_json else outcome.told())
    if outcome.status == "refused":
        sys.exit(REFUSED)


def need_science() -> None:
    if not all(map(find_spec, ["numpy", "scipy", "opendp"])):
        raise click.ClickException("The packages for figures are not installed. Mend: make science")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads cost more than they bring here
