"""Search before create: any spelling, one's own desk only, and nothing said of those who are kept away."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kamkor.base.models import AuditEvent
from kamkor.people.actions.exclusions import exclude
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
