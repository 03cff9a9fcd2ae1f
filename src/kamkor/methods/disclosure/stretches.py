"""Numbers of stretches of time that overlap, and who subtracts one from another.

Between two cuts of time people only add up, so a number is the difference of two sums from the beginning. How
large such a difference can be, for all that is known of others, is the shortest way from cut to cut (Floyd
1962), and exact for whole numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import inf


@dataclass(frozen=True)
class Known:
    """What somebody knows of the people between two cuts, by their places."""

    first: int
    end: int
    least: float
    most: float


def most(cuts: int, known: Sequence[Known]) -> list[list[float]]:
    """From each cut to each other: by how much the sum at the second can exceed that at the first."""
    far = [[inf if one < other else 0.0 for other in range(cuts)] for one in range(cuts)]
    for each in known:
        far[each.first][each.end] = min(far[each.first][each.end], each.most)
        far[each.end][each.first] = min(far[each.end][each.first], -each.least)
    for by, one, other in product(range(cuts), repeat=3):
        far[one][other] = min(far[one][other], far[one][by] + far[by][other])
    return far


def follows(cuts: int, known: Sequence[Known], first: int, end: int) -> float | None:
    """The number of a stretch, if it follows from what is known."""
    far = most(cuts, known)
    return far[first][end] if far[first][end] == -far[end][first] else None


def gives_away(counts: Sequence[int], known: Sequence[Known], new: Known, k: int) -> bool:
    """Whether the new number, with those known, keeps some small number of a stretch from being `k`."""
    cuts = len(counts) + 1
    before, after = most(cuts, known), most(cuts, [*known, new])
    return any(
        0 < sum(counts[one:other]) < k and after[one][other] < min(k, before[one][other])
        for one, other in combinations(range(cuts), 2)
    )
