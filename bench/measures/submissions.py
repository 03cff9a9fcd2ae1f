"""What telephones send, well and badly, to an empty instance on SQLite."""

import hashlib
import time
from base64 import b64encode
from collections import Counter
from tempfile import gettempdir

from django.test import Client
from django.urls import reverse

from kamkor.base import codelists, wall
from kamkor.surveys import actions, checking
from kamkor.surveys.models import Quarantined, Submission
from kamkor.vault import tokens
from tests.methods.surveys.books import HOUSEHOLD, workbook
from tests.surveys.malformed import GIANT, GOOD, MULTIPART, large, malformed, parts
from tests.world import build

GOOD_ONES, LARGE_ONES = 1_000, 40
WORDS = {
    201: "taken, as nothing in it hinders that",
    413: "too large; over 10 MB it is refused before it is read",
}


def measure(count: int) -> None:
    codelists.load()
    with wall.acting(None, scope="all"):
        world = build()
        actor, raw, secret = world.actor("centre", "supervisor"), workbook(HOUSEHOLD), tokens.new_secret()
        checked = checking.check("h.xlsx", raw)
        actions.upload(actor, actor.desk, checked=checked, workbook=raw)
        actions.add_device(actor, actor.desk, secret=secret, name="Phone")
    pair = b64encode(f"phone:{secret}".encode()).decode()
    client = Client(headers={"Authorization": f"Basic {pair}"}, raise_request_exception=False)
    well(client)
    badly(client, count)


def send(client: Client, body: bytes, media_type: str = MULTIPART) -> int:
    return client.post(reverse("field-submission"), data=body, content_type=media_type).status_code


def well(client: Client) -> None:
    """One after the other, in one process."""
    bodies = [parts(GOOD.format(own=f"good-{number}")) for number in range(GOOD_ONES)]
    clock, cpu = time.perf_counter(), time.process_time()
    statuses = Counter(send(client, body) for body in bodies)
    clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
    assert statuses == {201: GOOD_ONES}, statuses
    print("| Filled forms, one process, SQLite | |\n| --- | --- |")
    print(f"| sent one after the other, all taken; databases in {gettempdir()} | {GOOD_ONES:,} |")
    print(f"| a second by the clock | {GOOD_ONES / clock:.0f} |")
    print(f"| a second of CPU | {GOOD_ONES / cpu:.0f} |\n")


def badly(client: Client, count: int) -> None:
    """Every answer is one of the standard's, and what is not taken lies in quarantine."""
    statuses: Counter[int] = Counter()
    aside: set[str] = set()
    cpu = time.process_time()
    for sent in (*malformed(count - LARGE_ONES), *large(LARGE_ONES)):
        status = send(client, sent.body, sent.media_type)
        statuses[status] += 1
        if status != 201 and len(sent.body) <= GIANT:
            aside.add(hashlib.sha256(sent.body).hexdigest())
    cpu = time.process_time() - cpu
    kept = set(Quarantined.objects.values_list("digest", flat=True))
    print(f"| {count:,} malformed inputs | Answers |\n| --- | --- |")
    for status, times in sorted(statuses.items()):
        print(f"| {status} {WORDS.get(status, 'kept aside, sealed')} | {times:,} |")
    print(f"| 500 | {sum(times for status, times in statuses.items() if status >= 500)} |")
    print(f"| lost | {len(aside - kept)} |")
    print(f"| CPU seconds | {cpu:.0f} |")
    assert Submission.objects.count() <= GOOD_ONES + statuses[201]
