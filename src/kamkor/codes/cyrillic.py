"""Uzbek from Latin into Cyrillic letters, by rule and with a list of exceptions.

Most Uzbek readers in the south of the country were schooled in Cyrillic. The rule follows the orthography:
e is э at the start of a word and after a vowel, ye is е, the tutuq (ʼ) is ъ or nothing. What spelling alone
does not tell (soft signs, ц, э within a word) is in `data/uz_cyrillic_exceptions.csv`.
"""

import csv
import re
from functools import cache
from pathlib import Path

EXCEPTIONS = Path(__file__).parent / "data" / "uz_cyrillic_exceptions.csv"

# Placeholders, markup, addresses and codes stay as they are: letters in them are not Uzbek.
_KEPT = re.compile(
    r"%\([^)]*\)[-+#0 ]*\d*(?:\.\d+)?[a-zA-Z]|%%|%[sdrifg]\b"
    r"|\{[^{}]*\}"
    r"|<[^<>]*>"
    r"|&(?:#\d+|#x[0-9a-fA-F]+|\w+);"
    r"|(?:https?://|mailto:|www\.)[^\s<>\"”»]*[^\s<>\"”».,;:!?)]"
    r"|[\w.+-]+@[\w-]+\.[\w.-]*\w"
    r"|\b[\w-]+(?:\.[\w-]+)*\.(?:org|com|net|int|gov|kg|uz|ru|csv|json|xlsx|pdf|txt)\b"
    r"|(?<![A-Za-z])`[^`]*`"
    r"|\b(?=\w*[A-Za-z])(?=\w*[\d_])[A-Za-z0-9_]+\b"
)
_APOSTROPHES = "ʻʼ'`´‘’"
_WORD = re.compile(rf"[A-Za-z](?:[A-Za-z]|(?<=[oOgG])[{_APOSTROPHES}]|[{_APOSTROPHES}](?=[A-Za-z]))*")
_ABBREVIATION = re.compile(r"[A-Z]{2,}(?![A-Zʻ])")
_TUTUQ = "ʼ"
_TURNED = "ʻ"

_PAIRS = {
    "o" + _TURNED: "ў",
    "g" + _TURNED: "ғ",
    "sh": "ш",
    "ch": "ч",
    "yo": "ё",
    "yu": "ю",
    "ya": "я",
    "ye": "е",
}
_SINGLES = dict(zip("abdefghijklmnopqrstuvxyzcw", "абдефгҳижклмнопқрстувхйзкв", strict=True))
_VOWELS = frozenset("aeiou")


def uz_cyrillic(text: str) -> str:
    """The same text in Cyrillic letters; placeholders, markup, addresses and codes (PIN) are left alone."""
    parts, end = [], 0
    for kept in _KEPT.finditer(text):
        parts += [_WORD.sub(_word, text[end : kept.start()]), kept.group()]
        end = kept.end()
    return "".join([*parts, _WORD.sub(_word, text[end:])])


def _word(match: re.Match[str]) -> str:
    word = match.group()
    plain = _one_apostrophe(word)
    whole, beginnings = _exceptions()
    low = plain.lower()
    if low in whole:
        return _like(word, whole[low])
    if abbreviation := _ABBREVIATION.match(plain):
        head = abbreviation.group()
        return whole.get(head.lower(), head) + _by_rule(plain[abbreviation.end() :])
    for length in range(len(low), 1, -1):
        if low[:length] in beginnings:
            head = _like(plain[:length], beginnings[low[:length]])
            return head + _by_rule(plain[length:], before=low[length - 1])
    return _by_rule(plain)


def _one_apostrophe(word: str) -> str:
    """Whatever was typed for it: after o and g the sign of oʻ and gʻ, elsewhere the tutuq."""
    turned = re.sub(rf"(?<=[oOgG])[{_APOSTROPHES}]", _TURNED, word)
    return re.sub(rf"(?<![oOgG])[{_APOSTROPHES}]", _TUTUQ, turned)


def _by_rule(plain: str, before: str = "") -> str:
    """The letters one by one; `before` is the letter that comes before them, none at the start of a word."""
    out, at, low = [], 0, plain.lower()
    while at < len(low):
        previous = low[at - 1] if at else before
        letters = 2 if low[at : at + 2] in _PAIRS and low[at + 1 : at + 3] != "o" + _TURNED else 1
        out.append(_like(plain[at : at + letters], _letter(low[at : at + letters], previous)))
        at += letters
    return "".join(out)


def _letter(latin: str, previous: str) -> str:
    if latin == "e":
        return "э" if not previous or previous in _VOWELS or previous == _TURNED else "е"
    if latin == _TUTUQ:
        # “sʼh” only keeps two letters apart, as in Isʼhoq
        return "" if previous == "s" else "ъ"
    return _PAIRS.get(latin) or _SINGLES.get(latin, latin)


def _like(latin: str, cyrillic: str) -> str:
    """Gives the Cyrillic letters the capitals of the Latin ones."""
    letters = [letter for letter in latin if letter.isalpha() and letter not in (_TUTUQ, _TURNED)]
    if len(letters) > 2 and all(letter.isupper() for letter in letters):
        return cyrillic.upper()
    return cyrillic[:1].upper() + cyrillic[1:] if latin[:1].isupper() else cyrillic


@cache
def _exceptions() -> tuple[dict[str, str], dict[str, str]]:
    """Whole words and beginnings of words (written with a hyphen at the end), Latin to Cyrillic."""
    with EXCEPTIONS.open(encoding="utf-8", newline="") as file:
        pairs = {row["latin"]: row["cyrillic"] for row in csv.DictReader(file)}
    whole = {latin: cyrillic for latin, cyrillic in pairs.items() if not latin.endswith("-")}
    return whole, {latin[:-1]: cyrillic[:-1] for latin, cyrillic in pairs.items() if latin.endswith("-")}
