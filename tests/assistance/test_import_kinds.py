"""Cases, contacts and organisations from tables; people who are here already; and what happens in between."""

import io
import logging

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse

from kamkor.access.actor import Actor
from kamkor.assistance.actions import imports as actions
from kamkor.assistance.imports import taking
from kamkor.assistance.models import Case, Exploitation, ImportedRow, LikelyHere, Note, TableImport
from kamkor.base.models import AuditEvent
from kamkor.directory.models import Offer, OutsideOrganisation
from kamkor.identification.models import Contact, Fact
from kamkor.people.models import Exclusion, Person
from tests.assistance.test_imports import GOOD, HEAD, matched, run, send
from tests.import_files import changed_part, make, typed_workbook, workbook
from tests.world import World


def taken(
    world: World, text: str | bytes, *, kind: str, role: str = "supervisor", **given: str
) -> TableImport:
    client = world.client("centre", role)
    imported = matched(client, send(client, text, kind=kind), **given)
    assert imported.bad == 0, client.get(reverse("import-bad", args=[imported.pk])).content.decode()
    assert client.post(reverse("import-take", args=[imported.pk])).status_code == 302
    return run(client, imported)


def test_a_row_of_cases_is_a_person_and_a_case(world: World) -> None:
    held = world.person("centre")
    text = (
        "Код файла,ФИО,Дата обращения,Статус,Вид эксплуатации,Страна,Описание,Согласие\n"
        ",Сынаков Эркин,05.2024,подтверждена,ForcedLabour,РФ,Came by bus,да\n"
        f"{held.code},,2025-02-01,,,,Came again,\n"
    )
    imported = taken(world, text, kind="cases")
    assert imported.taken == 2
    first, second = Case.objects.order_by("pk")
    assert (str(first.opened_on), first.kind, first.came_by) == ("2024-05-01", "trafficking", "import")
    assert Fact.objects.get(person=first.person).value == "confirmed"
    assert Exploitation.objects.get(case=first).purposes == ["ForcedLabour"]
    assert second.person == held
    actor = world.actor("centre")
    assert actor.keyring.read(Note.objects.get(case=second).text) == "Came again"


def test_a_row_of_contacts_names_nobody(world: World) -> None:
    text = "Date,Channel,Kind,Minutes,Language,Note\n2025-03-04 21:15,phone,silent call,2,ky,no voice\n" * 1
    imported = taken(world, text, kind="contacts")
    contact = Contact.objects.get()
    assert (contact.kind, contact.seconds, contact.language, contact.person) == ("silent", 120, "ky", None)
    client = world.client("centre", "supervisor")
    client.post(reverse("import-undo", args=[imported.pk]))
    run(client, imported)
    assert not Contact.objects.exists()


def test_organisations_are_for_who_keeps_the_directory(world: World) -> None:
    text = "Аталышы,Уюмдун түрү,Телефон,Кызматтар\nМисал борбору,ngo,+996 312 000 000,psychological;legal\n"
    client = world.client("centre", "supervisor")
    upload = io.BytesIO(text.encode())
    upload.name = "list.csv"
    answer = client.post(reverse("imports"), {"kind": "organisations", "file": upload})
    assert answer.status_code == 422
    taken(world, text, kind="organisations", role="coordinator")
    organisation = OutsideOrganisation.objects.get()
    assert "Мисал борбору" in organisation.names.values()
    assert Offer.objects.filter(outside=organisation).count() == 2
    again = world.client("centre", "coordinator")
    imported = matched(again, send(again, text + "\n", kind="organisations"))
    assert imported.bad == 1


def likely_import(world: World) -> tuple[TableImport, Person]:
    taken(world, HEAD + GOOD, kind="persons")
    client = world.client("centre", "supervisor")
    again = HEAD + "Misalova Aigul;1996;f;0555 010 203;KG;yes\n"
    return matched(client, send(client, again)), Person.objects.get()


def test_who_is_here_already_is_asked_about(world: World) -> None:
    imported, held = likely_import(world)
    client = world.client("centre", "supervisor")
    like = LikelyHere.objects.get()
    assert (like.person, like.row) == (held, 2)
    assert set(like.reasons) >= {"year_same", "phone_same"}
    assert client.post(reverse("import-take", args=[imported.pk])).status_code == 422
    page = client.get(reverse("import-likely", args=[imported.pk])).content.decode()
    assert "Misalova Aigul" in page
    assert "The same telephone" in page
    client.post(reverse("import-likely", args=[imported.pk]), {"row_2": "same"})
    client.post(reverse("import-take", args=[imported.pk]))
    imported = run(client, imported)
    assert imported.taken == 1
    assert Person.objects.exclude(pk=held.pk).get().merged_into == held


@pytest.mark.parametrize(("choice", "people", "left_out"), [("skip", 1, 1), ("new", 2, 0)])
def test_one_answer_for_all_of_them(world: World, choice: str, people: int, left_out: int) -> None:
    imported, _held = likely_import(world)
    client = world.client("centre", "supervisor")
    client.post(reverse("import-take", args=[imported.pk]), {"likely": choice})
    imported = run(client, imported)
    assert (Person.objects.count(), imported.left_out, imported.bad) == (people, left_out, 0)


def test_nobody_learns_of_who_is_kept_from_them(world: World) -> None:
    actor = world.actor("centre", "supervisor")
    taken(world, HEAD + GOOD, kind="persons")
    Exclusion.objects.create(
        desk=actor.desk,
        person=Person.objects.get(),
        user=actor.user,
        reason="security",
        set_by=actor.signed_in,
    )
    client = world.client("centre", "supervisor")
    matched(client, send(client, HEAD + GOOD + "\n"))
    assert not LikelyHere.objects.exists()


def test_another_desk_s_people_are_never_proposed(world: World) -> None:
    world.person("stranger", name="Мисалова Айгүл")
    client = world.client("centre", "supervisor")
    matched(client, send(client, HEAD + GOOD))
    assert not LikelyHere.objects.exists()


@pytest.mark.parametrize("layout", ["csv", "xlsx"])
def test_every_row_is_good_or_listed(world: World, layout: str) -> None:
    client = world.client("centre", "supervisor")
    made = make(40, bad=0.3, layout=layout, seed=7)
    imported = matched(client, send(client, made.content, name=f"list.{layout}"))
    assert (imported.good, imported.bad) == (len(made.good), len(made.bad))
    client.post(reverse("import-take", args=[imported.pk]), {"keep_good": "yes", "likely": "new"})
    imported = run(client, imported)
    assert set(ImportedRow.objects.values_list("row", flat=True)) == made.good
    assert Person.objects.count() == len(made.good)


def test_killed_between_pieces_it_goes_on_where_it_stopped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = world.client("centre", "supervisor")
    monkeypatch.setattr("kamkor.assistance.imports.incoming.ROWS", 5)
    imported = matched(client, send(client, make(20, bad=0).content))
    assert imported.pieces == 4
    client.post(reverse("import-take", args=[imported.pk]), {"likely": "new"})
    monkeypatch.setattr(actions, "SECONDS", 0.0000001)
    client.get(reverse("import-run", args=[imported.pk]))
    imported.refresh_from_db()
    assert (imported.done, imported.taken, Person.objects.count()) == (1, 5, 5)
    real = taking.take_piece

    def dies(actor: Actor, imported: TableImport, number: int) -> None:
        real(actor, imported, number)
        raise KeyboardInterrupt

    monkeypatch.setattr(taking, "take_piece", dies)
    with pytest.raises(KeyboardInterrupt):
        client.get(reverse("import-run", args=[imported.pk]))
    monkeypatch.setattr(taking, "take_piece", real)
    assert Person.objects.count() == 5, "the piece that died left nothing"
    page = client.get(reverse("import", args=[imported.pk])).content.decode()
    assert "It is not finished" in page
    imported = run(client, imported)
    assert (imported.taken, Person.objects.count(), imported.state) == (20, 20, "taken")


def test_what_is_no_table_is_refused_with_the_mend(world: World) -> None:
    client = world.client("centre", "supervisor")
    bomb = changed_part(
        workbook([HEAD.split(";")]), "xl/sharedStrings.xml", b"<a>" + b" " * 30_000_000 + b"</a>"
    )
    for raw in (b"", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", bomb, HEAD.encode(), b"PK\x03\x04 no"):
        upload = io.BytesIO(raw)
        upload.name = "list.xlsx"
        answer = client.post(reverse("imports"), {"kind": "persons", "file": upload})
        assert answer.status_code == 422
        assert "list.xlsx" in answer.content.decode() or not raw
    assert not TableImport.objects.exists()


def test_a_workbook_as_people_keep_it(world: World) -> None:
    client = world.client("centre", "supervisor")
    imported = matched(client, send(client, typed_workbook(), name="list.xlsx"))
    assert (imported.good, imported.bad) == (2, 0)


def test_columns_are_remembered_and_the_question_who_agreed_is_asked_anew(world: World) -> None:
    client = world.client("centre", "supervisor")
    odd = "kim;qachon\nМисалова Айгүл;1996\n"
    chosen = {"column_0": "name", "column_1": "birth_year", "consent": "all"}
    matched(client, send(client, odd), **chosen)
    again = send(client, odd.replace("1996", "1997"))
    page = client.get(reverse("import-match", args=[again.pk])).content.decode()
    assert "as you chose them the last time" in page
    answer = client.post(
        reverse("import-match", args=[again.pk]), {"column_0": "name", "column_1": "birth_year"}
    )
    assert answer.status_code == 422
    stranger = world.client("stranger", "supervisor")
    other = send(stranger, odd)
    assert "the last time" not in stranger.get(reverse("import-match", args=[other.pk])).content.decode()


def test_no_sealed_value_is_open_anywhere(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = world.client("centre", "supervisor")
    head = "ФИО;zqcanaryheading;Телефон;Примечание;Дата рождения;Согласие\n"
    row = "zqcanaryname zqcanarytwo;zqcanaryleft;zqcanaryphone;zqcanarynote;11.07.1979;да\n"
    imported = matched(
        client, send(client, head + row + row.replace("да", "zqcanaryyes"), name="zqcanary.csv")
    )
    client.get(reverse("import", args=[imported.pk]))
    client.post(reverse("import-take", args=[imported.pk]), {"keep_good": "yes"})
    run(client, imported)
    assert Person.objects.count() == 1
    assert "zqcanary" not in caplog.text
    assert AuditEvent.objects.filter(verb="import.take").exists()
    for model in apps.get_models():
        open_columns = [f.name for f in model._meta.concrete_fields if not isinstance(f, models.BinaryField)]
        store = "keys" if getattr(model, "key_store", False) else "default"
        for values in model._base_manager.using(store).values(*open_columns):
            assert "zqcanary" not in repr(values), model
            assert "1979-07-11" not in repr(values), model


def test_bad_rows_that_were_destroyed_are_gone(
    world: World, django_capture_on_commit_callbacks: object
) -> None:
    client = world.client("centre", "supervisor")
    imported = matched(client, send(client, HEAD + GOOD + GOOD.replace("ж;", "жн;")))
    client.post(reverse("import-take", args=[imported.pk]), {"keep_good": "yes"})
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        run(client, imported)
        client.post(reverse("import-drop", args=[imported.pk]))
    assert client.get(reverse("import-bad", args=[imported.pk])).status_code == 404
    assert client.get(reverse("import", args=[imported.pk])).status_code == 200
    assert Person.objects.count() == 1
