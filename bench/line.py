"""A day's work leaves over 64 kbit/s where three packets of ten are lost: how long it takes.

`python -m bench.line`, as root on Linux: a network of its own with one line, no other machine, and the
server at its end. It is sent as the page sends it: a bundle of 48 KB, of 6 KB after one was lost, given
up when a line of 1.5 KB a second would have carried it.
"""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from hashlib import sha256
from pathlib import Path

from bench.options import Options
from tests import ready
from tests.journeys.conftest import serving
from tests.ready import environment

RATE, LOSS, TIMES = "64kbit", 0.3, 5
BUNDLE, LEAST, PATIENCE, SPEED, SOON, AGAIN = 48 * 1024, 6 * 1024, 20, 1500, 3, 20
# What one of three people writes down in a day: how many, and how many letters each.
DAY = {
    "contact": (12, 400),
    "intake": (2, 1500),
    "note": (10, 1500),
    "service": (6, 200),
    "referral": (2, 600),
}
FORMS, FORM_BYTES = 5, 3000
SLOW = (
    "tc qdisc add dev lo root tbf rate {rate} burst 1600 latency 400ms; "
    "iptables -A INPUT -i lo -m statistic --mode random --probability {loss} -j DROP"
)


def main(_given: Options | None = None) -> None:
    """Prints the section of the page of benchmarks."""
    told = subprocess.run(
        ["unshare", "-n", sys.executable, "-m", "bench.line", "inside"], capture_output=True, check=False
    )  # the server may be cut off while it ends
    items, size, seconds = json.loads(told.stdout)
    print(f"## A day's work over a bad line\n\n{items} things that were written down, {size / 1024:.0f} KB,")
    print(f"over {RATE}/s where 30 % of the packets are lost each way.\n")
    print("| Try | Seconds until all had arrived |\n| --- | --- |")
    for number, (taken, posts) in enumerate(seconds, 1):
        print(f"| {number} | {taken:.0f} ({posts} requests) |")


def inside() -> None:
    """In the network of its own."""
    subprocess.run("ip link set lo up mtu 1500", shell=True, check=True)
    with tempfile.TemporaryDirectory() as place:
        shutil.copytree(ready.demonstration(), place, dirs_exist_ok=True)
        settings = environment(Path(place))
        with serving(Path(place), settings) as instance:
            made = [json.loads(_prepared(settings)) for _ in range(TIMES)]
            subprocess.run(SLOW.format(rate=RATE, loss=LOSS), shell=True, check=True)
            port = int(instance.url.rpartition(":")[2])
            seconds = [_sent(port, day) for day in made]
            size = sum(len(bytes.fromhex(item["sealed"])) for item in made[0]["items"])
            print(json.dumps([len(made[0]["items"]), size, seconds]))
            subprocess.run("iptables -F; tc qdisc del dev lo root", shell=True, check=True)


def _prepared(settings: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bench.line", "day"], env=settings | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, check=True,
    )  # fmt: skip
    return done.stdout.decode().splitlines()[-1]


def day() -> None:
    """A browser of a worker, and what it has sealed."""
    import django

    django.setup()
    from kamkor.access.actor import Actor
    from kamkor.access.models import Membership
    from kamkor.base import wall
    from kamkor.surveys import actions, browsers
    from kamkor.vault import tokens
    from kamkor.vault.envelopes import seal_envelope

    with wall.acting(None, scope="all"):
        row = Membership.objects.current().select_related("user", "desk__holder").filter(role="worker")[0]
        secret, pair = tokens.new_secret(), row.desk.holder.current()
        actor = Actor(membership=row, user=row.user)
        actions.begin_browser(actor, row.desk, secret=secret, name="Phone", sign_in=tokens.new_secret()[:16])
    things = [(kind, size) for kind, (many, size) in DAY.items() for _ in range(many)]
    items = []
    for kind, size in [*things, *[("form", FORM_BYTES)] * FORMS]:
        mark = uuid.uuid4()
        words = json.dumps({"fields": [["note", "ө" * size]]}, ensure_ascii=False).encode()
        sealed = seal_envelope(pair, words, kind=kind, mark=mark)
        items.append({"mark": str(mark), "kind": kind, "sealed": sealed.hex()})
    print(json.dumps({"cookie": f"{browsers.COOKIE}={secret}", "pair": pair.pk, "items": items}))


def _sent(port: int, made: dict[str, object]) -> tuple[float, int]:
    """Seconds, and how many requests it took."""
    begun, posts, room = time.monotonic(), 0, BUNDLE
    waiting: list[dict[str, str]] = list(made["items"])  # type: ignore[call-overload]
    while waiting:
        bundle = _first(waiting, room)
        posts += 1
        if not _posted(port, made, bundle):
            time.sleep(SOON if room > LEAST else AGAIN)
            room = LEAST
            continue
        waiting = waiting[len(bundle) :]
    return time.monotonic() - begun, posts


def _first(waiting: list[dict[str, str]], room: int) -> list[dict[str, str]]:
    size = 0
    bundle: list[dict[str, str]] = []
    for item in waiting:
        size += len(item["sealed"]) // 2
        if bundle and size > room:
            break
        bundle.append(item)
    return bundle


def _cut(line: http.client.HTTPConnection) -> None:
    if line.sock is not None:
        line.sock.shutdown(socket.SHUT_RDWR)


def _posted(port: int, made: dict[str, object], bundle: list[dict[str, str]]) -> bool:
    now, mark = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()), "bench-line"
    about = {
        item["mark"]: {
            "kind": item["kind"],
            "pair": made["pair"],
            "made": now,
            "digest": sha256(bytes.fromhex(item["sealed"])).hexdigest(),
        }
        for item in bundle
    }
    parts = [("about", "", json.dumps({"sent_at": now, "items": about}).encode())]
    parts += [
        (item["mark"], f'; filename="{item["mark"]}"', bytes.fromhex(item["sealed"])) for item in bundle
    ]
    body = b"".join(
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode()
        + content
        + b"\r\n"
        for name, file, content in parts
    )
    headers = {
        "Content-Type": f"multipart/form-data; boundary={mark}",
        "Cookie": str(made["cookie"]),
        "X-Kamkor-Field": "1",
    }
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE + 60)
    stop = threading.Timer(PATIENCE + len(body) / SPEED, _cut, [line])
    stop.start()
    try:
        line.request("POST", "/fill/send", body + f"--{mark}--\r\n".encode(), headers)
        told = json.loads(line.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError, AttributeError):
        return False
    finally:
        stop.cancel()
        line.close()
    assert all(one["state"] == "sent" for one in told["items"].values()), told
    return True


if __name__ == "__main__":
    {"inside": inside, "day": day}.get(sys.argv[1] if len(sys.argv) > 1 else "", main)()
