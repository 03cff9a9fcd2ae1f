"""Closing, the looks back, reopening; the paper; the exported list; tasks; the coding."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from kamkor.assistance.actions import care, cases, tasks
from kamkor.assistance.models import Case, Exploitation, FollowUp, Reopening, Task
from kamkor.base import codelists
from kamkor.base.models import AuditEvent
from kamkor.base.problems import Problem, WrongState
from kamkor.methods.journeys import follow_ups
from kamkor.people.files import add_particular
from kamkor.people.models import Exclusion
from tests.assistance.case_files import open_case
from tests.world import World


def close(world: World, case: Case, **given: object) -> int:
    first = {
        "reason": "goals_reached",
        "closed_on": timezone.localdate().isoformat(),
        "months": [1, 3, 6, 12],
    }
    address = reverse("case-close", args=[case.pk])
    return world.client("centre").post(address, first | given).status_code


def test_closing_plans_the_looks_back_and_asks_which_tasks_go_on(world: World) -> None:
    case, actor = open_case(world), world.actor("centre")
    later = timezone.now() + timedelta(days=3)
    kept = tasks.add(actor, actor.desk, kind="hearing", due_at=later, case=case)
    dropped = tasks.add(actor, actor.desk, kind="call_back", due_at=later, case=case)
    add_particular(actor, case.person, "safe_contact", "Her sister, on Thursdays")
    page = world.client("centre").get(reverse("case-close", args=[case.pk])).content.decode()
    assert "Her sister, on Thursdays" in page
    assert close(world, case, keep=[kept.pk]) == 302
    case.refresh_from_db()
    kept.refresh_from_db()
    dropped.refresh_from_db()
    assert case.closed_on == timezone.localdate()
    assert kept.dropped_at is None
    assert dropped.dropped_at is not None
    planned = FollowUp.objects.filter(case=case).order_by("due_on")
    assert [row.due_on for row in planned] == follow_ups(timezone.localdate())
    assert Task.objects.open().filter(case=case, kind="follow_up").count() == 4
    assert close(world, case) == 422


def test_she_chooses_whether_she_is_asked_again_and_the_dead_are_not(world: World) -> None:
    asked, dead = open_case(world), open_case(world)
    close(world, asked, months=[6])
    close(world, dead, reason="died")
    assert [row.months for row in FollowUp.objects.all()] == [6]


def test_a_look_back_is_recorded_once_and_her_no_ends_the_asking(world: World) -> None:
    case, client = open_case(world), world.client("centre")
    close(world, case)
    first = FollowUp.objects.filter(case=case).earliest("due_on")
    address, on = reverse("follow-up", args=[first.pk]), timezone.localdate().isoformat()
    assert "do not call" in client.get(address).content.decode()
    untold = {"done_on": on, "reached": "not_reached", "outcomes": ["safe_home"]}
    assert client.post(address, untold).status_code == 422
    assert client.post(address, {"done_on": on, "reached": "she_asked_not"}).status_code == 302
    assert client.post(address, {"done_on": on, "reached": "yes_safe"}).status_code == 422
    assert FollowUp.objects.filter(case=case).count() == 1
    assert not Task.objects.open().filter(case=case).exists()
    assert world.client("stranger").get(address).status_code == 404
    assert world.client("centre", "advocate").get(address).status_code == 403


def test_reopening_takes_back_the_looks_that_were_not_made(world: World) -> None:
    case, client = open_case(world), world.client("centre")
    close(world, case)
    assert client.post(reverse("case-reopen", args=[case.pk])).status_code == 302
    case.refresh_from_db()
    assert case.is_open
    assert not FollowUp.objects.exists()
    assert not Task.objects.open().exists()
    with pytest.raises(WrongState):
        cases.reopen(world.actor("centre"), case)


def test_earlier_closings_and_their_reasons_stay_known(world: World) -> None:
    case, client = open_case(world), world.client("centre")
    page = reverse("case-timeline", args=[case.pk])
    for reason in ("moved_away", "own_wish"):
        case.refresh_from_db()
        cases.close(world.actor("centre"), case, reason=reason)
        assert client.post(reverse("case-reopen", args=[case.pk])).status_code == 302
    cases.close(world.actor("centre"), case, reason="goals_reached")
    told = client.get(page).content.decode()
    for reason in ("moved_away", "own_wish", "goals_reached"):
        assert told.count(codelists.label("close_reason", reason)) == 1, reason
    assert told.count("Case opened again") == 2
    rows = Reopening.objects.visible_to(world.actor("centre"))
    assert [row.close_reason for row in rows.order_by("pk")] == ["moved_away", "own_wish"]
    assert {row.recorded_by for row in rows} == {world.users["centre"]}
    assert not Reopening.objects.visible_to(world.actor("stranger")).exists()
    assert world.client("stranger").get(page).status_code == 404
    assert world.client("centre", "operator").get(page).status_code == 403


def test_an_advocate_closes_nothing(world: World) -> None:
    case = open_case(world)
    with pytest.raises(PermissionDenied):
        cases.close(world.actor("centre", "advocate"), case, reason="own_wish")


def test_a_colleague_from_whom_she_is_kept_gets_no_case_and_his_try_is_logged(world: World) -> None:
    case = open_case(world)
    worker = world.users["centre"]
    Exclusion.objects.create(
        desk=case.desk, person=case.person, user=worker, reason="relative", set_by=worker
    )
    assert world.client("centre").get(reverse("case", args=[case.pk])).status_code == 404
    assert world.client("centre").get(reverse("case-plan", args=[case.pk])).status_code == 404
    assert AuditEvent.objects.filter(outcome="refused", subject=f"people.person:{case.person_id}").exists()
    assert case.code not in world.client("centre").get(reverse("cases")).content.decode()
    assert case.code not in export(world).decode("utf-8-sig")
    with pytest.raises(Problem, match="must not see"):
        cases.assign(world.actor("centre"), case, worker=worker)


def test_printing_asks_first_and_the_paper_says_nothing_of_her(world: World) -> None:
    case, client, actor = open_case(world, next_step="doctor"), world.client("centre"), world.actor("centre")
    care.add_goal(actor, case, text="Finish the sewing course")
    care.add_need(actor, case, kind="medical", stage="home")
    address = reverse("case-print", args=[case.pk])
    asked = client.get(address).content.decode()
    assert "safe for the person to carry" in asked
    assert "sewing" not in asked
    assert client.post(address, {"safe": "no"}).status_code == 302
    assert not AuditEvent.objects.filter(verb="case.print", reason="printed").exists()
    paper = client.post(address, {"safe": "yes"}).content.decode()
    assert "sewing" in paper
    assert case.code in paper
    for word in ("Айгүл", "rafficking", "Doctor", "Medical", "edical", "Centre", "Menu"):
        assert word not in paper
    assert AuditEvent.objects.filter(verb="case.print", reason="printed").count() == 1
    assert world.client("centre", "advocate").get(address).status_code == 403


def export(world: World, kind: str = "csv", **given: str) -> bytes:
    address = f"{reverse('case-export')}?state=all"
    answer = world.client("centre", "supervisor").post(address, {"format": kind, **given})
    assert answer.status_code == 200
    return answer.content


def test_the_exported_list_holds_open_columns_alone_and_is_logged_with_its_rows(world: World) -> None:
    case = open_case(world, medical_need="now")
    open_case(world, "stranger")
    rows = list(csv.DictReader(io.StringIO(export(world).decode("utf-8-sig"))))
    assert [row["Code"] for row in rows] == [case.code]
    assert rows[0]["Sex"] == "Female"
    assert not any("octor" in str(cell) or "Айгүл" in str(cell) for row in rows for cell in row.values())
    assert AuditEvent.objects.filter(verb="case.export", reason="csv:1").count() == 1
    assert export(world, "xlsx").startswith(b"PK")
    for role in ("worker", "advocate", "administrator", "statistician"):
        assert world.client("centre", role).post(reverse("case-export")).status_code == 403


def test_a_role_without_cases_sees_the_desks_tasks_alone(world: World) -> None:
    case, actor = open_case(world), world.actor("centre")
    later = timezone.now() + timedelta(days=1)
    of_case = tasks.add(actor, actor.desk, kind="hearing", due_at=later, case=case)
    of_desk = tasks.add(actor, actor.desk, kind="silent_repeat", due_at=later)
    operator = world.client("centre", "operator")
    page = operator.get(reverse("tasks")).content.decode()
    assert case.code not in page
    assert reverse("task-finish", args=[of_desk.pk]) in page
    assert reverse("task-finish", args=[of_case.pk]) not in page
    assert operator.post(reverse("task-finish", args=[of_case.pk])).status_code == 404
    assert operator.post(reverse("task-finish", args=[of_desk.pk])).status_code == 302
    assert operator.post(reverse("task-finish", args=[of_desk.pk])).status_code == 422
    assert operator.get(reverse("case-task-add", args=[case.pk])).status_code == 403
    assert world.client("stranger").post(reverse("task-drop", args=[of_case.pk])).status_code == 404
    with pytest.raises(PermissionDenied):
        tasks.add(world.actor("centre", "operator"), actor.desk, kind="hearing", due_at=later, case=case)


def test_tasks_are_late_first_and_mine_or_the_desks(world: World) -> None:
    case, actor, client = open_case(world), world.actor("centre"), world.client("centre")
    now = timezone.now()
    late = tasks.add(actor, actor.desk, kind="hearing", due_at=now - timedelta(days=1), assignee=actor.user)
    soon = tasks.add(actor, actor.desk, kind="call_back", due_at=now + timedelta(days=1), case=case)
    other = tasks.add(actor, actor.desk, kind="other", due_at=now, assignee=world.users["line"])
    page = client.get(reverse("tasks")).content.decode()
    places = [page.find(reverse("task-finish", args=[task.pk])) for task in (late, soon, other)]
    assert 0 < places[0] < places[1]
    assert places[2] == -1
    assert (
        reverse("task-finish", args=[other.pk])
        in client.get(reverse("tasks"), {"whose": "all"}).content.decode()
    )
    given = {"kind": "hearing", "due_at_0": "2020-01-01", "due_at_1": "10:00"}
    assert client.post(reverse("case-task-add", args=[case.pk]), given).status_code == 422
    given["due_at_0"] = (now + timedelta(days=5)).date().isoformat()
    assert client.post(reverse("case-task-add", args=[case.pk]), given).status_code == 302
    assert Task.objects.filter(case=case, kind="hearing").count() == 1


def test_an_exploitation_is_coded_from_what_is_known_and_corrected(world: World) -> None:
    case, client = open_case(world), world.client("centre")
    case.person.age = "child"
    case.person.save()
    address = reverse("exploitation-add", args=[case.pk])
    assert "means are not needed" in client.get(address).content.decode()
    given = {
        "purposes": ["ForcedLabour"],
        "means": ["DebtBondage"],
        "country": "KZ",
        "transit": ["UZ", "RU"],
        "started": "2024-05",
        "ended": "2023",
    }
    assert client.post(address, given).status_code == 422
    assert client.post(address, {**given, "started": "May"}).status_code == 422
    assert client.post(address, {**given, "ended": "2025"}).status_code == 302
    row = Exploitation.objects.get()
    assert (row.started, row.ended, row.transit, row.code_version) == ("2024-05", "2025", ["UZ", "RU"], "2.0")
    edit = reverse("exploitation-edit", args=[row.pk])
    assert client.post(edit, {"purposes": ["ForcedBegging"]}).status_code == 302
    row.refresh_from_db()
    assert row.purposes == ["ForcedBegging"]
    assert world.client("stranger").get(edit).status_code == 404
    assert world.client("centre", "advocate").get(edit).status_code == 403
    assert client.post(address, {"purposes": ["NoSuchCode"]}).status_code == 422
