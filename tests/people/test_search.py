"""Search before create: any spelling, one's own desk only, and nothing said of those who are kept away."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kamkor.base.models import AuditEvent
from kamkor.people.actions.exclusions import exclude
from kamkor.people.actions.file import end
from kamkor.people.models import Person
from kamkor.vault.models import NameEntry
from tests.people.stories import client_of, colleague, get, post
from tests.world import World


@pytest.mark.parametrize("spelling", ["Айгүл Сыдыкова", "Айгуль", "Aigul Sydykova", "Oygul Sidikova"])
def test_a_name_is_found_in_any_spelling(world: World, spelling: str) -> None:
    person = world.person()
    answer = post(world.client("centre"), "people", text=spelling)
    assert person.code in answer.content.decode()
    assert "Айгүл Сыдыкова" in answer.content.decode()


def test_another_desk_of_the_same_organisation_finds_nobody(world: World) -> None:
    person = world.person()
    for desk in ("line", "clinic", "stranger"):
        answer = post(world.client(desk), "people", text="Айгүл Сыдыкова")
        assert person.code not in answer.content.decode()
        assert post(world.client(desk), "people", text=person.code).content.decode().count(person.code) <= 1


def test_the_line_does_not_search(world: World) -> None:
    world.person()
    assert get(world.client("line", "operator"), "people").status_code == 403
    assert post(world.client("line", "operator"), "people", text="Айгүл").status_code == 403


def test_a_code_and_a_year_of_birth_narrow_the_search(world: World) -> None:
    person = world.person()
    client = world.client("centre")
    link = reverse("person", args=[person.pk])
    assert link in post(client, "people", text=person.code.lower()).content.decode()
    assert link in post(client, "people", text="Айгүл", birth_year=1996).content.decode()
    assert link not in post(client, "people", text="Айгүл", birth_year=1970).content.decode()


def test_who_is_kept_out_does_not_find_her(world: World) -> None:
    person = world.person()
    second = colleague(world)
    exclude(world.actor("centre"), person, reason="her_wish", user=second)
    assert person.code not in post(client_of(second), "people", text="Айгүл").content.decode()
    assert person.code in post(world.client("centre"), "people", text="Айгүл").content.decode()


def test_a_search_is_logged_by_its_count_alone(world: World) -> None:
    world.person()
    answer = post(world.client("centre"), "people", text="Айгүл")
    event = AuditEvent.objects.filter(verb="person.search").latest("pk")
    assert event.reason == "found_1"
    assert "Айг" not in str(list(AuditEvent.objects.values()))
    assert "no-store" in answer["Cache-Control"]


def test_an_empty_search_is_refused_in_words(world: World) -> None:
    assert post(world.client("centre"), "people", text=" ").status_code == 422


def test_thirty_results_cost_as_many_queries_as_three(world: World) -> None:
    def cost() -> int:
        client = world.client("centre")
        post(client, "people", text="Айгүл")
        with (
            CaptureQueriesContext(connections["default"]) as records,
            CaptureQueriesContext(connections["keys"]) as keys,
        ):
            post(client, "people", text="Айгүл")
        return len(records) + len(keys)

    for _number in range(3):
        world.person()
    three = cost()
    for _number in range(27):
        world.person()
    assert cost() == three


@pytest.mark.parametrize("written", ["+996 555 010 203", "0555010203", "555 01-02-03", "00996555010203"])
def test_a_telephone_number_is_found_however_it_is_written(world: World, written: str) -> None:
    person, other = world.person(), world.person(name="Someone Else", phone="+996 555 010 204")
    page = post(world.client("centre"), "people", text=written).content.decode()
    assert reverse("person", args=[person.pk]) in page
    assert reverse("person", args=[other.pk]) not in page  # the whole number, not a part of it
    assert "found_1" in set(AuditEvent.objects.filter(verb="person.search").values_list("reason", flat=True))


def test_a_number_is_not_found_by_part_of_it_nor_by_another_desk(world: World) -> None:
    person = world.person()
    address = reverse("person", args=[person.pk])
    for part in ("0555", "55501020", "+996 555"):
        assert address not in post(world.client("centre"), "people", text=part).content.decode()
    for desk in ("line", "clinic", "stranger"):
        assert address not in post(world.client(desk), "people", text="0555010203").content.decode()
    second = colleague(world)
    exclude(world.actor("centre"), person, reason="her_wish", user=second)
    assert address not in post(client_of(second), "people", text="0555010203").content.decode()
    assert post(world.client("line", "operator"), "people", text="0555010203").status_code == 403


def test_a_number_that_is_no_longer_hers_finds_nobody(world: World) -> None:
    person, client = world.person(), world.client("centre")
    address = reverse("person", args=[person.pk])
    row = person.particulars.get(kind="phone")
    seen = {"text": "0700 11 22 33", "version": 1}
    assert client.post(reverse("particular-edit", args=[row.pk]), seen).status_code == 302
    assert address not in post(client, "people", text="0555010203").content.decode()
    assert address in post(client, "people", text="+996 700 112233").content.decode()
    end(world.actor("centre"), row)
    assert address not in post(client, "people", text="+996 700 112233").content.decode()
    assert address in post(client, "people", text="Айгүл").content.decode()


def test_the_index_tells_no_number(world: World) -> None:
    world.person()
    kept = b"".join(bytes(entry.sealed) for entry in NameEntry.objects.all())
    assert b"555010203" not in kept
    assert {len(bytes(entry.sealed)) for entry in NameEntry.objects.all()} == {
        len(bytes(NameEntry.objects.first().sealed))  # type: ignore[union-attr]
    }, "a row of a number looks like a row of a name"


def test_what_an_older_release_filed_is_filed_anew_with_its_numbers_before_a_search(world: World) -> None:
    person, gone = world.person(), world.person(name="Жылдыз Асанова", phone="+996 555 010 299")
    NameEntry.objects.all().delete()
    Person.objects.update(filed_as=0)
    Person.objects.filter(pk=gone.pk).update(left_at=timezone.now(), read_until="2026-01-01", listed=False)
    client, address = world.client("centre"), reverse("person", args=[person.pk])
    assert address in post(client, "people", text="0555010203").content.decode()
    assert address in post(client, "people", text="Айгүл Сыдыкова").content.decode()
    assert set(Person.objects.filter(filed_as=0).values_list("pk", flat=True)) == {gone.pk}


def test_who_may_not_search_files_nobody_anew(world: World) -> None:
    world.person()
    Person.objects.update(filed_as=0)
    post(world.client("line", "operator"), "people", text="Айгүл")
    post(world.client("clinic"), "people", text="Айгүл")
    assert Person.objects.filter(filed_as=0).count() == 1


def test_a_search_says_how_many_are_not_searched_yet(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.person()
    Person.objects.update(filed_as=0)
    monkeypatch.setattr("kamkor.people.search.file_anew", lambda actor: None)
    page = post(world.client("centre"), "people", text="Айгүл").content.decode()
    assert "1 file is not searched yet" in page
    monkeypatch.undo()
    assert "not searched yet" not in post(world.client("centre"), "people", text="Айгүл").content.decode()
