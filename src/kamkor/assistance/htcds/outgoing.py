"""Every case of a desk as rows of HTCDS: what came from elsewhere as it came, with what has changed since."""

import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from django.db import models
from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.assistance.htcds import mapping
from kamkor.assistance.htcds.mapping import Harm, Plan, Terms, terms
from kamkor.assistance.htcds.overlay import overlay
from kamkor.assistance.models import Case, Exploitation, Goal, Note
from kamkor.identification.models import Fact
from kamkor.methods.htcds import CaseBundle, Record, read
from kamkor.methods.htcds.reader import CASE_COLUMNS
from kamkor.methods.sheets.cells import squeeze
from kamkor.people.files import read_particulars
from kamkor.people.models import Consent

OUR_COLUMNS = ("CaseId", "CaseCode", "CaseNumber")
DECIDED = ("confirmed", "not_confirmed")
Row = TypeVar("Row", bound=models.Model)


@dataclass
class Held:
    """What the desk has about one case; sealed texts are in `texts` by item, if our keys open them."""

    case: Case
    texts: Mapping[uuid.UUID, str] = field(repr=False)
    particulars: dict[str, list[str]] = field(default_factory=dict, repr=False)
    harms: list[Exploitation] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    agreed: bool = False

    @property
    def source(self) -> Exploitation | None:
        """The row with the sealed records that an import brought."""
        return next((harm for harm in self.harms if harm.source_values_id in self.texts), None)


def records(actor: Actor, only: Iterable[int]) -> list[list[Record]]:
    """The rows of each of these cases that the actor may see, in a constant number of queries."""
    wanted = set(only)
    cases = [held for held in gather(actor) if held.case.pk in wanted]
    return with_case_column([(held, rows_of(held)) for held in cases])


def gather(actor: Actor) -> list[Held]:
    cases = list(Case.objects.visible_to(actor).select_related("person").order_by("pk"))
    harms = _by(Exploitation.objects.visible_to(actor).select_related("source_values__file"), "case_id")
    goals = _by(Goal.objects.visible_to(actor).select_related("text__file"), "case_id")
    facts = Note.objects.visible_to(actor).filter(kind=Note.Kind.FACT, expired_at=None)
    notes = _by(facts.select_related("text__file"), "case_id")
    standing = _by(Fact.objects.visible_to(actor), "person_id")
    agreements = Consent.objects.visible_to(actor).in_force().filter(layer=Consent.Layer.FILE)
    agreed = set(agreements.values_list("person_id", flat=True))
    items = [harm.source_values for rows in harms.values() for harm in rows if harm.source_values]
    items += [row.text for rows in (*goals.values(), *notes.values()) for row in rows]
    texts = actor.keyring.read_many(items)
    known = read_particulars(actor, {case.person for case in cases})
    return [
        Held(
            case=case,
            texts=texts,
            particulars=known.get(case.person_id, {}),
            harms=harms[case.pk],
            goals=goals[case.pk],
            notes=notes[case.pk],
            facts=standing[case.person_id],
            agreed=case.person_id in agreed,
        )
        for case in cases
    ]


def rows_of(held: Held) -> list[Record]:
    """One case. Without a source it is told from the typed facts alone."""
    source = held.source.source_values if held.source else None
    if source is None:
        return overlay([Record(0)], Terms(), now(held, Terms()))
    bundle = CaseBundle(held.case.code)
    for record in unsealed(held.texts[source.pk]):
        bundle.add(record)
    before = terms(bundle, timezone.localdate(held.case.opened_at))
    return overlay(bundle.records, before, now(held, before))


def unsealed(source: str) -> list[Record]:
    """The records as they were sealed. Read one by one: two that are alike were both sent."""
    content = json.loads(source)
    return [
        read("source", json.dumps({**content, "records": [row]}).encode(), version="2.0").records[0]
        for row in content["records"]
    ]


def now(held: Held, before: Terms) -> Terms:
    """The case as the database has it. What the import wrote comes first, in the order of its file."""
    person, case = held.case.person, held.case
    standing, by = _standing(held.facts)
    known = {kind: texts for kind, texts in held.particulars.items() if kind in mapping.PARTICULARS}
    return Terms(
        particulars=known,
        sex=person.sex,
        citizenships=person.citizenships,
        languages=person.languages,
        standing=standing,
        standing_by=by,
        opened_on=case.opened_on,
        closed=not case.is_open,
        close_reason=case.close_reason,
        agreed=held.agreed,
        harm=_harm(held.harms),
        plans=_plans(held, before.plans),
        notes=[held.texts[note.text_id] for note in held.notes if note.text_id in held.texts],
    )


def with_case_column(cases: list[tuple[Held, list[Record]]]) -> list[list[Record]]:
    """The rows of each case under one number, so that who reads them puts them together as they are here."""
    if not _told_apart(cases):
        sent = {name for _, rows in cases for row in rows for name in row.extra}
        column = next(name for name in (*OUR_COLUMNS, "Id") if name not in sent)
        for held, rows in cases:
            for row in rows:
                others = dict(row.extra)
                row.extra.clear()
                row.extra.update({column: held.case.code, **others})
    return [rows for _, rows in cases]


def _told_apart(cases: list[tuple[Held, list[Record]]]) -> bool:
    """Whether the numbers that were sent do it already: in one column, each from one import alone."""
    columns = {_column(row) for _, rows in cases for row in rows}
    if columns == {""}:
        return all(len(rows) == 1 for _, rows in cases)
    if len(columns) != 1:
        return False
    column, owner = columns.pop(), dict[str, int | None]()
    return all(
        owner.setdefault(rows[0].extra[column], imported) == imported
        for held, rows in cases
        for imported in [held.source.imported_id if held.source else None]
    )


def _column(record: Record) -> str:
    return next((name for name in record.extra if squeeze(name) in CASE_COLUMNS), "")


def _standing(facts: Iterable[Fact]) -> tuple[str, str]:
    """The latest decision, else the presumption, each with whose it is."""
    ordered = sorted(facts, key=lambda fact: (fact.on, fact.pk))
    decisions = [fact for fact in ordered if fact.kind == Fact.Kind.DECISION and fact.value in DECIDED]
    if decisions:
        return decisions[-1].value, decisions[-1].body
    presumed = [fact for fact in ordered if fact.kind == Fact.Kind.PRESUMED]
    return ("presumed", presumed[0].ground) if presumed else ("", "")


def _harm(harms: list[Exploitation]) -> Harm:
    """Several exploitations of one case are told as one: codes united, of single answers the first."""

    def several(column: str) -> list[str]:
        return list(dict.fromkeys(code for harm in harms for code in getattr(harm, column)))

    def single(column: str) -> str:
        return next((code for harm in harms if (code := getattr(harm, column))), "")

    columns: dict[str, Callable[[str], object]] = dict.fromkeys((*mapping.SEVERAL, "transit"), several)
    columns |= dict.fromkeys((*mapping.SINGLE, "country", "place", "started", "ended"), single)
    age = next((harm.age_then for harm in harms if harm.age_then is not None), None)
    return Harm(**{name: told(name) for name, told in columns.items()}, age_then=age)  # type: ignore[arg-type]


def _plans(held: Held, before: list[Plan]) -> list[Plan]:
    """A goal whose text nobody has changed still says what was sent, in whatever language it was shown."""
    plans = []
    for number, goal in enumerate(held.goals):
        sent = before[number] if number < len(before) and goal.text.version == 1 else None
        plans.append(
            Plan(
                text=sent.text if sent else held.texts.get(goal.text_id, ""),
                type=before[number].type if number < len(before) else "",
                due_on=goal.due_on,
                reached_on=goal.reached_on,
            )
        )
    return plans


def _by(rows: models.QuerySet[Row], column: str) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows.order_by("pk"):
        found[getattr(row, column)].append(row)
    return found


def count(actor: Actor) -> int:
    return Case.objects.visible_to(actor).count()


def named(day: date) -> str:
    """The name of a file says nothing but the day."""
    return f"htcds-{day.isoformat()}"
