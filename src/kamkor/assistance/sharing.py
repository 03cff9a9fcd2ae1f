"""What of a case can be shared, how it is shown to who received it, and how it becomes the receiver's own."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Manager
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance.actions.records import add_document, new_note
from kamkor.assistance.models import Case, Document, Note
from kamkor.base import codelists
from kamkor.base.uploads import Checked
from kamkor.people import files
from kamkor.people.models import Consent, Person
from kamkor.people.sharing import Shareable, item_label
from kamkor.people.sharing import shareable as of_person
from kamkor.vault.models import Item
from kamkor.vault.spool import spooled

BASICS = "basics"  # as codes, so that each reader has them in her own language
BASIC_FACTS = ("sex", "age", "languages", "interpreter")  # no more than its label says when it is read out
DOCUMENT = "document"
SIGNS = {"danger": "danger", "medical_need": "medical_need"}  # what a quick referral adds to them


@dataclass(frozen=True)
class Shown:
    """One thing that was shared, as its receiver reads it. A document is opened by its own address."""

    label: str
    text: str = ""
    document: UUID | None = None


def shareable(actor: Actor, case: Case) -> list[Shareable]:
    """Her particulars, the shared facts of the case and its documents; never working or privileged notes."""
    return [*of_person(actor, case.person), *_notes(actor, case), *_documents(actor, case)]


def _notes(actor: Actor, case: Case) -> list[Shareable]:
    rows = list(
        Note.objects.visible_to(actor)
        .filter(case=case, kind=Note.Kind.FACT, expired_at=None)
        .select_related("text__file")
        .order_by("on", "pk")
    )
    texts = actor.keyring.read_many([row.text for row in rows])
    return [
        Shareable(row.text, f"{_('Facts and plans')}, {date_format(row.on)}: {texts[row.text_id]}", "note")
        for row in rows
        if row.text_id in texts
    ]


def _documents(actor: Actor, case: Case) -> list[Shareable]:
    rows = list(
        Document.objects.visible_to(actor)
        .filter(case=case, removed_at=None)
        .select_related("item__file", "title__file")
        .defer("item__sealed")
        .order_by("pk")
    )
    titles = actor.keyring.read_many([row.title for row in rows])
    return [
        Shareable(
            row.item,
            f"{codelists.label('document_type', row.kind)}: {titles.get(row.title_id, '')}",
            DOCUMENT,
        )
        for row in rows
    ]


def write_basics(actor: Actor, person: Person, facts: Iterable[str] = BASIC_FACTS, /, **signs: str) -> Item:
    """Put her sex, age group and languages, or those of them named in `facts`, into an item of its own."""
    text = json.dumps({name: getattr(person, name) for name in facts} | signs)
    return actor.keyring.write(person.file, BASICS, text, media_type="application/json", by=actor.user_id)


def open_to(actor: Actor, consent: Consent, items: Iterable[Item], receiver: Desk) -> None:
    """Give the receiver the keys of exactly these items, until the consent ends."""
    assert consent.ends_on is not None
    actor.keyring.share(items, receiver.holder, ref=consent.ref, ends_at=end_of(consent.ends_on))


def end_of(day: date) -> datetime:
    """The moment at which a day is over."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def items_of(chosen: Manager[Item]) -> list[Item]:
    """The items that a consent or a demand names, without the bulk of the documents among them, and without
    those that have been removed since."""
    texts = chosen.exclude(label=DOCUMENT).select_related("file")
    documents = chosen.filter(label=DOCUMENT).exclude(sealed=b"").select_related("file").defer("sealed")
    return [*texts, *documents]


def labels(actor: Actor, case: Case, chosen: Iterable[str]) -> list[str]:
    """What the chosen items are called in the language that is spoken now."""
    keys = set(chosen)
    return [row.label for row in shareable(actor, case) if str(row.item.pk) in keys] if keys else []


def particular_labels(said: Mapping[str, Any]) -> list[str]:
    """The particulars that a form has, each with its words."""
    known = codelists.entries("particular")
    return [f"{codelists.label('particular', kind)}: {said[kind]}" for kind in known if said.get(kind)]


def basics_label() -> str:
    return _("Sex, adult or child, languages, interpreter")


def is_text(item: Item) -> bool:
    return item.label != DOCUMENT


def read(actor: Actor, items: Iterable[Item]) -> list[Shown]:
    """What the actor's keys open of these items, in the order in which it is read out."""
    order = [BASICS, *codelists.entries("particular")]
    place = {label: number for number, label in enumerate(order)}
    listed = sorted(items, key=lambda item: (place.get(item.label, len(order)), item.label, item.written_at))
    texts = actor.keyring.read_many([item for item in listed if is_text(item)])
    shown: list[Shown] = []
    for item in listed:
        if not is_text(item):
            shown.append(Shown(f"{_('Document')}, {item.media_type}", document=item.pk))
        elif item.pk in texts and item.label == BASICS:
            shown += [Shown(label, text) for label, text in basics_in_words(texts[item.pk])]
        elif item.pk in texts:
            shown.append(Shown(label_of(item), texts[item.pk]))
    return shown


def label_of(item: Item) -> str:
    known = {
        "note": _("Facts and plans"),
        BASICS: basics_label(),
        DOCUMENT: _("Document"),
    }
    return known.get(item.label) or item_label(item)


def basics_in_words(text: str) -> list[tuple[str, str]]:
    """The codes of a shared item of basics with their labels, without what is not known."""
    return facts_in_words(json.loads(text))


def facts_in_words(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    labels = {"danger": _("Danger"), "medical_need": _("Doctor")}
    signs = [
        (labels[name], codelists.label(codes, given[name]))
        for name, codes in SIGNS.items()
        if given.get(name)
    ]
    words = [
        (_("Sex"), codelists.label("sex", given.get("sex", ""))),
        (_("Age group"), codelists.label("age_group", given.get("age", ""))),
        (_("Languages"), ", ".join(codelists.label("language", code) for code in given.get("languages", []))),
        (_("Interpreter"), _("Needed") if given.get("interpreter") else ""),
    ]
    return [*signs, *((label, value) for label, value in words if value)]


def make_own(actor: Actor, items: Iterable[Item]) -> tuple[Person, dict[str, str]]:
    """Copy what was shared into a file of the actor's own desk. Gives the person and the signs of the day.

    The case is the caller's to open; its notes and documents are then added by `add_records`.
    """
    texts = actor.keyring.read_many([item for item in items if is_text(item)])
    given: dict[str, object] = {}
    kept = codelists.entries("particular")
    particulars: list[tuple[str, str]] = []
    for item in items:
        if item.pk in texts and item.label == BASICS:
            given |= json.loads(texts[item.pk])
        elif item.pk in texts and item.label in kept:
            particulars.append((item.label, texts[item.pk]))
    open_facts = {name: given[name] for name in BASIC_FACTS if name in given}
    person = files.new_person(actor, actor.desk, {}, **open_facts)
    for kind, text in particulars:
        files.add_particular(actor, person, kind, text)
    return person, {name: str(given[name]) for name in SIGNS if given.get(name)}


def add_records(actor: Actor, case: Case, items: Iterable[Item]) -> None:
    """Copy the shared notes, messages and documents into the receiver's own case."""
    kept = codelists.entries("particular")
    for item in items:
        if not is_text(item):
            checked = Checked(label_of(item), spooled(actor.keyring, item), item.media_type)
            add_document(actor, case, kind="other", title="", checked=checked)
        elif item.label != BASICS and item.label not in kept:
            text = f"{label_of(item)}: {actor.keyring.read(item)}"
            new_note(actor, case, text=text, kind=Note.Kind.FACT, on=None)
