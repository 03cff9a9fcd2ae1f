"""What she agrees to is read out in her language, whole: what for, who, which items, until when."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from kamkor.assistance.models import Case, Handover, Referral
from kamkor.base import codelists
from kamkor.identification.models import Packet
from kamkor.people.models import Consent, Person
from tests.assistance.referring import SECRETS, case_at, items, offer_of
from tests.world import World

END = timezone.localdate() + timedelta(days=40)
NAMES = {"en": "Clinic", "ky": "Оорукана", "ru": "Больница", "uz": "Shifoxona", "uz-cyrl": "Шифохона"}
TONGUES = ("ky", "ru", "uz", "uz-cyrl")


def spoken_in(page: str, language: str) -> str:
    """What stands on the page to be read out in this language."""
    block = re.split(r"<form|<h2", page.split('<div id="spoken"')[1])[0]
    parts = re.split(r'(?=<(?:div|details) class="govuk-(?:inset-text|details)")', block)
    return next(part for part in parts if f'lang="{language}"' in part)


def a_case(world: World, language: str) -> Case:
    codelists.load()
    clinic = world.desks["clinic"]
    clinic.names = NAMES
    clinic.save()
    case = case_at(world)
    code = language.partition("-")[0]
    Person.objects.filter(pk=case.person_id).update(languages=[language if language == "uz-cyrl" else code])
    return Case.objects.get(pk=case.pk)


def expected(language: str, *codes: tuple[str, str], day: date | None = None) -> list[str]:
    with translation.override(language):
        words = [codelists.label(*code) for code in codes]
        return [*words, NAMES[language], *([date_format(day, "DATE_FORMAT")] if day else [])]


@pytest.mark.parametrize("language", TONGUES)
def test_a_consent_is_said_whole_in_her_language(world: World, language: str) -> None:
    case = a_case(world, language)
    item = items(world, case, "phone")[0]
    address = reverse("consent-take", args=[case.person_id]) + "?layer=sharing"
    given = {
        "purpose": "consulate", "receiver": world.desks["clinic"].pk, "items": [str(item.pk)],
        "ends_on": END.isoformat(),
    }  # fmt: skip
    client = world.client("centre")
    shown = client.post(address, given | {"say": "1"})
    assert shown.status_code == 200
    assert not Consent.objects.filter(layer="sharing").exists()  # nothing is saved by looking at the words
    wanted = [("consent_purpose", "consulate"), ("particular", "phone"), ("script", "consent_sharing")]
    words = spoken_in(shown.content.decode(), language)
    for text in expected(language, *wanted, day=END):
        assert text in words, text
    assert SECRETS["phone"] in words
    assert SECRETS["address"] not in words  # only what is ticked
    assert "Clinic" in spoken_in(shown.content.decode(), "en")  # the worker's own language is below
    assert "govuk-error-message" not in shown.content.decode()
    assert client.post(address, given).status_code == 302
    assert Consent.objects.get(layer="sharing").language == language


@pytest.mark.parametrize("language", TONGUES)
def test_a_referral_is_said_whole_in_her_language(world: World, language: str) -> None:
    case = a_case(world, language)
    offer = offer_of(world)
    address = reverse("referral-new", args=[case.pk]) + f"?offer={offer.pk}"
    chosen = [str(row.pk) for row in items(world, case, "call_name")]
    given = {
        "items": chosen, "basics": "on", "message": "A dressing, please.", "purpose": "service",
        "urgency": "normal", "ends_on": END.isoformat(), "ground": "consent",
    }  # fmt: skip
    client = world.client("centre")
    words = spoken_in(client.post(address, given | {"say": "1"}).content.decode(), language)
    wanted = expected(language, ("service_type", "medical"), ("particular", "call_name"), day=END)
    for text in [*wanted, SECRETS["call_name"], "A dressing, please."]:
        assert text in words, text
    assert not Referral.objects.exists()
    assert client.post(address, given).status_code == 302
    assert Referral.objects.get().consent.language == language


def test_a_handover_is_said_whole_in_her_language(world: World) -> None:
    case = a_case(world, "ky")
    address = reverse("handover-new", args=[case.pk])
    given = {
        "receiver": world.desks["clinic"].pk, "reads_until": END.isoformat(),
        "items": [str(row.pk) for row in items(world, case, "call_name")], "agreed": "on",
    }  # fmt: skip
    client = world.client("centre")
    words = spoken_in(client.post(address, given | {"say": "1"}).content.decode(), "ky")
    for text in expected("ky", ("consent_purpose", "handover"), ("particular", "call_name"), day=END):
        assert text in words, text
    assert not Handover.objects.exists()
    assert client.post(address, given).status_code == 302
    assert Handover.objects.get().consent.language == "ky"


def test_a_packet_is_said_in_her_language_before_it_is_sent(world: World) -> None:
    case = a_case(world, "uz")
    commission = world.desks["commission"]
    commission.names = NAMES
    commission.save()
    client = world.client("centre")
    given = {"commission": commission.pk, "reasons": "What was seen.", "version": 0}
    sent = client.post(reverse("packet-new", args=[case.person_id]), given)
    assert sent.status_code == 302
    packet = Packet.objects.get()
    page = client.get(reverse("packet", args=[packet.pk]))
    for text in expected("uz", ("consent_purpose", "identification")):
        assert text in spoken_in(page.content.decode(), "uz"), text
    assert client.post(reverse("packet-submit", args=[packet.pk]), {"agreed": "on"}).status_code == 302
    assert Consent.objects.get(purpose="identification").language == "uz"
    seen = world.client("commission", "commission_member").get(reverse("packet", args=[packet.pk]))
    assert 'id="spoken"' not in seen.content.decode()


def test_the_quick_page_says_it_in_every_language(world: World) -> None:
    a_case(world, "ky")
    offer = offer_of(world)
    client = world.client("police", "border_officer")
    given = {"language": "ru", "offer": offer.pk, "call_name": "Canary-Anna", "age": "adult", "say": "1"}
    answer = client.post(reverse("referral-quick"), given)
    for language in ("ru", "ky", "uz"):
        words = spoken_in(answer.content.decode(), language)
        assert NAMES[language] in words
        assert "Canary-Anna" in words
    assert 'inset-text" lang="ru"' in answer.content.decode()  # hers first
    assert not Referral.objects.exists()


def test_strangers_and_other_roles_are_told_nothing(world: World) -> None:
    case = a_case(world, "ky")
    given = {"say": "1", "receiver": world.desks["clinic"].pk}
    pages = [
        reverse("consent-take", args=[case.person_id]) + "?layer=sharing",
        reverse("handover-new", args=[case.pk]),
    ]
    for address in pages:
        assert world.client("stranger").post(address, given).status_code == 404
        assert world.client("line").post(address, given).status_code == 404
        assert world.client("centre", "statistician").post(address, given).status_code == 403
