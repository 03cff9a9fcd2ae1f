"""Whom a file is kept from, on every path: each address of the resolver and of the API, old links, parts of
pages that an open tab asks for, lists, searches, files that leave, papers, drafts and checks for other desks.

The colleague, the desk or the place is excluded after it has had its share in everything; then nothing that
is hers may come back, whichever role they act in. On PostgreSQL the second wall can only take more away, so
there one of each kind is enough.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from kamkor.access.models import Desk, User
from kamkor.assistance import work
from kamkor.assistance.escalation import late_answers
from kamkor.assistance.models import Case, Exploitation, Handover, Referral, Task
from kamkor.directory.models import Offer
from kamkor.identification.models import Contact, InterpretedTalk, Packet
from kamkor.people import files
from kamkor.people.actions.exclusions import exclude
from kamkor.people.models import Particular, Person
from kamkor.people.openings import OutsideReview
from kamkor.statistics.tables import tables
from kamkor.vault.models import Item
from tests.api.calling import partner
from tests.assistance.handing_out import exported
from tests.databases import ON_POSTGRESQL
from tests.people.stories import actor_of, client_of, colleague
from tests.walls.records import Records
from tests.walls.test_access_walk import GUARDED, resolved
from tests.walls.test_api_walk import OPERATIONS, ask
from tests.world import World

MARK = "zqhers"
COLLEAGUE_ROLES = ("worker", "supervisor", "advocate", "operator")
OTHERS = (
    *(("clinic", role, how) for role in ("worker", "supervisor") for how in ("desk", "place")),
    *(("commission", role, "desk") for role in ("commission_member", "interpreter")),
    ("commission", "supervisor", "place"),
)
EACH_ROLE = COLLEAGUE_ROLES[:1] if ON_POSTGRESQL else COLLEAGUE_ROLES
EACH_OTHER = (OTHERS[0], OTHERS[-1]) if ON_POSTGRESQL else OTHERS
ABOUT_HER = (
    Particular,
    Case,
    Contact,
    Handover,
    InterpretedTalk,
    OutsideReview,
    Packet,
    Person,
    Referral,
    Task,
)


@dataclass
class Hers:
    """A person at the centre with everything that pages can be about, and all that says that it is she."""

    world: World
    records: Records
    person: Person
    codes: list[str]

    def in_(self, content: bytes) -> list[str]:
        text = content.decode(errors="replace")
        return [word for word in (MARK, *self.codes) if word in text]


@pytest.fixture(scope="module")
def hers_once(filled_once: Records, django_db_blocker: DjangoDbBlocker) -> Hers:
    with django_db_blocker.unblock():
        return everything_of_hers(filled_once)


@pytest.fixture
def hers(hers_once: Hers, db: None, monkeypatch: pytest.MonkeyPatch) -> Hers:
    """A copy for one test, in which no address is looked for twice among all."""
    monkeypatch.setattr(get_resolver(), "resolve", resolved)
    return deepcopy(hers_once)


def everything_of_hers(records: Records) -> Hers:
    world, actor = records.world, records.world.actor("centre")
    person = Person.objects.get(pk=records.keys[Person])
    Contact.objects.filter(pk=records.keys[Contact]).update(person=person)
    of_the_desk = {"file.csv", "upload"}  # tables that were sent to the desk are not about one person
    for item in Item.objects.filter(file=person.file).exclude(label__in=of_the_desk):
        actor.keyring.rewrite(item, f"{MARK} {item.label}", by=actor.user_id)
    files.index(actor, person)
    codes = [person.code, Case.objects.get(pk=records.keys[Case]).code]
    for model in (Referral, Packet, Handover, InterpretedTalk):
        codes += model.objects.values_list("code", flat=True)
    return Hers(world, records, person, codes)


@pytest.fixture
def world(hers: Hers) -> World:
    return hers.world


def leaks(client: Client, hers: Hers, **headers: str) -> Iterator[str]:
    """Every page that a role may ask for by its address, and what of hers it said."""
    for route, page in GUARDED.items():
        path = hers.records.path(route, page)
        for method in page.methods:
            if method == "POST" and not route.endswith(("search", "people/", "export", "print", "file")):
                continue
            given = {"text": "name", "safe": "yes", "what": "file"} if method == "POST" else {}
            answer = (
                client.generic(method, path, headers=headers) if method == "GET" else client.post(path, given)
            )
            if said := hers.in_(answer.content):
                yield f"{method} {route}: {said}"
            if page.model in ABOUT_HER and answer.status_code not in (403, 404):
                yield f"{method} {route}: {answer.status_code}"


def test_the_walk_would_see_it(world: World, hers: Hers) -> None:
    """Before she is kept from anybody: the pages do say what is looked for."""
    assert len(hers.codes) > 5
    for desk, role, least in (
        ("centre", "worker", 20),
        ("clinic", "worker", 2),
        ("commission", "supervisor", 2),
    ):
        assert len(list(islice(leaks(world.client(desk, role), hers), least))) == least, desk


@pytest.mark.parametrize("role", EACH_ROLE)
def test_a_colleague(world: World, hers: Hers, role: str) -> None:
    second = colleague(world)
    Task.objects.update(assignee=second)
    exclude(world.actor("centre"), hers.person, reason="her_wish", user=second)
    assert list(leaks(client_of(second, role), hers)) == []


@pytest.mark.skipif(ON_POSTGRESQL, reason="the same pages, with the same first wall")
def test_a_tab_that_was_open_asks_for_its_parts_in_vain(world: World, hers: Hers) -> None:
    second = colleague(world)
    client = client_of(second)
    assert client.get(reverse("person", args=[hers.person.pk])).status_code == 200
    exclude(world.actor("centre"), hers.person, reason="her_wish", user=second)
    assert list(leaks(client, hers, **{"hx-request": "true"})) == []


def shut_out(world: World, hers: Hers, code: str, how: str) -> None:
    desk = world.desks[code]
    if how == "place":
        Desk.objects.filter(pk=desk.pk).update(place=world.desks["stranger"].place)
    whom: dict[str, Any] = (
        {"excluded_desk": desk} if how == "desk" else {"place": world.desks["stranger"].place}
    )
    exclude(world.actor("centre"), hers.person, reason="security", **whom)


@pytest.mark.parametrize(("code", "role", "how"), EACH_OTHER)
def test_a_desk_or_all_of_a_place(world: World, hers: Hers, code: str, role: str, how: str) -> None:
    shut_out(world, hers, code, how)
    assert list(leaks(world.client(code, role), hers)) == []


@pytest.mark.parametrize("how", ["user", "desk", "place"])
def test_partner_systems(world: World, hers: Hers, how: str) -> None:
    """What is kept from somebody is kept from the systems to which they gave access."""
    if how == "user":
        colleague(world)
        ours = [partner(world, "centre", role) for role in ("worker", "supervisor", "advocate")]
        exclude(world.actor("centre"), hers.person, reason="her_wish", user=world.users["centre"])
    else:
        ours = [partner(world, "clinic", role) for role in ("worker", "supervisor")]
        shut_out(world, hers, "clinic", how)
    for system in ours:
        for one in OPERATIONS:
            status, content = ask(system, hers.records, one)
            assert not hers.in_(content), f"{one.name}: {status}"


def test_files_that_leave_and_lists_of_work(world: World, hers: Hers) -> None:
    second = colleague(world)
    head = actor_of(world, second, "supervisor")
    Exploitation.objects.update(source_values=None)
    assert MARK in exported(head).decode()
    exclude(world.actor("centre"), hers.person, reason="her_wish", user=second)
    assert hers.in_(exported(head, "json")) == []
    for kind in ("csv", "xlsx"):
        listed = client_of(second, "supervisor").post(reverse("case-export"), {"format": kind})
        assert hers.in_(listed.content) == []
    for role in COLLEAGUE_ROLES:
        lines = work.work_of(actor_of(world, second, role), timezone.now())
        told = " ".join(
            f"{line.text} {line.hint} {line.href}" for line in (*lines.late, *lines.new, *lines.next)
        )
        assert hers.in_(told.encode()) == []


def test_services_of_whom_she_is_kept_from_are_not_offered_in_a_draft(world: World, hers: Hers) -> None:
    offer = Offer.objects.create(
        desk=world.desks["clinic"], service="legal_aid", place=world.desks["clinic"].place
    )
    page = reverse("referral-new", args=[hers.records.keys[Case]])
    client = world.client("centre")
    assert f"offer={offer.pk}" in client.get(page, {"service": "legal_aid"}).content.decode()
    exclude(world.actor("centre"), hers.person, reason="her_wish", excluded_desk=world.desks["clinic"])
    assert f"offer={offer.pk}" not in client.get(page, {"service": "legal_aid"}).content.decode()
    sent = {
        "basics": "on",
        "purpose": "service",
        "urgency": "normal",
        "ends_on": "2030-01-01",
        "ground": "consent",
    }
    before = Referral.objects.count()
    client.post(f"{page}?offer={offer.pk}", sent)  # a draft that was begun before
    assert Referral.objects.count() == before


def test_a_coordinator_learns_nothing_and_figures_do_not_move(world: World, hers: Hers) -> None:
    """Small places: an exclusion neither adds to nor takes from a figure, so that none tells that there is
    one; and who is one of fewer than five is in none."""
    before = [(table.name, table.cells, table.total) for table in tables(timezone.localdate().year)]
    shut_out(world, hers, "clinic", "place")
    after = [(table.name, table.cells, table.total) for table in tables(timezone.localdate().year)]
    assert after == before
    stranger = world.client("clinic", "statistician")
    year = timezone.localdate().year
    for name in (table.name for table in tables(year)):
        rows = stranger.get(reverse("counts-csv", args=[year, name])).content.decode().splitlines()[1:]
        shown = {cell.strip() for row in rows for cell in row.split(",")}
        assert not shown & {"1", "2", "3", "4"}, name
    for row in late_answers(world.actor("clinic", "coordinator")):
        assert row.desk != world.desks["clinic"] or row.code not in hers.codes


def test_nobody_else_loses_her(world: World, hers: Hers) -> None:
    second: User = colleague(world)
    exclude(world.actor("centre"), hers.person, reason="her_wish", user=second)
    assert world.client("centre").get(reverse("person", args=[hers.person.pk])).status_code == 200
