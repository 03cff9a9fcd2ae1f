"""Her wish to be forgotten: two people, ten days, holds."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from kamkor.people.actions import erasure as actions
from kamkor.people.actions.erasure import Held
from kamkor.people.keeping import Erasure, Hold
from kamkor.people.models import Person
from tests.people.erasing import COMMIT, NAME, second, second_client, wish
from tests.walls.test_canaries import everything
from tests.world import World

pytestmark = pytest.mark.usefixtures("own_register")

# Two people


def test_one_takes_the_wish_and_another_carries_it_out(
    world: World, django_capture_on_commit_callbacks: COMMIT
) -> None:
    person, client = world.person(), world.client("centre")
    page = client.get(f"/desk/people/{person.pk}/forget?language=ru").content.decode()
    assert 'lang="ru"' in page
    sent = {"language": "ru", "words": "I am afraid", "told": "on"}
    assert client.post(f"/desk/people/{person.pk}/forget", sent).status_code == 302
    asked = Erasure.objects.get()
    assert asked.due_on == timezone.localdate() + timedelta(days=10)
    own = f"/desk/erasures/{asked.pk}/"
    assert "took this wish yourself" in client.get(own).content.decode()
    assert client.post(own, {"certain": "on"}).status_code == 422
    other = second_client(world)
    assert NAME.split(maxsplit=1)[0] in other.get("/desk/erasures/").content.decode()
    assert "I am afraid" in other.get(own).content.decode()
    assert other.post(own, {"certain": ""}).status_code == 422
    assert other.get(f"/desk/people/{person.pk}/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        assert other.post(own, {"certain": "on"}).status_code == 302
    assert other.get(f"/desk/people/{person.pk}/").status_code == 404
    assert other.get("/desk/erasures/").status_code == 200


def test_whoever_took_the_wish_never_carries_it_out_in_whichever_role(world: World) -> None:
    asked = wish(world, world.person())
    for role in ("worker", "supervisor"):
        with pytest.raises(Exception, match="You asked for this yourself"):
            actions.carry_out(world.actor("centre", role), asked)
    assert Person.objects.get().erased_at is None


@pytest.mark.parametrize("role", ["operator", "administrator", "coordinator", "statistician", "interpreter"])
def test_others_can_neither_take_nor_carry_out(world: World, role: str) -> None:
    person = world.person()
    client, asked = world.client("centre", role), wish(world, person)
    assert client.get(f"/desk/people/{person.pk}/forget").status_code == 403
    assert client.post(f"/desk/erasures/{asked.pk}/", {"certain": "on"}).status_code == 403
    assert client.get("/desk/erasures/").status_code == 403


def test_strangers_and_those_she_is_kept_from_find_no_wish(world: World) -> None:
    person = world.person()
    asked = wish(world, person)
    stranger = world.client("stranger", "supervisor")
    assert stranger.get(f"/desk/erasures/{asked.pk}/").status_code == 404
    assert NAME.split(maxsplit=1)[0] not in stranger.get("/desk/erasures/").content.decode()
    other = second_client(world)
    person.exclusions.create(
        desk=person.desk, user=world.users["second"], reason="security", set_by=world.users["centre"]
    )
    assert other.get(f"/desk/erasures/{asked.pk}/").status_code == 404
    assert NAME.split(maxsplit=1)[0] not in other.get("/desk/erasures/").content.decode()


def test_she_may_change_her_mind_and_the_second_person_may_refuse(world: World) -> None:
    person, other = world.person(), second_client(world)
    first = wish(world, person)
    with pytest.raises(Exception, match="asked for already"):
        wish(world, person)
    assert other.post(f"/desk/erasures/{first.pk}/withdraw").status_code == 302
    again = wish(world, person)
    assert other.post(f"/desk/erasures/{again.pk}/refuse", {"why": "not_her_wish"}).status_code == 302
    assert other.post(f"/desk/erasures/{again.pk}/", {"certain": "on"}).status_code == 422
    assert Person.objects.get().erased_at is None


# Holds


def test_a_hold_stops_it_and_is_told_to_her(world: World, django_capture_on_commit_callbacks: COMMIT) -> None:
    person, head = world.person(), world.client("centre", "supervisor")
    held = {"ground": "investigation", "paper": "12-34"}
    assert head.post(f"/desk/people/{person.pk}/hold", held).status_code == 302
    assert "12-34" not in everything("default")
    page = world.client("centre").get(f"/desk/people/{person.pk}/forget?language=en").content.decode()
    assert "a law or a court asks that these records stay" in page
    with pytest.raises(Held):
        wish(world, person)
    asked = wish(world, person, told_of_hold=True)
    assert asked.told_of_hold_at is not None
    other = second(world)
    with pytest.raises(Held):
        actions.carry_out(other, asked)
    assert Person.objects.get().erased_at is None
    assert head.post(f"/desk/holds/{Hold.objects.get().pk}/lift").status_code == 302
    with django_capture_on_commit_callbacks(execute=True):
        actions.carry_out(other, asked)
    assert Person._base_manager.get(pk=person.pk).erased_at is not None


def test_a_hold_ends_by_itself_and_a_worker_sets_none(world: World) -> None:
    person = world.person()
    assert world.client("centre", "worker").get(f"/desk/people/{person.pk}/hold").status_code == 403
    hold = actions.hold(
        world.actor("centre", "supervisor"), person, ground="court", ends_on=timezone.localdate()
    )
    assert actions.holds(person) == [hold]
    Hold.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert not actions.holds(person)


# The proof


# The register


def test_a_stranger_cannot_carry_out_by_the_action_either(world: World) -> None:
    asked = wish(world, world.person())
    for code in ("stranger", "line", "clinic"):
        with pytest.raises(Exception, match=r"carry_out"):
            actions.carry_out(world.actor(code, "supervisor"), asked)
    assert reverse("erasures") == "/desk/erasures/"
