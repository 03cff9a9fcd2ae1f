"""Five pages and forms, asked for in turn on both sides: with and without policy, vault and log."""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection, connections
from django.db.models import QuerySet
from django.urls import reverse

from bench.measures.acting import Answer, Application, Browser, ask, signed_in
from bench.measures.bare import Bare
from kamkor.assistance.models import Case, Referral
from kamkor.base import wall
from kamkor.identification.models import Contact
from kamkor.people.models import Consent
from kamkor.wsgi import application

WARM_UP = 5
RECORD = {
    "safe_to_talk": "yes",
    "danger": "none",
    "topic": "job_offer",
    "advice": "",
    "callback": "never",
    "outcome": "",
    "note": "Asked about a contract for a season abroad and wants to know whether the agency is licensed.",
    "callback_number": "",
    "caller": "+996 555 010 203",
    "about": "self",
    "language": "ky",
    "country": "TR",
    "line": "",
    "channel": "phone",
    "version": "1",
    "seconds": "40",
    "do": "save",
}
Request = tuple[str, dict[str, object] | None]


@dataclass
class Sample:
    """What requests of one page on one side have cost, in seconds."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    server: float = 0.0  # of the database, all requests together

    def p95(self) -> float:
        return statistics.quantiles(self.wall, n=20)[-1]

    def median(self) -> float:
        return statistics.median(self.cpu)


@dataclass
class Scene:
    """A page: how its next request is prepared, untimed, and what it must answer."""

    name: str
    prepare: Callable[[int], Request]
    status: int
    real: Sample = field(default_factory=Sample)
    bare: Sample = field(default_factory=Sample)

    @property
    def ratio(self) -> float:
        return self.bare.median() / self.real.median()


def scenes(browser: Browser) -> list[Scene]:
    """On files of the largest desk."""
    with wall.acting(None, scope="all"):
        cases = list(own_cases(browser).values_list("pk", flat=True)[:200])
        received = Referral._base_manager.filter(
            receiver=browser.desk, consent__in=Consent.objects.in_force()
        )
        referrals = list(received.order_by("pk").values_list("pk", flat=True)[:200])

    def contact(number: int) -> Request:
        made = Contact.objects.create(desk_id=browser.desk, channel="phone", operator_id=browser.user)
        return reverse("contact", args=[made.pk]), dict(RECORD)

    def accept(number: int) -> Request:
        pk = referrals[number % len(referrals)]
        Referral._base_manager.filter(pk=pk).update(status="sent", answered_at=None, answered_by="")
        return reverse("referral-accept", args=[pk]), {}

    return [
        Scene("Case page", lambda number: (reverse("case", args=[cases[number % len(cases)]]), None), 200),
        Scene("Case list page", lambda number: (reverse("cases"), None), 200),
        Scene("My work", lambda number: (reverse("my-work"), None), 200),
        Scene("Record a contact", contact, 302),
        Scene("Accept a referral", accept, 302),
    ]


def own_cases(browser: Browser) -> QuerySet[Case]:
    """Whoever opens a colleague's case is asked why first."""
    return Case._base_manager.filter(worker=browser.user, closed_on=None).order_by("pk")


def measure(rounds: int) -> None:
    browser, bare = signed_in(), Bare()
    found = scenes(browser)
    for number in range(WARM_UP + rounds):
        for scene in found:
            for side in ("real", "bare") if number % 2 else ("bare", "real"):
                with wall.acting(None, scope="all"):
                    path, form = scene.prepare(number)
                stands = bare.standing() if side == "bare" else as_it_is(application)
                answer = timed(browser.environ(path, form), stands, getattr(scene, side))
                if answer.status != scene.status:
                    raise SystemExit(f"{scene.name} answered {answer.status}, not {scene.status}")
        if number < WARM_UP:
            for scene in found:
                scene.real, scene.bare = Sample(), Sample()
    table(found)


@contextmanager
def as_it_is(application: Application) -> Iterator[Application]:
    yield application


def timed(environ: dict[str, Any], side: AbstractContextManager[Application], sample: Sample) -> Answer:
    """Ask one side, and put down what it cost."""
    with side as application:
        server = server_ticks()
        begun, cpu = time.perf_counter(), time.process_time()
        answer = ask(application, environ)
        sample.cpu.append(time.process_time() - cpu)
        sample.wall.append(time.perf_counter() - begun)
        sample.server += passed(server, server_ticks())
    return answer


def server_ticks() -> dict[int, int]:
    """CPU time of the database's own processes for our connections; on SQLite it is in our own."""
    found = {}
    for alias in connections:
        held: Any = connections[alias].connection
        if connections[alias].vendor == "postgresql" and held is not None:
            pid: int = held.info.backend_pid
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            found[pid] = int(fields[11]) + int(fields[12])
    return found


def passed(before: dict[int, int], after: dict[int, int]) -> float:
    return sum(ticks - before.get(pid, 0) for pid, ticks in after.items()) / os.sysconf("SC_CLK_TCK")


HEADINGS = (
    *("CPU, ms", "bare, ms", "ratio", "requests/s", "p95, ms", "bare p95, ms"),
    *("database, ms", "bare database, ms"),
)


def table(found: list[Scene]) -> None:
    print(f"### {connection.display_name}\n")
    print(f"| Page | {' | '.join(HEADINGS)} |")
    print(f"|---|{'--:|' * len(HEADINGS)}")
    for scene in found:
        real, bare = scene.real, scene.bare
        print(
            f"| {scene.name} | {1000 * real.median():.1f} | {1000 * bare.median():.1f} | {scene.ratio:.2f}"
            f" | {1 / real.median():.0f} | {1000 * real.p95():.0f} | {1000 * bare.p95():.0f}"
            f" | {1000 * real.server / len(real.cpu):.1f} | {1000 * bare.server / len(bare.cpu):.1f} |"
        )
    print()
