"""How often the right person is found, how often a match is wrong, and how long it takes."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bench.names.respell import Query
from bench.names.sets import Set
from kamkor.methods import names
from kamkor.methods.name_index import NameIndex
from kamkor.methods.spelling import plain

RANKED = 0.3  # as the command line
Answer = list[tuple[int, float]]
Asking = Callable[[str], Answer]
Way = Callable[[list[str]], Asking]


@dataclass(frozen=True)
class Figures:
    """Of one way of looking, over one set."""

    first: float
    ten: float
    herself: float  # by her own id, which homonyms make impossible for some
    precision: float | None
    index_seconds: float
    query_ms: float
    missed: list[Query]


def kamkor(written: list[str]) -> Asking:
    index = NameIndex((number, names.fold(name)) for number, name in enumerate(written))
    return lambda query: [(match.id, match.score) for match in names.search(index, query, cut=RANKED)]


def fuzzy(written: list[str]) -> Asking:
    """What a general tool does."""
    low = [name.lower() for name in written]
    return lambda query: _extracted(query.lower(), low)


def fuzzy_latin(written: list[str]) -> Asking:
    """A general tool over names that were written in one alphabet first."""
    latin = [_latin(name) for name in written]
    return lambda query: _extracted(_latin(query), latin)


def measure(data: Set, way: Way, *, asked: int, cut: float | None = None) -> Figures:
    """Over the first queries of a set; `cut` is the score from which a match is called the same name."""
    start = time.process_time()
    ask = way([person.written for person in data.people])
    built = time.process_time()
    queries = data.queries[:asked]
    answers = [ask(query.text) for query in queries]
    done = time.process_time()
    right = [
        [data.right(query, number) for number, _ in answer]
        for query, answer in zip(queries, answers, strict=True)
    ]
    herself = sum(
        any(data.people[number] is query.person for number, _ in answer)
        for query, answer in zip(queries, answers, strict=True)
    )
    return Figures(
        first=sum(hits[:1] == [True] for hits in right) / len(queries),
        ten=sum(map(any, right)) / len(queries),
        herself=herself / len(queries),
        precision=None if cut is None else _precision(data, ask, answers, right, cut=cut),
        index_seconds=built - start,
        query_ms=1000 * (done - built) / len(queries),
        missed=[query for query, hits in zip(queries, right, strict=True) if not any(hits)],
    )


def _precision(
    data: Set, ask: Asking, answers: list[Answer], right: list[list[bool]], *, cut: float
) -> float:
    """Of the matches from `cut` on, those that are right; nobody is right for who is not in the file."""
    share = len(answers) / len(data.queries)
    strangers = data.strangers[: round(len(data.strangers) * share)]
    wrong = sum(score >= cut for stranger in strangers for _, score in ask(stranger.text))
    called = [
        hit
        for answer, hits in zip(answers, right, strict=True)
        for (_, score), hit in zip(answer, hits, strict=True)
        if score >= cut
    ]
    return sum(called) / (len(called) + wrong)


def _extracted(query: str, choices: list[str]) -> Answer:
    found = process.extract(query, choices, scorer=fuzz.WRatio, limit=10)
    return [(number, score / 100) for _, score, number in found]


def _latin(text: str) -> str:
    return " ".join(plain(word) for word in text.split())
