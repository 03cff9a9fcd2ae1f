"""Telephone numbers as people write them, in one form: +996555010203, whoever wrote it and however.

Home is Kyrgyzstan; the neighbours and the countries of work that callers write from are known by their codes
and by how long their numbers are. A number that fits none of them is kept as its digits.
"""

import re

HOME = "996"
NATIONAL_DIGITS = {
    "996": 9,
    "998": 9,
    "7": 10,
    "90": 10,
}  # Kyrgyzstan, Uzbekistan, Kazakhstan and Russia, Turkey
SHORTEST, LONGEST = 7, 15
NUMBER = re.compile(r"\+?\(?\d[\d\s().\-/]{4,}\d")
ONLY_NUMBER = re.compile(r"\s*\+?[\d\s().\-/]+\s*")


def numbers_in(text: str) -> list[str]:
    """Every telephone number in a text, each once, in the order in which they stand there."""
    found = (normalise(match.group()) for match in NUMBER.finditer(text))
    return list(dict.fromkeys(number for number in found if number))


def as_number(text: str) -> str:
    """The number that the text is, and nothing else is in it; else nothing."""
    return normalise(text) if ONLY_NUMBER.fullmatch(text) else ""


def normalise(text: str) -> str:
    """One number in the international form; nothing where the digits are too few or too many."""
    digits = "".join(sign for sign in text if sign in "0123456789")
    if not SHORTEST <= len(digits) <= LONGEST + 2:
        return ""
    abroad = text.strip().startswith("+") or digits.startswith("00")
    digits = digits.removeprefix("00")
    number = digits if abroad else _from_home(digits)
    return f"+{number}" if SHORTEST <= len(number) <= LONGEST else ""


def _from_home(digits: str) -> str:
    """As it is dialled in the country: with its own code, with a trunk digit, or with neither."""
    for code, length in NATIONAL_DIGITS.items():
        if digits.startswith(code) and len(digits) == len(code) + length:
            return digits
    if digits.startswith("8") and len(digits) == 11:  # the trunk digit of Russia and Kazakhstan
        return "7" + digits[1:]
    if digits.startswith("0") and len(digits) == 11:  # of Turkey
        return "90" + digits[1:]
    if digits.startswith("0") and len(digits) == 10:
        return HOME + digits[1:]
    return HOME + digits if len(digits) == NATIONAL_DIGITS[HOME] else digits
