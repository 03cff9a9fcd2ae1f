"""Starts the server next to a stage, asks it for pages and reads what its worker holds."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from socket import socket
from typing import Any

from django.db import connection
from django.urls import reverse

from bench.measures.acting import Browser, signed_in
from bench.measures.pages import Scene, scenes
from bench.waiting import PATIENCE, until_it_answers
from kamkor.access.models import User
from kamkor.base import wall

REQUESTS, AT_ONCE = 500, 8
CHEAP = "KAMKOR_KDF_MEMORY_KIB"  # how the stages save time where nothing is measured


def measure(rounds: int) -> None:
    browser = signed_in()
    found = [scene for scene in scenes(browser) if scene.name != "Accept a referral"]
    requests = list(prepared(browser, found, REQUESTS))
    with serving() as (port, worker, seconds):
        first = held(worker, "VmRSS")
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = Counter(pool.map(lambda one: send(port, one), requests))
        if answers[200] < REQUESTS // 2 or set(answers) - {200, 302}:
            raise SystemExit(f"The server answered {dict(answers)}")
        after = held(worker, "VmRSS")
        send(port, signing_in(browser))
        most = held(worker, "VmHWM")
    shown = " | ".join(f"{number:.0f}" for number in (first, after, most))
    print(f"| {connection.display_name} | {seconds:.1f} | {shown} |", flush=True)


def prepared(browser: Browser, found: list[Scene], number: int) -> Iterator[dict[str, Any]]:
    """All scenes in turn."""
    for turn in range(number):
        with wall.acting(None, scope="all"):
            yield browser.environ(*found[turn % len(found)].prepare(turn))


def signing_in(browser: Browser) -> dict[str, Any]:
    with wall.acting(None, scope="all"):
        name = User.objects.get(pk=browser.user).username
    return browser.environ(reverse("sign-in"), {"username": name, "password": "not the right words"})


@contextmanager
def serving() -> Iterator[tuple[int, int, float]]:
    """The port, the worker's process and the seconds until it answered."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name != CHEAP}
    begun = time.perf_counter()
    command = [sys.executable, "-m", "kamkor.cli", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=sys.stderr)
    try:
        seconds = until_it_answers(port, begun)
        yield port, child_of(server.pid), seconds
    finally:
        server.terminate()
        server.wait(PATIENCE)


def send(port: int, environ: dict[str, Any]) -> int:
    """What is answered to a request that was made for WSGI, sent over the network instead."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        headers = {
            "Host": "localhost",
            "Cookie": environ["HTTP_COOKIE"],
            "Accept-Language": environ["HTTP_ACCEPT_LANGUAGE"],
            "Content-Type": environ["CONTENT_TYPE"],
        }
        body = environ["wsgi.input"].read() or None
        connection.request(environ["REQUEST_METHOD"], environ["PATH_INFO"], body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def child_of(process: int) -> int:
    """The one worker that the server has started."""
    [worker] = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return int(worker)


def held(process: int, what: str) -> float:
    """Megabytes that a process holds in memory now (VmRSS) or held at most (VmHWM)."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    [size] = (line.split()[1] for line in lines if line.startswith(what))
    return int(size) * 1024 / 1e6
