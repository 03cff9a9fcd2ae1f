"""One case in our own terms, told from an HTCDS bundle; the export tells the same from the database.

What these terms cannot say stays in the sealed source. What is the same in both was not changed here, so
that a code that only maps many to one keeps the code that was sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kamkor.assistance.htcds import lists
from kamkor.methods.htcds import CaseBundle, Value
from kamkor.methods.journeys import PartialDate, adult_on

Values = dict[str, Value]

# Our kinds of particulars and the fields that make each, in the order in which they are written.
PARTICULARS = {
    "name": ("prs_FirstName", "prs_MiddleName", "prs_SecondName"),
    "identity_number": ("prs_IdentityNumber",),
    "birth_date": ("prs_Birthdate",),
    "phone": ("prs_MobilePhone", "prs_HomePhone"),
    "email": ("prs_Email",),
    "address": (
        *("prs_MailingStreet", "prs_MailingCity", "prs_MailingState"),
        *("prs_MailingPostalCode", "prs_MailingCountry"),
    ),
}
SEPARATE = ("phone",)  # each field is a particular of its own
JOINED_BY = {"address": ", "}
LANGUAGES = ("prs_PrimaryLanguage", "prs_SecondaryLanguage")
AGREED = ("vic_AgreementToManagePersonalData", "con_Consent")
# Columns of Exploitation and the field of each, in the same codes.
SEVERAL = {
    "purposes": "vic_TypeOfExploitation",
    "sexual_forms": "vic_TypeOfSexExploitation",
    "means": "vic_MethodsOfControl",
    "recruitment": "vic_MethodOfRecruitment",
    "vulnerabilities": "vic_Vulnerabilities",
}
SINGLE = {"industry": "vic_ForcedLabourIndustry", "recruiter_relation": "vic_RelationshipToTrafficker"}


@dataclass(frozen=True)
class Plan:
    """A goal of hers. Its text is empty where only its type was sent."""

    text: str = ""
    type: str = ""
    due_on: date | None = None
    reached_on: date | None = None


@dataclass(frozen=True)
class Harm:
    """What was done to her, in the columns of Exploitation."""

    purposes: list[str] = field(default_factory=list)
    sexual_forms: list[str] = field(default_factory=list)
    industry: str = ""
    means: list[str] = field(default_factory=list)
    recruitment: list[str] = field(default_factory=list)
    recruiter_relation: str = ""
    vulnerabilities: list[str] = field(default_factory=list)
    country: str = ""
    place: str = ""
    transit: list[str] = field(default_factory=list)
    started: str = ""
    ended: str = ""
    age_then: int | None = None


@dataclass(frozen=True)
class Terms:
    """One case in the terms of the database. None is "nothing was said", and never equal to an answer."""

    particulars: dict[str, list[str]] = field(default_factory=dict, repr=False)
    sex: str = ""
    citizenships: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    standing: str = ""  # presumed, confirmed, not_confirmed
    standing_by: str = ""
    opened_on: date | None = None
    closed: bool | None = None
    close_reason: str = ""
    agreed: bool | None = None
    harm: Harm = field(default_factory=Harm)
    plans: list[Plan] = field(default_factory=list, repr=False)
    notes: list[str] = field(default_factory=list, repr=False)


def terms(bundle: CaseBundle, day: date) -> Terms:
    """What an import on `day` makes of a bundle."""
    person, case = bundle.person, bundle.case
    standing = lists.STATUS.get(text(person, "vic_TraffickingStatus"), "")
    closed = text(case, "cas_Status") in lists.CLOSED
    return Terms(
        particulars=_particulars(person),
        sex=lists.SEX.get(text(person, "prs_Gender"), ""),
        citizenships=lists.codes_of("country", several(person, "prs_Citizenship")),
        languages=lists.codes_of("language", (text(person, name) for name in LANGUAGES)),
        standing=standing,
        standing_by=_standing_by(standing, text(person, "vic_TraffickingStatusDecisionMakingOrg")),
        opened_on=_opened_on(case, day),
        closed=closed,
        close_reason=_close_reason(case) if closed else "",
        agreed=any(person.get(name) is True for name in AGREED),
        harm=_harm(bundle),
        plans=[plan(service) for service in bundle.services],
        notes=notes(bundle),
    )


def text(values: Values, name: str) -> str:
    return str(values[name]) if name in values else ""


def several(values: Values, name: str) -> list[str]:
    value = values.get(name, ())
    return list(value) if isinstance(value, tuple) else [str(value)]


def partial(values: Values, name: str) -> PartialDate | None:
    value = values.get(name)
    return value if isinstance(value, PartialDate) else None


def notes(bundle: CaseBundle) -> list[str]:
    """Every narrative that has no column of its own, once."""
    told = [text(event, "hte_Description") for event in bundle.events]
    return list(dict.fromkeys(part for part in (*bundle.comments, *told) if part))


def plan(service: Values) -> Plan:
    due, done = partial(service, "spl_PlannedEndDate"), partial(service, "spl_ActualEndDate")
    parts = [text(service, name) for name in ("spl_Objectives", "spl_ActionPlan") if name in service]
    return Plan(
        text="\n\n".join(parts),
        type=text(service, "spl_Type"),
        due_on=due.latest if due else None,
        reached_on=done.latest if done else None,
    )


def has_plan(values: Values) -> bool:
    return any(name.startswith("spl_") for name in values)


def is_exploitation(event: Values) -> bool:
    """Whether it tells of the place where she was exploited, not of the way there."""
    return text(event, "hte_Type") in {"Exploitation", ""}


def country(event: Values) -> str:
    return lists.code_of("country", text(event, "hte_Country"))


def place(event: Values) -> str:
    return _first(lists.code_of("place", text(event, name)) for name in ("hte_City", "hte_State"))


def age_group(born: PartialDate | None, day: date) -> str:
    """adult, child or doubt; empty when no date of birth was sent."""
    if born is None:
        return ""
    if adult_on(born.latest) <= day:
        return "adult"
    return "child" if adult_on(born.earliest) > day else "doubt"


def closed_on(bundle: CaseBundle, opened_on: date, day: date) -> date:
    """The day that the file gives for the case's leaving us, else the day of the import."""
    left = partial(bundle.case, "cas_OutgoingReferralDate")
    return max(opened_on, min(left.earliest, day)) if left else day


def _particulars(person: Values) -> dict[str, list[str]]:
    found = {}
    for kind, names in PARTICULARS.items():
        parts = [text(person, name) for name in names if name in person]
        if parts:
            found[kind] = parts if kind in SEPARATE else [JOINED_BY.get(kind, " ").join(parts)]
    return found


def _standing_by(standing: str, by: str) -> str:
    if not standing:
        return ""
    return (lists.PRESUMED_BY if standing == "presumed" else lists.DECIDED_BY).get(by, "")


def _opened_on(case: Values, day: date) -> date:
    came = partial(case, "cas_IncomingReferralDate")
    return min(came.earliest, day) if came else day


def _close_reason(case: Values) -> str:
    if text(case, "cas_Status") == "ClosedReferred":
        return lists.TRANSFERRED
    return lists.code_of("close_reason", text(case, "cas_ReasonForCaseClosure")) or "other"


def _harm(bundle: CaseBundle) -> Harm:
    person = bundle.person
    age = person.get("vic_AgeWhenTrafficked")
    there = [event for event in bundle.events if is_exploitation(event)]
    transit = [text(event, "hte_Country") for event in bundle.events if text(event, "hte_Type") == "Transit"]
    days = sorted(day for event in there if (day := partial(event, "hte_Date")))
    return Harm(
        purposes=several(person, SEVERAL["purposes"]),
        sexual_forms=several(person, SEVERAL["sexual_forms"]),
        industry=text(person, SINGLE["industry"]),
        means=several(person, SEVERAL["means"]),
        recruitment=several(person, SEVERAL["recruitment"]),
        recruiter_relation=text(person, SINGLE["recruiter_relation"]),
        vulnerabilities=several(person, SEVERAL["vulnerabilities"]),
        country=_first(map(country, there)),
        place=_first(map(place, there)),
        transit=lists.codes_of("country", transit),
        started=str(days[0]) if days else "",
        ended=str(days[-1]) if len(days) > 1 else "",
        age_then=int(age) if isinstance(age, Decimal) else None,
    )


def _first(found: Iterable[str]) -> str:
    return next((code for code in found if code), "")
