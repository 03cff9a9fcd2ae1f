"""The example in docs/ works: it hears, checks, drops what comes twice, and fetches."""

import importlib.util
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from pytest_django import Settings

from kamkor.vault.signing import shown_secret
from kamkor.webhooks import actions, delivering, events
from kamkor.webhooks.models import Delivery
from tests.api.calling import partner
from tests.assistance.referring import MESSAGE, refer
from tests.world import World

FILE = Path(__file__).parents[2] / "docs/examples/webhook_client.py"


def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("webhook_client", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def client() -> ModuleType:
    return example()


class Silent(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def inbox(client: ModuleType, tmp_path: Path) -> Iterator[Any]:
    found = client.Inbox([], str(tmp_path / "inbox.sqlite3"))
    server = client.serve(found, 0)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    found.address = f"http://127.0.0.1:{server.server_port}/"
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_example_hears_checks_and_fetches(
    world: World, settings: Settings, client: ModuleType, inbox: Any
) -> None:
    settings.WEBHOOKS_LOCAL = True
    ours, head = partner(world, "clinic"), world.actor("clinic", "supervisor")
    told = actions.make(
        head, head.desk, token=ours.token, address=inbox.address, kinds=["referral.sent", "referral.recalled"]
    )
    inbox.secrets.append(shown_secret(told.secret))
    events.read_log(timezone.now())
    referral = refer(world)
    assert delivering.work() == {"sent": 1}
    Delivery.objects.update(state="waiting")
    assert delivering.work() == {"sent": 1}, "the answer was lost: it is sent again"
    message = inbox.new.get_nowait()
    assert inbox.new.empty(), "and counted once"
    found = fetched(client, ours.secret, message)
    assert found["code"] == referral.code
    assert MESSAGE in {item["text"] for item in found["items"]}
    inbox.done(message)
    assert client.Inbox([], inbox.path).new.empty()


def fetched(client: ModuleType, token: str, message: dict[str, Any]) -> Any:
    """By a request over the network, which this thread answers: the test's records are its own."""
    found: list[Any] = []
    app = get_wsgi_application()
    server = make_server("127.0.0.1", 0, app, handler_class=Silent)
    with server, pytest.MonkeyPatch.context() as patch:
        address = f"http://127.0.0.1:{server.server_port}"
        asking = Thread(target=lambda: found.append(client.fetch(address, token, message)))
        asking.start()
        for signal in (request_started, request_finished):  # the connection stays, as the test's own
            patch.setattr(signal, "send", lambda **_rest: [])
        server.handle_request()
        asking.join()
    return found[0]


def test_the_example_refuses_what_is_not_ours(client: ModuleType) -> None:
    secret, other = "whsec_" + "A" * 43 + "=", "whsec_" + "B" * 43 + "="
    now, body = time.time(), b'{"id": "1"}'

    def genuine(**changed: Any) -> bool:
        given = {"secrets": [secret], "body": body, "now": now} | changed
        stamp = str(int(now))
        signature = signed(secret, f"1.{stamp}.".encode() + body)
        headers = {"Webhook-Id": "1", "Webhook-Timestamp": stamp, "Webhook-Signature": signature}
        headers |= changed.pop("headers", {})
        given.pop("headers", None)
        return bool(client.is_genuine(headers=headers, **given))

    assert genuine()
    assert genuine(secrets=[other, secret])
    assert not genuine(secrets=[other])
    assert not genuine(body=b'{"id": "2"}')
    assert not genuine(now=now + 301)
    assert not genuine(headers={"Webhook-Id": "2"})
    assert not genuine(headers={"Webhook-Timestamp": "soon"})
    assert not genuine(headers={"Webhook-Signature": ""})


def signed(secret: str, text: bytes) -> str:
    import hashlib
    import hmac
    from base64 import b64decode, b64encode

    key = b64decode(secret.removeprefix("whsec_"))
    return "v1," + b64encode(hmac.digest(key, text, hashlib.sha256)).decode()


def test_without_an_href_nothing_is_fetched(client: ModuleType) -> None:
    assert client.fetch("http://127.0.0.1:1", "", {"object": {"href": None}}) is None
