"""What a new password must be, after NIST SP 800-63B-4: long, and none that others guess first. No rules
of composition, no change for its own sake; the same letters in other code points are the same password."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.apps import apps
from django.conf import settings
from django.contrib.auth import hashers
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

LONGEST = 128
GIVEN_FOR = timedelta(days=7)  # so long a first password is good
MAX_LINE = 1000
SHORTEST = 12  # beside a second factor
SHORTEST_ALONE = 15
NOT_LETTERS = re.compile(r"[\W\d_]+")
ROWS = (
    *("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
    *("01234567890", "abcdefghijklmnopqrstuvwxyz", "абвгдежзийклмнопрстуфхцчшщъыьэюя"),
)
HASHED = re.compile(rb"[0-9A-F]{40}(:\d+)?\s*")
OURS = ("kamkor", "камкор", "password", "пароль", "сырсөз", "parol", "welcome", "bishkek", "бишкек")


class Argon2PasswordHasher(hashers.Argon2PasswordHasher):
    """As costly as opening the vault and no more: Django's own takes 100 MB for each who signs in."""

    time_cost, memory_cost = settings.KDF_PASSES, settings.KDF_MEMORY_KIB
    parallelism = settings.KDF_LANES


def normalised(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


class Guessable:
    """Refuses what an attacker tries first: known passwords, our own words and the names of our desks, rows
    of keys, and repetitions."""

    def __init__(self) -> None:
        self.known = CommonPasswordValidator().passwords

    def validate(self, password: str, user: object = None) -> None:
        typed = normalised(password).casefold()
        own = [getattr(user, name, "").casefold() for name in ("username", "display_name")]
        known = self.known.union(OURS, filter(None, own), names_of_ours())
        if not own_idea(typed, known) or any(stands_in(path, password) for path in settings.COMMON_PASSWORDS):
            raise ValidationError(_("Others would guess this one first. Take several words of your own."))

    def get_help_text(self) -> str:
        return _("Several words that do not belong together are safer than signs, and easier to remember.")


def names_of_ours() -> Iterator[str]:
    """What the organisations and desks of this installation are called, as it would be typed in one word."""
    organisation, desk = apps.get_model("access.Organisation"), apps.get_model("access.Desk")
    for model in (organisation, desk):
        for code, names in model._base_manager.values_list("code", "names"):
            yield from filter(
                None, ("".join(NOT_LETTERS.split(name.casefold())) for name in (code, *names.values()))
            )


def stands_in(path: Path, password: str) -> bool:
    """Whether a list of known passwords has this one: one a line, or SHA-1 sums in order with their counts,
    as lists of hundreds of millions come; neither is ever read into memory."""
    with path.open("rb") as lines:
        if HASHED.fullmatch(lines.readline(MAX_LINE)):
            return _stands_in_order(lines, hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest())
        lines.seek(0)
        wanted = {password.encode(), normalised(password).casefold().encode()}
        return any(line.rstrip(b"\r\n") in wanted for line in lines)


def _stands_in_order(lines: BinaryIO, wanted: str) -> bool:
    """By halving: `low` is always the beginning of a line, and the line looked for begins at it or after."""
    low, high, digest = 0, lines.seek(0, 2), wanted.upper().encode()
    while low < high:
        middle = (low + high) // 2
        lines.seek(max(middle - 1, low))
        if middle > low:
            lines.readline()  # the rest of the line that the middle falls into
        begin, line = lines.tell(), lines.readline()
        if not line or begin >= high or line[:40] > digest:
            high = middle
        elif line[:40] == digest:
            return True
        else:
            low = begin + len(line)
    return False


def has_run_out(given_at: datetime | None) -> bool:
    return given_at is not None and timezone.now() - given_at > GIVEN_FOR


def own_idea(typed: str, known: set[str]) -> bool:
    """Whether something is left that comes from no list, no row of keys and no repetition."""
    letters = "".join(NOT_LETTERS.split(typed))
    left = [shortest_repeat(typed), without_rows(typed)]
    return (
        not known.intersection([typed, letters, shortest_repeat(letters), *left]) and min(map(len, left)) > 3
    )


def shortest_repeat(text: str) -> str:
    """The part whose repetition the text is; the text itself when it repeats nothing."""
    return text[: (text + text).find(text, 1)] if text else text


def without_rows(text: str) -> str:
    """The text without runs of four and more neighbours on a keyboard or in an alphabet."""
    for row in (*ROWS, *(row[::-1] for row in ROWS)):
        for length in range(len(row), 3, -1):
            for start in range(len(row) - length + 1):
                text = text.replace(row[start : start + length], "")
    return text


def shortest(*, second_factor: bool) -> int:
    """How long a password is at least, for somebody who signs in with a second factor or without."""
    return SHORTEST if second_factor and settings.SECOND_FACTOR else SHORTEST_ALONE
