"""An audit that skipped something, or that nobody answered, has failed."""

import subprocess
import sys
from typing import Any

import pytest

from tests.databases import ON_POSTGRESQL
from tools import audit
from tools.audit import asked, needed_here, of_npm, of_python

GOOD: dict[str, Any] = {"name": "django", "version": "5.2", "vulns": []}


def test_a_skipped_package_fails() -> None:
    skipped = {"name": "Pillow", "skip_reason": "not found"}
    assert of_python({"dependencies": [GOOD, skipped]}, {"django", "pillow"}) == [
        "Pillow was SKIPPED: not found"
    ]


def test_a_package_that_was_never_asked_for_fails() -> None:
    assert of_python({"dependencies": [GOOD]}, {"django", "pillow"}) == ["pillow was not asked for"]


def test_a_hole_is_named_with_the_version_that_mends_it() -> None:
    holed = {**GOOD, "vulns": [{"id": "CVE-1", "fix_versions": ["5.2.1"]}]}
    assert of_python({"dependencies": [holed]}, {"django"}) == ["django 5.2: CVE-1, mended in 5.2.1"]


def test_when_all_were_asked_and_nothing_is_known_it_passes() -> None:
    assert of_python({"dependencies": [GOOD]}, {"Django"}) == []
    assert (
        of_npm(
            {
                "metadata": {"vulnerabilities": {"moderate": 0, "high": 0, "critical": 0}},
                "vulnerabilities": {},
            }
        )
        == []
    )


def test_a_moderate_hole_in_the_front_end_fails_and_a_low_one_does_not() -> None:
    counted = {"moderate": 1, "high": 0, "critical": 0}
    named = {"sass": {"severity": "moderate"}, "esbuild": {"severity": "low"}}
    assert of_npm({"metadata": {"vulnerabilities": counted}, "vulnerabilities": named}) == ["sass: moderate"]
    assert of_npm({"metadata": {"vulnerabilities": counted}, "vulnerabilities": {}}) != []


@pytest.mark.parametrize("said", ["", "offline", "{}", '{"message": "no such endpoint"}'])
def test_without_an_answer_it_fails_and_says_so(said: str) -> None:
    command = [sys.executable, "-c", f"print({said!r})"]
    for read in (of_npm, lambda answer: of_python(answer, set())):
        assert "NOT AUDITED" in asked("base.txt", command, read)[0]


def test_a_program_that_is_missing_is_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = subprocess.CompletedProcess[str]([], 1, "", "network is unreachable")
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **options: failed)
    assert "network is unreachable" in asked("base.txt", ["pip-audit"], of_npm)[0]


@pytest.mark.skipif(ON_POSTGRESQL, reason="no audit looks into the database")
def test_cut_off_from_both_registries_it_fails_and_says_so_for_each_lock(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The real programs, behind a proxy that is not there."""
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NPM_CONFIG_FETCH_RETRIES", "0")
    monkeypatch.setattr(audit, "LOCKS", ("base.txt",))
    with pytest.raises(SystemExit) as ended:
        audit.main()
    assert ended.value.code == 1
    said = capsys.readouterr().out.splitlines()
    assert [line.partition(",")[0] for line in said] == [
        "base.txt: NOT AUDITED",
        "package-lock.json: NOT AUDITED",
    ]


def test_what_only_another_system_needs_is_not_missed() -> None:
    lock = "colorama==0.4.6 ; sys_platform == 'win32' \\\n    --hash=sha256:00\ndjango==5.2 \\\n"
    assert needed_here(lock) == {"django"}


def test_when_every_package_was_skipped_it_says_so_in_one_line() -> None:
    skipped = [{"name": name, "skip_reason": f"{name} not found"} for name in ("django", "pillow")]
    assert of_python({"dependencies": skipped}, {"django", "pillow"}) == [
        "NOT AUDITED, all 2 packages were SKIPPED, the first with: django not found"
    ]
    assert of_python({"dependencies": []}, {"django"}) == ["django was not asked for"]


def test_a_program_that_is_not_there_or_never_answers_is_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "NOT AUDITED" in asked("base.txt", ["no-such-program-here"], of_npm)[0]
    monkeypatch.setattr(audit, "PATIENCE", 0.01)
    command = [sys.executable, "-c", "import time; time.sleep(5)"]
    assert "TimeoutExpired" in asked("base.txt", command, of_npm)[0]
