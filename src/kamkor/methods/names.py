"""Finding a person's name however it was spelt: fold it, bucket it, rank the candidates.

Endings that turn a father's name into a surname or patronymic count little. A query that fits nobody well
is read once more: as typed on the other keyboard, with its words joined or parted.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from kamkor.methods.name_index import Id, Match, NameIndex
from kamkor.methods.name_words import CHILD_OF, fold_word, full_forms, is_initial, word_of
from kamkor.methods.spelling import other_customs, other_keyboard, split

__all__ = ["Match", "buckets_of", "fold", "more_buckets_of", "rank", "rank_folded", "skeleton", "words"]

FOLDING = 2  # goes up when `fold` or `skeleton` changes: what was filed before has to be filed anew

SAME = 0.92  # from here it may be called the same name: `bench.names` says how often that is wrong
CUT = 0.7  # below this a name is another name; ranking alone, as in a search among many, may go lower
FITS = 0.85  # a name that fits this well makes other readings of the query idle
_OTHER_READING = 0.97
_PARTED = 3  # letters that each half of a word must have
_SKELETON_LENGTH = 4


def words(text: str) -> list[str]:
    """The folded words of a name, without uulu, kyzy, oʻgʻli; a woman's and a man's ending are one."""
    folded = (fold_word(word) for word in split(text))
    return [word for word in folded if word and word not in CHILD_OF]


def fold(text: str) -> str:
    """The folded name as it may be kept (sealed) beside the written one, for `rank_folded`."""
    return " ".join(words(text))


def skeleton(word: str) -> str:
    """The first consonants of a folded word, one letter for sounds that are confused (b/p, g/k/h, z/s).

    Spellings of one name share it, so that it can name a bucket of an index; so do many other names.
    """
    heard = word_of(word).sound
    return _consonants(word)[:_SKELETON_LENGTH] or heard[:1] or word[:1]


def buckets_of(text: str) -> set[str]:
    """The buckets to file a name under, and to open when looking for it; short forms open the full ones."""
    forms = (form for word in words(text) for form in (word, *full_forms().get(word, ())))
    return {skeleton(form) for form in forms}


def more_buckets_of(text: str) -> set[str]:
    """The buckets to open when those were in vain: other readings, a consonant too many or misplaced."""
    readings = {word for reading in other_readings(text) for word in reading}
    readings |= {half for _, halves in _parted(text) for half in halves}
    heard = [_consonants(word) for word in words(text) if not is_initial(word)]
    slips = {slip for sounds in heard for slip in _slips(sounds[: _SKELETON_LENGTH + 2]) if slip}
    return {skeleton(word) for word in readings} | {slip[:_SKELETON_LENGTH] for slip in slips}


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
    parted = (reading for reading, halves in _parted(query) if any(map(index.hears, halves)))
    for reading in chain(other_readings(query), parted):
        for match in index.find(reading, top=top, cut=cut):
            if match.id not in best or match.score * _OTHER_READING > best[match.id].score:
                best[match.id] = Match(match.id, match.score * _OTHER_READING)
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


def _parted(query: str) -> Iterator[tuple[list[str], tuple[str, str]]]:
    """Each word as two that were written as one: the reading, and the halves."""
    asked = words(query)
    for at, word in enumerate(asked):
        for cut in range(_PARTED, len(word) - _PARTED + 1):
            halves = (word[:cut], word[cut:])
            yield [*asked[:at], *halves, *asked[at + 1 :]], halves


def _consonants(word: str) -> str:
    bare = "".join(letter for letter in word_of(word).sound if letter not in "aeiou")
    return "".join(letter for letter, before in zip(bare, " " + bare, strict=False) if letter != before)


def _slips(sounds: str) -> Iterator[str]:
    for at in range(len(sounds)):
        yield sounds[:at] + sounds[at + 1 :]
        yield sounds[:at] + sounds[at + 1 : at + 2] + sounds[at] + sounds[at + 2 :]
