"""`kamkor link`: one person in many lists, in the open or encoded. In the open it needs no database."""

import json
import os
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import polars as pl

    from kamkor.methods.linkage.linking import Linked

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, writable=True, path_type=Path)
SCIENCE = ("numpy", "scipy", "polars")


class Link(click.Group):
    """What is not the name of a command is the first file: `kamkor link A.csv` links lists."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] in self.commands:
            return super().resolve_command(ctx, args)
        return "lists", lists, args


@click.group(cls=Link, context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
def link() -> None:
    """Who is the same person: kamkor link A.csv [B.csv …] --out clusters.csv. One file is searched for
    duplicates; several are taken to have nobody twice. See also: kamkor link lists --help."""


@link.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--out", required=True, type=OUT, help="source,unique_id,cluster_id of every row.")
@click.option("--truth", type=FILE, help="source,unique_id,entity: measure the answer against it.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def lists(files: tuple[Path, ...], *, out: Path, truth: Path | None, as_json: bool) -> None:
    """Link CSV lists with the columns unique_id, first_name, surname, patronymic, dob, city, phone (any
    of them empty or missing). Beside CLUSTERS.csv come -reasons, -review and, of several, -overlap."""
    need_science()
    from kamkor.methods.linkage.linking import link as linked
    from kamkor.methods.linkage.reading import ListProblem, read_lists, read_truth

    began = time.process_time()
    try:
        frame = read_lists(files)
        real = read_truth(truth) if truth else None
    except ListProblem as problem:
        raise click.ClickException(str(problem)) from problem
    found = linked(frame)
    told = _told(found, real) | {
        "files": _written(found, out),
        "seconds": round(time.process_time() - began, 1),
    }
    tell(told, as_json=as_json)


def need_science() -> None:
    if not all(map(find_spec, SCIENCE)):
        raise click.ClickException("The packages for figures are not installed. Mend: make science")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("POLARS_MAX_THREADS", "2")


def tell(told: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for name, value in told.items():
        click.echo(f"{name.replace('_', ' ')}: {value}")


def _told(found: "Linked", truth: "pl.DataFrame | None") -> dict[str, object]:
    from kamkor.methods.linkage.linking import against_truth

    answer = found.clusters()
    precision, recall = found.expected()
    told: dict[str, object] = {
        "lists": answer["source"].unique().sort().to_list(),
        "rows": len(answer),
        "clusters": answer["cluster_id"].n_unique(),
        "pairs": len(found.within.one),
        "threshold": 0.5,
        "expected_precision": round(precision, 4),
        "expected_recall_of_compared": round(recall, 4),
    }
    if truth is not None:
        told |= {name: round(value, 5) for name, value in against_truth(answer, truth).items()}
    return told


def _written(found: "Linked", out: Path) -> dict[str, str]:
    """Writes the answer and what comes beside it."""
    from kamkor.methods.linkage.linking import overlap

    answer = found.clusters()
    tables = {"clusters": answer, "reasons": found.reasons(), "review": found.review()}
    if answer["source"].n_unique() > 1:
        tables["overlap"] = overlap(answer)
    paths = {name: out if name == "clusters" else out.with_name(f"{out.stem}-{name}.csv") for name in tables}
    for name, table in tables.items():
        table.write_csv(paths[name])
    return {name: str(path) for name, path in paths.items()}
