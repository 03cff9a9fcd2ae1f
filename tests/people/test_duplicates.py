"""Two files of one person: proposed with reasons, decided by somebody, never across desks."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from kamkor.access.actor import Actor
from kamkor.people import files
from kamkor.people.actions import duplicates as actions
from kamkor.people.models import DuplicateScan, Exclusion, Person, SamePair
from tests.world import World


def person(actor: Actor, name: str, year: int | None = 1996, phone: str = "", sex: str = "female") -> Person:
    given = {"name": name, "phone": phone}
    return files.new_person(actor, actor.desk, given, sex=sex, age="adult", birth_year=year)


def scanned(actor: Actor) -> list[SamePair]:
    scan = actions.look(actor, actor.desk)
    for _ in range(20):
        actions.step(actor, scan, seen=scan.position)
        scan = DuplicateScan.objects.get(pk=scan.pk)
        if scan.ended_at:
            break
    assert scan.ended_at is not None
    return list(SamePair.objects.visible_to(actor).open())


def test_one_person_in_two_spellings_is_proposed_with_reasons(world: World) -> None:
    actor = world.actor("centre")
    one, two = person(actor, "Мисалова Айгүл"), person(actor, "Misalova Aigul")
    person(actor, "Мисалова Айгүл", year=1980)
    person(actor, "Мисалов Айгүл", sex="male")
    person(actor, "Сынакова Бегимай")
    (pair,) = scanned(actor)
    assert (pair.one, pair.two) == (one, two)
    assert "year_same" in pair.reasons
    assert len(scanned(actor)) == 1, "a second look proposes nothing twice"


def test_the_same_telephone_is_a_reason(world: World) -> None:
    actor = world.actor("centre")
    person(actor, "Мисалова Айгүл", None, "0555 010 203")
    person(actor, "Айка", None, "+996 (555) 010-203")
    (pair,) = scanned(actor)
    assert "phone_same" in pair.reasons


def test_who_is_said_to_be_another_is_not_proposed_again(world: World) -> None:
    actor = world.actor("centre")
    person(actor, "Мисалова Айгүл")
    person(actor, "Мисалова Айгуль")
    (pair,) = scanned(actor)
    client = world.client("centre")
    page = client.get(reverse("duplicates")).content.decode()
    assert "Мисалова Айгүл" in page
    assert "The same year of birth" in page
    compared = client.get(reverse("person-merge", args=[pair.one_id, pair.two_id])).content.decode()
    assert "Proposed because of" in compared
    assert client.post(reverse("duplicate-part", args=[pair.pk])).status_code == 302
    assert scanned(actor) == []


def test_merged_files_are_no_longer_proposed(world: World) -> None:
    actor = world.actor("centre")
    person(actor, "Мисалова Айгүл")
    person(actor, "Мисалова Айгуль")
    (pair,) = scanned(actor)
    world.client("centre").post(reverse("person-merge", args=[pair.one_id, pair.two_id]))
    assert not SamePair.objects.visible_to(actor).open().exists()
    assert scanned(actor) == []


def test_nothing_of_another_desk_and_nothing_of_who_is_kept_out(world: World) -> None:
    actor, other = world.actor("centre"), world.actor("stranger")
    one = person(actor, "Мисалова Айгүл")
    person(other, "Мисалова Айгүл")
    assert scanned(actor) == []
    assert scanned(other) == []
    person(actor, "Мисалова Айгуль")
    (pair,) = scanned(actor)
    Exclusion.objects.create(
        desk=actor.desk, person=one, user=actor.user, reason="security", set_by=actor.signed_in
    )
    SamePair.objects.all().delete()
    assert scanned(actor) == []
    pair.pk = None
    pair.save()
    client = world.client("centre")
    assert "Мисалова" not in client.get(reverse("duplicates")).content.decode()
    assert client.post(reverse("duplicate-part", args=[pair.pk])).status_code == 404
    assert world.client("stranger").post(reverse("duplicate-part", args=[pair.pk])).status_code == 404


def test_who_keeps_no_files_may_not_look(world: World) -> None:
    for role in ("operator", "administrator", "coordinator", "advocate"):
        assert world.client("centre", role).get(reverse("duplicates")).status_code == 403
        actor = world.actor("centre", role)
        with pytest.raises(PermissionDenied):
            actions.look(actor, actor.desk)


def test_the_page_goes_on_by_itself(world: World) -> None:
    actor, client = world.actor("centre"), world.client("centre")
    person(actor, "Мисалова Айгүл")
    person(actor, "Мисалова Айгуль")
    where = client.post(reverse("duplicates"))["Location"]
    answer = client.get(where)
    assert answer.status_code in {200, 302}
    assert SamePair.objects.exists()
