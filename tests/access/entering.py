"""Signing in over the pages, step by step, as a browser without scripts does."""

import re
import time

from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse

from kamkor.access import factors
from kamkor.access.models import Membership, User
from kamkor.vault import desks
from tests.world import PASSPHRASE, World


def newcomer(world: World, role: str = "worker", *, desk: str = "centre", name: str = "newcomer") -> User:
    """Somebody with one role at one desk, admitted to its files, who has no second factor yet."""
    holder = desks.new_member(PASSPHRASE)
    desks.admit(world.rings[desk], world.desks[desk].holder, holder)
    user = User(username=name, display_name=name.title(), language="en", holder=holder)
    user.set_password(PASSPHRASE)
    user.save()
    Membership.objects.create(user=user, desk=world.desks[desk], role=role)
    return user


def with_password(user: User, client: Client | None = None, *, target: str = "") -> tuple[Client, str]:
    """A browser after the password, and where it was led."""
    client = client or Client(raise_request_exception=False)
    where = reverse("sign-in") + (f"?next={target}" if target else "")
    answer = client.post(where, {"username": user.username, "password": PASSPHRASE})
    assert answer.status_code == 302, answer.content.decode()
    return client, answer["Location"]


def give(client: Client, code: str) -> int:
    return client.post(reverse("second-factor"), {"code": code}).status_code


def is_in(client: Client) -> bool:
    return client.get(reverse("my-work")).status_code == 200


def printed(page: str) -> list[str]:
    """The codes on a card."""
    return re.findall(r"<li>(\d{5} \d{5})</li>", page)


def code_of(secret: str, *, steps: int = 0) -> str:
    """What a telephone with this secret shows, now or some half minutes from now."""
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + steps)))


def with_app(user: User) -> str:
    """Give the user a code app; its secret."""
    secret: str = totp.generate_totp_secret()
    # The half minute may end between asking and answering; it does not end twice.
    assert any(factors.add_app(user, secret, code_of(secret, steps=-1)) for _ in range(2))
    return secret


def sure(client: Client) -> None:
    """Type the password once more, as the pages of one's own second factor ask."""
    assert client.post(reverse("sure"), {"password": PASSPHRASE}).status_code == 302
