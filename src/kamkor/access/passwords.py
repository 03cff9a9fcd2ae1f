"""What a new password must be, after NIST SP 800-63B-4: long, and none that others guess first. No rules
of composition, no change for its own sake; the same letters in other code points are the same password."""

import re
import unicodedata

from django.conf import settings
from django.contrib.auth import hashers
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 128
SHORTEST = 12  # beside a second factor
SHORTEST_ALONE = 15
NOT_LETTERS = re.compile(r"[\W\d_]+")
ROWS = (
    *("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
    *("01234567890", "abcdefghijklmnopqrstuvwxyz", "абвгдежзийклмнопрстуфхцчшщъыьэюя"),
)
OURS = ("kamkor", "камкор", "password", "пароль", "сырсөз", "parol", "welcome", "bishkek", "бишкек")


class Argon2PasswordHasher(hashers.Argon2PasswordHasher):
    """As costly as opening the vault and no more: Django's own takes 100 MB for each who signs in."""

    time_cost, memory_cost = settings.KDF_PASSES, settings.KDF_MEMORY_KIB
    parallelism = settings.KDF_LANES


def normalised(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


class Guessable:
    """Refuses what an attacker tries first: known passwords, our own words, rows of keys, and repetitions."""

    def __init__(self) -> None:
        self.known = CommonPasswordValidator().passwords

    def validate(self, password: str, user: object = None) -> None:
        typed = normalised(password).casefold()
        own = [getattr(user, name, "").casefold() for name in ("username", "display_name")]
        if not own_idea(typed, self.known.union(OURS, filter(None, own))):
            raise ValidationError(_("Others would guess this one first. Take several words of your own."))

    def get_help_text(self) -> str:
        return _("Several words that do not belong together are safer than signs, and easier to remember.")


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
