"""What was being written when the vault was locked: sealed, back after unlocking, gone with the session."""

import json
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kamkor.access import drafts, sessions
from kamkor.access.models import Membership
from kamkor.access.sessions import Draft, SignIn
from kamkor.assistance.actions import cases
from kamkor.assistance.models import Note
from tests.access.test_shift import leave_alone, work_for
from tests.walls.test_canaries import everything
from tests.world import PASSPHRASE, World

TEXT = "canary words that nobody else shall read"
PAGE = "/desk/people/new?contact=3"


def typed(text: str = TEXT) -> list[dict[str, Any]]:
    return [{"action": "", "at": 0, "fields": [["text", text], ["kind", "fact"]]}]


def rest(client: Client, page: str = PAGE, forms: object = None) -> Any:
    return client.post(reverse("rest"), {"page": page, "forms": json.dumps(forms or typed())})


def unlock(client: Client, page: str = "") -> Any:
    where = f"{reverse('unlock')}?next={page}" if page else reverse("unlock")
    return client.post(where, {"passphrase": PASSPHRASE})


def note_page(world: World) -> str:
    case = cases.open_case(world.actor("centre"), world.person(), kind="trafficking")
    return reverse("note-add", args=[case.pk])


def test_what_was_typed_is_back_after_the_pass_phrase(world: World) -> None:
    client = world.client("centre")
    answer = rest(client)
    assert answer.json()["to"].startswith(reverse("unlock"))
    assert client.get(reverse("kept-text"), {"page": PAGE})["Location"].startswith(reverse("unlock"))
    answer = client.post(answer.json()["to"], {"passphrase": PASSPHRASE})
    assert answer["Location"] == f"{PAGE}#kept"
    assert client.get(reverse("kept-text"), {"page": PAGE}).json() == {"forms": typed()}
    assert client.get(reverse("kept-text"), {"page": "/desk/"}).json() == {"forms": []}
    client.post(reverse("kept-drop"), {"page": PAGE})
    assert not Draft.objects.exists()
    assert unlock(client, PAGE)["Location"] == PAGE


def test_no_table_holds_what_was_typed(world: World) -> None:
    client = world.client("centre")
    rest(client)
    assert Draft.objects.count() == 1
    for alias in ("default", "keys"):
        assert TEXT not in everything(alias)
        assert "canary" not in everything(alias)
    for row in SignIn.objects.all():
        assert "canary" not in json.dumps(row.get_decoded())


def test_nobody_else_reads_it(world: World) -> None:
    client = world.client("centre")
    rest(client)
    draft = Draft.objects.get()
    stranger = world.client("stranger")
    assert stranger.get(reverse("kept-text"), {"page": PAGE}).json() == {"forms": []}
    Draft.objects.update(session=stranger.session.session_key)  # as if somebody moved the row
    assert stranger.get(reverse("kept-text"), {"page": PAGE}).json() == {"forms": []}
    assert "canary" not in stranger.get(reverse("kept")).content.decode()
    assert bytes(draft.sealed)
    assert world.rings["stranger"].pairs.get(draft.pair_id) is None
    for page in ("kept", "kept-text"):
        assert Client().get(reverse(page))["Location"].startswith(reverse("sign-in"))
    assert Client().post(reverse("kept-drop"), {"page": PAGE})["Location"].startswith(reverse("sign-in"))
    assert Client().post(reverse("rest"), {"page": PAGE}).json() == {"to": reverse("sign-in")}
    assert Draft.objects.count() == 1


def test_it_is_gone_with_the_session(world: World) -> None:
    for way in ("sign-out", "change-user"):
        client = world.client("centre")
        rest(client)
        assert Draft.objects.exists()
        client.post(reverse(way))
        assert not Draft.objects.exists()


def test_it_goes_along_when_the_key_of_the_session_changes(world: World) -> None:
    client = world.client("centre")
    rest(client)
    store = client.session
    store.cycle_key()
    store.save()
    assert Draft.objects.get().session_id == store.session_key


def test_a_form_that_is_sent_to_a_locked_vault_is_not_lost(world: World) -> None:
    """Without a script nobody says beforehand that the vault is about to be locked."""
    client, page = world.client("centre"), note_page(world)
    leave_alone(client, settings.IDLE_LOCK_SECONDS + 1)
    given = {"kind": "fact", "text": TEXT, "once": "a-mark", "csrfmiddlewaretoken": "x"}
    assert client.post(page, given)["Location"].startswith(reverse("unlock"))
    assert not Note.objects.exists()
    assert "canary" not in everything("default")
    assert unlock(client, "/desk/")["Location"] == reverse("kept")
    shown = unescape(client.get(reverse("kept")).content.decode())
    assert TEXT in shown
    assert f'action="{page}"' in shown
    assert "a-mark" not in shown
    again = {"kind": "fact", "text": TEXT, "on": str(timezone.localdate()), drafts.AGAIN: "1"}
    answer = client.post(page, again)
    assert answer.status_code == 302, answer.context["form"].errors
    assert Note.objects.count() == 1
    assert not Draft.objects.exists()
    assert "Nothing is waiting" in client.get(reverse("kept")).content.decode()


def test_it_is_kept_until_it_has_been_taken(world: World) -> None:
    client, page = world.client("centre", unlocked=False), note_page(world)
    client.post(page, {"kind": "fact", "text": TEXT})
    client.post(page, {"kind": "fact", "text": TEXT, drafts.AGAIN: "1"})
    assert Draft.objects.count() == 1, "the vault is still locked"
    unlock(client)
    assert client.post(page, {"kind": "", "text": TEXT, drafts.AGAIN: "1"}).status_code == 422
    assert not Draft.objects.exists(), "it is in the form again"


def test_it_can_be_thrown_away(world: World) -> None:
    client, page = world.client("centre", unlocked=False), note_page(world)
    client.post(page, {"kind": "fact", "text": TEXT})
    unlock(client)
    assert client.post(reverse("kept-drop"), {"page": page, "show": "1"})["Location"] == reverse("kept")
    assert not Draft.objects.exists()


def test_passwords_are_not_kept(world: World) -> None:
    """Forms with a password are never sent to a page that takes an open vault."""
    client = world.client("centre", unlocked=False)
    client.post(reverse("unlock"), {"passphrase": "a wrong one"})
    given = {"old": "wrong", "new": "some words that are new", "again": "some words that are new"}
    client.post(reverse("change-password"), given)
    assert not Draft.objects.exists()


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_no_draft_leads_to_another_site(world: World, page: str) -> None:
    client = world.client("centre")
    assert rest(client, page).status_code == 413
    assert not Draft.objects.exists()


def test_a_session_keeps_only_so_much(world: World) -> None:
    client = world.client("centre")
    assert rest(client, forms=typed("x" * drafts.LARGEST)).status_code == 413
    assert client.get(reverse("people")).status_code == 200, "nothing was locked, so nothing was lost"
    for number in range(drafts.MOST + 3):
        assert rest(client, f"/desk/notes/{number}/edit").status_code == 200
    assert Draft.objects.count() == drafts.MOST
    assert rest(client, forms="no list").status_code == 200


def test_a_locked_page_opens_by_itself_once_another_tab_was_unlocked(world: World) -> None:
    client = world.client("centre")
    rest(client)
    rest(client, "/desk/tasks/new", [])
    unlock(client, PAGE)
    assert client.get(f"{reverse('unlock')}?next={PAGE}")["Location"] == f"{PAGE}#kept"


def over(client: Client) -> Client:
    work_for(client, settings.SHIFT_SECONDS + 1)
    return client


def next_shift(world: World, code: str = "centre") -> tuple[Client, str]:
    """Signed in anew with the password, at work; and where she is led."""
    client = Client()
    client.post(reverse("sign-in"), {"username": code, "password": PASSPHRASE})
    worker = Membership.objects.get(user=world.users[code], desk=world.desks[code], role="worker")
    assert client.post(reverse("choose-desk"), {"membership": worker.pk})["Location"] == reverse("unlock")
    return client, unlock(client)["Location"]


def test_what_was_sent_when_the_shift_had_ended_waits_for_the_next(world: World) -> None:
    page, client = note_page(world), world.client("centre")
    rest(client)
    unlock(client)
    over(client)
    answer = client.post(page, {"kind": "fact", "text": TEXT, "on": str(timezone.localdate())})
    assert answer["Location"] == reverse("sign-in")
    assert answer["Clear-Site-Data"]
    assert "kept sealed until you sign in again" in client.get(reverse("sign-in")).content.decode()
    assert not Note.objects.exists()
    assert Draft.objects.filter(session=None, user=world.users["centre"]).count() == 2
    for alias in ("default", "keys"):
        assert "canary" not in everything(alias)
    stranger, led = next_shift(world, "stranger")
    assert led != reverse("kept")
    assert TEXT not in stranger.get(reverse("kept")).content.decode()
    client, led = next_shift(world)
    assert led == reverse("kept")
    shown = unescape(client.get(led).content.decode())
    assert shown.count(TEXT) == 3, "the text of both, and the field of the one that was sent"
    assert f'href="{PAGE}#kept"' in shown
    again = {"kind": "fact", "text": TEXT, "on": str(timezone.localdate()), drafts.AGAIN: "1"}
    assert client.post(page, again).status_code == 302
    assert Note.objects.count() == 1
    assert client.get(reverse("kept-text"), {"page": PAGE}).json() == {"forms": typed()}
    client.post(reverse("sign-out"))
    assert not Draft.objects.exists()


def test_what_was_typed_when_the_shift_ended_waits_too(world: World) -> None:
    client = over(world.client("centre"))
    assert rest(client).json() == {"to": reverse("sign-in")}
    assert Draft.objects.filter(session=None).count() == 1
    later, led = next_shift(world)
    assert led == reverse("kept")
    assert later.get(reverse("kept-text"), {"page": PAGE}).json() == {"forms": typed()}


def test_no_secret_and_no_forged_form_is_kept_at_the_end_of_a_shift(world: World) -> None:
    given = {"old": PASSPHRASE, "new": "some words that are new", "again": "some words that are new"}
    over(world.client("centre")).post(reverse("change-password"), given)
    over(world.client("centre")).post(reverse("unlock"), {"passphrase": PASSPHRASE})
    assert not Draft.objects.exists()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = over(world.client("centre")).cookies
    assert strict.post(note_page(world), {"kind": "fact", "text": TEXT})["Location"] == reverse("sign-in")
    assert not Draft.objects.exists(), "it came from no page of ours"


def test_it_waits_for_three_days(world: World) -> None:
    rest(over(world.client("centre")))
    sessions.forget_expired()
    assert Draft.objects.count() == 1
    Draft.objects.update(at=timezone.now() - sessions.WAITS)
    sessions.forget_expired()
    assert not Draft.objects.exists()
