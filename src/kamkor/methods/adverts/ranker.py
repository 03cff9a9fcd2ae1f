"""The learned order of the queue: what the rules say and, with half their voice, what the words say.

TF-IDF of pieces of words and of words, and a linear model, learned by `tools/learn_advert_ranker.py` from the
development part of the labelled adverts and from a list of wordings, and kept as plain numbers: ranking
needs no other package.
"""

import itertools
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from kamkor.methods.adverts.folding import fold
from kamkor.methods.adverts.scoring import Reading

PIECES = (2, 3, 4)  # letters of the pieces, with the edges of words
VOICE = 0.5  # of the words, beside that of the rules: they know fewer ways of writing
_WORD = re.compile(r"\w+")
_DIGIT = re.compile(r"\d")


class Ranker(NamedTuple):
    """What was learned: for each kind of term its idf and weight, and how the halves are brought together."""

    terms: list[dict[str, list[float]]]
    bias: float
    words: list[float]  # mean and spread of what the words say
    rules: list[float]  # mean and spread of the weight of the rules

    def words_say(self, text: str) -> float:
        """How strongly the words alone speak for reading an advert first."""
        found = self.bias
        for known, terms in zip(self.terms, (pieces(text), words(text)), strict=True):
            counts = Counter(term for term in terms if term in known)
            parts = [
                ((1 + math.log(count)) * known[term][0], known[term][1]) for term, count in counts.items()
            ]
            length = math.sqrt(sum(value * value for value, _ in parts)) or 1.0
            found += sum(value * weight for value, weight in parts) / length
        return found

    def score(self, text: str, reading: Reading) -> float:
        """A number between 0 and 1 for the order of the queue; no chance of anything."""
        said = (self.words_say(text) - self.words[0]) / self.words[1]
        ruled = (reading.weight - self.rules[0]) / self.rules[1]
        return round(1 / (1 + math.exp(-max(-30.0, min(30.0, ruled + VOICE * said)))), 6)


def pieces(text: str) -> Iterator[str]:
    """Letters in a row within words, with the edges of words; every digit is 0."""
    for word in _plain(text).split():
        edged = f" {word} "
        for size in PIECES:
            for at in range(max(1, len(edged) - size + 1)):
                yield edged[at : at + size]


def words(text: str) -> Iterator[str]:
    """Words, and pairs of neighbours."""
    found = _WORD.findall(_plain(text))
    yield from found
    yield from map(" ".join, itertools.pairwise(found))


@cache
def ranker() -> Ranker:
    """The ranker as it was learned last."""
    text = files("kamkor.methods.adverts").joinpath("ranker.json").read_text(encoding="utf-8")
    return Ranker(**json.loads(text))


def _plain(text: str) -> str:
    return _DIGIT.sub("0", fold(text).plain)
