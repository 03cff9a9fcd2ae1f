"""All that stands on a person's page, read in the same few queries however much there is."""

from dataclasses import dataclass, field

from django.db.models import Prefetch, Q

from kamkor.access.actor import Actor
from kamkor.people.exclusions import Try, tries
from kamkor.people.files import read_particulars, shown_name
from kamkor.people.models import Consent, Exclusion, Flag, Particular, Person, Relationship
from kamkor.people.sharing import NUMBER, item_label, particulars
from kamkor.vault.models import Item


@dataclass(frozen=True)
class Line:
    """One particular with its text; the personal number comes without."""

    row: Particular
    text: str
    masked: bool


@dataclass(frozen=True)
class Tie:
    """Somebody who belongs to her; `reverse` when it was said the other way round."""

    row: Relationship
    other: Person
    name: str
    reverse: bool


@dataclass(frozen=True)
class Agreement:
    """A consent and what the items in it are called."""

    row: Consent
    items: list[str]


@dataclass
class Sheet:
    person: Person
    name: str = ""
    lines: list[Line] = field(default_factory=list)
    safe_contact: list[str] = field(default_factory=list)
    flags: list[tuple[Flag, str]] = field(default_factory=list)
    consents: list[Agreement] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    exclusions: list[Exclusion] = field(default_factory=list)
    tries: list[Try] = field(default_factory=list)
    merged: list[tuple[Person, str]] = field(default_factory=list)


def read(actor: Actor, person: Person) -> Sheet:
    """The standing file with all that was merged into it."""
    ids = person.all_ids()
    sheet = Sheet(person, tries=tries(ids), exclusions=exclusions(actor, ids), consents=consents(actor, ids))
    _read_sealed(actor, ids, sheet)
    _read_others(actor, ids, sheet)
    return sheet


def consents(actor: Actor, ids: list[int]) -> list[Agreement]:
    """Newest first, with what the items are called; their text is not read."""
    hers = Q(person__in=ids) | Q(carried_person__in=ids)
    rows = Consent.objects.visible_to(actor).filter(hers).order_by("-given_at")
    rows = rows.select_related("receiver", "outside", "taken_by", "reviewed_by")
    items = Prefetch("items", Item.objects.defer("sealed"))
    return [
        Agreement(row, [item_label(item) for item in row.items.all()]) for row in rows.prefetch_related(items)
    ]


def exclusions(actor: Actor, ids: list[int]) -> list[Exclusion]:
    """Those in force, each once though every file of hers has it."""
    rows = Exclusion.objects.visible_to(actor).filter(person__in=ids, lifted_at=None).order_by("at")
    rows = rows.select_related("user", "excluded_desk", "set_by")
    return list({(row.user_id, row.excluded_desk_id, row.place): row for row in rows}.values())


def _read_sealed(actor: Actor, ids: list[int], sheet: Sheet) -> None:
    rows = particulars(actor, ids)
    flags = list(
        Flag.objects.visible_to(actor)
        .filter(person__in=ids, cleared_at=None)
        .select_related("item__file", "raised_by")
        .order_by("raised_at")
    )
    items = [row.item for row in rows if row.kind != NUMBER]
    texts = actor.keyring.read_many(items + [flag.item for flag in flags if flag.item is not None])
    sheet.lines = [Line(row, texts.get(row.item_id, ""), row.kind == NUMBER) for row in rows]
    sheet.flags = [(flag, texts.get(flag.item_id, "") if flag.item_id else "") for flag in flags]
    sheet.safe_contact = [line.text for line in sheet.lines if line.row.kind == "safe_contact"]


def _read_others(actor: Actor, ids: list[int], sheet: Sheet) -> None:
    """Persons beside her, and the files that were merged into hers, by the names they are called."""
    rows = list(
        Relationship.objects.visible_to(actor)
        .filter(Q(person__in=ids) | Q(other__in=ids))
        .select_related("person", "other")
        .order_by("pk")
    )
    merged = list(Person.objects.visible_to(actor).filter(merged_into__in=ids).order_by("pk"))
    beside = [row.person if row.other_id in ids else row.other for row in rows]
    known = read_particulars(actor, [sheet.person, *beside, *merged])
    sheet.name = shown_name(known.get(sheet.person.pk, {}), sheet.person)
    sheet.merged = [(person, shown_name(known.get(person.pk, {}), person)) for person in merged]
    sheet.ties = [
        Tie(row, other, shown_name(known.get(other.pk, {}), other), row.other_id in ids)
        for row, other in zip(rows, beside, strict=True)
    ]
