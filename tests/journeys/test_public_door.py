"""Somebody without an account, on an old telephone: help, an offer checked, a report and its answer."""

from collections.abc import Callable
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.journeys.conftest import LANGUAGES, PATIENCE, PHONE, Desk, Instance

SignIn = Callable[..., Desk]
ADVERT = "Требуются девушки в Дубай, танцы. Загранпаспорт отдать сразу, билет в долг. +996555010203"
TEXT = "Үйдө кыздар камалып турат"


def stranger(browser: Browser, instance: Instance, language: str, *, script: bool = True) -> Desk:
    context = browser.new_context(viewport=PHONE, java_script_enabled=script)
    context.set_default_timeout(PATIENCE)
    return Desk(context.new_page(), instance, language, set(), script)


def check_an_offer(door: Desk) -> None:
    door.go(f"/{door.language}/offer")
    door.fill(text=ADVERT)
    door.submit()
    assert door.page.locator("mark").count() >= 2
    assert door.page.locator("main ul li").count() >= 2


def report(door: Desk) -> str:
    """What the slip says under which the answer will lie."""
    door.go(f"/{door.language}/report")
    door.looks("report")
    door.fill(kind="exploited", text=TEXT)
    sent: list[str] = []
    door.page.on("request", lambda one: sent.append(one.post_data or ""))
    door.submit("/report")
    assert "sealed+by+the+browser" in "".join(sent) or not door.script  # by the browser, before it leaves
    assert quote_plus(TEXT) not in "".join(sent) or not door.script
    return door.text("#slip")


def ask_about_a_relative(door: Desk) -> None:
    """What is required is asked for again without a word being lost, and nothing written leaves unsealed."""
    door.go(f"/{door.language}/missing")
    sent: list[str] = []
    door.page.on("request", lambda one: sent.append(one.post_data or ""))
    door.fill(names="Бакыт Издөөлү", known=TEXT)
    door.page.locator("main form button").last.click()
    expect(door.page.locator(".govuk-error-summary")).to_be_visible()
    assert door.page.input_value("[name='known']") == TEXT
    door.fill(asking_dangerous="no", kind="lost_contact", asker_is="spouse")
    door.page.locator("main form button").last.click()
    door.page.wait_for_url("**/missing/asked")
    posted = "".join(sent)
    assert posted.count("sealed+by+the+browser") == 4
    assert quote_plus(TEXT) not in posted


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_an_offer_and_a_report(browser: Browser, instance: Instance, language: str) -> None:
    door = stranger(browser, instance, language)
    door.go(f"/{language}/")
    door.looks("front")
    door.page.locator("main a[href$='/help']").click()
    expect(door.page).to_have_url(f"{instance.url}/{language}/help")
    assert door.page.evaluate("history.length") <= 2  # the step took the place of the one before
    door.looks("help")
    door.go(f"/{language}/for/schools")
    door.looks("schools")
    check_an_offer(door)
    door.looks("offer")
    slip = report(door)
    assert len(slip.split()) == 7
    assert door.page.evaluate("history.length") <= 5  # addresses that were typed here, and no form
    door.looks("slip")
    door.go(f"/{language}/report/answers")
    door.fill(slip=slip)
    door.submit()
    assert TEXT not in door.text()
    door.looks("answers")
    if language == "ky":
        ask_about_a_relative(door)
    assert not door.page.context.cookies()
    door.page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_line_answers_somebody_without_script(
    browser: Browser, instance: Instance, sign_in: SignIn, language: str
) -> None:
    door = stranger(browser, instance, language, script=False)
    check_an_offer(door)
    slip = report(door)
    desk = sign_in("operator")
    desk.go("/desk/door/")
    desk.looks()
    with desk.page.expect_navigation():
        desk.page.locator("main a[href^='/desk/reports/']").first.click()
    desk.looks()
    assert TEXT in desk.text()
    desk.fill(text="Which street?")
    desk.submit()
    door.go(f"/{language}/report/answers")
    door.fill(slip=slip)
    door.submit()
    assert "Which street?" in door.text()
    door.page.context.close()


def test_three_times_escape_leaves(browser: Browser, instance: Instance) -> None:
    door = stranger(browser, instance, "en")

    def elsewhere(route: Route) -> None:
        route.fulfill(status=200, content_type="text/html", body="<title>Elsewhere</title>")

    door.page.route("https://www.wikipedia.org/**", elsewhere)
    door.go("/en/help")
    for _ in range(3):
        door.page.keyboard.press("Escape")
    door.page.wait_for_url("https://www.wikipedia.org/**")
    door.page.go_back(wait_until="commit")
    assert "/en/help" not in door.page.url
    door.page.context.close()
