"""What one row says in our terms, or why it cannot be filed. Knows nothing of what is in the books."""

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from kamkor.assistance.htcds.mapping import age_group
from kamkor.assistance.imports import choices
from kamkor.assistance.imports.fields import Field, by_name
from kamkor.methods.journeys import PartialDate
from kamkor.methods.public_codes import normalise, valid
from kamkor.methods.sheets import dates
from kamkor.methods.sheets.cells import check, yes_or_no
from kamkor.methods.sheets.problems import CellError
from kamkor.methods.sheets.rows import Row

Values = dict[str, Any]  # field -> what its kind says: a text, a code, codes, a date, a number, yes or no
LONGEST = 10_000
SHORT = {"name": 200, "surname": 100, "first_name": 100, "patronymic": 100, "call_name": 100, "phone": 60}
SHEET_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")
NUMBER = re.compile(r"[0-9]{1,4}")
MOMENT = re.compile(r"(?P<day>[0-9.\-]+)(?:[ T](?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::[0-9]{2})?)?")
OLDEST, LONGEST_CALL = 120, 1440
PEOPLE = ("persons", "cases")


@dataclass(frozen=True)
class Setup:
    """What was decided about a file: the field of each column, and what holds for every row."""

    kind: str
    targets: tuple[str, ...]
    consent: str = "row"  # or "all": everybody in the file agreed
    consent_on: str = ""
    case_kind: str = "trafficking"

    @property
    def fields(self) -> dict[str, Field]:
        return by_name(self.kind)


@dataclass(frozen=True)
class Wrong:
    """Why a row is not taken; the value itself is not here. An empty `field` is the row as a whole."""

    field: str
    code: str
    params: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass
class Understood:
    """One row; `row` holds it as it was sent."""

    row: Row
    values: Values = field(default_factory=dict, repr=False)
    wrong: list[Wrong] = field(default_factory=list)

    @property
    def name(self) -> str:
        """As it is looked for and filed."""
        parts = (self.values.get(part, "") for part in ("surname", "first_name", "patronymic"))
        return str(self.values.get("name") or " ".join(part for part in parts if part))

    @property
    def born(self) -> PartialDate | None:
        year = self.values.get("birth_year")
        return self.values.get("birth_date") or (PartialDate(year) if year else None)

    def age(self, day: date) -> str:
        """adult, child or doubt; empty when nothing tells."""
        return age_group(self.born, day) or str(self.values.get("age", ""))


def understand(row: Row, setup: Setup, day: date) -> Understood:
    """Every cell that has a field, then what the row as a whole must say."""
    found = Understood(row)
    if row.flaw and not (row.flaw == "duplicate_row" and setup.kind == "contacts"):
        found.wrong.append(Wrong("", row.flaw, row.params))
        return found
    for name, text in zip(setup.targets, row.cells, strict=True):
        if name and text:
            _take(found, setup.fields[name], text, day)
    if not found.wrong:
        found.wrong += _WHOLE[setup.kind](found, setup, day)
    return found


def _take(found: Understood, item: Field, text: str, day: date) -> None:
    try:
        value = _cell(item, text, day)
    except CellError as error:
        found.wrong.append(Wrong(item.name, error.code, error.params))
        return
    if item.several:
        found.values.setdefault(item.name, []).append(value)
    else:
        found.values[item.name] = value


def _cell(item: Field, text: str, day: date) -> object:
    if text in SHEET_ERRORS:
        raise CellError("formula_error")
    check(text, SHORT.get(item.name, LONGEST))
    match item.kind:
        case "code":
            return choices.code(item.list, text)
        case "codes":
            return choices.codes(item.list, text)
        case "text":
            return text
        case _:
            return _READERS[item.kind](text, day)


def _partial(text: str, day: date) -> PartialDate:
    found = dates.parse(text)
    if found is None:
        raise CellError("bad_date")
    if found.earliest > day:
        raise CellError("future_date")
    return found


def _day(text: str, day: date) -> date:
    found = _partial(text, day)
    if found.day is None:
        raise CellError("bad_day")
    return found.earliest


def _moment(text: str, day: date) -> datetime:
    """With the time of day where it was written; else at noon."""
    found = MOMENT.fullmatch(text)
    if found is None:
        raise CellError("bad_day")
    on = _day(found["day"], day)
    hour, minute = (int(found[part]) if found[part] else None for part in ("hour", "minute"))
    try:
        at = time(12) if hour is None else time(hour, minute or 0)
    except ValueError:
        raise CellError("bad_day") from None
    moment = datetime.combine(on, at, tzinfo=timezone.get_current_timezone())
    return min(moment, timezone.now()) if on == day else moment


def _year(text: str, day: date) -> int:
    found = dates.parse(text)
    if found is None:
        raise CellError("bad_year")
    if found.year > day.year:
        raise CellError("future_date")
    return found.year


def _age(text: str, day: date) -> str:
    """A number of years, or a word."""
    if not NUMBER.fullmatch(text):
        return choices.code("age_group", text)
    if int(text) > OLDEST:
        raise CellError("out_of_range", low="0", high=str(OLDEST))
    return "adult" if int(text) >= 18 else "child"


def _number(text: str, day: date) -> int:
    if not NUMBER.fullmatch(text):
        raise CellError("bad_number")
    if int(text) > LONGEST_CALL:
        raise CellError("out_of_range", low="0", high=str(LONGEST_CALL))
    return int(text)


def _person_code(text: str, day: date) -> str:
    if not valid(text):
        raise CellError("unknown_person")
    return normalise(text)


_READERS: dict[str, Callable[[str, date], object]] = {
    "partial": _partial,
    "day": _day,
    "moment": _moment,
    "year": _year,
    "age": _age,
    "number": _number,
    "person": _person_code,
    "yes_no": lambda text, day: yes_or_no(text),
}


def _person(found: Understood, setup: Setup, day: date) -> list[Wrong]:
    """Somebody new: she agreed, and what the row says of her age is of one mind."""
    born, year = found.values.get("birth_date"), found.values.get("birth_year")
    wrong = []
    if born and year and born.year != year:
        wrong.append(Wrong("birth_year", "date_and_year"))
    agreed = found.values.get("consent", setup.consent == "all")
    if not agreed:
        child = found.age(day) in {"child", "doubt"}
        wrong.append(Wrong("consent", "child_without_consent" if child else "no_consent"))
    return wrong


def _persons(found: Understood, setup: Setup, day: date) -> list[Wrong]:
    nobody = not (found.name or found.values.get("call_name"))
    return ([Wrong("", "nobody")] if nobody else []) + _person(found, setup, day)


def _cases(found: Understood, setup: Setup, day: date) -> list[Wrong]:
    wrong = [] if "person_code" in found.values else _person(found, setup, day)
    opened, closed = found.values.get("opened_on"), found.values.get("closed_on")
    if opened and closed and closed.latest < opened.earliest:
        wrong.append(Wrong("closed_on", "bad_order"))
    return wrong


def _organisations(found: Understood, setup: Setup, day: date) -> list[Wrong]:
    return [
        Wrong(name, "missing_required")
        for name in ("organisation_name", "organisation_kind")
        if name not in found.values
    ]


def _contacts(found: Understood, setup: Setup, day: date) -> list[Wrong]:
    return [Wrong(name, "missing_required") for name in ("started_at", "channel") if name not in found.values]


_WHOLE: dict[str, Callable[[Understood, Setup, date], list[Wrong]]] = {
    "persons": _persons,
    "cases": _cases,
    "organisations": _organisations,
    "contacts": _contacts,
}


def consent_given(found: Understood, setup: Setup, now: datetime) -> datetime:
    """When she agreed, as far as the row or the file says."""
    day = found.values.get("consent_on") or (
        date.fromisoformat(setup.consent_on) if setup.consent_on else None
    )
    if day is None:
        return now
    noon = datetime.combine(day, time(), tzinfo=timezone.get_current_timezone()) + timedelta(hours=12)
    return min(noon, now)
