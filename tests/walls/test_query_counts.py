"""How many questions a page asks of the database: no more for thirty rows than for three, and as is known.

KAMKOR_QUERY_COUNTS=update writes tests/query_counts.json anew; look at the difference before committing it.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern
from django.utils import timezone

from kamkor.assistance.actions import cases
from kamkor.assistance.models import Event, Need, Task
from kamkor.base import codelists
from kamkor.base.public import fresh_code
from kamkor.identification.models import Contact
from kamkor.people.models import Flag
from tests.databases import ON_POSTGRESQL
from tests.walls.pages import ELSEWHERE, opener
from tests.walls.records import Records, fill
from tests.walls.test_access_walk import ADDRESSES, GUARDED
from tests.world import World

GOLDEN = Path(__file__).parent.parent / "query_counts.json"
UPDATE = os.environ.get("KAMKOR_QUERY_COUNTS") == "update"
MORE = 27
BY_KIND = {"/desk/audit/"}  # asks once for each kind of record that its fifty newest entries are about

pytestmark = pytest.mark.skipif(ON_POSTGRESQL, reason="the second wall adds the same few to every page")


@pytest.fixture(autouse=True)
def _lists_in_memory(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The code lists are read once a minute, by whichever page comes then."""
    monkeypatch.setattr(codelists, "FRESH_SECONDS", float("inf"))
    codelists.entries("sex")


def asked(world: World, records: Records, route: str) -> int | None:
    """How many statements the page takes for somebody who may open it; None for a file."""
    page = GUARDED[route]
    client = world.client(*opener(records, page))
    with (
        CaptureQueriesContext(connections["default"]) as said,
        CaptureQueriesContext(connections["keys"]) as keys,
    ):
        answer = client.get(records.path(route, page))
    assert answer.status_code == 200, f"{route}: {answer.status_code}"
    return len(said) + len(keys) if answer["Content-Type"].startswith("text/html") else None


def lists() -> dict[str, URLPattern]:
    """Pages about the desk that are shown by GET: there the rows are."""
    return {
        route: pattern
        for route, pattern in ADDRESSES
        if route in GUARDED
        and GUARDED[route].model is None
        and "GET" in GUARDED[route].methods
        and "<" not in route
        and route not in ELSEWHERE
    }


def more(world: World) -> None:
    """Thirty of what the lists show, where there were three or fewer."""
    actor, now = world.actor("centre"), timezone.now()
    for number in range(MORE):
        person = world.person("centre", name=f"Name {number}", call_name=f"Call {number}")
        case = cases.open_case(actor, person, kind="trafficking")
        own: dict[str, Any] = {"desk": actor.desk, "case": case}
        Need.objects.create(**own, kind="medical", seen_on=now.date())
        Task.objects.create(**own, kind="call_back", due_at=now)
        Flag.objects.create(desk=actor.desk, person=person, kind="danger", raised_by=actor.signed_in)
        Contact.objects.create(desk=actor.desk, channel="phone", operator=actor.signed_in)
        Event.objects.create(
            desk=actor.desk,
            code=fresh_code(),
            file=actor.keyring.new_file(actor.desk.holder),
            kind="trafficking",
            head_count=3,
            created_by=actor.signed_in,
        )


@pytest.mark.asvs("15.2.2")
def test_no_page_asks_more_for_thirty_rows_than_for_three(world: World) -> None:
    records = fill(world)
    few = {route: asked(world, records, route) for route in lists()}
    more(world)
    many = {route: asked(world, records, route) for route in lists()}
    assert not {route for route in few.keys() - BY_KIND if (many[route] or 0) > (few[route] or 0)}


def test_every_page_asks_as_many_questions_as_is_known(world: World) -> None:
    records = fill(world)
    counted: dict[str, int] = {}
    for route, guard in GUARDED.items():
        if "GET" in guard.methods and route not in ELSEWHERE:
            number = asked(world, records, route)
            if number is not None:
                counted[route] = number
    if UPDATE:
        GOLDEN.write_text(json.dumps(counted, indent=1, sort_keys=True) + "\n")
    known = json.loads(GOLDEN.read_text())
    grown = {
        route: (known.get(route), counted.get(route))
        for route in known.keys() | counted.keys()
        if known.get(route) != counted.get(route)
    }
    assert not grown, "run with KAMKOR_QUERY_COUNTS=update if each of these is meant"
