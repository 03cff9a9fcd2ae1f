"""`kamkor link`: one person in many lists, in the open or encoded. In the open it needs no database."""

import json
import os
import time
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kamkor.cli import encoded_lists, outputs

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
@click.option("--engine", type=click.Choice(["local", "spark"]), default="local", show_default=True,
              help="What compares the pairs.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def lists(files: tuple[Path, ...], *, out: Path, truth: Path | None, engine: str, as_json: bool) -> None:
    """Link CSV lists with the columns unique_id, first_name, surname, patronymic, dob, city, phone (any
    of them empty or missing). Beside CLUSTERS.csv come -reasons, -review and, of several, -overlap."""
    need_science()
    for place in beside(out).values():
        outputs.check("--out", place, [*files, truth])
    from kamkor.methods.engines import EngineProblem
    from kamkor.methods.linkage import spreading
    from kamkor.methods.linkage.linking import link as linked
    from kamkor.methods.linkage.reading import ListProblem, check_truth, read_lists, read_truth

    began = time.process_time()
    try:
        frame = read_lists(files)
        real = read_truth(truth) if truth else None
        if truth and real is not None:
            check_truth(truth, real, frame)
    except ListProblem as problem:
        raise click.ClickException(str(problem)) from problem
    try:
        with spreading.on_spark() if engine == "spark" else nullcontext(spreading.here) as spread:
            found = linked(frame, spread)
    except EngineProblem as problem:
        raise click.ClickException(str(problem)) from problem
    told = _told(found, real) | {
        "files": _written(found, out),
        "seconds": round(time.process_time() - began, 1),
    }
    tell(told, as_json=as_json)


@link.command()
@click.argument("file", type=FILE)
@click.option(
    "--key-file", required=True, type=FILE, help="The secret that the desks share, 32 bytes or more."
)
@click.option("--out", required=True, type=OUT)
@click.option("--basis", type=click.Choice(["consent", "law"]), help="Why these people may be compared.")
@click.option("--reference", metavar="TEXT", help="Where it is written: the law, the form of consent.")
@click.option("--days", type=click.IntRange(1, encoded_lists.LONGEST), default=encoded_lists.LASTS,
              show_default=True, help="Until the file expires.")  # fmt: skip
@click.option("--invented", is_flag=True, help="These people do not exist: nobody need sign.")
@click.option("--as", "user", metavar="USER", help="Who acts.")
@click.option("--desk", metavar="CODE", help="At which desk.")
@click.option("--passphrase-file", type=FILE, help="Holds the pass phrase; else it is asked for.")
def encode(
    file: Path, *, key_file: Path, out: Path, basis: str | None, reference: str | None, days: int,
    invented: bool, user: str | None, desk: str | None, passphrase_file: Path | None,
) -> None:  # fmt: skip
    """Encode LIST.csv so that it can be compared and not be read. Who encodes it acts as a member of a desk
    (--as, --desk), on a basis that is recorded (--basis, --reference)."""
    need_science()
    outputs.check("--out", out, [file, key_file, passphrase_file])
    if not invented and not (basis and reference and reference.strip()):
        raise click.UsageError("Say why these people may be compared: --basis consent|law --reference TEXT.")
    if not invented and not (user and desk):
        raise click.UsageError("Say who acts: --as USER --desk CODE.")
    why, where = ("invented", "") if invented else (basis or "", (reference or "").strip())
    content, rows = encoded_lists.encoded(file, key_file, basis=why, reference=where, days=days)
    if not invented:
        encoded_lists.sign(
            content, rows=rows, basis=why, reference=where,
            user=user, desk=desk, passphrase_file=passphrase_file,
        )  # fmt: skip
    encoded_lists.keep(out, content)
    click.echo(f"Encoded: {rows} rows. {out.name} is still personal data, and expires in {days} days.")


@link.command("match-encoded")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--out", required=True, type=OUT, help="The overlap: 0 or 1 for each list, and a count.")
@click.option("--truth", type=FILE, help="source,unique_id,entity: measure the answer against it.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def match_encoded(files: tuple[Path, ...], *, out: Path, truth: Path | None, as_json: bool) -> None:
    """Find who is on several encoded lists; needs no key. Beside OVERLAP.csv come the -clusters."""
    need_science()
    for place in (out, out.with_name(f"{out.stem}-clusters.csv")):
        outputs.check("--out", place, [*files, truth])
    began = time.process_time()
    told = encoded_lists.matched(files, out, truth)
    tell(told | {"seconds": round(time.process_time() - began, 1)}, as_json=as_json)


def beside(out: Path) -> dict[str, Path]:
    """What is written, by its name."""
    names = ("clusters", "reasons", "review", "overlap")
    return {name: out if name == "clusters" else out.with_name(f"{out.stem}-{name}.csv") for name in names}


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
    paths = {name: place for name, place in beside(out).items() if name in tables}
    for name, table in tables.items():
        table.write_csv(paths[name])
    return {name: str(path) for name, path in paths.items()}
