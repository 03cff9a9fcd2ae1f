"""The journey by screens, and what no screen, column or log may show."""

import io
import logging

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse

from kamkor.assistance.models import Case, ImportedFile
from kamkor.people.models import Person
from tests.assistance.handing_out import agreed
from tests.assistance.test_htcds_import import FULL, kept
from tests.world import World

MIXED = b"prs_FirstName,cas_Status,Room\nErkin,Active,1\nKanaryeva,Actve,2\n"


def send(client: Client, raw: bytes, name: str = "cases.csv", version: str = "") -> str:
    """Send a file; gives the address that the answer leads to."""
    upload = io.BytesIO(raw)
    upload.name = name
    answer = client.post(reverse("htcds"), {"file": upload, "version": version})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_a_file_is_looked_at_then_taken(world: World) -> None:
    client = world.client("centre", "supervisor")
    where = send(client, MIXED)
    page = client.get(where).content.decode()
    assert not Person.objects.exists()
    assert "Take the good rows" in page
    assert "Did you mean" in page
    assert "cases.csv" in page
    assert "Kanaryeva" not in page
    imported = ImportedFile.objects.get()
    refused = client.get(reverse("htcds-rejected", args=[imported.pk]))
    assert "Kanaryeva" in refused.content.decode()
    answer = client.post(reverse("htcds-take", args=[imported.pk]), {"keep_good": "True"}, follow=True)
    assert answer.status_code == 200
    assert "1 row was taken over" in answer.content.decode()
    assert Case.objects.count() == 1
    assert "Kanaryeva" in client.get(reverse("htcds-rejected", args=[imported.pk])).content.decode()
    assert "Taken over" in client.get(reverse("htcds")).content.decode()


def test_the_same_file_again_needs_a_tick(world: World) -> None:
    client = world.client("centre", "supervisor")
    raw = b"prs_FirstName,cas_Status\nErkin,Active\n"
    for _ in range(2):
        where = send(client, raw)
        page = client.get(where).content.decode()
        answer = client.post(where + "take", {"keep_good": "False"})
    assert "already" in page
    assert answer.status_code == 422
    assert Person.objects.count() == 1
    assert client.post(where + "take", {"again": "on"}).status_code == 302
    assert Person.objects.count() == 2


def test_nothing_is_taken_when_all_was_asked_and_a_row_is_bad(world: World) -> None:
    client = world.client("centre", "supervisor")
    where = send(client, MIXED)
    assert client.post(where + "take", {}).status_code == 422
    assert not Person.objects.exists()


def test_a_file_without_any_column_of_the_standard_is_refused_with_the_mend(world: World) -> None:
    client = world.client("centre", "supervisor")
    upload = io.BytesIO(b"Dear colleagues,\nhere they are\n")
    upload.name = "letter.csv"
    answer = client.post(reverse("htcds"), {"file": upload})
    assert answer.status_code == 422
    assert "prs_Gender" in answer.content.decode()
    assert not ImportedFile.objects.exists()


def test_an_import_is_dropped_or_undone(world: World) -> None:
    client = world.client("centre", "supervisor")
    where = send(client, MIXED)
    assert client.post(where + "drop").status_code == 302
    assert client.post(where + "take", {"keep_good": "True"}).status_code == 422
    where = send(client, MIXED)
    client.post(where + "take", {"keep_good": "True"})
    assert client.get(where + "undo").status_code == 200
    assert client.post(where + "undo").status_code == 302
    assert not Person.objects.exists()
    assert client.get(where).status_code == 200


def test_the_file_out_asks_what_for(world: World) -> None:
    client = world.client("centre", "supervisor")
    client.post(send(client, MIXED) + "take", {"keep_good": "True"})
    page = client.get(reverse("htcds-export")).content.decode()
    assert "The file holds 1 case" in page
    assert client.post(reverse("htcds-export"), {"layout": "csv"}).status_code == 422
    wanted = agreed(world.actor("centre", "supervisor"))
    answer = client.post(reverse("hand-out-file", args=[wanted.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert "Erkin" in answer.content.decode("utf-8-sig")


@pytest.mark.parametrize(("desk", "role"), [("centre", "worker"), ("centre", "statistician")])
def test_other_roles_are_refused(world: World, desk: str, role: str) -> None:
    actor = world.actor("centre", "supervisor")
    imported = kept(actor, MIXED)
    client = world.client(desk, role)
    assert client.get(reverse("htcds")).status_code == 403
    assert client.get(reverse("htcds-export")).status_code == 403
    assert client.get(reverse("htcds-report", args=[imported.pk])).status_code in {403, 404}
    assert client.post(reverse("htcds-take", args=[imported.pk])).status_code in {403, 404}


def test_another_desk_finds_nothing(world: World) -> None:
    imported = kept(world.actor("centre", "supervisor"), MIXED)
    client = world.client("stranger", "supervisor")
    for name in ("htcds-report", "htcds-rejected", "htcds-undo"):
        assert client.get(reverse(name, args=[imported.pk])).status_code == 404
    for name in ("htcds-take", "htcds-drop", "htcds-undo"):
        assert client.post(reverse(name, args=[imported.pk])).status_code == 404
    assert "Erkin" not in client.get(reverse("htcds")).content.decode()


def test_no_sealed_value_is_open_anywhere(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Unlikely words in every sealed field, in an unknown column and in a bad row: none in column or log."""
    caplog.set_level(logging.DEBUG)
    sealed = (
        *("prs_FirstName", "prs_SecondName", "prs_Email", "prs_MobilePhone", "prs_HomePhone"),
        *("prs_IdentityNumber", "prs_MailingStreet", "prs_MailingCity", "spl_Objectives"),
        *("cco_CaseComment", "Local office"),
    )
    canaries = {name: f"zqcanary{number}" for number, name in enumerate(sealed)}
    row = FULL | canaries
    head, cells = ",".join(row), ",".join(f'"{text}"' for text in row.values())
    raw = f"{head}\n{cells}\n{cells.replace('Closed', 'Clozed')}\n".encode()
    client = world.client("centre", "supervisor")
    where = send(client, raw, name="zqcanaryname.csv")
    client.get(where)
    client.post(where + "take", {"keep_good": "True"})
    wanted = agreed(world.actor("centre", "supervisor"), "json")
    assert "zqcanary" in client.post(reverse("hand-out-file", args=[wanted.pk])).content.decode()
    assert Case.objects.count() == 1
    assert "zqcanary" not in caplog.text
    for model in apps.get_models():
        open_columns = [f.name for f in model._meta.concrete_fields if not isinstance(f, models.BinaryField)]
        for values in model._base_manager.using(_store(model)).values(*open_columns):
            assert "zqcanary" not in repr(values), model
            assert FULL["prs_Birthdate"] not in repr(values), model


def _store(model: type[models.Model]) -> str:
    return "keys" if getattr(model, "key_store", False) else "default"
