"""What the first view of a page weighs on the way to a browser that has nothing yet: 100 KB at the most."""

import gzip
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from kamkor.base.models import AuditEvent
from kamkor.statistics.unusual import Look, persons_behind, read_log
from tests.databases import ON_POSTGRESQL
from tests.walls.pages import opened
from tests.walls.records import SECRET, fill
from tests.world import World

pytestmark = pytest.mark.skipif(ON_POSTGRESQL, reason="a page weighs the same")
BUDGET = 100 * 1024
NAMES = ("name", "call", "phone", "other", "held")
PARTS = ("kamkor.css", "kamkor.js", "icon.svg", "inter-regular.woff2", "inter-semibold.woff2")


@cache
def weight_of_parts() -> int:
    """Styles, script and fonts, which every page asks for."""
    return weight_of(*PARTS)


def weight_of(*parts: str) -> int:
    """Files as sent; fonts are compressed in themselves."""
    folder = Path(settings.SOURCE) / "base" / "static" / "kamkor"
    sizes = [
        path.stat().st_size if path.suffix == ".woff2" else len(gzip.compress(path.read_bytes()))
        for path in map(folder.joinpath, parts)
    ]
    return sum(sizes)


# Lists of the desk's own work show many names at once and count for nobody; a search is counted as one.
LISTS = {
    "/desk/cases/": "the desk's own cases, those of colleagues by code (docs/decisions/0012-insiders.md)",
    "/desk/erasures/": "who wants to be forgotten, to be decided by a second person",
    "/desk/matches/": "whom relatives may be looking for",
    "/desk/people/two-files/": "pairs that may be one person, to be decided by looking at both",
    "/desk/search-requests/<int:pk>/": "the name that a relative gives, of somebody who has no file here",
}


def test_every_page_is_light_and_counts_as_a_look_where_it_shows_a_name(world: World) -> None:
    """With all that its first view asks for; names are counted for `many names` from the log itself."""
    records, heavy, uncounted = fill(world), {}, set()
    for route, answer, _whose in opened(world, records):
        size = len(gzip.compress(answer.content)) + weight_of_parts()
        if size > BUDGET:
            heavy[route] = size
        text = answer.content.decode()
        if any(f"{SECRET} {one}" in text for one in NAMES) and not looks_at(last_event()):
            uncounted.add(route)
        event = last_event()
        assert not persons_behind({event.subject})[event.subject] or looks_at(event), route
    assert not heavy
    assert uncounted == LISTS.keys()


def last_event() -> AuditEvent:
    return AuditEvent.objects.order_by("-pk")[0]


def looks_at(event: AuditEvent) -> list[Look]:
    """What the watch for unusual look-ups makes of one event."""
    instant = timedelta(microseconds=1)
    return [look for look in read_log(event.at - instant, event.at) if look.person]
