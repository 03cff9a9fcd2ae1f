"""Answers to a questionnaire as tables: seconds for a million submissions, beside plain Python.

`python -m bench.surveys 50000` takes a quick look; without a number it is 1,000,000 submissions.
"""

import csv
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.options import Options
from kamkor.methods.surveys.counting import Rows
from kamkor.methods.surveys.tables import Asked, tabulate
from kamkor.methods.surveys.xlsform import read_form
from tests.methods.surveys.books import workbook

FULL = 1_000_000
PLAIN = 100_000  # submissions by which plain Python is measured
REGIONS = "bishkek osh jalal_abad batken naryn talas chuy issyk_kul osh_city".split()
ONE, SEVERAL, NUMBERS = 12, 4, 4  # questions of each kind
KINDS_ASKED = (("o", ONE), ("s", SEVERAL), ("n", NUMBERS))
KINDS = {"o": ("one", "abcde"), "s": ("several", "abcdef"), "n": ("number", "")}


def main(_given: Options | None = None, submissions: int = FULL) -> None:
    """Prints the section of the page of benchmarks."""
    print(f"## Answers as tables\n\n`kamkor forms table --by region`: {submissions:,} submissions of a form")
    print(f"with {ONE} questions of one answer, {SEVERAL} of several, {NUMBERS} numbers, in nine oblasts.\n")
    print("| What | Seconds by the clock | CPU seconds |\n| --- | --- | --- |")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "form.xlsx").write_bytes(form())
        answers = folder / "answers.csv"
        size = written(answers, submissions)
        clock, cpu = command(folder)
        print(f"| a CSV of {size / 1e6:.0f} MB, read and counted in columns | {clock:.1f} | {cpu:.1f} |")
        clock, cpu = by_hand(folder)
        print(f"| the same counts written by hand in polars | {clock:.1f} | {cpu:.1f} |")
        clock, cpu = plain(folder, min(PLAIN, submissions))
        rows = min(PLAIN, submissions)
        print(f"| {rows:,} of them in plain Python, row by row | {clock:.1f} | {cpu:.1f} |")


def form() -> bytes:
    questions = [("select_one region", "region", "Region")]
    questions += [(f"select_one {'o'}", f"o{number}", f"One {number}") for number in range(ONE)]
    questions += [(f"select_multiple {'s'}", f"s{number}", f"Several {number}") for number in range(SEVERAL)]
    questions += [("integer", f"n{number}", f"Number {number}") for number in range(NUMBERS)]
    choices = [("region", name, name) for name in REGIONS]
    choices += [(name, choice, choice) for name, (_kind, given) in KINDS.items() for choice in given]
    head = ("type", "name", "label"), ("list_name", "name", "label")
    return workbook({"survey": [head[0], *questions], "choices": [head[1], *choices]})


def names() -> list[str]:
    return ["region", *(f"{kind}{n}" for kind, many in KINDS_ASKED for n in range(many))]


def made_up(submissions: int) -> Iterator[list[str]]:
    """Answers in the order of the names, a tenth of them missing."""
    rng = random.Random(1)
    several = ["", *(" ".join(rng.sample("abcdef", rng.randint(1, 4))) for _ in range(60))]
    for _number in range(submissions):
        row = [rng.choice(REGIONS)]
        row += rng.choices(["a", "b", "c", "d", "e", ""], k=ONE)
        row += rng.choices(several, k=SEVERAL)
        row += [str(value) if value < 90 else "" for value in rng.choices(range(100), k=NUMBERS)]
        yield row


def written(path: Path, submissions: int) -> int:
    """Its size in bytes."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*names(), "KEY"])
        for number, row in enumerate(made_up(submissions)):
            writer.writerow([*row, f"uuid:{number}"])
    return path.stat().st_size


def command(folder: Path) -> tuple[float, float]:
    """Seconds of the whole command, by the clock and of all its threads."""
    arguments = [
        "forms",
        "table",
        folder / "form.xlsx",
        "--answers",
        folder / "answers.csv",
        "--by",
        "region",
        "--json",
    ]
    timed = "import resource, sys; from kamkor.cli import main\ntry: main(sys.argv[1:])\nfinally:"
    timed += " u = resource.getrusage(resource.RUSAGE_SELF); print(u.ru_utime + u.ru_stime, file=sys.stderr)"
    clock = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", timed, *map(str, arguments)], capture_output=True, check=True
    )
    waited = time.perf_counter() - clock
    assert len(json.loads(done.stdout)["tables"]) == ONE + SEVERAL + NUMBERS
    return waited, float(done.stderr.split()[-1])


def by_hand(folder: Path) -> tuple[float, float]:
    """What somebody would write who needs these counts once."""
    timed = f"import resource\nfrom bench.by_hand import polars\npolars('{folder / 'answers.csv'}')\n"
    timed += "u = resource.getrusage(resource.RUSAGE_SELF); print(u.ru_utime + u.ru_stime)"
    clock = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", timed], capture_output=True, check=True)
    return time.perf_counter() - clock, float(done.stdout.split()[-1])


def plain(folder: Path, submissions: int) -> tuple[float, float]:
    """The same answers without polars."""
    asks, _flaws = read_form("form.xlsx", (folder / "form.xlsx").read_bytes())
    clock, before = time.perf_counter(), time.process_time()
    with (folder / "answers.csv").open(newline="") as file:
        rows = [row for row, _ in zip(csv.DictReader(file), range(submissions), strict=False)]
    tabulate(asks, Rows(rows), Asked(by="region"))
    return time.perf_counter() - clock, time.process_time() - before


if __name__ == "__main__":
    main(submissions=int(sys.argv[1]) if len(sys.argv) > 1 else FULL)
