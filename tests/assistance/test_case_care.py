"""Needs, the plan, services and stays: the rules of each, through the screens."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from kamkor.assistance.actions import care, cases
from kamkor.assistance.models import Goal, Need, ServiceGiven, Stay
from kamkor.base.problems import Problem, WrongState
from kamkor.directory.models import Offer
from kamkor.people.models import Exclusion
from tests.assistance.case_files import open_case
from tests.world import World


def today() -> date:
    return timezone.localdate()


def test_a_need_is_met_by_the_service_that_was_given_for_it(world: World) -> None:
    case, client = open_case(world), world.client("centre")
    given = {"kind": "legal", "stage": "home", "urgent": "on", "seen_on": today().isoformat()}
    assert client.post(reverse("need-add", args=[case.pk]), given).status_code == 302
    need = Need.objects.get()
    assert need.urgent
    service = {
        "kind": "legal",
        "stage": "home",
        "on": today().isoformat(),
        "need": need.pk,
        "meets_need": "on",
    }
    answer = client.post(reverse("service-give", args=[case.pk]), {**service, "note": "CANARY-SERVICE"})
    assert answer["Location"] == reverse("case-services", args=[case.pk])
    need.refresh_from_db()
    assert (need.ended_on, need.ended_how) == (today(), "met")
    assert ServiceGiven.objects.get().by_desk == world.desks["centre"]
    assert "CANARY-SERVICE" in client.get(answer["Location"]).content.decode()


def test_the_same_need_stands_once_at_each_stage(world: World) -> None:
    case, actor = open_case(world), world.actor("centre")
    care.add_need(actor, case, kind="legal", stage="abroad")
    care.add_need(actor, case, kind="legal", stage="home")
    given = {"kind": "legal", "stage": "home", "seen_on": today().isoformat()}
    answer = world.client("centre").post(reverse("need-add", args=[case.pk]), given)
    assert answer.status_code == 422
    assert "written down already" in answer.content.decode()
    assert Need.objects.count() == 2


def test_a_form_sent_twice_counts_once(world: World) -> None:
    case, client = open_case(world), world.client("centre")
    given = {"text": "Finish school", "once": "a-mark-of-this-form"}
    for _time in range(2):
        assert client.post(reverse("goal-add", args=[case.pk]), given).status_code == 302
    assert Goal.objects.count() == 1


def test_a_goal_is_reached_or_dropped_once(world: World) -> None:
    case, client = open_case(world), world.client("centre")
    client.post(reverse("goal-add", args=[case.pk]), {"text": "Finish school"})
    goal = Goal.objects.get()
    address = reverse("goal-end", args=[goal.pk])
    tomorrow = (today() + timedelta(days=1)).isoformat()
    assert client.post(address, {"how": "reached", "on": tomorrow}).status_code == 422
    assert client.post(address, {"how": "reached", "on": today().isoformat()}).status_code == 302
    assert client.post(address, {"how": "dropped", "on": today().isoformat()}).status_code == 422
    goal.refresh_from_db()
    assert (goal.reached_on, goal.dropped_on) == (today(), None)
    assert world.client("stranger").get(address).status_code == 404


def test_economic_support_has_an_amount_and_an_end(world: World) -> None:
    case, client, actor = open_case(world), world.client("centre"), world.actor("centre")
    given = {"kind": "economic_support", "stage": "home", "on": today().isoformat()}
    assert client.post(reverse("service-give", args=[case.pk]), given).status_code == 422
    with pytest.raises(Problem, match="Economic support"):
        care.give_service(actor, case, kind="economic_support", on=today(), amount=Decimal(5000))
    bounded = {**given, "amount": "5000", "until": (today() + timedelta(days=90)).isoformat()}
    assert client.post(reverse("service-give", args=[case.pk]), bounded).status_code == 302
    assert ServiceGiven.objects.get().amount == 5000


def test_a_service_is_not_given_tomorrow_nor_for_another_persons_need(world: World) -> None:
    case, other, actor = open_case(world), open_case(world), world.actor("centre")
    need = care.add_need(actor, other, kind="legal", stage="home")
    with pytest.raises(Problem):
        care.give_service(actor, case, kind="legal", on=today() + timedelta(days=1))
    with pytest.raises(WrongState):
        care.give_service(actor, case, kind="legal", on=today(), need=need)
    given = {"kind": "legal", "stage": "home", "on": today().isoformat(), "need": need.pk}
    assert world.client("centre").post(reverse("service-give", args=[case.pk]), given).status_code == 422


def shelter(world: World, desk: str = "clinic", **facts: object) -> Offer:
    return Offer.objects.create(desk=world.desks[desk], service="short_shelter", **facts)


def test_a_child_is_offered_only_what_takes_children(world: World) -> None:
    case, actor = open_case(world), world.actor("centre")
    case.person.age = "doubt"
    case.person.save()
    adults, children = shelter(world), shelter(world, "stranger", children=True)
    page = world.client("centre").get(reverse("stay-begin", args=[case.pk])).content.decode()
    assert f'value="{children.pk}"' in page
    assert f'value="{adults.pk}"' not in page
    with pytest.raises(Problem, match="does not take"):
        care.begin_stay(actor, case, since=today(), offer=adults)


def test_a_full_place_a_place_for_men_and_a_place_kept_from_her_are_refused(world: World) -> None:
    case, actor = open_case(world), world.actor("centre")
    full, men, barred = (
        shelter(world, room="full"),
        shelter(world, sexes=["male"]),
        shelter(world, "stranger"),
    )
    Exclusion.objects.create(
        desk=case.desk,
        person=case.person,
        excluded_desk=world.desks["stranger"],
        reason="relative",
        set_by=world.users["centre"],
    )
    for offer in (full, men, barred):
        with pytest.raises(Problem):
            care.begin_stay(actor, case, since=today(), offer=offer)
    assert not Stay.objects.exists()


def test_one_stay_at_a_time_and_a_case_is_not_closed_over_it(world: World) -> None:
    case, client = open_case(world), world.client("centre")
    given = {"since": today().isoformat(), "offer": shelter(world).pk}
    assert client.post(reverse("stay-begin", args=[case.pk]), given).status_code == 302
    assert client.post(reverse("stay-begin", args=[case.pk]), given).status_code == 422
    with pytest.raises(Problem, match="stay"):
        cases.close(world.actor("centre"), case, reason="own_wish")
    stay = Stay.objects.get()
    address = reverse("stay-end", args=[stay.pk])
    before = (today() - timedelta(days=1)).isoformat()
    assert client.post(address, {"until": before, "how": "home"}).status_code == 422
    assert client.post(address, {"until": today().isoformat(), "how": "home"}).status_code == 302
    assert world.client("stranger").post(address, {}).status_code == 404


def test_a_closed_case_takes_nothing_new(world: World) -> None:
    case, actor = open_case(world), world.actor("centre")
    cases.close(actor, case, reason="own_wish")
    given = {"kind": "legal", "stage": "home", "seen_on": today().isoformat()}
    answer = world.client("centre").post(reverse("need-add", args=[case.pk]), given)
    assert answer.status_code == 422
    assert "Reopen it first" in answer.content.decode()


def test_what_a_role_may_not_write_its_action_refuses_too(world: World) -> None:
    case = open_case(world)
    for desk, role in (("stranger", "worker"), ("centre", "statistician"), ("centre", "administrator")):
        with pytest.raises(PermissionDenied):
            care.add_need(world.actor(desk, role), case, kind="legal", stage="home")
    with pytest.raises(PermissionDenied):
        care.begin_stay(world.actor("centre", "advocate"), case, since=today())
