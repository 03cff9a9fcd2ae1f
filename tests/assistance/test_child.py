"""The child's path: parents, the child's own wish, who acts, the warning, one interviewer, the day of 18."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from kamkor.assistance.actions.cases import open_case
from kamkor.assistance.actions.children import record
from kamkor.assistance.models import Case, ChildPath, Task
from kamkor.base.problems import Problem
from kamkor.directory.models import Offer
from kamkor.people.models import Exclusion
from kamkor.vault.keyring import ChangedMeanwhile
from tests.world import World

WISH, ACTS = "Canary wish to stay with the aunt", "Canary Aunt"


def child_case(world: World, age: str = "child") -> Case:
    person = world.person()
    person.age = age
    person.save()
    return open_case(world.actor("centre"), person, kind="trafficking")


def page_of(case: Case) -> str:
    return reverse("child-path", args=[case.pk])


@pytest.mark.parametrize(("age", "status"), [("child", 200), ("doubt", 200), ("adult", 404)])
def test_the_path_is_for_children_and_in_doubt(world: World, age: str, status: int) -> None:
    answer = world.client("centre").get(page_of(child_case(world, age)))
    assert answer.status_code == status
    if status == 200:
        assert "Means are not needed" in answer.content.decode()


def test_nothing_is_required_and_the_texts_are_sealed(world: World) -> None:
    case, client = child_case(world), world.client("centre")
    assert client.post(page_of(case), {"wish": ""}).status_code == 302
    sent = {"wish": WISH, "representative": "relative", "representative_name": ACTS, "versions": "0,0"}
    assert client.post(page_of(case), sent).status_code == 302
    path = ChildPath.objects.get()
    assert path.wish is not None
    assert WISH.encode() not in bytes(path.wish.sealed)
    shown = client.get(page_of(case)).content.decode()
    assert WISH in shown
    assert ACTS in shown


@pytest.mark.parametrize("involved", ["yes", "unknown", ""])
def test_parents_are_not_told_while_one_may_be_involved(world: World, involved: str) -> None:
    case, client = child_case(world), world.client("centre")
    sent = {"parent_involved": involved, "parents_told": "on"}
    assert client.post(page_of(case), sent).status_code == 422
    with pytest.raises(Problem):
        record(
            world.actor("centre"),
            case,
            facts={"parent_involved": involved or "unknown", "parents_told": True},
            texts={},
        )
    assert not ChildPath.objects.filter(parents_told=True).exists()
    assert client.post(page_of(case), sent | {"parent_involved": "no"}).status_code == 302


def test_at_18_somebody_asks_who_decides_now(world: World) -> None:
    case, client = child_case(world), world.client("centre")
    day = timezone.localdate() + timedelta(days=90)
    client.post(page_of(case), {"adult_on": day.isoformat()})
    assert timezone.localdate(Task.objects.open().get(kind="child_turns_18").due_at) == day
    later = day + timedelta(days=1)
    client.post(page_of(case), {"adult_on": later.isoformat()})
    assert timezone.localdate(Task.objects.open().get(kind="child_turns_18").due_at) == later
    client.post(page_of(case), {"adult_on": timezone.localdate().isoformat()})
    case.person.age = "adult"
    case.person.save()
    assert "who decides" in client.get(page_of(case)).content.decode()


def test_only_offers_that_take_children_and_no_barred_desk(world: World) -> None:
    case = child_case(world)
    clinic, line = world.desks["clinic"], world.desks["line"]
    Offer.objects.create(desk=clinic, service="medical", children=True)
    Offer.objects.create(desk=line, service="short_shelter", children=False)
    shown = world.client("centre").get(page_of(case)).content.decode()
    assert "Clinic</a>" in shown
    assert "Line</a>" not in shown
    Exclusion.objects.create(
        desk=case.desk,
        person=case.person,
        excluded_desk=clinic,
        reason="kin_of_recruiter",
        set_by=world.users["centre"],
    )
    assert "Clinic</a>" not in world.client("centre").get(page_of(case)).content.decode()


def test_two_who_write_the_wish_at_once_lose_neither(world: World) -> None:
    case, actor = child_case(world), world.actor("centre")
    record(actor, case, facts={}, texts={"wish": WISH})
    with pytest.raises(ChangedMeanwhile):
        record(actor, case, facts={}, texts={"wish": "Another wish"}, seen={"wish": 0})


def test_strangers_and_other_roles_see_no_path(world: World) -> None:
    case = child_case(world)
    assert world.client("stranger").get(page_of(case)).status_code == 404
    assert world.client("centre", "advocate").get(page_of(case)).status_code == 403
    with pytest.raises(PermissionDenied):
        record(world.actor("stranger"), case, facts={}, texts={})
