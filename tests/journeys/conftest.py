"""A running instance with the demonstration in it, and real browsers that use it as people do."""

import json
import os
import re
import secrets
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from socket import socket
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import (
    Browser,
    Locator,
    Page,
    Playwright,
    Response,
    StorageState,
    ViewportSize,
    expect,
    sync_playwright,
)
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from tests import ready
from tests.journeys.looking import PICTURES, check_axe, keep_picture
from tests.ready import RUN, environment

# Debian's Chromium without its windows draws the same pages with less work.
CHROMIUM = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LANGUAGES = ("ky", "ru", "uz", "en")
PHONE, DESKTOP = ViewportSize(width=320, height=640), ViewportSize(width=1280, height=900)
PATIENCE = 20_000  # milliseconds: a busy machine is slow, and only what fails waits for so long
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever walks about goes when most has been seen."""
    items.sort(key=lambda item: item.path.stem == "test_every_page")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:  # xdist is not typed
    """Each language is one worker's, with its own instance: nobody signs in or looks at a page there twice.
    What xdist itself calls a group is written where this pytest does not read it any more."""
    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = group_of
    return scheduler


def group_of(test: str) -> str:
    """Those who walk share what they have seen, and the first of them goes where her language has been seen.
    Whoever has a second factor shares an instance that asks for it."""
    if "test_wherever_links_lead" in test:
        return LANGUAGES[0]
    if "test_signing_in" in test:
        return "any"
    named = re.search(rf"\[(?:.*-)?({'|'.join(LANGUAGES)})(?:-.*)?\]$", test)
    return named[1] if named else "any"


@dataclass(frozen=True)
class Instance:
    """Where the instance answers, and the passwords of its accounts."""

    url: str
    home: Path
    passwords: dict[str, str]


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """`kamkor` as it is installed, on SQLite, in a folder of its own."""
    home = tmp_path_factory.mktemp("instance")
    shutil.copytree(ready.demonstration(), home, dirs_exist_ok=True)
    with serving(home, environment(home)) as running:
        yield running


@pytest.fixture(scope="session")
def strict(instance: Instance) -> Iterator[Instance]:
    """The same instance as it runs in earnest: a second factor is required. Passkeys belong to a name."""
    with serving(instance.home, environment(instance.home) | {"KAMKOR_SECOND_FACTOR": "yes"}) as running:
        yield replace(running, url=running.url.replace("127.0.0.1", "localhost"))


@contextmanager
def serving(home: Path, settings: dict[str, str]) -> Iterator[Instance]:
    port = free_port()
    log = (home / f"server-{port}.log").open("w")
    server = subprocess.Popen(
        [*RUN, "serve", "--port", str(port)], env=settings, stdout=log, stderr=subprocess.STDOUT
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url, server, home / f"server-{port}.log")
        rows = json.loads((home / "demo-accounts.json").read_text())
        yield Instance(url, home, {row["username"]: row["password"] for row in rows})
    finally:
        server.terminate()
        server.wait(timeout=60)
        log.close()


def free_port() -> int:
    """None of those that the system lends to whoever asks another: the server begins a while later."""
    while True:
        with socket() as free:
            try:
                free.bind(("127.0.0.1", 20_000 + secrets.randbelow(12_000)))
            except OSError:
                continue
            return int(free.getsockname()[1])


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=10):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The server does not answer:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@dataclass
class Desk:
    """One person's browser: signed in, the vault open."""

    page: Page
    instance: Instance
    language: str
    seen: set[tuple[str, ...]]
    script: bool = True

    def go(self, path: str, *, status: int = 200) -> Page:
        answer = self.page.goto(self.instance.url + path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"
        return self.page

    def id(self) -> int:
        """The number in the address of the page that is open."""
        found = re.search(r"/(\d+)(?:/|$|\?)", self.page.url)
        assert found, self.page.url
        return int(found[1])

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.instance.url)

    def fill(self, **fields: str | bool | list[str]) -> None:
        """Fill fields by their names: text, choice, tick; True ticks the only box, a list several."""
        for name, value in fields.items():
            for one in value if isinstance(value, list) else [value]:
                self._fill(name, one)

    def _fill(self, name: str, value: str | bool) -> None:
        found = self.page.locator(f"main [name='{name}']:not([type='hidden'])")
        kind = found.first.evaluate("field => field.type")
        if kind in ("radio", "checkbox"):
            box = found if value is True else self.page.locator(f"main [name='{name}'][value='{value}']")
            unfold(box.first).check()
        elif kind == "select-one":
            unfold(found.first).select_option(str(value))
        else:
            unfold(found.first).fill(str(value))

    def submit(self, to: str = "", *, status: int = 200) -> Response:
        """Press the button of the form that leads to the address ending in `to`, by default to this page."""
        form = f"main form[action$='{to}']" if to else "main form[method='post']:not([action])"
        return self.press(f"{form} button:not([type='button'], [name='say'])", status=status)

    def press(self, button: str, *, status: int = 200) -> Response:
        """Press the last button or link of a selector and wait for the page that it leads to."""
        if self.script and self.page.locator("body[data-public]").count():
            answer = self._press_at_the_door(button)
        else:
            with self.page.expect_navigation() as led:
                unfold(self.page.locator(button).last).click()
            answer = led.value
        assert answer.status == status, f"{button}: {answer.status} {self.complaints()}"
        return answer

    def _press_at_the_door(self, button: str) -> Response:
        """There the answer takes the place of the form, and nothing is added to the history."""
        with self.page.expect_response(lambda one: one.request.resource_type == "fetch" and one.ok) as led:
            unfold(self.page.locator(button).last).click()
        self.page.wait_for_function("() => !document.querySelector('form[data-sent]')")
        self.page.wait_for_load_state()  # where the answer led to another page
        return led.value

    def complaints(self) -> str:
        return " | ".join(self.page.locator(".govuk-error-summary, main h1").all_inner_texts())

    def key(self, key: str) -> None:
        """Press a key that leads to another page."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def text(self, part: str = "main") -> str:
        return "\n".join(self.page.locator(part).all_inner_texts())

    def has_seen(self, path: str) -> bool:
        """Whether this kind of page has been looked at in this language already, and was as wide."""
        return (kind_of(path), self.language, self.width) in self.seen

    @property
    def width(self) -> str:
        size = self.page.viewport_size
        return str(size and size["width"])

    def looks(self, name: str = "") -> None:
        """axe finds nothing (asked once for each page and language), and nothing scrolls sideways."""
        self.page.wait_for_load_state()
        expect(self.page.locator(".htmx-request")).to_have_count(0)  # what is being fetched is shown faint
        wide = self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
        assert not wide, f"{self.page.url} scrolls sideways"
        page = (kind_of(self.path), self.language)
        if self.script and (name or page not in self.seen):  # axe is a script itself
            # Contrast, the dearest of its rules, is a page's in every language.
            check_axe(self.page, contrast=bool(name) or (page[0], "") not in self.seen)
            self.seen |= {page, (page[0], "")}
        self.seen.add((*page, self.width))
        folder, picture = os.environ.get("KAMKOR_SCREENSHOTS"), f"{name}-{self.language}"
        if folder and picture in PICTURES:
            keep_picture(self.page, Path(folder) / f"{picture}.png")


def wait_until(page: Page, asked: str) -> None:
    """Wait for the yes of an asynchronous question: `wait_for_function` takes its promise for one."""
    for _ in range(PATIENCE // 100):
        if page.evaluate(asked):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{page.url} never came to: {asked}")


def kind_of(path: str) -> str:
    return re.sub(r"\d+|\?.*", "", path)


def unfold(field: Locator) -> Locator:
    """Open what is folded around a field, as its user would."""
    folded = field.locator("xpath=ancestor::details[not(@open)]/summary")
    for summary in folded.all():
        summary.click()
    return field


@dataclass
class Windows:
    """Whoever has signed in goes on in the same window in later tests: to open one takes as long as pages."""

    browser: Browser
    instance: Instance
    known: dict[tuple[str, bool], Page] = field(default_factory=dict)
    taken: list[Page] = field(default_factory=list)  # by the test that runs

    def new(self, *, script: bool, state: StorageState | None = None) -> Page:
        context = self.browser.new_context(locale="en-GB", java_script_enabled=script, storage_state=state)
        context.set_default_timeout(PATIENCE)
        return context.new_page()

    def of(self, username: str, *, script: bool) -> Page:
        """Where somebody is signed in; another window there, if the test has taken that."""
        if (username, script) not in self.known:
            self.known[username, script] = self.signed_in(username, script=script)
        window = self.known[username, script]
        if window in self.taken:
            window = window.context.new_page()
        self.taken.append(window)
        return window

    def signed_in(self, username: str, *, script: bool) -> Page:
        elsewhere = self.known.get((username, not script))
        state = elsewhere.context.storage_state() if elsewhere else None
        window = self.new(script=script, state=state)
        if elsewhere is None:
            enter(window, self.instance, username)
        return window

    def leave(self) -> None:
        """Nothing of the test stays in a window but that somebody has signed in."""
        for window in self.taken:
            if window not in self.known.values():
                window.close()
                continue
            window.goto(f"{self.instance.url}/healthz")
            window.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        self.taken.clear()


@pytest.fixture(scope="session")
def windows(browser: Browser, instance: Instance) -> Windows:
    return Windows(browser, instance)


@pytest.fixture(scope="session")
def seen() -> set[tuple[str, ...]]:
    """The pages that axe has looked at, each with its language."""
    return set()


@pytest.fixture
def sign_in(windows: Windows, seen: set[tuple[str, ...]]) -> Iterator[Callable[..., Desk]]:
    """`sign_in("worker", language="ky", size=PHONE)`: somebody at work, before the first page of the test."""
    alone: list[Page] = []

    def open_desk(
        username: str,
        *,
        language: str = "en",
        size: ViewportSize = DESKTOP,
        script: bool = True,
        anew: bool = False,
    ) -> Desk:
        if anew:
            page = windows.new(script=script)
            alone.append(page)
            enter(page, windows.instance, username)
            speak(page, language)
        else:
            page = windows.of(username, script=script)
        speaking = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": windows.instance.url}
        page.context.add_cookies([speaking])  # type: ignore[list-item]
        page.set_viewport_size(size)
        return Desk(page, windows.instance, language, seen, script)

    yield open_desk
    for page in alone:
        page.context.close()
    windows.leave()


def enter(page: Page, instance: Instance, username: str) -> None:
    """Sign in, then unlock: two steps with two fields."""
    page.goto(f"{instance.url}/desk/sign-in")
    page.fill("#id_username", username)
    page.fill("#id_password", instance.passwords[username])
    page.press("#id_password", "Enter")
    page.wait_for_url("**/desk/unlock*")
    page.fill("#id_passphrase", instance.passwords[username])
    page.press("#id_passphrase", "Enter")
    page.wait_for_url(re.compile(r"/desk/(?!unlock)"))


def speak(page: Page, language: str) -> None:
    """Choose a language as a reader does, by the switch on the page."""
    if page.locator("html").get_attribute("lang") != language:
        with page.expect_navigation():
            page.locator(f"form button[name='language'][value='{language}']").first.click()
    assert page.locator("html").get_attribute("lang") == language
