"""What can be done to the directory: a desk's own offers, their room, and the reference lists."""

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.base import codelists
from kamkor.base.actions import action
from kamkor.base.models import CodeEntry
from kamkor.base.problems import Problem
from kamkor.directory.models import Offer, OutsideOrganisation


@action("offer.edit")
def save_offer(actor: Actor, desk: Desk, *, facts: Mapping[str, object], offer: Offer | None = None) -> Offer:
    """A new offer of the actor's own desk, or a change of one; to save it is to confirm its room."""
    row = offer or Offer(desk=desk)
    if row.desk_id != desk.pk:
        raise Problem(_("This offer belongs to another desk"))
    for name, value in facts.items():
        setattr(row, name, value)
    row.confirmed_at = timezone.now()
    row.save()
    return row


@action("offer.room")
def set_room(actor: Actor, offer: Offer, *, room: str) -> None:
    """One tap: whether there is room, as of now."""
    offer.room, offer.confirmed_at = Offer.Room(room), timezone.now()
    offer.save(update_fields=["room", "confirmed_at"])


@action("reference.edit")
def edit_entry(
    actor: Actor, desk: Desk, entry: CodeEntry, *, labels: dict[str, str], note: str, confirmed: bool
) -> CodeEntry:
    """Correct a row of a reference list; a later release of the lists leaves it as it is written here."""
    entry.labels = entry.labels | labels
    entry.note = note
    if confirmed != entry.confirmed:
        entry.status = "verified" if confirmed else "our proposal"
    entry.edited_at = timezone.now()
    entry.save(update_fields=["labels", "note", "status", "edited_at"])
    codelists.forget()
    return entry


@action("organisation.edit")
def save_organisation(
    actor: Actor,
    organisation: OutsideOrganisation,
    *,
    facts: Mapping[str, object],
    services: list[str],
    children: bool,
) -> OutsideOrganisation:
    """Correct an outside organisation, and what it offers."""
    for name, value in facts.items():
        setattr(organisation, name, value)
    organisation.save()
    offers = Offer.objects.filter(outside=organisation, ended_on=None)
    offers.exclude(service__in=services).update(ended_on=timezone.localdate())
    offers.update(place=organisation.place, children=children)
    held = set(offers.values_list("service", flat=True))
    Offer.objects.bulk_create(
        Offer(outside=organisation, service=service, place=organisation.place, children=children)
        for service in services
        if service not in held
    )
    return organisation
