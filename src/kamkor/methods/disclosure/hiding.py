"""Hiding small counts, and as many others as it takes; and the attacker who tries to compute them again.

The attacker knows every sum, every shown count, that zeros are shown, and so that a hidden count is at least
1; the linear programme gives what he can conclude. A hidden count under k is safe if, for all he knows, it
could be k. Which others to hide is a linear programme too (Kelly, Golden & Assad 1992, Networks 22): the
cheapest other tables that agree with all that stays shown.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, diags, hstack

from kamkor.methods.disclosure.cells import ALL, ATOMS, Flags, Ints, Linked
from kamkor.methods.disclosure.pairs import Floats

TINY = 1e-6
SMALL_SYSTEM = 1000  # cells
AT_ONCE = (5, 40)  # fewer hide less, more are quicker: in small systems, in large ones


class Unprotectable(Exception):
    """A count that whatever is hidden cannot be kept from being computed; the place is its cell's."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


@dataclass
class Hiding:
    """Which cells of a system are hidden: `small` ones under k, and others for their sake."""

    system: Linked
    k: int
    fixed: Flags  # published before: they cannot be hidden any more
    small: Flags
    hidden: Flags
    ceiling: Floats | None = None  # by how much a count could be more: of one that is told as a range
    programmes: int = 0
    open_alone: int = 0  # small cells that the attacker finds, or may find, if nothing else is hidden
    proofs: list[Floats] = field(default_factory=list)
    counts: Floats = field(init=False)
    equations: csr_matrix = field(init=False)

    def __post_init__(self) -> None:
        self.counts = np.array(self.system.counts, dtype=np.float64)
        self.equations = self.system.equations()
        self.unpublished = np.array(self.system.unpublished)
        self._empty = self._under_a_zero()
        self._rng = np.random.default_rng(1)

    def _under_a_zero(self) -> Flags:
        """Unpublished cells that a shown zero or total empties."""
        empty = self.unpublished & False
        queue = [
            place for place, count in enumerate(self.counts) if count == 0 and not self.unpublished[place]
        ]
        seen = set(queue)
        for place in queue:
            empty[place] |= self.unpublished[place]
            key = self.system.keys[place]
            for column in range(ATOMS, len(key)):
                for part in self.system.sums.get((key, column), []):
                    if part not in seen:
                        seen.add(part)
                        queue.append(part)
        return empty

    @property
    def free(self) -> Flags:
        """What the attacker does not know."""
        return np.asarray((self.hidden | self.unpublished) & ~self._empty)

    @property
    def lowest(self) -> Floats:
        """By how much a count could be less, for all that is known: zeros are shown."""
        return np.where(self.unpublished, -self.counts, np.minimum(1 - self.counts, 0))

    @property
    def highest(self) -> Floats:
        return np.full(len(self.counts), np.inf) if self.ceiling is None else self.ceiling

    @property
    def usable(self) -> Ints:
        """Cells that are hidden or may be hidden; a zero never is."""
        may = ~self.fixed & ((self.counts > 0) | self.unpublished) & ~self._empty
        return np.flatnonzero(may | self.free)

    @property
    def prices(self) -> Floats:
        """What it costs to hide a count that is shown: more for a larger one, more for a total."""
        totals = np.array([sum(code == ALL for code in key) for key in self.system.keys])
        return np.where(self.free, 0.0, np.log1p(self.counts) * 3.0**totals)

    def urgency(self, number: int) -> Floats:
        """Weights by chance: the programme then fills some needs rather than a part of each."""
        return 1 + self._rng.exponential(size=number)

    def need(self, places: Ints) -> Floats:
        """How much more a count would have to be able to be."""
        return np.asarray(self.k - self.counts[places])


def hide(
    system: Linked,
    k: int,
    *,
    shown_before: Flags,
    hidden_before: Flags,
    ceiling: Floats | None = None,
) -> Hiding:
    """Hide every count under k and what else it takes, or raise Unprotectable."""
    counts, unpublished = np.array(system.counts), np.array(system.unpublished)
    small = (counts > 0) & (counts < k) & ~unpublished & ~shown_before
    hiding = Hiding(system, k, shown_before, small, small | hidden_before, ceiling)
    waiting = without_proof(hiding, np.flatnonzero(small))
    hiding.open_alone = len(waiting)
    at_once = AT_ONCE[len(counts) > SMALL_SYSTEM]
    while len(waiting):
        left = waiting
        for start in range(0, len(waiting), at_once):
            some = without_proof(hiding, waiting[start : start + at_once])
            if len(some):
                left = _left(hiding, left, _hide_for(hiding, some))
        left = without_proof(hiding, left)
        if len(left) == len(waiting):
            break
        waiting = left
    for place in waiting:  # none of them helps another
        if not _reaches(hiding, int(place)):
            _hide_for(hiding, np.array([place]))
            if not _reaches(hiding, int(place)):
                raise Unprotectable(int(place))
    return hiding


def without_proof(hiding: Hiding, places: Ints) -> Ints:
    """Those of the hidden cells for which no other tables were found in which they reach k. Each programme
    looks for tables in which as many of them as possible do; two without success end the search. Together
    none may be less than it is, so in a small system each is tried alone too."""
    failures = 0
    while len(places) and failures < 2:
        left = _left(hiding, places, _most(hiding, places))
        failures = failures + 1 if len(left) == len(places) else 0
        places = left
    if len(hiding.counts) > SMALL_SYSTEM:
        return places
    left = places
    for place in places:
        if place in left:
            left = _left(hiding, left, _most(hiding, np.array([place])))
    return left


def _left(hiding: Hiding, places: Ints, shift: Floats) -> Ints:
    left = places[shift[places] < hiding.need(places) - TINY]
    if len(left) < len(places):
        hiding.proofs.append(shift)
    return left


def exposed(hiding: Hiding) -> Ints:
    """The audit: every hidden cell under k that the attacker bounds below k. Tables found on the way prove a
    cell safe if they agree with all that is shown in the end; every other cell gets programmes of its own."""
    places = np.flatnonzero(hiding.hidden & (hiding.counts < hiding.k))
    for shift in hiding.proofs:
        if _agrees(hiding, shift):
            places = places[shift[places] < hiding.need(places) - TINY]
    places = without_proof(hiding, places)
    return np.array([place for place in places if not _reaches(hiding, int(place))], dtype=np.int64)


def _agrees(hiding: Hiding, shift: Floats) -> bool:
    """Whether the tables with this shift have the same sums and the same shown counts."""
    known = np.abs(shift[~hiding.free]).max(initial=0) < TINY
    sums = np.abs(hiding.equations @ shift).max(initial=0) < TINY
    inside = (shift >= hiding.lowest - TINY) & (shift <= hiding.highest + TINY)
    return bool(known and sums and inside.all())


def interval(hiding: Hiding, place: int) -> tuple[float, float]:
    """What the attacker knows of one count."""
    ends = [_solved(hiding, _towards(hiding, place, sign)) for sign in (-1.0, 1.0)]
    low, high = (
        np.inf * sign if end is None else end[place] for sign, end in zip((-1, 1), ends, strict=True)
    )
    return float(hiding.counts[place] + low), float(hiding.counts[place] + high)


def _reaches(hiding: Hiding, place: int) -> bool:
    shift = _most(hiding, np.array([place]))
    return bool(shift[place] >= hiding.need(np.array([place]))[0] - TINY)


def _towards(hiding: Hiding, place: int, sign: float) -> Floats:
    goal = np.zeros(len(hiding.counts))
    goal[place] = -sign
    return goal


def _solved(hiding: Hiding, goal: Floats) -> Floats | None:
    """The shift of all counts that is best for the goal; None if there is no end to it."""
    free = np.flatnonzero(hiding.free)
    bounds = np.stack([hiding.lowest[free], hiding.highest[free]], axis=1)
    found = _programme(hiding, goal[free], (hiding.equations[:, free], None), bounds)
    return None if found is None else _spread(hiding, free, found)


def _most(hiding: Hiding, places: Ints) -> Floats:
    """A shift of hidden counts in which the sum of what these reach, each up to its need, is largest."""
    free, number = np.flatnonzero(hiding.free), len(places)
    chosen = _chosen(free, places)
    part = hiding.equations[:, free]
    need = hiding.need(places)
    lows = np.concatenate([hiding.lowest[free], np.zeros(number)])
    most = np.minimum(4.0 * need.sum() + hiding.k, hiding.highest[free])
    highs = np.concatenate([most, need])
    found = _programme(
        hiding,
        np.concatenate([np.zeros(len(free)), -hiding.urgency(number)]),
        (
            hstack([part, csr_matrix((part.shape[0], number))], format="csr"),
            hstack([-chosen, diags(np.ones(number))], format="csr"),
        ),
        np.stack([lows, highs], axis=1),
    )
    return _spread(hiding, free, np.zeros(len(free)) if found is None else found[: len(free)])


def _hide_for(hiding: Hiding, places: Ints) -> Floats:
    """Hide what is cheapest so that these, or as many of them as can at once, reach k; the shift that shows.
    What a count gains and what it loses are two unknowns, both paid for if the count is shown."""
    cells, number, need = hiding.usable, len(places), hiding.need(places)
    part, chosen = hiding.equations[:, cells], _chosen(cells, places)
    prices = hiding.prices[cells]
    worth = 4 * (prices.max() + 1) * len(hiding.system.columns)
    most = np.minimum(4.0 * need.sum(), hiding.highest[cells])
    highs = np.concatenate([most, -hiding.lowest[cells], need])
    found = _programme(
        hiding,
        np.concatenate([prices, prices, -worth * hiding.urgency(number)]),
        (
            hstack([part, -part, csr_matrix((part.shape[0], number))], format="csr"),
            hstack([-chosen, chosen, diags(np.ones(number))], format="csr"),
        ),
        np.stack([np.zeros(len(highs)), highs], axis=1),
    )
    if found is None:
        return np.zeros(len(hiding.counts))
    shift = _spread(hiding, cells, found[: len(cells)] - found[len(cells) : 2 * len(cells)])
    hiding.hidden |= (np.abs(shift) > TINY) & ~hiding.unpublished
    return shift


def _programme(
    hiding: Hiding, goal: Floats, rules: tuple[csr_matrix, csr_matrix | None], bounds: Floats
) -> Floats | None:
    """The best of all that keep the sums, the first rule, and stay below 0 by the second."""
    hiding.programmes += 1
    equal, under = rules
    found = linprog(  # type: ignore[call-overload] # its stubs know no sparse matrices
        goal,
        A_eq=equal,
        b_eq=np.zeros(equal.shape[0]),
        A_ub=under,
        b_ub=None if under is None else np.zeros(under.shape[0]),
        bounds=bounds,
        method="highs",
    )
    return None if found.x is None else np.asarray(found.x, dtype=np.float64)


def _chosen(cells: Ints, places: Ints) -> csr_matrix:
    """One row for each place, with 1 where it is among the cells."""
    where = np.searchsorted(cells, places)
    return csr_matrix(
        (np.ones(len(places)), (np.arange(len(places)), where)), shape=(len(places), len(cells))
    )


def _spread(hiding: Hiding, cells: Ints, found: Floats) -> Floats:
    shift = np.zeros(len(hiding.counts))
    shift[cells] = found
    return shift
