"""Which of Kyrgyz, Russian, Uzbek (either alphabet) and English a text is in, by the pieces of its words.

Learned from the four languages of our own pages by `tools/learn_advert_languages.py`. Kyrgyz typed with
н, о, у for ң, ө, ү is known by its words; the letters themselves, where they stand, speak too.
"""

import json
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

from kamkor.methods.adverts.folding import Token, fold

UNKNOWN = "und"
LATIN = frozenset({"ky_Latn", "ru_Latn"})
READ = 1000  # signs at the beginning that are enough to know a language by
_LETTERS = {"uz": "ўғқҳʻ", "ky": "ңөү", "ru": "щъ"}
_OWN_LETTER, _MOST = 3.0, 12.0


def language_of(text: str) -> str:
    """ky, ru, uz or en; und where there are no letters of theirs."""
    start = text[:READ]
    return writing_of(start, fold(start).tokens()).partition("_")[0]


def writing_of(text: str, tokens: list[Token]) -> str:
    """The same for a text that was taken apart; with _Latn or _Cyrl where the alphabet is the other one."""
    names, _ = _model()
    words = {token.word for token in tokens if not token.word[0].isdigit()}
    found = [pieces for word in words if (pieces := _of_word(word)) is not None]
    if not found:
        return UNKNOWN
    scores: dict[str, float] = dict(zip(names, map(sum, zip(*found, strict=True)), strict=True))
    lower = text.lower()
    for language, letters in _LETTERS.items():
        said = min(_MOST, _OWN_LETTER * sum(map(lower.count, letters)))
        for name in scores:
            scores[name] += said if name.startswith(language) else 0
    return max(scores, key=scores.__getitem__)


def grams(words: Iterator[str]) -> Iterator[str]:
    """Three and four letters in a row, with the edges of words, and whole short words."""
    for word in words:
        edged = f" {word} "
        for size in (2, 3, 4):
            for at in range(len(edged) - size + 1):
                yield edged[at : at + size]


@lru_cache(maxsize=50_000)
def _of_word(word: str) -> tuple[float, ...] | None:
    """What the pieces of one word say for each language; nothing where none was ever met."""
    model = _model()[1]
    found = [known for piece in set(grams(iter((word,)))) if (known := model.get(piece))]
    return tuple(map(sum, zip(*found, strict=True))) if found else None


@cache
def _model() -> tuple[list[str], dict[str, tuple[float, ...]]]:
    """Of each piece, how much more it says for each language than a piece that was never met there."""
    text = files("kamkor.methods.adverts").joinpath("languages.json").read_text(encoding="utf-8")
    learnt = json.loads(text)
    pieces = {piece for part in learnt.values() for piece in part["pieces"]}
    return list(learnt), {
        piece: tuple(part["pieces"].get(piece, part["missing"]) - part["missing"] for part in learnt.values())
        for piece in pieces
    }
