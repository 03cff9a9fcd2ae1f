"""Dated facts in any order; none of them takes anything away."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from kamkor.assistance.actions.cases import open_case
from kamkor.assistance.models import ServiceGiven, Stay
from kamkor.base.problems import Problem
from kamkor.identification.actions import facts
from kamkor.identification.models import Fact
from kamkor.methods.journeys import PartialDate
from tests.world import World


def test_facts_come_in_any_order_and_with_partial_dates(world: World) -> None:
    person, client = world.person(), world.client("centre")
    page = reverse("fact-add", args=[person.pk])
    given: list[tuple[str, dict[str, str]]] = [
        ("decision", {"on": "2026-05", "value": "confirmed", "body": "court"}),
        ("presumed", {"on": "2025", "ground": "own_word"}),
        ("whereabouts", {"on": "2026-05-03", "value": "abroad"}),
    ]
    for kind, data in given:
        assert client.post(f"{page}?kind={kind}", data).status_code == 302
    assert list(Fact.objects.order_by("pk").values_list("kind", "on")) == [
        ("decision", "2026-05"),
        ("presumed", "2025"),
        ("whereabouts", "2026-05-03"),
    ]
    shown = client.get(page).content.decode()
    assert "Presumption" in shown
    assert "2026-05-03" in shown


@pytest.mark.parametrize("on", ["", "yesterday", "2026-13", "2999"])
def test_a_wrong_or_future_date_is_refused(world: World, on: str) -> None:
    page = reverse("fact-add", args=[world.person().pk])
    answer = world.client("centre").post(f"{page}?kind=presumed", {"on": on, "ground": "own_word"})
    assert answer.status_code == 422
    assert not Fact.objects.exists()


def test_not_confirmed_changes_no_service_no_stay_and_no_recovery(world: World) -> None:
    person, actor = world.person(), world.actor("centre")
    today = timezone.localdate()
    case = open_case(actor, person, kind="trafficking")
    facts.presume(actor, person, "own_word", today)
    ends = facts.recovery_ends(actor, person)
    stay = Stay.objects.create(desk=actor.desk, case=case, since=today)
    service = ServiceGiven.objects.create(desk=actor.desk, case=case, kind="medical", on=today)
    facts.record_fact(
        actor, person, kind="decision", on=PartialDate(2026), value="not_confirmed", body="commission"
    )
    stay.refresh_from_db()
    service.refresh_from_db()
    case.refresh_from_db()
    assert stay.until is None
    assert service.until is None
    assert case.is_open
    assert facts.recovery_ends(actor, person) == ends == today + timedelta(days=10)


def test_the_recovery_period_is_extended_by_a_later_fact(world: World) -> None:
    person, actor = world.person(), world.actor("centre")
    today = timezone.localdate()
    facts.presume(actor, person, "worker_finding", today)
    page = f"{reverse('fact-add', args=[person.pk])}?kind=recovery"
    longer = today + timedelta(days=40)
    sent = {"on": today.isoformat(), "until": longer.isoformat()}
    assert world.client("centre").post(page, sent).status_code == 302
    assert facts.recovery_ends(actor, person) == longer
    wrong = {"on": today.isoformat(), "until": (today - timedelta(days=1)).isoformat()}
    assert world.client("centre").post(page, wrong).status_code == 422


def test_a_day_that_has_not_come_is_refused_behind_the_form_too(world: World) -> None:
    person, actor = world.person(), world.actor("centre")
    with pytest.raises(Problem):
        facts.record_fact(actor, person, kind="whereabouts", on=PartialDate(2999), value="home")


def test_strangers_and_other_roles_record_nothing(world: World) -> None:
    person = world.person()
    page = reverse("fact-add", args=[person.pk])
    assert world.client("stranger").get(page).status_code == 404
    assert world.client("centre", "operator").get(page).status_code == 403
    with pytest.raises(PermissionDenied):
        facts.record_fact(
            world.actor("stranger"), person, kind="whereabouts", on=PartialDate(2026), value="home"
        )
    assert not Fact.objects.exists()
