"""When the databases cannot be reached or the disk is full: nothing is half saved, and the page says so and
gives back what was written."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError
from django.db.transaction import TransactionManagementError
from django.http import HttpRequest
from django.urls import reverse

from kamkor.assistance.actions.cases import open_case
from kamkor.assistance.models import Case, Note
from kamkor.base import failures, once, wall
from kamkor.base.models import AuditEvent
from kamkor.base.once import Submission
from tests.world import PASSPHRASE, World

TEXT = "She slept well & wants to call her sister."
GIVEN = {"kind": "fact", "on": "2026-03-08", "text": TEXT, "once": "a-mark-of-this-form"}


class NoRoom(Exception):
    sqlstate = "53100"


def full() -> OperationalError:
    error = OperationalError("something that names her")
    error.__cause__ = NoRoom()
    return error


@pytest.fixture
def case(world: World) -> Case:
    return open_case(world.actor("centre"), world.person(), kind="trafficking")


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """From now on everything is done, and then the database fails before it is kept."""
    real = once.settle

    def fail(error: Exception) -> None:
        def settle(*args: Any) -> None:
            real(*args)
            raise error

        monkeypatch.setattr(once, "settle", settle)

    return fail


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (OperationalError("gone"), 503, "cannot be reached just now"),
        (InterfaceError("gone"), 503, "cannot be reached just now"),
        (full(), 507, "no room left"),
        (OSError(28, "No space left on device"), 507, "no room left"),
        (RuntimeError("a fault of ours"), 500, "Something broke on our side"),
    ],
)
def test_nothing_is_half_saved_and_the_text_comes_back(
    world: World, case: Case, failing: Callable[[Exception], None], error: Exception, status: int, words: str
) -> None:
    client, address = world.client("centre"), reverse("note-add", args=[case.pk])
    before = AuditEvent.objects.count()
    failing(error)
    answer = client.post(address, GIVEN)
    page = answer.content.decode()
    assert answer.status_code == status
    assert words in page
    assert "was not saved" in page
    assert TEXT.replace("&", "&amp;") in page
    assert "names her" not in page
    assert not Note.objects.exists()
    assert not Submission.objects.exists()
    assert AuditEvent.objects.count() == before
    assert answer.get("Retry-After", "") == ("30" if status == 503 else "")
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "where",
    [
        "kamkor.access.api.transport.is_api",  # before there is any session
        "kamkor.access.sessions.SessionStore._get_session_from_db",
        "kamkor.access.middleware.actor_of",
        "kamkor.base.wall.acting",
    ],
)
def test_wherever_the_database_is_missed_first_the_text_comes_back(
    world: World, case: Case, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Also before the view is reached: the page of the failure must not itself ask for what is not there."""
    client, address = world.client("centre"), reverse("note-add", args=[case.pk])
    monkeypatch.setattr(where, gone)
    answer = client.post(address, GIVEN)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "was not saved" in page
    assert TEXT.replace("&", "&amp;") in page
    assert 'value="a-mark-of-this-form"' in page


def test_a_session_that_cannot_be_kept_is_not_called_ended(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first page puts a mark against forgery into the session; a session that was ended is told apart."""
    client, ended = world.client("centre"), world.client("centre")
    ended.session.delete()
    assert ended.get(reverse("cases")).status_code == 302
    monkeypatch.setattr("kamkor.access.sessions.SignIn.save", gone)
    assert client.get(reverse("cases")).status_code == 503


def gone(*_args: object, **_kwargs: object) -> None:
    raise OperationalError("the database system is starting up")


def test_what_was_cut_off_while_it_was_kept_is_called_uncertain(
    world: World, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to COMMIT did not come: nobody knows, and sending it again counts once."""
    client, address = world.client("centre"), reverse("note-add", args=[case.pk])
    real = wall.acting

    @contextmanager
    def cut_off(*args: Any, **kwargs: Any) -> Iterator[None]:
        with real(*args, **kwargs):
            yield
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as broken:
        broken.setattr(wall, "acting", cut_off)
        answer = client.post(address, GIVEN)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "not certain" in page
    assert "was not saved" not in page
    assert TEXT.replace("&", "&amp;") in page
    assert client.post(address, GIVEN).status_code == 302
    assert Note.objects.count() == 1


def test_an_error_that_follows_from_a_lost_connection_is_no_fault_of_ours() -> None:
    error = TransactionManagementError("no more queries")
    error.__cause__ = DatabaseError("whatever")
    assert failures.status_of(error) == 500
    error.__cause__.__cause__ = OperationalError("gone")
    assert failures.status_of(error) == 503


def test_what_the_page_sends_again_is_saved_once(
    world: World, case: Case, failing: Callable[[Exception], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = world.client("centre"), reverse("note-add", args=[case.pk])
    with monkeypatch.context() as broken:
        broken.setattr(once, "settle", lambda *_args: (_ for _ in ()).throw(OperationalError))
        page = client.post(address, GIVEN).content.decode()
    assert f'action="{address}"' in page
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    assert fields == {name: value.replace("&", "&amp;") for name, value in GIVEN.items()}
    first, second = client.post(address, GIVEN), client.post(address, GIVEN)
    assert first.status_code == second.status_code == 302
    assert Note.objects.count() == 1


def test_no_pass_phrase_is_ever_given_back(
    world: World, failing: Callable[[Exception], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from kamkor.access import views

    def fail(*_args: object, **_kwargs: object) -> None:
        raise OperationalError

    monkeypatch.setattr(views, "render", fail)
    client = world.client("centre", unlocked=False)
    answer = client.post(reverse("unlock"), {"passphrase": "not the right words at all", "text": TEXT})
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "not the right words" not in page
    assert "Send it again" not in page, "it would be sent without it"
    assert PASSPHRASE not in page


def test_what_was_saved_before_the_page_failed_is_said_to_be_saved() -> None:
    request = HttpRequest()
    request.method = "POST"
    assert not failures.kept(request).get("saved")
    request.saved = True  # type: ignore[attr-defined]
    assert failures.kept(request) == {"sent_form": True, "saved": True}


def test_a_stranger_is_given_nothing_back(world: World, case: Case) -> None:
    """A page that is not there is no failure, and repeats nothing."""
    answer = world.client("stranger").post(reverse("note-add", args=[case.pk]), GIVEN)
    assert answer.status_code == 404
    assert "slept well" not in answer.content.decode()
