"""Writes into the rows of a case what has changed since they came, and touches nothing else."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from kamkor.assistance.htcds import lists, mapping
from kamkor.assistance.htcds.mapping import PARTICULARS, Harm, Plan, Terms, Values, text
from kamkor.methods.htcds import Record
from kamkor.methods.htcds.bundles import is_perpetrator
from kamkor.methods.htcds.reader import CASE_COLUMNS, NAMES
from kamkor.methods.journeys import PartialDate
from kamkor.methods.sheets.cells import squeeze
from kamkor.methods.sheets.dates import parse

PERSON = ("prs_", "vic_", "con_")


def overlay(records: Iterable[Record], before: Terms, now: Terms) -> list[Record]:
    """The rows of one case as it stands now. `before` is what the rows say, in the terms of the database."""
    sheet = Sheet(records)
    _person(sheet, before, now)
    _case(sheet, before, now)
    _harm(sheet, before.harm, now.harm)
    _event(sheet, before.harm, now.harm)
    _plans(sheet, before.plans, now.plans)
    _notes(sheet, before.notes, now.notes)
    return sheet.rows


class Sheet:
    """The rows of one case, copied, with what it takes to change an answer in them."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.rows = [Record(row.row, {**row.values}, {**row.original}, {**row.extra}) for row in records]

    def put(self, names: Iterable[str], values: Values) -> None:
        """Wherever one of these fields is answered, `values` are the answer; else in the first row."""
        listed = tuple(names)
        rows = self._of_the_person() if listed[0].startswith(PERSON) else (self.rows or [self.new({})])
        held = [row for row in rows if any(name in row.values for name in listed)]
        for row in held or rows[:1]:
            self.replace(row, listed, values)

    def swap(self, match: Callable[[Record], bool], names: tuple[str, ...], values: Values) -> bool:
        """In the rows that match; says whether there were any."""
        found = [row for row in self.rows if match(row)]
        for row in found:
            self.replace(row, names, values)
        return bool(found)

    def replace(self, row: Record, names: Iterable[str], values: Values) -> None:
        for name in names:
            row.values.pop(name, None)
            row.original.pop(name, None)
        row.values.update(values)

    def add(self, values: Values, *, prefix: str) -> None:
        """In the first row that says nothing under this prefix yet, else in a row of its own."""
        free = (row for row in self.rows if not any(name.startswith(prefix) for name in row.values))
        row = next(free, None) or self.new({})
        row.values.update(values)

    def new(self, values: Values) -> Record:
        """One more row of the same case and person."""
        first = next((row for row in self.rows if not is_perpetrator(row)), None)
        kept = {name: first.values[name] for name in NAMES if name in first.values} if first else {}
        extra = self.rows[0].extra if self.rows else {}
        same = {name: told for name, told in extra.items() if squeeze(name) in CASE_COLUMNS}
        row = Record(0, {**kept, **values}, {}, same)
        self.rows.append(row)
        return row

    def _of_the_person(self) -> list[Record]:
        """A perpetrator's row has the perpetrator's name."""
        return [row for row in self.rows if not is_perpetrator(row)] or [self.new({})]


def _person(sheet: Sheet, before: Terms, now: Terms) -> None:
    for kind, names in PARTICULARS.items():
        texts = now.particulars.get(kind, [])
        if texts != before.particulars.get(kind, []):
            sheet.put(names, _parts(kind, texts))
    if now.sex != before.sex:
        sheet.put(["prs_Gender"], _one("prs_Gender", lists.GENDER.get(now.sex, "")))
    if now.citizenships != before.citizenships:
        sheet.put(["prs_Citizenship"], _many("prs_Citizenship", now.citizenships))
    if now.languages != before.languages:
        sheet.put(mapping.LANGUAGES, dict(zip(mapping.LANGUAGES, now.languages, strict=False)))
    if now.agreed != before.agreed:
        names = mapping.AGREED[:1] if now.agreed else mapping.AGREED
        for name in names:
            sheet.put([name], {name: bool(now.agreed)})


def _parts(kind: str, texts: list[str]) -> Values:
    """One kind of particulars as fields."""
    names = PARTICULARS[kind]
    if not texts:
        return {}
    if kind == "name":
        first, _, rest = texts[-1].partition(" ")
        return _one(names[0], first) | _one(names[2], rest)
    if kind == "phone":
        return _one(names[0], texts[0]) | _one(names[1], "; ".join(texts[1:]))
    if kind == "birth_date":
        born = parse(texts[-1])
        return {names[0]: born} if born else {}
    return _one(names[0], "; ".join(texts))


def _case(sheet: Sheet, before: Terms, now: Terms) -> None:
    if now.standing != before.standing:
        status = lists.STATUS_OUT.get(now.standing, "")
        sheet.put(["vic_TraffickingStatus"], _one("vic_TraffickingStatus", status))
    if (now.standing, now.standing_by) != (before.standing, before.standing_by):
        name = "vic_TraffickingStatusDecisionMakingOrg"
        sheet.put([name], _one(name, lists.DECIDED_BY_OUT.get(now.standing_by, "")))
    if now.opened_on != before.opened_on:
        sheet.put(["cas_IncomingReferralDate"], _day("cas_IncomingReferralDate", now.opened_on))
    if now.closed != before.closed:
        sheet.put(["cas_Status"], {"cas_Status": _status(now)})
    if now.close_reason != before.close_reason:
        reason = lists.label_of("close_reason", now.close_reason) if now.close_reason else ""
        sheet.put(["cas_ReasonForCaseClosure"], _one("cas_ReasonForCaseClosure", reason))


def _status(now: Terms) -> str:
    if not now.closed:
        return "Active"
    return "ClosedReferred" if now.close_reason == lists.TRANSFERRED else "Closed"


def _harm(sheet: Sheet, before: Harm, now: Harm) -> None:
    for column, name in mapping.SEVERAL.items():
        if (codes := getattr(now, column)) != getattr(before, column):
            sheet.put([name], _many(name, codes))
    for column, name in mapping.SINGLE.items():
        if (code := getattr(now, column)) != getattr(before, column):
            sheet.put([name], _one(name, code))
    if now.age_then != before.age_then:
        age: Values = {} if now.age_then is None else {"vic_AgeWhenTrafficked": Decimal(now.age_then)}
        sheet.put(["vic_AgeWhenTrafficked"], age)


def _event(sheet: Sheet, before: Harm, now: Harm) -> None:
    """Where and when it was, in the row that said so before."""
    if now.country != before.country:
        there = _event_row(lambda row: mapping.country(row.values) == before.country, before.country)
        _place_event(sheet, there, ("hte_Country",), _one("hte_Country", now.country))
    if now.place != before.place:
        named = lists.label_of("place", now.place) if now.place else ""
        there = _event_row(lambda row: mapping.place(row.values) == before.place, before.place)
        _place_event(sheet, there, ("hte_City", "hte_State"), _one("hte_City", named))
    for day, earlier in ((now.started, before.started), (now.ended, before.ended)):
        if day != earlier:
            there = _event_row(_says("hte_Date", earlier), earlier)
            _place_event(sheet, there, ("hte_Date",), {"hte_Date": PartialDate.parse(day)} if day else {})
    for gone in set(before.transit) - set(now.transit):
        sheet.swap(_passes(gone), ("hte_Country",), {})
    for code in now.transit:
        if code not in before.transit:
            sheet.new({"hte_Type": "Transit", "hte_Country": code})


def _event_row(match: Callable[[Record], bool], before: str) -> Callable[[Record], bool]:
    return lambda row: bool(before) and mapping.is_exploitation(row.values) and match(row)


def _place_event(
    sheet: Sheet, match: Callable[[Record], bool], names: tuple[str, ...], values: Values
) -> None:
    if sheet.swap(match, names, values) or not values:
        return
    told = (row for row in sheet.rows if text(row.values, "hte_Type") == "Exploitation")
    free = next((row for row in told if not any(name in row.values for name in names)), None)
    if free is not None:
        free.values.update(values)
    else:
        sheet.add({"hte_Type": "Exploitation", **values}, prefix="hte_")


def _says(name: str, told: str) -> Callable[[Record], bool]:
    return lambda row: text(row.values, name) == told


def _passes(code: str) -> Callable[[Record], bool]:
    return lambda row: text(row.values, "hte_Type") == "Transit" and mapping.country(row.values) == code


def _plans(sheet: Sheet, before: list[Plan], now: list[Plan]) -> None:
    for old, new in zip(before, now, strict=False):
        if new == old:
            continue
        same = [row for row in sheet.rows if mapping.has_plan(row.values) and mapping.plan(row.values) == old]
        for row in same:
            sheet.replace(row, _changed(old, new), _plan_values(old, new))
    for new in now[len(before) :]:
        sheet.add(_plan_values(Plan(), new), prefix="spl_")


def _changed(old: Plan, new: Plan) -> list[str]:
    """The fields to clear: those of the parts that differ."""
    parts = {
        "spl_Objectives": old.text != new.text,
        "spl_ActionPlan": old.text != new.text,
        "spl_PlannedEndDate": old.due_on != new.due_on,
        "spl_ActualEndDate": old.reached_on != new.reached_on,
    }
    return [name for name, differs in parts.items() if differs]


def _plan_values(old: Plan, new: Plan) -> Values:
    values: Values = {}
    if new.text != old.text:
        values |= _one("spl_Objectives", new.text)
    if new.due_on != old.due_on:
        values |= _day("spl_PlannedEndDate", new.due_on)
    if new.reached_on != old.reached_on:
        values |= _day("spl_ActualEndDate", new.reached_on)
    return values


def _notes(sheet: Sheet, before: list[str], now: list[str]) -> None:
    for old, new in zip(before, now, strict=False):
        if new != old:
            for name in ("cco_CaseComment", "hte_Description"):
                sheet.swap(_says(name, old), (name,), _one(name, new))
    for new in now[len(before) :]:
        sheet.add(_one("cco_CaseComment", new), prefix="cco_")


def _one(name: str, told: str) -> Values:
    return {name: told} if told else {}


def _many(name: str, codes: list[str]) -> Values:
    return {name: tuple(codes)} if codes else {}


def _day(name: str, day: date | None) -> Values:
    return {name: PartialDate(day.year, day.month, day.day)} if day else {}
