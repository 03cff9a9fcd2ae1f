"""Reports of figures: everything small is hidden, so whoever may run a command here may have them."""

from collections.abc import Callable
from pathlib import Path

import click
from django.utils import translation

from kamkor.base.papers import Paper, PaperProblem
from kamkor.statistics.reports.annual import annual as annual_paper

OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group()
def report() -> None:
    """Reports of a year, as files that can be sent."""


@report.command()
@click.option("--year", type=click.IntRange(2000, 2100), required=True)
@click.option("--lang", type=click.Choice(["ky", "ru", "uz", "en"]), default="ky", show_default=True)
@click.option("--out", type=OUT, required=True, help="FILE.pdf or FILE.html (.docx too).")
def annual(year: int, lang: str, out: Path) -> None:
    """The annual report: indicators of three years, small numbers hidden, with definitions and sources."""
    write(out, lang, lambda: annual_paper(year), ("pdf", "html", "docx"))


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
