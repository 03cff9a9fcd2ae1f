"""Every page is sent what nobody foresaw, by somebody who may use it: nothing breaks, and nothing is written
down of what was sent.

The addresses are learned from the resolver, the fields from the pages themselves. `make fuzz` sends more.
"""

import base64
import json
import logging
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import got_request_exception
from django.db import transaction
from django.test import Client
from django.urls import reverse
from granian.log import LogLevels
from hypothesis import HealthCheck, Phase, given, settings

from kamkor.access import policy
from kamkor.access.policy import EVERYONE
from kamkor.base import codelists, failures
from kamkor.cli import start
from kamkor.surveys.actions import add_device
from kamkor.vault import tokens
from tests.walls import hostile
from tests.walls.hostile import CANARY, Body, Fields
from tests.walls.records import Records, fill
from tests.walls.test_access_walk import ADDRESSES, GUARDED, UNGUARDED
from tests.world import Browser, World

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "1"))  # bodies for each form; more by hand
SECONDS = float(os.environ.get("FUZZ_SECONDS", "8"))  # then the rest is left to the next run
ENOUGH = 20  # pages, however slow the machine is
WRITTEN = os.environ.get("FUZZ_WRITTEN", "")  # where the count goes
QUICK = settings(
    max_examples=EXAMPLES,
    derandomize=EXAMPLES == 1,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
ONLY = re.compile(os.environ.get("FUZZ_ONLY", ""))  # addresses that hold this
OPEN = {
    pattern.name: route for route, pattern in ADDRESSES if route not in GUARDED and pattern.name in UNGUARDED
}
PARTS = {"<slug:country>": "kz", "<slug:data_set>": "records", "<int:version>": "1", "<slug:mark>": "a"}
PARTS |= {"<int:pk>": "1", "<slug:key>": "1", "<str:name>": "table.csv"}
TELEPHONE = Fields('<input type="file" name="xml_submission_file"><input type="file" name="a.jpg">')


class Tried:
    """One client of each role, what was tried, and how it was answered."""

    def __init__(self, world: World, records: Records) -> None:
        self.world, self.records = world, records
        self.clients = {role: world.client("centre", role) for role in EVERYONE}
        self.telephone = telephone(world)
        self.answers: Counter[int] = Counter()
        self.broken: dict[str, str] = {}  # where, and by what
        self.last = ""
        got_request_exception.connect(self.note)
        self.until = time.monotonic() + SECONDS

    @property
    def total(self) -> int:
        return sum(self.answers.values())

    def note(self, **_kwargs: object) -> None:
        kind, _error, trace = sys.exc_info()
        self.last = f"{kind.__name__ if kind else ''} in {failures.where(trace)}"

    def ask(self, client: Client, method: str, path: str, body: Body | None = None) -> Any:
        """One request, whose effects are taken back."""
        cookies = dict(client.cookies)
        with transaction.atomic(), transaction.atomic(using="keys"):
            sent = (body.content, body.kind) if body else ()
            answer = client.generic(method, path, *sent)
            transaction.set_rollback(True)
            transaction.set_rollback(True, using="keys")
        client.cookies.clear()
        client.cookies.update(cookies)
        self.answers[answer.status_code] += 1
        if answer.status_code >= failures.BROKEN:
            said = f"{answer.status_code} {self.last}"
            self.broken.setdefault(said, f"{method} {path[:200]} {hostile.said(body)}")
        return answer

    def by_whom(self, route: str) -> Client | None:
        """Somebody who may do what the page is for."""
        page = GUARDED[route]
        relation = self.records.relation(page)
        for role in ("worker", "supervisor", "operator", *EVERYONE):
            if policy.verdict(role, page.verb, relation).allowed:
                return self.clients[role]
        return None


@pytest.fixture
def tried(world: World) -> Tried:
    codelists.load()
    return Tried(world, fill(world))


@pytest.fixture
def overheard() -> Iterator[list[str]]:
    """Every record of every logger, however quiet it is set, and every exception that reached the handler."""
    heard: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(f"{record.name} {self.format(record)} {record.__dict__}")

    def note(**_kwargs: object) -> None:
        heard.append(f"exception {logging.Formatter().formatException(sys.exc_info())}")

    ear, loggers = Ear(logging.DEBUG), [logging.getLogger()]
    loggers += [logging.getLogger(name) for name in list(logging.root.manager.loggerDict)]
    before = [(logger, logger.level) for logger in loggers]
    for logger in loggers:
        logger.addHandler(ear)
        logger.setLevel(logging.DEBUG)
    got_request_exception.connect(note)
    yield heard
    got_request_exception.disconnect(note)
    for logger, level in before:
        logger.removeHandler(ear)
        logger.setLevel(level)


def telephone(world: World) -> Client:
    """One that fills in questionnaires, with a secret of its own."""
    actor, secret = world.actor("centre", "supervisor"), tokens.new_secret()
    add_device(actor, actor.desk, secret=secret, name="Another phone")
    sent = base64.b64encode(f"phone:{secret}".encode()).decode()
    return Browser(raise_request_exception=False, headers={"Authorization": f"Basic {sent}"})


Form = tuple[Client, str, Fields, tuple[str, ...]]


def every_form(tried: Tried) -> Iterator[Form]:
    """Every page, in another order each day: who asks, its address, the fields of its forms, its methods."""
    routes = [each for each in (*GUARDED, *OPEN) if ONLY.search(OPEN.get(each, each))]
    random.Random(date.today().toordinal()).shuffle(routes)  # noqa: DTZ011 - any day will do
    for route in sorted(routes, key=lambda each: each in GUARDED and "POST" not in GUARDED[each].methods):
        if route in OPEN:
            yield open_form(tried, route)
            continue
        page, whose = GUARDED[route], tried.by_whom(route)
        if whose is not None:
            path = tried.records.path(route, page)
            shown = fields(tried.ask(whose, "GET", path)) if "GET" in page.methods else Fields("")
            yield whose, path, shown, page.methods


def open_form(tried: Tried, name: str) -> Form:
    """Of a page that needs no rule, with the parts of its address that lead somewhere."""
    path = OPEN[name]
    for part, value in PARTS.items():
        path = path.replace(part, value)
    path = re.sub("<[^>]*>", "1", path)  # what nobody named here leads nowhere
    if name.startswith("field-"):
        return tried.telephone, path, TELEPHONE, ("GET", "POST")
    client = tried.world.client("centre")
    return client, path, fields(tried.ask(client, "GET", path)), ("GET", "POST")


def fields(answer: Any) -> Fields:  # the test client's response
    is_page = answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html")
    return Fields(answer.content.decode() if is_page else "")


@pytest.mark.asvs("1.2.1", "1.4.2", "16.4.1")
def test_nothing_that_is_sent_breaks_anything_or_is_written_down(
    tried: Tried, overheard: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    pages = 0
    for client, path, fields, methods in every_form(tried):
        if pages > ENOUGH and time.monotonic() > tried.until:
            break
        pages += 1
        throw(tried, client, path, fields, methods)
    assert not tried.broken
    known = [line for line in overheard if CANARY in line]
    assert not known, known[0][:500]
    assert pages > ENOUGH or ONLY.pattern
    with capsys.disabled():
        sys.stdout.write(
            f"\n  {tried.total} inputs on {pages} pages: {dict(sorted(tried.answers.items()))}\n"
        )
    if WRITTEN:
        Path(WRITTEN).write_text(
            json.dumps({"pages": pages, "inputs": tried.total, "answers": tried.answers})
        )


def throw(tried: Tried, client: Client, path: str, fields: Fields, methods: tuple[str, ...]) -> None:
    """As many bodies and questions as were asked for, at one page."""

    @QUICK
    @given(body=hostile.bodies(fields), query=hostile.queries(fields))
    def run(body: Body, query: bytes) -> None:
        if "POST" in methods:
            tried.ask(client, "POST", path, body)
        if "GET" in methods:
            tried.ask(client, "GET", f"{path}?{query.decode()}")

    run()


def test_what_breaks_would_be_seen(
    tried: Tried, overheard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the test before cannot pass because it looks at nothing."""
    from kamkor.identification.views import contacts

    def fail(*_args: object, **_kwargs: object) -> None:
        logging.getLogger("some.library").debug("read %s", CANARY)
        raise RuntimeError(CANARY)

    monkeypatch.setattr(contacts, "StartForm", fail)
    operator, body = tried.clients["operator"], Body(b"kind=prank", hostile.URLENCODED)
    tried.ask(operator, "POST", reverse("contact-open"), body)
    [said] = tried.broken
    assert said.startswith("500 RuntimeError in kamkor.identification.views.contacts:")
    assert [line for line in overheard if line.startswith("some.library") and CANARY in line]
    assert [line for line in overheard if line.startswith("exception") and CANARY in line]


@pytest.mark.parametrize("charset", hostile.CHARSETS)
def test_a_form_is_read_as_utf8_whatever_it_says(world: World, charset: str) -> None:
    """Also by an encoding that is none for texts."""
    body = hostile.multipart([("kind", b"prank"), ("said", "қыз".encode())], b"a.txt", b"x")
    answer = world.client("centre", "operator").generic(
        "POST", reverse("contact-open"), body, f"{hostile.MULTIPART}; charset={charset}"
    )
    assert answer.status_code == 302


def test_the_server_keeps_no_list_of_what_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses with their questions are in no access log of Granian's."""
    kept: dict[str, Any] = {}

    class Server:
        def __init__(self, *_args: object, **options: Any) -> None:
            kept.update(options)

        def serve(self) -> None: ...

    monkeypatch.setattr(start, "Granian", Server)
    monkeypatch.setattr(start, "must_be_bound", lambda: None)
    start.serve.callback(host="127.0.0.1", port=1)  # type: ignore[misc]
    assert not kept.get("log_access")
    assert kept["log_level"] == LogLevels.error
