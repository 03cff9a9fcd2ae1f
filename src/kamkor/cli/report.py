"""Reports of figures: everything small is hidden, so whoever may run a command here may have them."""

from collections.abc import Callable
from pathlib import Path

import click
from django.utils import translation

from kamkor.base.papers import Paper, PaperProblem
from kamkor.methods.indicators import Period
from kamkor.statistics import standards
from kamkor.statistics.reports.annual import annual as annual_paper
from kamkor.statistics.reports.programme import programme as programme_paper

OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group()
def report() -> None:
    """Reports of a year or a half-year, and figures in the formats of others, as files that can be sent."""


@report.command()
@click.option("--year", type=click.IntRange(2000, 2100), required=True)
@click.option("--lang", type=click.Choice(["ky", "ru", "uz", "en"]), default="ky", show_default=True)
@click.option("--out", type=OUT, required=True, help="FILE.pdf or FILE.html (.docx too).")
def annual(year: int, lang: str, out: Path) -> None:
    """The annual report: indicators of three years, small numbers hidden, with definitions and sources."""
    write(out, lang, lambda: annual_paper(year), ("pdf", "html", "docx"))


@report.command()
@click.option("--half", required=True, metavar="2026H1", help="The half-year.")
@click.option("--lang", type=click.Choice(["ky", "ru", "uz", "en"]), default="ky", show_default=True)
@click.option("--out", type=OUT, required=True, help="FILE.docx or FILE.pdf (.html too).")
def programme(half: str, lang: str, out: Path) -> None:
    """The half-year report of the programme, for use inside; bodies without a signed return are named."""
    period = period_of(half)
    if not period.half:
        raise click.UsageError(f"--half: “{half}” is no half-year like 2026H1")
    write(out, lang, lambda: programme_paper(period), ("docx", "pdf", "html"))


@report.command()
@click.option("--period", "code", required=True, metavar="2026|2026H1", help="A year or a half-year.")
@click.option("--format", "kind", type=click.Choice(list(standards.FORMATS)), required=True)
@click.option("--out", type=OUT, required=True, help="FILE.csv, or FILE.json for dhis2.")
def export(code: str, kind: str, out: Path) -> None:
    """Figures as SDG 16.2.2 (csv), CSV with HXL tags, or DHIS2 dataValueSets (json), small ones left out."""
    content = standards.written(kind, period_of(code))
    out.write_bytes(content)
    click.echo(f"{out.name}: {len(content)} bytes.")


def period_of(code: str) -> Period:
    try:
        return Period(code)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def write(out: Path, lang: str, made: Callable[[], Paper], kinds: tuple[str, ...]) -> None:
    """Make the paper in the language and write it as the name of the file says."""
    kind = out.suffix.lower().lstrip(".")
    if kind not in kinds:
        raise click.UsageError(f"--out must end with {' or '.join('.' + each for each in kinds)}")
    if not out.parent.is_dir():
        raise click.UsageError(f"--out: there is no folder {out.parent}")
    with translation.override(lang):
        try:
            content = made().written(kind)
        except PaperProblem as problem:
            raise click.ClickException(str(problem)) from problem
    out.write_bytes(content)
    click.echo(f"{out.name}: {len(content)} bytes.")
