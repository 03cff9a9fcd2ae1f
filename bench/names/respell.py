"""What becomes of a name on its way to a query: other spelling, words left out, slips of the hand."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from bench.names import latin
from bench.names.people import Person, native, patronymic
from bench.names.stock import SHORT

Weights = dict[str, float]
_JCUKEN = ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
_QWERTY = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SLIP = str.maketrans(
    "йцукенгшщзхъфывапролджэячсмитьбюёңөү",
    "qwertyuiop[]asdfghjkl;'zxcvbnm,.`yje",
)
_BACK_SLIP = str.maketrans("qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюё")
_LOOK = str.maketrans("аеорсухАЕОРСУХКМТНВ", "aeopcyxAEOPCYXKMTHB")
_LOOK_BACK = str.maketrans("aeopcyxAEOPCYXKMTHB", "аеорсухАЕОРСУХКМТНВ")


@dataclass(frozen=True)
class Mix:
    """How often each thing happens: `spellings` one of them, `slips` each for itself."""

    spellings: Weights
    slips: Weights
    shapes: Weights


@dataclass(frozen=True)
class Query:
    """A query, whom it means, and which of her names it holds."""

    text: str
    person: Person
    shown: frozenset[str]
    done: tuple[str, ...]


TUNING = Mix(
    {"home": 12, "lost": 15, "russian": 14, "passport": 10, "bgn": 7, "iso9": 4, "turkish": 5, "chat": 13,
     "uzbek": 6, "twice": 6, "german": 0, "english": 0, "swap": 3, "marks": 3},
    {"insert": 0.06, "delete": 0.09, "exchange": 0.05, "neighbour": 0.07, "double": 0.03, "case": 0.15,
     "join": 0.02, "part": 0.03, "hyphen": 0.02, "look": 0.03, "layout": 0.03, "year": 0.03,
     "apostrophe": 0.05},
    {"full": 40, "no father": 30, "initials": 8, "maiden": 5, "child": 9, "short": 8},
)  # fmt: skip
HELD_BACK = Mix(
    {"home": 6, "lost": 14, "russian": 12, "passport": 8, "bgn": 6, "iso9": 5, "turkish": 8, "chat": 13,
     "uzbek": 6, "twice": 9, "german": 4, "english": 7, "swap": 4, "marks": 4},
    {"insert": 0.09, "delete": 0.12, "exchange": 0.07, "neighbour": 0.09, "double": 0.05, "case": 0.2,
     "join": 0.04, "part": 0.04, "hyphen": 0.03, "look": 0.05, "layout": 0.05, "year": 0.05,
     "apostrophe": 0.05},
    {"full": 34, "no father": 32, "initials": 7, "maiden": 6, "child": 13, "short": 8},
)  # fmt: skip


def query(person: Person, mix: Mix, rng: Random) -> Query:
    """How somebody asks for this person; at most two slips, since three are another name."""
    shape, shown, words = _shape(person, mix, rng)
    spelling = _pick(mix.spellings, rng)
    if rng.random() < 0.45 and shape != "child":
        words = [*words[1:], words[0]]
    text = _SPELLINGS[spelling](" ".join(words), rng)
    slips = [slip for slip, chance in mix.slips.items() if rng.random() < chance]
    slips = sorted(rng.sample(slips, min(2, len(slips))), key=list(mix.slips).index)
    for slip in slips:
        text = _SLIPS[slip](text, rng, person)
    return Query(text, person, shown, (shape, spelling, *slips))


def _pick(weights: Weights, rng: Random) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def _shape(person: Person, mix: Mix, rng: Random) -> tuple[str, frozenset[str], list[str]]:
    shape, shown = _pick(mix.shapes, rng), person.shown
    words = native(person, shown)
    surname = frozenset({"given", "surname"})
    if shape == "no father" and person.surname:
        return shape, surname, native(person, surname)
    if shape == "initials" and person.surname:
        father = [patronymic(person)[0] + "."] if "father" in shown else []
        return shape, surname, [person.family, person.given[0] + ".", *father]
    if shape == "maiden" and "father" in shown and person.surname:
        kept = frozenset({"given", "father"})
        return shape, kept, [person.given, patronymic(person)]
    if shape == "child" and "father" in shown:
        return shape, shown, native(person, shown, fathers=rng.choice(("child", "patronymic", "surname")))
    if shape == "short":
        short = [short for short, full in SHORT.items() if person.given in full.split()]
        if short and person.surname:
            return shape, surname, [person.family, rng.choice(short)]
    return "full", shown, words


def _lost(text: str, rng: Random) -> str:
    text = text.translate(latin.LOST_LETTERS)
    for there, back in (
        ("й", "и"),
        ("ё", "е"),
        ("ъ", ""),
        ("ь", ""),
        ("Ё", "Е"),
        ("уулу", "улуу"),
        ("кызы", "кизи"),
    ):
        text = text.replace(there, back) if rng.random() < 0.5 else text
    return text


def _uzbek(text: str, rng: Random) -> str:
    mark = rng.choice("ʻ'`‘’") if rng.random() < 0.8 else ""
    return latin.to_uzbek_latin(text).replace("ʻ", mark)


def _twice(text: str, rng: Random) -> str:
    return latin.back_to_cyrillic(latin.write(text, rng.choice(("passport", "bgn", "chat")), rng))


def _swap(text: str, rng: Random) -> str:
    """Vowels as they are heard."""
    pairs = ["ао", "иы", "еи", "оу", "эе", "дт", "бп", "гк", "зс", "кх"]
    for pair in rng.sample(pairs, 2):
        text = text.replace(pair[0], pair[1], 1)
    return text


def _marks(text: str, rng: Random) -> str:
    """In Latin, with accents that somebody thought were right."""
    marks = {"a": "á", "e": "é", "o": "ö", "u": "ü", "i": "ı", "s": "ş", "g": "ğ"}
    plain = latin.write(text, "bgn", rng)
    return "".join(marks.get(sign, sign) if rng.random() < 0.25 else sign for sign in plain)


_SPELLINGS: dict[str, Callable[[str, Random], str]] = {
    "home": lambda text, rng: text,
    "lost": _lost,
    "russian": latin.russian_spelling,
    **{
        name: (lambda text, rng, system=name: latin.write(text, system, rng))  # type: ignore[misc]
        for name in latin.SYSTEMS
    },
    "uzbek": _uzbek,
    "twice": _twice,
    "swap": _swap,
    "marks": _marks,
}


def _letters(text: str) -> list[int]:
    return [at for at, sign in enumerate(text) if sign.isalpha()]


def _rows(text: str) -> tuple[str, ...]:
    return _JCUKEN if any("а" <= sign <= "я" for sign in text.lower()) else _QWERTY


def _insert(text: str, rng: Random, _: Person) -> str:
    at = rng.choice(_letters(text))
    return text[: at + 1] + rng.choice("".join(_rows(text))) + text[at + 1 :]


def _delete(text: str, rng: Random, _: Person) -> str:
    at = rng.choice(_letters(text))
    return text[:at] + text[at + 1 :]


def _exchange(text: str, rng: Random, _: Person) -> str:
    at = rng.choice([at for at in _letters(text) if text[at + 1 : at + 2].isalpha()] or [0])
    return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]


def _neighbour(text: str, rng: Random, _: Person) -> str:
    at = rng.choice(_letters(text))
    for row in _rows(text):
        place = row.find(text[at].lower())
        if place >= 0:
            return (
                text[:at]
                + rng.choice(row[max(place - 1, 0) : place] + row[place + 1 : place + 2])
                + text[at + 1 :]
            )
    return text


def _double(text: str, rng: Random, _: Person) -> str:
    at = rng.choice(_letters(text))
    return text[:at] + text[at] + text[at:]


def _case(text: str, rng: Random, _: Person) -> str:
    return rng.choice((str.upper, str.lower, str.swapcase))(text)


def _join(text: str, rng: Random, _: Person) -> str:
    return text.replace(" ", "", 1) if rng.random() < 0.5 else text.replace(" ", "-", 1)


def _part(text: str, rng: Random, _: Person) -> str:
    words = text.split(" ")
    long = [number for number, word in enumerate(words) if len(word) > 6]
    if long:
        number = rng.choice(long)
        at = rng.randint(3, len(words[number]) - 3)
        words[number] = words[number][:at] + " " + words[number][at:]
    return " ".join(words)


def _hyphen(text: str, rng: Random, _: Person) -> str:
    return rng.choice(("  ", "-", ", ", " - ")).join(text.split(" "))


def _look(text: str, rng: Random, _: Person) -> str:
    table = _LOOK if _rows(text) is _JCUKEN else _LOOK_BACK
    return "".join(sign.translate(table) if rng.random() < 0.5 else sign for sign in text)


def _layout(text: str, rng: Random, _: Person) -> str:
    return text.lower().translate(_SLIP if _rows(text) is _JCUKEN else _BACK_SLIP)


def _year(text: str, rng: Random, person: Person) -> str:
    return text + rng.choice(
        (f" {person.year}", f", {person.year} г.р.", f" ({person.year})", f" {person.year}-ж.")
    )


def _apostrophe(text: str, rng: Random, _: Person) -> str:
    at = rng.choice(_letters(text)[1:] or [0])
    return text[:at] + rng.choice("'’`ʼ") + text[at:]


_SLIPS: dict[str, Callable[[str, Random, Person], str]] = {
    "insert": _insert,
    "delete": _delete,
    "exchange": _exchange,
    "neighbour": _neighbour,
    "double": _double,
    "case": _case,
    "join": _join,
    "part": _part,
    "hyphen": _hyphen,
    "look": _look,
    "layout": _layout,
    "year": _year,
    "apostrophe": _apostrophe,
}
