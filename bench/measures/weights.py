"""Asks for every page of the tests' small world and weighs it."""

import gzip
import statistics

from kamkor.base import codelists, wall
from tests.walls.pages import opened
from tests.walls.records import fill
from tests.walls.test_first_view import BUDGET, weight_of_parts
from tests.world import World, build

SHOWN = 10


def measure(rounds: int) -> None:
    with wall.acting(None, scope="all"):
        codelists.load()
        table(weights(build()))


def weights(world: World) -> dict[str, int]:
    parts = weight_of_parts()
    pages = opened(world, fill(world))
    return {route: len(gzip.compress(answer.content)) + parts for route, answer, _whose in pages}


def table(found: dict[str, int]) -> None:
    median, parts = statistics.median(found.values()), weight_of_parts()
    print(f"{len(found)} pages: {median:,.0f} bytes is the median, {parts:,} of them the same for all.")
    print(f"The budget is {BUDGET:,}. The heaviest:\n\n| Page | Bytes |\n|---|--:|")
    for route, size in sorted(found.items(), key=lambda pair: -pair[1])[:SHOWN]:
        print(f"| `{route}` | {size:,} |")
    print(flush=True)
