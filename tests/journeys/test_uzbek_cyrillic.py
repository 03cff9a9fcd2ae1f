"""The main path in Uzbek as most of its readers in the south were taught to read it: in Cyrillic letters."""

import re
from collections.abc import Callable

from django.conf import settings
from playwright.sync_api import expect

from kamkor.codes.loaders import code_list
from tests.journeys.conftest import PHONE, Desk
from tests.journeys.steps import take_in

SignIn = Callable[..., Desk]
# Every visible text of the page that is not marked as being in another language or as a name.
VISIBLE = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (parent.closest('script, style, select[name=language], [lang]:not(html), [translate=no]')) continue;
    if (parent.closest('option') || parent.checkVisibility()) found.push(walker.currentNode.data);
  }
  return found.join('\\n');
}"""
CODE = r"\bKM(?:\W[0-9A-Z]+)+|\bF\d{1,2}\b"
WORD = re.compile(r"[A-Za-zʻʼ]{2,}")
# Abbreviations, the demonstration's names as their bearers write them, languages and organisations.
LATIN = {"Kamkor", "HTCDS", "CSV", "XLSX", "PDF", "JPEG", "PNG", "WhatsApp", "Telegram", "Gulnora"}
LATIN |= {word for _code, language in settings.LANGUAGES for word in WORD.findall(language)}
LATIN |= {word for row in code_list("organisation").values() for word in WORD.findall(row.label("uz-cyrl"))}
MAIN_PATH = ("", "plan", "services/", "notes/", "documents/", "timeline", "refer", "close", "notes/new")


def latin_words(desk: Desk) -> set[str]:
    text = re.sub(CODE, " ", desk.page.evaluate(VISIBLE))
    return set(WORD.findall(text)) - LATIN


def look(desk: Desk, path: str) -> None:
    page = desk.go(path)
    # What a page fetches for itself is there.
    expect(page.locator("main [hx-trigger=load] > p.govuk-body > a")).to_have_count(0)
    desk.looks()
    assert not latin_words(desk), path


def test_the_main_path_has_no_latin_word(sign_in: SignIn) -> None:
    desk = sign_in("worker", language="uz-cyrl", size=PHONE)
    page = desk.go("/desk/")
    assert page.locator("form button[name='language'][value='uz']").first.inner_text() == "Oʻzbekcha"
    for path in (
        "/desk/",
        "/desk/people/",
        "/desk/people/new",
        "/desk/cases/",
        "/desk/referrals/",
        "/desk/tasks/",
    ):
        look(desk, path)
    her = take_in(desk, "Гулнора", language="uz")
    for path in MAIN_PATH:
        look(desk, f"{her.case_path}{path}")
    for path in ("", "consents/new", "screenings", "packets/new", "print"):
        look(desk, f"{her.person_path}{path}")
