"""Codes that name a record without meaning anything."""

from random import SystemRandom

from django.conf import settings

from kamkor.methods.public_codes import new_code


def fresh_code() -> str:
    """A new code such as KM-7F3K-2Q; unique by a constraint where it is stored."""
    return new_code(settings.CODE_PREFIX, SystemRandom())
