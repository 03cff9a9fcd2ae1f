"""Signing in, choosing a desk, opening the vault."""

import pytest
from django.test import Client
from django.urls import reverse

from kamkor.base.models import AuditEvent
from kamkor.vault import session
from tests.walls.test_canaries import everything
from tests.world import PASSPHRASE, World


def test_a_stranger_is_led_to_the_sign_in_page(world: World) -> None:
    answer = Client().get("/desk/")
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("sign-in"))


def test_signing_in_leads_through_the_desk_to_the_vault(world: World) -> None:
    client = Client()
    answer = client.post(reverse("sign-in"), {"username": "centre", "password": PASSPHRASE})
    assert answer["Location"].startswith(reverse("choose-desk"))
    chosen = world.actor("centre").membership
    assert chosen is not None
    answer = client.post(reverse("choose-desk"), {"membership": chosen.pk})
    assert answer["Location"].startswith(reverse("unlock"))
    assert client.post(reverse("unlock"), {"passphrase": "not it at all"}).status_code == 422
    answer = client.post(reverse("unlock"), {"passphrase": PASSPHRASE})
    assert answer.status_code == 302
    assert session.COOKIE in client.cookies
    assert client.get("/desk/").status_code == 200


def test_a_wrong_password_is_refused_and_guessing_slows_down(world: World) -> None:
    client = Client()
    wrong = {"username": "centre", "password": "something else here"}
    answers = [client.post(reverse("sign-in"), wrong).status_code for _ in range(9)]
    assert answers == [422] * 8 + [429]


@pytest.mark.asvs("7.4.1")
def test_signing_out_leaves_nothing_behind(world: World) -> None:
    client = world.client("centre")
    answer = client.post(reverse("sign-out"))
    assert "storage" in answer["Clear-Site-Data"]
    assert client.get("/desk/").status_code == 302


@pytest.mark.asvs("16.3.1")
def test_each_try_to_sign_in_is_logged_with_what_came_of_it_and_no_typed_word(world: World) -> None:
    client = Client()
    client.post(reverse("sign-in"), {"username": "centre", "password": "canary words that are wrong"})
    client.post(reverse("sign-in"), {"username": "canary-nobody", "password": PASSPHRASE})
    client.post(reverse("sign-in-by-passkey"), {"answer": "canary"})
    client.post(reverse("sign-in"), {"username": "centre", "password": PASSPHRASE})
    client.post(reverse("unlock"), {"passphrase": "canary phrase"})
    rows = AuditEvent.objects.filter(verb="session.begin").order_by("pk")
    centre = world.users["centre"].pk
    assert list(rows.values_list("outcome", "reason", "subject")) == [
        ("refused", "password", f"access.user:{centre}"),
        ("refused", "password", "access.user:0"),
        ("refused", "passkey", "access.user:0"),
        ("done", "one_step", f"access.user:{centre}"),
        ("refused", "passphrase", f"access.user:{centre}"),
    ]
    assert "canary" not in everything("default")
