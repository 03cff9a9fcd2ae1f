"""What bandit finds is known with its reason, or fails; so does a reason for what is no longer there."""

import pytest

from tools.insecure import ACCEPTED, EVERYWHERE, Finding, accepted, compare, findings

SHELL = Finding("B602", "src/kamkor/cli/start.py", "subprocess.run(text, shell=True)")
ASSERT = Finding("B101", "src/kamkor/vault/files.py", "assert key")
KNOWN = {SHELL: "the text is written out in the line above"}
ASSERTS = {Finding("B101", EVERYWHERE, EVERYWHERE): "for the type checker alone, see there"}


@pytest.mark.asvs("1.2.4", "1.2.5", "1.3.2", "11.4.1")
def test_a_new_finding_fails() -> None:
    assert compare({SHELL: "HIGH: shell"}, {})[0].startswith("New: B602")
    other = SHELL._replace(line="subprocess.run(other, shell=True)")
    assert "New" in compare({SHELL: "", other: ""}, KNOWN)[0]


def test_what_was_looked_at_is_accepted_and_asserts_everywhere() -> None:
    assert compare({SHELL: "", ASSERT: ""}, KNOWN | ASSERTS) == []


def test_a_stale_entry_fails() -> None:
    assert "No longer found" in compare({}, KNOWN)[0]


def test_an_entry_without_a_reason_fails() -> None:
    assert "Without a reason" in compare({SHELL: ""}, {SHELL: "fine"})[0]


def test_every_accepted_finding_has_its_reason() -> None:
    assert all(len(reason) >= 20 for reason in accepted(ACCEPTED.read_text()).values())


def test_a_finding_is_known_by_its_line_of_code() -> None:
    result: dict[str, str | int] = {
        "test_id": "B105",
        "filename": "src/kamkor/settings.py",
        "line_number": 1,
        "issue_severity": "LOW",
        "issue_text": "password",
    }
    (found,) = findings({"errors": [], "results": [result]})
    assert found.line.startswith('"""All settings')
