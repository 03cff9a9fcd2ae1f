"""Records of some people beside what everybody is told of all: how many of a group have agreed to leave is a
least number of that group, and may bound a hidden number of the same year."""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.conf import settings

from kamkor.base import wall
from kamkor.methods.disclosure.beside import Least, Number, narrowed
from kamkor.methods.disclosure.years import is_year
from kamkor.methods.indicators import UNKNOWN, declared
from kamkor.statistics import ctdc
from kamkor.statistics.publishing import public

GROUPS = {  # by sex, and by whether they were adults
    ("female", True): {"women"}, ("female", False): {"girls"}, ("female", None): {"women", "girls", UNKNOWN},
    ("male", True): {"men"}, ("male", False): {"boys"}, ("male", None): {"men", "boys", UNKNOWN},
}  # fmt: skip


def give_away(layout: str, rows: Iterable[Mapping[str, str]]) -> int:
    """How many hidden numbers of those first presumed these records would bound below what is hidden."""
    with wall.acting(None, scope="counts"):
        ledger = public.ledger()
    names = [public.name_of("presumed", each) for each in declared()[0]["presumed"].measures]
    held = {name: ledger[name] for name in names if name in ledger}
    least = [each for each in _least(layout, rows) if all(each.year in one.exact for one in held.values())]
    if not least or len(held) < len(names):
        return 0
    numbers = {
        name: Number({year: found for year, found in one.exact.items() if is_year(year)}, one.cells)
        for name, one in held.items()
    }
    return len(narrowed(numbers, least, settings.SMALL_CELL_PUBLIC))


def _least(layout: str, rows: Iterable[Mapping[str, str]]) -> list[Least]:
    names = {each.codes[0]: each.name for each in ctdc.variables(layout) if each.kind == "field"}
    sexes = {said: sex for sex, said in ctdc.GENDERS[layout].items()}
    found: Counter[tuple[str, frozenset[str]]] = Counter()
    everybody = frozenset().union(*GROUPS.values())
    for row in rows:
        year, sex = row[names["year"]], sexes.get(row[names["gender"]], "")
        kinds = {
            everybody,
            *(frozenset(GROUPS.get((sex, adult), everybody)) for adult in (None, _adult(row, names))),
        }
        found.update((year, kind) for kind in kinds)
    return [Least(year, groups, people) for (year, groups), people in found.items()]


def _adult(row: Mapping[str, str], names: Mapping[str, str]) -> bool | None:
    """As far as the record says."""
    told = row.get(names.get("majority", ""), "")
    start = row.get(names.get("age", ""), "")[:2].rstrip("-—+")
    if told or not start.isdecimal():
        return {"Adult": True, "Minor": False}.get(told)
    return int(start) >= ctdc.AGES[1]
