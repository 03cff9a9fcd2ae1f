"""Runs bandit, and compares what it finds with the written list of findings that were looked at and accepted.

A finding is known by its kind, its file and its line of code, so that it stays known when lines move. One
that is not in the list fails, and so does one of the list that is no longer found. Marks in the code are not
obeyed.
"""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
ACCEPTED = ROOT / "tools" / "insecure_accepted.csv"
EVERYWHERE = "*"


class Finding(NamedTuple):
    test: str
    file: str
    line: str


def main() -> None:
    command: list[str | Path] = [
        Path(sys.executable).parent / "bandit",
        "--quiet",
        "--ignore-nosec",
        "-f",
        "json",
        "-r",
        "src",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        found = findings(json.loads(done.stdout))
    except (json.JSONDecodeError, ValueError) as error:
        sys.exit(f"bandit did not work: {error}\n{done.stderr[-1000:]}")
    wrong = compare(found, accepted(ACCEPTED.read_text()))
    print("\n".join(wrong) or f"{len(found)} findings, each accepted with its reason.")
    if wrong:
        sys.exit(1)


def findings(report: dict[str, list[dict[str, str | int]]]) -> dict[Finding, str]:
    """What bandit found, with its own words; a file that it could not read is an error."""
    if report["errors"]:
        raise ValueError(str(report["errors"]))
    found = {}
    for result in report["results"]:
        lines = (ROOT / str(result["filename"])).read_text().splitlines()
        line = lines[int(result["line_number"]) - 1].strip()
        key = Finding(str(result["test_id"]), str(result["filename"]).removeprefix("./"), line)
        found[key] = f"{result['issue_severity']}: {result['issue_text']}"
    return found


def accepted(text: str) -> dict[Finding, str]:
    """The list: kind, file and line, where an asterisk stands for every one, and the reason."""
    rows = csv.DictReader(text.splitlines())
    return {Finding(row["test"], row["file"], row["line"]): row["reason"] for row in rows}


def compare(found: dict[Finding, str], known: dict[Finding, str]) -> list[str]:
    """What is new, what is accepted without a reason, and what is accepted but no longer there."""
    used = {finding: entry(finding) for finding in found}
    wrong = [
        f"New: {f.test} {f.file}: {f.line}\n  {said}" for f, said in found.items() if used[f] not in known
    ]
    wrong += [f"Without a reason: {e.test} {e.file}: {e.line}" for e, why in known.items() if len(why) < 20]
    stale = set(known) - set(used.values())
    return wrong + [
        f"No longer found, take it from the list: {e.test} {e.file}: {e.line}" for e in sorted(stale)
    ]


def entry(finding: Finding) -> Finding:
    """Under which entry of the list a finding falls; asserts alone are accepted wherever they stand."""
    return Finding("B101", EVERYWHERE, EVERYWHERE) if finding.test == "B101" else finding


if __name__ == "__main__":
    main()
