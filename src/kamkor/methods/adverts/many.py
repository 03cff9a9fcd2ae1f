"""Many adverts read by two processes; the order, and what is remembered of contacts, stay those of one."""

import itertools
import multiprocessing
from collections import deque
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
    given: deque[list[Numbered]] = deque()
    with multiprocessing.Pool(_PROCESSES, _start, (reader.register, reader.ranked)) as pool:
        for found in pool.imap(_read, _kept(itertools.chain((first,), batches), given)):
            for (number, line), (said, contacts, notable) in zip(given.popleft(), found, strict=True):
                if reader.scorer.met(contacts):
                    yield _read_here(reader, number, line)
                else:
                    reader.scorer.remember(contacts, notable=notable)
                    yield said


def _kept(batches: Iterable[list[Numbered]], given: deque[list[Numbered]]) -> Iterator[list[Numbered]]:
    for batch in batches:
        given.append(batch)
        yield batch


def _read_here(reader: Reader, number: int, line: bytes) -> str:
    one = advert(number, row_of(number, line))
    return reader.line(one, reader.scorer.read(one.text, one.day))


def _start(register: Register | None, ranked: bool) -> None:
    _of_process.append(Reader(register, ranked))


def _read(batch: list[Numbered]) -> list[tuple[str, set[str], bool]]:
    """Of each advert the line, the contacts, and whether they are worth remembering."""
    reader = _of_process[-1]
    found = []
    for number, line in batch:
        one = advert(number, row_of(number, line))
        reading = reader.scorer.read_alone(one.text, one.day)
        found.append((reader.line(one, reading), reading.reached, reading.notable))
    return found
