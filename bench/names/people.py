"""Invented people with the frequencies of real ones: a few names are many people's, most are few people's."""

from dataclasses import dataclass
from itertools import accumulate
from random import Random

from bench.names import latin
from bench.names.stock import (
    FATHERS,
    KYRGYZ_MEN,
    KYRGYZ_WOMEN,
    RUSSIAN_FATHERS,
    RUSSIAN_MEN,
    RUSSIAN_SURNAMES,
    RUSSIAN_WOMEN,
    UZBEK_MEN,
    UZBEK_WOMEN,
    part,
)

COGNATES = {"Гулнора": "Гүлнара", "Эльмира": "Элмира", "Бобур": "Бабур", "Зокир": "Закир"}


@dataclass(frozen=True)
class Person:
    """One person and how the file writes her; `father` is the father's name, `surname` a man's."""

    id: str
    tongue: str
    woman: bool
    given: str
    father: str
    surname: str  # empty where the father's name with уулу or кызы stands in its place
    surname_root: str
    year: int
    written: str
    shown: frozenset[str]  # which of given, father, surname the file writes

    @property
    def female_surname(self) -> str:
        if self.surname.endswith(("ский", "ской")):
            return self.surname[:-2] + "ая"
        return self.surname + "а" if self.surname.endswith(("ов", "ев", "ёв", "ин", "ын")) else self.surname

    @property
    def family(self) -> str:
        return self.female_surname if self.woman else self.surname

    def given_name(self) -> str:
        return COGNATES.get(self.given, self.given)

    def roots(self, shown: frozenset[str]) -> frozenset[str]:
        """The names behind the written words, whatever they end in."""
        own = {"given": self.given, "father": self.father, "surname": self.surname_root}
        return frozenset(COGNATES.get(own[kind], own[kind]) for kind in shown)


class Zipf:
    """Draws from a list so that the n-th most common is drawn 1/(n + 4) as often, in an order of its own."""

    def __init__(self, names: list[str], rng: Random) -> None:
        self._names = rng.sample(names, len(names))
        self._weights = list(accumulate(1 / (rank + 4) for rank in range(1, len(names) + 1)))

    def draw(self, rng: Random) -> str:
        return rng.choices(self._names, cum_weights=self._weights)[0]


def with_ending(stem: str, rest: str = "") -> str:
    """Асан: Асанов; Тагай: Тагаев; Мырза: Мырзаев; and with `rest` a patronymic."""
    if stem[-1] in "йь":
        return stem[:-1] + "ев" + rest
    return stem + ("ев" if stem[-1] in "аеёиоуыэюяөү" else "ов") + rest


class Population:
    """The stock of one half of the names, with its frequencies."""

    def __init__(self, rng: Random, *, held_back: bool) -> None:
        self._rng = rng
        stock = {
            ("ky", True): KYRGYZ_WOMEN,
            ("ky", False): KYRGYZ_MEN,
            ("uz", True): UZBEK_WOMEN,
            ("uz", False): UZBEK_MEN,
            ("ru", True): RUSSIAN_WOMEN,
            ("ru", False): RUSSIAN_MEN,
        }
        self._given = {key: Zipf(part(names, held_back), rng) for key, names in stock.items()}
        compound = part(FATHERS, held_back)
        self._fathers = {
            "ky": Zipf(compound + part(KYRGYZ_MEN, held_back) * 2, rng),
            "uz": Zipf(part(UZBEK_MEN, held_back) * 3 + compound[::3], rng),
            "ru": Zipf(sorted(RUSSIAN_FATHERS), rng),
        }
        self._surnames = Zipf(part(RUSSIAN_SURNAMES, held_back), rng)

    def person(self, number: int) -> Person:
        rng = self._rng
        tongue = rng.choices(["ky", "uz", "ru"], [70, 18, 12])[0]
        woman = rng.random() < 0.6
        given, father = self._given[tongue, woman].draw(rng), self._fathers[tongue].draw(rng)
        surname, root = self._surname(tongue)
        if tongue != "ru" and rng.random() < 0.18:
            surname = root = ""
        shown = {"given", "surname", "father"} if surname else {"given", "father"}
        if surname and rng.random() < 0.4:
            shown.discard("father")
        bare = Person(
            f"p{number}",
            tongue,
            woman,
            given,
            father,
            surname,
            root,
            rng.randint(1950, 2012),
            "",
            frozenset(shown),
        )
        return Person(**{**vars(bare), "written": self._written(bare)})

    def _surname(self, tongue: str) -> tuple[str, str]:
        if tongue == "ru":
            surname = self._surnames.draw(self._rng)
            return surname, surname
        root = self._fathers[tongue].draw(self._rng)
        if tongue == "ky" and self._rng.random() < 0.05:
            return root, root
        return with_ending(root), root

    def _written(self, person: Person) -> str:
        rng = self._rng
        text = " ".join(native(person, person.shown))
        if rng.random() < 0.2 and person.surname:
            first, *rest = text.split(" ")
            text = " ".join([*rest, first])
        if person.tongue == "uz" and rng.random() < 0.5:
            return latin.to_uzbek_latin(text)
        chance = rng.random()
        if person.tongue == "ky" and chance < 0.3:
            return latin.russian_spelling(text, rng)
        return latin.write(text, "passport", rng) if chance > 0.95 else text


def native(person: Person, shown: frozenset[str], *, fathers: str = "") -> list[str]:
    """Surname, given name, father's name as they are written at home; `fathers` picks the father's ending."""
    words = [person.family] if "surname" in shown else []
    child = {"ky": ("уулу", "кызы"), "uz": ("ўғли", "қизи"), "ru": ("", "")}[person.tongue][person.woman]
    kind = fathers or ("patronymic" if person.surname and (person.tongue != "uz") else "child")
    if person.tongue == "ru":
        kind = "patronymic"
    given = [person.given] if "given" in shown else []
    if "father" not in shown:
        return words + given
    if kind == "child":
        return [*words, *given, person.father, child] if words else [person.father, child, *given]
    if kind == "surname":
        return [with_ending(person.father, "а" if person.woman else ""), *words, *given]
    return [*words, *given, patronymic(person)]


def patronymic(person: Person) -> str:
    ending = "вна" if person.woman else "вич"
    if person.tongue == "ru":
        return RUSSIAN_FATHERS[person.father] + ending
    return with_ending(person.father)[:-1] + ending
