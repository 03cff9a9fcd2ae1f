"""Writes docs/asvs.md: each requirement of OWASP ASVS 5.0 in scope, with the tests or evidence that meet it.

What is asked, in our words, with its state and evidence, is in tools/asvs.csv; which tests meet it is written
on the tests: `@pytest.mark.asvs("6.2.1")`. A requirement counts as met only with one of the two.
"""

import ast
import csv
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
LIST = ROOT / "tools" / "asvs.csv"
WRITTEN = ROOT / "docs" / "asvs.md"
MET, NOT_YET, NOT_APPLICABLE = "met", "not yet", "not applicable"
CHAPTERS = [
    *("Encoding and sanitization", "Validation and business logic", "Web frontend security"),
    *("API and web service", "File handling", "Authentication", "Session management", "Authorization"),
    *("Self-contained tokens", "OAuth and OIDC", "Cryptography", "Secure communication", "Configuration"),
    *("Data protection", "Secure coding and architecture", "Security logging and error handling", "WebRTC"),
]
HEAD = """# ASVS

The requirements of the OWASP Application Security Verification Standard 5.0.0 at level 2, with all of
chapters 8 and 14 at level 3, in our own short words: the standard has the full text. *Met* means that a test
holds it, or that the evidence named can be looked at; nobody else has verified it. Written by `make asvs`
from `tools/asvs.csv` and the marks on the tests; a test fails when it is stale.

"""
COUNTS = "| Chapter | In scope | Met | of these by a test | Not yet | Not applicable |"
ROWS = "| | Level | What | State | Tests, evidence or reason |"


class Row(NamedTuple):
    id: str
    level: int
    what: str
    state: str
    evidence: str

    @property
    def chapter(self) -> int:
        return int(self.id.split(".")[0])


def main() -> None:
    rows, tests = listed(LIST.read_text()), marked()
    if wrong := problems(rows, tests):
        sys.exit("\n".join(wrong))
    WRITTEN.write_text(page(rows, tests))
    counts = Counter(row.state for row in rows)
    print(f"{counts[MET]} met, {counts[NOT_YET]} not yet, {counts[NOT_APPLICABLE]} not applicable.")


def listed(text: str) -> list[Row]:
    rows = csv.DictReader(text.splitlines())
    return [Row(r["id"], int(r["level"]), r["what"], r["state"], r["evidence"]) for r in rows]


def marked(root: Path = ROOT) -> dict[str, list[str]]:
    """The tests by the requirements that they are marked with; read, not run."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((root / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                for requirement in marks(node):
                    found[requirement].append(f"{path.relative_to(root)}::{node.name}")
    return found


def marks(node: ast.FunctionDef) -> Iterator[str]:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.asvs":
            yield from (ast.literal_eval(argument) for argument in decorator.args)


def problems(rows: list[Row], tests: dict[str, list[str]]) -> list[str]:
    """What must not be said so: met by nothing, not met without a reason, or met and not met at once."""
    wrong = [f"{name} is not in the list" for name in sorted(set(tests) - {row.id for row in rows})]
    for row in rows:
        proofs = tests.get(row.id, [])
        if row.state not in {MET, NOT_YET, NOT_APPLICABLE}:
            wrong.append(f"{row.id} has no state")
        if row.state == MET and not proofs and not row.evidence:
            wrong.append(f"{row.id} is met by nothing")
        if row.state != MET and (proofs or not row.evidence):
            wrong.append(f"{row.id} is not met, and needs a reason and no test")
        wrong += [f"{row.id} names {path}, which is not there" for path in gone(row.evidence)]
    return wrong


def gone(evidence: str) -> list[str]:
    named = re.findall(r"`((?:src|docs|deploy|tools|tests|frontend|requirements)/[^`]*)`", evidence)
    return [path for path in named if not (ROOT / path).exists()]


def page(rows: list[Row], tests: dict[str, list[str]]) -> str:
    by_chapter: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_chapter[row.chapter].append(row)
    lines = [COUNTS, "|---|--:|--:|--:|--:|--:|"]
    for chapter, those in by_chapter.items():
        lines.append(f"| V{chapter} {CHAPTERS[chapter - 1]} | {counted(those, tests)} |")
    lines.append(f"| **All** | {counted(rows, tests)} |")
    for chapter, those in by_chapter.items():
        lines += ["", f"## V{chapter} {CHAPTERS[chapter - 1]}", "", ROWS, "|---|--:|---|---|---|"]
        for row in those:
            proofs = [f"`{name}`" for name in tests.get(row.id, [])]
            proofs += [row.evidence] if row.evidence else []
            lines.append(f"| {row.id} | {row.level} | {row.what} | {row.state} | {'; '.join(proofs)} |")
    return HEAD + "\n".join(lines) + "\n"


def counted(rows: list[Row], tests: dict[str, list[str]]) -> str:
    states = Counter(row.state for row in rows)
    tested = sum(row.id in tests for row in rows)
    return " | ".join(map(str, (len(rows), states[MET], tested, states[NOT_YET], states[NOT_APPLICABLE])))


if __name__ == "__main__":
    main()
