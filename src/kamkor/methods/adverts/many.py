"""Many adverts read by two processes; the order, and what is remembered of contacts, stay those of one."""

import itertools
import multiprocessing
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kamkor.methods.adverts.firms import Register
from kamkor.methods.adverts.lines import Advert, advert, answer, row_of
from kamkor.methods.adverts.ranker import ranker
from kamkor.methods.adverts.scoring import Reading, Scorer

_ALONE = 200  # adverts that one process reads before another is worth its start
_AT_ONCE = 100
_PROCESSES = 2
Numbered = tuple[int, bytes]  # a line and its number
_of_process: list["Reader"] = []


@dataclass
class Reader:
    """How adverts are read: with a register or without, and in whose order."""

    register: Register | None = None
    ranked: bool = False

    def __post_init__(self) -> None:
        self.scorer = Scorer(self.register)

    def line(self, advert: Advert, reading: Reading) -> str:
        """The line that goes out."""
        return answer(advert, reading, ranker().score(advert.text, reading) if self.ranked else None)


def answers(lines: Iterable[bytes], reader: Reader) -> Iterator[str]:
    """The line that goes out for every line that comes in, in their order."""
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    for number, line in itertools.islice(numbered, _ALONE):
        yield _read_here(reader, number, line)
    batches = iter(lambda: list(itertools.islice(numbered, _AT_ONCE)), [])
    first = next(batches, None)
    if first is None:
        return
    with multiprocessing.Pool(_PROCESSES, _start, (reader.register, reader.ranked)) as pool:
        for said, found in itertools.chain.from_iterable(
            pool.imap(_read, itertools.chain((first,), batches))
        ):
            yield said if found is None else _remembered(reader, said, *found)


def _read_here(reader: Reader, number: int, line: bytes) -> str:
    one = advert(number, row_of(number, line))
    return reader.line(one, reader.scorer.read(one.text, one.day))


def _remembered(reader: Reader, said: str, one: Advert, alone: Reading) -> str:
    """The line of an advert that was read elsewhere, with what is remembered here of its contacts."""
    reading = reader.scorer.recall(alone)
    return said if reading is alone else reader.line(one, reading)


def _start(register: Register | None, ranked: bool) -> None:
    _of_process.append(Reader(register, ranked))


def _read(batch: list[Numbered]) -> list[tuple[str, tuple[Advert, Reading] | None]]:
    """Of each advert the line, and what it takes to write that anew where a contact was met before."""
    reader = _of_process[-1]
    found = []
    for number, line in batch:
        one = advert(number, row_of(number, line))
        reading = reader.scorer.read_alone(one.text, one.day)
        found.append((reader.line(one, reading), (one, reading) if reading.contacts else None))
    return found
