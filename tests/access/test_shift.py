"""A shift: the lock when nobody is there, its end, the open contact that stops both, the change of person."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kamkor.access import sessions
from kamkor.access.sessions import SignIn
from kamkor.identification.models import Contact
from kamkor.vault import session as vault
from tests.world import PASSPHRASE, World

FORGET = '"cache", "storage"'


def leave_alone(client: Client, seconds: int) -> None:
    used = timezone.now() - timedelta(seconds=seconds)
    SignIn.objects.filter(pk=client.session.session_key).update(used_at=used)


def work_for(client: Client, seconds: int) -> None:
    """As if the shift had begun so long ago."""
    store = client.session
    store[sessions.BEGAN] -= seconds
    store.save()


def talk(client: Client) -> Contact:
    client.post(reverse("contact-open"), {"way": "phone"})
    return Contact._base_manager.latest("pk")


def leads_to(client: Client, name: str, page: str = "people") -> bool:
    answer = client.get(reverse(page))
    return answer.status_code == 302 and answer["Location"].startswith(reverse(name))


@pytest.mark.asvs("7.3.1")
def test_the_vault_is_locked_when_nobody_was_there(world: World) -> None:
    client = world.client("centre")
    leave_alone(client, settings.IDLE_LOCK_SECONDS - 5)
    assert client.get(reverse("people")).status_code == 200
    leave_alone(client, settings.IDLE_LOCK_SECONDS + 1)
    assert leads_to(client, "unlock")
    assert vault.OPEN not in client.session
    assert not client.cookies[vault.COOKIE].value


@pytest.mark.asvs("7.3.1")
def test_nothing_at_all_is_done_before_the_pass_phrase_is_given(world: World) -> None:
    """Whoever passes by a computer that was left alone neither reads nor does what takes no key."""
    client = world.client("centre")
    leave_alone(client, settings.IDLE_LOCK_SECONDS + 1)
    for page in ("my-work", "cases", "tasks", "why", "directory"):
        assert leads_to(client, "unlock", page), page
    assert client.post(reverse("tokens")).status_code in (302, 405)
    assert client.post(reverse("unlock"), {"passphrase": "not this one"}).status_code == 422
    assert leads_to(client, "unlock", "my-work")
    client.post(reverse("unlock"), {"passphrase": PASSPHRASE})
    assert client.get(reverse("people")).status_code == 200
    leave_alone(client, settings.IDLE_LOCK_SECONDS + 1)
    assert leads_to(client, "unlock"), "and again the next time"


def test_use_is_noted_now_and_then(world: World) -> None:
    client = world.client("centre")
    client.get(reverse("my-work"))
    leave_alone(client, 20)
    client.get(reverse("my-work"))
    row = SignIn.objects.get(pk=client.session.session_key)
    assert timezone.now() - row.used_at > timedelta(seconds=19), "reading is not writing"
    leave_alone(client, 120)
    assert client.post(reverse("present")).status_code == 204
    row.refresh_from_db()
    assert timezone.now() - row.used_at < timedelta(seconds=5)


def test_the_lock_can_be_switched_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "IDLE_LOCK_SECONDS", 0)
    client = world.client("centre")
    leave_alone(client, 9 * 3600)
    assert client.get(reverse("people")).status_code == 200


def test_it_never_falls_on_an_open_contact(world: World) -> None:
    client = world.client("line", "operator")
    contact = talk(client)
    for page in (reverse("contact", args=[contact.pk]), reverse("directory")):
        leave_alone(client, settings.IDLE_LOCK_SECONDS * 3)
        assert client.get(page).status_code == 200
    leave_alone(client, settings.IDLE_LOCK_SECONDS * 3)
    assert client.post(reverse("rest"), {"page": "/desk/contacts/"}).status_code == 204, "the script asks too"
    assert client.get(reverse("contact", args=[contact.pk])).status_code == 200
    Contact._base_manager.update(ended_at=timezone.now(), kind="prank")
    leave_alone(client, settings.IDLE_LOCK_SECONDS * 3)
    assert leads_to(client, "unlock", "contacts")


def test_another_s_open_contact_or_a_forgotten_one_keeps_nothing_open(world: World) -> None:
    client = world.client("line", "operator")
    contact = talk(client)
    other = world.client("clinic")
    leave_alone(other, settings.IDLE_LOCK_SECONDS + 1)
    assert leads_to(other, "unlock")
    long_ago = timezone.now() - timedelta(seconds=settings.SHIFT_SECONDS + 1)
    Contact._base_manager.filter(pk=contact.pk).update(started_at=long_ago)
    leave_alone(client, settings.IDLE_LOCK_SECONDS + 1)
    assert leads_to(client, "unlock", "contacts")


def test_she_can_lock_even_while_a_contact_is_open(world: World) -> None:
    client = world.client("line", "operator")
    talk(client)
    assert client.post(reverse("rest"), {"page": "/desk/", "asked": "1"}).status_code == 200
    assert leads_to(client, "unlock", "contacts")


@pytest.mark.asvs("7.3.2")
def test_a_shift_ends_however_busy_it_was(world: World) -> None:
    client = world.client("centre")
    work_for(client, settings.SHIFT_SECONDS - 60)
    assert client.get(reverse("people")).status_code == 200
    work_for(client, 61)
    key = client.session.session_key
    answer = client.get(reverse("people"))
    assert answer["Location"].startswith(reverse("sign-in"))
    assert answer["Clear-Site-Data"] == FORGET
    assert not SignIn.objects.filter(pk=key).exists()
    assert "Your shift has ended" in client.get(answer["Location"]).content.decode()


@pytest.mark.asvs("7.1.1")
def test_the_end_is_announced_before(world: World) -> None:
    client = world.client("centre")
    page = client.get(reverse("my-work")).content.decode()
    assert 'id="shift-ends" role="status" hidden' in page
    work_for(client, settings.SHIFT_SECONDS - settings.SHIFT_WARNING_SECONDS + 5)
    page = client.get(reverse("my-work")).content.decode()
    assert 'id="shift-ends" role="status">' in page
    ends = timezone.localtime(timezone.now() + timedelta(seconds=settings.SHIFT_WARNING_SECONDS - 5))
    assert f"Your shift ends at {ends:%H:%M}" in page


def test_no_shift_ends_while_a_contact_is_open(world: World) -> None:
    client = world.client("line", "operator")
    contact = talk(client)
    work_for(client, settings.SHIFT_SECONDS + 3600)
    assert client.get(reverse("contact", args=[contact.pk])).status_code == 200
    assert client.post(reverse("rest"), {"page": "/desk/"}).status_code == 204
    Contact._base_manager.update(ended_at=timezone.now(), kind="prank")
    assert leads_to(client, "sign-in", "contacts")


def test_signing_in_again_begins_a_new_shift(world: World) -> None:
    client = Client()
    for _ in range(2):
        client.post(reverse("sign-in"), {"username": "centre", "password": PASSPHRASE})
        assert timezone.now().timestamp() - client.session[sessions.BEGAN] < 60
        work_for(client, settings.SHIFT_SECONDS + 1)
        assert leads_to(client, "sign-in", "my-work")


def test_no_step_before_full_sign_in_begins_a_shift(world: World) -> None:
    client = Client()
    client.get(reverse("sign-in"))
    client.post(reverse("sign-in"), {"username": "centre", "password": "not the right one"})
    assert sessions.BEGAN not in client.session
    assert not SignIn.objects.exclude(user=None).exists()


def test_a_change_of_person_leaves_nothing(world: World) -> None:
    client = world.client("centre")
    key = client.session.session_key
    answer = client.post(reverse("change-user"))
    assert answer["Location"] == reverse("sign-in")
    assert answer["Clear-Site-Data"] == FORGET
    assert not answer.cookies[vault.COOKIE].value
    assert not SignIn.objects.filter(pk=key).exists()
    assert client.get(reverse("change-user")).status_code == 405
    client.post(reverse("sign-in"), {"username": "stranger", "password": PASSPHRASE})
    assert "Centre" not in client.get(reverse("choose-desk")).content.decode()


def test_expired_sessions_are_forgotten_with_what_they_held(world: World) -> None:
    client = world.client("centre")
    kept = world.client("stranger")
    SignIn.objects.filter(pk=client.session.session_key).update(expire_date=timezone.now())
    sessions.forget_expired()
    assert list(SignIn.objects.values_list("pk", flat=True)) == [kept.session.session_key]
