"""One advert read: its language, contacts, explained flags, and a score that orders the queue.

The score is 1 - exp(-w), where w is the sum of the weights of the families found (each once), less what
calming facts take away. One more flag never lowers it. It says what to read first, not what an advert is.
"""

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from kamkor.methods.adverts import firms, pay
from kamkor.methods.adverts.contacts import Contact, contacts_in
from kamkor.methods.adverts.folding import Folded, Token, fold
from kamkor.methods.adverts.language import READ, known
from kamkor.methods.adverts.negation import denied
from kamkor.methods.adverts.tables import calming, countries, cues, families

_HOME = frozenset({"KG"})
_MANY_COUNTRIES = 4
_FLAGGED_BEFORE = 2
_NOTABLE = 0.7  # weight of the worst family from which an advert counts as flagged for those that follow
_CALM_LIMIT = 0.6
_DENIED_REACH = 3
_WIRED = re.compile(r"\+(?:9963|9987[0-689]|9986|7[34]|7812|770[^0-8]|77[12]|822)")
_FREE_MAIL = re.compile(
    r"@(?:gmail|mail|bk|list|inbox|yandex|ya|rambler|yahoo|hotmail|outlook|icloud|proton|protonmail|umail|live|gmx)\.",
)
_SITE = re.compile(
    r"(?<![@\w.])(?:https?://|www\.)(?!t\.me|wa\.me|\S*(?:instagram|telegram|facebook))\S+|(?<![@\w.-])[\w-]{3,}\.(?:kg|kz|uz)\b"
)
PAY, UNASKED, NAMELESS, MOBILE_ONLY, UNLISTED, REPEATED = 1, 2, 3, 4, 17, 18


@dataclass(frozen=True)
class Flag:
    """A warning sign: its family, the words that carry it (0, 0 where words are missing), and why."""

    code: int
    start: int
    end: int
    why: str


@dataclass(frozen=True)
class Reading:
    """What was read in an advert."""

    language: str
    flags: list[Flag]
    contacts: list[Contact]
    score: float


@dataclass
class Scorer:
    """Reads adverts in their order; a contact that was flagged before is remembered."""

    register: firms.Register | None = None
    _flagged: Counter[str] = field(default_factory=Counter)

    def read(self, text: str, day: date | None = None) -> Reading:
        """One advert. Any text is readable, an empty one too."""
        folded = fold(text)
        tokens = folded.tokens()
        start = text[:READ]
        language = known(start, folded if len(text) <= READ else fold(start))
        contacts = contacts_in(text, language)
        abroad = {found.mark for found in countries().find(tokens)} - _HOME
        flags = [flag for flag in _said(folded, tokens) if not _inside(flag, contacts)]
        flags += _pay(text, abroad, flags)
        named = firms.named_in(folded)
        flags += _missing(text, named, contacts)
        flags += self._unlisted(named, day, abroad)
        flags += self._repeated(contacts, abroad)
        flags.sort(key=lambda flag: (flag.start, flag.code, flag.end))
        weight = sum(families()[code].weight for code in {flag.code for flag in flags})
        calm = sum({found.mark: found.mark for found in calming().find(tokens)}.values())
        self._remember(flags, contacts)
        score = round(1 - math.exp(-max(0.0, weight - min(calm, _CALM_LIMIT))), 4)
        return Reading(language, flags, contacts, score)

    def _unlisted(self, named: list[firms.Firm], day: date | None, abroad: set[str]) -> Iterator[Flag]:
        if self.register is None or not abroad:
            return
        objections = [(firm, self.register.objection(firm.name, day, abroad)) for firm in named]
        if all(why for _, why in objections):
            for firm, why in objections:
                yield Flag(UNLISTED, firm.start, firm.end, why)

    def _repeated(self, contacts: list[Contact], abroad: set[str]) -> Iterator[Flag]:
        for contact in contacts:
            if self._flagged[contact.value] >= _FLAGGED_BEFORE:
                yield Flag(
                    REPEATED, contact.start, contact.end, "This contact stood in adverts flagged before"
                )
        if len(abroad) >= _MANY_COUNTRIES:
            yield Flag(REPEATED, 0, 0, "Work in many countries is offered at once")

    def _remember(self, flags: list[Flag], contacts: list[Contact]) -> None:
        if any(families()[flag.code].weight >= _NOTABLE for flag in flags):
            self._flagged.update({contact.value for contact in contacts})


def _said(folded: Folded, tokens: list[Token]) -> Iterator[Flag]:
    """What phrases say, each family once at one place, and not where it is denied."""
    last_denied: dict[int, tuple[int, int]] = {}
    taken: dict[int, int] = {}
    for found in cues().find(tokens):
        code, deniable = found.mark
        if found.first < taken.get(code, -1):
            continue
        sentence = tokens[found.first].sentence
        if deniable:
            before = last_denied.get(code)
            listed = before is not None and before[0] == sentence and found.first - before[1] <= _DENIED_REACH
            if listed or denied(tokens, found.first, found.last, code):
                last_denied[code] = sentence, found.last
                continue
        taken[code] = found.last + 1
        start, end = folded.span(tokens[found.first].start, tokens[found.last].end)
        yield Flag(code, start, end, families()[code].why)


def _inside(flag: Flag, contacts: list[Contact]) -> bool:
    """Whether the words are but a piece of a handle."""
    at = bisect_right(contacts, flag.start, key=lambda contact: contact.start) - 1
    return at >= 0 and flag.start < contacts[at].end


def _pay(text: str, abroad: set[str], flags: list[Flag]) -> Iterator[Flag]:
    unskilled = any(flag.code == UNASKED for flag in flags)
    for promise in pay.promises(text):
        if pay.far_above(promise, abroad, unskilled=unskilled):
            yield Flag(PAY, promise.start, promise.end, families()[PAY].why)


def _missing(text: str, named: list[firms.Firm], contacts: list[Contact]) -> Iterator[Flag]:
    """Nobody named and no address; and no way to reach the writer but a mobile number or a messenger."""
    if not text.strip():
        return
    if not named and not firms.ADDRESS.search(text):
        yield Flag(NAMELESS, 0, 0, families()[NAMELESS].why)
    if not any(_settled(contact.value) for contact in contacts) and not _SITE.search(text):
        for contact in contacts:
            yield Flag(MOBILE_ONLY, contact.start, contact.end, families()[MOBILE_ONLY].why)


def _settled(contact: str) -> bool:
    """A number on a wire, which belongs to a house, or a mailbox of a house of its own."""
    if contact.startswith("email:"):
        return not _FREE_MAIL.search(contact)
    return bool(_WIRED.match(contact))
