"""Firms that an advert names, and whether a register covers them on the day of the advert."""

import csv
import io
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz, process

from kamkor.methods.adverts.folding import Folded, Token, bare
from kamkor.methods.spelling import plain, split

_NAME_WORDS = 4  # of a name that stands without quotation marks, at most
_MOST = 1000  # words in quotation marks that are asked whether they are names
_NAME_LETTERS = 6  # and at least
SAME = 88.0  # of 100: from here a name is taken for that of the register
COLUMNS = ("name", "spellings", "status", "from", "to", "country")
_VALID = frozenset({"issued", "extended", "resumed", "valid", "active"})
_FORMS = (
    "осоо ооо оао зао ао ип чп жчк жак тоо тдо чао mchj mchzh мчж хк xk llc ltd inc gmbh "
    "агентство компания фирма кафе ресторан отель завод фабрика клиника школа гостиница "
    "магазин agentligi kompaniya фирмасы компаниясы агенттиги ишканасы agency company hotel "
    "restaurant cafe factory hospital"
)
_FORM = rf"(?:{'|'.join(_FORMS.split())})"
_QUOTED = re.compile(r"[«“\"„]([^«»“”\"„\n]{2,60})[»”\"“]")
_FORMED = re.compile(rf"(?<!\w){_FORM}\s{{1,2}}[«“\"„]?((?:[A-ZА-ЯЁҢӨҮЎҚҒҲ][\w&.-]*\s?){{1,4}})", re.UNICODE)
_FORMED_ANY = re.compile(rf"\b{_FORM}\b", re.IGNORECASE)
_LEGAL = frozenset(map(plain, _FORMS.split()))
_KINDS_AFTER = (
    "LLC Ltd Inc GmbH MChJ МЧЖ ЖЧК Cafe Restaurant Hotel Inn Hostel Foundation University School Laundry "
    "Clinic Bakery Centre Center Service Services Hospital Kindergarten"
)
_NO_NAME = (  # words with a capital that name nobody: at the beginning of a sentence, or a place
    "The|Our|An?|This|New|Small|Big|Large|Local|Family|Night|Luxury|Busy|Popular|Private|Girls|Massage|Strip|"
    "Young|In|At|For|Turkish|Korean|Russian|Chinese|Arab|Dubai|Moscow|Istanbul|Work|Jobs?|Night"
)
_TAILED = re.compile(
    rf"(?<!\w)((?!(?:{_NO_NAME})\s)(?:[A-ZА-Я][\w&.'-]*\s){{1,3}})(?:{'|'.join(_KINDS_AFTER.split())})(?!\w)"
)
_PLAIN_FORMS = frozenset(map(bare, [*_FORMS.split(), *_KINDS_AFTER.split()]))
_KIND = re.compile(  # words for what has a name, beside the name
    r"(?<!\w)(?:осоо|ооо|оао|зао|ао|чп|ип|жчк|жак|тоо|mchj|мчж|xk|llc|ltd|agency|агент|компан|фирм|предприят|"
    r"кафе|кофейн|ресторан|отел|гостиниц|мейманкана|завод|фабрик|комбинат|цех|клиник|центр|борбор|школ|мектеп|"
    r"лице|бакча|садик|сад\b|магазин|дүкөн|супермаркет|маркет|банк|клуб|салон|парикмахерск|аптек|дарыкана|"
    r"санатор|пансионат|больниц|стоматолог|типограф|студи|уюм|ишкана|организац|фонд|ассоциац|кооператив|"
    r"холдинг|групп|строй|агенттиг|agentlik|agentlig|kompaniya|firma|doʻkon|do'kon|bogʻcha|bog'cha|mehmonxona|"
    r"maktab|markaz|korxona|zavod|fabrika|tashkilot|klinika|dorixona|zal|kafe|restoran|bank|дўкон|боғча|"
    r"меҳмонхона|корхона|ташкилот|дорихона|company|firm|hotel|resort|restaurant|cafe|factory|clinic|school|"
    r"kindergarten|shop|store|market|bank|centre|center|club|brand|workshop|farm|пекарн|ателье|доставк|служб|"
    r"приглаша|набира|отправля|ищет|примет|принима|требу|чакыр|издейт|алат\b|жөнөт|taklif|qidir|yubor|oladi|"
    r"ашкан|ashkan|чайхан|тойкан|наабайкан|новвой|чойхон|ошхон|oshxon|choyxon|novvoyxon|sexi\b|сехи|прачечн|университет|"
    r"академи|сервис|жамғарма|jamg[ʻ'‘`’]?arma|xo[ʻ'‘`’]?jalig|хўжалиг|ансамбл|турагент|такси|ломбард|"
    r"кызмат|xizmat|ремонт|оңдоо|ta[ʻ'‘`’]?mirlash|repair|taksi|лагер|lager|oromgoh|оромгоҳ|\bcamp\b|service|foundation|university|laundry|bakery|inn\b|hostel|ensemble|"
    r"invites|hires|hiring|seeks|is looking|recruits)",
    re.IGNORECASE,
)
_NO_FIRM = re.compile(
    r"(?:программ\w*|проект\w*|машин\w*|авто|типа|план\w*|dastur\w*|program\w*)\W{0,3}$", re.IGNORECASE
)
_BESIDE = 28  # signs on either side of a name in which such a word stands
ADDRESS = re.compile(
    r"(?<!\w)(?:ул\.|ul\.|ulic\w+|ulits\w+|koch[oө]su|улиц\w+|көч(?:\.|өсү|өгө|өсүндө)|кочосу|проспект\w*|пр-т|пр\.\s|бульвар\w*|бул\.|переул\w*|"
    r"пер\.\s|шоссе|мкр\.?\s?\d+\W{0,3}(?:д\.|дом|үй)|"
    r"(?:офис|office|кабинет|каб\.|оф\.)\s?(?:№\s?)?\d+|ko[ʻ'‘`’]?chasi|"
    r"кўчаси|шоҳ\s?кўча\w*|street|avenue|boulevard|"
    r"министр\w+(?!\s+оборон)|минтруд\w*|(?<!mudofaa\s)(?<!мудофаа\s)vazirlig\w+|"
    r"ministry(?!\s+of\s+def)|центр занятости|"
    r"(?:больниц|мектеп|maktab|школ|роддом|school|hospital)\w*\s(?:№|no\.?\s?)?\s?\d+|№\s?\d+\s(?:орто\s)?мектеп\w*)"
    r"(?!\w)"
    r"|(?<!\w)(?:г\.|ш\.|ш\b|sh\.|шаар\w*|с\.|айыл\w*|бишкек|каракол|токмок|балыкчы|нарын|талас|жалал-абад|ош\b|ташкент|"
    r"bishkek|karakol|osh\b|naryn|talas|tashkent|toshkent|samarqand|namangan|andijon|buxoro|наманган|тошкент|кант|"
    r"чолпон-ата|баткен|кара-балта|өзгөн|o[ʻ'‘`’]?sh\b|farg[ʻ'‘`’]?ona|qo[ʻ'‘`’]?qon|xiva|urganch|qarshi|termiz|"
    r"самарқанд|бухоро|андижон|фарғона|қўқон)"
    r"\w*[\s,.]{1,3}(?:(?-i:[A-ZА-ЯЁҢӨҮЎҚҒҲ])[\w-]+[\s,]{1,2}){1,3}\d{1,3}(?![\d\s]*(?:000|сом|som|\$))\b",
    re.IGNORECASE,
)


_HOUSES = (  # a street without the word for it; each begins with what is found fast
    re.compile(r"[.,»”\"]\s[А-ЯЁ][а-яё]{2,}(?:ова|ева|ина|ула|бая|бека|ого|ская)\s\d{1,3}(?=[.,]|$)"),
    re.compile(r"\d\s[A-Z][\w-]+(?:\s\w+)?,\s(?:Bishkek|Osh|Karakol|Naryn|Talas|Tashkent|Tokmok)\b"),
    re.compile(r"\d-(?:maktab|мактаб|мектеп|школ)"),
)


def has_address(text: str) -> bool:
    """Whether it says where the writer is to be found."""
    return bool(ADDRESS.search(text)) or any(house.search(text) for house in _HOUSES)


@dataclass(frozen=True)
class Permit:
    """One row of the register: what state a permit was in, when, and for which country (empty: any)."""

    name: str
    status: str
    begins: date | None
    ends: date | None
    country: str

    def in_force(self, day: date | None) -> bool:
        return day is None or (
            (not self.begins or self.begins <= day) and (not self.ends or day <= self.ends)
        )


@dataclass(frozen=True)
class Firm:
    """A firm as an advert names it, and where."""

    name: str
    start: int
    end: int


class Register:
    """Permits by the folded names of their firms."""

    def __init__(self, rows: list[tuple[list[str], Permit]]) -> None:
        self._permits: defaultdict[str, list[Permit]] = defaultdict(list)
        self._same: dict[str, str] = {}
        for names, permit in rows:
            key = fold_firm(names[0])
            self._permits[key].append(permit)
            for other in names[1:]:
                self._same.setdefault(fold_firm(other), key)

    def find(self, name: str) -> list[Permit]:
        """The permits of the firm that is meant, however it was spelt; none where it is not listed."""
        folded = fold_firm(name)
        known = [*self._permits, *self._same]
        best = process.extractOne(folded, known, scorer=fuzz.ratio, score_cutoff=SAME) if folded else None
        return self._permits[self._same.get(best[0], best[0])] if best else []

    def mentioned(self, folded: Folded) -> Iterator[Firm]:
        """Firms of the register whose names stand in a text without quotation marks or a legal form."""
        tokens = folded.tokens()
        words = [plain(token.word) for token in tokens]
        known = {**dict.fromkeys(self._permits), **dict.fromkeys(self._same)}
        at = 0
        while at < len(tokens):
            for size in range(min(_NAME_WORDS, len(tokens) - at), 0, -1):
                start, end = folded.span(tokens[at].start, tokens[at + size - 1].end)
                key = "".join(words[at : at + size])
                if key in known and len(key) >= _NAME_LETTERS and folded.given[start].isupper():
                    yield Firm(folded.given[start:end], start, end)
                    at += size - 1
                    break
            at += 1

    def objection(self, name: str, day: date | None, abroad: set[str]) -> str:
        """Why the register does not cover an offer; nothing where it does."""
        permits = self.find(name)
        if not permits:
            return "The recruiter named here is not on the register"
        now: dict[str, Permit] = {}  # the last word on each country that holds on the day
        for permit in sorted(permits, key=lambda one: one.begins or date.min):
            if permit.in_force(day):
                now[permit.country] = permit
        if not now:
            return "The recruiter's permit was not in force on the day of the advert"
        valid = [permit for permit in now.values() if permit.status in _VALID]
        if not valid:
            return f"The recruiter's permit was {list(now.values())[-1].status} on the day of the advert"
        lands = {permit.country for permit in valid}
        if abroad and "" not in lands and not abroad <= lands:
            return f"The recruiter's permit is for another country ({', '.join(sorted(lands))})"
        return ""


def fold_firm(name: str) -> str:
    """A firm's name in one spelling, without its legal form."""
    return "".join(word for word in map(plain, split(name)) if word not in _LEGAL)


def named_in(folded: Folded, tokens: list[Token]) -> list[Firm]:
    """Names in quotation marks, and names after a legal form or the word for a firm."""
    text = folded.given
    quoted = itertools.islice(_QUOTED.finditer(text), _MOST)
    matches = [match for match in quoted if _is_firm(text, match)]
    if not _PLAIN_FORMS.isdisjoint(token.word for token in tokens):
        matches += [*_FORMED.finditer(_lower_forms(text)), *_TAILED.finditer(text)]
    found: dict[int, Firm] = {}
    for match in matches:
        found.setdefault(match.start(1), Firm(text[match.start(1) : match.end(1)].strip(), *match.span(1)))
    return [found[at] for at in sorted(found) if fold_firm(found[at].name)]


def _is_firm(text: str, match: re.Match[str]) -> bool:
    """Whether words in quotation marks are a name: with a capital, beside a word for what has names."""
    before = text[max(0, match.start() - _BESIDE) : match.start()]
    after = text[match.end() : match.end() + _BESIDE]
    return match[1][:1].isupper() and not _NO_FIRM.search(before) and bool(_KIND.search(f"{before} {after}"))


def _lower_forms(text: str) -> str:
    """The text with the words for firms in small letters, so that the capitals of names can be told."""
    return _FORMED_ANY.sub(lambda match: match.group().lower(), text)


class BadRegister(ValueError):
    """A row of the register that cannot be read, and how to mend it."""


def read_register(text: str) -> Register:
    """A register from CSV: name, spellings (with ; between), status, from, to (2026-01-31), country (KR)."""
    table = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    columns = {(column or "").strip().lower() for column in table.fieldnames or ()}
    missing = [column for column in ("name", "status") if column not in columns]
    if missing:
        raise BadRegister(f"row 1: no column “{missing[0]}”. Mend: let the first row be {','.join(COLUMNS)}.")
    return Register([_row(number, row) for number, row in enumerate(table, 2)])


def _row(number: int, row: dict[str | None, str | None]) -> tuple[list[str], Permit]:
    cells = {
        (key or "").strip().lower(): (value or "").strip()
        for key, value in row.items()
        if isinstance(value, str)
    }
    if not fold_firm(cells.get("name", "")):
        raise BadRegister(f"row {number}, name: no name of a firm. Mend: write it, or leave the row out.")
    names = [cells["name"], *filter(None, map(str.strip, cells.get("spellings", "").split(";")))]
    permit = Permit(
        cells["name"],
        cells.get("status", "").lower(),
        _day(number, "from", cells),
        _day(number, "to", cells),
        cells.get("country", "").upper(),
    )
    return names, permit


def _day(number: int, column: str, cells: dict[str, str]) -> date | None:
    text = cells.get(column, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadRegister(
            f"row {number}, {column}: not a date. Mend: write 2026-01-31, or leave it empty."
        ) from None
