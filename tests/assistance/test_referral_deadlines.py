"""Late answers go to the head of the desk and to the coordinator: by desk, code and hours only."""

from datetime import timedelta

from click.testing import CliRunner
from django.urls import reverse
from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.access.models import Membership, User
from kamkor.assistance import escalation
from kamkor.assistance.models import Referral, Task
from kamkor.cli.tick import tick
from tests.assistance.referring import SECRETS, refer
from tests.world import World


def test_an_answer_is_due_by_its_urgency(world: World) -> None:
    hours = {}
    for urgency in ("emergency", "urgent", "normal"):
        referral = refer(world, urgency=urgency)
        assert referral.due_at is not None
        assert referral.sent_at is not None
        hours[urgency] = (referral.due_at - referral.sent_at) / timedelta(hours=1)
    assert hours == {"emergency": 2, "urgent": 24, "normal": 120}


def test_a_late_answer_is_passed_on_once_to_the_head_of_the_desk(world: World) -> None:
    referral = refer(world, urgency="emergency")
    refer(world)
    then = timezone.now() + timedelta(hours=5)
    assert escalation.escalate(timezone.now()) == 0
    assert escalation.escalate(then) == 1
    assert escalation.escalate(then) == 0
    task = Task.objects.get()
    assert (task.desk, task.kind, task.case) == (world.desks["clinic"], "escalation", None)
    assert task.assignee == world.users["clinic"]
    assert task.subject == f"assistance.referral:{referral.pk}"
    world.client("clinic").post(reverse("referral-accept", args=[referral.pk]))
    task.refresh_from_db()
    assert task.done_at is not None


def test_a_late_answer_is_no_task_of_the_other_colleagues(world: World) -> None:
    refer(world, urgency="emergency")
    escalation.escalate(timezone.now() + timedelta(hours=5))
    other = User.objects.create(username="clinic.other", display_name="Other")
    for role, seen in (("worker", 0), ("interpreter", 0), ("supervisor", 1)):
        membership = Membership(user=other, desk=world.desks["clinic"], role=role)
        assert Task.objects.visible_to(Actor(membership, None, other)).count() == seen, role
    assert Task.objects.visible_to(world.actor("clinic")).count() == 1  # it went to this head
    assert Task.objects.visible_to(world.actor("centre")).filter(kind="escalation").count() == 0


def test_the_coordinator_is_told_desk_code_and_hours_only(world: World) -> None:
    referral = refer(world, urgency="emergency")
    late = escalation.late_answers(
        world.actor("stranger", "coordinator"), timezone.now() + timedelta(hours=5)
    )
    assert [(row.desk, row.code, row.hours) for row in late] == [(world.desks["clinic"], referral.code, 3)]
    assert {*late[0].__dataclass_fields__} == {"desk", "code", "hours"}


def test_a_notice_says_no_more_than_that_there_is_work(world: World) -> None:
    referral = refer(world)
    text = escalation.notice_text()
    assert not [word for word in (*SECRETS.values(), referral.code, "Clinic") if word in text]


def test_the_command_does_all_that_is_due(world: World) -> None:
    referral = refer(world)
    Referral.objects.filter(pk=referral.pk).update(due_at=timezone.now() - timedelta(hours=1))
    answer = CliRunner().invoke(tick)
    assert answer.exit_code == 0
    assert "Late answers passed on: 1." in answer.output
