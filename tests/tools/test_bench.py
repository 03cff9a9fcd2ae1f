"""Every section of the benchmarks still gives its table; what the figures are is not for a test to say."""

import os
import time
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

import bench.__main__ as page
from bench import queries, waiting
from bench.measures import costs, data, pages, plans, tried, weights, worker
from bench.options import Options
from bench.population import build, cases
from kamkor.base import wall
from kamkor.people.models import Consent
from tests.databases import ON_POSTGRESQL

PERSONS = 60
SCENES = ("Case page", "Case list page", "My work", "Record a contact", "Accept a referral")


def rows(printed: str) -> dict[str, list[str]]:
    """The cells of each row by the first one."""
    found = (line.strip("| ").split(" | ") for line in printed.splitlines() if line.startswith("| "))
    return {name: cells for name, *cells in found}


@pytest.fixture
def stage(
    transactional_db: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few persons, each with an open case; committed, as the two sides have a connection each. What they
    agreed to is made to hold today: among so few chance may have let all of it run out."""
    settings.HOME = tmp_path
    monkeypatch.setattr(build, "WITH_CASE", 1)
    monkeypatch.setattr(cases, "OPEN", 1)
    build.measure(PERSONS)
    with wall.acting(None, scope="all"):
        Consent._base_manager.update(ends_on=timezone.localdate())


@pytest.mark.skipif(ON_POSTGRESQL, reason="a stage on PostgreSQL is a server of its own")
@pytest.mark.django_db(transaction=True, databases=["default", "keys"])
def test_the_sections_of_a_stage_give_numbers(
    stage: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name, value in (
        *((module, "WARM_UP", 0) for module in (pages, costs)),
        *((tried, name, 1) for name in ("RUNS", "CALLS", "PAGES")),
    ):
        monkeypatch.setattr(module, name, value)
    data.measure(1)
    assert f"{PERSONS} persons" in capsys.readouterr().out
    pages.measure(2)
    timed = rows(capsys.readouterr().out)
    assert all(float(timed[name][2]) > 0 for name in SCENES)
    costs.measure(1)
    shares = rows(capsys.readouterr().out)
    assert all(len([float(cell) for cell in shares[name]]) == 1 + len(costs.COLUMNS) for name in SCENES)
    tried.measure(1)
    assert len(rows(capsys.readouterr().out)) > 5


def test_pages_are_counted_and_weighed(capsys: pytest.CaptureFixture[str]) -> None:
    queries.main(Options({}, 1))
    counted = rows(capsys.readouterr().out)
    assert all(cells[0].isdigit() for name, cells in counted.items() if name.startswith("`/"))
    assert len(counted) > queries.SHOWN
    weights.table({f"/page/{number}": 1000 * number for number in range(30)})
    assert rows(capsys.readouterr().out)["`/page/29`"] == ["29,000"]


def test_a_plan_is_read_to_its_last_node() -> None:
    scan = {"Node Type": "Bitmap Index Scan", "Index Name": "by_desk"}
    heap = {"Node Type": "Bitmap Heap Scan", "Relation Name": "big", "Plans": [scan]}
    whole = {"Node Type": "Seq Scan", "Relation Name": "big"}
    reader = plans.Reader({"big": plans.Table(50_000, walled=True)}, page="/desk/")
    for node in plans.nodes({"Node Type": "Append", "Plans": [heap, whole]}):
        reader.note(node)
    table = reader.tables["big"]
    assert (table.indexes, table.scanned_by) == ({"by_desk"}, {"/desk/"})


def test_a_server_that_never_answers_ends_the_run() -> None:
    assert worker.held(os.getpid(), "VmRSS") > 1
    with pytest.raises(SystemExit, match="did not answer"):
        waiting.until_it_answers(1, time.perf_counter(), patience=0.1)


def test_a_section_takes_the_place_of_what_it_said_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "WRITTEN", tmp_path / "benchmarks.md")
    page.write("search", "## Search\n\nfirst")
    page.write("data", "## Data\n\nrows  \n")
    page.write("search", "## Search\n\nsecond")
    written = page.WRITTEN.read_text()
    assert written.startswith(page.HEAD)
    assert written.index("rows\n") < written.index("second")
    assert "first" not in written
