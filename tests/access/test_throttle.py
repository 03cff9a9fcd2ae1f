"""Guessing seen from both sides: whoever guesses waits longer and longer, whoever it is about gets in."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kamkor.base import known, throttle
from kamkor.base.models import Attempt, Pace
from tests.world import PASSPHRASE, World

HERS, THEIRS, OTHER = "198.51.100.7", "203.0.113.5", "192.0.2.44"
WRONG = "words that somebody guessed"


def sign_in(client: Client, password: str, address: str, username: str = "centre") -> int:
    sent = {"username": username, "password": password}
    return client.post(reverse("sign-in"), sent, REMOTE_ADDR=address).status_code


def guess(times: int, address: str, username: str = "centre") -> list[int]:
    """A stranger without cookies."""
    return [sign_in(Client(), WRONG, address, username) for _ in range(times)]


def pass_time(spent: timedelta) -> None:
    for attempt in Attempt.objects.all():
        Attempt.objects.filter(pk=attempt.pk).update(at=attempt.at - spent)


@pytest.mark.asvs("6.1.1")
def test_whoever_guesses_waits_and_its_owner_does_not(world: World) -> None:
    assert guess(9, THEIRS) == [422] * 8 + [429]
    assert sign_in(Client(), PASSPHRASE, THEIRS) == 429, "nor are right words tried there"
    assert sign_in(Client(), PASSPHRASE, HERS) == 302


@pytest.mark.asvs("6.3.1")
def test_every_further_failure_doubles_the_wait_up_to_an_hour(world: World) -> None:
    guess(8, THEIRS)
    waits = []
    for _ in range(9):
        answer = Client().post(
            reverse("sign-in"), {"username": "centre", "password": WRONG}, REMOTE_ADDR=THEIRS
        )
        assert answer.status_code == 429
        waits.append(round(int(answer["Retry-After"]) / 60))
        pass_time(timedelta(seconds=int(answer["Retry-After"]) + 1))
        assert guess(2, THEIRS) == [422, 429], "one more try, then a longer wait"
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_wait_ends_and_success_forgets_what_was_mistyped(world: World) -> None:
    client = Client()
    for _ in range(8):
        sign_in(client, WRONG, HERS)
    assert sign_in(client, PASSPHRASE, HERS) == 429
    pass_time(timedelta(minutes=1, seconds=1))
    assert sign_in(client, PASSPHRASE, HERS) == 302
    pair = throttle._key("pair", HERS, "centre")
    assert not Attempt.objects.filter(key=pair).exists()
    assert Attempt.objects.filter(key=throttle._key("address", HERS)).count() == 8


def test_tries_of_a_day_ago_count_no_more(world: World) -> None:
    guess(8, THEIRS)
    pass_time(timedelta(days=1, minutes=1))
    assert guess(8, THEIRS) == [422] * 8
    throttle.forget(timezone.now())
    assert Attempt.objects.count() == 8 * 3


def test_behind_the_same_address_her_known_browser_gets_in(world: World) -> None:
    """A café, or a telephone company that gives one address to thousands."""
    hers = Client()
    assert sign_in(hers, PASSPHRASE, HERS) == 302
    hers.post(reverse("sign-out"))
    guess(9, THEIRS)
    assert sign_in(hers, PASSPHRASE, THEIRS) == 302
    assert sign_in(Client(), PASSPHRASE, THEIRS) == 429


@pytest.mark.asvs("6.3.1")
def test_one_address_cannot_try_every_account(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "FREE_OF_ADDRESS", 6)
    hers = Client()
    assert sign_in(hers, PASSPHRASE, THEIRS) == 302
    hers.post(reverse("sign-out"))
    assert [guess(1, THEIRS, f"somebody-{number}") for number in range(7)] == [[422]] * 6 + [[429]]
    assert sign_in(Client(), PASSPHRASE, THEIRS, "clinic") == 429
    assert sign_in(Client(), PASSPHRASE, OTHER, "clinic") == 302
    assert sign_in(hers, PASSPHRASE, THEIRS) == 302, "a known browser at that address"


@pytest.mark.asvs("15.3.4")
def test_many_addresses_slow_each_other_down_and_lock_nobody_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "ATTACK", 12)
    for number in range(12):
        assert guess(1, f"203.0.113.{number}") == [422]
    assert guess(2, "203.0.113.99") == [422, 429], "one try instead of eight"
    assert guess(1, "203.0.113.3") == [429], "for those who have tried, too"
    assert sign_in(Client(), PASSPHRASE, HERS) == 302, "from a place where she has never been"
    assert guess(8, OTHER, "clinic") == [422] * 8, "other accounts are not touched"


@pytest.mark.parametrize("forged", ["x", "x:y:z", "signed for something else"])
def test_a_forged_cookie_makes_no_browser_known(world: World, forged: str) -> None:
    guess(8, THEIRS)
    forger = Client()
    elsewhere = forged.startswith("signed")
    forger.cookies[known.COOKIE] = (
        signing.dumps(["number", ["mark"]], salt="another") if elsewhere else forged
    )
    assert sign_in(forger, PASSPHRASE, THEIRS) == 429


def test_a_browser_known_to_one_is_not_known_to_another(world: World) -> None:
    stranger = Client()
    assert sign_in(stranger, PASSPHRASE, THEIRS, "stranger") == 302
    stranger.post(reverse("sign-out"))
    assert [sign_in(stranger, WRONG, THEIRS) for _ in range(9)] == [422] * 8 + [429]


def test_a_known_browser_in_the_wrong_hands_is_slow_too_and_slows_nobody_else(world: World) -> None:
    stolen = Client()
    assert sign_in(stolen, PASSPHRASE, HERS) == 302
    stolen.post(reverse("sign-out"))
    assert [sign_in(stolen, WRONG, THEIRS) for _ in range(9)] == [422] * 8 + [429]
    assert sign_in(stolen, PASSPHRASE, OTHER) == 429, "it moves with the browser, not with the address"
    assert sign_in(Client(), PASSPHRASE, THEIRS) == 302


def test_the_cookie_of_a_known_browser_names_nobody_and_opens_nothing(world: World) -> None:
    client = Client()
    for username in ("centre", "clinic"):
        assert sign_in(client, PASSPHRASE, HERS, username) == 302
        client.post(reverse("sign-out"))
    held = client.cookies[known.COOKIE]
    assert held["httponly"]
    assert held["samesite"] == "Strict"
    said = repr(signing.loads(held.value, salt=known.SALT))
    assert "centre" not in said
    assert HERS not in said
    alone = Client()
    alone.cookies[known.COOKIE] = held.value
    assert alone.get(reverse("my-work")).status_code == 302


def test_no_address_and_no_account_is_kept(world: World) -> None:
    guess(3, THEIRS)
    assert not any(
        part in row.key for row in Attempt.objects.all() for part in ("centre", THEIRS, settings.SECRET_KEY)
    )


def test_all_processes_count_requests_together(db: None) -> None:
    """The count is in the database: what another process has counted is there already."""
    assert [throttle.too_often("one", 3) for _ in range(3)] == [0, 0, 0]
    assert 0 < throttle.too_often("one", 3) <= 60
    assert throttle.too_often("two", 3) == 0
    Pace.objects.filter(key="one").update(begun=Pace.objects.get(key="one").begun - 60)
    assert throttle.too_often("one", 3) == 0
    assert Pace.objects.get(key="one").asked == 1
