"""Reporting without a name: sealed on arrival, answered to a receipt, and lost in no flood."""

import re
from base64 import b64encode
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kamkor.access import door as door_of
from kamkor.access import sealed
from kamkor.assistance.actions import cases
from kamkor.assistance.models import Task
from kamkor.base import codelists
from kamkor.base.models import AuditEvent
from kamkor.crossborder import sought
from kamkor.crossborder.models import Asked, Match, SearchRequest
from kamkor.methods.buckets import Buckets
from kamkor.methods.work import do
from kamkor.vault.envelopes import seal_envelope
from kamkor.vault.models import Item
from kamkor.website import retention
from kamkor.website.models import CheckIn, Message, Report
from tests.world import World

GIVEN = {"kind": "exploited", "text": "Бир үйдө кыздар камалып турат", "receipt": "words"}


@pytest.fixture
def anybody(world: World, monkeypatch: pytest.MonkeyPatch) -> Client:
    codelists.load()
    monkeypatch.setattr(door_of, "_SENT", Buckets(20, 30))
    return Client(raise_request_exception=False)


def test_a_report_is_sealed_and_answered_to_its_words(anybody: Client, world: World) -> None:
    form = anybody.get("/ky/report").content.decode()
    hidden = dict(re.findall(r'name="(words|digits|once)" value="([^"]+)"', form))
    sent = anybody.post("/ky/report", GIVEN | hidden)
    assert hidden["words"] in sent.content.decode()
    anybody.post("/ky/report", GIVEN | hidden)  # sent twice
    report = Report._base_manager.get()
    assert not [item for item in Item.objects.all() if GIVEN["text"].encode() in bytes(item.sealed)]
    desk = world.client("line", "operator")
    assert GIVEN["text"] in desk.get(reverse("report", args=[report.pk])).content.decode()
    assert desk.post(reverse("report", args=[report.pk]), {"text": "Рахмат, кайсы көчө?"}).status_code == 302
    assert not Task.objects.open().filter(kind="web_report").exists()

    slip = {"slip": hidden["words"].upper()}
    shown = anybody.post("/ru/report/answers", slip).content.decode()
    assert "Рахмат, кайсы көчө?" in shown
    assert GIVEN["text"] not in shown  # who finds the words does not learn what was reported
    assert anybody.post("/ru/report/answers", slip | {"text": "Тыныстанов"}).status_code == 302
    assert "Тыныстанов" in desk.get(reverse("report", args=[report.pk])).content.decode()
    assert not anybody.cookies
    assert set(AuditEvent.objects.filter(role="public").values_list("verb", flat=True)) == {
        "report.receive",
        "report.add",
    }


def test_a_stranger_learns_and_does_nothing(anybody: Client, world: World) -> None:
    anybody.post("/en/report", GIVEN | {"receipt": "none"})
    report = Report._base_manager.get()
    assert report.mark is None
    for who in (world.client("stranger", "operator"), world.client("line", "worker"), anybody):
        assert who.get(reverse("report", args=[report.pk])).status_code in (302, 403, 404)
    for slip in ("apple pear fig tea salt sun moon", "1234 5678 1234 5678", "nothing of the kind"):
        assert anybody.post("/en/report/answers", {"slip": slip}).status_code == 422


def test_a_flood_waits_and_a_genuine_text_is_kept_on_the_page(
    anybody: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door_of, "_SENT", Buckets(2, 3600))
    given = GIVEN | {"receipt": "none"}
    assert [anybody.post("/en/report", given).status_code for _ in range(3)] == [302, 302, 429]
    assert GIVEN["text"] in anybody.post("/en/report", given).content.decode()
    assert Report._base_manager.count() == 2


def as_a_browser(world: World, text: str) -> str:
    pair, mark = world.desks["line"].holder.current(), uuid4()
    envelope = seal_envelope(pair, text.encode(), kind=sealed.KIND, mark=mark)
    return f"{sealed.HEAD}{pair.pk}|{mark}|{b64encode(envelope).decode()}"


def test_what_the_browser_sealed_is_opened_by_the_desk_alone(anybody: Client, world: World) -> None:
    page = anybody.get("/ky/report").content.decode()
    assert bytes(world.desks["line"].holder.current().public).hex() in page
    given, sent = GIVEN | {"receipt": "none"}, as_a_browser(world, "Кыздар камалып турат")
    for broken in ("", sealed.HEAD + "1|x|y", sent + "!", sent + "A" * sealed.LONGEST):
        shown = anybody.post("/ky/report", given | {"text": broken})
        assert shown.status_code == 422
        assert sealed.HEAD not in shown.content.decode()  # the browser puts the words back
    assert anybody.post("/ky/report", given | {"text": sent}).status_code == 302
    report = Report._base_manager.get()
    address = reverse("report", args=[report.pk])
    assert "Кыздар камалып турат" in world.client("line", "operator").get(address).content.decode()
    moved = re.sub(r"\|.{36}\|", f"|{uuid4()}|", sent)
    assert sealed.opened(world.actor("line", "operator"), {1: sent, 2: moved}) == {
        1: "Кыздар камалып турат",
        2: moved,
    }
    assert sealed.opened(world.actor("stranger"), {1: sent}) == {1: sent}


def test_who_leaves_seals_how_to_be_reached(anybody: Client, world: World) -> None:
    day = timezone.localdate() + timedelta(days=20)
    given = {"leaves_on": timezone.localdate(), "call_on": day, "if_silent": "call_relative"}
    written = {name: as_a_browser(world, words) for name, words in (("reach", "@ayla"), ("relative", "Эне"))}
    assert anybody.post("/uz/departure", given | written | {"relative": ""}).status_code == 422
    assert anybody.post("/uz/departure", given | written).status_code == 302
    shown = world.client("line", "operator").get(reverse("check-in", args=[CheckIn._base_manager.get().pk]))
    assert all(words in shown.content.decode() for words in ("@ayla", "Эне"))


def test_what_a_relative_sealed_is_read_by_others_once_it_is_passed_on(anybody: Client, world: World) -> None:
    name = "Айгүл Сыдыкова"
    person = world.person("centre")
    cases.open_case(world.actor("centre"), person, kind="trafficking")
    given = {"asking_dangerous": "no", "kind": "lost_contact", "asker_is": "spouse", "asks_others": "on"}
    written = {"names": as_a_browser(world, name), "known": as_a_browser(world, "Маскөөдө иштечү")}
    plain = anybody.post("/ky/missing", given | {"names": name}, follow=True).content
    assert anybody.post("/ky/missing", given | written, follow=True).content == plain
    search = SearchRequest._base_manager.latest("pk")
    desk, address = world.client("line", "operator"), reverse("search-request", args=[search.pk])
    assert "Маскөөдө иштечү" in desk.get(address).content.decode()
    desk.post(reverse("search-request-pass-on", args=[search.pk]))
    sought.look(world.actor("centre"))
    assert Match._base_manager.filter(request=search).exists()
    worker = world.actor("centre")
    search = SearchRequest._base_manager.select_related("known__file").get(pk=search.pk)
    assert search.known is not None
    assert worker.keyring.read(search.known) == "Маскөөдө иштечү"


def test_a_flood_without_work_does_not_keep_out_whose_browser_has_done_some(
    anybody: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door_of, "MOST_A_MINUTE", 1)
    given = GIVEN | {"receipt": "none"}
    assert [anybody.post("/en/report", given).status_code for _ in range(2)] == [302, 429]
    assert anybody.post("/en/report", given | {"once": "flood", "work": "1"}).status_code == 429
    worked = {"once": "mark", "work": do("mark")}
    assert anybody.post("/en/report", given | worked).status_code == 302
    assert anybody.post("/en/report", given | worked).status_code == 302  # the same again: counted once
    assert Report._base_manager.count() == 2


def test_who_leaves_is_a_task_of_the_line_on_the_day(anybody: Client, world: World) -> None:
    day = timezone.localdate() + timedelta(days=20)
    given = {"leaves_on": timezone.localdate(), "call_on": day, "reach": "@ayla", "if_silent": "nothing"}
    assert anybody.post("/uz/departure", given | {"call_on": timezone.localdate()}).status_code == 422
    assert anybody.post("/uz/departure", given).status_code == 302
    [task], [row] = Task.objects.filter(kind="departure_check"), CheckIn._base_manager.all()
    assert timezone.localtime(task.due_at).date() == day
    desk = world.client("line", "operator")
    assert "@ayla" in desk.get(reverse("check-in", args=[row.pk])).content.decode()
    assert desk.post(reverse("check-in", args=[row.pk]), {"outcome": "well"}).status_code == 302
    assert not Task.objects.open().exists()


def test_every_asker_gets_the_same_answer_and_no_desk_is_asked_before_somebody_judged(
    anybody: Client, world: World
) -> None:
    person = world.person("centre")
    given = {"asking_dangerous": "no", "kind": "lost_contact", "asker_is": "spouse", "asks_others": "on"}
    answers = [
        anybody.post("/ky/missing", given | {"names": name}, follow=True).content
        for name in ("Айгүл Сыдыкова", "Эч Ким")
    ]
    assert person.pk
    assert answers[0] == answers[1]
    first = SearchRequest._base_manager.order_by("pk").first()
    assert first is not None
    assert {row.desk.code for row in Asked._base_manager.filter(request=first)} == {"line"}
    desk = world.client("line", "operator")
    assert desk.post(reverse("search-request-pass-on", args=[first.pk])).status_code == 302
    assert Asked._base_manager.filter(request=first, desk=world.desks["centre"]).exists()
    assert desk.post(reverse("search-request-pass-on", args=[first.pk])).status_code == 422


def test_what_is_closed_long_ago_goes_with_all_that_was_said(anybody: Client) -> None:
    anybody.post("/en/report", GIVEN | {"receipt": "none"})
    Report._base_manager.update(closed_on=timezone.localdate() - timedelta(days=900))
    for row in list(retention.closed(timezone.localdate())):
        retention.end_report(row)
    assert not Report._base_manager.exists()
    assert not Message._base_manager.exists()
