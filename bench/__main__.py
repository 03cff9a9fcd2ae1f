"""Runs the sections that are named, or all of them, and writes each into its place in docs/benchmarks.md."""

import contextlib
import importlib
import os
import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from tempfile import TemporaryFile

from bench import machine
from bench.options import Options, options
from bench.stage import ROOT

SECTIONS = (
    *("data", "pages", "costs", "tried", "plans", "queries", "weights", "worker"),
    *(
        "names",
        "search",
        "adverts",
        "prevalence",
        "release",
        "imports",
        "memory",
        "linkage",
        "scale",
        "surveys",
        "answers",
        "submissions",
    ),
    "line",
    "setup",
)
ONLY_WHEN_NAMED = {"line", "setup"}  # these need root, and packages from the network
WRITTEN = ROOT / "docs" / "benchmarks.md"
MARK = re.compile(r"^<!-- section: (\w+) -->\n", re.MULTILINE)
HEAD = """# Benchmarks

What is claimed to be fast, measured: medians and ratios, both sides of a comparison in turn within one
run. `make bench` repeats all of it and writes this page anew; `make bench PERSONS=5000` takes a quick
look, `make bench SECTIONS="pages costs"` runs and writes two of its sections, `python -m bench.pages
--persons 5000` shows one without writing it; `SECTIONS=setup` loads packages, and runs only when it is
named. The databases are made once and kept in `var/bench` (or `KAMKOR_BENCH_HOME`). Times are CPU time of
the process unless a column says otherwise: time by the clock depends on what else a machine does. Each
section ends with the day, the machine and how busy it was.
"""


def main(given: Options) -> None:
    """A section that fails ends the run; those before it are written by then."""
    for name in given.sections or [name for name in SECTIONS if name not in ONLY_WHEN_NAMED]:
        if find_spec(f"bench.{name}"):
            with kept() as output:
                importlib.import_module(f"bench.{name}").main(given)
                print(f"\n*{machine.described()} {machine.load()}*", flush=True)
            write(name, output[0])


def write(name: str, text: str) -> None:
    """Put a section into the page, in the place of what it said before."""
    _, *parts = MARK.split(WRITTEN.read_text()) if WRITTEN.exists() else [""]
    sections = dict(zip(parts[::2], parts[1::2], strict=True)) | {name: text}
    order = [*SECTIONS, *(other for other in sections if other not in SECTIONS)]
    page = [HEAD, *(f"<!-- section: {one} -->\n{sections[one]}" for one in order if one in sections)]
    lines = (line.rstrip() for part in page for line in [*part.strip().splitlines(), ""])
    WRITTEN.write_text("\n".join(lines).strip() + "\n")


@contextlib.contextmanager
def kept() -> Iterator[list[str]]:
    """What this process and those that it starts print, as one text in the end."""
    found: list[str] = []
    with TemporaryFile() as file:
        sys.stdout.flush()
        screen = os.dup(1)
        os.dup2(file.fileno(), 1)
        try:
            yield found
        finally:
            sys.stdout.flush()
            os.dup2(screen, 1)
            os.close(screen)
            file.seek(0)
            found.append(file.read().decode())
            sys.stdout.write(found[0])


if __name__ == "__main__":
    main(options())
