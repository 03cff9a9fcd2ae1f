"""Many adverts read by two processes; the order, and what is remembered of contacts, stay those of one."""

import itertools
import multiprocessing
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kamkor.methods.adverts.firms import Register
from kamkor.methods.adverts.lines import Advert, answer
from kamkor.methods.adverts.ranker import ranker
from kamkor.methods.adverts.scoring import Reading, Scorer

_ALONE = 1000  # adverts that one process reads before another is worth its start
_AT_ONCE = 100
_PROCESSES = 2
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


def answers(adverts: Iterable[Advert], reader: Reader) -> Iterator[str]:
    """The line that goes out for every advert, in the order in which they come."""
    adverts = iter(adverts)
    for advert in itertools.islice(adverts, _ALONE):
        yield reader.line(advert, reader.scorer.read(advert.text, advert.day))
    following = next(adverts, None)
    if following is None:
        return
    rest = itertools.chain((following,), adverts)
    with multiprocessing.Pool(_PROCESSES, _start, (reader.register, reader.ranked)) as pool:
        for advert, line, contacts, notable in pool.imap(_read, rest, chunksize=_AT_ONCE):
            if reader.scorer.met(contacts):
                yield reader.line(advert, reader.scorer.read(advert.text, advert.day))
            else:
                reader.scorer.remember(contacts, notable=notable)
                yield line


def _start(register: Register | None, ranked: bool) -> None:
    _of_process.append(Reader(register, ranked))


def _read(advert: Advert) -> tuple[Advert, str, set[str], bool]:
    """What the other process must know: the line, the contacts, and whether they are worth remembering."""
    reader = _of_process[-1]
    reading = reader.scorer.read_alone(advert.text, advert.day)
    return advert, reader.line(advert, reading), reading.reached, reading.notable
