"""Finding a person's name however it was spelt: fold it, bucket it, rank the candidates.

Vowels are what spellings differ in most (Gulnora, Гүлнара), so a word is compared twice: as folded, and
with its vowels blurred. Endings that turn a father's name into a surname or patronymic count little.
"""

import re
from collections.abc import Callable, Hashable, Iterable
from functools import cache
from typing import Generic, NamedTuple, TypeVar

from rapidfuzz.distance import OSA

from kamkor.methods.short_forms import SHORT_FORMS
from kamkor.methods.spelling import plain, split

Id = TypeVar("Id", bound=Hashable)

SAME_WORD = 0.7  # below this two words have nothing to do with each other: one typo in four letters is .75
_SHORT_FORM = 0.95
_WELL_MET = 0.85
_OTHER_BEGINNING = 0.9  # people rarely mistype a first letter: Marina is not Karina
_INITIAL = 0.8
_OTHER_ENDING = {frozenset("ns"): 0.95, frozenset("np"): 0.9, frozenset("sp"): 0.9}
_UNASKED_WORD = 0.95  # the candidate has a word that was not asked for
_UNKNOWN_WORD = 0.75  # the query has a word that this candidate's name is too short to hold

_CHILD_OF = frozenset("ulu uul kizi kizis kis ogli ugli oglu uglu ogil".split())
_GLUED_CHILD_OF = re.compile(r"(?<=...)(?:ulu|kizi|ogli|ugli|oglu)$")
_FEMALE_SURNAME = re.compile(r"(?<=...)([oe]v)a$")
_PATRONYMIC = re.compile(r"(?<=...)(?:[oe]vi?ch|[oe]vna)$")
_ENDING = re.compile(r"(?<=...)[oe]v(ich)?$")
_BLUR = str.maketrans("ouei", "aaii")
_SOUNDS = str.maketrans("bdfgzhqv", "ptpkskkv", "aeiou")
_SKELETON_LENGTH = 4


class Match(NamedTuple, Generic[Id]):
    """A candidate and how well its name fits, from 0 to 1."""

    id: Id
    score: float


class _Word(NamedTuple):
    whole: str
    stem: str
    kind: str  # n as it stands, s surname in -ov, p patronymic


def words(text: str) -> list[str]:
    """The folded words of a name, without uulu, kyzy, oʻgʻli; a woman's and a man's ending are one."""
    folded = (_fold_word(word) for word in split(text))
    return [word for word in folded if word and word not in _CHILD_OF]


def fold(text: str) -> str:
    """The folded name as it may be kept (sealed) beside the written one, for `rank_folded`."""
    return " ".join(words(text))


def skeleton(word: str) -> str:
    """The first consonants of a folded word, one letter for sounds that are confused (b/p, g/k/h, z/s).

    Spellings of one name share it, so that it can name a bucket of an index; so do many other names.
    """
    stem = _word(word).stem
    sounds = stem.replace("ch", "c").replace("sh", "s").replace("ts", "s").translate(_SOUNDS)
    return re.sub(r"(.)\1+", r"\1", sounds)[:_SKELETON_LENGTH] or stem[:1]


def buckets_of(text: str) -> set[str]:
    """The buckets to file a name under, and to open when looking for it; short forms open the full ones."""
    forms = (form for word in words(text) for form in (word, *_full_forms().get(word, ())))
    return {skeleton(form) for form in forms}


def rank(
    query: str, candidates: Iterable[tuple[Id, str]], *, top: int = 10, cut: float = 0.6
) -> list[Match[Id]]:
    """The best `top` candidates (id, name as written) with a score of at least `cut`, best first."""
    folded = ((key, fold(name)) for key, name in candidates)
    return rank_folded(fold(query), folded, top=top, cut=cut)


def rank_folded(
    query: str, candidates: Iterable[tuple[Id, str]], *, top: int = 10, cut: float = 0.6
) -> list[Match[Id]]:
    """As `rank`, where the query and every name have been through `fold` already. Ties keep their order."""
    asked = [(_word(word), _comparer(word)) for word in query.split()]
    parsed = cache(_word)
    matches = []
    for key, name in candidates:
        score = _score(asked, [parsed(word) for word in name.split()])
        if score >= cut:
            matches.append(Match(key, score))
    return sorted(matches, key=lambda match: -match.score)[:top]


def _fold_word(written: str) -> str:
    word = _GLUED_CHILD_OF.sub("", plain(written))
    return _FEMALE_SURNAME.sub(r"\1", _PATRONYMIC.sub("ovich", word))


def _word(folded: str) -> _Word:
    ending = _ENDING.search(folded)
    if ending is None:
        return _Word(folded, folded, "n")
    return _Word(folded, folded[: ending.start()], "p" if ending[1] else "s")


_Comparer = Callable[[_Word], float]
_Pair = tuple[float, int, int]


def _comparer(folded: str) -> _Comparer:
    """How like the folded word another is; remembers, because names repeat among the candidates."""
    asked = _word(folded)
    others = [_word(form) for form in _other_forms(folded)]

    @cache
    def compare(word: _Word) -> float:
        return max([_likeness(asked, word), *(_likeness_of_form(form, word) for form in others)])

    return compare


def _likeness_of_form(form: _Word, word: _Word) -> float:
    """A short form must be met well: a typo in it would make many names of it."""
    likeness = _SHORT_FORM * _likeness(form, word)
    return likeness if likeness >= _WELL_MET else 0.0


def _likeness(one: _Word, other: _Word) -> float:
    if len(one.stem) == 1 or len(other.stem) == 1:
        return 1.0 if one.stem == other.stem else _INITIAL * (one.stem[0] == other.stem[0])
    likeness = _spelt_alike(one.stem, other.stem)
    if one.kind != other.kind:  # or the ending itself is mistyped
        likeness *= _OTHER_ENDING[frozenset((one.kind, other.kind))]
        likeness = max(likeness, _spelt_alike(one.whole, other.whole))
    return likeness if likeness >= SAME_WORD else 0.0


def _spelt_alike(one: str, other: str) -> float:
    blurred, other_blurred = one.translate(_BLUR), other.translate(_BLUR)
    exact = OSA.normalized_similarity(one, other)
    likeness = (2 * exact + OSA.normalized_similarity(blurred, other_blurred)) / 3
    return likeness if blurred[0] == other_blurred[0] else likeness * _OTHER_BEGINNING


def _score(asked: list[tuple[_Word, _Comparer]], name: list[_Word]) -> float:
    """Mean likeness of the words paired, best pairs first, less what is left over on either side."""
    pairs = [(compare(word), i, j) for i, (_, compare) in enumerate(asked) for j, word in enumerate(name)]
    chosen = _pair_off([pair for pair in pairs if pair[0]])
    if not chosen:
        return 0.0
    free_asked = [word.kind for i, (word, _) in enumerate(asked) if i not in {i for _, i, _ in chosen}]
    free_name = [word.kind for j, word in enumerate(name) if j not in {j for _, _, j in chosen}]
    patronymics = min(free_asked.count("p"), free_name.count("p"))
    plain_asked, plain_name = (len(free) - free.count("p") for free in (free_asked, free_name))
    clashes = min(plain_asked, plain_name)
    mean = sum(likeness for likeness, _, _ in chosen) / (len(chosen) + clashes + patronymics / 2)
    unknown, unasked = plain_asked - clashes, plain_name - clashes
    return mean * float(_UNKNOWN_WORD**unknown * _UNASKED_WORD**unasked)


def _pair_off(pairs: list[_Pair]) -> list[_Pair]:
    chosen: list[_Pair] = []
    for pair in sorted(pairs, reverse=True):
        if all(pair[1] != i and pair[2] != j for _, i, j in chosen):
            chosen.append(pair)
    return chosen


@cache
def _full_forms() -> dict[str, tuple[str, ...]]:
    return {_fold_word(short): tuple(map(_fold_word, full)) for short, full in SHORT_FORMS.items()}


@cache
def _short_forms() -> dict[str, list[str]]:
    shorts: dict[str, list[str]] = {}
    for short, full_names in _full_forms().items():
        for full in full_names:
            shorts.setdefault(full, []).append(short)
    return shorts


def _other_forms(word: str) -> set[str]:
    """The full names behind a short form, and the short forms of a full name."""
    full_names = _full_forms().get(word, ())
    shorts = [short for full in (word, *full_names) for short in _short_forms().get(full, ())]
    return {*full_names, *shorts} - {word}
