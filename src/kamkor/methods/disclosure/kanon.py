"""Records in which everybody looks like at least k - 1 others in what an outsider may know: k-anonymity.

Sweeney 2002 (IJUFKS 10). Numbers become ranges and values their broader ones in all rows alike; where a group
is still too small, cells of its rows are emptied, as few as help (local suppression). Empty is a value too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from kamkor.methods.disclosure.attacks import fingerprints
from kamkor.methods.disclosure.cells import Flags, Ints
from kamkor.methods.disclosure.reading import Codes, Microdata

MOST_COUNTED = 20_000_000  # places of an array
MANY = 12  # numbers of more different values become ranges; more columns are emptied in one order only


@dataclass(frozen=True)
class Anonymous:
    """The rows that may be shown, those before any cell was emptied, and what was lost."""

    table: Microdata
    before: Microdata
    emptied: int  # cells
    removed: int  # rows
    ranges: tuple[str, ...]  # columns whose numbers became ranges


def anonymise(
    table: Microdata,
    quasi: Sequence[str],
    k: int,
    *,
    broader: Mapping[str, Mapping[str, str]],
    rng: np.random.Generator,
) -> Anonymous:
    """At least k rows alike in the columns that an outsider may know, in an order by chance."""
    ranges = []
    for name in quasi:
        if name in broader:
            table = _renamed(table, name, broader[name])
        elif names := _ranges(table, name, k):
            table = _renamed(table, name, names)
            ranges.append(name)
        table = _with_empty(table, name)
    places = [table.column(name) for name in quasi]
    empty = np.array([table.values[place].index("") for place in places], dtype=np.int32)
    known, kept = _emptied(table.codes[:, places], empty, k)
    codes = table.codes.copy()
    codes[:, places] = known
    emptied = int((codes[kept] != table.codes[kept]).sum())
    made = Microdata(table.names, table.values, rng.permutation(codes[kept]))
    return Anonymous(made, table, emptied, int((~kept).sum()), tuple(ranges))


def _renamed(table: Microdata, name: str, names: Mapping[str, str]) -> Microdata:
    column = table.column(name)
    words = [names.get(word, word) for word in table.values[column]]
    kept = tuple(dict.fromkeys(words))
    to = np.array([kept.index(word) for word in words], dtype=np.int32)
    codes = table.codes.copy()
    codes[:, column] = to[codes[:, column]]
    return Microdata(table.names, (*table.values[:column], kept, *table.values[column + 1 :]), codes)


def _with_empty(table: Microdata, name: str) -> Microdata:
    column = table.column(name)
    if "" in table.values[column]:
        return table
    words = (*table.values[column], "")
    return Microdata(table.names, (*table.values[:column], words, *table.values[column + 1 :]), table.codes)


def _ranges(table: Microdata, name: str, k: int) -> dict[str, str]:
    """Numbers of many different values put into ranges of a twelfth of the people each, at least k."""
    column = table.column(name)
    counts = np.bincount(table.codes[:, column], minlength=len(table.values[column]))
    numbers = {word: int(word) for word in table.values[column] if word.lstrip("-").isdecimal()}
    if len(numbers) <= MANY or len(numbers) < sum(word != "" for word in table.values[column]):
        return {}
    groups: list[list[str]] = [[]]
    least, held = max(k, len(table) // MANY), 0
    for word in sorted(numbers, key=lambda word: numbers[word]):
        if held >= least:
            groups.append([])
            held = 0
        groups[-1].append(word)
        held += int(counts[table.values[column].index(word)])
    if held < least and len(groups) > 1:
        groups[-2] += groups.pop()
    return {
        word: group[0] if len(group) == 1 else f"{group[0]}--{group[-1]}"
        for group in groups
        for word in group
    }


def _emptied(codes: Codes, empty: Codes, k: int) -> tuple[Codes, Flags]:
    """The cells with as few emptied as help, and which rows are in a group of k in the end."""
    made = codes.copy()
    waiting = _small(made, k)
    for columns in _choices(codes):
        if not len(waiting):
            break
        tried = made[waiting]
        tried[:, columns] = empty[columns]
        helped = np.setdiff1d(np.arange(len(waiting)), _small(tried, k))
        made[waiting[helped]] = tried[helped]
        waiting = np.delete(waiting, helped)
    kept = np.ones(len(made), dtype=bool)
    kept[waiting] = False
    return made, kept


def _choices(codes: Codes) -> Iterator[list[int]]:
    """Which cells to empty: few before many, and of columns with many values before those with few."""
    number = codes.shape[1]
    order = sorted(range(number), key=lambda column: -len(np.unique(codes[:, column])))
    for size in range(1, number + 1):
        if number > MANY:
            yield order[:size]
        else:
            yield from (list(columns) for columns in combinations(order, size))


def _small(codes: Codes, k: int) -> Ints:
    """Rows of groups under k."""
    _found, group, times = np.unique(fingerprints(codes), return_inverse=True, return_counts=True)
    return np.flatnonzero(times[group] < k)


@dataclass(frozen=True)
class Diversity:
    """What a group tells of one column: the fewest different values, and groups in which all share one."""

    column: str
    least: int
    groups_of_one_value: int
    people_in_them: int
    right: float  # how often the commonest value of the group is that of a person in it
    commonest: float  # the same without any group


@dataclass(frozen=True)
class Groups:
    """How alike people are in what an outsider may know."""

    number: int
    k: int  # an empty cell is a value
    k_wildcard: int  # an empty cell may be any value
    diversity: tuple[Diversity, ...]


def groups(table: Microdata, quasi: Sequence[str]) -> Groups:
    """The groups of rows that look alike, and what they tell of the other columns."""
    places = [table.column(name) for name in quasi]
    known = table.codes[:, places]
    _found, first, group, times = np.unique(
        fingerprints(known), return_index=True, return_inverse=True, return_counts=True
    )
    empty = np.array([_empty(table, place) for place in places])
    others = [column for column in range(len(table.names)) if column not in places]
    return Groups(
        len(first),
        int(times.min()),
        _wildcard(known[first], times, empty),
        tuple(_diversity(table, column, group, times) for column in others),
    )


def _empty(table: Microdata, column: int) -> int:
    return table.values[column].index("") if "" in table.values[column] else -1


def _wildcard(patterns: Codes, times: Ints, empty: Ints) -> int:
    """The fewest rows that a person could be, if an empty cell may be any value: of every two ways of being
    empty, those alike where neither is."""
    blank = patterns == empty
    ways, way = np.unique(blank, axis=0, return_inverse=True)
    places = [np.flatnonzero(way.ravel() == number) for number in range(len(ways))]
    fits = np.zeros(len(patterns), dtype=np.int64)
    for one, mine in zip(ways, places, strict=True):
        for other, theirs in zip(ways, places, strict=True):
            told = np.flatnonzero(~(one | other))
            both = np.concatenate([patterns[mine][:, told], patterns[theirs][:, told]])
            _found, kind = np.unique(fingerprints(both), return_inverse=True)
            sums = np.bincount(kind[len(mine) :], weights=times[theirs], minlength=kind.max() + 1)
            fits[mine] += sums[kind[: len(mine)]].astype(np.int64)
    return int(fits.min())


def _times_each(numbers: Ints, end: int) -> tuple[Ints, Ints]:
    """The different numbers under the end, and how often each is there; few are counted without sorting."""
    if end > MOST_COUNTED:
        return np.unique(numbers, return_counts=True)
    counts = np.bincount(numbers, minlength=end)
    found = np.flatnonzero(counts)
    return found, counts[found]


def _diversity(table: Microdata, column: int, group: Ints, times: Ints) -> Diversity:
    size = len(table.values[column])
    pairs, counts = _times_each(group * size + table.codes[:, column], len(times) * size)
    of_group = pairs // size
    different = np.bincount(of_group, minlength=len(times))
    most = np.zeros(len(times), dtype=np.int64)
    np.maximum.at(most, of_group, counts)
    alike = different == 1
    commonest = np.bincount(table.codes[:, column]).max() / len(table)
    return Diversity(
        table.names[column], int(different.min()), int(alike.sum()), int(times[alike].sum()),
        float(most.sum() / len(table)), float(commonest),
    )  # fmt: skip
