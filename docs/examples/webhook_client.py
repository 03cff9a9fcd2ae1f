"""A partner's system that is told of events by Kamkor. Python's standard library only; change what you like.

    KAMKOR_URL=https://kamkor.example.org KAMKOR_TOKEN=kamkor_… WEBHOOK_SECRET=whsec_… \
        python webhook_client.py 8080

It stands behind a proxy that serves https. It answers at once and works afterwards: Kamkor waits ten seconds
and sends again what was not answered with 200 to 299.
"""

import hashlib
import hmac
import json
import os
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from sqlite3 import connect
from threading import Thread
from typing import Any
from urllib.request import Request, urlopen

TOLERANCE = 300  # seconds by which a message may be old, or the clocks differ
LARGEST = 256 * 1024


def is_genuine(secrets: list[str], headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """Whether one of our secrets has signed this body, just now. While a secret is turned there are two."""
    key, stamp = headers.get("Webhook-Id", ""), headers.get("Webhook-Timestamp", "")
    if not stamp.isdecimal() or abs(now - int(stamp)) > TOLERANCE:
        return False
    signed = f"{key}.{stamp}.".encode() + body
    given = [one.removeprefix("v1,") for one in headers.get("Webhook-Signature", "").split()]
    for secret in secrets:
        mac = hmac.digest(b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256)
        if any(hmac.compare_digest(b64encode(mac), one.encode()) for one in given):
            return True
    return False


class Inbox:
    """Genuine messages, each once, in a file that outlives this program."""

    def __init__(self, secrets: list[str], path: str = "inbox.sqlite3") -> None:
        self.secrets, self.path = secrets, path
        self.new: Queue[dict[str, Any]] = Queue()
        with closing(connect(path)) as rows, rows:
            rows.execute("CREATE TABLE IF NOT EXISTS message (id TEXT PRIMARY KEY, body TEXT, done INT)")
            for (body,) in rows.execute("SELECT body FROM message WHERE NOT done ORDER BY rowid"):
                self.new.put(json.loads(body))

    def receive(self, headers: Mapping[str, str], body: bytes) -> int:
        """The status to answer with. A message that arrives a second time is answered and dropped."""
        if not is_genuine(self.secrets, headers, body, time.time()):
            return 401
        with closing(connect(self.path)) as rows, rows:
            kept = rows.execute(
                "INSERT OR IGNORE INTO message VALUES (?, ?, 0)", [headers["Webhook-Id"], body.decode()]
            )
        if kept.rowcount:
            self.new.put(json.loads(body))
        return 204

    def done(self, message: dict[str, Any]) -> None:
        with closing(connect(self.path)) as rows, rows:
            rows.execute("UPDATE message SET done = 1 WHERE id = ?", [message["id"]])


def fetch(server: str, token: str, message: dict[str, Any]) -> Any:
    """The object as it is now and as this token may see it; None where only its code was told."""
    href = message["object"]["href"]
    if href is None:
        return None
    request = Request(server + href, headers={"Authorization": f"Bearer {token}"})  # noqa: S310 the server is ours
    with urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def serve(inbox: Inbox, port: int) -> ThreadingHTTPServer:
    """A server that takes messages; call its `serve_forever`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            small = length.isdecimal() and int(length) <= LARGEST
            self.send_response(inbox.receive(self.headers, self.rfile.read(int(length))) if small else 413)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """No log: a line would say who was told of what."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def main() -> None:
    server, token = os.environ["KAMKOR_URL"], os.environ["KAMKOR_TOKEN"]
    inbox = Inbox(os.environ["WEBHOOK_SECRET"].split())
    Thread(target=serve(inbox, int(sys.argv[1])).serve_forever, daemon=True).start()
    while True:
        message = inbox.new.get()
        found = fetch(server, token, message)
        sys.stdout.write(f"{message['kind']} {message['object']['code']} {found and found.get('status')}\n")
        inbox.done(message)


if __name__ == "__main__":
    main()
