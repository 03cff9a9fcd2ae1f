"""Each row against the setup and against the books: what is wrong with it, and who may be here already."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kamkor.access.actor import Actor
from kamkor.assistance.imports import incoming
from kamkor.assistance.imports.understanding import PEOPLE, Setup, Understood, Wrong, understand
from kamkor.assistance.models import LikelyHere, TableImport
from kamkor.directory.models import OutsideOrganisation
from kamkor.methods.sheets.rows import Row
from kamkor.people import duplicates
from kamkor.people.duplicates import Told
from kamkor.people.models import Person
from kamkor.vault.models import Item

BAD = "bad"
Refused = list[Any]  # row number, cells, [[field, code, params] …]: as it is kept sealed


def check_piece(actor: Actor, imported: TableImport, number: int) -> None:
    """Count the good and bad rows of one piece, keep the bad ones, note who may be here already."""
    rows = understood(actor, imported, incoming.piece(actor, imported, number))
    good = [row for row in rows if not row.wrong]
    keep_bad(actor, imported, f"{BAD} {number}", [row for row in rows if row.wrong])
    LikelyHere.objects.bulk_create(
        LikelyHere(
            desk=imported.desk, imported=imported, row=row, person_id=who.person, reasons=list(who.reasons)
        )
        for row, who in likely(actor, imported, good).items()
    )
    imported.good += len(good)
    imported.bad += len(rows) - len(good)


def understood(actor: Actor, imported: TableImport, rows: Iterable[Row]) -> list[Understood]:
    """Rows as they would be filed now."""
    chosen = incoming.setup(actor, imported)
    assert chosen is not None
    assert imported.checked_on is not None
    found = [understand(row, chosen, imported.checked_on) for row in rows]
    _compare_with_books(actor, chosen, [row for row in found if not row.wrong])
    return found


def _compare_with_books(actor: Actor, chosen: Setup, rows: list[Understood]) -> None:
    if chosen.kind == "cases":
        known = people_by_code(actor, rows)
        for row in rows:
            if row.values.get("person_code", "") not in {"", *known}:
                row.wrong.append(Wrong("person_code", "unknown_person"))
    if chosen.kind == "organisations":
        here = {
            text.casefold()
            for texts in OutsideOrganisation.objects.visible_to(actor).values_list("names", flat=True)
            for text in texts.values()
        }
        for row in rows:
            if row.values["organisation_name"].casefold() in here:
                row.wrong.append(Wrong("organisation_name", "known_organisation"))


def people_by_code(actor: Actor, rows: Iterable[Understood]) -> dict[str, Person]:
    """The files that rows of cases name; those kept from the actor are not among them."""
    codes = {row.values["person_code"] for row in rows if "person_code" in row.values}
    return {person.code: person for person in Person.objects.visible_to(actor).filter(code__in=codes)}


def likely(actor: Actor, imported: TableImport, rows: Iterable[Understood]) -> dict[int, duplicates.Likeness]:
    """Rows by number whose person is probably here already."""
    if imported.kind not in PEOPLE:
        return {}
    told = {row.row.number: told_of(row) for row in rows if "person_code" not in row.values}
    found = duplicates.likely(actor, imported.desk, told)
    return {number: near[0] for number, near in found.items() if near}


def told_of(row: Understood) -> Told:
    return Told(
        names=tuple(name for name in (row.name, str(row.values.get("call_name", ""))) if name),
        sex=str(row.values.get("sex", "")),
        birth_year=row.born.year if row.born else None,
        numbers=tuple(duplicates.numbers(row.values.get("phone", ()))),
    )


def keep_bad(actor: Actor, imported: TableImport, label: str, rows: list[Understood]) -> None:
    """As they were sent, each with what is wrong; in no language yet."""
    if not rows:
        return
    kept: list[Refused] = [
        [row.row.number, row.row.cells, [[bad.field, bad.code, dict(bad.params)] for bad in row.wrong]]
        for row in rows
    ]
    incoming.write(actor, imported, label, json.dumps(kept, ensure_ascii=False))


@dataclass(frozen=True)
class BadRow:
    """One row that was not taken, as it was sent."""

    number: int
    cells: list[str]
    wrong: list[Wrong]


def bad_rows(actor: Actor, imported: TableImport, *, pieces: int | None = None) -> list[BadRow]:
    """In the order of the file; with `pieces` only those of the first few pieces that have any."""
    items = list(
        Item.objects.filter(file=imported.about_id, label__startswith=f"{BAD} ")
        .exclude(size=0)
        .select_related("file")
    )
    items.sort(key=lambda item: int(item.label.rsplit(" ", 1)[1]))
    texts = actor.keyring.read_many(items[:pieces])
    return [
        BadRow(number, cells, [Wrong(*wrong) for wrong in wrongs])
        for text in texts.values()
        for number, cells, wrongs in json.loads(text)
    ]
