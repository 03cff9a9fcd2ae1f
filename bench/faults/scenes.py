"""The faults, one after the other, under the same load; in the end everything is counted."""

import os
import random
import signal
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from typing import Any
from uuid import uuid4

from django.db import connections
from django.urls import reverse

from bench.faults.load import Browser, Deed, at_work, insist, work
from bench.faults.stage import Stage
from kamkor.assistance.models import Note
from kamkor.base import wall

ROUNDS = 20  # of two people who change one note
JUMPS = (-7200, 3 * 3600, 0)  # seconds by which the clock is off
RESTARTS = 3
WITHOUT_ROOM, AT_MOST = 24, 600  # forms refused while the disk is full, and sent until then


def play(stage: Stage, *, kills: int, short: bool) -> dict[str, Any]:
    """Every scene; the figures of each, and what was found to be wrong."""
    figures: dict[str, Any] = {"scenes": {}}
    scenes = [kill, two_at_once] if short else [kill, two_at_once, clock, jobs_twice, restart, full_disk]
    stage.here.serve()
    try:
        for scene in scenes:
            before = sum(stage.ledger.answers.values())
            figures["scenes"][scene.__name__] = scene(stage, kills) if scene is kill else scene(stage)  # type: ignore[operator]
            figures["scenes"][scene.__name__]["requests"] = sum(stage.ledger.answers.values()) - before
    finally:
        stage.here.stop()
    findings = stage.sealed()
    wrong = (
        stage.wrong()
        + findings
        + [text for scene in figures["scenes"].values() for text in scene.pop("wrong", [])]
    )
    return figures | {
        "answers": dict(stage.ledger.answers),
        "deeds": len(stage.ledger.deeds),
        "sent again": sum(deed.tries > 1 for deed in stage.ledger.deeds),
        "acknowledged": sum(deed.done for deed in stage.ledger.deeds),
        "log": "as it was sealed" if not findings else "changed",
        "failures": dict(stage.here.failures().most_common()),
        "wrong": wrong,
    }


def kill(stage: Stage, times: int) -> dict[str, Any]:
    """Workers die at any moment of their work."""
    killed = 0
    with at_work(stage.browsers(), stage.deed, stage.ledger):
        while killed < times:
            ripe = stage.here.ripe()
            if ripe:
                os.kill(random.choice(ripe), signal.SIGKILL)
                killed += 1
            time.sleep(random.uniform(0.02, 0.4))
    return {"times": killed}


def two_at_once(stage: Stage) -> dict[str, Any]:
    """Two people change one note, each from the text that they saw: one is saved, one gets both texts."""
    wrong, pair = [], stage.browsers("worker", 2)
    path = reverse("note-edit", args=[stage.note.pk])
    with ThreadPoolExecutor(2) as threads:
        for _round in range(ROUNDS):
            with wall.acting(None, scope="all"):
                version = Note.objects.select_related("text").get(pk=stage.note.pk).text.version
            connections.close_all()
            texts = [f"mine {uuid4().hex}", f"theirs {uuid4().hex}"]

            def change(number: int, texts: list[str] = texts, version: int = version) -> tuple[int, str]:
                fields = [("once", uuid4().hex), ("text", texts[number]), ("version", str(version))]
                return patiently(pair[number], path, fields)

            answers = sorted(threads.map(change, range(2)))
            if [status for status, _page in answers] != [302, 409]:
                wrong.append(f"two at once: {[status for status, _page in answers]}")
            elif not all(text in answers[1][1] for text in texts):
                wrong.append("two at once: a text was lost")
    return {"times": ROUNDS, "wrong": wrong}


def patiently(browser: Browser, path: str, fields: list[tuple[str, str]]) -> tuple[int, str]:
    for _try in range(20):
        try:
            return browser.send(path, fields)
        except (OSError, HTTPException):
            time.sleep(0.1)
    return 0, ""


def clock(stage: Stage) -> dict[str, Any]:
    """The clock jumps back, forward, and to where it belongs."""
    with at_work(stage.browsers(), stage.deed, stage.ledger):
        for seconds in JUMPS:
            stage.here.clock.write_text(str(seconds))
            time.sleep(2)
    return {"times": len(JUMPS)}


def jobs_twice(stage: Stage) -> dict[str, Any]:
    """`kamkor tick` (with its messages to partners) and the sealing of the log, two of each at once."""
    heard = len(stage.heard.bodies)
    with at_work(stage.browsers(), stage.deed, stage.ledger):
        begun = [
            stage.here.command(*words) for words in (("tick",), ("audit", "seal")) for _twice in range(2)
        ]
        said = [each.communicate()[0] for each in begun]
    failed = [text for each, text in zip(begun, said, strict=True) if each.returncode]
    twice = stage.told_twice()
    wrong = [f"a job failed: {text[-200:]}" for text in failed]
    return {
        "times": len(begun),
        "messages": len(stage.heard.bodies) - heard,
        "wrong": wrong + ([f"{twice} messages were sent twice"] if twice else []),
    }


def restart(stage: Stage) -> dict[str, Any]:
    """The database server stops without being shut down; SQLite is held by another program for a while."""
    with at_work(stage.browsers(), stage.deed, stage.ledger):
        for _time in range(RESTARTS):
            time.sleep(1)
            if stage.here.cluster is not None:
                stage.here.restart_database()
            else:
                hold(stage)
        time.sleep(1)
    return {"times": RESTARTS}


def hold(stage: Stage) -> None:
    held = sqlite3.connect(stage.here.folder / "home" / "kamkor.sqlite3", isolation_level=None)
    held.execute("BEGIN EXCLUSIVE")
    time.sleep(3)
    held.execute("ROLLBACK")
    held.close()


def full_disk(stage: Stage) -> dict[str, Any]:
    """Not a byte is left; then there is room, and the same forms are sent again."""
    if not stage.here.own_disk:
        return {"times": 0, "left out": "no disk of its own could be made"}
    browsers = stage.browsers()
    for browser in browsers:
        browser.send(browser.page, [])  # each has its session and its token while there is room
    stage.here.fill_up()
    deeds: list[tuple[Browser, Deed]] = []
    refused = 0
    for number in range(AT_MOST):  # at first there is room in the log that is there already
        deed = stage.deed(number)
        stage.ledger.deeds.append(deed)
        refused += not work(browsers[number % len(browsers)], deed, stage.ledger)
        deeds.append((browsers[number % len(browsers)], deed))
        if refused == WITHOUT_ROOM:
            break
    stage.here.make_room()
    for browser, deed in deeds:
        if not deed.done:
            insist(browser, deed, stage.ledger)
    wrong = [] if refused else ["the disk was never full"]
    return {"times": 1, "refused": refused, "wrong": wrong}
