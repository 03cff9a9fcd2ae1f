"""Passkeys: what the browser is asked to sign, and whether its answer is right.

A passkey stays in its telephone, computer or stick, asks there for a finger or a PIN, and signs for our
address alone: it is of no use to a page that looks like ours. All functions need the request of allauth's
middleware, whose session keeps the question.
"""

import json
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError

from kamkor.access.models import User

TOO_LONG = 20_000  # no browser answers with more
BROKEN = (ValidationError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError)


class Refused(Exception):
    """The answer is not a browser's, not to our question, or of a passkey that is unknown."""


def new_question(user: User) -> dict[str, Any]:
    """What a browser needs to make a passkey for this user."""
    return dict(auth.begin_registration(user, passwordless=True))


def add(user: User, answer: str, name: str) -> Authenticator:
    """Keep the passkey that a browser has made; raises Refused."""
    try:
        credential = _read(answer)
        auth.parse_registration_response(credential)
        made = auth.complete_registration(credential)
        if not made.is_user_verified():
            raise Refused
        return auth.WebAuthn.add(user, name, credential).instance
    except BROKEN as error:
        raise Refused from error


def question(user: User | None = None) -> dict[str, Any]:
    """What a browser needs to sign with one of the user's passkeys, or with any that it has for us."""
    return dict(auth.begin_authentication(user))


def used(answer: str, user: User | None = None) -> Authenticator:
    """The passkey that has signed, with its user; raises Refused."""
    try:
        credential = _read(answer)
        auth.parse_authentication_response(credential)
        whose = user or auth.extract_user_from_response(credential)
        row = auth.complete_authentication(whose, credential)
    except BROKEN as error:
        raise Refused from error
    row.record_usage()
    return row


def _read(answer: str) -> dict[str, Any]:
    credential = json.loads(answer) if len(answer) < TOO_LONG else None
    if not isinstance(credential, dict) or not isinstance(credential.get("response"), dict):
        raise Refused
    return credential
