"""`kamkor link encode` and `kamkor link match-encoded`: linkage across desks that share no names."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kamkor.methods.linkage.clk_files import Encoded

LASTS = 90  # days
LONGEST = 365


def today() -> date:
    return datetime.now(UTC).date()


def encoded(file: Path, key_file: Path, *, basis: str, reference: str, days: int) -> tuple[bytes, int]:
    """The encoded file and how many rows it has."""
    from kamkor.methods.linkage import clk_files
    from kamkor.methods.linkage.encoding import encoded as bits_of
    from kamkor.methods.linkage.reading import ID, ListProblem, read_list

    try:
        key, frame = clk_files.read_key(key_file), read_list(file)
    except ListProblem as problem:
        raise click.ClickException(str(problem)) from problem
    head = clk_files.Head(
        made_on=today(), expires_on=today() + timedelta(days), basis=basis, reference=reference,
        key_check=clk_files.key_check(key), rows=len(frame),
    )  # fmt: skip
    return clk_files.written(head, frame[ID].to_list(), bits_of(frame, key)), len(frame)


def sign(content: bytes, *, rows: int, basis: str, reference: str, **who: str | Path | None) -> None:
    """Written down in the access log of the desk, or refused."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kamkor.settings")
    django.setup()
    from kamkor.base import wall
    from kamkor.base.actions import Refused
    from kamkor.base.problems import Problem
    from kamkor.cli.acting import actor_of, refused
    from kamkor.statistics.encoding import encode

    user, desk, phrase = who["user"], who["desk"], who["passphrase_file"]
    assert not isinstance(user, Path)
    assert not isinstance(desk, Path)
    actor = actor_of(user, desk, Path(phrase) if phrase else None, "linkage.encode")
    try:
        with wall.acting(actor.desk_id):
            encode(actor, actor.desk, content=content, rows=rows, basis=basis, reference=reference)
    except Problem as problem:
        raise click.ClickException(f"{problem.title}. {problem.mend}") from problem
    except Refused as refusal:
        raise refused(actor, refusal) from refusal


def keep(out: Path, content: bytes) -> None:
    """For the eyes of its owner alone."""
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
        target.write(content)


def matched(files: tuple[Path, ...], out: Path, truth: Path | None) -> dict[str, object]:
    """Writes the overlap and, beside it, the clusters; what is told of them."""
    from kamkor.methods.linkage import clk_files, matching
    from kamkor.methods.linkage.linking import against_truth, overlap
    from kamkor.methods.linkage.reading import ListProblem, check_truth, read_truth

    try:
        lists = sorted((clk_files.read_encoded(path, today=today()) for path in files), key=_name)
        clk_files.check_together(lists)
        real = read_truth(truth) if truth else None
        if truth and real is not None:
            check_truth(truth, real, clk_files.rows_of(lists))
    except ListProblem as problem:
        raise click.ClickException(str(problem)) from problem
    clusters, thresholds = matching.matched([one.bits for one in lists])
    answer = clk_files.answer(lists, clusters)
    beside = out.with_name(f"{out.stem}-clusters.csv")
    overlap(answer).write_csv(out)
    answer.write_csv(beside)
    told: dict[str, object] = {
        "lists": [one.source for one in lists],
        "rows": len(answer),
        "clusters": answer["cluster_id"].n_unique(),
        "thresholds": {
            f"{lists[one].source} {lists[other].source}": round(value, 4)
            for (one, other), value in thresholds.items()
        },
        "expires_on": min(one.head.expires_on for one in lists).isoformat(),
        "files": {"overlap": str(out), "clusters": str(beside)},
    }
    if real is not None:
        told |= {name: round(value, 5) for name, value in against_truth(answer, real).items()}
    return told


def _name(one: "Encoded") -> str:
    return one.source
