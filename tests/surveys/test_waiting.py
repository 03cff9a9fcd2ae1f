"""What waits sealed until somebody of the desk looks: clocks, items that break, requests for a referral."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kamkor.access import drafts
from kamkor.assistance.models import Referral
from kamkor.surveys import envelopes
from kamkor.surveys.models import Device, Envelope, Questionnaire, Submission
from tests.assistance.referring import case_at, offer_of
from tests.surveys.test_openrosa import BOUNDARY, SECRET, Phone, filled, offered, texts  # noqa: F401 - a fixture
from tests.surveys.test_without_line import Browser, open_all
from tests.world import World


def test_two_devices_and_a_server_whose_clocks_are_hours_apart(
    world: World,
    offered: Questionnaire,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ahead, behind, now = Browser(world), Browser(world, link=offered), timezone.now()
    said = {"uuid:1": now + timedelta(hours=9), "uuid:2": now - timedelta(hours=14)}
    first = ahead.form(filled("uuid:1")) | {"made": said["uuid:1"].isoformat()}
    second = behind.form(filled("uuid:2")) | {"made": said["uuid:2"].isoformat()}
    wild = ahead.sealed(b"{}", kind="note") | {"made": "9999-12-31T23:59:59+00:00"}
    with monkeypatch.context() as clock:  # the server's own is two hours behind, and is put right later
        clock.setattr(timezone, "now", lambda: now - timedelta(hours=2))
        sent = behind.told(second, behind=timedelta(hours=12))
        assert sent[second["mark"]]["state"] == "sent"
    told = ahead.told(first, wild, behind=timedelta(hours=-9))
    assert {one["state"] for one in told.values()} == {"sent"}
    for item, own in ((first, "uuid:1"), (second, "uuid:2")):
        kept = Envelope.objects.get(mark=item["mark"])
        assert kept.made_at == said[own]  # as the device has said
        assert abs(kept.written_at - kept.received_at) < timedelta(minutes=1)
    client = world.client("centre", "supervisor")
    assert client.get(reverse("without-line")).status_code == 200
    rows = Submission.objects.order_by("received_at")
    assert [row.instance_id for row in rows] == ["uuid:2", "uuid:1"]  # as they came here
    assert behind.told(second)[second["mark"]] == sent[second["mark"]]


def test_what_waits_is_opened_by_whoever_looks_and_one_that_breaks_keeps_none_back(
    world: World,
    offered: Questionnaire,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser = Browser(world)
    browser.told(*(browser.form(filled(f"uuid:{number}")) for number in range(3)))
    table = reverse("questionnaire-tables", args=[offered.pk])
    seen = world.client("centre", "statistician").get(table)  # may count, and opens nothing
    assert (seen.context["waiting"], seen.context["size"]) == (3, 0)
    assert "waiting to be opened: 3" in seen.content.decode()
    shut = world.client("centre", "worker", unlocked=False).get(table)
    assert shut.context["waiting"] == 3
    take = envelopes._taken

    def breaks(actor: Any, media_type: str, body: bytes, at: Any) -> str:
        if b"uuid:1" in body:
            raise RuntimeError("canary")
        return take(actor, media_type, body, at)

    with monkeypatch.context() as broken:
        broken.setattr(envelopes, "_taken", breaks)
        seen = world.client("centre", "worker").get(table)
    assert (seen.context["waiting"], seen.context["size"]) == (1, 2)
    assert Envelope.objects.waiting().get().problem == "not_opened"
    assert world.client("centre", "worker").get(table).context["waiting"] == 1  # tried by hand alone
    open_all(world)
    assert Submission.objects.count() == 3
    assert not Envelope.objects.waiting().exists()
    assert world.client("stranger", "worker").get(table).status_code == 404


def test_a_request_for_a_referral_becomes_a_draft_that_its_writer_confirms(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed: list[Any] = []  # the draft itself is sealed to her
    monkeypatch.setattr(drafts, "keep", lambda _request, _user, _page, forms: typed.extend(forms))
    client, case, offer = world.client("centre", "worker"), case_at(world), offer_of(world)
    offer_of(world, "police")
    browser = Browser(world)
    page = browser.client.get(reverse("fill")).content.decode()
    assert 'name="receiver"' in page
    assert "You may say no" in page  # what is read out before it is written down
    until = (timezone.localdate() + timedelta(days=9)).isoformat()
    fields = [
        ["case_code", case.code.lower()],
        ["service", "medical"],
        ["receiver", "Clinic"],
        *(["particulars", kind] for kind in ("call_name", "phone", "email")),
        *(["message", "A dressing"], ["purpose", "service"], ["urgency", "urgent"], ["ends_on", until]),
        *(["ground", "consent"], ["basics", "on"]),
    ]
    browser.told(browser.sealed(json.dumps({"fields": fields}).encode(), "referral"))
    envelope = Envelope.objects.get()
    Device.objects.update(made_by=world.users["centre"])
    shown = client.get(reverse("envelope", args=[envelope.pk]))
    assert [one.desk.code for one in shown.context["offers"]] == ["clinic", "police"]
    assert world.client("stranger").get(reverse("envelope", args=[envelope.pk])).status_code == 404
    take = reverse("envelope-take", args=[envelope.pk])
    assert client.post(take)["Location"].startswith(reverse("referral-new", args=[case.pk]))
    to = client.post(take, {"offer": offer.pk})["Location"]
    assert to == f"{reverse('referral-new', args=[case.pk])}?offer={offer.pk}#kept"
    assert not Referral.objects.exists()  # nothing is sent before a person has looked at it
    given: dict[str, list[str]] = {}
    for name, value in typed[0]["fields"]:
        given.setdefault(name, []).append(value)
    assert len(given["items"]) == 2  # no e-mail is in the file
    sent = client.post(to.removesuffix("#kept"), given)
    assert sent.status_code == 302
    referral = Referral.objects.get()
    assert (referral.receiver, referral.urgency, str(referral.ends_on)) == (
        offer.desk,
        "urgent",
        until,
    )
    assert {item.label for item in referral.consent.items.all()} == {
        "call_name",
        "phone",
        "basics",
        "message",
    }
