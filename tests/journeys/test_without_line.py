"""A day without a line: the network is cut while it sends, all arrives once, and nothing that can be read is
left in the browser."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import PATIENCE, PHONE, Desk, wait_until

SignIn = Callable[..., Desk]
SECRET = "canary of the far pasture"
FORM = ".odk-form"
FIELD = f"{FORM} input[type=text], {FORM} textarea"
# Everything that the browser keeps, as text.
KEPT = """async () => {
    const texts = [{ ...localStorage }, { ...sessionStorage }].map((store) => JSON.stringify(store));
    const answer = (asked) => new Promise((done) => (asked.onsuccess = () => done(asked.result)));
    const told = (_, value) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : value);
    for (const { name } of await indexedDB.databases()) {
        const base = await answer(indexedDB.open(name));
        for (const store of base.objectStoreNames) {
            const rows = await answer(base.transaction(store).objectStore(store).getAll());
            texts.push(...rows.map((row) => JSON.stringify(row, told)));
        }
        base.close();
    }
    for (const name of await caches.keys())
        for (const answer of await (await caches.open(name)).matchAll()) texts.push(await answer.text());
    return texts;
}"""
EMPTY = f"async () => (await ({KEPT})()).every((text) => text === '{{}}')"
DRAFTED = f"""async () => (await ({KEPT})()).some((text) => text.includes('"state":"draft"'))"""
# What this page is made of is kept here, so that it can be opened again without a line.
ALL_HERE = """async () => {
    if (!navigator.serviceWorker.controller) return false;
    const pathOf = (address) => new URL(address).pathname;
    const here = (await (await caches.open('kamkor-field')).keys()).map(({ url }) => pathOf(url));
    const parts = performance.getEntriesByType('resource').map(({ name }) => pathOf(name));
    const needed = parts.filter((path) => path.startsWith('/static/')).concat(location.pathname);
    return needed.every((path) => here.includes(path));
}"""
STATES = "() => [...document.querySelectorAll('#queue li, #sent li')].map(r => r.dataset.state).sort().join()"


def kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate(KEPT)
    return found


def wait_for_states(page: Page, *expected: str) -> None:
    want = ",".join(sorted(expected))
    # The page itself tries again after twenty seconds.
    page.wait_for_function(f"want => ({STATES})() === want", arg=want, timeout=2 * PATIENCE)


def open_form(page: Page) -> None:
    page.locator("a[href^='/fill/forms/']").last.click()
    page.wait_for_selector(FORM, timeout=30000)


def begin(desk: Desk) -> None:
    """One visit with a line: the page and one form."""
    desk.go("/desk/forms/new")
    desk.press("button[value='labour_market']")
    desk.go("/desk/without-line/")
    desk.looks()
    desk.press("form[action$='/begin'] button")
    desk.page.wait_for_function("() => navigator.serviceWorker.controller")
    open_form(desk.page)
    desk.looks("form")  # with the engine in it
    wait_until(desk.page, ALL_HERE)
    desk.page.goto(f"{desk.instance.url}/fill/")
    desk.looks()
    wait_until(desk.page, ALL_HERE)


def fill_in_and_write_down(page: Page, home: str) -> None:
    """Without a line: a form, which is left and taken up again, and a contact."""
    page.reload()
    open_form(page)
    page.locator(FIELD).last.fill(SECRET)
    wait_until(page, DRAFTED)  # a moment after the last key
    page.reload()
    page.wait_for_selector(FORM)
    expect(page.locator(FIELD).last).to_have_value(SECRET)
    assert not [text for text in kept(page) if SECRET in text]
    page.locator(f"{FORM} .footer button").click()
    page.wait_for_url(home)
    page.locator("#day-contact summary").click()
    page.fill("#contact_note", SECRET)
    page.locator("#day-contact button").click()
    wait_for_states(page, "waiting", "waiting")


def send_through_a_cut(page: Page) -> None:
    """It has arrived, and the answer is lost: it still waits, and is sent once more."""
    lost: list[int] = []
    looked: list[bool] = []  # the page tries again by itself: in vain, until it has been looked at

    def cut(route: Route) -> None:
        if looked:
            route.continue_()
            return
        if not lost:
            lost.append(route.fetch().status)
        route.abort()

    page.route("**/fill/send", cut)
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/fill/send")):
        page.context.set_offline(False)  # from now on it sends
    assert lost == [200]
    wait_for_states(page, "waiting", "waiting")
    looked.append(True)
    page.locator("#send").click()
    wait_for_states(page, "sent", "sent")
    page.unroute("**/fill/send")
    told = page.locator("#sent li").all_text_contents()
    assert all(re.search(r"[0-9A-F]{4}-[0-9A-F]{4}", text) for text in told), told


@pytest.mark.asvs("14.3.1", "14.3.3")
def test_a_day_without_a_line_arrives_once_and_leaves_nothing(sign_in: SignIn) -> None:
    desk = sign_in("supervisor", anew=True, size=PHONE)
    page, home = desk.page, f"{desk.instance.url}/fill/"
    begin(desk)
    page.clock.set_fixed_time(datetime.now(UTC) - timedelta(hours=9))  # a telephone whose clock is wrong
    page.context.set_offline(True)
    fill_in_and_write_down(page, home)
    assert not [text for text in kept(page) if SECRET in text]
    send_through_a_cut(page)
    desk.go("/desk/without-line/")  # the form is opened and counted by that alone
    assert "opened:" not in desk.text()
    desk.press("main a[href^='/desk/without-line/']")
    assert SECRET in desk.text()
    desk.press("form[action$='/take'] button")
    words = "words => document.querySelector('main form [name=note]').value === words"
    page.wait_for_function(words, arg=SECRET)
    desk.go("/desk/")
    desk.press("form[action$='/sign-out'] button")
    wait_until(page, "async () => !(await caches.keys()).length")
    wait_until(page, EMPTY)
    assert page.goto(home) is not None
    assert "/desk/sign-in" in page.url
