"""The numbers of a period as they leave in the formats of others: as everybody is told them elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone

from kamkor.base import wall
from kamkor.methods.disclosure import parts
from kamkor.methods.disclosure.years import TOTAL
from kamkor.methods.indicators import UNKNOWN, Indicator, Measure, Period, declared
from kamkor.statistics.indicators import Counting, Parts, Result
from kamkor.statistics.publishing import public
from kamkor.statistics.publishing.public import BY, Held, Ledger
from kamkor.statistics.sources import Records

UNTOLD = (UNKNOWN, UNKNOWN)
TOGETHER = (  # items of returns that add up to a number which may be told as well
    ("suspected_men", "suspected_women"),
    ("prosecuted_men", "prosecuted_women"),
    ("convicted_men", "convicted_women"),
    ("convicted_citizens", "convicted_foreigners"),
)
HALVES = ("presumed", "returns")  # sources whose halves add up to the year


@dataclass(frozen=True)
class PublicCounting(Counting):
    """Numbers of people of a period that is over are those that everybody is told."""

    keep: bool = True
    ledger: Ledger = field(default_factory=public.ledger)
    others: Sequence[tuple[str, Measure]] = ()  # numbers of no indicator, by the code of what asks for them

    def hide(self, measure: Measure, total: int, told: dict[str, dict[str, int]]) -> Result:
        name = self._name(measure)
        if not name or not public.is_told(measure):
            return super().hide(measure, total, told)
        if self.period.last >= timezone.localdate() and self.keep:
            return Result(measure, None, True, _all_hidden())
        if self.period.half and measure.of == "person" and measure.source not in HALVES:
            return Result(measure, None, True, {})
        asked = [self.period]
        held = public.told(self.ledger, name, measure, self.records, asked=asked, keep=self.keep)
        if self.period.code not in held.exact:
            return super().hide(measure, total, told)
        value = held.at(self.period.code).value
        return Result(measure, value, value is None, self._parts(held, total, told))

    def _name(self, measure: Measure) -> str:
        held = [(code, one.measures) for code, one in declared()[0].items()]
        held += [(code, (one,)) for code, one in self.others]
        return next((public.name_of(code, measure) for code, measures in held if measure in measures), "")

    def _parts(self, held: Held, total: int, told: dict[str, dict[str, int]]) -> Parts:
        """None of a half; of a year that was counted otherwise when it was told, those told then."""
        code = self.period.code
        if self.period.half:
            return {}
        exact = public.totals(held.exact[code])[TOTAL, TOTAL]
        hidden = held.at(code).value is None and exact > 0
        free = told if exact == total else {}
        shown = parts.hide(total, free, threshold=self.small, total_hidden=hidden).parts
        if (code, *UNTOLD) in held.cells:
            for name, cells in _crossed(held, code).items():
                shown |= {name: cells} if name in told else {}
        return shown


def _all_hidden() -> Parts:
    """Also which of them there are."""
    dimensions = declared()[1]
    return {name: dict.fromkeys(dimensions[name].labels) for name in BY}


def _crossed(held: Held, period: str) -> Parts:
    """The parts by either of two dimensions that are told together."""
    found: Parts = {name: {} for name in BY}
    for (code, group, form), each in held.cells.items():
        if code == period and (group == TOTAL) != (form == TOTAL):
            found[BY[group == TOTAL]][form if group == TOTAL else group] = each.value
    return found


def public_results(period: Period, chosen: Iterable[Indicator]) -> dict[str, list[Result]]:
    """Of each indicator; what is new of it is kept as told."""
    with wall.acting(None, scope="counts"):
        counting = counting_of(period)
        return {each.code: counting.results(each) for each in chosen}


def counting_of(
    period: Period, others: Sequence[tuple[str, Measure]] = (), *, keep: bool = True
) -> PublicCounting:
    """Within a wall of counts."""
    records = Records([period, period.sibling or period])
    return PublicCounting(records, period, settings.SMALL_CELL_PUBLIC, keep=keep, others=others)


def untold(results: Iterable[Result]) -> set[str]:
    """Items of returns that stay untold because what they make up one number with is hidden: men beside
    women."""
    hidden = {str(each.measure.where.get("item")) for each in results if each.hidden}
    return {item for together in TOGETHER if hidden & set(together) for item in together}
