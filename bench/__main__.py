"""Runs every section one after the other and writes what they print into docs/benchmarks.md."""

import contextlib
import importlib
import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from tempfile import TemporaryFile

from bench import machine
from bench.options import Options, options
from bench.stage import ROOT

SECTIONS = ("data", "pages", "names", "search", "imports")
WRITTEN = ROOT / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

What is claimed to be fast, measured: medians and ratios, both sides of a comparison in turn within one run.
`make bench` repeats all of it and writes this page anew; `make bench PERSONS=5000` takes a quick look and
`python -m bench.pages --persons 5000` runs one section. The databases are made once and kept in `var/bench`
(or `KAMKOR_BENCH_HOME`). Times are CPU time of the process unless a column says otherwise: time by the clock
depends on what else a machine does.

"""


def main(given: Options) -> None:
    with kept() as output:
        print(f"{HEAD}{machine.described()}\n", flush=True)
        for name in SECTIONS:
            if find_spec(f"bench.{name}"):
                importlib.import_module(f"bench.{name}").main(given)
                sys.stdout.flush()
        print(machine.load(), flush=True)
    text = "\n".join(line.rstrip() for line in output[0].splitlines())
    WRITTEN.write_text(f"{text}\n")


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
