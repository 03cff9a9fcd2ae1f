"""Reports of figures: everything small is hidden, so whoever may run a command here may have them."""

import json
import re
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from django.utils import translation

from kamkor.base import wall
from kamkor.base.actions import Refused
from kamkor.base.models import AuditEvent
from kamkor.base.papers import Paper, PaperProblem
from kamkor.base.problems import Problem
from kamkor.cli import acting
from kamkor.cli.release import REFUSED, need_science
from kamkor.methods.indicators import Period, declared
from kamkor.statistics import ctdc, standards
from kamkor.statistics.publishing import releases
from kamkor.statistics.reports.annual import annual as annual_paper
from kamkor.statistics.reports.donor import Span
from kamkor.statistics.reports.donor import as_xlsx as donor_table
from kamkor.statistics.reports.programme import programme as programme_paper

OUT = click.Path(dir_okay=False, writable=True, path_type=Path)
PLACE = click.Path(path_type=Path)
SLUG, YEARS = re.compile(r"[a-z0-9-]{1,60}"), re.compile(r"\d{4}(/\d{4})?")


@click.group()
def report() -> None:
    """Reports of a year or a half-year, and figures in the formats of others, as files that can be sent."""


@report.command()
@click.option("--year", type=click.IntRange(2000, 2100), required=True)
@click.option("--lang", type=click.Choice(["ky", "ru", "uz", "en"]), default="ky", show_default=True)
@click.option("--out", type=OUT, required=True, help="FILE.pdf or FILE.html (.docx too).")
@click.option("--draft", is_flag=True, help="To look at: its numbers do not count as told.")
def annual(year: int, lang: str, out: Path, *, draft: bool) -> None:
    """The annual report: indicators of three years, small numbers hidden, with definitions and sources. What
    it tells of years that are over stays so in every later report, table and export."""
    write(out, lang, lambda: annual_paper(year, draft=draft), ("pdf", "html", "docx"))


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
@click.option("--period", "code", required=True, metavar="2025-04/2026-03", help="Whole quarters.")
@click.option("--lang", type=click.Choice(["ky", "ru", "uz", "en"]), default="ky", show_default=True)
@click.option("--for", "whom", default="", metavar="NAME", help="The one recipient; stands in the file.")
@click.option("--out", type=OUT, required=True, help="FILE.xlsx")
def donor(code: str, lang: str, whom: str, out: Path) -> None:
    """A donor's table: the indicators of the donor's own period, small numbers hidden as for the public. It
    is for one recipient and not for publication."""
    try:
        span = Span(code)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    with wall.acting(None, scope="all"):
        AuditEvent.objects.add(
            verb="counts.export", subject=f"donor:{span.code}", role="system", changed=[f"for {whom[:60]}"]
        )
    with translation.override(lang):
        out.write_bytes(donor_table(span, whom))
    click.echo(f"{out.name}: {out.stat().st_size} bytes.")


@report.command()
@click.option("--period", "code", required=True, metavar="2026|2026H1", help="A year or a half-year.")
@click.option("--format", "kind", type=click.Choice([*standards.FORMATS, "ctdc"]), required=True)
@click.option("--out", type=PLACE, required=True, help="FILE.csv, FILE.json for dhis2, a folder for ctdc.")
@click.option("--since", type=click.IntRange(2000, 2100), help="The first of several years (ctdc).")
@click.option("--layout", type=click.Choice(ctdc.LAYOUTS), default="synthetic", show_default=True,
              help="Of the k-anonymised files, or of one of the synthetic files (ctdc).")  # fmt: skip
@click.option("--method", type=click.Choice(["kanon", "dp-synthetic"]), default="kanon", show_default=True)
@click.option("--k", type=click.IntRange(min=2), default=11, show_default=True, help="For kanon.")
@click.option("--epsilon", type=click.FloatRange(0.01, 50), default=1.0, show_default=True)
@click.option("--ledger", type=OUT, help="What was spent before (dp-synthetic).")
def export(code: str, kind: str, out: Path, **given: Any) -> None:
    """Figures as SDG 16.2.2 (csv), CSV with HXL tags, or DHIS2 dataValueSets (json), small ones left out;
    or records in a layout of CTDC, protected and waiting for two signatures."""
    if kind == "ctdc":
        export_records(period_of(code), out, given)
        return
    content = standards.written(kind, period_of(code))
    out.write_bytes(content)
    click.echo(f"{out.name}: {len(content)} bytes.")


def export_records(period: Period, out: Path, given: dict[str, Any]) -> None:
    """Nothing is written but what the method has protected; exit code 3 where nothing may be."""
    need_science()
    from kamkor.cli.releasing.ctdc import Wanted
    from kamkor.cli.releasing.ctdc import export as protected
    from kamkor.cli.releasing.outcome import Refused
    from kamkor.methods.disclosure.reading import TableProblem

    first = given.pop("since") or period.year
    if period.half or first > period.year:
        raise click.UsageError("--period: CTDC asks for whole years, --since for one before them")
    out.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    wanted = Wanted(years=list(range(first, period.year + 1)), now=now, **given)
    try:
        click.echo(protected(wanted, out).told())
    except Refused as refused:
        click.echo("refused: " + " ".join(refused.reasons), err=True)
        sys.exit(REFUSED)
    except TableProblem as problem:
        raise click.ClickException(str(problem)) from problem


@report.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--data-set", required=True, help="Its name in the address, such as ctdc-2026.")
@click.option("--title", required=True, help="What it is called, for everybody.")
@click.option("--period", required=True, metavar="2026|2024/2026")
@click.option("--changes", default="", help="What is new, for everybody.")
@acting.who
@acting.where
@acting.phrase
def publish(
    folder: Path, user: str | None, desk: str | None, passphrase_file: Path | None, **given: str
) -> None:
    """Lay what `kamkor release` has protected before two people, who sign in and sign it."""
    if not SLUG.fullmatch(given["data_set"]) or not YEARS.fullmatch(given["period"]):
        raise click.UsageError("--data-set: letters, digits and hyphens; --period: 2026 or 2024/2026")
    actor = acting.actor_of(user, desk, passphrase_file, "release.take")
    try:
        with wall.acting(actor.desk_id):
            release = releases.take(actor, actor.desk, folder=folder, named=releases.Named(**given))
    except Refused as refusal:
        raise acting.refused(actor, refusal) from refusal
    except Problem as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"{release.data_set}, version {release.version}: waits for two signatures.")


@report.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--period", "code", required=True, metavar="2026|2026H1", help="A year or a half-year.")
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True)
@click.option("--out", type=OUT, help="FILE.json; else it is printed.")
def count(folder: Path, code: str, engine: str, out: Path | None) -> None:
    """Every indicator from files of rows, a file for each source (presumed.parquet, contacts.csv), however
    long they are. Nothing is hidden: it is for inside."""
    from kamkor.methods.engines import EngineProblem, sources

    period = period_of(code)
    found: dict[str, dict[str, object]] = {}
    try:
        with sources(folder, engine) as tables:
            for one in declared()[0].values():
                counted: dict[str, object] = {
                    measure.code: asdict(tables[measure.source].count(measure, period, by=one.by))
                    for measure in one.measures
                    if measure.source in tables
                }
                found |= {one.code: counted} if counted else {}
    except EngineProblem as problem:
        raise click.ClickException(str(problem)) from problem
    text = json.dumps({"period": code, "engine": engine, "indicators": found}, ensure_ascii=False, indent=1)
    if out is None:
        click.echo(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")


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
        except (PaperProblem, Problem) as problem:
            raise click.ClickException(str(problem)) from problem
    out.write_bytes(content)
    click.echo(f"{out.name}: {len(content)} bytes.")
