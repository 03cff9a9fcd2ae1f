"""A person's file: opening one, writing what is known of her, reading it. What actions are built from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.base.problems import Problem
from kamkor.base.public import fresh_code
from kamkor.directory.models import OutsideOrganisation
from kamkor.methods.telephones import numbers_in
from kamkor.people.models import Consent, Exclusion, Particular, Person
from kamkor.people.second import ask_outside
from kamkor.vault import names
from kamkor.vault.models import Item

NAMES = ("name", "call_name")
NUMBERS = ("phone", "messenger", "safe_contact")  # in which a telephone number may stand
FOUND_BY = (*NAMES, *NUMBERS)
STORY_PURPOSE = "story"


def new_person(actor: Actor, desk: Desk, particulars: Mapping[str, str], **facts: object) -> Person:
    """Open a file at `desk`. `particulars` are sealed texts by kind; `facts` are open columns of Person."""
    file = actor.keyring.new_file(desk.holder)
    person = Person.objects.create(desk=desk, file=file, code=fresh_code(), created_by=actor.user, **facts)
    said = [(kind, text) for kind, text in particulars.items() if text]
    for kind, text in said:
        _write_down(actor, person, kind, text)
    if found := found_by(said):
        names.index_new(actor.keyring, desk.holder, {person.pk: found})
    return person


def add_particular(actor: Actor, person: Person, kind: str, text: str) -> Particular:
    """Seal one more fact of who she is; a name is put into the index."""
    particular = _write_down(actor, person, kind, text)
    if kind in FOUND_BY:
        index(actor, person)
    return particular


def _write_down(actor: Actor, person: Person, kind: str, text: str) -> Particular:
    item = actor.keyring.write(person.file, kind, text, by=actor.user_id)
    return Particular.objects.create(desk_id=person.desk_id, person=person, kind=kind, item=item)


def index(actor: Actor, *people: Person) -> None:
    """Bring the index of names and numbers of one desk to what these files of it say now."""
    rows = list(
        Particular.objects.filter(person__in=people, kind__in=FOUND_BY, ended_at=None).select_related(
            "item__file"
        )
    )
    texts = actor.keyring.read_many([row.item for row in rows])
    said: dict[int, list[tuple[str, str]]] = {person.pk: [] for person in people}
    for row in rows:
        if row.item_id in texts:
            said[row.person_id].append((row.kind, texts[row.item_id]))
    holder = people[0].desk.holder
    names.index(actor.keyring, holder, {pk: found_by(particulars) for pk, particulars in said.items()})


def found_by(particulars: Iterable[tuple[str, str]]) -> list[str]:
    """Under which names and telephone numbers she is filed, from (kind, text)."""
    found: list[str] = []
    for kind, text in particulars:
        if kind in NAMES:
            found.append(text)
        elif kind in NUMBERS:
            found += numbers_in(text)
    return list(dict.fromkeys(found))


def read_particulars(actor: Actor, people: Iterable[Person]) -> dict[int, dict[str, list[str]]]:
    """What is known of each person, by kind; what the actor's keys do not open is left out. Few queries."""
    rows = list(
        Particular.objects.visible_to(actor)
        .filter(person__in=list(people), ended_at=None)
        .select_related("item__file")
        .order_by("at")
    )
    texts = actor.keyring.read_many([row.item for row in rows])
    found: dict[int, dict[str, list[str]]] = {}
    for row in rows:
        if row.item_id in texts:
            found.setdefault(row.person_id, {}).setdefault(row.kind, []).append(texts[row.item_id])
    return found


def shown_name(particulars: Mapping[str, list[str]], person: Person) -> str:
    """The name she wants to be called by, else her name, else her code."""
    for kind in ("call_name", "name"):
        if particulars.get(kind):
            return particulars[kind][-1]
    return person.code


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a consent says, or the emergency or child's ground that stands in for it, which needs `reason`."""

    layer: str = Consent.Layer.SHARING
    purpose: str
    receiver: Desk | None = None
    outside: OutsideOrganisation | None = None
    items: Iterable[Item] = ()
    ends_on: date | None = None
    ground: str = Consent.Ground.CONSENT
    reason: str = ""
    language: str = ""  # in which it was said; the worker's own if nothing else is
    interpreter: bool = False


def give_consent(actor: Actor, person: Person, terms: Terms) -> Consent:
    """Record a consent. One without her yes is reviewed by a second person within 24 hours; a story waits for
    that check before it counts. Items shared under it are shared under `Consent.ref`."""
    must_be_lawful(person, terms)
    reviewed = terms.layer == Consent.Layer.STORY or terms.ground != Consent.Ground.CONSENT
    sealed = None
    if terms.reason:
        sealed = actor.keyring.write(person.file, "reason", terms.reason, by=actor.user_id)
    consent = Consent.objects.create(
        desk_id=person.desk_id,
        person=person,
        layer=terms.layer,
        ground=terms.ground,
        purpose=terms.purpose,
        receiver=terms.receiver,
        outside=terms.outside,
        language=terms.language or translation.get_language() or "",
        interpreter=terms.interpreter,
        taken_by=actor.signed_in,
        ends_on=terms.ends_on,
        reason=sealed,
        review_due=review_due() if reviewed else None,
    )
    consent.items.set(terms.items)
    if reviewed:
        ask_outside(actor, consent)
    return consent


def must_be_lawful(person: Person, terms: Terms) -> None:
    """Refuse a receiver from whom she is to be kept, a sharing without an end, a ground without a reason."""
    if terms.receiver is not None and Exclusion.bars_desk(person, terms.receiver):
        raise Problem(_("This desk must not receive this file"), _("Choose another desk."))
    if terms.outside is not None and Exclusion.bars_place(person, terms.outside.place):
        raise Problem(_("This organisation must not receive this file"), _("Choose another one."))
    if (terms.purpose == STORY_PURPOSE) != (terms.layer == Consent.Layer.STORY):
        raise Problem(_("A story needs a consent of its own"), _("Take it apart from every other purpose."))
    if terms.layer != Consent.Layer.FILE and (terms.ends_on is None or terms.ends_on < timezone.localdate()):
        raise Problem(_("A consent to share needs an end"), _("Give a day in the future."))
    if terms.ground != Consent.Ground.CONSENT and not terms.reason:
        raise Problem(_("Acting without consent needs a reason"), _("Write why it cannot wait."))


def review_due() -> datetime:
    return timezone.now() + timedelta(hours=settings.REVIEW_HOURS)
