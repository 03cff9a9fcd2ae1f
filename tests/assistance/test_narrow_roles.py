"""One narrow act each: the consular officer, the permit officer, the ombudsman's monitor."""

import pytest
from django.conf import settings
from django.urls import reverse

from kamkor.access.models import Membership
from kamkor.assistance.models import Referral
from kamkor.base import codelists
from kamkor.people.models import Consent
from tests.assistance.referring import offer_of
from tests.world import World


@pytest.fixture(autouse=True)
def _lists(db: None) -> None:
    codelists.load()


def send(world: World, role: str, **given: str) -> Referral:
    """The police desk stands in for a consulate or a post: one page, one button."""
    offer = offer_of(world, children=True)
    filled = {"danger": "unknown", "medical_need": "none", "age": "adult", "sex": "female", "language": "ky"}
    filled |= {"offer": str(offer.pk), "ground": "consent", "call_name": "Canary-Call"} | given
    answer = world.client("police", role).post(reverse("referral-quick"), filled)
    assert answer.status_code == 302, answer.content.decode()
    return Referral.objects.get()


@pytest.mark.parametrize("role", ["consular_officer", "border_officer"])
def test_the_quick_page_is_one_step_from_everywhere(world: World, role: str) -> None:
    home = world.client("police", role).get(reverse("my-work")).content.decode()
    assert reverse("referral-quick") in home
    page = world.client("police", role).get(reverse("referral-quick")).content.decode()
    assert page.count('aria-current="true"') + page.count('aria-current="page"') <= 2


def test_somebody_may_speak_a_language_that_we_have_no_words_in(world: World) -> None:
    """The sentence is shown in those that there are."""
    client = world.client("police", "border_officer")
    page = client.post(reverse("referral-quick"), {"language": "fy", "say": "1"})
    assert page.status_code == 200
    assert page.context["form"].cleaned_data["language"] == "fy"
    assert [said.language for said in page.context["spoken"]] == [code for code, _name in settings.LANGUAGES]


@pytest.mark.parametrize("role", ["consular_officer", "border_officer"])
def test_an_emergency_is_checked_by_a_second_officer_in_24_hours(world: World, role: str) -> None:
    sent = send(world, role, ground="emergency", reason="Men wait outside")
    assert sent.consent.review_due is not None
    page = reverse("consent-reviews")
    assert "Canary-Call" not in world.client("police", role).get(page).content.decode()
    Membership.objects.create(user=world.users["stranger"], desk=world.desks["police"], role=role)
    client = world.client("police", "supervisor")
    check = reverse("consent-review", args=[sent.consent.pk])
    assert world.client("police", role).post(check, {"upheld": "yes"}).status_code in (409, 422)
    assert world.client("stranger", role).post(check, {"upheld": "yes"}).status_code == 404
    Consent.objects.filter(pk=sent.consent.pk).update(taken_by=world.users["stranger"])
    shown = world.client("police", role).get(page).content.decode()
    assert "Canary-Call" in shown
    assert "/desk/people/" not in shown
    assert world.client("police", role).post(check, {"upheld": "no"}).status_code == 302
    sent.refresh_from_db()
    assert sent.standing == "withdrawn"
    assert client.get(page).status_code == 200


def test_the_consular_officer_follows_the_answers(world: World) -> None:
    sent = send(world, "consular_officer")
    client = world.client("police", "consular_officer")
    assert sent.code in client.get(f"{reverse('referrals')}?sent=1").content.decode()
    told = {"by": "phone", "who": "the duty doctor", "verb": "accept"}
    assert client.post(reverse("referral-record-answer", args=[sent.pk]), told).status_code == 302
    sent.refresh_from_db()
    assert (sent.status, sent.answered_by) == ("accepted", "phone")
    assert client.get(reverse("people")).status_code == 403
    assert client.get(reverse("cases")).status_code == 403


@pytest.mark.parametrize("role", ["permit_officer", "monitor"])
def test_the_start_page_leads_to_what_the_role_does(world: World, role: str) -> None:
    client = world.client("centre", role, unlocked=False)
    home = client.get(reverse("my-work")).content.decode()
    for name in ("directory", "tasks", "recruiters" if role == "permit_officer" else "adverts"):
        assert reverse(name) in home
        assert client.get(reverse(name)).status_code == 200
    for name in ("people", "cases", "referrals", "counts", "oversight"):
        assert client.get(reverse(name)).status_code == 403
