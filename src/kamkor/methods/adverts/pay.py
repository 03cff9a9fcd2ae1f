"""What an advert promises to pay, in dollars a month, and whether such work brings that much."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_AMOUNT = re.compile(
    r"(?P<ahead>[$€£₽]|usd|eur)?\s?(?<![\d+])(?P<number>\d{1,3}(?:[ \u00a0.,]\d{3}){1,3}|"
    r"\d{1,2}[.,]\d(?=\s?(?:млн|million|тыс|миң|k\b|к\b))|\d{1,9})(?!\d)\s?"
    r"(?P<thousand>тыс\w*|tys\w*|min\b|миң|мин\b|ming\b|минг\b|thousand|k\b|к\b|млн|миллион\w*|million)?\.?\s?"
    r"(?P<unit>\$|€|£|₽|usd|eur\w*|евро|y?evro|yewro|доллар\w*|dollar\w*|баксов|бакс|bucks|фунт\w*|pound\w*|сом\w*|som\b|soms\b|сум\w*|сўм\w*|so'?m\w*|руб\w*|"
    r"rub\w*|rouble\w*|тенге|тг\b|tenge|"
    r"вон\b|won\b|франк\w*|frank?\w*|chf|злот\w*|zlot\w*|pln|шекел\w*|shekel\w*|nis\b|юан\w*|yuan\w*|лир\w*|lira|дирхам\w*|dirham\w*|aed)?",
)
_PERIODS = (
    (
        re.compile(
            r"\W{0,3}(?:в|за|каждый|каждую|per|a|an|every|each)?\W{0,2}(?:день|сутки|смену|ночь|day|shift|night|"
            r"күнүнө|кунуно|күн\b|кун\b|v den|v sutki|kununo|kundo|kuniga|kunlik|кунига|кунлик|daily)"
        ),
        26.0,
    ),
    (re.compile(r"\W{0,3}(?:в|за|per|a|an)?\W{0,2}(?:час\b|hour|саат\w*|soat\w*)"), 208.0),
    (re.compile(r"\W{0,3}(?:в|за|v|za|per|a)?\W{0,2}(?:недел|nedel|week|jumas|жума|апта|hafta)"), 4.3),
)
_BEFORE_DAILY = re.compile(
    r"(?:в день|ежедневн\w*|күнүнө|күнүгө|кунуно|күнүмдүк|kuniga|кунига|кунлик|kunlik|daily|per day|a day)"
    r"\W{0,3}(?:до|от|from|up to)?\W{0,3}$"
)
_BEFORE_WEEKLY = re.compile(
    r"(?:в неделю|еженедельно|жумасына|аптасына|haftasiga|haftalik|ҳафтасига|weekly|a week|per week)"
    r"\W{0,3}(?:до|от|from|up to)?\W{0,3}$"
)
_MUST_BE_PAY = re.compile(
    r"зарплат|зп\b|з/п|оплат|доход|заработ|плат|айлы[кг]|айына|оклад|oyiga|ойига|в месяц|маяна|"
    r"төлө|толо|табас|oylik|maosh|daromad|topas|ойлик|маош|даромад|salary|salaries|pay|earn|income|wage|make|"
    r"zarplat|oplat|platim|zarabot|v mesyac|aylyg|ailyg|ailyk|aylyk|ayyna|aiyna|"
    r"first month|month one|первый месяц|на руки|чистыми|выходит|биринчи ай|birinchi oy"
)
_MONTHLY = re.compile(
    r"\W{0,3}(?:в месяц|за месяц|ежемесячно|каждый месяц|первый месяц|чистыми|на руки|айына|бир айда|айлык|"
    r"ай\b|oyiga|bir oyda|ойига|ойлик|v mesy?ac|v mesyats|ayyna|aiyna|"
    r"per month|a month|every month|each month|monthly|in month|toza pul|net|"
    r"(?:плюс|и|жана|plus|and|va|ва)?\W{0,3}(?:чаев|чайпул|choychaqa|чойчақа|tips|процент|пайыз|foiz|commission|bonus|бонус))"
)
_PRICE = re.compile(
    r"(?:услуг|оформлен|виз|залог|депозит|кызмат|xizmat|fee|deposit|карыз|долг|долж\w*|owe|qarz|қарз|штраф|fine|кредит|loan|калым|qalin|родителям|parents)\w*\W{0,3}$"
)
_OWED = re.compile(r"\W{0,3}(?:карыз|қарз|qarz|долг|debt|owed|күрөө|залог|garov)")
_RATES = {  # dollars for one, rounded: the norm is about far above, not about the rate of the day
    "$": 1.0, "usd": 1.0, "dol": 1.0, "дол": 1.0, "бак": 1.0, "buc": 1.0, "фун": 1.27, "pou": 1.27,
    "€": 1.1, "eur": 1.1, "евр": 1.1, "evr": 1.1, "yev": 1.1, "yew": 1.1, "фра": 1.1, "fra": 1.1, "chf": 1.1,
    "зло": 0.25, "zlo": 0.25, "pln": 0.25, "шек": 0.27, "she": 0.27, "nis": 0.27, "юан": 0.14, "yua": 0.14,
    "£": 1.27,
    "₽": 0.012, "руб": 0.012, "rub": 0.012, "rou": 0.012, "сом": 0.0115, "som": 0.0115, "soms": 0.0115,
    "сум": 0.00008, "сўм": 0.00008, "so'": 0.00008,
    "тен": 0.002, "тг": 0.002, "ten": 0.002, "вон": 0.00072, "won": 0.00072,
    "лир": 0.025, "lir": 0.025, "дир": 0.27, "dir": 0.27, "aed": 0.27,
}  # fmt: skip
_RICH = frozenset(
    (
        "EU KR JP DE PL CZ GB US CA IL IT ES FR NL NO SE DK FI IS AT CH BE IE PT LT LV EE GR CY MT SG AU NZ"
    ).split()
)
FAR_ABOVE = {"home": 1500.0, "abroad": 2400.0, "rich": 3500.0}
_UNSKILLED = 0.8  # of that, where neither experience nor a language is asked for


class Pay(NamedTuple):
    """A promise: dollars a month, and where it stands in the text."""

    monthly: float
    start: int
    end: int


def promises(text: str) -> Iterator[Pay]:
    """Every amount with a currency that is said to be pay."""
    lower = text.lower() if len(text.lower()) == len(text) else text
    for match in _AMOUNT.finditer(lower):
        unit = match["unit"] or match["ahead"]
        rate = _rate(unit, lower, match) if unit else None
        if rate is None:
            continue
        value = _number(match["number"]) * _times(match["thousand"]) * rate
        after = lower[match.end() : match.end() + 24]
        factor = next((times for period, times in _PERIODS if period.match(after)), 0.0)
        before = lower[max(0, match.start() - 40) : match.start()]
        if not factor and _BEFORE_DAILY.search(before):
            factor = 26.0
        if not factor and _BEFORE_WEEKLY.search(before):
            factor = 4.3
        if (
            not _PRICE.search(before)
            and not _OWED.match(after)
            and (factor or _MUST_BE_PAY.search(before) or _MONTHLY.match(after))
        ):
            yield Pay(value * (factor or 1.0), match.start("number"), match.end())


def far_above(pay: Pay, abroad: set[str], *, unskilled: bool) -> bool:
    """Whether simple work never pays so much where it is offered."""
    place = "rich" if abroad & _RICH else "abroad" if abroad else "home"
    return pay.monthly >= FAR_ABOVE[place] * (_UNSKILLED if unskilled else 1.0)


def _rate(unit: str, text: str, match: re.Match[str]) -> float | None:
    if (unit == "som" and match["thousand"] in {"ming", "million"}) or unit.startswith("so'"):
        return _RATES["сум"]  # Uzbek money, which is often typed som
    return _RATES.get(unit) or _RATES.get(unit[:3]) or _RATES.get(unit[:2])


def _number(written: str) -> float:
    """2,3 of "2,3 million"; elsewhere commas and points part thousands."""
    small = re.fullmatch(r"(\d{1,2})[.,](\d)", written)
    return float(f"{small[1]}.{small[2]}") if small else float(re.sub(r"\D", "", written))


def _times(word: str | None) -> float:
    if not word:
        return 1.0
    return 1_000_000.0 if word.startswith(("млн", "миллион", "million")) else 1000.0
