"""The survey of 36 organisations of 2003: answers that have its published shares, question by question.

Only the margins were published: who gave which two answers together is not known, and means nothing here.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from kamkor.methods.surveys.form import SEVERAL, Form

ANSWERS = 36


@dataclass(frozen=True)
class Share:
    question: str
    value: str
    printed: str
    count: int | None  # how many of 36; None where no number of them gives the share


def published() -> list[Share]:
    with Path(__file__).with_suffix(".csv").open(newline="") as file:
        return [
            Share(row["question"], row["value"], row["printed"], int(row["count"]) if row["count"] else None)
            for row in csv.DictReader(file)
        ]


def answers(form: Form) -> list[dict[str, str]]:
    """36 rows; those whose answer the report does not give have none."""
    said: dict[str, list[str]] = defaultdict(list)
    for share in published():
        question = form.question(share.question)
        assert question is not None
        assert share.value in {choice.name for choice in question.choices}
        if question.kind == SEVERAL:
            column = said[share.question] or [""] * ANSWERS
            chosen = share.count or 0
            said[share.question] = [
                f"{before} {share.value}".strip() if place < chosen else before
                for place, before in enumerate(column)
            ]
        else:
            said[share.question] += [share.value] * (share.count or 0)
    return [
        {key: column[place] for key, column in said.items() if place < len(column)}
        for place in range(ANSWERS)
    ]
