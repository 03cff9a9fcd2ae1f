"""What `python -m bench` and each of its sections may be asked for."""

import argparse
from dataclasses import dataclass

SIZES = {"postgresql": 1_000_000, "sqlite": 100_000}  # persons


@dataclass(frozen=True)
class Options:
    sizes: dict[str, int]
    rounds: int
    sections: tuple[str, ...] = ()

    def arguments(self) -> list[str]:
        return ["--rounds", str(self.rounds)]


def options() -> Options:
    """From the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("sections", nargs="*", help="only these, e.g. pages costs")
    parser.add_argument("--persons", type=int, help="size of every database (e.g. 5000 for a quick look)")
    parser.add_argument("--engine", choices=[*SIZES], help="only this database")
    parser.add_argument("--rounds", type=int, default=60, help="requests of each page and side")
    given = parser.parse_args()
    engines = [given.engine] if given.engine else [*SIZES]
    sizes = {engine: given.persons or SIZES[engine] for engine in engines}
    return Options(sizes, given.rounds, tuple(given.sections))
