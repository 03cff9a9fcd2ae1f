"""What came out of a release, and the papers that go with it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kamkor.cli.releasing.pictures import Line, errors

INSIDE = (
    "For the two people who sign, and for nobody else: this page was computed from the true records. It may "
    "not be published, and no guarantee covers it."
)


class Refused(Exception):
    """No release may come from this file in this way; the reasons say why and what would help."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = list(reasons)


@dataclass
class Outcome:
    """The summary of one release, as it goes to standard output and into the papers."""

    method: str
    status: str = "protected"  # or "draft": cannot be signed off
    reasons: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    figures: dict[str, object] = field(default_factory=dict)  # counts, privacy, risk, utility

    def as_json(self) -> dict[str, object]:
        told: dict[str, object] = {"method": self.method, "status": self.status, "reasons": self.reasons}
        return told | self.figures | {"sign_off": self.sign_off, "files": self.files}

    def told(self) -> str:
        """In plain words."""
        lines = [f"{self.method}: {self.status}", *(f"  {reason}" for reason in self.reasons)]
        utility = self.figures.get("utility")
        if isinstance(utility, dict):
            if short := _short(utility):
                lines.append(f"  utility: {short}")
            if beside := utility.get("columns_permuted_independently"):
                lines.append(f"  columns permuted independently: {_short(beside)}")
        if self.files:
            lines.append(f"  written: {', '.join(self.files)}")
        return "\n".join(lines)

    @property
    def sign_off(self) -> str:
        return "open" if self.status == "protected" else "not allowed"


@dataclass(frozen=True)
class Folder:
    """Where the papers go."""

    place: Path
    outcome: Outcome

    def keep(self, name: str, text: str) -> None:
        (self.place / name).write_text(text, encoding="utf-8")
        self.kept(name)

    def kept(self, name: str) -> None:
        self.outcome.files.append(name)

    def keep_json(self, name: str, told: object) -> None:
        self.keep(name, json.dumps(told, ensure_ascii=False, indent=1) + "\n")

    def risk(self, told: Mapping[str, object], lines: Sequence[str]) -> None:
        """What an attacker could find out, as figures and in words."""
        self.keep_json("risk.json", told)
        self.keep("risk.md", _page("Risk report", [INSIDE, *lines, *_told(self.outcome.reasons)]))

    def utility(self, told: Mapping[str, object], lines: Sequence[str], drawn: Sequence["Drawn"]) -> None:
        """How far published counts are from the true ones, as figures, in words and in pictures."""
        self.keep_json("utility.json", told)
        shown = []
        for picture in drawn:
            self.keep(f"{picture.name}.svg", errors(picture.title, picture.lines))
            shown.append(f"![{picture.title}]({picture.name}.svg)")
        self.keep("utility.md", _page("Utility report", [INSIDE, *lines, *shown]))

    def sheet(self, title: str, lines: Sequence[str]) -> None:
        """The data sheet goes out with the data: nothing exact of the true records may stand in it."""
        self.keep("datasheet.md", _page(title, lines))

    def for_signatures(self, published: Sequence[str]) -> None:
        """Two empty places; that two different people fill them is checked where they sign in."""
        digests = {name: hashlib.sha256((self.place / name).read_bytes()).hexdigest() for name in published}
        place = {"name": "", "date": "", "read": ["risk.md", "utility.md", "datasheet.md"]}
        allowed = self.outcome.status == "protected"
        self.keep_json(
            "signoff.json",
            {
                "status": self.outcome.sign_off,
                "method": self.outcome.method,
                "needs": 2,
                "signatures": [place, dict(place)] if allowed else [],
                "sha256": digests,
                "note": "Two different people sign for these very files; one that changes needs both again."
                if allowed
                else "A draft cannot be signed off: " + " ".join(self.outcome.reasons),
            },
        )


@dataclass(frozen=True)
class Drawn:
    """A picture of a report."""

    name: str
    title: str
    lines: Sequence[Line]


def _short(figures: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value:.5f}" for name, value in figures.items() if isinstance(value, float))


def _told(reasons: Sequence[str]) -> list[str]:
    return ["## To be considered", *(f"- {reason}" for reason in reasons)] if reasons else []


def _page(title: str, lines: Sequence[str]) -> str:
    body = "\n".join(f"\n{line}" if not line.startswith(("- ", "| ")) else line for line in lines)
    return f"# {title}\n{body}\n"
