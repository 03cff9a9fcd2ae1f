"""The register of figures: loaded from the release, kept by statisticians; conflicts stand side by side."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.base.actions import action
from kamkor.base.problems import Problem
from kamkor.codes import figures
from kamkor.methods.disagreement import Spread, spread
from kamkor.statistics.models import Figure, FigureChange

FIELDS = ("subject", "question", "unit", "said", "low", "high", "period", "place", "definition", "source")


@transaction.atomic
def load() -> int:
    """Bring the register to the released figures; gives how many are new. Rows edited here are kept."""
    held = {row.code: row for row in Figure.objects.all()}
    new: list[Figure] = []
    old: list[Figure] = []
    for figure in figures.read():
        facts = asdict(figure)
        row = held.get(figure.code)
        if row is None:
            new.append(Figure(**facts))
        elif row.edited_at is None and any(getattr(row, name) != facts[name] for name in facts):
            for name, value in facts.items():
                setattr(row, name, value)
            old.append(row)
    Figure.objects.bulk_create(new)
    Figure.objects.bulk_update(old, [*FIELDS, "measure", "status"])
    return len(new)


@dataclass(frozen=True)
class Conflict:
    """Figures that answer the same question."""

    figures: list[Figure]
    spread: Spread

    @property
    def title(self) -> str:
        return self.figures[0].measured


def conflicts(rows: Iterable[Figure]) -> list[Conflict]:
    """Where at least two figures answer one question, by how many times they differ, the widest first."""
    asked: defaultdict[str, list[Figure]] = defaultdict(list)
    for row in rows:
        if row.question:
            asked[row.question].append(row)
    found = []
    for group in asked.values():
        apart = spread((row.low, row.high) for row in group)
        if apart is not None:
            found.append(Conflict(sorted(group, key=lambda row: row.low or 0), apart))
    return sorted(found, key=_widest)


def _widest(conflict: Conflict) -> tuple[bool, float, str]:
    ratio = conflict.spread.ratio
    return ratio is not None, -float(ratio or 0), conflict.title


@action("figure.add")
def add(actor: Actor, desk: Desk, *, facts: Mapping[str, object], measure: Mapping[str, str]) -> Figure:
    """A figure that somebody has published, beside those that are there already."""
    words = slugify(f"{facts['subject']}-{facts['period']}-{measure['en']}")[:66]
    same = Figure.objects.filter(code__startswith=words).count()
    figure = Figure(code=f"{words}-{same + 1}", measure=dict(measure), edited_at=timezone.now())
    for name, value in facts.items():
        setattr(figure, name, value)
    figure.save()
    return figure


@action("figure.edit")
def edit(
    actor: Actor, figure: Figure, *, facts: Mapping[str, object], measure: Mapping[str, str], why: str
) -> Figure:
    """Correct a figure; what it was, who changed it and why is kept."""
    if not why.strip():
        raise Problem(_("Say why the figure is changed"))
    given = {**facts, "measure": {**figure.measure, **measure}}
    changed = {name: value for name, value in given.items() if getattr(figure, name) != value}
    FigureChange.objects.bulk_create(
        FigureChange(
            figure=figure,
            field=name,
            old=_text(getattr(figure, name)),
            new=_text(value),
            why=why.strip(),
            by=actor.signed_in,
        )
        for name, value in changed.items()
    )
    for name, value in changed.items():
        setattr(figure, name, value)
    figure.edited_at = timezone.now()
    figure.save()
    return figure


def _text(value: object) -> str:
    if isinstance(value, dict):
        return " / ".join(filter(None, value.values()))
    return "" if value is None else str(value)
