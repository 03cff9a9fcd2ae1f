"""Tables of any make: from the file on the screen to people in the books, and out again."""

import io
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from kamkor.assistance.actions import imports as actions
from kamkor.assistance.imports.incoming import Sent
from kamkor.assistance.imports.understanding import Setup
from kamkor.assistance.models import Case, ChildPath, ImportedRow, TableImport
from kamkor.people.files import read_particulars
from kamkor.people.models import Consent, Person
from kamkor.vault import names
from tests.world import World

HEAD = "ФИО;Туулган күнү;Пол;Телефон;Жарандыгы;Макулдугу\n"
GOOD = "Мисалова Айгүл;03.05.1996;ж;+996 555 010 203;КР;ооба\n"
CHILD = "Үлгүбекова Бегимай;2015;аял;;Кыргызстан;да\n"
BAD = "Сынаков Эркин;31.02.1990;эркек;;KG;yes\n"
REFUSED = "Тажрыйбаев Тилек;1990;м;;KG;жок\n"


def send(client: Client, text: str | bytes, *, kind: str = "persons", name: str = "list.csv") -> TableImport:
    upload = io.BytesIO(text.encode() if isinstance(text, str) else text)
    upload.name = name
    answer = client.post(reverse("imports"), {"kind": kind, "file": upload})
    assert answer.status_code == 302, answer.content.decode()
    return TableImport.objects.latest("pk")


def columns(page: str) -> dict[str, str]:
    """The proposed field of each column, as the page has it selected."""
    found = {}
    for select in re.findall(r"<select[^>]*name=\"column_.*?</select>", page, re.DOTALL):
        name, chosen = re.search(r'name="(\w+)"', select), re.search(r'value="([\w-]*)"\s+selected', select)
        assert name is not None
        found[name[1]] = chosen[1] if chosen else ""
    return found


def matched(client: Client, imported: TableImport, **given: str) -> TableImport:
    """Accept what is proposed, and let every row be checked."""
    where = reverse("import-match", args=[imported.pk])
    page = client.get(where).content.decode()
    form = {"consent": "row", "case_kind": "trafficking", **columns(page), **given}
    answer = client.post(where, form)
    assert answer.status_code == 302, answer.content.decode()
    return run(client, imported)


def run(client: Client, imported: TableImport) -> TableImport:
    """As the browser goes on by itself."""
    for _ in range(100):
        answer = client.get(reverse("import-run", args=[imported.pk]))
        if answer.status_code == 302:
            break
        assert answer.status_code == 200
    imported.refresh_from_db()
    return imported


def test_from_a_file_to_people(world: World) -> None:
    client, actor = world.client("centre", "supervisor"), world.actor("centre", "supervisor")
    imported = send(client, HEAD + GOOD + CHILD)
    imported = matched(client, imported)
    assert (imported.state, imported.good, imported.bad) == ("checked", 2, 0)
    assert not Person.objects.exists()
    page = client.get(reverse("import", args=[imported.pk])).content.decode()
    assert "Мисалова Айгүл" in page
    assert client.post(reverse("import-take", args=[imported.pk])).status_code == 302
    imported = run(client, imported)
    assert (imported.state, imported.taken) == ("taken", 2)
    woman, child = Person.objects.order_by("pk")
    assert (woman.sex, woman.age, woman.birth_year, woman.citizenships) == ("female", "adult", 1996, ["KG"])
    assert read_particulars(actor, [woman])[woman.pk] == {
        "name": ["Мисалова Айгүл"],
        "phone": ["+996 555 010 203"],
        "birth_date": ["1996-05-03"],
    }
    assert [match.id for match in names.find(actor.keyring, actor.desk.holder, "Misalova")] == [woman.pk]
    assert Consent.objects.visible_to(actor).in_force().filter(person=woman).exists()
    assert child.age == "child"
    assert ChildPath.objects.get().case.person == child
    assert Case.objects.get().kind == "child_at_risk"


def test_bad_rows_stop_all_unless_the_good_ones_are_asked_for(world: World) -> None:
    client = world.client("centre", "supervisor")
    imported = matched(client, send(client, HEAD + GOOD + BAD + REFUSED))
    assert (imported.good, imported.bad) == (1, 2)
    assert client.post(reverse("import-take", args=[imported.pk])).status_code == 422
    assert not Person.objects.exists()
    rows = client.get(reverse("import-bad", args=[imported.pk])).content.decode("utf-8-sig")
    assert "Сынаков Эркин" in rows
    assert "31.02.1990" in rows
    assert "write the date as" in rows
    assert "Without the person's agreement" in rows
    client.post(reverse("import-take", args=[imported.pk]), {"keep_good": "yes"})
    imported = run(client, imported)
    assert (imported.taken, imported.bad) == (1, 2)
    assert "Тажрыйбаев" in client.get(reverse("import-bad", args=[imported.pk])).content.decode()


def test_an_undone_import_is_gone(world: World, django_capture_on_commit_callbacks: object) -> None:
    client, actor = world.client("centre", "supervisor"), world.actor("centre", "supervisor")
    imported = matched(client, send(client, HEAD + GOOD + CHILD))
    client.post(reverse("import-take", args=[imported.pk]))
    run(client, imported)
    file = Person.objects.earliest("pk").file
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        client.post(reverse("import-undo", args=[imported.pk]))
        imported = run(client, imported)
    assert (imported.state, imported.taken, imported.kept) == ("undone", 0, 0)
    assert not Person.objects.exists()
    assert not Case.objects.exists()
    assert not any(bytes(item.sealed) for item in file.items.all())
    assert names.find(actor.keyring, actor.desk.holder, "Мисалова") == []


def test_what_somebody_worked_on_stays(world: World) -> None:
    client, actor = world.client("centre", "supervisor"), world.actor("centre", "supervisor")
    imported = matched(client, send(client, HEAD + GOOD + CHILD))
    client.post(reverse("import-take", args=[imported.pk]))
    run(client, imported)
    from kamkor.people.actions import file

    woman = Person.objects.earliest("pk")
    file.add(actor, woman, kind="phone", text="+996 555 999 999")
    client.post(reverse("import-undo", args=[imported.pk]))
    imported = run(client, imported)
    assert list(Person.objects.all()) == [woman]
    assert (imported.state, imported.kept) == ("undone", 1)
    assert woman.code in client.get(reverse("import", args=[imported.pk])).content.decode()


def received(world: World, text: str = HEAD + GOOD) -> TableImport:
    actor = world.actor("centre", "supervisor")
    return actions.receive(actor, actor.desk, sent=Sent("persons", "list.csv", text.encode()))


def test_other_roles_and_desks_find_nothing(world: World) -> None:
    imported = received(world)
    for desk, role, status in (
        ("centre", "worker", 403),
        ("centre", "coordinator", 404),
        ("stranger", "supervisor", 404),
        ("line", "supervisor", 404),
    ):
        client = world.client(desk, role)
        for name in ("import", "import-match", "import-run", "import-likely", "import-undo", "import-bad"):
            answer = client.get(reverse(name, args=[imported.pk]))
            assert answer.status_code in {status, 404}, f"{desk} {role} {name}: {answer.status_code}"
        for name in ("import-match", "import-take", "import-drop", "import-undo"):
            assert client.post(reverse(name, args=[imported.pk])).status_code in {status, 404}
    stranger = world.actor("stranger", "supervisor")
    for change in (actions.take, actions.drop, actions.undo):
        with pytest.raises(PermissionDenied):
            change(stranger, imported)
    coordinator = world.actor("centre", "coordinator")
    with pytest.raises(PermissionDenied):
        actions.match(coordinator, imported, chosen=Setup("persons", ()))


def test_two_tabs_take_each_row_once(world: World) -> None:
    client, actor = world.client("centre", "supervisor"), world.actor("centre", "supervisor")
    imported = matched(client, send(client, HEAD + GOOD))
    client.post(reverse("import-take", args=[imported.pk]))
    before = TableImport.objects.get(pk=imported.pk)
    actions.step(actor, before, seen=0)
    actions.step(actor, before, seen=0)
    assert Person.objects.count() == ImportedRow.objects.count() == 1
