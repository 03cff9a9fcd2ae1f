"""Finding a person's name however it was spelt: fold it, rank the candidates.

Endings that turn a father's name into a surname or patronymic count little. A query that fits nobody well
is read once more: as typed on the other keyboard, with its words joined or parted.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from kamkor.methods.name_index import Id, Match, NameIndex
from kamkor.methods.name_words import CHILD_OF, fold_word, is_initial
from kamkor.methods.spelling import other_customs, other_keyboard, split

__all__ = ["Match", "fold", "other_readings", "parted", "rank", "rank_folded", "search", "words"]

FOLDING = 3  # goes up when `fold` or a key of `name_buckets` changes: what is filed has to be filed anew

SAME = 0.92  # from here it may be called the same name: `bench.names` says how often that is wrong
CUT = 0.7  # below this a name is another name; ranking alone, as in a search among many, may go lower
FITS = 0.85  # a name that fits this well makes other readings of the query idle
OTHER_READING = 0.97  # what a name that fits another reading of the query loses
_PARTED = 3  # letters that each half of a word must have


def words(text: str) -> list[str]:
    """The folded words of a name, without uulu, kyzy, oʻgʻli; a woman's and a man's ending are one."""
    folded = (fold_word(word) for word in split(text))
    return [word for word in folded if word and word not in CHILD_OF]


def fold(text: str) -> str:
    """The folded name as it may be kept (sealed) beside the written one, for `rank_folded`."""
    return " ".join(words(text))


def rank(
    query: str, candidates: Iterable[tuple[Id, str]], *, top: int = 10, cut: float = CUT
) -> list[Match[Id]]:
    """The best `top` candidates (id, name as written) with a score of at least `cut`, best first."""
    folded = ((key, fold(name)) for key, name in candidates)
    return rank_folded(query, folded, top=top, cut=cut)


def rank_folded(
    query: str, candidates: Iterable[tuple[Id, str]], *, top: int = 10, cut: float = CUT
) -> list[Match[Id]]:
    """As `rank`, where every name has been through `fold` already. Ties keep their order."""
    return search(NameIndex(candidates), query, top=top, cut=cut)


def search(index: NameIndex[Id], query: str, *, top: int = 10, cut: float = CUT) -> list[Match[Id]]:
    """The best of an index for a query as it was written; other readings are tried if nobody fits well."""
    found = index.find(words(query), top=top, cut=cut)
    if found and found[0].score >= FITS:
        return found
    best = {match.id: match for match in found}
    in_parts = (reading for reading, halves in parted(query) if any(map(index.hears, halves)))
    for reading in chain(other_readings(query), in_parts):
        for match in index.find(reading, top=top, cut=cut):
            if match.id not in best or match.score * OTHER_READING > best[match.id].score:
                best[match.id] = Match(match.id, match.score * OTHER_READING)
    return sorted(best.values(), key=lambda match: -match.score)[:top]


def other_readings(query: str) -> Iterator[list[str]]:
    """What else the query may have been meant to be, as folded words."""
    asked = words(query)
    yield words(other_keyboard(query))
    for text in other_customs(query):
        yield words(text)
    for at in range(len(asked) - 1):
        if is_initial(asked[at]) or is_initial(asked[at + 1]):
            continue
        yield [*asked[:at], fold_word(asked[at] + asked[at + 1]), *asked[at + 2 :]]


def parted(query: str) -> Iterator[tuple[list[str], tuple[str, str]]]:
    """Each word as two that were written as one: the reading, and the halves."""
    asked = words(query)
    for at, word in enumerate(asked):
        for cut in range(_PARTED, len(word) - _PARTED + 1):
            halves = (word[:cut], word[cut:])
            yield [*asked[:at], *halves, *asked[at + 1 :]], halves
