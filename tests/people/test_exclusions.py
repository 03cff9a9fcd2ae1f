"""Exclusions: whom a file is kept from meets a page that is not there, and his try is logged."""

import pytest
from django.urls import reverse

from kamkor.base.models import AuditEvent
from kamkor.base.problems import Problem
from kamkor.people.actions import consents, ties
from kamkor.people.actions.exclusions import exclude, lift
from kamkor.people.exclusions import note_try
from kamkor.people.files import Terms
from kamkor.people.models import Exclusion, Flag, Particular, Person
from tests.people.stories import actor_of, client_of, colleague, get, post
from tests.people.test_consents import clinic_reads, shared
from tests.world import World


@pytest.mark.asvs("8.2.2")
def test_a_colleague_kept_out_gets_404_everywhere(world: World) -> None:
    person = world.person()
    actor, second = world.actor("centre"), colleague(world)
    consent = consents.take(actor, person, Terms(layer="file", purpose="help_and_file"))
    flag = ties.raise_flag(actor, person, kind="child")
    tie = ties.relate(actor, person, other=world.person(), kind="sibling")
    exclusion = exclude(actor, person, reason="her_wish", user=second)
    row = Particular.objects.filter(person=person).first()
    assert row is not None
    client = client_of(second, "supervisor")
    for name in (
        "person",
        "person-edit",
        "consent-take",
        "consent-emergency",
        "person-who-looked",
        "person-print",
    ):
        assert get(client, name, person.pk).status_code == 404, name
    for name, subject in (
        ("consent-withdraw", consent),
        ("flag-clear", flag),
        ("person-unrelate", tie),
        ("exclusion-lift", exclusion),
        ("particular-end", row),
    ):
        assert post(client, name, subject.pk).status_code == 404, name
    barred = actor_of(world, second)
    assert not Person.objects.visible_to(barred).filter(pk=person.pk).exists()
    assert not Flag.objects.visible_to(barred).exists()
    assert not Exclusion.objects.visible_to(barred).exists()


def test_who_is_kept_from_the_other_one_does_not_see_the_tie(world: World) -> None:
    one, two = world.person(), world.person(name="Чолпон Сыдыкова")
    actor, second = world.actor("centre"), colleague(world)
    ties.relate(actor, one, other=two, kind="mother")
    exclude(actor, two, reason="her_wish", user=second)
    assert "Чолпон" in get(world.client("centre"), "person", one.pk).content.decode()
    assert "Чолпон" not in get(client_of(second), "person", one.pk).content.decode()


@pytest.mark.asvs("16.3.2")
def test_a_try_is_logged_and_shown_to_the_owner_alone(world: World) -> None:
    person = world.person()
    second = colleague(world, name="omurbek")
    exclude(world.actor("centre"), person, reason="kin_of_recruiter", user=second)
    assert "Tried to open" not in get(world.client("centre"), "person", person.pk).content.decode()
    get(client_of(second), "person", person.pk)
    event = AuditEvent.objects.get(verb="exclusion.tried")
    assert (event.outcome, event.actor_id) == ("refused", second.pk)
    text = get(world.client("centre"), "person", person.pk).content.decode()
    assert "Tried to open" in text
    assert "Omurbek" in text
    assert (
        "exclusion.tried" not in get(world.client("centre"), "person-who-looked", person.pk).content.decode()
    )


def test_a_stranger_without_an_exclusion_leaves_no_try(world: World) -> None:
    person = world.person()
    get(world.client("stranger"), "person", person.pk)
    get(world.client("centre"), "person", 999_999)
    note_try(world.actor("centre"), None)
    assert not AuditEvent.objects.filter(verb="exclusion.tried").exists()


@pytest.mark.asvs("14.2.6")
def test_the_answer_is_the_same_as_for_nobody(world: World) -> None:
    person = world.person()
    second = colleague(world)
    exclude(world.actor("centre"), person, reason="her_wish", user=second)
    client = client_of(second)
    get(client, "person", person.pk + 1)  # the first page of a session has no shift to end yet
    kept, nobody = get(client, "person", person.pk), get(client, "person", person.pk + 1)
    assert kept.status_code == nobody.status_code == 404
    assert len(kept.content) == len(nobody.content)


def test_somebody_must_be_left_who_can_open_the_file(world: World) -> None:
    person = world.person()
    actor = world.actor("centre")
    for whom in (
        {"user": world.users["centre"]},
        {"excluded_desk": world.desks["centre"]},
        {"place": world.desks["centre"].place},
    ):
        with pytest.raises(Problem):
            exclude(actor, person, reason="her_wish", **whom)
    assert not Exclusion.objects.exists()
    colleague(world)
    exclude(actor, person, reason="her_wish", user=world.users["centre"])
    assert get(world.client("centre"), "person", person.pk).status_code == 404


def test_a_place_keeps_out_all_desks_in_it(world: World) -> None:
    person = world.person()
    exclude(world.actor("centre"), person, reason="security", place=world.desks["police"].place)
    assert Exclusion.bars_desk(person, world.desks["police"])
    assert not Exclusion.bars_desk(person, world.desks["clinic"])


def test_what_a_desk_had_been_given_is_shut(world: World) -> None:
    person = world.person()
    shared(world, person)
    exclude(world.actor("centre"), person, reason="works_there", excluded_desk=world.desks["clinic"])
    assert not clinic_reads(world, person)


def test_the_form_wants_one_and_a_supervisor_lifts(world: World) -> None:
    person = world.person()
    second = colleague(world)
    client = world.client("centre")
    assert post(client, "exclusion-set", person.pk, reason="her_wish").status_code == 422
    both = {"user": second.pk, "excluded_desk": world.desks["clinic"].pk, "reason": "her_wish"}
    assert post(client, "exclusion-set", person.pk, **both).status_code == 422
    given = {"user": second.pk, "reason": "her_wish", "once": "mark"}
    for _time in range(2):
        assert post(client, "exclusion-set", person.pk, **given).status_code == 302
    exclusion = Exclusion.objects.get()
    assert post(client, "exclusion-lift", exclusion.pk).status_code == 403
    assert post(world.client("centre", "supervisor"), "exclusion-lift", exclusion.pk).status_code == 302
    assert get(client_of(second), "person", person.pk).status_code == 200


def test_who_excludes_himself_is_led_away(world: World) -> None:
    person = world.person()
    colleague(world)
    given = {"user": world.users["centre"].pk, "reason": "conflict_of_interest"}
    answer = post(world.client("centre"), "exclusion-set", person.pk, **given)
    assert answer["Location"] == reverse("people")


def test_lifting_twice_is_told(world: World) -> None:
    person = world.person()
    exclusion = exclude(world.actor("centre"), person, reason="her_wish", excluded_desk=world.desks["clinic"])
    lift(world.actor("centre", "supervisor"), exclusion)
    with pytest.raises(Problem):
        lift(world.actor("centre", "supervisor"), exclusion)
