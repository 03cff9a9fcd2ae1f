"""The public door: no account, no cookie, four languages, and nothing kept of what is only looked at."""

import gzip
import re

import pytest
from django.test import Client
from django.utils import translation

from kamkor.access import door as door_of
from kamkor.base import codelists
from kamkor.directory.models import Offer, OutsideOrganisation
from kamkor.methods.buckets import Buckets
from kamkor.website import abroad
from tests.walls.test_first_view import weight_of
from tests.world import World

PAGES = [
    *("", "help", "traces", "near", "offer", "report", "report/answers", "departure"),
    *("abroad", "abroad/kz", "abroad/ready", "missing", "missing/asked", "sent"),
]
PARTS = ("kamkor.css", "public.js", "page.svg", "inter-regular.woff2", "inter-semibold.woff2")
BUDGET = 60 * 1024
ADVERT = "Требуются девушки в Дубай, танцы. Загранпаспорт отдать сразу, билет в долг. WhatsApp +996555010203"


@pytest.fixture
def door(world: World, monkeypatch: pytest.MonkeyPatch) -> Client:
    codelists.load()
    monkeypatch.setattr(door_of, "_READ", Buckets(60, 1))
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_light_neutral_and_leaves_no_cookie(door: Client, page: str) -> None:
    for language in ("ky", "ru", "uz", "uz-cyrl", "en"):
        answer = door.get(f"/{language}/{page}")
        assert answer.status_code == 200
        text = answer.content.decode()
        assert f'lang="{language}"' in text
        assert "data-quick-exit" in text
        assert "Kamkor" not in text
        assert not answer.cookies
        assert len(gzip.compress(answer.content)) + weight_of(*PARTS) < BUDGET
    assert door.get("/").headers["Location"] == "/en/"


def test_what_is_not_there_names_nothing_and_leaves_no_cookie(door: Client) -> None:
    answer = door.get("/ky/nowhere")
    assert answer.status_code == 404
    assert "data-quick-exit" in answer.content.decode()
    assert "Kamkor" not in answer.content.decode()
    assert not answer.cookies


def test_an_offer_is_explained_and_nothing_of_it_is_kept(door: Client) -> None:
    text = door.post("/en/offer", {"text": ADVERT}).content.decode()
    assert "<mark>" in text
    assert "Show your passport" in text
    for words in ("Ищем повара", "<script>alert(1)</script>", "مرحبا 👋 " * 9000):
        answer = door.post("/en/offer", {"text": words})
        assert answer.status_code == 200
        said = answer.content.decode().lower()
        assert "<script>alert" not in said
        assert "is safe" not in said
    assert not door.cookies


def test_a_long_offer_is_read_to_its_end_and_costs_more_turns(door: Client) -> None:
    said = door.post(
        "/en/offer", {"text": "Тынч жер. " * 30_000 + "Паспорт сдаёте водителю."}
    ).content.decode()
    assert "<mark>Паспорт сдаёте водителю<sup>" in said
    assert "all of it was read" in said
    assert len(gzip.compress(said.encode())) < BUDGET
    assert door.post("/en/offer", {"text": "Тынч жер. " * 100_000}).status_code == 429


def test_services_near_me_name_no_shelter(door: Client, world: World) -> None:
    outside = OutsideOrganisation.objects.create(code="o", names={"en": "Quiet house"}, kind="ngo")
    place = "41702205000000"
    Offer.objects.create(outside=outside, service="short_shelter", place=place, children=True)
    assert "Quiet house" not in door.post("/en/near", {"place": place}).content.decode()
    Offer.objects.create(outside=outside, service="legal", place=place)
    shown = door.post("/en/near", {"place": place}).content.decode()
    assert "Quiet house, Issyk-Kul oblast" in shown  # whoever runs a shelter: no nearer than that


@pytest.mark.parametrize("language", ["ky", "ru", "uz", "en"])
@pytest.mark.usefixtures("door")
def test_every_country_names_whom_to_call_and_no_number_is_confirmed(language: str) -> None:
    for country in abroad.countries():
        with translation.override(language):
            called = [row for row in abroad.advice(country) if row.telephones]
        assert len(called) >= 2, country
        assert not any(row.confirmed for row in called)  # numbers change: the page says so of each
        assert all(re.fullmatch(r"\+?[\d ]{3,20}", number) for row in called for number in row.telephones)


def test_a_country_page_says_what_is_unconfirmed_and_no_answers_make_anybody_safe(door: Client) -> None:
    page = door.get("/en/abroad/kz").content.decode()
    assert "consulate general in Almaty" in page
    assert "unconfirmed" in page
    number = 'href="tel:+77770371448"'
    assert number in page
    assert "unconfirmed" in page[page.index(number) :].partition("</p>")[0]
    assert "kloop.kg" in page[page.index(number) :].partition("</p>")[0]
    assert door.get("/en/abroad/xx").status_code == 404
    for given in ({}, dict.fromkeys(("contract", "firm", "visa", "debt", "passport", "home"), "yes")):
        shown = door.post("/en/abroad/ready", given | {"numbers": "no"}).content.decode()
        assert "Learn two numbers by heart" in shown
    every = dict.fromkeys(codelists.entries("ready_question"), "yes")
    shown = door.post("/en/abroad/ready", every).content.decode()
    assert "Nobody can promise" in shown
    assert "you are safe" not in shown.lower()
