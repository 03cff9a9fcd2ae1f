"""Answers of which equal ones were put together before they came here, such as in a database."""

from collections.abc import Mapping
from dataclasses import dataclass

from kamkor.methods.surveys.counting import Counted, Tally, counted, number
from kamkor.methods.surveys.form import Question

# The answer, that to the question by which groups are told apart, the weight: None where nothing is held.
Same = tuple[str | None, str | None, str | None]


@dataclass(frozen=True)
class Tallied:
    """How many gave each same answer, by question; all under the same grouping and weight."""

    found: Mapping[str, Mapping[Same, int]]

    def absent(self, question: Question) -> bool:
        return all(said is None for said, _group, _weight in self.found.get(question.key, ()))

    def count(self, question: Question, by: Question | None, weight: str) -> Counted:
        same = self.found.get(question.key, {}).items()
        return counted(
            question,
            by,
            ((said or "", group or "", _tally(n, heavy, weight)) for (said, group, heavy), n in same),
        )


def _tally(n: int, heavy: str | None, weight: str) -> Tally:
    return Tally(n, n * ((number(heavy or "") or 0.0) if weight else 1.0))
