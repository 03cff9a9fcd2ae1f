"""Records in the layouts of the Counter-Trafficking Data Collaborative (CTDC): one row for each person who
agreed to research without a name. `kamkor report export --format ctdc` protects them before it writes any.

Which variable is filled from what is declared in codes/data/ctdc.csv; one without a rule stays empty, as does
what was not recorded: that a means was not ticked does not say that it was not used.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any

from kamkor.assistance.models import Exploitation
from kamkor.base import codelists, wall
from kamkor.base.models import AuditEvent
from kamkor.codes.un_regions import un_region
from kamkor.methods.indicators import Period
from kamkor.people.models import Consent
from kamkor.statistics.sources import Records

LAYOUTS = ("codebook", "synthetic", "victim-perpetrator")
MISSING = {"codebook": "-99", "synthetic": "", "victim-perpetrator": ""}
PURPOSE = "research"
REGIONS = ("Africa", "Americas/Oceania", "Asia", "Europe")
AGES = (9, 18, 21, 24, 27, 30, 39, 48)  # where a range of ages begins, after the first at 0
LATER = {"female": "Woman", "male": "Man", "other": "Trans/Transgender/NonConforming"}
GENDERS = {
    "codebook": {"female": "Female", "male": "Male", "other": "Transgender/NonConforming"},
    "synthetic": LATER,
    "victim-perpetrator": LATER,
}
DASH = {"codebook": "—", "synthetic": "--", "victim-perpetrator": "--"}
RELATIONS = {"Familial": "Family/Relative", "Acquainted": "Friend/Acquaintance", "Unaquainted": "Other"}
PERPETRATORS = {  # of a recruiter alone: what else perpetrators are is in no record of a victim
    "Familial": "FamilyIntimatePartner",
    "Acquainted": "FriendAcquaintance",
    "Unaquainted": "StrangerUnknownOther",
}
MONTHS = ((12, "0--12 (0-1 yr)"), (24, "13--24 (1-2 yrs)"), (10**6, "25+ (2+ yrs)"))
KNOWN_OUTSIDE = ("isForcedLabour", "isSexualExploit", "isOtherExploit")  # beside what is said of the person


@dataclass(frozen=True)
class Variable:
    name: str
    rule: str
    status: str

    @property
    def kind(self) -> str:
        return self.rule.partition(" ")[0]

    @property
    def codes(self) -> list[str]:
        return self.rule.split(" ")[1:]


@dataclass
class Told:
    """What is recorded of one person: of their exploitations all together."""

    year: int
    born: int | None = None
    sex: str = ""
    age: str = ""
    citizenship: str = ""
    country: str = ""
    age_then: str = ""
    months: int | None = None
    codes: dict[str, set[str]] = field(default_factory=dict)


@cache
def variables(layout: str) -> list[Variable]:
    with (files("kamkor.codes") / "data" / "ctdc.csv").open(encoding="utf-8") as text:
        held = [row for row in csv.DictReader(text) if row["layout"] == layout]
    return [Variable(row["variable"], row["rule"], row["status"]) for row in held]


def quasi(layout: str) -> list[str]:
    """What an outsider may know of a person."""
    return [each.name for each in variables(layout) if each.kind == "field" or each.name in KNOWN_OUTSIDE]


def rows(layout: str, years: Sequence[int]) -> list[dict[str, str]]:
    """One row a person, by the year of the first presumption; empty is not known. The access log says that
    the records were read for it, also where nothing of them may leave."""
    with wall.acting(None, scope="all"):  # consents are not among what is counted
        AuditEvent.objects.add(verb="release.export", subject="statistics.ctdc", role="system")
        told = list(_people(years))
    return [{each.name: _value(each, person, layout) for each in variables(layout)} for person in told]


def _people(years: Sequence[int]) -> Iterator[Told]:
    records = Records([Period(str(year)) for year in years])
    book = records.book
    agreed = {
        book.root(pk)
        for pk in Consent._base_manager.filter(
            pk__in=Consent.objects.in_force().values("pk"), purpose=PURPOSE
        ).values_list("person_id", flat=True)
    }
    people = {
        root: Told(int(day[:4])) for root, day in book.first_seen.items()
        if root in agreed and int(day[:4]) in years
    }  # fmt: skip
    _fill_persons(records, people)
    _fill_exploitations(records, people)
    return iter(people.values())


def _fill_persons(records: Records, people: dict[int, Told]) -> None:
    from kamkor.people.models import Person

    columns = ("pk", "sex", "age", "birth_year", "citizenships")
    for pk, sex, age, born, held in Person._base_manager.filter(pk__in=people).values_list(*columns):
        told = people[pk]
        told.sex, told.age, told.born = sex, age, born
        told.citizenship = held[0] if held else ""


def _fill_exploitations(records: Records, people: dict[int, Told]) -> None:
    kept = ("purposes", "means", "sexual_forms")
    for each in Exploitation._base_manager.order_by("pk"):
        told = people.get(records.cases.get(each.case_id, 0))
        if told is None:
            continue
        for name in kept:
            told.codes.setdefault(name, set()).update(getattr(each, name))
        told.codes.setdefault("industry", set()).update(filter(None, [each.industry]))
        told.codes.setdefault("relation", set()).update(filter(None, [each.recruiter_relation]))
        told.country = told.country or each.country
        if each.age_then is not None and not told.age_then:
            told.age_then = "Minor" if each.age_then < 18 else "Adult"
        if told.months is None:
            told.months = _months(each.started, each.ended)


def _months(start: str, end: str) -> int | None:
    """Between two dates that are known to the month."""
    if len(start) < 7 or len(end) < 7:
        return None
    (year, month), (until, last) = ((int(day[:4]), int(day[5:7])) for day in (start, end))
    return (until - year) * 12 + last - month


def _value(variable: Variable, told: Told, layout: str) -> str:
    if variable.kind == "field":
        return _field(variable.codes[0], told, layout)
    if not variable.kind:
        return ""
    held = told.codes.get(variable.kind, set())
    if held & set(variable.codes):
        return "1"
    whole = variable.kind in ("purposes", "relation")  # one who is asked names all of these
    return "0" if layout == "codebook" and held and whole else ""


def _field(name: str, told: Told, layout: str) -> str:
    purposes = told.codes.get("purposes", set())
    relation = next(iter(sorted(told.codes.get("relation", set()))), "")
    found: dict[str, Any] = {
        "year": str(told.year),
        "source": "Case management",
        "gender": GENDERS[layout].get(told.sex, ""),
        "age": _range(told, layout),
        "majority": {"adult": "Adult", "child": "Minor"}.get(told.age, ""),
        "majority_then": told.age_then,
        "citizenship": _country(told.citizenship, layout),
        "country": _country(told.country, layout),
        "months": next((words for most, words in MONTHS if (told.months or 0) <= most), "")
        if told.months is not None
        else "",
        "both": "1" if {"ForcedLabour", "SexualExploitation"} <= purposes else "0" if purposes else "",
        "relation": RELATIONS.get(relation, ""),
        "origin": _region(told.citizenship),
        "region": _region(told.country),
        "perpetrator": ";".join(
            words for code, words in PERPETRATORS.items() if code in told.codes.get("relation", set())
        ),
    }
    return str(found[name])


def _region(country: str) -> str:
    """America and Oceania are one in the public file."""
    region = un_region(country)
    return "Americas/Oceania" if region in ("Americas", "Oceania") else region


def _range(told: Told, layout: str) -> str:
    if told.born is None:
        return ""
    age = max(told.year - told.born, 0)
    begin = max([start for start in (0, *AGES) if start <= age])
    if begin == AGES[-1]:
        return f"{begin}+"
    end = next(start for start in AGES if start > begin) - 1
    return f"{begin}{DASH[layout]}{end}"


def _country(code: str, layout: str) -> str:
    """Two letters in the codebook, three in the synthetic data set."""
    entry = codelists.entries("country").get(code)
    if entry is None:
        return ""
    return code if layout == "codebook" else str(entry.extra.get("alpha3", ""))


def domain(layout: str, years: Sequence[int]) -> dict[str, list[str]]:
    """What each variable may hold, from the code lists alone."""
    fields: dict[str, list[str]] = {
        "year": [str(year) for year in years],
        "source": ["Case management"],
        "gender": [*GENDERS[layout].values()],
        "age": [*(_range(Told(2000, 2000 - age), layout) for age in (0, *AGES))],
        "majority": ["Minor", "Adult"],
        "majority_then": ["Minor", "Adult"],
        "citizenship": [_country(code, layout) for code in codelists.entries("country")],
        "country": [_country(code, layout) for code in codelists.entries("country")],
        "months": [words for _most, words in MONTHS],
        "both": ["0", "1"],
        "relation": [*RELATIONS.values()],
        "origin": [*REGIONS],
        "region": [*REGIONS],
        "perpetrator": [
            ";".join(some)
            for size in range(1, len(PERPETRATORS) + 1)
            for some in combinations(PERPETRATORS.values(), size)
        ],
    }
    found = {}
    for each in variables(layout):
        held = fields[each.codes[0]] if each.kind == "field" else ["0", "1"] if each.kind else []
        found[each.name] = ["", *held]
    return found
