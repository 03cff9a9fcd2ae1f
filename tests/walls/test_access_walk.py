"""Every address, every method, everybody: learned from the resolver, so that a new view without a rule fails.

What is expected follows from the one table of the policy and from where somebody stands to the record.

The pages ask the same of both databases, and on PostgreSQL the second wall can only take rows away. So that
nothing is found is tested with all desks and roles on SQLite, where the first wall stands alone; that what is
allowed is found, on both.
"""

import pickle
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.template.backends.django import Template
from django.test import Client
from django.urls import Resolver404, ResolverMatch, URLPattern, URLResolver, get_resolver

from kamkor.access import middleware, policy
from kamkor.access.actor import Actor
from kamkor.access.middleware import actor_of
from kamkor.access.policy import CASE_AND_LAWYER, EVERYONE
from kamkor.base.pages import Page, guard_of
from tests import remembered
from tests.databases import ON_POSTGRESQL
from tests.walls.records import Records
from tests.world import outside

HSDS = (
    *("services", "service", "organizations", "organization", "places", "place"),
    *("taxonomies", "taxonomy", "terms", "term", "openapi"),
)
# Views that no policy guards, and why a stranger may call them.
UNGUARDED = {
    "start": "leads to my work, or to the public door",
    "front": "the public door: no account, no records",
    "help": "the same: telephone lines",
    "traces": "the same: what stays behind on a device",
    "near": "the same: services without shelters",
    "offer": "the same: reads a text and keeps nothing",
    "firm-check": "the same: what the register of recruiters says today",
    "open-data": "the same: figures that two people have signed",
    **{f"open-data-{name}": "the same" for name in ("set", "version", "file")},
    "hsds": "for other directories: what is offered, without shelters' places",
    **{f"hsds-{name}": "the same" for name in HSDS},
    "report": "the same: seals what comes in; answers only to whoever holds the words",
    "report-answers": "the same",
    "departure": "the same: seals what comes in",
    "missing": "the same: looks nothing up",
    "page": "the same: what editors have written for everybody",
    "abroad": "the same: what holds in which country",
    "country": "the same",
    "ready": "the same: questions before a departure, kept nowhere",
    "asked": "the same sentence for every asker",
    "sent": "says that something has arrived",
    "reader": "the same: sentences for schools and the media",
    "field-forms": "asks for a telephone's secret: tests/surveys/test_openrosa.py",
    "field-submission": "the same",
    "field-form": "the same",
    "field-manifest": "the same",
    "field-media": "the same",
    "fill": "asks for a browser's secret: tests/surveys/test_without_line.py",
    "fill-form": "the same",
    "fill-media": "the same",
    "fill-send": "the same",
    "fill-worker": "names files of ours",
    "fill-link": "asks for the secret of a link: the same",
    "fill-link-media": "the same",
    "fill-link-send": "the same",
    "healthz": "says that the process answers",
    "readyz": "says that the databases answer",
    "set_language": "chooses the reader's language",
    "components": "shows sample parts of pages, no records",
    "api-reference": "says what other systems can ask for",
    "api-problems": "says what they may be answered",
    "api-openapi": "says it to programs",
    "sign-in": "where everybody begins",
    "sign-in-by-passkey": "asks for a passkey of ours",
    "second-factor": "is for whoever has just given the right password",
    "own-password": "is for whoever has just given a first password",
    "ministry": "leads to the ministry's provider, if there is one",
    "ministry-back": "asks for what that provider signed for this browser",
    "factors": "one's own second factor: asks for the password first",
    "factor-app": "the same",
    "factor-passkey": "the same",
    "factor-card": "the same",
    "factor-remove": "the same",
    "sure": "asks for one's own password",
    "sign-out": "ends one's own session",
    "sessions": "shows where one is signed in oneself",
    "session-end": "ends one's own sign-in elsewhere",
    "sessions-end-others": "ends one's own sign-ins elsewhere",
    "change-user": "ends one's own session",
    "present": "says that one is there",
    "rest": "shuts one's own vault",
    "kept": "shows one's own unsaved text",
    "kept-text": "gives one's own unsaved text",
    "kept-drop": "throws one's own unsaved text away",
    "choose-desk": "shows one's own desks",
    "not-admitted": "says that a colleague must admit one first",
    "unlock": "opens one's own vault",
    "lock": "shuts one's own vault",
    "change-password": "needs one's own password",
    "recover": "needs the desk's printed recovery key",
}
# Pages of one's own that have nothing to show here, and why: every other one is there for who may open it.
NOT_THERE = {
    "/desk/cases/<int:pk>/child/warn": "not about a child",
    "/desk/forms/<int:pk>/files/sealed/make": "no kind of file was sent",
    "/desk/imports/<int:pk>/bad-rows": "no row has been refused",
    "/desk/people/<int:pk>/unmerge/<int:other>": "nothing was merged",
    "/desk/without-line/browsers/<int:pk>/end": "a telephone, and no browser of one's own",
    "/desk/services/<int:pk>/room": "no state of the place was sent",
    "/desk/staff/<int:pk>/subject": "no ministry's provider is set up",
}
# Rows that of all who may do the verb only these roles find, and why.
NARROWER: dict[str, tuple[tuple[str, ...], str]] = {
    "/desk/alerts/": (("supervisor",), "told to the head, so not to the administrator"),
    "/desk/claim": (CASE_AND_LAWYER, "a sheet of a case is for who may see the case"),
    "/desk/forms/<int:pk>/files/open": (CASE_AND_LAWYER, "rows of answers are for who keeps files"),
    "/desk/imports/": (("supervisor",), "a table of persons; others have tables of organisations"),
    "/desk/referrals/<int:pk>/documents/": (CASE_AND_LAWYER, "others see the documents of what they sent"),
    "/desk/tasks/": (CASE_AND_LAWYER, "without files, the tasks that are given to oneself"),
}
STRANGERS = ("stranger",) if ON_POSTGRESQL else ("stranger", "line")  # `line`: of the same organisation
ENDED = ("declined", "withdrawn", "expired", "recalled")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def addresses(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "api":  # walked with tokens in test_api_walk.py
                yield from addresses(pattern.url_patterns, route)
        else:
            yield "/" + route, pattern


ADDRESSES = sorted(addresses(get_resolver().url_patterns), key=lambda pair: pair[0])
GUARDED = {route: page for route, pattern in ADDRESSES if (page := guard_of(pattern.callback)) is not None}
OBJECTS = {route: page for route, page in GUARDED.items() if page.model is not None}
DESKS = {route: page for route, page in GUARDED.items() if page.model is None}


@pytest.mark.asvs("3.5.3", "8.3.1", "13.4.5")
def test_every_view_is_guarded_or_named_here() -> None:
    open_views = {pattern.name for route, pattern in ADDRESSES if route not in GUARDED}
    assert open_views == set(UNGUARDED)


@pytest.mark.asvs("8.1.1")
def test_every_verb_of_a_page_has_a_row_in_the_policy() -> None:
    assert {page.verb for page in GUARDED.values()} <= policy.RULES.keys()


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """What pages look like is tested where they are; here some 30,000 are asked for, and none is drawn.

    Nor is the same session read from the database, or the same membership, or the same address looked for
    among all, for each of them.
    """
    monkeypatch.setattr(Template, "render", lambda self, context=None, request=None: "")
    monkeypatch.setattr(settings, "SESSION_ENGINE", "tests.remembered")
    monkeypatch.setattr(middleware, "actor_of", Remembered())
    monkeypatch.setattr(get_resolver(), "resolve", resolved)
    remembered.ROWS.clear()


resolve = get_resolver().resolve


@cache
def found(path: str) -> ResolverMatch | None:
    """Also that there is nothing: each page that is not there is looked for in every language."""
    try:
        return resolve(path)
    except Resolver404:
        return None


def resolved(path: str) -> ResolverMatch:
    match = found(path)
    if match is None:
        raise Resolver404({"path": path})
    return match


@pytest.fixture
def records(filled: Records, undrawn: None) -> Records:
    return filled


class Remembered:
    """Finds out who acts with a session at its first request; each request has copies of its own."""

    def __init__(self) -> None:
        self.actors: dict[str | None, bytes] = {}

    def __call__(self, request: HttpRequest) -> Actor:
        session = request.session.session_key
        if session not in self.actors:
            self.actors[session] = pickle.dumps(replace(actor_of(request), keys=None))
        actor: Actor = pickle.loads(self.actors[session])
        return replace(actor, keys=request.keyring)  # type: ignore[attr-defined]


def ask(client: Client, method: str, path: str) -> int:
    """The status of one request, whose effects are taken back."""
    with transaction.atomic(), transaction.atomic(using="keys"):
        status = client.generic(method, path).status_code
        transaction.set_rollback(True)
        transaction.set_rollback(True, using="keys")
    return status


def walk(
    client: Client,
    routes: dict[str, Page],
    path_of: Callable[[str, Page], str],
    may_change: Callable[[Page], bool],
    *,
    turn: int | None = None,
) -> list[tuple[str, str, int]]:
    """Every method that a page knows; others are refused before anybody is looked at, which is walked once.

    A request that is to be refused changes nothing that would have to be taken back. Where nothing is to be
    found by any method, walks that differ in `turn` ask by one each.
    """

    def methods(page: Page) -> tuple[str, ...]:
        return page.methods if turn is None else (page.methods[turn % len(page.methods)],)

    with outside():
        return [
            (route, method, (ask if may_change(page) else simply_ask)(client, method, path_of(route, page)))
            for route, page in routes.items()
            for method in methods(page)
        ]


def simply_ask(client: Client, method: str, path: str) -> int:
    return int(client.generic(method, path).status_code)


def test_nobody_gets_further_than_the_sign_in_page(records: Records) -> None:
    client = Client(raise_request_exception=False)
    for route, page in GUARDED.items():
        for method in METHODS:
            status = simply_ask(client, method, records.path(route, page))
            assert status == (302 if method in page.methods else 405), f"{method} {route}: {status}"


@pytest.mark.asvs("8.2.1")
@pytest.mark.parametrize("role", EVERYONE)
def test_a_desk_opens_its_own_records_as_its_roles_allow(records: Records, role: str) -> None:
    client, lost = records.world.client("centre", role), []

    def allowed(page: Page) -> bool:
        return policy.verdict(role, page.verb, records.relation(page)).allowed

    for route, method, status in walk(client, GUARDED, records.path, allowed):
        page = GUARDED[route]
        where = f"{role} {method} {route}: {status}"
        if allowed(page):
            assert status in (200, 302, 404, 409, 422), where
            if status == 404 and not is_narrower(route, role):
                lost.append(where)
        else:
            assert status in (403, 404), where
    assert not lost, "\n".join(lost)


def is_narrower(route: str, role: str) -> bool:
    """Whether somebody who may do it finds nothing for a reason that is named above."""
    others = [roles for start, (roles, _why) in NARROWER.items() if route.startswith(start)]
    return route in NOT_THERE or any(role not in roles for roles in others)


def test_a_page_answers_the_methods_that_it_knows_and_no_others(records: Records) -> None:
    """Also to whoever may open it."""
    clients = {role: records.world.client("centre", role) for role in EVERYONE}
    with outside():
        for route, page in GUARDED.items():
            role = next(iter(policy.RULES[page.verb].roles))
            for method in set(METHODS).difference(page.methods):
                status = simply_ask(clients[role], method, records.path(route, page))
                assert status == 405, f"{role} {method} {route}: {status}"


@pytest.mark.asvs("8.2.2", "8.4.1")
@pytest.mark.parametrize("role", EVERYONE)
@pytest.mark.parametrize("desk", STRANGERS)
def test_other_desks_find_nothing(records: Records, desk: str, role: str) -> None:
    client = records.world.client(desk, role)
    hidden = {route: page for route, page in OBJECTS.items() if not records.public(page, role)}
    turn = STRANGERS.index(desk)
    for route, method, status in walk(client, hidden, records.path, lambda page: False, turn=turn):
        assert status == 404, f"{role} {method} {route}: {status}"


@pytest.mark.parametrize("role", EVERYONE)
def test_a_receiving_desk_opens_the_referral_and_nothing_else(records: Records, role: str) -> None:
    client = records.world.client("clinic", role)

    def within_reach(page: Page) -> bool:
        return records.received(page) or records.public(page, role)

    near = {route: page for route, page in OBJECTS.items() if within_reach(page)}
    for route, method, status in walk(client, near, records.path, within_reach):
        page = OBJECTS[route]
        if records.received(page):
            allowed = policy.verdict(role, page.verb, "received").allowed
            where = f"{role} {method} {route}: {status}"
            assert (status in (200, 302, 409, 422)) if allowed else (status in (403, 404)), where
    # The rest is closed to it as to any other desk.
    far = {} if ON_POSTGRESQL else {route: page for route, page in OBJECTS.items() if route not in near}
    turn = EVERYONE.index(role)
    for route, method, status in walk(client, far, records.path, lambda page: False, turn=turn):
        assert status == 404, f"{role} {method} {route}: {status}"


@pytest.mark.parametrize("role", ("worker", "supervisor") if ON_POSTGRESQL else EVERYONE)
def test_when_a_referral_has_ended_its_receiver_finds_nothing(records: Records, role: str) -> None:
    """Other pages were closed to the receiver before: here are those that the referral had opened."""
    client = records.world.client("clinic", role)
    opened = {route: page for route, page in OBJECTS.items() if records.received(page)}
    assert opened

    def overseen(page: Page) -> bool:
        return role == "coordinator"

    for end in ENDED:
        with transaction.atomic(), transaction.atomic(using="keys"):
            records.end(end)
            for route, method, status in walk(client, opened, records.path, overseen):
                if role != "coordinator":
                    assert status == 404, f"{end} {role} {method} {route}: {status}"
            transaction.set_rollback(True)
            transaction.set_rollback(True, using="keys")
