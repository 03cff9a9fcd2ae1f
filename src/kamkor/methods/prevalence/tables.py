"""Who is on which list: counts of capture histories. A history is a number whose bits are the lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from kamkor.methods.prevalence.said import Said, said
from kamkor.methods.prevalence.said import gettext_noop as _


class TableProblem(ValueError):
    """What is wrong with the lists, where, and what would help, in a sentence for whoever brought them."""

    def __init__(self, words: Said) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True)
class Table:
    """The lists and, for each history that somebody has, how many people have it."""

    lists: tuple[str, ...]
    counts: Mapping[int, int]

    def __post_init__(self) -> None:
        if 0 in self.counts:
            words = _("Nobody can be counted who is on no list: take the all-zero history out.")
            raise TableProblem(said(words))
        if len(set(self.lists)) < len(self.lists):
            raise TableProblem(said(_("Two lists have the same name: give each its own.")))

    @cached_property
    def observed(self) -> int:
        """Everybody on at least one list."""
        return sum(self.counts.values())

    @cached_property
    def repeated(self) -> int:
        """People on more than one list: all that is known about the unseen comes from them."""
        return sum(number for history, number in self.counts.items() if history.bit_count() > 1)

    @cached_property
    def pairs(self) -> list[tuple[int, int]]:
        return list(combinations(range(len(self.lists)), 2))

    def on(self, *lists: int) -> int:
        """How many are on all these lists, whatever other lists they are on."""
        wanted = sum(1 << place for place in set(lists))
        return sum(number for history, number in self.counts.items() if history & wanted == wanted)

    def connected(self) -> bool:
        """Whether one comes from each list to every other by lists that share people."""
        reached, waiting = {0}, [0]
        while waiting:
            here = waiting.pop()
            near = {other for other in range(len(self.lists)) if other != here and self.on(here, other)}
            waiting.extend(near - reached)
            reached |= near
        return len(reached) == len(self.lists)

    def selected(self, places: Sequence[int]) -> "Table":
        """The same people on these lists alone, in this order; who is on none of them is no longer seen."""
        return self._moved([1 << places.index(old) if old in places else 0 for old in range(len(self.lists))],
                           [self.lists[place] for place in places])  # fmt: skip

    def without(self, place: int) -> "Table":
        return self.selected([other for other in range(len(self.lists)) if other != place])

    def trimmed(self) -> "Table":
        """Without lists that have nobody."""
        return self.selected([place for place in range(len(self.lists)) if self.on(place)])

    def merged(self, names: Sequence[str]) -> "Table":
        """These lists as one, in the place of the first; whoever is on any of them is on it."""
        if missing := [name for name in names if name not in self.lists]:
            words = _("There is no list “%(name)s” to merge; there are %(lists)s.")
            raise TableProblem(said(words, name=missing[0], lists=", ".join(self.lists)))
        if len(set(names)) < 2:
            raise TableProblem(said(_("Merging needs two lists or more, joined by +, as in PF+NCA.")))
        first = min(self.lists.index(name) for name in names)
        kept = [p for p, name in enumerate(self.lists) if name not in names or p == first]
        bits = [1 << kept.index(first if name in names else p) for p, name in enumerate(self.lists)]
        return self._moved(bits, ["+".join(names) if p == first else self.lists[p] for p in kept])

    def _moved(self, bits: Sequence[int], lists: Sequence[str]) -> "Table":
        counts: dict[int, int] = {}
        for history, number in self.counts.items():
            moved = 0
            for place, bit in enumerate(bits):
                moved |= bit if history >> place & 1 else 0
            if moved:
                counts[moved] = counts.get(moved, 0) + number
        return Table(tuple(lists), counts)
