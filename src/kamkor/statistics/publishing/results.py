"""The numbers of a period as they leave in the formats of others: as everybody is told them elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from kamkor.base import wall
from kamkor.methods.disclosure import parts
from kamkor.methods.disclosure.years import TOTAL
from kamkor.methods.indicators import UNKNOWN, Indicator, Measure, Period, declared
from kamkor.statistics.indicators import Counting, Parts, Result
from kamkor.statistics.publishing import public
from kamkor.statistics.publishing.public import BY, Held, Ledger
from kamkor.statistics.returns import signed_totals
from kamkor.statistics.sources import Records

UNTOLD = (UNKNOWN, UNKNOWN)
HALVES = ("presumed", "returns")  # sources whose halves add up to the year


@dataclass(frozen=True)
class PublicCounting(Counting):
    """Numbers of people of a period that is over are those that everybody is told."""

    keep: bool = True
    ledger: Ledger = field(default_factory=public.ledger)

    def hide(self, measure: Measure, total: int, told: dict[str, dict[str, int]]) -> Result:
        name = _name(measure)
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


def _name(measure: Measure) -> str:
    """Of a number of an indicator; a questionnaire's own has none."""
    return next(
        (public.name_of(code, measure) for code, one in declared()[0].items() if measure in one.measures), ""
    )


def public_results(period: Period, chosen: Iterable[Indicator]) -> dict[str, list[Result]]:
    """Of each indicator; what is new of it is kept as told."""
    with wall.acting(None, scope="counts"):
        records = Records([period, period.sibling or period])
        counting = PublicCounting(records, period, settings.SMALL_CELL_PUBLIC)
        return {each.code: counting.results(each) for each in chosen}


def told_returns(period: Period) -> list[tuple[str, Decimal, int]]:
    """Each item of the signed returns of a half-year with its sum and of how many bodies it is."""
    told = {
        str(result.measure.where["item"]): result
        for results in public_results(period, _of_returns()).values()
        for result in results
    }
    rows = signed_totals(period, small=settings.SMALL_CELL_PUBLIC)
    return [
        (item, value if item not in told else Decimal(str(told[item].value or 0)), bodies)
        for item, value, bodies in rows
        if item not in told or not told[item].hidden
    ]


def _of_returns() -> list[Indicator]:
    return [
        replace(one, measures=tuple(each for each in one.measures if each.source == "returns"))
        for one in declared()[0].values()
    ]
