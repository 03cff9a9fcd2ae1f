"""Notes and documents: who reads which, what closing erases, and that nothing of them lies open anywhere."""

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections, models
from django.urls import reverse
from django.utils import timezone

from kamkor.access.policy import EVERYONE
from kamkor.assistance.actions import care, cases, records
from kamkor.assistance.actions.records import remove_document
from kamkor.assistance.models import Case, Document, Note
from kamkor.base.models import AuditEvent
from kamkor.vault.models import Grant, Item, ItemVersion
from tests.assistance.case_files import open_case
from tests.base.test_uploads import photo
from tests.world import World


def write(world: World, case: Case, text: str, kind: str = "fact", role: str = "worker") -> Note:
    given = {"kind": kind, "on": timezone.localdate().isoformat(), "text": text}
    answer = world.client("centre", role).post(reverse("note-add", args=[case.pk]), given)
    assert answer.status_code == 302
    return Note.objects.latest("pk")


@pytest.mark.parametrize("role", EVERYONE)
def test_a_privileged_note_is_the_advocates_alone(world: World, role: str) -> None:
    case = open_case(world)
    note = write(world, case, "CANARY-PRIVILEGED", "privileged", "advocate")
    client, actor = world.client("centre", role), world.actor("centre", role)
    pages = [("note", note.pk), ("note-edit", note.pk), ("case-notes", case.pk), ("case-timeline", case.pk)]
    seen = [client.get(reverse(name, args=[pk]), {"kind": "privileged"}) for name, pk in pages]
    if role == "advocate":
        assert [answer.status_code for answer in seen] == [200] * 4
        assert all("CANARY-PRIVILEGED" in answer.content.decode() for answer in seen)
        return
    assert not any("CANARY-PRIVILEGED" in answer.content.decode() for answer in seen)
    assert {answer.status_code for answer in seen[:2]} == {404}
    assert not Note.objects.visible_to(actor).filter(pk=note.pk).exists()
    with pytest.raises(PermissionDenied):
        records.edit_note(actor, note, text="mine", expected=1)
    with pytest.raises(PermissionDenied):
        records.add_privileged(actor, case, text="mine")
    given = {"kind": "privileged", "on": "2026-01-01", "text": "mine"}
    assert client.post(reverse("note-add", args=[case.pk]), given).status_code in (403, 422)


def test_an_advocate_of_another_desk_reads_none_of_it(world: World) -> None:
    case = open_case(world)
    note = write(world, case, "CANARY-PRIVILEGED", "privileged", "advocate")
    assert world.client("stranger", "advocate").get(reverse("note", args=[note.pk])).status_code == 404
    with pytest.raises(PermissionDenied):
        records.edit_note(world.actor("stranger", "advocate"), note, text="mine", expected=1)


def test_an_edit_keeps_what_the_note_said_before(world: World) -> None:
    case, client = open_case(world), world.client("centre")
    note = write(world, case, "She will call on Monday")
    address = reverse("note-edit", args=[note.pk])
    assert client.post(address, {"text": "She will call on Tuesday", "version": 1}).status_code == 302
    page = client.get(reverse("note", args=[note.pk])).content.decode()
    assert "She will call on Monday" in page
    assert "She will call on Tuesday" in page


def test_two_who_write_one_note_lose_neither_text(world: World) -> None:
    case, client = open_case(world), world.client("centre")
    note = write(world, case, "At first")
    address = reverse("note-edit", args=[note.pk])
    client.post(address, {"text": "Theirs", "version": 1})
    answer = client.post(address, {"text": "Mine", "version": 1})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Theirs" in page
    assert "Mine" in page
    assert client.post(address, {"text": "Theirs and mine", "version": 2}).status_code == 302


def test_closing_erases_working_notes_with_all_that_they_said_before(world: World) -> None:
    case, client, actor = open_case(world), world.client("centre"), world.actor("centre")
    note = write(world, case, "CANARY-WORKING", "working")
    fact = write(world, case, "A fact that stays")
    records.edit_note(actor, note, text="CANARY-WORKING again", expected=1)
    cases.close(actor, case, reason="own_wish")
    note.refresh_from_db()
    assert note.expired_at is not None
    assert actor.keyring.read(Item.objects.get(pk=note.text_id)) == ""
    assert not ItemVersion.objects.filter(item=note.text_id).exists()
    for name, pk in (("note", note.pk), ("case-notes", case.pk), ("case-timeline", case.pk)):
        page = client.get(reverse(name, args=[pk]), {"kind": "working"}).content.decode()
        assert "CANARY-WORKING" not in page
    assert actor.keyring.read(Item.objects.get(pk=fact.text_id)) == "A fact that stays"
    edit = client.post(reverse("note-edit", args=[note.pk]), {"text": "back", "version": 3})
    assert edit.status_code == 422


def upload(world: World, case: Case, content: bytes, name: str = "IMG_1.jpg", **given: str) -> int:
    file = SimpleUploadedFile(name, content)
    address = reverse("document-add", args=[case.pk])
    return world.client("centre").post(address, {"kind": "photo", "file": file, **given}).status_code


def test_a_document_is_sealed_and_saved_by_who_may_and_its_reading_is_logged(world: World) -> None:
    case, client = open_case(world), world.client("centre")
    assert upload(world, case, photo(), title="CANARY-TITLE") == 302
    document = Document.objects.get()
    address = reverse("document", args=[document.pk])
    answer = client.get(address)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == f'attachment; filename="{case.code}-{document.pk}.jpg"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.content.startswith(b"\xff\xd8")
    assert b"CANARY" not in answer.content
    assert AuditEvent.objects.filter(
        verb="document.read", subject=f"assistance.document:{document.pk}"
    ).exists()
    assert world.client("stranger").get(address).status_code == 404
    assert world.client("centre", "operator").get(address).status_code == 403
    assert "CANARY-TITLE" in client.get(reverse("case-documents", args=[case.pk])).content.decode()


def test_a_removed_document_is_nobodys(world: World) -> None:
    case, client = open_case(world), world.client("centre")
    upload(world, case, photo())
    document = Document.objects.get()
    address = reverse("document-remove", args=[document.pk])
    why = {"reason": "another_person"}
    assert world.client("centre", "advocate").post(address, why).status_code == 403
    assert world.client("stranger").post(address, why).status_code == 404
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": ""}).status_code == 422  # without a reason nothing is removed
    assert client.post(address, why).status_code == 302
    assert client.get(reverse("document", args=[document.pk])).status_code == 404
    assert client.post(address, why).status_code == 404
    document.refresh_from_db()
    assert (document.removed_by, document.removed_why) == (world.users["centre"], "another_person")
    event = AuditEvent.objects.get(verb="document.destroy")
    assert (event.reason, event.actor_id) == ("another_person", world.users["centre"].pk)


def test_what_was_in_a_removed_document_is_gone(world: World) -> None:
    case, actor, clinic = open_case(world), world.actor("centre"), world.desks["clinic"]
    upload(world, case, photo(), title="CANARY-TITLE")
    document = Document.objects.get()
    actor.keyring.rewrite(document.title, "CANARY-OTHER", by=actor.user_id)
    actor.keyring.share([document.item], clinic.holder, ref="consent:1")
    before = bytes(Item.objects.get(pk=document.item_id).sealed)
    assert len(before) > 100
    assert world.rings["clinic"].can_read(document.item)
    remove_document(actor, document, reason="by_mistake")
    for pk in (document.item_id, document.title_id):
        item = Item.objects.get(pk=pk)
        assert (bytes(item.sealed), item.size) == (b"", 0)
        assert not ItemVersion.objects.filter(item=item).exists()
        assert not any(bytes(grant.sealed_key) for grant in Grant.objects.filter(item=item))
    assert before[:64] not in everything_stored()
    assert not world.rings["clinic"].can_read(Item.objects.get(pk=document.item_id))
    actor.keyring.turn(case.person.file)  # the file lives on, and its key still turns
    assert client_reads(world, case)


def everything_stored() -> bytes:
    """Every sealed text of the records, as the database has it."""
    rows = [*Item.objects.values_list("sealed", flat=True)]
    rows += ItemVersion.objects.values_list("sealed", flat=True)
    return b"".join(map(bytes, rows))


def client_reads(world: World, case: Case) -> bool:
    return world.client("centre").get(reverse("case-documents", args=[case.pk])).status_code == 200


def test_a_bad_upload_comes_back_with_its_name_and_the_mend(world: World) -> None:
    case, client = open_case(world), world.client("centre")
    address = reverse("document-add", args=[case.pk])
    for content, name in ((b"MZ\x90\x00", "letter.pdf"), (b"x" * (10 * 2**20 + 5), "huge.txt")):
        answer = client.post(address, {"kind": "photo", "file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 422
        assert name in answer.content.decode()
    assert not Document.objects.exists()


def test_no_sealed_text_lies_open_in_any_table(world: World) -> None:
    case, actor = open_case(world), world.actor("centre")
    for kind in ("fact", "working"):
        write(world, case, "CANARY-NOTE", kind)
    records.add_privileged(world.actor("centre", "advocate"), case, text="CANARY-NOTE")
    goal = care.add_goal(actor, case, text="CANARY-GOAL")
    care.give_service(actor, case, kind="legal", on=timezone.localdate(), note="CANARY-SERVICE")
    upload(world, case, b"CANARY-DOCUMENT", "CANARY-NAME.txt", title="CANARY-TITLE")
    note = Note.objects.earliest("pk")
    records.edit_note(actor, note, text="CANARY-AGAIN", expected=1)
    client = world.client("centre")
    for name in ("case", "case-plan", "case-notes", "case-timeline"):
        client.get(reverse(name, args=[case.pk]))
    assert goal.pk
    tables = {alias: connections[alias].introspection.table_names() for alias in ("default", "keys")}
    found = [
        f"{model._meta.db_table}.{field.column}"
        for alias, names in tables.items()
        for model in apps.get_models()
        if model._meta.db_table in names
        for field in model._meta.concrete_fields
        if holds_canary(alias, model, field)
    ]
    assert found == []


def holds_canary(alias: str, model: type[models.Model], field: models.Field) -> bool:  # type: ignore[type-arg]
    values = model._base_manager.using(alias).values_list(field.attname, flat=True)
    return any(
        b"CANARY" in (bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode())
        for value in values
    )
