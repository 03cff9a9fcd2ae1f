"""How tests call the API: as a partner system with a token."""

import json
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.utils import timezone

from kamkor import api
from kamkor.access import tokens
from kamkor.access.api.endpoints import offered, with_needs
from kamkor.access.approvals import Approval
from kamkor.access.models import Token
from kamkor.access.policy import RULES
from kamkor.vault import desks
from tests.world import Browser, World

ROOT = "/api/v1/"
assert api.api.title  # what can be allowed is known once the operations have been read
_keys = count(1)


@dataclass(frozen=True)
class Partner:
    """A system that holds a token."""

    token: Token
    secret: str

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, None, **headers)

    def post(self, path: str, body: object = None, **headers: str) -> Any:
        return self.send("POST", path, body, **{"Idempotency-Key": f"key-{next(_keys)}"} | headers)

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        sent = headers | {"Authorization": f"Bearer {self.secret}"}
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        client = Browser(raise_request_exception=False)
        return client.generic(method, ROOT + path, content, content_type="application/json", headers=sent)


def allowed(role: str) -> set[str]:
    """Everything that a token in this role can be allowed."""
    return with_needs(role, {verb for verb in offered() if role in RULES[verb].roles})


def partner(
    world: World, desk: str = "centre", role: str = "worker", *scopes: str, days: int = 30
) -> Partner:
    """A partner system at `desk` with these scopes and what they need; with none, with all of its role."""
    actor, secret = world.actor(desk, "supervisor"), tokens.new_secret()
    verbs = with_needs(role, scopes) if scopes else allowed(role)
    token = tokens.make(actor, actor.desk, secret=secret, name="Partner", role=role, scopes=verbs, days=days)
    if token.pair is not None:  # a second person has agreed: tests/api/test_tokens.py
        Approval.objects.filter(subject=f"access.token:{token.pk}").update(closed_at=timezone.now())
        desks.admit(actor.keyring, actor.desk.holder, token.pair.holder)
    return Partner(token, secret)
