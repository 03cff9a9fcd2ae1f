"""People at work: each sends a form until it is acknowledged, as a person would who reads the page."""

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from urllib.parse import urlencode
from uuid import uuid4

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
PATIENCE = 90  # seconds after which somebody gives up
WELL, REDIRECT, REFUSED = 200, 302, 400
UNLOCK = "/desk/unlock"


@dataclass
class Browser:
    """One session, with a connection that is opened anew where it was cut."""

    port: int
    cookies: dict[str, str]
    passphrase: str
    page: str  # any page of this session with a form on it
    token: str = ""
    connection: HTTPConnection | None = None

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, str]:
        """Status, and the text or where it leads; raises OSError or HTTPException when no answer comes."""
        if self.connection is None:
            self.connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        cookies = "; ".join(f"{name}={text}" for name, text in self.cookies.items())
        headers = {"Cookie": cookies} | ({"Content-Type": kind} if kind else {})
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            page = answer.read().decode(errors="replace")
            for given in answer.headers.get_all("Set-Cookie") or []:
                self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(given).items()}
            return answer.status, answer.headers["Location"] if answer.status == REDIRECT else page
        except (OSError, HTTPException):
            self.connection.close()
            self.connection = None
            raise

    def send(self, path: str, fields: list[tuple[str, str]], file: bytes | None = None) -> tuple[int, str]:
        if not self.token:
            status, page = self.ask("GET", self.page)
            found = TOKEN.search(page)
            if status != WELL or found is None:
                raise HTTPException
            self.token = found[1]
        body, kind = encoded([("csrfmiddlewaretoken", self.token), *fields], file)
        return self.ask("POST", path, body, kind)

    def unlock(self) -> None:
        """What somebody does whose vault was shut: by that clock, nobody has been there for hours."""
        self.send(UNLOCK, [("passphrase", self.passphrase)])


def encoded(fields: list[tuple[str, str]], file: bytes | None) -> tuple[bytes, str]:
    if file is None:
        return urlencode(fields).encode(), "application/x-www-form-urlencoded"
    edge = uuid4().hex
    head = "".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in fields
    )
    head += f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="f.txt"\r\n\r\n'
    return head.encode() + file + f"\r\n--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


@dataclass
class Deed:
    """One thing that somebody wants to be saved: found again by its mark."""

    kind: str
    path: str
    fields: list[tuple[str, str]]
    file: bytes | None = None
    mark: str = ""
    done: bool = False
    tries: int = 0


@dataclass
class Ledger:
    """What was sent, and how it was answered."""

    deeds: list[Deed] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    unsaid: list[str] = field(default_factory=list)  # failures whose page did not say what became of it
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str) -> None:
        with self.lock:
            self.answers[what] += 1

    def acknowledged(self, kind: str) -> list[Deed]:
        return [deed for deed in self.deeds if deed.kind == kind and deed.done]


def work(browser: Browser, deed: Deed, ledger: Ledger) -> bool:
    """Try once; whether it was acknowledged."""
    deed.tries += 1
    try:
        status, page = browser.send(deed.path, deed.fields, deed.file)
        shut = status == REDIRECT and page.startswith(UNLOCK)
        if shut:  # nothing was saved, and the text waits, sealed
            browser.unlock()
    except (OSError, HTTPException):
        ledger.note("cut off")
        return False
    ledger.note("to be unlocked first" if shut else str(status))
    deed.done = status == REDIRECT and not shut
    if status >= REFUSED and not says_so(deed, page):
        ledger.unsaid.append(f"{status} {deed.kind}: {page[:60]}")
    return deed.done


def says_so(deed: Deed, page: str) -> bool:
    """Whether the page of a failure says that nothing was saved, or that nobody knows, and gives the text
    back; or that it was saved."""
    kept = deed.kind in ("contact", "upload") or deed.mark in page
    not_saved = "was not saved" in page or "not certain that" in page
    return (not_saved and kept) or "just sent was saved" in page


def insist(browser: Browser, deed: Deed, ledger: Ledger, *, stop: Callable[[], bool] = lambda: False) -> None:
    until = time.monotonic() + PATIENCE
    while not work(browser, deed, ledger) and time.monotonic() < until and not stop():
        time.sleep(0.05 + random.random() / 10)


@contextmanager
def at_work(browsers: list[Browser], deeds: Callable[[int], Deed], ledger: Ledger) -> Iterator[None]:
    """Everybody works until the block ends; what was begun is brought to its end."""
    over = threading.Event()

    def one(number: int) -> None:
        while not over.is_set():
            deed = deeds(number)
            with ledger.lock:
                ledger.deeds.append(deed)
            insist(browsers[number], deed, ledger)

    threads = [threading.Thread(target=one, args=[number]) for number in range(len(browsers))]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
