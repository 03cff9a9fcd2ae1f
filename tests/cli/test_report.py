"""The annual report: useful with few people a year, and without a number that could tell who somebody is."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from django.utils import timezone
from openpyxl import load_workbook

from kamkor.access.models import Desk
from kamkor.base import codelists, papers, wall
from kamkor.base.models import AuditEvent
from kamkor.base.papers import Heading, Paper, Paragraph, Table
from kamkor.cli.report import report
from kamkor.identification.models import Fact
from kamkor.statistics import register
from kamkor.statistics.models import Return, ReturnFigure
from kamkor.statistics.publishing import releases, tables
from tests.databases import ON_POSTGRESQL
from tests.statistics.test_indicators import presume
from tests.world import World

YEAR = timezone.localdate().year


def run(*given: str) -> str:
    result = CliRunner().invoke(report, given, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.skipif(ON_POSTGRESQL, reason="the same rows")
def test_a_report_of_few_people_has_sums_of_three_years_and_no_small_number(
    world: World, tmp_path: Path
) -> None:
    codelists.load()
    register.load()
    for year, times in ((YEAR, 20), (YEAR - 1, 4), (YEAR - 2, 7), (YEAR - 3, 3)):
        presume(world, times, on=f"{year}-02-03")
    run("annual", "--year", str(YEAR - 1), "--lang", "en", "--out", str(tmp_path / "r.html"))
    page = (tmp_path / "r.html").read_text("utf-8")
    assert by_ngos(page) == ["…", "…", "…", "14", "persons"]
    presume(world, 1, on=f"{YEAR - 1}-02-03")  # learned later: who has both reports learns of nobody
    run("annual", "--year", str(YEAR), "--lang", "en", "--out", str(tmp_path / "now.html"))
    assert by_ngos((tmp_path / "now.html").read_text("utf-8")) == ["…", "…", "–", "14", "persons"]
    assert "Found by NGOs: 14 persons in three years" in page
    assert "Where figures disagree" in page
    assert "<script" not in page
    for language in ("ky", "ru", "uz"):
        run("annual", "--year", str(YEAR), "--lang", language, "--out", str(tmp_path / f"{language}.html"))
        assert f'<html lang="{language}">' in (tmp_path / f"{language}.html").read_text("utf-8")


def by_ngos(page: str) -> list[str]:
    row = re.search(r"<tr><td>2\. Found by NGOs</td>(.*?)</tr>", page)
    assert row is not None
    return re.findall(r">([^<]+)<", row[1])


@pytest.mark.skipif(ON_POSTGRESQL, reason="the same rows")
def test_reports_tables_and_exports_say_the_same(world: World, tmp_path: Path) -> None:
    """The year before last is small; what hides it in one publication hides it in all."""
    codelists.load()
    for year, times in ((YEAR - 1, 12), (YEAR - 2, 3), (YEAR - 3, 14)):
        presume(world, times, on=f"{year}-02-03")
    told: list[set[str]] = []
    for year in (YEAR - 2, YEAR - 3, YEAR - 1):
        run("export", "--period", str(year), "--format", "hxl", "--out", str(tmp_path / "h.csv"))
        rows = csv.reader((tmp_path / "h.csv").read_text("utf-8").splitlines())
        told.append({row[9] for row in rows if row[0] == "presumed.by_ngo" and row[6:9] == ["", "", ""]})
    run("annual", "--year", str(YEAR - 1), "--lang", "en", "--out", str(tmp_path / "r.html"))
    *years, _sum, _unit = by_ngos((tmp_path / "r.html").read_text("utf-8"))
    assert [each.pop() or "…" for each in told] == [years[1], years[0], years[2]]
    assert years[1] == "…"
    actor = world.actor("stranger", "statistician")
    first = tables.block(YEAR - 2)[0]
    last = min(first + 2, YEAR - 1)
    release = releases.prepare(actor, actor.desk, name="presumed-by-ngo", year=last)
    cells = tables.read(releases.content_of(release, tables.TABLE))
    for place, year in enumerate(range(YEAR - 3, YEAR)):
        if (str(year), "total", "total") in cells:
            assert str(cells[str(year), "total", "total"] or "…") == years[place]


def test_whom_a_donors_table_is_for_is_written_down(world: World, tmp_path: Path) -> None:
    run(
        "donor",
        "--period",
        "2025-04/2026-03",
        "--for",
        "Fund",
        "--lang",
        "en",
        "--out",
        str(tmp_path / "d.xlsx"),
    )
    cells = list(load_workbook(tmp_path / "d.xlsx").active.values)  # type: ignore[union-attr]
    assert ("For whom", "Fund") in [row[:2] for row in cells]
    with wall.acting(None, scope="all"):
        assert AuditEvent.objects.get(subject="donor:2025-04/2026-03").changed == ["for Fund"]


def test_a_wrong_ending_or_folder_is_named(tmp_path: Path) -> None:
    for out in (tmp_path / "r.txt", tmp_path / "none" / "r.html"):
        result = CliRunner().invoke(report, ["annual", "--year", "2026", "--out", str(out)])
        assert result.exit_code == 2
        assert "--out" in result.output


def test_a_word_file_is_well_formed_and_whole() -> None:
    table = Table(["A", "B"], [["x & <y>", 3], ["\x07bell", "…"]])
    paper = Paper("Title", "ru", [Heading("One"), Paragraph("Two\nlines"), table])
    with zipfile.ZipFile(io.BytesIO(papers.as_docx(paper))) as archive:
        names = archive.namelist()
        texts = {name: ElementTree.fromstring(archive.read(name)) for name in names}
    said = "|".join(filter(None, (node.text for node in texts["word/document.xml"].iter())))
    assert said == "Title|One|Two|lines|A|B|x & <y>|3|bell|…"
    assert {"[Content_Types].xml", "_rels/.rels", "word/styles.xml"} <= set(names)


@pytest.mark.skipif(ON_POSTGRESQL, reason="the same rows")
def test_the_half_year_report_names_the_missing_and_says_what_was_sent(world: World, tmp_path: Path) -> None:
    codelists.load()
    row = Return.objects.create(
        desk=world.desks["police"],
        period="2026H1",
        words={
            "obstacles": "No car",
            "plan": "2.1; Train officers; 2026-12; 40 trained; 60; 40; 90000\nLate",
        },
        entered_by=world.users["police"],
        signed_by=world.users["line"],
        signed_at=timezone.now(),
    )
    ReturnFigure.objects.create(desk=row.desk, part_of=row, item="statements_made", value=14)
    Desk.objects.filter(code="clinic").update(kind="prosecutor")
    run("programme", "--half", "2026H1", "--lang", "en", "--out", str(tmp_path / "p.html"))
    page = (tmp_path / "p.html").read_text("utf-8")
    assert "<li>Clinic</li>" in page
    assert "<li>Police</li>" not in page
    assert "<td>Police</td><td>No car</td>" in page
    assert "Why not" in page
    assert re.search(r"<td>Police</td><td[^>]*>2.1</td><td>Train officers</td>", page)
    assert "<td>Police</td><td>Late</td>" in page
    assert re.search(r"11\. Persons who made a statement</td><td class=\"number\">14<", page)
    run("programme", "--half", "2026H1", "--lang", "ru", "--out", str(tmp_path / "p.docx"))
    assert zipfile.is_zipfile(tmp_path / "p.docx")
    result = CliRunner().invoke(report, ["programme", "--half", "2026", "--out", str(tmp_path / "p.docx")])
    assert result.exit_code == 2

    run("export", "--period", "2026H1", "--format", "dhis2", "--out", str(tmp_path / "d.json"))
    sent = json.loads((tmp_path / "d.json").read_text("utf-8"))
    assert [(each["dataElement"], each["value"], each["period"]) for each in sent["dataValues"]] == [
        ("statements_made", "14", "2026S1")
    ]
    ReturnFigure.objects.update(value=3)
    run("export", "--period", "2026H1", "--format", "dhis2", "--out", str(tmp_path / "d.json"))
    assert json.loads((tmp_path / "d.json").read_text("utf-8"))["dataValues"] == []


@pytest.mark.skipif(ON_POSTGRESQL, reason="the same rows")
def test_what_leaves_in_the_formats_of_others_has_no_small_number(world: World, tmp_path: Path) -> None:
    codelists.load()
    for sex, times in (("female", 12), ("male", 3)):
        for case in presume(world, times, sex=sex):
            facts = {"kind": "decision", "value": "confirmed", "body": "police", "on": f"{YEAR}-03-04"}
            Fact.objects.create(desk=case.desk, person=case.person, **facts)
    run("export", "--period", str(YEAR), "--format", "sdg", "--out", str(tmp_path / "s.csv"))
    rows = list(csv.DictReader((tmp_path / "s.csv").read_text("utf-8").splitlines()))
    told = {(row["Age"], row["Sex"]): row["Value"] for row in rows if row["SeriesCode"] == "VC_HTF_DETV"}
    assert told["18+Y", "MALE"] == ""
    assert "" in (told["18+Y", "FEMALE"], told["ALLAGE", "BOTHSEX"])  # or it could be subtracted
    run("export", "--period", str(YEAR), "--format", "hxl", "--out", str(tmp_path / "h.csv"))
    head, tags, *lines = csv.reader((tmp_path / "h.csv").read_text("utf-8").splitlines())
    assert len(head) == len(tags)
    assert all(tag.startswith("#") for tag in tags)
    assert "#indicator+value+num" in tags
    assert not [line for line in lines if line[0].startswith("confirmed") and line[9] in ("3", "3.0")]
