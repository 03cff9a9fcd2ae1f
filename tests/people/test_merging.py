"""Two files of one person at one desk: one leads to the other, and it can be undone."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from kamkor.base.problems import Problem, WrongState
from kamkor.people.actions import file
from kamkor.people.actions.exclusions import exclude, lift
from kamkor.people.actions.merging import merge, unmerge
from kamkor.people.models import Exclusion, Person
from tests.people.stories import client_of, colleague, get, post
from tests.world import World


def pair(world: World) -> tuple[Person, Person]:
    return world.person(), world.person(name="Венера Токтомамбетова", phone="+996 700 500 400")


def test_both_files_are_compared_before_they_become_one(world: World) -> None:
    one, two = pair(world)
    client = world.client("centre")
    page = get(client, "person-merge", one.pk, two.pk).content.decode()
    assert "Differs" in page
    assert "The same" in page  # sex and year
    two.refresh_from_db()
    assert two.merged_into_id is None
    assert post(client, "person-merge", one.pk, two.pk).status_code == 302
    two.refresh_from_db()
    assert two.merged_into_id == one.pk


def test_the_merged_file_leads_to_the_standing_one_and_nothing_is_moved(world: World) -> None:
    one, two = pair(world)
    merge(world.actor("centre"), two, into=one)
    client = world.client("centre")
    standing = reverse("person", args=[one.pk])
    for name in ("person", "person-edit", "consent-take", "flag-raise"):
        assert get(client, name, two.pk)["Location"] == standing
    text = client.get(standing).content.decode()
    assert "+996 700 500 400" in text
    assert "+996 555 010 203" in text
    assert two.particulars.count() == 2
    two.refresh_from_db()
    assert one.all_ids() == two.all_ids() == [one.pk, two.pk]


def test_search_finds_the_standing_one_by_either_name(world: World) -> None:
    one, two = pair(world)
    merge(world.actor("centre"), two, into=one)
    client = world.client("centre")
    for text in ("Айгүл Сыдыкова", "Венера Токтомамбетова", two.code):
        found = post(client, "people", text=text).content.decode()
        assert one.code in found
        assert reverse("person", args=[two.pk]) not in found


def test_merging_is_undone(world: World) -> None:
    one, two = pair(world)
    client = world.client("centre")
    merge(world.actor("centre"), two, into=one)
    assert post(client, "person-unmerge", one.pk, two.pk).status_code == 302
    assert get(client, "person", two.pk).status_code == 200
    assert "+996 700 500 400" not in get(client, "person", one.pk).content.decode()
    with pytest.raises(WrongState):
        unmerge(world.actor("centre"), Person.objects.get(pk=two.pk))


def test_chains_lead_to_their_end_and_rings_are_refused(world: World) -> None:
    one, two = pair(world)
    three = world.person(name="Нуржан Асылбеков")
    actor = world.actor("centre")
    merge(actor, two, into=one)
    merge(actor, one, into=three)
    assert Person.objects.get(pk=two.pk).standing() == three
    assert three.all_ids() == [three.pk, one.pk, two.pk]
    with pytest.raises(WrongState):
        merge(actor, three, into=one)
    with pytest.raises(Problem):
        merge(actor, three, into=three)
    found = post(world.client("centre"), "people", text="Венера Токтомамбетова").content.decode()
    assert three.code in found


def test_merging_stays_inside_one_desk(world: World) -> None:
    one, foreign = world.person(), world.person("stranger")
    client = world.client("centre")
    assert post(client, "person-merge", one.pk, foreign.pk).status_code == 404
    assert post(client, "person-merge", foreign.pk, one.pk).status_code == 404
    with pytest.raises(Problem):
        merge(world.actor("centre"), one, into=foreign)
    with pytest.raises(PermissionDenied):
        merge(world.actor("stranger"), one, into=foreign)
    assert get(world.client("centre", "advocate"), "person-merge", one.pk, one.pk).status_code == 403


def test_who_is_kept_from_one_file_is_kept_from_both(world: World) -> None:
    one, two = pair(world)
    second = colleague(world)
    actor = world.actor("centre")
    exclude(actor, two, reason="her_wish", user=second)
    assert get(client_of(second), "person", one.pk).status_code == 200
    merge(actor, two, into=one)
    client = client_of(second)
    assert get(client, "person", one.pk).status_code == 404
    assert one.code not in post(client, "people", text="Айгүл Сыдыкова").content.decode()
    page = get(world.client("centre"), "person", one.pk).content.decode()
    assert page.count(reverse("exclusion-set", args=[one.pk])) == 1
    assert page.count("own wish") == 1  # shown once though both files have it
    lift(world.actor("centre", "supervisor"), Exclusion.objects.get(person=one))
    assert not Exclusion.objects.filter(lifted_at=None).exists()


def test_a_correction_of_the_merged_name_is_found(world: World) -> None:
    one, two = pair(world)
    actor = world.actor("centre")
    merge(actor, two, into=one)
    row = two.particulars.get(kind="name")
    file.correct(actor, row, text="Венера Мамытова", version=1)
    assert one.code in post(world.client("centre"), "people", text="Мамытова").content.decode()
