"""`kamkor adverts`: read offers of work for warning signs. Needs no database, no sign-in."""

import json
import sys
from pathlib import Path
from typing import BinaryIO

import click

from kamkor.methods.adverts import clusters as near
from kamkor.methods.adverts.evaluation import evaluate as measure
from kamkor.methods.adverts.firms import BadRegister, Register, read_register
from kamkor.methods.adverts.lines import BadLine
from kamkor.methods.adverts.lines import adverts as read_adverts
from kamkor.methods.adverts.many import Reader, answers

_PLACE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def adverts() -> None:
    """Read adverts for warning signs; a score orders the queue and says nothing of guilt."""


@adverts.command()
@click.option("--register", type=_PLACE, help="CSV of permits: name,spellings,status,from,to,country.")
@click.option("--ranker", is_flag=True, help="Let the score be that of the learned ranker, not of the rules.")
@click.argument("source", type=click.File("rb"), default="-")
def score(register: Path | None, ranker: bool, source: BinaryIO) -> None:
    """Language, flags with their words, contacts and a score for each advert, a line of JSON each."""
    reader = Reader(_register(register) if register else None, ranker)
    try:
        sys.stdout.writelines(f"{line}\n" for line in answers(source, reader))
    except BadLine as problem:
        raise click.ClickException(str(problem)) from None


@adverts.command()
@click.argument("source", type=click.File("rb"), default="-")
def cluster(source: BinaryIO) -> None:
    """The near-duplicate group of each advert: the id of the first advert of the group."""
    try:
        given = list(read_adverts(source))
    except BadLine as problem:
        raise click.ClickException(str(problem)) from None
    for advert, group in zip(given, near.clusters(advert.text for advert in given), strict=True):
        click.echo(json.dumps({"id": advert.id, "cluster": given[group].id}, ensure_ascii=True))


@adverts.command()
@click.option("--register", type=_PLACE, help="CSV of permits: name,spellings,status,from,to,country.")
@click.argument("gold", type=click.File("rb"))
def evaluate(register: Path | None, gold: BinaryIO) -> None:
    """How well flags, languages and the order of the queue agree with adverts that people labelled."""
    try:
        click.echo(measure(gold, _register(register) if register else None))
    except BadLine as problem:
        raise click.ClickException(str(problem)) from None


def _register(file: Path) -> Register:
    try:
        return read_register(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise click.ClickException(f"{file}: not UTF-8. Mend: save it as “CSV UTF-8”.") from None
    except BadRegister as problem:
        raise click.ClickException(f"{file}, {problem}") from None
