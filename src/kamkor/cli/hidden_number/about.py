"""What a reader must know of lists that the lists do not say themselves."""

import json
from dataclasses import dataclass, field

NOT_STATED = "not stated"
TEXTS = ("population", "definition", "period", "place", "entries_and_exits")


class AboutProblem(ValueError):
    """What is wrong with the file that describes the lists."""


@dataclass(frozen=True)
class About:
    """Who is counted, by which legal definition, when and where, who may have come or gone meanwhile, what
    each list is kept for, and how many people live there."""

    population: str = NOT_STATED
    definition: str = NOT_STATED
    period: str = NOT_STATED
    place: str = NOT_STATED
    entries_and_exits: str = NOT_STATED
    purposes: dict[str, str] = field(default_factory=dict)
    inhabitants: int | None = None

    def purpose(self, name: str) -> str:
        return self.purposes.get(name, NOT_STATED)


def read_about(text: str) -> About:
    """From JSON: the texts, `lists` (name: purpose) and `inhabitants` (a number)."""
    try:
        given = json.loads(text)
    except json.JSONDecodeError as problem:
        raise AboutProblem(f"It is not JSON (line {problem.lineno}).") from problem
    known = {*TEXTS, "lists", "inhabitants"}
    if not isinstance(given, dict) or set(given) - known:
        raise AboutProblem(f"It may have {', '.join(sorted(known))}, and nothing else.")
    inhabitants, purposes = given.get("inhabitants"), given.get("lists", {})
    if inhabitants is not None and (not isinstance(inhabitants, int) or inhabitants < 1):
        raise AboutProblem("inhabitants must be a whole number of people.")
    if not isinstance(purposes, dict):
        raise AboutProblem("lists must give the purpose of each list by its name.")
    texts = {name: str(given.get(name) or NOT_STATED) for name in TEXTS}
    return About(**texts, purposes={str(k): str(v) for k, v in purposes.items()}, inhabitants=inhabitants)
