"""Screening over several talks: nothing required, unknown not stored, explained, never blocking."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kamkor.base.problems import Problem
from kamkor.identification.actions import screening as actions
from kamkor.identification.models import Answer, Screening, Talk
from kamkor.people.models import Person
from kamkor.vault.keyring import ChangedMeanwhile
from tests.world import World

REASONS = "Canary of the reasons"


def opened(world: World, person: Person, profile: str = "adult_labour") -> Screening:
    return actions.open_screening(world.actor("centre"), person, profile=profile)


def page_of(screening: Screening) -> str:
    return reverse("screening", args=[screening.pk])


def test_a_screening_is_begun_and_saved_without_a_single_field(world: World) -> None:
    person, client = world.person(), world.client("centre")
    answer = client.post(reverse("screenings", args=[person.pk]), {"profile": "adult_labour"})
    screening = Screening.objects.get()
    assert answer["Location"] == page_of(screening)
    assert client.post(page_of(screening), {}).status_code == 302
    assert not Answer.objects.exists()
    shown = client.get(page_of(screening)).content.decode()
    assert "Never read this list out" in shown
    assert shown.count('value="unknown"') >= 67


def test_only_what_was_told_is_stored(world: World) -> None:
    screening, client = opened(world, world.person()), world.client("centre")
    client.post(page_of(screening), {"D2-debt": "yes", "D2-docs": "no", "D1-wages": "unknown"})
    assert dict(Answer.objects.values_list("indicator", "value")) == {"D2-debt": "yes", "D2-docs": "no"}
    client.post(page_of(screening), {"initial-D2-debt": "yes", "D2-debt": "unknown"})
    assert dict(Answer.objects.values_list("indicator", "value")) == {"D2-docs": "no"}


def test_two_who_tick_at_once_lose_nothing(world: World) -> None:
    """The second page still showed debt as unknown; saving another sign does not wipe the first."""
    screening, client = opened(world, world.person()), world.client("centre")
    client.post(page_of(screening), {"D2-debt": "yes", "initial-D2-debt": "unknown"})
    late = {
        "D2-debt": "unknown",
        "initial-D2-debt": "unknown",
        "D4-hours": "yes",
        "initial-D4-hours": "unknown",
    }
    client.post(page_of(screening), late)
    assert set(Answer.objects.values_list("indicator", flat=True)) == {"D2-debt", "D4-hours"}


def test_the_result_says_which_signs_which_dimensions_and_why(world: World) -> None:
    screening, client = opened(world, world.person()), world.client("centre")
    client.post(page_of(screening), {"D2-violence": "yes", "D2-debt": "yes", "D4-hours": "yes"})
    shown = client.get(page_of(screening)).content.decode()
    assert "Coercive recruitment" in shown
    assert "positive: " in shown
    assert "not enough signs yet" in shown
    assert "No help depends on it" in shown


def test_a_profile_without_strengths_shows_reasons_and_no_score(world: World) -> None:
    screening = opened(world, world.person(), "adult_sexual")
    client = world.client("centre")
    sent = {
        "D2-debt": "yes",
        "act": ["recruitment"],
        "means": ["debt"],
        "purpose": ["SX"],
        "reasons": REASONS,
    }
    assert client.post(page_of(screening), sent).status_code == 302
    shown = client.get(page_of(screening)).content.decode()
    assert "This list has no weights" in shown
    assert "positive: " not in shown
    assert REASONS in shown
    screening.refresh_from_db()
    assert (screening.act, screening.means, screening.purpose) == (["recruitment"], ["debt"], ["SX"])


def test_the_reasons_are_sealed_and_two_versions_are_not_lost(world: World) -> None:
    screening, actor = opened(world, world.person()), world.actor("centre")
    actions.answer(actor, screening, changed={}, reasons=REASONS)
    screening.refresh_from_db()
    assert screening.reasons is not None
    assert REASONS.encode() not in bytes(screening.reasons.sealed)
    with pytest.raises(ChangedMeanwhile):
        actions.answer(actor, screening, changed={}, reasons="Another text", version=0)


def test_a_second_screening_needs_a_reason(world: World) -> None:
    person, client = world.person(), world.client("centre")
    opened(world, person)
    page = reverse("screenings", args=[person.pk])
    assert client.post(page, {"profile": "adult_labour"}).status_code == 422
    assert client.post(page, {"profile": "adult_labour", "second_reason": "new_facts"}).status_code == 302
    with pytest.raises(Problem):
        opened(world, person)


def test_a_child_is_asked_by_one_interviewer_and_means_are_not_needed(world: World) -> None:
    person = world.person()
    Person.objects.filter(pk=person.pk).update(age="doubt")
    person.refresh_from_db()
    screening = opened(world, person, "child_labour")
    Screening.objects.filter(pk=screening.pk).update(interviewer=world.users["line"])
    screening.refresh_from_db()
    client = world.client("centre")
    assert "means are not needed" in client.get(page_of(screening)).content.decode()
    assert client.post(page_of(screening), {"D2-debt": "yes"}).status_code == 422
    assert not Answer.objects.exists()
    with pytest.raises(Problem):
        actions.talk(world.actor("centre"), screening)


def test_talks_are_timed_and_say_why_they_stopped(world: World) -> None:
    screening, client = opened(world, world.person()), world.client("centre")
    here = reverse("screening-talk", args=[screening.pk])
    client.post(here, {"interpreter": "on"})
    client.post(here)  # a talk that is going on is not begun twice
    Talk.objects.update(at=timezone.now() - timedelta(minutes=46))
    assert "45 minutes have passed" in client.get(page_of(screening)).content.decode()
    client.post(here, {"stopped": "", "minutes": ""})
    assert Talk.objects.get().stopped == ""
    client.post(here, {"stopped": "she_asked", "minutes": ""})
    talk = Talk.objects.get()
    assert (talk.stopped, talk.minutes, talk.interpreter) == ("she_asked", 46, True)


def test_setting_aside_is_taken_back_by_the_next_tick(world: World) -> None:
    screening, client = opened(world, world.person()), world.client("centre")
    client.post(reverse("screening-set-aside", args=[screening.pk]))
    screening.refresh_from_db()
    assert screening.set_aside_at is not None
    client.post(page_of(screening), {"D2-debt": "yes"})
    screening.refresh_from_db()
    assert screening.set_aside_at is None


def test_the_page_speaks_her_language_to_her(world: World) -> None:
    person = world.person()
    Person.objects.filter(pk=person.pk).update(languages=["ky"])
    shown = world.client("centre").get(page_of(opened(world, person))).content.decode()
    assert "Бүгүн сизге эмне" in shown
    assert "Stop when" in shown


def test_strangers_and_other_roles_see_no_screening(world: World) -> None:
    person = world.person()
    screening = opened(world, person)
    assert world.client("stranger").get(page_of(screening)).status_code == 404
    assert world.client("stranger").get(reverse("screenings", args=[person.pk])).status_code == 404
    assert world.client("centre", "advocate").get(page_of(screening)).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.answer(world.actor("stranger"), screening, changed={"D2-debt": "yes"})


def test_the_number_of_queries_does_not_grow_with_the_signs(world: World) -> None:
    screening, client = opened(world, world.person()), world.client("centre")

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            client.get(page_of(screening))
        return len(counted)

    client.get(page_of(screening))
    client.post(page_of(screening), {"D2-debt": "yes"})
    few = queries()
    client.post(page_of(screening), dict.fromkeys(("D1-wages", "D4-hours", "D5-debt", "D5-docs"), "yes"))
    assert queries() == few
