"""A running instance with the demonstration in it, and real browsers that use it as people do."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from socket import socket

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

CHROMIUM = "/usr/bin/chromium"
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
PHONE, DESKTOP = {"width": 320, "height": 640}, {"width": 1280, "height": 900}


@dataclass(frozen=True)
class Instance:
    """Where the instance answers, and the passwords of its accounts."""

    url: str
    home: Path
    passwords: dict[str, str]


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAMKOR_")}
    cheap = {"KAMKOR_KDF_MEMORY_KIB": "64", "KAMKOR_STATIC_FROM_SOURCE": "yes"}
    return kept | cheap | {"KAMKOR_HOME": str(home), "KAMKOR_SECRET_KEY": "only-for-journeys"}


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """`kamkor` as it is installed, on SQLite, in a folder of its own."""
    home = tmp_path_factory.mktemp("instance")
    run = [sys.executable, "-m", "kamkor.cli"]
    for command in ("migrate", "demo"):
        subprocess.run([*run, command], env=environment(home), check=True, stdout=subprocess.DEVNULL)
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (home / "server.log").open("w")
    server = subprocess.Popen(
        [*run, "serve", "--port", str(port)], env=environment(home), stdout=log, stderr=subprocess.STDOUT
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url, server, home / "server.log")
        rows = json.loads((home / "demo-accounts.json").read_text())
        yield Instance(url, home, {row["username"]: row["password"] for row in rows})
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=1):
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

    def go(self, path: str) -> Page:
        answer = self.page.goto(self.instance.url + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        return self.page

    def id(self) -> int:
        """The number in the address of the page that is open."""
        found = re.search(r"/(\d+)(?:/|$|\?)", self.page.url)
        assert found, self.page.url
        return int(found[1])

    def send(self, name: str = "") -> None:
        """Press the page's main button, or the one whose form field or value is `name`."""
        button = self.page.locator(f"main button[name='{name}'], main button[value='{name}']").first if name else None
        (button or self.page.locator("main form:not([data-lock]) button[type='submit'], main form button").last).click()
        self.page.wait_for_load_state()

    def looks(self, name: str) -> None:
        """No page is wider than its window, nothing is left untranslated to axe, a picture is kept on demand."""
        wide = self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
        assert not wide, f"{self.page.url} scrolls sideways"
        folder = os.environ.get("KAMKOR_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture
def sign_in(browser: Browser, instance: Instance) -> Iterator[Callable[..., Desk]]:
    """`sign_in("worker", language="ky", size=PHONE)`: somebody at work."""
    opened = []

    def open_desk(username: str, *, language: str = "en", size: dict[str, int] = DESKTOP) -> Desk:
        context = browser.new_context(viewport=size, locale="en-GB")  # type: ignore[arg-type]
        context.set_default_timeout(8000)
        opened.append(context)
        page = context.new_page()
        page.goto(f"{instance.url}/desk/sign-in")
        page.fill("#id_username", username)
        page.fill("#id_password", instance.passwords[username])
        page.press("#id_password", "Enter")
        page.wait_for_url("**/desk/unlock*")
        page.fill("#id_passphrase", instance.passwords[username])
        page.press("#id_passphrase", "Enter")
        page.wait_for_url(re.compile(r"/desk/(?!unlock)"))
        speak(page, language)
        return Desk(page, instance)

    yield open_desk
    for context in opened:
        context.close()


def speak(page: Page, language: str) -> None:
    """Choose a language as a reader does, by the switch on the page."""
    if page.locator("html").get_attribute("lang") != language:
        page.locator(f"form button[name='language'][value='{language}']").first.click()
        page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == language


@pytest.fixture(scope="session")
def axe() -> Axe:
    return Axe()


def check_axe(axe: Axe, page: Page) -> None:
    """axe finds nothing on the page that is open."""
    results = axe.run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    found = [f"{rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in results.response["violations"]]
    assert not found, f"{page.url}\n" + "\n".join(found)
