"""The register and the watch over adverts, from the firm's entry to the letter and the public door."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from tests.journeys.conftest import DESKTOP, LANGUAGES, PHONE, Desk

SignIn = Callable[..., Desk]
ADVERT = (
    "Девушки 18-25! Ферма в Дубае без опыта, 3500 $. Агентство «{firm}». Паспорт отдать до выезда. "
    "Никому не говорите. +996 555 000 {tail}"
)


FIRMS = {"ky": "Талас Көч Сапар", "ru": "Нарын Транзит", "uz": "Fargʻona Yoʻldosh", "en": "Chuy Harvest"}


@pytest.mark.parametrize(("language", "script"), [*((one, True) for one in LANGUAGES), ("ky", False)])
def test_an_advert_is_read_judged_and_written_about(sign_in: SignIn, language: str, script: bool) -> None:
    size = PHONE if language in ("ky", "uz") else DESKTOP
    firm = FIRMS[language] if script else f"{FIRMS[language]} Плюс"
    officer = sign_in("permits", language=language, size=size, script=script)
    entered(officer, firm)
    analyst = sign_in("monitor", language=language, size=size, script=script)
    analyst.go("/desk/adverts/new")
    text = ADVERT.format(firm=firm, tail=LANGUAGES.index(language) + (100 if script else 200))
    analyst.fill(text=text, source="telegram", outlet="Jobs", day=str(timezone.localdate()))
    analyst.looks()
    analyst.submit()
    assert analyst.page.locator("main mark").count() > 3
    assert analyst.page.locator("main a[href^='/desk/recruiters/']", has_text=firm).count() == 1
    analyst.fill(decision="write", why="Паспорт")
    analyst.submit("/review")
    analyst.looks()
    analyst.press("main a[href$='/letters/new']")
    analyst.fill(to_kind="outlet", to_name="Jobs", language="ky" if language == "ky" else "ru")
    analyst.submit()
    analyst.looks()
    assert firm in analyst.text("article")
    with analyst.page.expect_download() as paper:
        analyst.page.locator("main a[href$='/pdf']").click()
    assert paper.value.path().read_bytes().startswith(b"%PDF-")
    for page in ("/desk/adverts/", "/desk/letters/", "/desk/adverts/figures"):
        analyst.go(page)
        analyst.looks()
    checked(analyst, firm)


def entered(officer: Desk, firm: str) -> None:
    """A firm with a permit for Korea."""
    officer.go("/desk/recruiters/new")
    officer.fill(name=firm)
    officer.submit()
    officer.press("main a[href$='/permits/new']")
    today = timezone.localdate()
    officer.fill(country="KR", kind="issued", on=f"{today.year}-01-01", until=f"{today.year + 1}-01-01")
    officer.looks()
    officer.submit()
    officer.looks()
    officer.go("/desk/recruiters/")
    officer.looks()


def checked(anybody: Desk, firm: str) -> None:
    """At the public door, in small letters."""
    anybody.go(f"/{anybody.language}/firm")
    anybody.fill(name=firm.lower())
    anybody.submit()
    anybody.press("main button[name='firm']")
    assert firm in anybody.text()
    anybody.looks()
