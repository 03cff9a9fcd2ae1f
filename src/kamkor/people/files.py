"""A person's file: opening one, writing what is known of her, reading it. What actions are built from."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.base.problems import Problem
from kamkor.base.public import fresh_code
from kamkor.directory.models import OutsideOrganisation
from kamkor.people.models import Consent, Exclusion, Particular, Person
from kamkor.vault import names
from kamkor.vault.models import Item

NAMES = ("name", "call_name")  # the particulars that she is found by
STORY_PURPOSE = "story"


def new_person(actor: Actor, desk: Desk, particulars: Mapping[str, str], **facts: object) -> Person:
    """Open a file at `desk`. `particulars` are sealed texts by kind; `facts` are open columns of Person."""
    file = actor.keyring.new_file(desk.holder)
    person = Person.objects.create(desk=desk, file=file, code=fresh_code(), created_by=actor.user, **facts)
    for kind, text in particulars.items():
        if text:
            add_particular(actor, person, kind, text)
    return person


def add_particular(actor: Actor, person: Person, kind: str, text: str) -> Particular:
    """Seal one more fact of who she is; a name is put into the index."""
    item = actor.keyring.write(person.file, kind, text, by=actor.user_id)
    particular = Particular.objects.create(desk_id=person.desk_id, person=person, kind=kind, item=item)
    if kind in NAMES:
        index_names(actor, person)
    return particular


def index_names(actor: Actor, person: Person) -> None:
    """Bring the name index to what the file says now."""
    rows = Particular.objects.filter(person=person, kind__in=NAMES, ended_at=None).select_related(
        "item__file"
    )
    texts = actor.keyring.read_many([row.item for row in rows])
    names.index(actor.keyring, person.desk.holder, person.pk, list(texts.values()))


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


def give_consent(
    actor: Actor,
    person: Person,
    *,
    layer: str,
    purpose: str,
    receiver: Desk | None = None,
    outside: OutsideOrganisation | None = None,
    items: Iterable[Item] = (),
    ends_on: date | None = None,
    ground: str = Consent.Ground.CONSENT,
    reason: str = "",
    language: str = "",
    interpreter: bool = False,
) -> Consent:
    """Record a consent, or the emergency or child's ground that stands in for it (then `reason` is needed,
    and a second person reviews it within 24 hours; a story waits for that check before it counts).
    Refuses a receiver from whom she is to be kept. Items shared under it are shared under `Consent.ref`."""
    if receiver is not None and Exclusion.bars_desk(person, receiver):
        raise Problem(_("This desk must not receive this file"), _("Choose another desk."))
    if outside is not None and Exclusion.bars_place(person, outside.place):
        raise Problem(_("This organisation must not receive this file"), _("Choose another one."))
    if (purpose == STORY_PURPOSE) != (layer == Consent.Layer.STORY):
        raise Problem(_("A story needs a consent of its own"), _("Take it apart from every other purpose."))
    if layer != Consent.Layer.FILE and (ends_on is None or ends_on < timezone.localdate()):
        raise Problem(_("A consent to share needs an end"), _("Give a day in the future."))
    if ground != Consent.Ground.CONSENT and not reason:
        raise Problem(_("Acting without consent needs a reason"), _("Write why it cannot wait."))
    sealed = actor.keyring.write(person.file, "reason", reason, by=actor.user_id) if reason else None
    consent = Consent.objects.create(
        desk_id=person.desk_id,
        person=person,
        layer=layer,
        ground=ground,
        purpose=purpose,
        receiver=receiver,
        outside=outside,
        language=language or translation.get_language() or "",
        interpreter=interpreter,
        taken_by=actor.signed_in,
        ends_on=ends_on,
        reason=sealed,
        review_due=review_due() if layer == Consent.Layer.STORY or ground != Consent.Ground.CONSENT else None,
    )
    consent.items.set(items)
    return consent


def review_due() -> datetime:
    return timezone.now() + timedelta(hours=settings.REVIEW_HOURS)
