"""What a column can be, for each kind of table, and how people head it in four languages."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from kamkor.methods.sheets.cells import squeeze

ALMOST = 90  # of 100: one letter wrong in a heading of ten


@dataclass(frozen=True)
class Field:
    """A fact that a column may say. `kind` says how its cells are read, `list` which codes they use."""

    name: str
    label: str | Promise
    kind: str = "text"
    list: str = ""
    several: bool = False  # more than one column may say it


NOTE = Field("note", _("Note, sealed"), several=True)
PERSON = (
    Field("name", _("Full name")),
    Field("surname", _("Surname")),
    Field("first_name", _("First name")),
    Field("patronymic", _("Patronymic")),
    Field("call_name", _("What to call the person")),
    Field("birth_date", _("Date of birth"), "partial"),
    Field("birth_year", _("Year of birth"), "year"),
    Field("age", _("Age, or adult or child"), "age"),
    Field("sex", _("Sex"), "code", "sex"),
    Field("citizenships", _("Citizenship"), "codes", "country"),
    Field("languages", _("Languages"), "codes", "language"),
    Field("home_place", _("Home place"), "code", "place"),
    Field("identity_number", _("Personal number (PIN)")),
    Field("phone", _("Telephone"), several=True),
    Field("safe_contact", _("Safe way to reach the person")),
    Field("address", _("Address")),
    Field("email", _("E-mail")),
    Field("messenger", _("Messenger account")),
    Field("relative", _("Relative or trusted person"), several=True),
    Field("other", _("Other facts, sealed"), several=True),
    Field("consent", _("Whether she agreed to a file"), "yes_no"),
    Field("consent_on", _("Day on which she agreed"), "day"),
)
CASE = (
    Field("person_code", _("Code of a file that is here"), "person"),
    *PERSON,
    Field("case_kind", _("Kind of case"), "code", "case_kind"),
    Field("opened_on", _("Opened on"), "partial"),
    Field("closed_on", _("Closed on"), "partial"),
    Field("close_reason", _("Reason for closing"), "code", "close_reason"),
    Field("came_by", _("How the person came"), "code", "came_by"),
    Field("standing", _("Presumed, confirmed or not"), "code", "standing"),
    Field("purposes", _("Forms of exploitation"), "codes", "htcds.vic_TypeOfExploitation"),
    Field("means", _("Means of control"), "codes", "htcds.vic_MethodsOfControl"),
    Field("industry", _("Industry"), "code", "htcds.vic_ForcedLabourIndustry"),
    Field("country", _("Country of exploitation"), "code", "country"),
    Field("place", _("Place of exploitation"), "code", "place"),
    Field("started", _("When the exploitation began"), "partial"),
    NOTE,
)
ORGANISATION = (
    Field("organisation_name", _("Name of the organisation")),
    Field("name_ky", _("Name in Kyrgyz")),
    Field("name_ru", _("Name in Russian")),
    Field("name_uz", _("Name in Uzbek")),
    Field("name_en", _("Name in English")),
    Field("organisation_kind", _("Kind of organisation"), "code", "organisation_kind"),
    Field("home_place", _("Place"), "code", "place"),
    Field("phone", _("Telephone")),
    Field("services", _("Services"), "codes", "service_type"),
    Field("children", _("Takes children"), "yes_no"),
)
CONTACT = (
    Field("started_at", _("Day, with the time if it is known"), "moment"),
    Field("channel", _("Channel"), "code", "channel"),
    Field("contact_kind", _("Kind of contact"), "code", "contact_kind"),
    Field("about", _("About whom"), "code", "contact_about"),
    Field("topic", _("Topic"), "code", "contact_topic"),
    Field("advice", _("Advice"), "code", "contact_advice"),
    Field("danger", _("Danger"), "code", "danger"),
    Field("outcome", _("Outcome"), "code", "contact_outcome"),
    Field("contact_language", _("Language"), "code", "language"),
    Field("country", _("Country where the trouble is"), "code", "country"),
    Field("minutes", _("Length in minutes"), "number"),
    NOTE,
)
FIELDS = {"persons": PERSON, "cases": CASE, "organisations": ORGANISATION, "contacts": CONTACT}


def by_name(kind: str) -> dict[str, Field]:
    return {field.name: field for field in FIELDS[kind]}


def known(kind: str, heading: str) -> bool:
    """Whether somebody heads a column of such a table so."""
    return squeeze(heading) in _words(kind)


def propose(kind: str, headings: Sequence[str]) -> list[str]:
    """The field that each column probably is; empty where nothing fits."""
    several = {field.name for field in FIELDS[kind] if field.several}
    proposed = [_exact(kind, heading) for heading in headings]
    for position, heading in enumerate(headings):
        proposed[position] = proposed[position] or _close(kind, heading)
    return [
        "" if field in proposed[:position] and field not in several else field
        for position, field in enumerate(proposed)
    ]


def _exact(kind: str, heading: str) -> str:
    return _words(kind).get(squeeze(heading), "")


def _close(kind: str, heading: str) -> str:
    written = squeeze(heading)[:60]
    if len(written) < 4:
        return ""
    score, field = max((fuzz.ratio(written, word), field) for word, field in _words(kind).items())
    return field if score >= ALMOST else ""


@cache
def _words(kind: str) -> dict[str, str]:
    """Field by squeezed heading; of two fields that are headed alike the first in the table wins."""
    fields = by_name(kind)
    found: dict[str, str] = {}
    for row in table("words.csv"):
        if row["field"] in fields:
            for word in (row["field"], *row["words"].split("|")):
                found.setdefault(squeeze(word), row["field"])
    return found


def table(name: str) -> Iterable[dict[str, str]]:
    """The rows of one of the tables beside this module."""
    with files("kamkor.assistance.imports").joinpath(name).open("r", encoding="utf-8") as file:
        yield from csv.DictReader(file)
