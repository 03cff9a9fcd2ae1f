"""Two invented tables for the figures of releases: one shaped like CTDC's file, one full of hard rules.

Nobody in them exists. `python -m bench.release_tables shaped|structured PERSONS > FILE.csv` writes one.
"""

import csv
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
AGES = "0--8 9--17 18--20 21--23 24--26 27--29 30--38 39--47 48+".split()
MONTHS = ["", "0--12 (0-1 yr)", "13--24 (1-2 yrs)", "25+ (2+ yrs)"]
FLAGS = """meansDebtBondageEarnings meansThreats meansAbusePsyPhySex meansFalsePromises meansDrugsAlcohol
 meansDenyBasicNeeds meansExcessiveWorkHours meansWithholdDocs isForcedLabour isSexualExploit isOtherExploit
 sectorAgriculture sectorConstruction sectorDomesticWork sectorHospitality sectorProstitution
 sectorPornography recruiterIntimatePartner recruiterFriend recruiterFamily recruiterOther""".split()
COUNTRIES = [f"{a}{b}{c}" for a in "ABCDEFGH" for b in "AEIOU" for c in "LNRT"]


@dataclass(frozen=True)
class Invented:
    """Codes of every column with the words they stand for; the first word may be empty: missing."""

    values: dict[str, list[str]]
    codes: dict[str, Codes]
    impossible: list[dict[str, list[str]]]

    def write(self, place: TextIO) -> None:
        """As a comma-separated file."""
        out = csv.writer(place, lineterminator="\n")
        out.writerow(self.codes)
        words = [np.array(self.values[name], dtype=object)[codes] for name, codes in self.codes.items()]
        out.writerows(zip(*words, strict=True))


def shaped(persons: int, seed: int = 27) -> Invented:
    """27 columns like CTDC's: 24 programmes, each with its own shares; dependence is mild, without rules."""
    rng = np.random.default_rng(seed)
    programme = rng.choice(24, size=persons, p=_zipf(24, 1.1))
    values: dict[str, list[str]] = {
        "yearOfRegistration": [str(year) for year in range(2002, 2024)],
        "gender": ["", "Woman", "Man", "Trans/Transgender/NonConforming"],
        "ageBroad": ["", *AGES],
        "citizenship": ["", *COUNTRIES[:130]],
        "CountryOfExploitation": ["", *COUNTRIES[20:120]],
        "traffickMonths": MONTHS,
    }
    sharp = {"yearOfRegistration": 5, "gender": 5, "ageBroad": 8, "traffickMonths": 6}
    codes = {}
    for name, words in values.items():
        common = _zipf(len(words), 1.3)[rng.permutation(len(words))] if len(words) > 4 else None
        common = common if common is not None else rng.dirichlet(np.full(len(words), 3.0))
        mixtures = rng.dirichlet(common * sharp.get(name, 30) + 1e-3, size=24)
        codes[name] = _drawn(rng, mixtures[programme])
    for name in FLAGS:
        shares = rng.beta(0.6, 2.5) * rng.lognormal(0, 1.1, size=24)
        codes[name] = (rng.random(persons) < np.clip(shares, 0, 0.9)[programme]).astype(np.int64)
    return Invented(values | {name: ["", "1"] for name in FLAGS}, codes, [])


def structured(persons: int, seed: int = 5) -> Invented:
    """27 columns with corridors (few countries reached from each), flags that follow from others, and
    combinations that cannot be: a child with a spouse as recruiter, a sector without its form."""
    rng = np.random.default_rng(seed)
    origin = rng.choice(80, size=persons, p=_zipf(80, 1.0))
    ways = np.stack([rng.choice(60, size=4, replace=False) for _ in range(80)])
    shares = rng.dirichlet([4, 2, 1, 0.5], size=80)
    goal = ways[origin, _drawn(rng, shares[origin])]
    age = _drawn(rng, rng.dirichlet(np.arange(1, 10)[::-1], size=80)[origin])
    gender = (rng.random(persons) < rng.beta(2, 2, size=60)[goal]).astype(np.int64)
    form = _drawn(rng, rng.dirichlet([2, 2, 0.5], size=(60, 2))[goal, gender])
    year = np.minimum(rng.poisson(9, persons) + origin // 16, 21)
    months = np.where(rng.random(persons) < 0.5, 0, 1 + _drawn(rng, rng.dirichlet([3, 1, 1], size=3)[form]))
    recruiter = _drawn(rng, rng.dirichlet([2, 1, 1, 1, 3], size=(3, 2))[form, (age < 2).astype(np.int64)])
    recruiter[(age < 2) & (recruiter == 0)] = 2  # no child has a spouse
    flags = _flags(rng, form, recruiter)
    codes = {"yearOfRegistration": year, "gender": gender, "ageBroad": age, "citizenship": origin}
    codes |= {"CountryOfExploitation": goal, "traffickMonths": months} | flags
    values = {
        "yearOfRegistration": [str(2002 + year) for year in range(22)],
        "gender": ["Woman", "Man"],
        "ageBroad": AGES,
        "citizenship": COUNTRIES[:80],
        "CountryOfExploitation": COUNTRIES[50:110],
        "traffickMonths": MONTHS,
    }
    impossible = [{"ageBroad": AGES[:2], "recruiterIntimatePartner": ["1"]}]
    impossible += [{"isForcedLabour": [""], name: ["1"]} for name in FLAGS[11:15]]
    impossible += [{"isSexualExploit": [""], name: ["1"]} for name in FLAGS[15:17]]
    return Invented(values | {name: ["", "1"] for name in FLAGS}, codes, impossible)


def _flags(rng: np.random.Generator, form: Codes, recruiter: Codes) -> dict[str, Codes]:
    persons = len(form)
    means = rng.beta(1, 2, size=(3, 8))[form]
    told: dict[str, Codes] = {
        name: (rng.random(persons) < means[:, place]).astype(np.int64) for place, name in enumerate(FLAGS[:8])
    }
    both = rng.random(persons) < 0.04
    told |= {name: ((form == place) | both).astype(np.int64) for place, name in enumerate(FLAGS[8:11])}
    sector = _drawn(rng, np.tile([0.4, 0.3, 0.2, 0.1], (persons, 1)))
    for place, name in enumerate(FLAGS[11:15]):
        told[name] = told["isForcedLabour"] * (sector == place)
    for share, name in zip([0.9, 0.07], FLAGS[15:17], strict=True):
        told[name] = told["isSexualExploit"] * (rng.random(persons) < share)
    for place, name in enumerate(FLAGS[17:]):
        told[name] = (recruiter == place).astype(np.int64)
    return told


def _zipf(number: int, power: float) -> NDArray[np.float64]:
    shares = 1 / np.arange(1, number + 1) ** power
    return np.asarray(shares / shares.sum())


def _drawn(rng: np.random.Generator, chances: NDArray[np.float64]) -> Codes:
    """One value for each row of chances."""
    bounds = chances.cumsum(axis=1)
    return np.asarray((rng.random(len(bounds))[:, None] * bounds[:, -1:] > bounds[:, :-1]).sum(axis=1))


TABLES: dict[str, Callable[[int], Invented]] = {"shaped": shaped, "structured": structured}

if __name__ == "__main__":
    TABLES[sys.argv[1]](int(sys.argv[2])).write(sys.stdout)
