"""Passkeys as far as no browser is needed: what is not an answer to our question opens nothing and breaks
nothing. With a real browser they are used in tests/journeys/test_signing_in.py."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from django.urls import reverse

from kamkor.access.passkeys import TOO_LONG
from tests.access.entering import is_in, newcomer, with_app, with_password
from tests.world import World

CREDENTIAL: dict[str, Any] = {
    "id": "AAAA",
    "rawId": "AAAA",
    "type": "public-key",
    "clientExtensionResults": {},
    "response": {
        "clientDataJSON": "e30",
        "authenticatorData": "AAAA",
        "signature": "AAAA",
        "userHandle": "MQ",
    },
}
RUBBISH = [
    "",
    "null",
    "[]",
    "7",
    "{",
    "{}",
    '{"response": []}',
    json.dumps(CREDENTIAL),
    json.dumps(CREDENTIAL | {"rawId": 7}),
    json.dumps(CREDENTIAL | {"response": {"userHandle": "%%%"}}),
    json.dumps(CREDENTIAL | {"response": CREDENTIAL["response"] | {"userHandle": None}}),
    json.dumps(CREDENTIAL | {"response": CREDENTIAL["response"] | {"authenticatorData": "!" * 200}}),
    json.dumps(CREDENTIAL | {"response": {"clientDataJSON": "e30", "attestationObject": "oA"}}),
    json.dumps(CREDENTIAL | {"response": {"clientDataJSON": "bm8", "attestationObject": "////"}}),
    "[" * TOO_LONG,
    "[" * (TOO_LONG - 1),
]


@pytest.mark.parametrize("answer", RUBBISH)
def test_what_is_no_answer_of_a_passkey_opens_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr(settings, "SECOND_FACTOR", True)
    client = Client(raise_request_exception=False)
    client.get(reverse("sign-in"))
    assert client.post(reverse("sign-in-by-passkey"), {"answer": answer})["Location"] == reverse("sign-in")
    user = newcomer(world)
    client, _where = with_password(user)
    assert client.get(reverse("factor-passkey")).status_code == 200
    assert client.post(reverse("factor-passkey"), {"name": "Mine", "answer": answer}).status_code == 422
    assert not Authenticator.objects.exists()
    with_app(user)
    with_password(user, client)
    client.get(reverse("second-factor"))
    assert client.post(reverse("second-factor"), {"answer": answer})["Location"] == reverse("second-factor")
    assert not is_in(client)
