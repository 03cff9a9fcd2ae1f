"""The access log as the head of a desk reads it."""

import pytest
from django.urls import reverse

from kamkor.access import policy
from kamkor.base.actions import ACTIONS
from kamkor.base.models import AuditEvent
from kamkor.statistics.verbs import in_words
from tests.world import World


def page(world: World, desk: str = "centre", query: str = "") -> str:
    answer = world.client(desk, "supervisor").get(reverse("audit") + query)
    assert answer.status_code == 200
    return answer.content.decode()


def event(world: World, desk: str, verb: str, subject: str, outcome: str = "done") -> AuditEvent:
    return AuditEvent.objects.create(
        actor_id=world.users[desk].pk,
        desk_id=world.desks[desk].pk,
        role="worker",
        verb=verb,
        subject=subject,
        outcome=outcome,
        changed=["canary_field"],
    )


def test_every_verb_has_words() -> None:
    for verb in {
        *policy.RULES,
        *ACTIONS,
        "vault.unlock",
        "password.change",
        "desk.recovered",
        "exclusion.tried",
    }:
        assert ": " in in_words(verb), f"{verb} has no words in statistics/verbs.py"


@pytest.mark.asvs("16.2.1")
def test_who_looked_is_told_in_words_with_the_code(world: World) -> None:
    person = world.person()
    event(world, "centre", "person.read", f"people.person:{person.pk}")
    shown = page(world)
    assert "Person: read" in shown
    assert person.code in shown
    assert "canary_field" not in shown
    assert "Айгүл" not in shown


def test_a_form_that_was_only_opened_is_not_told_as_done(world: World) -> None:
    person = world.person()
    address = reverse("consent-emergency", args=[person.pk])
    assert world.client("centre").get(address).status_code == 200
    shown = page(world)
    assert "Consent: opened" in shown
    assert AuditEvent.objects.get(verb="consent.emergency").reason == "opened"


def test_another_desks_log_is_not_shown(world: World) -> None:
    person = world.person("stranger")
    event(world, "stranger", "person.print", f"people.person:{person.pk}")
    shown = page(world)
    assert "Person: printed" not in shown
    assert person.code not in shown


def test_a_person_kept_from_the_supervisor_has_no_code_in_the_log(world: World) -> None:
    person = world.person()
    user = world.users["centre"]
    person.exclusions.create(desk=person.desk, user=user, reason="her_wish", set_by=user)
    event(world, "centre", "person.read", f"people.person:{person.pk}")
    assert person.code not in page(world)


def test_the_log_is_filtered_by_verb_user_and_day(world: World) -> None:
    event(world, "centre", "case.close", "assistance.case:0")
    event(world, "centre", "case.reopen", "assistance.case:0", outcome="refused")
    cells = page(world, query="?verb=case.reopen")
    assert "Case: opened again</td>" in cells
    assert "Refused" in cells
    assert "Case: closed</td>" not in cells
    assert "Case: closed</td>" not in page(world, query="?day=2001-02-03")
    assert "Case: closed</td>" in page(world, query=f"?user={world.users['centre'].pk}")
    wrong = world.client("centre", "supervisor").get(reverse("audit") + "?user=999999&day=never")
    assert wrong.status_code == 422
