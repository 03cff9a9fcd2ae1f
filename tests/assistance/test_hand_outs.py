"""A file with names leaves when a second person agrees: for exactly what was asked, within a day, once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from kamkor.access.approvals import Approval, NotApproved
from kamkor.access.models import Membership
from kamkor.assistance.actions import htcds
from kamkor.assistance.models import Case, HandOut
from kamkor.base.problems import Problem
from tests.assistance.handing_out import agreed
from tests.assistance.referring import case_at
from tests.people.stories import client_of, colleague
from tests.world import World

ASKED = {"layout": "csv", "reason": "check"}


def ask(world: World) -> HandOut:
    answer = world.client("centre", "supervisor").post(reverse("htcds-export"), ASKED)
    assert answer.status_code == 302
    return HandOut.objects.latest("pk")


def make(world: World, wanted: HandOut) -> Any:
    return world.client("centre", "supervisor").post(reverse("hand-out-file", args=[wanted.pk]))


def test_nothing_leaves_before_a_colleague_agrees_and_then_once(world: World) -> None:
    case_at(world)
    second = colleague(world)
    wanted = ask(world)
    assert wanted.decider is None
    page = reverse("hand-out", args=[wanted.pk])
    assert make(world, wanted).status_code == 403
    own = world.client("centre", "supervisor")
    assert own.post(page, {"agreed": "yes"}).status_code == 422
    assert "somebody else has to decide" in own.get(page).content.decode()
    assert make(world, wanted).status_code == 403
    client = client_of(second, "worker")
    assert "A file with names is to leave" in client.get(reverse("my-work")).content.decode()
    shown = client.get(page).content.decode()
    assert "1 case with the name" in shown
    assert "Canary" not in shown
    assert client.post(page, {"agreed": "yes"}).status_code == 302
    listed = world.client("centre", "supervisor").get(reverse("htcds-export")).content.decode()
    assert "Make the file" in listed
    assert "Canary-Name" in make(world, wanted).content.decode()
    assert make(world, wanted).status_code == 403
    assert client.post(page, {"agreed": "yes"}).status_code in (409, 422)


def test_what_was_opened_since_is_not_in_it(world: World) -> None:
    case, head = case_at(world), world.actor("centre", "supervisor")
    wanted = agreed(head)
    later = world.person("centre", name="Canary-Later")
    Case.objects.create(
        desk=head.desk, person=later, code="KM-LATER", kind="trafficking", opened_on="2026-01-01"
    )
    content = htcds.export(head, wanted).decode()
    assert "Canary-Name" in content
    assert "Canary-Later" not in content
    assert wanted.cases == [case.pk]


def test_a_no_and_a_day_end_it(world: World) -> None:
    second = colleague(world)
    refused = ask(world)
    client_of(second).post(reverse("hand-out", args=[refused.pk]), {"agreed": "no"})
    assert make(world, refused).status_code == 403
    head = world.actor("centre", "supervisor")
    wanted = agreed(head)
    ago = timezone.now() - timedelta(hours=24)
    HandOut.objects.filter(pk=wanted.pk).update(asked_at=ago)
    Approval.objects.filter(pk=wanted.approval().pk).update(ends_at=timezone.now())  # type: ignore[union-attr]
    with pytest.raises(NotApproved):
        htcds.export(head, wanted)
    late = ask(world)
    HandOut.objects.filter(pk=late.pk).update(asked_at=ago)
    assert client_of(second).post(reverse("hand-out", args=[late.pk]), {"agreed": "yes"}).status_code in (
        409,
        422,
    )


def test_where_one_works_alone_the_head_of_another_desk_of_the_house_agrees(world: World) -> None:
    case_at(world)
    wanted = ask(world)
    assert wanted.decider == world.desks["line"]
    page = reverse("hand-out", args=[wanted.pk])
    listed = world.client("centre", "supervisor").get(reverse("htcds-export")).content.decode()
    assert "Waits for the head of Line" in listed
    assert "A file with names" in world.client("line", "supervisor").get(reverse("my-work")).content.decode()
    for desk, role in (("line", "worker"), ("line", "administrator"), ("stranger", "supervisor")):
        assert world.client(desk, role).post(page, {"agreed": "yes"}).status_code == 404, desk
    stranger = colleague(world)  # who has come since is not who was asked
    assert client_of(stranger).post(page, {"agreed": "yes"}).status_code in (409, 422)
    assert world.client("line", "supervisor").post(page, {"agreed": "yes"}).status_code == 302
    wanted.refresh_from_db()
    assert Approval.objects.get().decided_by == world.users["line"]
    assert (
        world.client("line", "supervisor").post(reverse("hand-out-file", args=[wanted.pk])).status_code == 403
    )
    assert "Canary-Name" in make(world, wanted).content.decode()


def test_where_nobody_else_can_it_is_refused_with_the_reason(world: World) -> None:
    Membership.objects.filter(desk=world.desks["line"]).update(ended_at=timezone.now())
    answer = world.client("centre", "supervisor").post(reverse("htcds-export"), ASKED)
    assert answer.status_code == 422
    assert "Nobody else can agree to this file" in answer.content.decode()
    assert not HandOut.objects.exists()
    with pytest.raises(Problem):
        htcds.decider_for(world.actor("centre", "supervisor"))


def test_who_did_not_ask_does_not_make_it(world: World) -> None:
    head, second = world.actor("centre", "supervisor"), colleague(world)
    wanted = agreed(head)
    assert client_of(second, "supervisor").post(reverse("hand-out-file", args=[wanted.pk])).status_code == 422
    assert HandOut.objects.get().made_at is None
    assert (
        world.client("stranger", "supervisor").post(reverse("hand-out-file", args=[wanted.pk])).status_code
        == 404
    )
    with pytest.raises(PermissionDenied):
        htcds.decide(world.actor("line", "supervisor"), wanted, agreed=True)
