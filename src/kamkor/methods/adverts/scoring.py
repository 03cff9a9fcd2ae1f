"""One advert read: its language, contacts, explained flags, and a score that orders the queue.

The score is 1 - exp(-w), where w is the sum of the weights of the families found (each once), less what
calming facts take away. One more flag never lowers it. It says what to read first, not what an advert is.
"""

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from kamkor.methods.adverts import firms, pay
from kamkor.methods.adverts.contacts import Contact, contacts_in
from kamkor.methods.adverts.folding import Folded, Token, fold
from kamkor.methods.adverts.language import LATIN, READ, writing_of
from kamkor.methods.adverts.negation import denied, turns
from kamkor.methods.adverts.phrases import Found
from kamkor.methods.adverts.tables import Calm, Cue, Land, Mark, Told, families, phrases, phrases_by_sound
from kamkor.methods.adverts.typed_latin import heard, written_back

_HOME = frozenset({"KG"})
_UNSAID = frozenset({"EU", "ZZ"})  # Europe, abroad: no country that a permit could name
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
_SITE_MARKS = ("://", "www.", ".kg", ".kz", ".uz")  # one of which every address of a site holds
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
    calm: float  # what calming facts take away
    countries: frozenset[str] = frozenset()  # abroad, that are named

    @property
    def reached(self) -> set[str]:
        """The contacts in their one form."""
        return {contact.value for contact in self.contacts}

    @property
    def notable(self) -> bool:
        """Whether its contacts are worth remembering."""
        return any(families()[flag.code].weight >= _NOTABLE for flag in self.flags)

    @property
    def weight(self) -> float:
        """What the families found weigh together, less what calms."""
        found = {flag.code for flag in self.flags}
        return max(0.0, sum(families()[code].weight for code in found) - self.calm)

    @property
    def score(self) -> float:
        """The number by which the rules alone order the queue."""
        return round(1 - math.exp(-self.weight), 4)


@dataclass
class Scorer:
    """Reads adverts in their order; a contact that was flagged before is remembered."""

    register: firms.Register | None = None
    _flagged: Counter[str] = field(default_factory=Counter)

    def read(self, text: str, day: date | None = None) -> Reading:
        """One advert. Any text is readable, an empty one too."""
        return self.recall(self.read_alone(text, day))

    def read_alone(self, text: str, day: date | None = None) -> Reading:
        """One advert without what was read before it, so that several can be read at once."""
        folded = fold(text)
        tokens = folded.tokens()
        start = text[:READ]
        writing = writing_of(start, tokens if len(text) <= READ else fold(start).tokens())
        language = writing.partition("_")[0]
        contacts = contacts_in(text, language)
        named = firms.named_in(folded, tokens)
        found = list(phrases().find(tokens))
        if writing in LATIN:
            tokens = written_back(tokens)
            found += phrases_by_sound().find(heard(tokens))
        found.sort(key=lambda one: (one.first, -one.last))  # of those that begin here, the longest
        lands = [one for one in found if isinstance(one.mark, Land)]
        abroad = {one.mark.code for one in found if isinstance(one.mark, Land)} - _HOME
        flags = [flag for flag in _said(found, folded, tokens) if not _inside(flag, contacts)]
        flags += _pay(text, abroad, flags)
        flags += _missing(text, named, contacts)
        flags += self._unlisted(folded, named, day, abroad)
        if len(abroad - _UNSAID) >= _MANY_COUNTRIES:
            reach = folded.span(tokens[lands[0].first].start, tokens[lands[-1].last].end)
            flags.append(Flag(REPEATED, *reach, "Work in many countries is offered at once"))
        calm = sum({one.mark.weight for one in found if isinstance(one.mark, Calm)})
        return Reading(
            language, _in_order(flags), contacts, min(calm, _CALM_LIMIT), frozenset(abroad - _UNSAID)
        )

    def recall(self, reading: Reading) -> Reading:
        """The reading with what is remembered of its contacts; adverts are handed in by their order."""
        repeated = [
            Flag(REPEATED, contact.start, contact.end, "This contact stood in adverts flagged before")
            for contact in reading.contacts
            if self.met({contact.value})
        ]
        self.remember(reading.reached, notable=reading.notable)
        return replace(reading, flags=_in_order([*reading.flags, *repeated])) if repeated else reading

    def met(self, contacts: set[str]) -> bool:
        """Whether one of these contacts stood in flagged adverts before."""
        return any(self._flagged[contact] >= _FLAGGED_BEFORE for contact in contacts)

    def remember(self, contacts: set[str], *, notable: bool) -> None:
        """What an advert leaves for those that follow."""
        if notable:
            self._flagged.update(contacts)

    def _unlisted(
        self, folded: Folded, named: list[firms.Firm], day: date | None, abroad: set[str]
    ) -> Iterator[Flag]:
        if self.register is None or not abroad:
            return
        places = {firm.start: firm for firm in (*self.register.mentioned(folded), *named)}
        objections = [
            (firm, self.register.objection(firm.name, day, abroad - _UNSAID)) for firm in places.values()
        ]
        if all(why for _, why in objections):
            for firm, why in objections:
                yield Flag(UNLISTED, firm.start, firm.end, why)


def _in_order(flags: list[Flag]) -> list[Flag]:
    return sorted(flags, key=lambda flag: (flag.start, flag.code, flag.end))


def _said(standing: list[Found[Mark]], folded: Folded, tokens: list[Token]) -> Iterator[Flag]:
    """What phrases say, each family once at one place, and not where it is denied."""
    last_denied: dict[int, Found[Mark]] = {}
    taken: dict[int, int] = {}
    told = _told(standing, tokens)
    for found in standing:
        if not isinstance(found.mark, Cue):
            continue
        code, deniable = found.mark
        if found.first < taken.get(code, -1):
            continue
        sentence = tokens[found.first].sentence
        if sentence in told:
            continue
        if deniable:
            before = last_denied.get(code)
            listed = (
                before is not None
                and tokens[before.first].sentence == sentence
                and found.first - before.last <= _DENIED_REACH
                and not turns(tokens[before.first : found.first])
            )
            if listed or denied(tokens, found.first, found.last, code):
                last_denied[code] = found
                continue
        taken[code] = found.last + 1
        start, end = folded.span(tokens[found.first].start, tokens[found.last].end)
        yield Flag(code, start, end, families()[code].why)


def _told(standing: list[Found[Mark]], tokens: list[Token]) -> set[int]:
    """The sentences that warn of others, each with the one after it."""
    first = {tokens[found.first].sentence for found in standing if isinstance(found.mark, Told)}
    return first | {sentence + 1 for sentence in first}


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
    if not named and not firms.has_address(text):
        yield Flag(NAMELESS, 0, 0, families()[NAMELESS].why)
    if not any(_settled(contact.value) for contact in contacts) and not _has_site(text):
        for contact in contacts:
            yield Flag(MOBILE_ONLY, contact.start, contact.end, families()[MOBILE_ONLY].why)


def _has_site(text: str) -> bool:
    return any(mark in text for mark in _SITE_MARKS) and bool(_SITE.search(text))


def _settled(contact: str) -> bool:
    """A number on a wire, which belongs to a house, or a mailbox of a house of its own."""
    if contact.startswith("email:"):
        return not _FREE_MAIL.search(contact)
    return bool(_WIRED.match(contact))
