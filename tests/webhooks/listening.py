"""A partner's system that listens on this machine, and a subscription that tells it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from django.utils import timezone

from kamkor.webhooks import actions, events
from kamkor.webhooks.kinds import KINDS, offered_to
from kamkor.webhooks.models import Subscription
from tests.api.calling import partner
from tests.world import World


@dataclass
class Heard:
    """What has arrived, and what is answered."""

    port: int = 0
    status: int = 204
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answer: bytes = b""
    meanwhile: Callable[[], None] = lambda: None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/in?from=kamkor"

    @property
    def told(self) -> list[Any]:
        return [json.loads(body) for body in self.bodies]


@contextmanager
def listening() -> Iterator[Heard]:
    heard = Heard()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            heard.headers.append(dict(self.headers.items()))
            heard.meanwhile()
            self.send_response(heard.status)
            self.send_header("Location", f"http://127.0.0.1:{heard.port}/elsewhere")
            self.end_headers()
            self.wfile.write(heard.answer)

        def log_message(self, *_args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    heard.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def subscribe(
    world: World, heard: Heard, desk: str = "clinic", role: str = "worker", *kinds: str
) -> Subscription:
    """The log is read up to now, so that what comes is new."""
    token = partner(world, desk, role).token
    wanted = kinds or [name for name in offered_to(token.scopes) if name in KINDS]
    actor = world.actor(desk, "supervisor")
    row = actions.make(actor, actor.desk, token=token, address=heard.address, kinds=wanted)
    events.read_log(timezone.now())
    return row


def now() -> datetime:
    return timezone.now()
