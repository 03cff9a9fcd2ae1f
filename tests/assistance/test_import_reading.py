"""A large workbook is read a while in each request: nothing is lost between, and nothing is left behind."""

import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from kamkor.assistance.actions import imports as actions
from kamkor.assistance.imports import incoming
from kamkor.assistance.models import TableImport
from kamkor.methods.sheets import workbooks
from kamkor.vault.models import Item
from tests.assistance.test_imports import matched, send
from tests.import_files import HEAD, as_spreadsheets_write, changed_part, workbook
from tests.world import World

SHEET = "xl/worksheets/sheet1.xml"
ROWS = [[f"Мисалова {number}", "1996", "ж", str(number), "KG", "Ош", "ооба", ""] for number in range(200)]


def book() -> bytes:
    """Its last row is its first."""
    return as_spreadsheets_write(workbook([HEAD, *ROWS, ROWS[0]]))


def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request has time for one small part only."""
    monkeypatch.setattr(actions, "SECONDS", -1)
    monkeypatch.setattr(workbooks, "BLOCK", 20_000)


def read_on(client: Client, imported: TableImport) -> list[int]:
    """Until it is read, or cannot be: the percents that were shown."""
    percents: list[int] = []
    while imported.state == "reading" and len(percents) < 100:
        percents.append(imported.done)
        assert client.get(reverse("import-run", args=[imported.pk])).status_code < 400
        imported.refresh_from_db()
    return percents


def rows_of(world: World, imported: TableImport) -> list[tuple[int, list[str], str]]:
    actor = world.actor("centre", "supervisor")
    pieces = [incoming.piece(actor, imported, number) for number in range(imported.pieces)]
    return [(row.number, row.cells, row.flaw) for rows in pieces for row in rows]


def test_read_over_many_requests_it_is_what_it_is_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = world.client("centre", "supervisor")
    whole = send(client, book(), name="list.xlsx")
    assert whole.state == "waiting"
    slowly(monkeypatch)
    imported = send(client, book(), name="list.xlsx")
    assert imported.state == "reading"
    percents = read_on(client, imported)
    assert len(percents) > 3
    assert percents == sorted(percents)
    assert (imported.state, imported.rows, imported.done) == ("waiting", 201, 0)
    assert rows_of(world, imported) == rows_of(world, whole)
    assert [row[2] for row in rows_of(world, imported)] == [""] * 200 + ["duplicate_row"]
    kept = Item.objects.filter(file__in=[imported.content_id, imported.about_id])
    assert {label.split()[0] for label in kept.values_list("label", flat=True)} == {"piece", "import_heading"}
    monkeypatch.undo()
    assert matched(client, imported).good == 200


def test_one_that_breaks_off_is_refused_and_not_kept(
    world: World, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    client = world.client("centre", "supervisor")
    slowly(monkeypatch)
    with zipfile.ZipFile(io.BytesIO(book())) as archive:
        sheet = archive.read(SHEET)
    imported = send(client, changed_part(book(), SHEET, sheet[: len(sheet) * 3 // 4]), name="list.xlsx")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert len(read_on(client, imported)) > 1
    assert (imported.state, imported.taken) == ("dropped", 0)
    kept = Item.objects.filter(file__in=[imported.content_id, imported.about_id])
    assert not any(bytes(item.sealed) for item in kept)
    page = client.get(reverse("imports")).content.decode()
    assert "This workbook cannot be read" in page


def test_while_it_is_read_it_can_be_thrown_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client, stranger = world.client("centre", "supervisor"), world.client("stranger", "supervisor")
    slowly(monkeypatch)
    imported = send(client, book(), name="list.xlsx")
    assert stranger.get(reverse("import-run", args=[imported.pk])).status_code == 404
    assert client.get(reverse("import-match", args=[imported.pk])).status_code == 302
    assert (
        reverse("import-drop", args=[imported.pk])
        in client.get(reverse("import", args=[imported.pk])).content.decode()
    )
    client.post(reverse("import-drop", args=[imported.pk]))
    imported.refresh_from_db()
    assert imported.state == "dropped"
