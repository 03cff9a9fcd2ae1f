"""The good rows of one piece become persons, cases, contacts or organisations."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from secrets import token_hex
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from kamkor.access.actor import Actor
from kamkor.assistance.htcds.incoming import destroy_later
from kamkor.assistance.imports import checking, incoming
from kamkor.assistance.imports.filer import Filer
from kamkor.assistance.imports.understanding import Setup, Understood, consent_given
from kamkor.assistance.models import Case, Exploitation, ImportedRow, LikelyHere, Note, TableImport
from kamkor.directory.models import Offer, OutsideOrganisation
from kamkor.identification.models import Contact, Fact
from kamkor.methods.spelling import plain, split
from kamkor.people.actions.exclusions import share_exclusions
from kamkor.people.models import Person

SAME, SKIP = TableImport.Likely.SAME, TableImport.Likely.SKIP
# Fields of a person that become sealed particulars under the same name.
SEALED = (
    *("call_name", "identity_number", "phone", "safe_contact", "address", "email", "messenger"),
    *("relative", "other"),
)
HARM = ("purposes", "means", "industry", "country", "place")


@dataclass
class Work:
    """One piece on its way into the books."""

    actor: Actor
    imported: TableImport
    chosen: Setup
    filer: Filer
    known: dict[str, Person] = field(default_factory=dict)  # files that rows of cases name, by code
    likely: dict[int, LikelyHere] = field(default_factory=dict)  # by row
    made: list[tuple[int, dict[str, Any]]] = field(default_factory=list)  # row, what it became
    same: list[tuple[Person, Person]] = field(default_factory=list)  # a new file and the one it leads to


def take_piece(actor: Actor, imported: TableImport, number: int) -> None:
    """File what is good. Rows that went bad since the check are listed with the others."""
    chosen = incoming.setup(actor, imported)
    assert chosen is not None
    rows = checking.understood(actor, imported, incoming.piece(actor, imported, number))
    good = [row for row in rows if not row.wrong]
    work = Work(actor, imported, chosen, Filer(actor, imported.desk), checking.people_by_code(actor, good))
    asked = LikelyHere.objects.visible_to(actor).filter(imported=imported, row__in=_numbers(good))
    work.likely = {like.row: like for like in asked.select_related("person")}
    wanted = [row for row in good if _answer(work, row) != SKIP]
    for row in wanted:
        _MAKERS[imported.kind](work, row)
    work.filer.save()
    for person, other in work.same:
        share_exclusions(actor, [other, person])
    _save_made(work)
    checking.keep_bad(actor, imported, f"{checking.BAD} {number}", [row for row in rows if row.wrong])
    imported.taken += len(wanted)
    imported.left_out += len(good) - len(wanted)


def finish(imported: TableImport) -> None:
    """All is in: the rows as they were sent are destroyed, so that what is erased later is gone."""
    imported.bad = imported.rows - imported.taken - imported.left_out
    imported.good = imported.rows - imported.bad
    destroy_later(imported.content)


def _numbers(rows: list[Understood]) -> list[int]:
    return [row.row.number for row in rows]


def _answer(work: Work, row: Understood) -> str:
    """What is done with a row whose person may be here already; empty for all others."""
    like = work.likely.get(row.row.number)
    return (like.answer or work.imported.likely) if like else ""


def _save_made(work: Work) -> None:
    """Written last, so that nothing that was made is younger than its note."""
    now = timezone.now()
    ImportedRow.objects.bulk_create(
        (
            ImportedRow(desk=work.imported.desk, imported=work.imported, row=number, at=now, **made)
            for number, made in work.made
        ),
        batch_size=500,
    )


def _new_person(work: Work, row: Understood) -> Person:
    values, born = row.values, row.born
    particulars: dict[str, list[str]] = {"name": [row.name]} if row.name else {}
    for kind in SEALED:
        if told := values.get(kind):
            particulars[kind] = told if isinstance(told, list) else [told]
    if exact := values.get("birth_date"):
        particulars["birth_date"] = [str(exact)]
    person = work.filer.person(
        particulars,
        sex=values.get("sex", ""),
        age=row.age(work.filer.day),
        birth_year=born.year if born else None,
        citizenships=values.get("citizenships", []),
        languages=values.get("languages", []),
        home_place=values.get("home_place", ""),
    )
    if _answer(work, row) == SAME:
        person.merged_into = work.likely[row.row.number].person.standing()
        work.same.append((person, person.merged_into))
    work.filer.agreement(person, consent_given(row, work.chosen, timezone.now()))
    return person


def _take_person(work: Work, row: Understood) -> None:
    """A child's path begins with a case, so a child gets one."""
    person = _new_person(work, row)
    made: dict[str, Any] = {"person": person}
    if person.is_child:
        made["case"] = work.filer.case(
            person, kind="child_at_risk", opened_on=work.filer.day, came_by="import"
        )
    work.made.append((row.row.number, made))


def _take_case(work: Work, row: Understood) -> None:
    values, day = row.values, work.filer.day
    held = work.known.get(values.get("person_code", ""))
    person = held.standing() if held else _new_person(work, row)
    opened = min(values["opened_on"].earliest, day) if "opened_on" in values else day
    closed = max(opened, min(values["closed_on"].latest, day)) if "closed_on" in values else None
    case = work.filer.case(
        person,
        kind=values.get("case_kind", work.chosen.case_kind),
        opened_on=opened,
        came_by=values.get("came_by", "import"),
        closed_on=closed,
        close_reason=values.get("close_reason", "other") if closed else "",
    )
    _standing(work, row, case)
    _harm(work, row, case)
    for text in values.get("note", ()):
        item = _seal(work, person, "note", text, new=held is None)
        work.filer.add(Note(**work.filer.of(case), kind=Note.Kind.FACT, text=item))
    made: dict[str, Any] = {"case": case} if held else {"case": case, "person": person}
    work.made.append((row.row.number, made))


def _seal(work: Work, person: Person, label: str, text: str, *, new: bool) -> Any:  # an item
    if new:
        return work.filer.seal(person, label, text)
    return work.actor.keyring.write(person.file, label, text, by=work.actor.user_id)


def _standing(work: Work, row: Understood, case: Case) -> None:
    told = row.values.get("standing")
    if not told:
        return
    presumed = told == "presumed"
    work.filer.add(
        Fact(
            desk=case.desk,
            person=case.person,
            kind=Fact.Kind.PRESUMED if presumed else Fact.Kind.DECISION,
            on=str(row.values.get("opened_on") or case.opened_on),
            value="" if presumed else told,
            recorded_by=work.filer.user,
        )
    )


def _harm(work: Work, row: Understood, case: Case) -> None:
    told = {name: row.values[name] for name in HARM if name in row.values}
    if "started" in row.values:
        told["started"] = str(row.values["started"])
    if told:
        work.filer.add(Exploitation(**work.filer.of(case), **told))


def _take_contact(work: Work, row: Understood) -> None:
    values = row.values
    minutes = values.get("minutes", 0)
    note = "\n\n".join(values.get("note", ()))
    contact = work.filer.add(
        Contact(
            desk=work.imported.desk,
            channel=values["channel"],
            kind=values.get("contact_kind", "substantive"),
            started_at=values["started_at"],
            ended_at=values["started_at"] + timedelta(minutes=minutes),
            seconds=minutes * 60,
            operator=work.filer.user,
            saved_by=work.filer.user,
            language=values.get("contact_language", ""),
            note=work.filer.seal_alone("note", note) if note else None,
            **{name: values.get(name, "") for name in ("about", "topic", "advice", "danger", "outcome")},
            country=values.get("country", ""),
        )
    )
    work.made.append((row.row.number, {"contact": contact}))


def _take_organisation(work: Work, row: Understood) -> None:
    values, place = row.values, row.values.get("home_place", "")
    name = values["organisation_name"]
    told = {language: values.get(f"name_{language}", "") for language in ("ky", "ru", "uz", "en")}
    names = {language: text for language, text in told.items() if text} or {"ru": name}
    organisation = OutsideOrganisation.objects.create(
        code=f"{slugify('-'.join(map(plain, split(name))))[:48]}-{token_hex(3)}",
        names=names if name in names.values() else {**names, "en": names.get("en", name)},
        kind=values["organisation_kind"],
        place=place,
        phone=values.get("phone", ""),
    )
    Offer.objects.bulk_create(
        Offer(outside=organisation, service=service, place=place, children=values.get("children", False))
        for service in values.get("services", [])
    )
    work.made.append((row.row.number, {"organisation": organisation}))


_MAKERS: dict[str, Callable[[Work, Understood], None]] = {
    "persons": _take_person,
    "cases": _take_case,
    "contacts": _take_contact,
    "organisations": _take_organisation,
}
