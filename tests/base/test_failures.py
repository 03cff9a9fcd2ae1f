"""A failure leaves one line that names nobody, and a page with the number of that line."""

import json
import logging
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kamkor.base import once, throttle
from kamkor.base.once import Submission
from kamkor.people import sheet
from tests.world import World

CANARY = "Canary-Jyldyz +996 555 909 090"


class Unforeseen(Exception):
    """Something that nobody thought of, with what somebody typed in it."""


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise Unforeseen(CANARY) from ValueError(CANARY)

    monkeypatch.setattr(sheet, "read", fail)


@pytest.mark.asvs("16.2.4", "16.3.4", "16.5.1")
@pytest.mark.usefixtures("failing")
def test_a_failure_leaves_one_line_without_anybody(
    world: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    person = world.person()
    with caplog.at_level(logging.DEBUG):
        answer = world.client("centre").get(reverse("person", args=[person.pk]))
    assert answer.status_code == 500
    records = [record for record in caplog.records if record.name == "kamkor.failure"]
    assert len(records) == 1
    line = json.loads(records[0].getMessage())
    assert line["error"].endswith("test_failures.Unforeseen")
    assert re.fullmatch(r"kamkor\.people\.views\.file:\d+", line["at"])
    assert (line["view"], line["method"]) == ("person", "GET")
    assert records[0].exc_info is None
    everything = caplog.text + "".join(capfd.readouterr()) + answer.content.decode()
    for part in ("Canary", "909 090", str(world.users["centre"]), person.code):
        assert part not in everything.replace(line["request"], ""), part
    assert line["request"] in answer.content.decode()


@pytest.mark.asvs("16.3.4")
@pytest.mark.usefixtures("failing")
def test_each_failure_has_a_number_of_its_own(world: World) -> None:
    person = world.person()
    pages = [world.client("centre").get(reverse("person", args=[person.pk])) for _ in range(2)]
    numbers = {re.search(r"<strong>([0-9a-f]{12})</strong>", page.content.decode())[1] for page in pages}  # type: ignore[index]
    assert len(numbers) == 2


@pytest.mark.asvs("16.3.3")
def test_what_is_turned_away_leaves_one_line_without_a_word_of_it(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Input that no form of ours sends, a forged form, a verb that the role has not, one try too many."""
    client = world.client("centre")
    tries = {
        "search-request-new": (client.post(reverse("search-request-new"), {"kind": CANARY}), 422),
        "supervision": (client.get(reverse("supervision"), {"q": CANARY}), 403),
        "sign-in": (Client(enforce_csrf_checks=True).post(reverse("sign-in"), {"username": CANARY}), 403),
    }
    for _ in range(throttle.FREE + 1):
        guessed = Client().post(reverse("sign-in"), {"username": "centre", "password": CANARY})
    assert guessed.status_code == 429
    lines = [json.loads(row.getMessage()) for row in caplog.records if row.name == "kamkor.refusal"]
    for view, (answer, status) in tries.items():
        assert answer.status_code == status, view
        assert [line["view"] for line in lines if line["status"] == status and line["view"] == view] == [view]
    assert [line["user"] for line in lines[:2]] == [world.users["centre"].pk] * 2
    assert (lines[-1]["view"], lines[-1]["status"]) == ("sign-in", 429)
    assert "Canary" not in caplog.text


@pytest.mark.asvs("14.2.5")
@pytest.mark.usefixtures("failing")
def test_a_stranger_causes_no_failure_where_there_is_nothing(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    person = world.person()
    assert world.client("stranger").get(reverse("person", args=[person.pk])).status_code == 404
    assert not [record for record in caplog.records if record.name == "kamkor.failure"]


@pytest.mark.django_db
def test_marks_of_sent_forms_are_dropped_after_two_days() -> None:
    now = timezone.now()
    Submission.objects.create(mark="old", at=now - timedelta(days=3))
    Submission.objects.create(mark="new", at=now - timedelta(days=1))
    assert once.forget_marks(now) == 1
    assert Submission.objects.get().mark == "new"
