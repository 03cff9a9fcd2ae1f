"""Opening a file outside one's own caseload, and what the head says about that."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.base.actions import action
from kamkor.base.problems import Problem
from kamkor.people.models import Person
from kamkor.people.openings import Opening


@action("person.open_outside")
def open_outside(actor: Actor, person: Person, *, reason: str, words: str = "") -> Opening:
    """For some hours, with a code and a few sealed words; the head of the desk is told."""
    sealed = actor.keyring.write(person.file, "reason", words, by=actor.user_id) if words else None
    return Opening.objects.create(
        desk_id=person.desk_id,
        person=person,
        user=actor.signed_in,
        reason=reason,
        words=sealed,
        ends_at=timezone.now() + timedelta(hours=settings.OPENING_HOURS),
    )


@action("opening.mark")
def mark(actor: Actor, opening: Opening, *, asked: bool) -> None:
    """A head has looked at it, or has asked the colleague about it; never at one of their own."""
    if opening.user_id in actor.barred_as:
        raise Problem(_("You opened this file yourself"), _("Another head has to look at it."))
    now = timezone.now()
    if opening.seen_at is None:
        opening.seen_at, opening.seen_by = now, actor.user
    if asked and opening.asked_at is None:
        opening.asked_at = now
    opening.save(update_fields=["seen_at", "seen_by", "asked_at"])
