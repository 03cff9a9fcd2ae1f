"""`python -m bench.faults`: what faults do, on both databases; the table goes into docs/faults.md."""

import argparse
import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from bench.faults.place import ROOT, place

WRITTEN = ROOT / "docs" / "faults.md"
ENGINES = ("sqlite", "postgresql")


def main() -> None:
    given = options()
    if given.engine:
        sys.exit(run(given))
    begun = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.faults", *sys.argv[1:], "--engine", engine],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for engine in ENGINES
    ]
    results = [json.loads(each.communicate()[0].splitlines()[-1]) for each in begun]
    from bench.faults import table

    _table, mark, found_before = WRITTEN.read_text().partition(table.EARLIER)
    WRITTEN.write_text(table.page(results) + mark + found_before)
    print(WRITTEN.read_text())
    sys.exit(any(result["wrong"] for result in results))


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=250, help="of workers, on each database")
    parser.add_argument("--workers", type=int, default=5)
    parser.add_argument("--engine", choices=ENGINES, help="one alone, without writing the page")
    parser.add_argument("--databases", type=Path, help="a folder with empty ones of SQLite")
    parser.add_argument("--short", action="store_true", help="kills, two people at once and the log alone")
    return parser.parse_args()


def run(given: argparse.Namespace) -> int:
    with ExitStack() as opened:
        here = opened.enter_context(place(given.engine, given.workers, given.databases))
        os.environ.update(here.environment())
        import django

        django.setup()
        from bench.faults import scenes
        from bench.faults.stage import Stage

        stage = Stage(here, opened)
        begun = time.monotonic()
        result = scenes.play(stage, kills=given.kills, short=given.short)
        result |= {"engine": given.engine, "seconds": round(time.monotonic() - begun)}
        print(json.dumps(result), flush=True)
    return int(bool(result["wrong"]))


if __name__ == "__main__":
    main()
