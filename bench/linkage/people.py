"""An invented Kyrgyz population and the lists that clerks make of it: who is who stays known.

Families share surname, father's name, town and telephone; twins share the birthday as well; common names have
many bearers. Every row is written in a custom of its own and then suffers `Noise`. `python -m
bench.linkage.people 100000 FOLDER --lists 3` writes the lists and truth.csv.
"""

import argparse
import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from bench.linkage.slips import SPELLINGS, slip
from bench.names.people import Person as Named
from bench.names.people import Population, Zipf, native, patronymic, with_ending
from bench.names.respell import HELD_BACK, TUNING
from bench.names.stock import FATHERS, SHORT, part

COLUMNS = ["unique_id", "first_name", "surname", "patronymic", "dob", "city", "phone"]
CITIES = (
    "Бишкек:30 Ош:14 Жалал-Абад:8 Каракол:5 Токмок:5 Өзгөн:4 Кара-Балта:4 Балыкчы:3 Баткен:3 Нарын:3 Талас:3 "
    "Кызыл-Кыя:3 Кара-Суу:4 Базар-Коргон:2 Сүлүктү:1 Кант:2 Чолпон-Ата:1 Майлуу-Суу:1 Ноокат:3 Араван:2 "
    "Кемин:1"
)
FEMALE_ENDINGS = "гүл бүбү кан айым жамал сулуу кыз"
COPIES = (1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5)  # rows of one person in one list
FIRST_BIRTH, LAST_BIRTH = date(1945, 1, 1), date(2016, 12, 31)


@dataclass(frozen=True)
class Noise:
    """How often a row suffers each thing; the names of a row share one custom of spelling."""

    missing: dict[str, float]
    typo: float = 0.06  # of each name
    swapped: float = 0.03  # first name and surname, or first name and father's
    short: float = 0.02
    married: float = 0.02  # a woman's other surname
    day_month: float = 0.03
    digit: float = 0.03  # of the birthday
    other_date: float = 0.01
    year_only: float = 0.01
    moved: float = 0.06  # to another town
    new_phone: float = 0.1
    phone_digit: float = 0.03
    dotted: float = 0.2  # 31.05.1994


USUAL = Noise(
    {"patronymic": 0.2, "dob": 0.03, "city": 0.1, "phone": 0.2, "surname": 0.01, "first_name": 0.01}
)
HARD = Noise(
    {"patronymic": 0.3, "dob": 0.08, "city": 0.15, "phone": 0.3, "surname": 0.02, "first_name": 0.01},
    typo=0.12, swapped=0.05, new_phone=0.2, other_date=0.02, digit=0.05, year_only=0.02, married=0.03,
)  # fmt: skip


@dataclass(frozen=True)
class Human:
    """One invented person; `named` knows how the names are written at home."""

    named: Named
    born: date
    city: str
    phone: str


class Country:
    """Draws families: mostly of one, some of siblings, a few with twins."""

    def __init__(self, seed: int, *, held_back: bool) -> None:
        self.rng = Random(seed)
        self._names = Population(self.rng, held_back=held_back)
        compounds = part(FATHERS, held_back)
        female = [name + end for name in part(FATHERS, held_back)[::5] for end in FEMALE_ENDINGS.split()]
        self._given = {False: Zipf(compounds, self.rng), True: Zipf(female, self.rng)}
        self._cities = [pair.split(":") for pair in CITIES.split()]

    def families(self) -> Iterator[list[Human]]:
        number = 0
        while True:
            number += 1
            yield list(self._family(number))

    def _family(self, number: int) -> Iterator[Human]:
        rng = self.rng
        first = self._human(self._names.person(number))
        yield first
        if rng.random() < 0.3:
            last = first
            for _ in range(rng.choice((1, 1, 2, 3))):
                named = self._named_anew(last.named)
                twin = rng.random() < 0.03
                born = last.born if twin else _day(rng)
                phone = last.phone if rng.random() < 0.6 else _phone(rng)
                last = Human(named, born, first.city, phone)
                yield last

    def _human(self, named: Named) -> Human:
        rng = self.rng
        if named.tongue == "ky" and rng.random() < 0.5:
            named = replace(named, given=self._given[named.woman].draw(rng))
        city = rng.choices([name for name, _ in self._cities], [int(weight) for _, weight in self._cities])[0]
        return Human(named, _day(rng), city, _phone(rng))

    def _named_anew(self, named: Named) -> Named:
        """A sister or brother: everything but the name given at birth."""
        while True:
            other = self._names.person(0)
            if other.tongue == named.tongue and other.given != named.given:
                return replace(named, given=other.given, woman=other.woman)


def _day(rng: Random) -> date:
    return FIRST_BIRTH + timedelta(rng.randrange((LAST_BIRTH - FIRST_BIRTH).days))


def _phone(rng: Random) -> str:
    return (
        "996"
        + rng.choice(("555", "700", "707", "770", "777", "502", "550", "312"))
        + f"{rng.randrange(10**6):06}"
    )


class Clerk:
    """Writes people into rows, never quite alike."""

    def __init__(self, rng: Random, noise: Noise, *, held_back: bool) -> None:
        self._rng, self._noise = rng, noise
        self._spellings = (HELD_BACK if held_back else TUNING).spellings
        self._surnames = part(FATHERS, held_back)

    def row(self, human: Human) -> dict[str, str]:
        """Without an id."""
        rng, noise = self._rng, self._noise
        names = self._names(human.named)
        spelling = rng.choices(list(self._spellings), list(self._spellings.values()))[0]
        names = [SPELLINGS[spelling](name, rng) if name else "" for name in names]
        names = [slip(name, rng) if name and rng.random() < noise.typo else name for name in names]
        if rng.random() < noise.swapped:
            other = rng.choice((1, 1, 2))
            names[0], names[other] = names[other], names[0]
        if rng.random() < 0.1:
            names = [name.upper() for name in names]
        city = rng.choice(CITIES.split()).split(":")[0] if rng.random() < noise.moved else human.city
        city = SPELLINGS[spelling](city, rng) if rng.random() < 0.4 else city
        written = [*names, self._dob(human.born), city, self._phone(human.phone)]
        row = dict(zip(COLUMNS[1:], written, strict=True))
        return {name: "" if rng.random() < noise.missing.get(name, 0) else cell for name, cell in row.items()}

    def _names(self, named: Named) -> list[str]:
        rng = self._rng
        given, surname = named.given, named.family
        if rng.random() < self._noise.short:
            given = rng.choice([short for short, full in SHORT.items() if given in full.split()] or [given])
        if surname and named.woman and rng.random() < self._noise.married:
            surname = with_ending(rng.choice(self._surnames), "а")
        child = " ".join(native(named, frozenset({"father"}), fathers="child")).strip()
        if not surname:  # the father's name stands in its place, or is given as a patronymic
            return [given, child, ""] if rng.random() < 0.7 else [given, with_ending(named.father), ""]
        return [given, surname, child if named.tongue != "ru" and rng.random() < 0.3 else patronymic(named)]

    def _dob(self, born: date) -> str:
        rng, noise = self._rng, self._noise
        year, month, day = born.year, born.month, born.day
        chance = rng.random()
        for kind, share in (("swap", noise.day_month), ("digit", noise.digit), ("other", noise.other_date)):
            if chance < share:
                if kind == "swap" and day <= 12:
                    month, day = day, month
                elif kind == "digit":
                    year, month, day = _misread(year, month, day, rng)
                elif kind == "other":
                    other = _day(rng)
                    year, month, day = other.year, other.month, other.day
                break
            chance -= share
        if rng.random() < noise.year_only:
            return str(year)
        return f"{day:02}.{month:02}.{year}" if rng.random() < noise.dotted else f"{year}-{month:02}-{day:02}"

    def _phone(self, phone: str) -> str:
        rng = self._rng
        if rng.random() < self._noise.new_phone:
            phone = _phone(rng)
        if rng.random() < self._noise.phone_digit:
            at = rng.randrange(3, len(phone))
            phone = phone[:at] + rng.choice("0123456789") + phone[at + 1 :]
        return rng.choice(("+" + phone, "0" + phone[3:], f"+996 {phone[3:6]} {phone[6:9]}-{phone[9:]}"))


def _misread(year: int, month: int, day: int, rng: Random) -> tuple[int, int, int]:
    """One part of a date with another digit."""
    which = rng.randrange(3)
    if which == 0:
        return year + rng.choice((-10, -1, 1, 10)), month, day
    if which == 1:
        return year, rng.randint(1, 12), day
    return year, month, rng.randint(1, 28)


@dataclass(frozen=True)
class Written:
    """Rows of each list, and for each row whom it is about."""

    lists: list[list[dict[str, str]]]
    truth: list[tuple[int, str, int]]  # list, unique_id, person


def written(
    rows: int, *, lists: int = 1, seed: int = 1, held_back: bool = False, noise: Noise = USUAL
) -> Written:
    """About `rows` rows in all: of one list with duplicates, or of several without."""
    country, made = Country(seed, held_back=held_back), []
    rng = Random(seed + 1)
    clerk, person = Clerk(rng, noise, held_back=held_back), 0
    for family in country.families():
        for human in family:
            person += 1
            places = _places(rng, lists)
            made += [(place, person, clerk.row(human)) for place in places]
        if len(made) >= rows:
            break
    made = made[:rows]
    rng.shuffle(made)
    answer = Written([[] for _ in range(lists)], [])
    for place, entity, row in made:
        key = f"{len(answer.lists[place]) + 1:07}"
        answer.lists[place].append({"unique_id": key, **row})
        answer.truth.append((place, key, entity))
    return answer


def _places(rng: Random, lists: int) -> list[int]:
    if lists == 1:
        return [0] * rng.choice(COPIES)
    return [place for place in range(lists) if rng.random() < 0.55] or [rng.randrange(lists)]


def save(made: Written, folder: Path) -> list[Path]:
    """list1.csv … and truth.csv in the folder; the lists in order."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"list{number + 1}.csv" for number in range(len(made.lists))]
    for path, rows in zip(paths, made.lists, strict=True):
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
    with (folder / "truth.csv").open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["source", "unique_id", "entity"])
        sheet.writerows((paths[place].stem, key, entity) for place, key, entity in made.truth)
    return paths


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.linkage.people")
    parser.add_argument("rows", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lists", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--held-back", action="store_true", help="The other half of the names, other customs."
    )
    parser.add_argument("--hard", action="store_true", help="More noise.")
    given = parser.parse_args()
    noise = HARD if given.hard else USUAL
    save(
        written(given.rows, lists=given.lists, seed=given.seed, held_back=given.held_back, noise=noise),
        given.folder,
    )
