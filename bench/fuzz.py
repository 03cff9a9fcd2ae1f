"""`python -m bench.fuzz`: many hostile inputs for every form and every operation, into docs/fuzzing.md."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parent.parent
WRITTEN = ROOT / "docs" / "fuzzing.md"
ENGINES = ("sqlite", "postgresql")
FOUND = "\n## What was found"  # written by hand: kept
TESTS = ("tests/walls/test_fuzz.py", "tests/api/test_schema.py")
HEAD = """# Fuzzing

Every page that the resolver knows is asked by somebody who may use it, signed in and with an open vault:
forms whose fields are read from the page itself, filled with what nobody foresaw (huge, cut off, in a wrong
encoding, NUL, lone surrogates, numbers of a million digits, dates that are none, statements, templates,
repeated and missing fields, files that are not what they say), and questions behind the address. `make
fuzz` repeats it with other inputs and writes this page; `make test` does a little of it. Schemathesis does
the same to every operation of the API. Nothing may answer with 500, and a word that is put into every field
may be in no log and in no message of an exception.

| Database | Pages | Inputs to pages | Answers | Verdict |
|---|---|---|---|---|
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=20, help="bodies and questions for each page")
    parser.add_argument("--seconds", type=int, default=900, help="at most, for the pages of each database")
    given = parser.parse_args()
    rows = [one(engine, given.examples, given.seconds) for engine in ENGINES]
    before = WRITTEN.read_text() if WRITTEN.exists() else ""
    _table, mark, found_before = before.partition(FOUND)
    WRITTEN.write_text(HEAD + "".join(line for line, _failed in rows) + mark + found_before)
    print(WRITTEN.read_text())
    sys.exit(any(failed for _line, failed in rows))


def one(engine: str, examples: int, seconds: int) -> tuple[str, bool]:
    """The row of one database, and whether anything broke."""
    with TemporaryDirectory() as folder:
        counted = Path(folder) / "counted.json"
        environment = os.environ | {
            "KAMKOR_TEST_ENGINE": engine,
            "FUZZ_EXAMPLES": str(examples),
            "FUZZ_SECONDS": str(seconds),
            "FUZZ_WRITTEN": str(counted),
            "API_EXAMPLES": str(examples),
        }
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS]
        failed = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode != 0
        found: dict[str, Any] = json.loads(counted.read_text()) if counted.exists() else {}
    answers = ", ".join(f"{status}: {times}" for status, times in sorted(found.get("answers", {}).items()))
    verdict = "something broke" if failed else "nothing broke, nothing was written down"
    return (
        f"| {engine} | {found.get('pages', 0)} | {found.get('inputs', 0)} | {answers} | {verdict} |\n",
        failed,
    )


if __name__ == "__main__":
    main()
