"""Unusual look-ups: counted from the log, told to the head and not to the colleague, without a name."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kamkor.access.duty import Alert, Region, Shift, monday
from kamkor.access.models import Membership, User
from kamkor.base import codelists
from kamkor.base.models import AuditEvent
from kamkor.base.pages import OPENED
from kamkor.people.models import Person
from kamkor.statistics.unusual import watch
from tests.assistance.referring import case_at
from tests.people.stories import client_of, colleague
from tests.world import World

NOW = monday(timezone.now()) - timedelta(
    days=4, hours=12
)  # a day whose shifts lie in one week: rosters are weekly


@pytest.fixture(autouse=True)
def _few(settings: Any) -> None:
    settings.UNUSUAL_PEOPLE, settings.UNUSUAL_SEARCHES, settings.UNUSUAL_ELSEWHERE = 3, 3, 1


def worker(world: World) -> User:
    """A second person at the centre who heads nothing."""
    second = colleague(world)
    Membership.objects.filter(user=second, role__in=("supervisor", "administrator")).delete()
    return second


def look(user: User, world: World, subject: str, minutes_ago: float, **event: Any) -> None:
    given = {"verb": "person.read", "role": "worker", "desk_id": world.desks["centre"].pk} | event
    AuditEvent.objects.create(
        actor_id=user.pk, subject=subject, at=NOW - timedelta(minutes=minutes_ago), **given
    )


def people(count: int) -> list[str]:
    return [f"people.person:{900_000 + number}" for number in range(count)]


def kinds() -> list[str]:
    return sorted(Alert.objects.values_list("kind", flat=True))


@pytest.mark.asvs("8.1.4")
def test_many_different_people_in_an_hour(world: World) -> None:
    second = worker(world)
    for _time in range(9):
        look(second, world, people(1)[0], 30)  # the same person again and again is ordinary work
    for number, subject in enumerate(people(3)):
        look(second, world, subject, 200 + 70 * number)  # and so are three in three hours
    assert watch(NOW) == 0
    for number, subject in enumerate(people(4)):
        look(second, world, subject, 20 - number)
    assert watch(NOW) == 1
    alert = Alert.objects.get()
    assert (alert.kind, alert.user, alert.times) == ("many_people", second, 4)
    assert (alert.desk, alert.told) == (world.desks["centre"], "supervisor")
    assert watch(NOW) == 0  # once
    look(second, world, "people.person:900900", 1)
    assert watch(NOW) == 0  # what goes on is added
    alert.refresh_from_db()
    assert alert.times == 5


def test_a_case_and_its_person_are_one(world: World) -> None:
    second, case = colleague(world), case_at(world)
    for subject in (f"assistance.case:{case.pk}", f"people.person:{case.person_id}", *people(2)):
        look(second, world, subject, 5)
    assert watch(NOW) == 0
    look(second, world, people(3)[2], 4)
    assert watch(NOW) == 1


def test_searches_are_counted_and_their_pages_are_not(world: World) -> None:
    second, desk = colleague(world), f"access.desk:{world.desks['centre'].pk}"
    for _time in range(9):
        look(second, world, desk, 5, verb="person.search", reason=OPENED)
    assert watch(NOW) == 0
    for _time in range(4):
        look(second, world, desk, 5, verb="person.search", reason="found_0")
    assert watch(NOW) == 1
    assert kinds() == ["many_searches"]


def test_refused_tries_do_not_count_here(world: World) -> None:
    second = colleague(world)
    for subject in people(9):
        look(second, world, subject, 5, outcome="refused")
    assert watch(NOW) == 0


def shift(world: World, user: User, begins: datetime, hours: float) -> None:
    Shift.objects.create(
        desk=world.desks["centre"], user=user, begins_at=begins, ends_at=begins + timedelta(hours=hours)
    )


def test_hours_are_judged_where_there_is_a_roster_and_nowhere_else(world: World) -> None:
    second = colleague(world)
    look(second, world, people(1)[0], 10)
    assert watch(NOW) == 0  # no roster
    shift(world, world.users["centre"], NOW - timedelta(hours=1), 2)
    assert watch(NOW) == 1  # a colleague's hours are not one's own
    assert kinds() == ["off_hours"]
    third = colleague(world, name="third")
    look(third, world, people(1)[0], 10)
    shift(world, third, NOW - timedelta(hours=1), 2)
    assert watch(NOW) == 0
    elsewhere = colleague(world, "line", "fourth")
    look(elsewhere, world, people(1)[0], 10, desk_id=world.desks["line"].pk)
    assert watch(NOW) == 0  # another desk's roster says nothing here


def test_nobody_comes_and_goes_to_the_minute(world: World, settings: Any) -> None:
    second = colleague(world)
    shift(world, second, NOW - timedelta(hours=8), 7.75)
    look(second, world, people(1)[0], 1)
    assert watch(NOW) == 0
    settings.ROSTER_GRACE_MINUTES = 5
    assert watch(NOW) == 1


def test_people_from_places_that_are_not_served(world: World) -> None:
    codelists.load()
    second, home = colleague(world), world.desks["centre"].place
    away = next(code for code, entry in codelists.entries("place").items() if entry.parent and code != home)
    for number in range(3):
        person = world.person("centre", name=f"Name {number}")
        Person.objects.filter(pk=person.pk).update(home_place=away)
        look(second, world, f"people.person:{person.pk}", 10)
    unknown = world.person("centre", name="Name")
    look(second, world, f"people.person:{unknown.pk}", 10)
    assert "foreign_region" not in (watch(NOW), kinds())[1]
    Region.objects.create(desk=world.desks["centre"], place=home)
    watch(NOW)
    assert Alert.objects.get(kind="foreign_region").times == 3
    Alert.objects.all().delete()
    Region.objects.create(
        desk=world.desks["centre"], place=codelists.entries("place")[away].parent, user=second
    )
    watch(NOW)
    assert "foreign_region" not in kinds()  # an oblast is served with its rayons


def test_the_head_reads_it_and_closes_it_with_what_came_of_it(world: World) -> None:
    second = worker(world)
    for subject in people(4):
        look(second, world, subject, 5)
    watch(NOW)
    Membership.objects.create(user=second, desk=world.desks["centre"], role="supervisor")  # since then
    head, page = world.client("centre", "supervisor"), reverse("alerts")
    assert "Unusual look-ups: ask about them" in head.get(reverse("my-work")).content.decode()
    shown = head.get(page).content.decode()
    assert "Second" in shown
    assert "90000" not in shown
    for client in (client_of(second, "supervisor"), world.client("stranger", "supervisor")):
        assert "Second:" not in client.get(page).content.decode()
    close = reverse("alert-close", args=[Alert.objects.get().pk])
    assert client_of(second, "supervisor").post(close, {"outcome": "false_alarm"}).status_code == 404
    assert world.client("line", "supervisor").post(close, {"outcome": "false_alarm"}).status_code == 404
    assert world.client("centre", "worker").get(page).status_code == 403
    head.post(close, {"outcome": "nothing"})
    assert Alert.objects.get().closed_at is None
    head.post(close, {"outcome": "false_alarm"})
    assert Alert.objects.get().outcome == "false_alarm"
    assert "ask about them" not in head.get(reverse("my-work")).content.decode()


def test_a_head_s_own_look_ups_are_told_to_the_other_desk_without_the_name(world: World) -> None:
    head = world.users["centre"]
    for subject in people(4):
        look(head, world, subject, 5, role="supervisor")
    watch(NOW)
    alert = Alert.objects.get()
    assert (alert.desk, alert.told) == (world.desks["line"], "supervisor")
    shown = world.client("line", "supervisor").get(reverse("alerts")).content.decode()
    assert "Somebody at Centre" in shown
    assert reverse("audit") not in shown
    assert "Nothing unusual" in world.client("centre", "supervisor").get(reverse("alerts")).content.decode()


def test_else_the_administrator_is_told(world: World) -> None:
    head = world.users["centre"]
    Membership.objects.filter(desk=world.desks["line"], role="supervisor").update(ended_at=NOW)
    second = colleague(world)
    for subject in people(4):
        look(head, world, subject, 5, role="supervisor")
    watch(NOW)
    alert = Alert.objects.get()
    assert (alert.desk, alert.told) == (world.desks["centre"], "administrator")
    assert "Somebody at Centre" in client_of(second, "administrator").get(reverse("alerts")).content.decode()
