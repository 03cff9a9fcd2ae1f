"""What the first view of a page weighs on the way to a browser that has nothing yet: 100 KB at the most."""

import gzip
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from tests.databases import ON_POSTGRESQL
from tests.walls.records import fill
from tests.walls.test_access_walk import GUARDED
from tests.walls.test_query_counts import ROLES
from tests.world import World

pytestmark = pytest.mark.skipif(ON_POSTGRESQL, reason="a page weighs the same")
BUDGET = 100 * 1024
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


def weights(world: World) -> dict[str, int]:
    """Every page that one of the roles may read, with all that its first view asks for."""
    records, found = fill(world), {}
    clients = [world.client("centre", role) for role in ROLES]
    for route, guard in GUARDED.items():
        if "GET" not in guard.methods or (guard.model is not None and guard.model not in records.keys):
            continue
        for client in clients:
            answer = client.get(records.path(route, guard))
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                found[route] = len(gzip.compress(answer.content)) + weight_of_parts()
                break
    return found


def test_the_first_view_of_every_page_is_light(world: World) -> None:
    assert not {route: size for route, size in weights(world).items() if size > BUDGET}
