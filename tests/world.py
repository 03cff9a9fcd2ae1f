"""One fixed small world for every test: four organisations, their desks, and each role at each desk.

`centre` keeps the files. `line` belongs to the same organisation. `clinic` gets referrals that it accepts,
`police` such as were declined, withdrawn or have expired, `commission` decides on packets, `stranger` has
nothing to do with anybody. One person acts at each desk, in whichever role a test asks for.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db import connections, models, router
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kamkor.access import sessions
from kamkor.access.actor import Actor
from kamkor.access.factors import PASSED
from kamkor.access.middleware import MEMBERSHIP
from kamkor.access.models import Desk, Membership, Organisation, User
from kamkor.access.policy import EVERYONE
from kamkor.base import codelists, wall
from kamkor.base.models import CodeEntry
from kamkor.people import files
from kamkor.people.models import Person
from kamkor.vault import desks, session
from kamkor.vault.keyring import Keyring

PASSPHRASE = "four plain words here"
DESKS = {  # code: (organisation, kind, place)
    "centre": ("akniet", "crisis_centre", "41706000000000"),
    "line": ("akniet", "hotline", "41706000000000"),
    "clinic": ("clinic", "clinic", "41706000000000"),
    "police": ("police", "police", "41703000000000"),
    "commission": ("ministry", "commission", ""),
    "stranger": ("stranger", "crisis_centre", "41704000000000"),
}


@contextmanager
def outside() -> Iterator[None]:
    """As somebody outside asks: nobody acts, until the service itself has found out who it is."""
    nobody = ("", "desk")
    if connections["default"].vendor != "postgresql" or wall._told.get() == nobody:
        yield
        return
    wall._set(*nobody)  # without a point to go back to, which takes longer
    before = wall._told.set(nobody)
    try:
        yield
    finally:
        wall._told.reset(before)
        wall._set(*wall._told.get())


class Browser(Client):
    """Asks from outside."""

    def request(self, **given: Any) -> Any:  # the answer, with what the test client adds to it
        with outside():
            return super().request(**given)


@dataclass
class World:
    desks: dict[str, Desk] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    rings: dict[str, Keyring] = field(default_factory=dict)

    def actor(self, desk: str, role: str = "worker") -> Actor:
        """Somebody at `desk` in `role`, with the vault open."""
        membership = Membership.objects.select_related("desk__organisation", "desk__holder", "user").get(
            user=self.users[desk], desk=self.desks[desk], role=role
        )
        return Actor(membership=membership, keys=self.rings[desk], user=membership.user)

    def client(self, desk: str, role: str = "worker", *, unlocked: bool = True) -> Client:
        """A browser in which somebody at `desk` has signed in as `role` and opened the vault."""
        client, user = Browser(raise_request_exception=False), self.users[desk]
        store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore()
        # As signing in leaves it, in a fifth of the statements: tests begin with this thousands of times.
        store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        [store[BACKEND_SESSION_KEY]] = settings.AUTHENTICATION_BACKENDS
        store[MEMBERSHIP] = Membership.objects.get(user=user, desk=self.desks[desk], role=role).pk
        store[PASSED] = user.pk
        sessions.begin(store, "")
        if unlocked:
            client.cookies[session.COOKIE] = open_vault(store, self.rings[desk])
        store.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key or ""
        return client

    def person(self, desk: str = "centre", **particulars: str) -> Person:
        actor = self.actor(desk)
        given = particulars or {"name": "Айгүл Сыдыкова", "call_name": "Айгүл", "phone": "+996 555 010 203"}
        return files.new_person(actor, actor.desk, given, sex="female", age="adult", birth_year=1996)


def open_vault(store: SessionBase, keyring: Keyring) -> str:
    """Put an open vault into a session and give the value of its cookie."""
    from base64 import urlsafe_b64encode

    request = HttpRequest()
    request.session = store
    session.open_in_session(request, keyring)
    return urlsafe_b64encode(request.vault_cookie).decode()  # type: ignore[attr-defined]


Kept = tuple[World, list[list[models.Model]]]
_kept: list[Kept] = []
_stands: list[bool] = []
_lists: dict[str, dict[str, CodeEntry]] = {}


def build() -> World:
    """The desks and their staff; files are made by the tests that need them.

    Made once in each process; for later tests the same rows are put back, which is five times as fast, or are
    there still (tests/standing.py).
    """
    if not _kept:
        _kept.append(build_and_keep())
    elif not _stands:
        put_back()
    read_lists()
    return deepcopy(_kept[0][0])


def read_lists() -> None:
    """The code lists as they are in a new database, whatever the test before has made of them."""
    if not _lists:
        codelists.forget()
        _lists.update(codelists.all_lists())
    codelists._cache.clear()
    codelists._cache.update({name: dict(entries) for name, entries in _lists.items()})
    codelists._read_at[0] = time.monotonic()


def put_back() -> None:
    for rows in _kept[0][1]:
        type(rows[0])._base_manager.bulk_create(rows)


@contextmanager
def standing() -> Iterator[None]:
    """Put the rows back, for all the tests until the end."""
    with wall.acting(None, scope="all"):
        put_back()
    _stands.append(True)
    yield
    _stands.clear()


def forget() -> None:
    """After a test that commits, PostgreSQL would number new rows like those that are put back."""
    _kept.clear()


def build_and_keep() -> Kept:
    """The world, and the rows of every table that it has written to."""
    said = [CaptureQueriesContext(connection) for connection in connections.all()]
    with said[0], said[1]:
        world = build_anew()
    begun = {query["sql"].split(" (")[0] for one in said for query in one.captured_queries}
    written = [model for model in apps.get_models() if f'INSERT INTO "{model._meta.db_table}"' in begun]
    return world, [list(model._base_manager.using(router.db_for_write(model))) for model in written]


def build_anew() -> World:
    world = World()
    organisations: dict[str, Organisation] = {}
    for code, (organisation, kind, place) in DESKS.items():
        if organisation not in organisations:
            organisations[organisation] = Organisation.objects.create(
                code=organisation, names={"en": organisation.title()}, kind="ngo"
            )
        holder, ring = desks.new_desk(custody="staff")
        member = desks.new_member(PASSPHRASE)
        desks.admit(ring, holder, member)
        world.desks[code] = Desk.objects.create(
            organisation=organisations[organisation],
            code=code,
            names={"en": code.title()},
            kind=kind,
            place=place,
            holder=holder,
        )
        user = User(username=code, display_name=code.title(), language="en", holder=member)
        user.set_password(PASSPHRASE)
        user.save()
        world.users[code] = user
        world.rings[code] = ring
        Membership.objects.bulk_create(
            Membership(user=user, desk=world.desks[code], role=role, since=timezone.now())
            for role in EVERYONE
        )
    return world
