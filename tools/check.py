"""Runs every check of `make test` in turn, goes on after a failure, and names what failed at the end."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.postgres import NoPostgres, cluster
from tests.ready import READY, SERVER

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
TYPES = "Types"
TESTS_FAILED = 1  # as pytest tells it; more than that is a broken run
SHORT = ["--quiet", "--output-format=concise"]
PYTEST = [sys.executable, "-m", "pytest", "-q", "--ignore=tests/journeys", "-n", "2", "--dist", "worksteal"]
JOURNEYS = [sys.executable, "-m", "pytest", "-q", "tests/journeys", "-n", "2", "--dist", "loadgroup"]


@dataclass(frozen=True)
class Step:
    """One check; a `loud` one shows its output while it runs, the others only when they fail."""

    name: str
    command: Sequence[str | Path]
    loud: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    begun: Future[bool] | None = None  # runs beside the others already
    failed_alone: Sequence[str] = ()  # options by which the command runs once more only what failed

    def run(self) -> bool:
        if self.begun is not None:
            return self.begun.result()
        status = self._run(self.command)
        if status == TESTS_FAILED and self.failed_alone:
            print(
                "Once more, by itself, what failed: UNSTEADY, and to be mended, if it passes now.", flush=True
            )
            status = self._run([*self.command, *self.failed_alone])
        return status == 0

    def _run(self, command: Sequence[str | Path]) -> int:
        output = None if self.loud else subprocess.PIPE
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **self.environment},
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        if done.returncode and done.stdout:
            print(f"\n{done.stdout.rstrip()}", flush=True)
        return done.returncode


def lint() -> list[Step]:
    templates = sorted((ROOT / "src").rglob("templates/**/*.html"))
    return [
        Step("Format of Python", [BIN / "ruff", "format", "--check", *SHORT, "."]),
        Step("Lint of Python", [BIN / "ruff", "check", *SHORT, "."]),
        Step("Format of templates", [BIN / "djade", "--target-version", "5.2", "--check", *templates]),
        Step(TYPES, [BIN / "mypy"]),
        Step("Import contracts", [BIN / "lint-imports"]),
        Step("Insecure code", [sys.executable, "-m", "tools.insecure"]),
        Step("Migrations", [sys.executable, "-m", "django", "makemigrations", "--check"]),
        Step("Messages in every language", [sys.executable, "-m", "tools.messages"]),
    ]


def tests() -> list[Step]:
    postgresql = {"KAMKOR_TEST_ENGINE": "postgresql"}
    steps = [Step("Tests on SQLite", PYTEST, loud=True)]
    if SERVER in os.environ:
        steps.append(Step("Tests on PostgreSQL", PYTEST, loud=True, environment=postgresql))
    # A browser on a busy machine stumbles over what no person would; it says so and does not hide it.
    return [*steps, Step("Journeys in a browser", JOURNEYS, loud=True, failed_alone=["--last-failed"])]


def start_postgresql() -> None:
    """A server for the tests; without one the CI fails, and anybody else is told."""
    try:
        os.environ[SERVER] = cluster().url_admin
    except NoPostgres as problem:
        print(f"\n*** NOT TESTED ON POSTGRESQL. {problem} ***\n", flush=True)
        if os.environ.get("CI") == "true":
            sys.exit("CI must test on PostgreSQL.")


def need_java() -> None:
    """JavaRosa fills our forms; without Java the CI fails, and anybody else is told."""
    if shutil.which("javac") is None:
        print("\n*** NOT TESTED WITH JAVAROSA. Mend: apt-get install default-jdk-headless ***\n", flush=True)
        if os.environ.get("CI") == "true":
            sys.exit("CI must test with JavaRosa.")


def everything(home: Path) -> list[str]:
    """All checks. What takes one core alone runs beside the others: the tests' databases are made, and the
    types looked at, which is told before the journeys."""
    os.environ[READY] = str(home)
    start_postgresql()
    types, *others = sorted(lint(), key=lambda step: step.name != TYPES)
    *databases, journeys = tests()
    with ThreadPoolExecutor(1) as beside, subprocess.Popen([sys.executable, "-m", "tests.ready"], cwd=ROOT):
        begun = replace(types, begun=beside.submit(types.run))
        return run([*others, *databases, begun, journeys])


def run(steps: list[Step]) -> list[str]:
    """Run the steps, each with its name and seconds, and give the names of those that failed."""
    failed = []
    for number, step in enumerate(steps, 1):
        print(f"{number}/{len(steps)} {step.name} …", end="\n" if step.loud else " ", flush=True)
        started = time.monotonic()
        good = step.run()
        # After the last tests their own closing line stays the last.
        if not (good and step.loud and number == len(steps)):
            print(f"{'ok' if good else 'FAILED'}, {time.monotonic() - started:.1f} s", flush=True)
        if not good:
            failed.append(step.name)
    return failed


def main(part: str) -> None:
    # Some thirty processes import the same modules: what one has compiled the others read.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(DJANGO_SETTINGS_MODULE="kamkor.settings", KAMKOR_HOME=home)
        failed = run(lint()) if part == "lint" else everything(Path(home))
    if failed:
        sys.exit(f"Failed: {'; '.join(failed)}.")


if __name__ == "__main__":
    main("".join(sys.argv[1:]))
