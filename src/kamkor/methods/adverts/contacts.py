"""How an advert says it can be reached: telephone numbers as +996555010203, handles as telegram:name.

Numbers of Kyrgyzstan, Kazakhstan, Russia, Uzbekistan, Turkey, South Korea and the Emirates are known
in every way of writing; a number that fits no plan is left out unless it carries a plus.
"""

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

_DIGIT = r"[\doOоО]"
_RUN = re.compile(
    r"(?<![\w@/.])(?:\+|\(|\+\()?\s?(?:\d|[oOоО](?=[\s(-]?\d))"
    r"(?:[ \t\u00a0().‐‑‒–—/\ufe0f\u20e3-]{0,3}(?:\d|[oOоО](?![^\W\doOоО_]))){6,}(?![^\W_])"
)
_GROUPS = 400  # of digits without a break; more are a table, not telephone numbers
_GROUP = re.compile(rf"\+|{_DIGIT}+")
_MONEY = re.compile(
    r"\s*(?:сом|сум|руб|тенге|тг\b|so[ʻ'’`]?m|som|won|вон|\$|€|₽|usd|доллар|теңге|лир|дирхам|евро|euro)",
    re.IGNORECASE,
)
_OH = str.maketrans("oOоО", "0000")
_PLANS = (
    re.compile(r"996(?:[2-9]\d{8})"),
    re.compile(r"998(?:[2-9]\d{8})"),
    re.compile(r"7[3-9]\d{9}"),
    re.compile(r"90[2-5]\d{9}"),
    re.compile(r"82(?:10\d{8}|[2-7]\d{7,9})"),
    re.compile(r"971(?:5\d{8}|[2-9]\d{7})"),
)
_HOMES = (  # digits, how they begin, code of the country, digits of the trunk to leave out
    (11, "8[3-9]", "7", 1),
    (11, "010", "82", 1),
    (11, "05", "90", 1),
    (10, "05[2468]", "971", 1),
    (10, "0[235679]", "996", 1),
    (10, "9", "7", 0),
    (10, "7[0467]", "7", 0),
    (9, "9[0-9]|88|33|77|71|55|50|20", "998", 0),
    (9, "5[0-7]|70|77|22|99|20|31", "996", 0),
)
_HANDLES = (
    (
        "telegram",
        re.compile(
            r"(?:(?:t\.me|telegram\.me|telegram\.dog)/(?:s/|joinchat/)?|tg://resolve\?domain=)(\+?[A-Za-z0-9_-]{3,40})",
            re.IGNORECASE,
        ),
    ),
    ("whatsapp", re.compile(r"(?:wa\.me|api\.whatsapp\.com/send\?phone=)/?\+?(\d{7,15})", re.IGNORECASE)),
    ("instagram", re.compile(r"(?:instagram\.com|instagr\.am)/([A-Za-z0-9_.]{2,30})", re.IGNORECASE)),
    (
        "facebook",
        re.compile(r"(?:facebook|fb)\.com/(?!groups/|share|watch)([A-Za-z0-9_.-]{3,50})", re.IGNORECASE),
    ),
    ("vk", re.compile(r"(?<![\w.])vk\.com/([A-Za-z0-9_.]{3,50})", re.IGNORECASE)),
    ("tiktok", re.compile(r"tiktok\.com/@([A-Za-z0-9_.]{2,30})", re.IGNORECASE)),
    (
        "kakaotalk",
        re.compile(
            r"\bkakao(?:talk)?\b(?:\s?id)?[\s:—–-]{1,4}@?([A-Za-z][A-Za-z0-9_.]{3,30})", re.IGNORECASE
        ),
    ),
    (
        "wechat",
        re.compile(r"\bwechat\b(?:\s?id)?[\s:—–-]{1,4}@?([A-Za-z][A-Za-z0-9_.-]{4,30})", re.IGNORECASE),
    ),
    ("email", re.compile(r"(?<![\w.+-])([\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,24}){1,3})")),
)
_HANDLED = re.compile("[/@]|tg:|(?i:kakao|wechat)")
_INSTAGRAM_WORD = re.compile(r"(?:instagram|insta|инстаграм\w*|инста|инст|ig)\b\W{0,3}$", re.IGNORECASE)
_AT = re.compile(r"(?<![\w@.])@([A-Za-z][A-Za-z0-9_.]{2,31})")
_NAMED = re.compile(
    r"\b(telegram|телеграмм?|тг|tg|instagram|инстаграм|insta|inst|инста)"
    r"(?:\s{0,2}[:—–-]\s{0,2}|\s{1,2}(?=[\w.]{0,30}[_.\d]\w))([A-Za-z][A-Za-z0-9_.]{3,31})\b(?![@/]|\.\w)",
    re.IGNORECASE,
)
_EMIRATES = re.compile(r"\b(?:оаэ|бааэ|uae|dubai|дуба[йи]|абу-даби|emirates|эмират|шарджа)", re.IGNORECASE)


class Contact(NamedTuple):
    """One way to reach the writer: its one form, and where it stands in the text as given."""

    value: str
    start: int
    end: int


def contacts_in(text: str, language: str = "") -> list[Contact]:
    """Every contact in its place; the language helps where two countries write numbers alike."""
    emirates = bool(_EMIRATES.search(text))
    found = [*_handles(text), *_numbers(text, uzbek=language == "uz", emirates=emirates)]
    kept: list[Contact] = []
    for contact in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or contact.start >= kept[-1].end:
            kept.append(contact)
    return kept


def _handles(text: str) -> Iterator[Contact]:
    for kind, pattern in _HANDLES if _HANDLED.search(text) else ():
        for match in pattern.finditer(text):
            value = f"+{match[1]}" if kind == "whatsapp" else f"{kind}:{match[1].rstrip('.').lower()}"
            yield Contact(value, match.start(), match.end())
    for match in _AT.finditer(text):
        kind = (
            "instagram"
            if _INSTAGRAM_WORD.search(text, max(0, match.start() - 20), match.start())
            else "telegram"
        )
        name = match[1].rstrip(".")
        yield Contact(f"{kind}:{name.lower()}", match.start(), match.start(1) + len(name))
    for match in _NAMED.finditer(text):
        kind = "instagram" if match[1].lower()[0] in "iи" else "telegram"
        yield Contact(f"{kind}:{match[2].rstrip('.').lower()}", match.start(2), match.end(2))


def _numbers(text: str, *, uzbek: bool, emirates: bool) -> Iterator[Contact]:
    for run in _RUN.finditer(text):
        found = (match for match in _GROUP.finditer(text, run.start(), run.end()) if match.group() != "+")
        groups = list(itertools.islice(found, _GROUPS))
        at = 0
        while at < len(groups):
            stop = _longest(text, groups[at : at + 13], uzbek=uzbek, emirates=emirates)
            if stop is None:
                at += 1
                continue
            number, taken = stop
            begin, end = groups[at].start(), groups[at + taken - 1].end()
            ahead = text[max(run.start(), begin - 3) : begin]
            signs = ahead[len(ahead.rstrip("(+ ")) :].lstrip()
            yield Contact(number, begin - len(signs), end)
            at += taken


def _longest(
    text: str, groups: list[re.Match[str]], *, uzbek: bool, emirates: bool
) -> tuple[str, int] | None:
    digits, best = "", None
    plus = text[max(0, groups[0].start() - 2) : groups[0].start()].strip("( ").endswith("+")
    for taken, group in enumerate(groups, 1):
        digits += group.group().translate(_OH)
        if len(digits) > 17:
            break
        if len(digits) < 9:
            continue
        number = normalise(digits, plus=plus, uzbek=uzbek, emirates=emirates)
        bare_amount = not plus and digits[0] != "0" and _MONEY.match(text, group.end())
        if number and not bare_amount:
            best = number, taken
    return best


def normalise(digits: str, *, plus: bool = False, uzbek: bool = False, emirates: bool = False) -> str:
    """One number in the international form; nothing where no plan of a known country fits."""
    if digits.startswith("00") and not plus:
        return normalise(digits[2:], plus=True)
    if any(plan.fullmatch(digits) for plan in _PLANS):
        return f"+{digits}"
    if plus and not digits.startswith("0"):
        if re.fullmatch(r"9960\d{9}", digits):  # +996 (0555) 12 34 56
            return f"+996{digits[4:]}"
        known = digits.startswith(("996", "998", "7", "90", "82", "971"))
        return f"+{digits}" if 9 <= len(digits) <= 15 and not known else ""
    return _from_home(digits, uzbek=uzbek, emirates=emirates)


def _from_home(digits: str, *, uzbek: bool, emirates: bool) -> str:
    for size, pattern, code, trunk in _HOMES:
        if len(digits) == size and re.match(pattern, digits):
            if (
                (code == "971" and not emirates)
                or (code == "998" and not uzbek)
                or (pattern == "9" and uzbek)
            ):
                continue
            return f"+{code}{digits[trunk:]}"
    return ""
