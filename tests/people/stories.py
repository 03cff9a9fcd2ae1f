"""What several tests of persons need: a second colleague, and short ways to open pages."""

from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.access.factors import PASSED
from kamkor.access.middleware import MEMBERSHIP
from kamkor.access.models import Membership, User
from kamkor.access.policy import EVERYONE
from kamkor.vault import desks, session
from kamkor.vault.keyring import Keyring
from tests.world import PASSPHRASE, World, open_vault


def colleague(world: World, desk: str = "centre", name: str = "second") -> User:
    """A second person at a desk in every role, admitted to its key."""
    holder = desks.new_member(PASSPHRASE)
    desks.admit(world.rings[desk], world.desks[desk].holder, holder)
    user = User.objects.create(username=name, display_name=name.title(), language="en", holder=holder)
    Membership.objects.bulk_create(
        Membership(user=user, desk=world.desks[desk], role=role, since=timezone.now()) for role in EVERYONE
    )
    return user


def actor_of(world: World, user: User, role: str = "worker") -> Actor:
    membership = Membership.objects.select_related("desk__holder", "user").get(user=user, role=role)
    return Actor(membership=membership, keys=_ring(user), user=user)


def client_of(user: User, role: str = "worker") -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    store = client.session
    store[MEMBERSHIP] = Membership.objects.get(user=user, role=role).pk
    store[PASSED] = user.pk
    client.cookies[session.COOKIE] = open_vault(store, _ring(user))
    store.save()
    return client


def _ring(user: User) -> Keyring:
    assert user.holder is not None
    return Keyring.unlock(user.holder, PASSPHRASE)


def post(client: Client, name: str, *args: int, **data: Any) -> Any:
    return client.post(reverse(name, args=args), data)


def get(client: Client, name: str, *args: int, query: str = "") -> Any:
    return client.get(reverse(name, args=args) + query)
