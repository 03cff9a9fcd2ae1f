"""Finding very many people in a desk's index at once: each bucket is opened once, whoever asks."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from kamkor.methods import names as spelling
from kamkor.methods.name_buckets import asked_of
from kamkor.vault import names
from kamkor.vault.keyring import Keyring
from kamkor.vault.models import Holder

Key = TypeVar("Key", bound=Hashable)
Entry = tuple[int, str]


def by_name(
    keyring: Keyring, desk: Holder, queries: Mapping[Key, str], *, cut: float
) -> dict[Key, dict[int, float]]:
    """How like each the names of the desk's people are, for those who are like it at all. A name of several
    words is met only by who shares the sound of two of them."""
    keys = {key: asked_of(query) for key, query in queries.items()}
    filed = names.filed(keyring, desk, set().union(*keys.values()))
    return {
        key: _best(query, [filed.get(one, set()) for one in keys[key]], cut) for key, query in queries.items()
    }


def by_number(keyring: Keyring, desk: Holder, queries: Mapping[Key, Iterable[str]]) -> dict[Key, set[int]]:
    """The people who have one of these telephone numbers, written in their one form."""
    wanted = {key: set(numbers) for key, numbers in queries.items()}
    filed = names.filed(keyring, desk, set().union(*wanted.values()))
    return {key: _bearers(filed, numbers) for key, numbers in wanted.items()}


def _bearers(filed: Mapping[str, set[Entry]], numbers: set[str]) -> set[int]:
    return {person for number in numbers for person, text in filed.get(number, ()) if text == number}


def _best(query: str, buckets: list[set[Entry]], cut: float) -> dict[int, float]:
    folded = spelling.fold(query)
    met = Counter(entry for bucket in buckets for entry in bucket)
    least = 1 if " " not in folded else min(2, len(buckets))
    near = sorted(entry for entry, times in met.items() if times >= least)
    best: dict[int, float] = {}
    for match in spelling.rank_folded(query, near, top=len(near), cut=cut):
        best.setdefault(match.id, match.score)
    return best
