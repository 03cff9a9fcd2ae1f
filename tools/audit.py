"""Asks the registries' databases for known holes in the locked packages; what was not answered has failed.

An audit that passes because it skipped packages, or because nobody answered, is worse than none.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from tools.sbom import PIN

ROOT = Path(__file__).parent.parent
LOCKS = ("base.txt", "science.txt", "spark.txt", "dev.txt")
PATIENCE = 600  # seconds for one lock
SEVERE = {"moderate", "high", "critical"}


def main() -> None:
    wrong = [problem for lock in LOCKS for problem in python(lock)] + npm()
    print("\n".join(wrong) or "No known hole in any locked package; none was skipped.")
    if wrong:
        sys.exit(1)


def python(lock: str) -> list[str]:
    path = ROOT / "requirements" / lock
    options = ["--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off"]
    command = [str(Path(sys.executable).parent / "pip-audit"), *options, "--requirement", str(path)]
    wanted = needed_here(path.read_text())
    return asked(lock, command, lambda answer: of_python(answer, wanted))


def npm() -> list[str]:
    command = ["npm", "audit", "--json", "--package-lock-only"]
    return asked("package-lock.json", command, of_npm, folder=ROOT / "frontend")


def asked(
    lock: str, command: list[str], read: Callable[[Any], list[str]], *, folder: Path = ROOT
) -> list[str]:
    """What is wrong according to a program; that it could not say is wrong too."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired) as failure:
        return [f"{lock}: NOT AUDITED, {command[0]} gave no answer ({type(failure).__name__})"]
    try:
        return [f"{lock}: {problem}" for problem in read(json.loads(done.stdout))]
    except (json.JSONDecodeError, KeyError, TypeError):
        said = " ".join((done.stderr or done.stdout or "no answer").split())
        return [f"{lock}: NOT AUDITED, the database of known holes did not answer ({said[-300:]})"]


def needed_here(lock: str) -> set[str]:
    """The packages of a lock whose markers hold on this system: the others pip-audit does not ask for."""
    lines = [line.rstrip(" \\") for line in lock.splitlines() if PIN.match(line)]
    return {
        found.name for found in map(Requirement, lines) if found.marker is None or found.marker.evaluate()
    }


def of_python(answer: dict[str, Any], wanted: set[str]) -> list[str]:
    found = []
    names = {canonical(entry["name"]) for entry in answer["dependencies"]}
    skipped = [entry["skip_reason"] for entry in answer["dependencies"] if "skip_reason" in entry]
    if len(skipped) == len(answer["dependencies"]) > 1:
        return [f"NOT AUDITED, all {len(skipped)} packages were SKIPPED, the first with: {skipped[0]}"]
    for entry in answer["dependencies"]:
        if "skip_reason" in entry:
            found.append(f"{entry['name']} was SKIPPED: {entry['skip_reason']}")
        for hole in entry.get("vulns", []):
            mend = ", ".join(hole["fix_versions"]) or "none yet"
            found.append(f"{entry['name']} {entry['version']}: {hole['id']}, mended in {mend}")
    missing = {canonical(name) for name in wanted} - names
    return found + [f"{name} was not asked for" for name in sorted(missing)]


def of_npm(answer: dict[str, Any]) -> list[str]:
    counted = answer["metadata"]["vulnerabilities"]
    holes = [
        f"{name}: {hole['severity']}"
        for name, hole in answer["vulnerabilities"].items()
        if hole["severity"] in SEVERE
    ]
    if not holes and any(counted[level] for level in SEVERE):
        return ["holes are counted, and none is named"]
    return holes


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    main()
