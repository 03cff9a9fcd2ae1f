"""Signing in, choosing a desk, opening the vault."""

import pytest
from django.test import Client
from django.urls import reverse

from kamkor.vault import session
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
