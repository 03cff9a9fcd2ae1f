"""Somebody at work on a stage: signed in at its largest desk with the vault open, without a web server."""

import secrets
import string
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from bench.stage import known
from kamkor.access import sessions
from kamkor.access.factors import PASSED
from kamkor.access.middleware import MEMBERSHIP
from kamkor.access.models import User
from kamkor.base import wall
from kamkor.vault import session
from kamkor.vault.keyring import Keyring
from tests.world import open_vault

LANGUAGE = "ky"
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True)
class Browser:
    """What a browser sends along with every request."""

    user: int
    desk: int
    membership: int
    cookies: str
    mark: str  # against forged forms

    def environ(self, path: str, form: Mapping[str, object] | None = None) -> dict[str, Any]:
        """A GET, or the POST of a form."""
        sent = urlencode({**form, "csrfmiddlewaretoken": self.mark}).encode() if form is not None else b""
        place, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET" if form is None else "POST",
            "PATH_INFO": place,
            "QUERY_STRING": query,
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": self.cookies,
            "HTTP_ACCEPT_LANGUAGE": LANGUAGE,
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(sent)),
            "wsgi.input": BytesIO(sent),
        }
        setup_testing_defaults(environ)
        return environ


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


def signed_in(role: str = "worker") -> Browser:
    """In this role at the largest desk of the stage, as after signing in and opening the vault."""
    found: dict[str, Any] = known(settings.HOME)
    with wall.acting(None, scope="all"):
        user = User.objects.get(pk=found["user"])
        mark = "".join(secrets.choice(string.ascii_letters) for _ in range(32))
        store = sessions.SessionStore()
        sessions.begin(store, "")
        store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        store[MEMBERSHIP], store["_csrftoken"] = found["memberships"][role], mark
        store[PASSED] = user.pk
        key = open_vault(store, Keyring.load(b64decode(found["keys"])))
        store.save()
    cookies = {
        settings.SESSION_COOKIE_NAME: store.session_key,
        session.COOKIE: key,
        settings.LANGUAGE_COOKIE_NAME: LANGUAGE,
    }
    sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return Browser(user.pk, found["desk"], found["memberships"][role], sent, mark)


def ask(application: Application, environ: dict[str, Any]) -> Answer:
    """One request, answered to the end."""
    heard: list[str] = []
    parts = application(environ, lambda status, *rest: heard.append(status))
    body = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    return Answer(int(heard[0][:3]), body)
