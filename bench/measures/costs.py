"""A look at the stack at every tick of CPU time: which layer asked for what is being done."""

import signal
import statistics
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from django.db import connection

from bench.measures.acting import Browser, signed_in
from bench.measures.pages import WARM_UP, Sample, Scene, as_it_is, scenes, timed
from kamkor.base import wall
from kamkor.wsgi import application

EVERY = 0.001  # seconds; the system looks less often where its clock is coarser
LOOKS = 3  # requests that are looked at, for one that is timed
POLICY = {"visible_to", "closed_to", "carried", "allowed_by", "judged", "relation_to", "may", "may_here"}
# The first that is found anywhere in the stack; middleware is in the stack of all that it surrounds.
LAYERS: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "vault": (("/kamkor/vault/",), set()),
    "log": (("/kamkor/base/actions.py",), {"record", "record_refusal"}),
    "policy": (("/kamkor/access/policy.py", "/kamkor/base/wall.py", "/kamkor/base/rows.py"), set()),
    "policy, elsewhere": (("/kamkor/",), POLICY),
    "session": (
        ("/contrib/sessions/", "/contrib/auth/", "/access/middleware.py", "/middleware/csrf.py"),
        set(),
    ),
    "database": (("/django/db/", "/psycopg", "/sqlite3/"), set()),
    "forms": (("/django/forms/",), set()),
    "templates": (("/django/template/", "/templatetags/"), set()),
    "the rest": (("",), set()),
}
COLUMNS = ["vault", "policy", "log", "session", "database", "forms", "templates", "the rest"]


@dataclass
class Looks:
    """How often each layer was met."""

    found: Counter[str] = field(default_factory=Counter)

    def look(self, number: int, frame: FrameType | None) -> None:
        """The handler of the signal."""
        stack = [(one.f_code.co_filename, one.f_code.co_name) for one in _outwards(frame)]
        calls = [(file, name) for file, name in stack if name != "__call__"]
        layer = next(layer for layer in LAYERS if any(_in(layer, *call) for call in [*calls, ("", "")]))
        self.found[layer.partition(",")[0]] += 1

    def share(self, layer: str) -> float:
        return 100 * self.found[layer] / max(self.found.total(), 1)


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _in(layer: str, file: str, name: str) -> bool:
    places, names = LAYERS[layer]
    return any(place in file for place in places) and (not names or name in names)


@contextmanager
def looking(looks: Looks) -> Iterator[None]:
    before = signal.signal(signal.SIGPROF, looks.look)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def measure(rounds: int) -> None:
    browser = signed_in()
    print(f"### {connection.display_name}\n")
    print(f"| Page | CPU, ms | {' | '.join(COLUMNS)} |\n|---|--:|{'--:|' * len(COLUMNS)}")
    for scene in scenes(browser):
        cost, looks = looked_at(browser, scene, rounds)
        shares = (f"{looks.share(layer):.0f}" for layer in COLUMNS)
        print(f"| {scene.name} | {1000 * cost:.1f} | {' | '.join(shares)} |", flush=True)
    print()


def looked_at(browser: Browser, scene: Scene, rounds: int) -> tuple[float, Looks]:
    """The median cost of one request, as if nobody looked, and then what was seen."""
    sample, looks = Sample(), Looks()
    for number in range(WARM_UP + (1 + LOOKS) * rounds):
        with wall.acting(None, scope="all"):
            environ = browser.environ(*scene.prepare(number))
        if number < WARM_UP + rounds:
            timed(environ, as_it_is(application), sample)
        else:
            with looking(looks):
                timed(environ, as_it_is(application), Sample())
    return statistics.median(sample.cpu[WARM_UP:]), looks
