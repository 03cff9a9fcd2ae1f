"""`kamkor forms`: what was answered, as tables."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kamkor.methods.sheets.messages import FILE_MESSAGES
from kamkor.methods.sheets.problems import FileError
from kamkor.methods.surveys import printed
from kamkor.methods.surveys.answer_files import KINDS, Answers, CannotWrite, written
from kamkor.methods.surveys.answers import BadAnswers, read_answers, read_rows
from kamkor.methods.surveys.counting import Source
from kamkor.methods.surveys.flaws import BadForm
from kamkor.methods.surveys.form import Form
from kamkor.methods.surveys.rounds import ROUND, together, with_rounds
from kamkor.methods.surveys.shares import CUT, ROUNDED, counts_behind
from kamkor.methods.surveys.shipped import LANGUAGES, TITLES
from kamkor.methods.surveys.shipped import shipped as workbook
from kamkor.methods.surveys.tables import Asked, NoSuchQuestion, Tables, tabulate
from kamkor.methods.surveys.xlsform import read_form

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from kamkor.cli.stored_forms import StoredForm

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
ANY = click.Path(exists=True, path_type=Path)


@click.group()
def forms() -> None:
    """Questionnaires: check a form, and turn answers into tables."""


@forms.command()
@click.argument("form", type=FILE)
def check(form: Path) -> None:
    """Say what is wrong in FORM.xlsx, with its sheet, row and cell. Exit code 1 where it cannot be used."""
    asks, flaws = _read(form)
    for flaw in flaws:
        click.echo(flaw)
    languages = ", ".join(name or "one without a name" for name in asks.languages)
    click.echo(f"{asks.id}: {len(asks.questions)} questions in {languages}.")


@forms.command()
@click.argument("name", type=click.Choice([*TITLES]))
@click.option("--language", type=click.Choice([*LANGUAGES]), default="en", show_default=True,
              help="In which the title stands and the form begins.")  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Into this file.")
def shipped(name: str, *, language: str, out: Path | None) -> None:
    """A form that comes with the project, as XLSForm in four languages."""
    _write(workbook(name, language), out)


# Who acts is asked only of forms that stand in the database: the rest needs none.
who = click.option("--as", "user", metavar="USER", help="Who acts, for a form that stands in the database.")
where = click.option("--desk", metavar="CODE", help="At which desk.")
phrase = click.option(
    "--passphrase-file", type=FILE, help="Holds the pass phrase; without it, it is asked for."
)
answers_in = click.option(
    "--answers",
    multiple=True,
    type=ANY,
    help="CSV of ODK Central or KoboToolbox, JSON lines, XML, or a folder.",
)


@forms.command()
@click.argument("form")
@answers_in
@who
@where
@phrase
@click.option("--round", "rounds", multiple=True, metavar="NAME=PATH",
              help="Answers of one round, in the place of --answers; rounds are compared. Of a form in the "
              "database: the half-year in which they came, such as “2026 I”.")  # fmt: skip
@click.option(
    "--by",
    default="",
    metavar="VAR",
    help="Tell groups apart by this question; “round” are half-years.",
)
@click.option("--of", multiple=True, metavar="QUESTION", help="Only these questions.")
@click.option("--weight", default="", metavar="COLUMN", help="Shares are of the sums of this column.")
@click.option("--language", default="", metavar="CODE", help="Of the labels: ky, ru, uz, en …")
@click.option("--smallest", type=click.IntRange(min=1), default=5, show_default=True,
              help="Counts below it are hidden: 5 inside, 11 in public.")  # fmt: skip
@click.option(
    "--cut", is_flag=True, help="Cut shares after one decimal instead of rounding; the last takes the rest."
)
@click.option("--json", "kind", flag_value="json")
@click.option("--csv", "kind", flag_value="csv")
@click.option("--xlsx", "kind", flag_value="xlsx")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Into this file.")
def table(
    form: str, *, answers: tuple[Path, ...], rounds: tuple[str, ...], kind: str | None, out: Path | None,
    cut: bool, by: str, of: tuple[str, ...], weight: str, language: str, smallest: int,
    user: str | None, desk: str | None, passphrase_file: Path | None,
) -> None:  # fmt: skip
    """Tables of the answers to FORM.xlsx, or of those that were sent to a desk under the form's name: what
    was said, by how many, and by which share of all asked and of all who answered. Those who gave no answer
    are a row of their own."""
    asked = Asked(by, of, weight, language, smallest, CUT if cut else ROUNDED)
    try:
        if Path(form).is_file():
            asks, _flaws = _read(Path(form))
            if rounds:
                asks, source = _rounds(asks, rounds, weight)
                asked = replace(asked, by=by or ROUND)
            else:
                source = read_answers(asks, answers or _missing(), keep=[weight] if weight else [])
            made = tabulate(asks, source, asked)
        else:
            with _stored(form, (user, desk, passphrase_file), "form.tables", answers) as stored:
                asks, asked, made = stored.tables(asked, rounds)
    except (BadAnswers, NoSuchQuestion) as problem:
        raise click.ClickException(str(problem)) from None
    _write(_told(asks, asked, made, kind), out)


@forms.command()
@click.argument("form")
@answers_in
@who
@where
@phrase
@click.option("--to", "kind", type=click.Choice(KINDS), required=True,
              help="hxl is CSV with tags, sav is SPSS, dta Stata, zip as ODK Central writes it.")  # fmt: skip
@click.option("--language", default="", metavar="CODE", help="Of the labels: ky, ru, uz, en …")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Into this file.")
def export(
    form: str, *, answers: tuple[Path, ...], kind: str, language: str, out: Path,
    user: str | None, desk: str | None, passphrase_file: Path | None,
) -> None:  # fmt: skip
    """The answers to FORM.xlsx row by row for another program; or those that were sent to a desk under the
    form's name, without what is sealed. Several tables (repeats) go into a ZIP."""
    from kamkor.base.exports import as_csv

    try:
        if Path(form).is_file():
            asks, _flaws = _read(Path(form))
            ready = Answers(asks, read_rows(asks, answers or _missing()), language)
        else:
            with _stored(form, (user, desk, passphrase_file), "form.export", answers) as stored:
                ready = stored.rows_to_export(language)
        content, ending = written(ready, kind, as_csv)
    except (BadAnswers, CannotWrite) as problem:
        raise click.ClickException(str(problem)) from None
    path = out if out.suffix == f".{ending}" else out.with_suffix(f".{ending}")
    path.write_bytes(content)
    click.echo(str(path))


def _rounds(asks: Form, given: tuple[str, ...], weight: str) -> tuple[Form, Source]:
    """The form and the answers of all rounds, told apart."""
    found = {}
    for one in given:
        name, _sign, path = one.partition("=")
        if not path or not Path(path).exists():
            raise click.UsageError(f"--round {one}: write NAME=PATH, with the path of answers.")
        found[name] = read_rows(asks, [Path(path)], keep=[weight] if weight else [])
    return with_rounds(asks, [*found]), together(found)


def _stored(
    name: str, acting: tuple[str | None, str | None, Path | None], verb: str, answers: tuple[Path, ...]
) -> "AbstractContextManager[StoredForm]":
    if answers:
        raise click.UsageError(f"--answers belongs to a form in a file, and there is no file {name}.")
    import django

    django.setup()
    from kamkor.cli.stored_forms import stored_form

    return stored_form(name, acting, verb)


def _missing() -> tuple[Path, ...]:
    raise click.UsageError("Say where the answers are: --answers FILE.")


@forms.command()
@click.option("--of", "answers", type=click.IntRange(min=1), required=True, help="How many answered.")
@click.argument("printed_shares", metavar="SHARE...", nargs=-1, required=True)
def shares(answers: int, printed_shares: tuple[str, ...]) -> None:
    """Whether a share that a report prints, such as 47.2, can come from so many answers."""
    for given in printed_shares:
        said = given.strip().removesuffix("%").strip().replace(",", ".")
        try:
            found = counts_behind(said, answers)
        except ValueError:
            raise click.ClickException(f"{given}: write a number such as 47.2") from None
        told = ", ".join(f"{count} of {answers} ({decimals})" for count, decimals in found)
        click.echo(f"{said}: {told or f'no count of {answers} gives it'}")


def _read(path: Path) -> tuple[Form, list[object]]:
    try:
        form, flaws = read_form(path.name, path.read_bytes())
    except BadForm as problem:
        raise click.ClickException(f"{path.name} cannot be used:\n{problem}") from None
    except FileError as problem:
        raise click.ClickException(f"{path.name}: {FILE_MESSAGES[problem.code] % problem.params}") from None
    return form, list(flaws)


def _told(form: Form, asked: Asked, made: Tables, kind: str | None) -> bytes:
    if kind == "json":
        return json.dumps(printed.as_json(form, asked, made), ensure_ascii=False, indent=1).encode() + b"\n"
    if kind is None:
        return printed.as_text(form, asked, made).encode() + b"\n"
    from kamkor.base.exports import as_csv, as_xlsx

    write = as_csv if kind == "csv" else as_xlsx
    return write(printed.HEAD, printed.as_rows(asked, made))


def _write(content: bytes, out: Path | None) -> None:
    if out:
        out.write_bytes(content)
    elif content.startswith(b"PK") and sys.stdout.isatty():
        raise click.ClickException("A workbook cannot be read on the screen. Mend: --out FILE.xlsx")
    else:
        sys.stdout.buffer.write(content)
