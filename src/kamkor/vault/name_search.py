"""One search in an index of sealed names: which buckets it opens, and when it has seen enough."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Protocol

from kamkor.methods import names as spelling
from kamkor.methods.name_buckets import Reading, Step
from kamkor.methods.name_index import Match, NameIndex

Entry = tuple[int, str]
_OPENED_AT_ONCE = 1_000  # entries, or one bucket, before it is looked whether somebody fits
_NO_BETTER = 0.93  # one bucket is enough if somebody in it fits this well,
_WELL = 0.88  # and some are if somebody in them fits as this


class Index(Protocol):
    """What is filed under one secret."""

    def sizes(self, keys: Iterable[str]) -> dict[str, int]: ...

    def entries(self, keys: Iterable[str]) -> set[Entry]: ...


def is_number(text: str) -> bool:
    return text.startswith("+")


class Search:
    """One search: which buckets it has opened, and who was found in them."""

    def __init__(self, secrets: Sequence[Index], asked: list[str], top: int) -> None:
        self._secrets, self._top = secrets, top
        self._readings = [Reading(asked, ())]
        self._opened: set[str] = set()
        self._seen: set[Entry] = set()
        self._parts: list[NameIndex[int]] = []
        self._scores: dict[int, float] = {}
        self.best = 0.0

    def found(self) -> list[Match[int]]:
        ranked = sorted((-score, subject_id) for subject_id, score in self._scores.items())
        return [Match(subject_id, -score) for score, subject_id in islice(ranked, self._top)]

    def take(self, step: Step) -> None:
        """Read what was opened as the step says too, then open its buckets until somebody fits well."""
        for part in self._parts:
            for reading in step.readings:
                self._read(part, reading)
        self._readings += step.readings
        left = step.at_most
        for keys, size in self._portions(step.keys - self._opened):
            left -= size
            if self.best >= (_WELL if len(self._parts) > 1 else _NO_BETTER) or (left < 0 and self._parts):
                break
            self._open(keys)

    def _portions(self, keys: set[str]) -> Iterator[tuple[list[str], int]]:
        """The smallest buckets first, with the number of entries; empty ones are left out."""
        sizes = Counter[str]()
        for secret in self._secrets:
            sizes.update(secret.sizes(keys))
        portion: list[str] = []
        held = 0
        for key in sorted(filter(sizes.get, keys), key=lambda key: (sizes[key], key)):
            if portion and (not self._parts or held + sizes[key] > _OPENED_AT_ONCE):
                yield portion, held
                portion, held = [], 0
            portion.append(key)
            held += sizes[key]
        if portion:
            yield portion, held

    def _open(self, keys: list[str]) -> None:
        self._opened.update(keys)
        entries = {entry for secret in self._secrets for entry in secret.entries(keys)} - self._seen
        self._seen |= entries
        part = NameIndex(sorted(entry for entry in entries if not is_number(entry[1])))
        self._parts.append(part)
        for reading in self._readings:
            self._read(part, reading)

    def _read(self, part: NameIndex[int], reading: Reading) -> None:
        if reading.telling and not any(map(part.hears, reading.telling)):
            return
        share = spelling.OTHER_READING if reading.telling else 1.0
        for match in part.find(reading.words, top=self._top, cut=spelling.CUT):
            score = max(match.score * share, self._scores.get(match.id, 0.0))
            self._scores[match.id] = score
            self.best = max(self.best, score)
