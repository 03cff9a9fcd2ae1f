"""The stranger who tries: what belongs to another desk, to another user, or is no longer one's own."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from kamkor.access.models import Membership, User
from kamkor.access.sessions import SignIn
from kamkor.assistance.actions.care import begin_stay
from kamkor.assistance.actions.cases import open_case
from kamkor.assistance.forms.care import shelters
from kamkor.base import codelists, throttle
from kamkor.base.problems import Problem
from kamkor.directory.models import Offer, OutsideOrganisation
from kamkor.directory.places import oblast
from kamkor.directory.search import nearness
from kamkor.identification.actions import packets
from kamkor.people.actions.consents import withdraw
from kamkor.people.actions.exclusions import exclude
from kamkor.people.models import Consent
from kamkor.statistics.coverage import rayons
from kamkor.vault.session import COOKIE
from tests.world import PASSPHRASE, World

NEW = {"new": "words that a stranger chose", "again": "words that a stranger chose"}


def at_two_desks(world: World) -> Membership:
    """The membership at `stranger` of a colleague who works at `centre` too."""
    return Membership.objects.create(
        user=world.users["centre"], desk=world.desks["stranger"], role="interpreter"
    )


def test_no_desk_takes_over_the_account_of_a_colleague_of_two(world: World) -> None:
    held, before = at_two_desks(world), world.users["centre"].password
    answer = world.client("stranger", "supervisor").post(reverse("member-reset", args=[held.pk]), NEW)
    assert answer.status_code == 422
    assert User.objects.get(pk=held.user_id).password == before


def test_who_has_left_a_desk_is_out_of_its_reach(world: World) -> None:
    held, before = at_two_desks(world), world.users["centre"].password
    head = world.client("stranger", "supervisor")
    assert head.post(reverse("member-remove", args=[held.pk])).status_code == 302
    for page in ("member-reset", "member-admit", "member-remove"):
        assert head.post(reverse(page, args=[held.pk]), NEW).status_code == 422
    assert User.objects.get(pk=held.user_id).password == before


@pytest.mark.asvs("3.5.1")
def test_a_form_mark_of_somebody_else_leads_nowhere(world: World) -> None:
    sent = {"kind": "prank", "once": "a-mark-that-was-overseen"}
    theirs = world.client("line", "operator").post(reverse("contact-open"), sent)
    mine = world.client("stranger", "operator").post(reverse("contact-open"), sent)
    again = world.client("line", "operator").post(reverse("contact-open"), sent)
    assert mine["Location"] != theirs["Location"] == again["Location"]


def test_a_packet_is_gone_from_the_commission_when_she_withdraws(world: World) -> None:
    actor = world.actor("centre")
    packet = packets.prepare(
        actor, world.person(), commission=world.desks["commission"], reasons="No papers.", signs=["D2-debt"]
    )
    packets.submit(actor, packet)
    client, page = world.client("commission", "commission_member"), reverse("packet", args=[packet.pk])
    assert client.get(page).status_code == 200
    withdraw(actor, Consent.objects.get(receiver=world.desks["commission"]))
    given = {"decision": "confirmed", "on": timezone.localdate(), "answer": ""}
    assert client.get(page).status_code == client.post(page, given).status_code == 404
    assert packet.code not in client.get(reverse("packets")).content.decode()
    assert world.client("centre").get(page).status_code == 200


@pytest.mark.asvs("4.1.3", "15.3.4")
def test_behind_a_proxy_a_stranger_locks_nobody_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SECURE", True)

    def sign_in(password: str, address: str) -> int:
        sent = {"username": "centre", "password": password}
        answer = Client().post(reverse("sign-in"), sent, HTTP_X_FORWARDED_FOR=f"192.0.2.9, {address}")
        return answer.status_code

    answers = [sign_in("guessed words of a stranger", "203.0.113.5") for _ in range(throttle.FREE + 1)]
    assert answers[-1] == 429
    assert sign_in(PASSPHRASE, "198.51.100.7") == 302


def test_the_order_of_what_is_found_does_not_tell_where_a_shelter_lies(world: World) -> None:
    codelists.load()
    rayon, other = [code for code in rayons() if oblast(code) == oblast(rayons()[0]) != code][:2]
    hidden = Offer.objects.create(desk=world.desks["clinic"], service="short_shelter", place=rayon)
    open_one = Offer.objects.create(desk=world.desks["clinic"], service="legal_aid", place=rayon)
    assert nearness(hidden, rayon) == nearness(hidden, other)
    assert nearness(open_one, rayon) != nearness(open_one, other)


def test_no_shelter_of_somebody_she_is_kept_from_is_offered(world: World) -> None:
    actor, person = world.actor("centre"), world.person()
    case = open_case(actor, person, kind="trafficking")
    theirs = Offer.objects.create(desk=world.desks["stranger"], service="short_shelter")
    outside = OutsideOrganisation.objects.create(code="house", place=world.desks["police"].place)
    away = Offer.objects.create(outside=outside, service="short_shelter")
    assert set(shelters(actor, case)) == {theirs, away}
    exclude(actor, person, reason="her_wish", excluded_desk=theirs.desk)
    assert set(shelters(actor, case)) == {away}
    exclude(actor, person, reason="her_wish", place=outside.place)
    with pytest.raises(Problem):
        begin_stay(actor, case, since=timezone.localdate(), offer=away)


def test_an_exclusion_is_not_lifted_by_an_account_that_nobody_admitted(world: World) -> None:
    actor, person = world.actor("centre"), world.person()
    row = exclude(actor, person, reason="her_wish", excluded_desk=world.desks["police"])
    shut = world.client("centre", "supervisor", unlocked=False)
    answer = shut.post(reverse("exclusion-lift", args=[row.pk]))
    assert answer["Location"].startswith(reverse("unlock"))
    row.refresh_from_db()
    assert row.lifted_at is None


@pytest.mark.asvs("1.2.2", "3.7.2")
@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "a-word"]
)
def test_next_leads_to_no_other_site(world: World, target: str) -> None:
    client = world.client("centre", unlocked=False)
    answer = client.post(f"{reverse('unlock')}?{urlencode({'next': target})}", {"passphrase": PASSPHRASE})
    assert answer["Location"] in {reverse("my-work"), "a-word"}
    spoken = client.post(reverse("set_language"), {"language": "en", "next": target})
    assert spoken["Location"] in {reverse("my-work"), "a-word"}


@pytest.mark.asvs("7.4.1")
def test_signing_out_leaves_neither_cookie_nor_session(world: World) -> None:
    client = world.client("centre")
    held = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.get(reverse("people")).status_code == 200
    answer = client.post(reverse("sign-out"))
    assert {answer.cookies[name].value for name in (COOKIE, settings.SESSION_COOKIE_NAME)} == {""}
    assert not SignIn.objects.filter(session_key=held).exists()


@pytest.mark.asvs("7.2.2", "7.2.4")
def test_a_session_begun_before_signing_in_is_not_the_one_after(world: World) -> None:
    client = Client()
    client.get(reverse("sign-in"))
    store = client.session
    store["planted"] = "by a stranger"
    store.save()
    assert store.session_key is not None
    client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    client.post(reverse("sign-in"), {"username": "centre", "password": PASSPHRASE})
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != store.session_key
    assert not SignIn.objects.filter(session_key=store.session_key).exists()


@pytest.mark.asvs("7.4.2")
def test_whoever_is_deactivated_while_signed_in_is_out(world: World) -> None:
    client = world.client("centre")
    User.objects.filter(pk=world.users["centre"].pk).update(is_active=False)
    assert client.get(reverse("people"))["Location"].startswith(reverse("sign-in"))
