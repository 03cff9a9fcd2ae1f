"""Choosing a desk, locking, the language, the table of rules, and slow guessing."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from kamkor.access import policy
from kamkor.access.models import Membership, User
from kamkor.vault import session
from tests.world import PASSPHRASE, World


def test_only_a_desk_of_ones_own_can_be_chosen(world: World) -> None:
    client = Client(raise_request_exception=False)
    client.post(reverse("sign-in"), {"username": "centre", "password": PASSPHRASE})
    theirs = Membership.objects.filter(desk=world.desks["stranger"]).first()
    assert theirs is not None
    for given in (str(theirs.pk), "", "x", "-1"):
        answer = client.post(reverse("choose-desk"), {"membership": given})
        assert answer.status_code == 200  # asked again
        assert client.get(reverse("my-work"))["Location"].startswith(reverse("choose-desk"))


def test_changing_the_desk_shuts_the_vault(world: World) -> None:
    client = world.client("centre", "worker")
    other = Membership.objects.get(desk=world.desks["centre"], role="supervisor")
    answer = client.post(reverse("choose-desk"), {"membership": other.pk})
    assert answer["Location"].startswith(reverse("unlock"))
    assert client.get(reverse("people"))["Location"].startswith(reverse("unlock"))


def test_locking_shuts_the_vault_and_keeps_the_sign_in(world: World) -> None:
    client = world.client("centre")
    assert client.get(reverse("people")).status_code == 200
    assert client.get(reverse("lock")).status_code == 405
    assert client.post(reverse("lock"))["Location"] == reverse("unlock")
    assert not client.cookies[session.COOKIE].value
    assert client.get(reverse("people"))["Location"].startswith(reverse("unlock"))
    assert client.get(reverse("my-work")).status_code == 200


def test_the_language_is_kept_for_the_next_time(world: World) -> None:
    client = world.client("centre")
    answer = client.post(reverse("set_language"), {"language": "ky", "next": reverse("why")})
    assert answer["Location"] == reverse("why")
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "ky"
    assert User.objects.get(username="centre").language == "ky"
    client.post(reverse("set_language"), {"language": "xx"})
    assert User.objects.get(username="centre").language == "ky"


@pytest.mark.asvs("3.7.2")
@pytest.mark.parametrize("target", ["https://example.org/", "//example.org/", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(world: World, target: str) -> None:
    client = world.client("centre")
    answer = client.post(reverse("set_language"), {"language": "en", "next": target})
    assert answer["Location"] == reverse("my-work")
    answer = client.post(reverse("unlock") + f"?next={target}", {"passphrase": PASSPHRASE})
    assert answer["Location"] == reverse("my-work")


@pytest.mark.asvs("8.1.1")
def test_the_table_of_rules_is_shown_to_everybody(world: World) -> None:
    page = world.client("centre", "interpreter").get(reverse("why")).content.decode()
    for verb in policy.RULES:
        assert f"<code>{verb}</code>" in page
    assert "not allowed" in page


def test_guessing_a_pass_phrase_slows_down(world: World) -> None:
    client = world.client("centre", unlocked=False)
    tries = [client.post(reverse("unlock"), {"passphrase": "not this one"}).status_code for _ in range(9)]
    assert tries == [422] * 8 + [429]
    assert client.post(reverse("unlock"), {"passphrase": PASSPHRASE}).status_code == 429
    elsewhere = world.client("stranger", unlocked=False)  # nobody else waits
    assert elsewhere.post(reverse("unlock"), {"passphrase": PASSPHRASE}).status_code == 302


def test_guessing_a_recovery_key_slows_down(world: World) -> None:
    client = world.client("centre")
    tries = [client.post(reverse("recover"), {"words": "wrong"}).status_code for _ in range(9)]
    assert tries == [422] * 8 + [429]


@pytest.mark.asvs("6.2.3")
def test_guessing_the_present_password_slows_down(world: World) -> None:
    client = world.client("centre")
    given = {"old": "not this one", "new": "some other words here", "again": "some other words here"}
    tries = [client.post(reverse("change-password"), given).status_code for _ in range(9)]
    assert tries == [422] * 8 + [429]


def test_one_way_is_current(world: World) -> None:
    for page in ("my-work", "members", "supervision"):
        shown = world.client("centre", "supervisor").get(reverse(page)).content.decode()
        assert shown.count("service-navigation__item--active") == 1
