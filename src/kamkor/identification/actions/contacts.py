"""Taking a contact: opened at once, saved half-filled, closed in one key, undone, linked, forgotten."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.base import wall
from kamkor.base.actions import action
from kamkor.base.problems import AlreadyChanged, Problem, WrongState
from kamkor.identification.models import Contact, Line
from kamkor.people.models import Person
from kamkor.vault import names
from kamkor.vault.models import Item

Given = Mapping[str, object]

FACTS = (
    *("line", "channel", "safe_to_talk", "about", "danger", "topic", "advice", "callback", "outcome"),
    *("language", "country", "silent_answers"),
)
SEALED = {"note": "note", "callback_number": "phone"}  # field -> label of its item
CALLABLE = ("her_time", "code_word", "message_only", "any_time")  # rules by which somebody may call back
NATIONAL_DIGITS = 9  # +996 555…, 00996 555… and 0555… are one number
DAY = 24 * 3600


@action("contact.open")
def open_contact(
    actor: Actor,
    desk: Desk,
    *,
    channel: str,
    line: Line | None = None,
    kind: str = "",
    started_at: datetime | None = None,
) -> Contact:
    """A contact has begun, now or when it was written down without a line. With a `kind` it is over as well,
    and never needed a page."""
    assert actor.user is not None
    now = min(started_at or timezone.now(), timezone.now())
    return Contact.objects.create(
        desk=desk,
        line=line,
        channel=channel,
        kind=kind,
        started_at=now,
        ended_at=now if kind else None,
        operator=actor.user,
        saved_by=actor.user,
    )


@action("contact.record")
def record(actor: Actor, contact: Contact, *, given: Given, version: int, seconds: int = 0) -> None:
    """Keep what is known so far; a field that is not in `given` stays as it is.

    Raises AlreadyChanged when somebody else has saved since `version`.
    """
    must_be_open(contact)
    _write(actor, contact, given, version=version, seconds=seconds)


@action("contact.close")
def close(actor: Actor, contact: Contact, *, kind: str, given: Given, version: int, seconds: int = 0) -> None:
    """The contact is over; whatever was typed is kept."""
    must_be_open(contact)
    now = timezone.now()
    contact.kind, contact.ended_at = kind, now
    if not seconds and not contact.seconds:
        seconds = int((now - contact.started_at).total_seconds())
    if contact.safe_to_talk == "no" or given.get("safe_to_talk") == "no":
        given = {**given, "outcome": given.get("outcome") or "contact_broken_off"}
    _write(actor, contact, given, version=version, seconds=seconds)


@action("contact.undo")
def undo(actor: Actor, contact: Contact) -> None:
    """A wrong key: the contact is open again, or was never there if a key alone had made it."""
    now = timezone.now()
    if not contact.can_be_undone(now):
        raise WrongState
    if contact.never_open:
        contact.undone_at = now
    else:
        contact.kind, contact.ended_at = "", None
    contact.save(update_fields=["undone_at", "kind", "ended_at"])


@action("contact.link")
def link(actor: Actor, contact: Contact, *, code: str) -> None:
    """The contact was about this person of the desk's own files; her code must be known."""
    person = Person.objects.visible_to(actor).standing().filter(code=code.strip().upper()).first()
    if person is None:
        raise Problem(
            _("There is no file with this code at your desk"), _("Check the code letter by letter.")
        )
    contact.person = person
    contact.save(update_fields=["person"])


def forget_hashes(now: datetime) -> int:
    """Drop the hashes of callers' numbers whose time is over, at every desk."""
    with wall.acting(None, scope="all"):
        return Contact._base_manager.filter(hash_until__lte=now).update(caller_hash="", hash_until=None)


def has_open_contact(user_id: int) -> bool:
    """Whether somebody is talking to a caller now: then neither lock nor end of shift falls. A contact that
    was forgotten for a whole shift holds nothing open."""
    since = timezone.now() - timedelta(seconds=settings.SHIFT_SECONDS)
    with wall.acting(None, scope="all"):
        return Contact.objects.open().filter(operator_id=user_id, started_at__gt=since).exists()


def must_be_open(contact: Contact) -> None:
    if not contact.open:
        raise WrongState


def keeps_hash(line: Line | None) -> bool:
    return line is None or line.keeps_hashes


def _write(actor: Actor, contact: Contact, given: Given, *, version: int, seconds: int) -> None:
    if contact.version != version and contact.saved_by_id != actor.user_id:
        raise AlreadyChanged
    for name in FACTS:
        if name in given:
            setattr(contact, name, given[name])
    for name in SEALED:
        if name in given:
            _seal(actor, contact, name, str(given[name]))
    _keep_caller(actor, contact, str(given.get("caller", "")))
    if seconds:
        contact.seconds = min((contact.seconds or 0) + max(seconds, 0), DAY)
    contact.version += 1
    contact.saved_by = actor.user
    contact.save()


def _seal(actor: Actor, contact: Contact, name: str, text: str) -> None:
    """Write a text that has changed; one that was taken out is destroyed, with what it said before."""
    item = getattr(contact, name)
    if item is None:
        if text:
            setattr(contact, name, _written(actor, contact, SEALED[name], text))
    elif not text:
        setattr(contact, name, None)
        contact.save(update_fields=[name])
        item.delete()
    elif text != actor.keyring.read(item):
        actor.keyring.rewrite(item, text, by=actor.user_id)


def _written(actor: Actor, contact: Contact, label: str, text: str) -> Item:
    """Both texts of a contact are in one file."""
    held, by = contact.note or contact.callback_number, actor.user_id
    if held:
        return actor.keyring.write(held.file, label, text, by=by)
    return actor.keyring.write_alone(actor.desk.holder, label, text, by=by)


def _keep_caller(actor: Actor, contact: Contact, number: str) -> None:
    """Keep a keyed hash of the number, where the line keeps any; the number itself goes nowhere."""
    if not keeps_hash(contact.line):
        contact.caller_hash, contact.hash_until = "", None
        return
    digits = "".join(sign for sign in number if sign.isdigit())[-NATIONAL_DIGITS:]
    if not digits:
        return
    desk = actor.desk.holder
    contact.caller_hash, *older = names.caller_hashes(actor.keyring, desk, digits)
    contact.hash_until = timezone.now() + timedelta(days=settings.CALLER_HASH_DAYS)
    if older:  # the desk's secret is newer than an earlier contact: bring that under the new one
        Contact.objects.visible_to(actor).filter(caller_hash__in=older).update(
            caller_hash=contact.caller_hash
        )
