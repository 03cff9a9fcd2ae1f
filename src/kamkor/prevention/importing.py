"""The register taken over from a table: one row is one dated entry of one permit of one firm.

All rows are taken or none. A row that is on the register already is left out, so a newer table can be sent
again. A name that is nearly that of another firm is a question to a person.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance.htcds.wording import say
from kamkor.assistance.imports import choices
from kamkor.assistance.imports.incoming import named
from kamkor.base.actions import action
from kamkor.base.uploads import must_be_harmless
from kamkor.codes import loaders
from kamkor.methods.adverts.firms import SAME, fold_firm
from kamkor.methods.permits import GRANTS, out_of_order
from kamkor.methods.sheets import dates
from kamkor.methods.sheets.books import ZIP, open_book
from kamkor.methods.sheets.cells import check, squeeze
from kamkor.methods.sheets.problems import CellError, Limits
from kamkor.methods.sheets.rows import Row
from kamkor.prevention.models import Permit, PermitEvent, Recruiter
from kamkor.prevention.register import likeness

MAX_ROWS = 5_000
LENGTHS = {"name": 160, "partner": 160, "number": 20, "permit": 40, "ground": 300, "spellings": 1000}
COLUMNS = {  # as they are headed on the page, and known so in every language
    "name": gettext_noop("Name of the firm"),
    "spellings": gettext_noop("Other spellings and former names"),
    "number": gettext_noop("Number of registration"),
    "country": gettext_noop("Country"),
    "partner": gettext_noop("Partner in that country"),
    "permit": gettext_noop("Number of the permit"),
    "status": gettext_noop("What has happened"),
    "on": gettext_noop("Day"),
    "until": gettext_noop("Valid until"),
    "ground": gettext_noop("Decision: its number, or why"),
}
HEADINGS = {  # how people head them shorter, squeezed
    "name": "name firm agency recruiter название фирма агентство наименование аталышы ишкана nomi",
    "spellings": "spellings othernames другиеназвания башкааталыштары boshqanomlar",
    "number": "number inn registration инн номеррегистрации регистрационныйномер stir",
    "country": "country destination страна өлкө мамлекет mamlakat",
    "partner": "partner employer партнёр партнер иностранныйпартнёр өнөктөш hamkor",
    "permit": "permit permitnumber номерразрешения номерлицензии лицензия разрешение уруксат ruxsatnoma",
    "status": "status kind event state статус состояние абалы holati",
    "on": "on from since day date с от дата деньсобытия датавыдачи датарешения күнү баштап sana",
    "until": "to until end по до действуетдо действительнодо срокдо срок чейин мөөнөтү gacha muddati",
    "ground": "ground decision reason основание решение приказ негизи буйрук asos",
}
NEEDED = ("name", "status")


@dataclass
class Entry:
    """A row understood: the firm as it is written, and what happened."""

    row: int
    facts: dict[str, Any]
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Table:
    """A table understood, and the headings that were not."""

    entries: list[Entry]
    lost: list[str]


@dataclass
class Taken:
    """What became of a table; `wrong` is empty when it was taken."""

    wrong: list[tuple[int, list[str]]] = field(default_factory=list)
    firms: int = 0
    entries: int = 0
    known: int = 0


def read(name: str, content: bytes) -> Table:
    """Every row with what is wrong with it. Raises BadFile when it is no table."""
    if content.startswith(ZIP):
        must_be_harmless(name, content, limit=settings.IMPORT_MAX_BYTES)
    limits = Limits(settings.IMPORT_MAX_BYTES, MAX_ROWS, columns=60)
    with named(name):
        book = open_book(name, content, limits=limits, known=lambda heading: squeeze(heading) in _known())
        columns = [_known().get(squeeze(heading), "") for heading in book.headings]
        lost = [heading for heading, column in zip(book.headings, columns, strict=True) if not column]
        missing = [column for column in NEEDED if column not in columns]
        if missing:
            wrong = _("No column is headed “%(name)s”.") % {"name": heading_of(missing[0])}
            return Table([Entry(1, {}, [wrong])], lost)
        return Table([_entry(row, columns) for row in book.rows], lost)


def heading_of(column: str) -> str:
    return _(COLUMNS[column])


@cache
def _known() -> dict[str, str]:
    """Every heading that stands for a column: as pages name it in each language, and how people write it."""
    found = {word: column for column, words in HEADINGS.items() for word in words.split()}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {squeeze(heading_of(column)): column for column in COLUMNS}
    return found


def _entry(row: Row, columns: list[str]) -> Entry:
    cells = {column: cell for column, cell in zip(columns, row.cells, strict=False) if column and cell}
    entry = Entry(row.number, {})
    if row.flaw:
        entry.wrong.append(say(row.flaw, {"field": _field(row.flaw_field), **row.params}))
        return entry
    for column in HEADINGS:
        try:
            entry.facts[column] = _cell(column, cells.get(column, ""))
        except CellError as error:
            code = error.code + "_suggestion" * ("suggestion" in error.params)
            entry.wrong.append(say(code, {"field": heading_of(column), **error.params}))
    entry.wrong += _lacking(entry) if not entry.wrong else []
    return entry


def _field(name: str) -> str:
    return heading_of(name) if name in COLUMNS else name


def _cell(column: str, text: str) -> Any:  # a text, a code, a day or names
    check(text, LENGTHS.get(column, 200))
    if column == "country":
        if text.upper() in loaders.code_list("country"):  # KR is Korea here, not the Kyrgyz Republic
            return text.upper()
        return choices.code("country", text) if text else ""
    if column == "status":
        return choices.code("permit_state", text)
    if column in ("on", "until"):
        return _day(text) if text else None
    if column == "spellings":
        return list(dict.fromkeys(filter(None, map(str.strip, text.split(";")))))
    return text


def _day(text: str) -> date:
    found = dates.parse(text)
    if found is None or found.month is None or found.day is None:
        raise CellError("bad_day")
    return date(found.year, found.month, found.day)


def _lacking(entry: Entry) -> Iterator[str]:
    facts = entry.facts
    if not fold_firm(facts["name"]):
        yield say("missing_required", {"field": heading_of("name")})
    if not facts["country"]:
        yield say("missing_required", {"field": heading_of("country")})
    if facts["on"] is None:
        yield say("missing_required", {"field": heading_of("on")})
    elif facts["on"] > timezone.localdate():
        yield say("future_date", {"field": heading_of("on")})
    if facts["status"] in GRANTS:
        if facts["until"] is None:
            yield say("missing_required", {"field": heading_of("until")})
        elif facts["on"] and facts["until"] < facts["on"]:
            yield _("The last day is before the first.")
    elif facts["status"] == "expired":
        yield say("unknown_choice", {"field": heading_of("status")})
    else:
        facts["until"] = None


class _Back(Exception):
    """Something is wrong with a row."""


@action("recruiter.import")
def take(actor: Actor, desk: Desk, *, entries: list[Entry], others: bool = False) -> Taken:
    """Take the rows if nothing is wrong with any. `others`: firms with a similar name are other firms."""
    work = _Work(actor, desk)
    for entry in entries:
        if not entry.wrong and not others:
            work.ask(entry)
    wrong = [(entry.row, entry.wrong) for entry in entries if entry.wrong]
    try:
        with transaction.atomic():
            wrong += work.take([entry for entry in entries if not entry.wrong])
            if wrong:
                raise _Back
    except _Back:
        return Taken(sorted(wrong))
    return Taken([], work.firms, len(work.new), work.known)


class _Work:
    """The table on its way into the register."""

    def __init__(self, actor: Actor, desk: Desk) -> None:
        self.actor, self.desk = actor, desk
        self.firms = self.known = 0
        firms = list(Recruiter.objects.all())
        self.by_key = {fold_firm(name): firm for firm in firms for name in firm.names}
        self.by_number = {firm.number: firm for firm in firms if firm.number}
        permits = Permit.objects.all()
        self.permits = {(row.recruiter_id, row.country, row.partner, row.number): row for row in permits}
        told = PermitEvent.objects.filter(struck_at=None)
        self.told = set(told.values_list("permit_id", "kind", "on"))
        self.new: list[PermitEvent] = []
        self.rows: dict[int, int] = {}  # permit: the last row that speaks of it

    def ask(self, entry: Entry) -> None:
        """A name that nobody has yet, and that is nearly one that somebody has, is a question."""
        key = fold_firm(entry.facts["name"])
        if key in self.by_key or entry.facts["number"] in self.by_number:
            return
        near = next((firm for known, firm in self.by_key.items() if likeness(key, known) >= SAME), None)
        if near is not None:
            ask = _("Is this “%(name)s”? Then write it so. If it is another firm, say so below.")
            entry.wrong.append(ask % {"name": near.name})

    def take(self, entries: list[Entry]) -> list[tuple[int, list[str]]]:
        """All rows; what is given back are the permits whose entries cannot follow each other."""
        for entry in entries:
            self._take(entry)
        PermitEvent.objects.bulk_create(self.new)
        spoken_of = Permit.objects.filter(pk__in=self.rows).prefetch_related("events")
        misfit = [
            f"{_('This does not fit what the register says of that day')}.",
            _("Check the day, or first add what is missing. An entry that was wrong can be struck."),
        ]
        return sorted(
            (self.rows[permit.pk], misfit)
            for permit in spoken_of
            if out_of_order([event.plain for event in permit.events.all() if event.struck_at is None])
        )

    def _take(self, entry: Entry) -> None:
        facts = entry.facts
        permit = self._permit(self._firm(facts), facts)
        same = (permit.pk, facts["status"], facts["on"])
        if same in self.told:
            self.known += 1
            return
        self.told.add(same)
        self.rows[permit.pk] = entry.row
        event = {
            "kind": facts["status"],
            "on": facts["on"],
            "until": facts["until"],
            "ground": facts["ground"],
        }
        self.new.append(PermitEvent(permit=permit, recorded_by=self.actor.signed_in, **event))

    def _permit(self, firm: Recruiter, facts: dict[str, Any]) -> Permit:
        same = (firm.pk, facts["country"], facts["partner"], facts["permit"])
        permit: Permit | None = self.permits.get(same)
        if permit is None:
            country, partner, number = same[1:]
            permit = Permit(recruiter=firm, country=country, partner=partner, number=number)
            permit.save()
            self.permits[same] = permit
        return permit

    def _firm(self, facts: dict[str, Any]) -> Recruiter:
        key = fold_firm(facts["name"])
        firm = self.by_number.get(facts["number"]) or self.by_key.get(key)
        if firm is None:
            same = {name: facts[name] for name in ("name", "spellings", "number")}
            firm = Recruiter.objects.create(desk=self.desk, **same)
            self.firms += 1
        self.by_key[key] = firm
        if facts["number"]:
            self.by_number[facts["number"]] = firm
        return firm
