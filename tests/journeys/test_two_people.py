"""Two people at one record, and one person whose finger slips."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import LANGUAGES, PHONE, Desk
from tests.journeys.steps import Taken, take_in

SignIn = Callable[..., Desk]


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_edit_one_note_and_neither_text_is_lost(sign_in: SignIn, language: str) -> None:
    worker, colleague = sign_in("worker", language=language), sign_in("colleague", language=language)
    note = write_note(worker, take_in(worker, f"Nurgul {language}"), "She will call.")
    worker.go(f"{note}edit")
    colleague.go(f"{note}edit")  # hers is in the care of another: she is asked why
    assert "/open?" in colleague.path
    colleague.looks()
    colleague.fill(reason="stand_in")
    colleague.submit()
    assert colleague.path == f"{note}edit"
    worker.fill(text="She will call on Monday.")
    worker.submit()
    colleague.fill(text="She will call on Tuesday at ten.")
    colleague.submit(status=409)
    assert "She will call on Monday." in colleague.text(".kamkor-conflict")
    assert "She will call on Tuesday at ten." in colleague.text(".kamkor-conflict")
    colleague.looks("conflict")
    colleague.fill(text="She will call on Monday or on Tuesday at ten.")
    colleague.submit()
    assert colleague.path == note
    assert "She will call on Monday or on Tuesday at ten." in colleague.text()
    assert "She will call on Monday." in colleague.text(".kamkor-timeline")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_double_click_counts_once(sign_in: SignIn, script: bool) -> None:
    desk = sign_in("worker", script=script, size=PHONE)
    her = take_in(desk, f"Begaiym {script}")
    desk.go(f"{her.case_path}goals/new")
    desk.fill(text="canary-goal")
    with slow_line(desk.page):
        desk.page.locator("main form[method='post'] button").dblclick()
        # The second sending breaks off the first: no one navigation can be waited for, only where they end.
        expect(desk.page).to_have_url(f"{desk.instance.url}{her.case_path}plan")
        desk.page.wait_for_load_state()
    desk.go(f"{her.case_path}plan")
    assert goals(desk) == 1


@contextmanager
def slow_line(page: Page) -> Iterator[None]:
    """No answer comes so soon that the second click would meet another page."""
    tools = page.context.new_cdp_session(page)
    line = {"offline": False, "latency": 400, "downloadThroughput": -1, "uploadThroughput": -1}
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", line)
    yield
    tools.detach()


def test_back_and_once_more_counts_once(sign_in: SignIn) -> None:
    """A browser that sends the same form again (back, reload, a lost line) is led to the first answer."""
    desk = sign_in("worker")
    her = take_in(desk, "Jyldyz")
    path = f"{her.case_path}goals/new"
    desk.go(path)
    desk.fill(text="canary-goal")
    fields = desk.page.evaluate("Object.fromEntries(new FormData(document.querySelector('main form')))")
    desk.submit()
    again = desk.page.request.post(
        desk.instance.url + path, form=fields, headers={"Origin": desk.instance.url}
    )
    assert again.url.endswith(f"{her.case_path}plan")
    desk.go(f"{her.case_path}plan")
    assert goals(desk) == 1


def goals(desk: Desk) -> int:
    return desk.page.locator("main a[href^='/desk/goals/']").count()


def write_note(desk: Desk, her: Taken, text: str) -> str:
    desk.go(f"{her.case_path}notes/new")
    desk.fill(kind="fact", text=text)
    desk.submit()
    desk.press("main h2 a[href^='/desk/notes/']")
    return desk.path
