"""Answers leave in files: open ones for who reads them, sealed ones when a second person agrees, once."""

import io
import zipfile
from typing import Any

import pytest
from django.urls import reverse

from kamkor.base.models import AuditEvent
from kamkor.surveys import actions
from kamkor.surveys.models import Attachment, Questionnaire, Submission
from tests.people.stories import client_of, colleague
from tests.surveys.test_openrosa import SECRET, Phone, filled, offered
from tests.world import World

__all__ = ["offered"]


@pytest.fixture
def answered(world: World, offered: Questionnaire) -> Questionnaire:
    phone = Phone(world)
    phone.send(filled("uuid:1"), {"a.jpg": b"picture"})
    phone.send(filled("uuid:2").replace("</meta>", "<deprecatedID>uuid:1</deprecatedID></meta>"))
    return offered


def got(answer: Any) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    return {name: archive.read(name) for name in archive.namelist()}


def test_open_rows_hold_nothing_sealed(world: World, answered: Questionnaire) -> None:
    address = reverse("questionnaire-file", args=[answered.pk]) + "?format=zip"
    files = got(world.client("centre", "worker").get(address))
    assert SECRET.encode() not in b"".join(files.values())
    assert b"uuid:2" in files["household.csv"]
    assert b"uuid:1" not in files["household.csv"]
    assert sorted(files) == ["household-member.csv", "household.csv"]
    # Rows about people are not for who may only see tables, in which small numbers are hidden.
    statistician = world.client("centre", "statistician")
    assert statistician.get(address).status_code == 404
    actions.seal(world.actor("centre", "supervisor"), answered, sealed=["region"], of="organisations")
    assert b"osh" not in got(statistician.get(address))["household.csv"]
    for desk, role in (("police", "supervisor"), ("stranger", "worker")):
        assert world.client(desk, role).get(address).status_code == 404
    assert AuditEvent.objects.filter(verb="form.export").exists()


def test_sealed_answers_leave_with_two_people_and_once(world: World, answered: Questionnaire) -> None:
    ask, decide, make = (
        reverse(f"questionnaire-{name}", args=[answered.pk]) for name in ("ask", "decide", "sealed-file")
    )
    head, second = world.client("centre", "supervisor"), client_of(colleague(world), "worker")
    assert head.post(make, {"kind": "zip"}).status_code == 403
    assert world.client("centre", "worker").post(ask).status_code == 403
    assert head.post(ask).status_code == 302
    assert head.post(decide, {"agreed": "yes"}).status_code == 422
    assert head.post(make, {"kind": "zip"}).status_code == 403
    assert "is to leave" in second.get(reverse("questionnaires")).content.decode()
    assert second.post(decide, {"agreed": "yes"}).status_code == 302
    assert second.post(make, {"kind": "zip"}).status_code == 403
    files = got(head.post(make, {"kind": "zip"}))
    assert SECRET.encode() in files["household.csv"]
    assert head.post(make, {"kind": "zip"}).status_code == 403
    assert world.client("stranger", "supervisor").post(ask).status_code == 404


def test_a_state_body_reads_no_answer_of_a_named_organisation(world: World, answered: Questionnaire) -> None:
    actions.seal(world.actor("centre", "supervisor"), answered, sealed=[], of="organisations")
    head, (row,) = world.client("centre", "supervisor"), Submission.objects.counted()
    pages = [
        reverse("submission", args=[row.pk]),
        *(reverse("submission-file", args=[one.pk]) for one in Attachment.objects.all()),
    ]
    rows = reverse("questionnaire-file", args=[answered.pk]) + "?format=csv"
    assert {head.get(page).status_code for page in (*pages, rows)} == {200}
    world.desks["centre"].organisation.__class__.objects.update(state=True)
    assert {head.get(page).status_code for page in pages} == {403}
    assert head.get(rows).status_code == 404
    assert head.post(reverse("questionnaire-ask", args=[answered.pk])).status_code == 403
    tables = head.get(reverse("questionnaire-tables", args=[answered.pk]))
    assert "hidden" in tables.content.decode()
    away = {"of": "places", "fill_by": "everybody", "seen_by": "desk"}  # nor by calling it something else
    assert head.post(reverse("questionnaire-seal", args=[answered.pk]), away).status_code == 403
