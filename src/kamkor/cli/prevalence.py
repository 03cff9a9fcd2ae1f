"""Estimates how many there are beside those that the lists know, from a file of lists."""

import hashlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kamkor.cli import outputs

if TYPE_CHECKING:
    from kamkor.methods.prevalence.reading import Sheet
    from kamkor.methods.prevalence.results import Result, Settings
    from kamkor.methods.prevalence.strata import Together

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
@click.option("--referred", metavar="COLUMN",
              help="Names the list a person is on only because we sent him or her there.")  # fmt: skip
@click.option("--without-referrals", type=FILE, help="The same table without such overlaps.")
@click.option("--boot", type=click.IntRange(min=0), default=10_000, show_default=True, help="Resamples.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Write a page with all methods."
)
@click.option("--about", type=FILE, help="JSON: population, definition, period, place, purposes of lists.")
def prevalence(
    file: Path,
    *,
    method: str,
    threshold: float,
    max_order: int | None,
    merge: tuple[str, ...],
    kind: str | None,
    by: str | None,
    referred: str | None,
    without_referrals: Path | None,
    boot: int,
    seed: int,
    as_json: bool,
    report: Path | None,
    about: Path | None,
) -> None:
    """Estimate the hidden number from FILE.csv: a column of 0 and 1 for each list, and either a column
    count, n or Freq, or a row for each person. Exit code 3 means that the lists allow no estimate."""
    _need_science()
    if report:
        outputs.check("--report", report, [file, about, without_referrals])
    from kamkor.methods.prevalence.results import Settings

    settings = Settings(threshold=threshold, max_order=max_order, boot=boot, seed=seed)
    sheet = _read(file, _Asked(merge, kind, by, referred), without_referrals)
    wanted = METHODS if method == "all" else [method]
    answers = _answers(sheet, METHODS if report else wanted, settings)
    if report:
        again = _same_again(file, merge, settings)
        report.write_text(_page(sheet, answers, about, (settings, again)), encoding="utf-8")
    answers = answers.only(wanted)
    told = [answers.as_json(place) for place in range(len(wanted))]
    if as_json:
        click.echo(json.dumps(told if method == "all" else told[0], ensure_ascii=False, indent=1))
    else:
        click.echo(answers.told())
    if all(result.total is None for result in answers.whole):
        sys.exit(REFUSED)


@dataclass(frozen=True)
class _Asked:
    """How the file is to be read."""

    merge: tuple[str, ...]
    kind: str | None
    by: str | None
    referred: str | None


@dataclass(frozen=True)
class _Answers:
    """One result for each method: of everybody, of each group, and without own referrals."""

    whole: "Sequence[Result]"
    strata: "dict[str, Sequence[Result]]"
    together: "Together | None"
    without_referred: "Sequence[Result]"

    def only(self, methods: Sequence[str]) -> "_Answers":
        def kept(results: "Sequence[Result]") -> "Sequence[Result]":
            return [result for result in results if result.method in methods]

        strata = {name: kept(results) for name, results in self.strata.items()}
        return _Answers(kept(self.whole), strata, self.together, kept(self.without_referred))

    def as_json(self, place: int) -> dict[str, object]:
        answer = self.whole[place].as_json()
        if self.strata:
            answer["strata"] = [
                {"stratum": name, **results[place].as_json()} for name, results in self.strata.items()
            ]
            answer["covariate_model"] = self.together and self.together.as_json()
        if self.without_referred:
            answer["without_own_referrals"] = self.without_referred[place].as_json()
        return answer

    def told(self) -> str:
        """In plain words."""
        parts = [_told(result) for result in self.whole]
        parts += [_told(result, f", {name}") for name, results in self.strata.items() for result in results]
        parts += [_told(result, ", without own referrals") for result in self.without_referred]
        return "\n\n".join(parts)


def _need_science() -> None:
    if not all(map(find_spec, ["numpy", "scipy"])):
        raise click.ClickException("The packages for figures are not installed. Mend: make science")
    # Small matrices gain nothing from threads, and sums in another order give other last digits.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _read(file: Path, asked: _Asked, without_referrals: Path | None) -> "Sheet":
    from dataclasses import replace

    from kamkor.methods.prevalence.tables import TableProblem

    if asked.referred and without_referrals:
        raise click.UsageError("Use --referred or --without-referrals, not both.")
    try:
        sheet = _sheet(file, asked)
        if without_referrals:
            sheet = sheet.beside(_sheet(without_referrals, replace(asked, by=None)).table)
    except TableProblem as problem:
        raise click.ClickException(f"{file.name}: {problem}") from problem
    except UnicodeDecodeError as problem:
        raise click.ClickException(
            f"{file.name}: the text is not in UTF-8; save it as CSV UTF-8."
        ) from problem
    return sheet


def _sheet(file: Path, asked: _Asked) -> "Sheet":
    from kamkor.methods.prevalence.reading import Kind, read

    text = file.read_text(encoding="utf-8-sig")
    sheet = read(text, kind=Kind(asked.kind or "auto"), by=asked.by, referred=asked.referred)
    for names in asked.merge:
        sheet = sheet.merged([name.strip() for name in names.split("+")])
    return sheet


def _answers(sheet: "Sheet", methods: Sequence[str], settings: "Settings") -> _Answers:
    from kamkor.methods.prevalence.estimating import estimate
    from kamkor.methods.prevalence.rules import refusals
    from kamkor.methods.prevalence.strata import together

    alone, joint = sheet.without_referred, sheet.strata and not refusals(sheet.table.trimmed())
    return _Answers(
        estimate(sheet.table, methods, settings),
        {name: estimate(table, methods, settings) for name, table in sheet.strata.items()},
        together(sheet.strata, threshold=settings.threshold) if joint else None,
        estimate(alone, methods, settings) if alone else [],
    )


def _page(sheet: "Sheet", answers: _Answers, about: Path | None, how: "tuple[Settings, str]") -> str:
    from kamkor.cli.hidden_number.about import About, AboutProblem, read_about
    from kamkor.cli.hidden_number.report import Findings, page
    from kamkor.methods.prevalence.estimating import variants

    settings, again = how
    try:
        known = read_about(about.read_text(encoding="utf-8")) if about else About()
    except AboutProblem as problem:
        raise click.ClickException(f"{about}: {problem}") from problem
    except UnicodeDecodeError as problem:
        raise click.ClickException(f"{about}: the text is not in UTF-8; save it as UTF-8.") from problem
    findings = Findings(
        table=sheet.table, results=answers.whole, about=known, strata=answers.strata,
        together=answers.together, variants=variants(sheet.table, settings),
        without_referred=answers.without_referred, threshold=settings.threshold, repeated_by=again,
    )  # fmt: skip
    return page(findings)


def _same_again(file: Path, merge: Sequence[str], settings: "Settings") -> str:
    """The command that gives the same figures, and the digest of the file it needs."""
    merged = "".join(f" --merge {names}" for names in merge)
    order = f" --max-order {settings.max_order}" if settings.max_order else ""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return (
        f"kamkor prevalence {file.name} --method all{merged} --threshold {settings.threshold:g}{order} "
        f"--boot {settings.boot} --seed {settings.seed} (SHA-256 of the file: {digest})"
    )


def _told(result: "Result", of: str = "") -> str:
    from kamkor.cli.hidden_number.wording import figure

    lines = [
        f"{result.method}{of}: {figure(result)}, {result.status.value}",
        f"  observed {result.observed:,} on {len(result.lists)} lists",
    ]
    if result.model:
        lines.append(f"  model: {', '.join(result.model)}")
    return "\n".join([*lines, *(f"  {reason}" for reason in result.reasons)])
