"""What is done to the register of recruiters."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.base import codelists
from kamkor.base.actions import action
from kamkor.base.problems import Problem, WrongState
from kamkor.methods.permits import out_of_order
from kamkor.prevention.models import Check, JobOrder, Owners, Permit, PermitEvent, Placed, Recruiter


@action("recruiter.add")
def add(actor: Actor, desk: Desk, *, facts: Mapping[str, Any]) -> Recruiter:
    """A firm that offers work abroad, with a permit or without."""
    _must_be_new(facts, None)
    return Recruiter.objects.create(desk=desk, **facts)


@action("recruiter.edit")
def edit(actor: Actor, recruiter: Recruiter, *, facts: Mapping[str, Any]) -> Recruiter:
    _must_be_new(facts, recruiter.pk)
    for name, value in facts.items():
        setattr(recruiter, name, value)
    recruiter.save(update_fields=list(facts))
    return recruiter


@action("recruiter.owners")
def write_owners(actor: Actor, recruiter: Recruiter, *, text: str, version: int = 0) -> Owners:
    """Who stands behind the firm; readable at this desk alone."""
    held = Owners.objects.visible_to(actor).select_related("text").filter(recruiter=recruiter).first()
    if held is not None:
        actor.keyring.rewrite(held.text, text, by=actor.user_id, expected=version)
        return held  # type: ignore[no-any-return]
    file = actor.keyring.new_file(actor.desk.holder)
    item = actor.keyring.write(file, "owners", text, by=actor.user_id)
    return Owners.objects.create(desk=actor.desk, recruiter=recruiter, file=file, text=item)


@action("recruiter.check")
def record_check(actor: Actor, recruiter: Recruiter, /, *, note: str, **facts: Any) -> Check:
    """An inspection, a visit or a test call; who went or called is not asked."""
    if facts["kind"] == "test_call" and not facts["caller_safe"]:
        raise Problem(_("A test call is never made from one's own number or in one's own name"))
    file = actor.keyring.new_file(actor.desk.holder)
    item = actor.keyring.write(file, "check", note, by=actor.user_id)
    own = {"desk": actor.desk, "recruiter": recruiter, "recorded_by": actor.signed_in}
    return Check.objects.create(**own, file=file, note=item, **facts)


@action("permit.add")
def add_permit(
    actor: Actor, recruiter: Recruiter, /, *, country: str, partner: str, number: str, **event: Any
) -> Permit:
    """A permit with its first entry."""
    same = {"country": country, "partner": partner, "number": number}
    if Permit.objects.filter(recruiter=recruiter, **same).exists():
        raise Problem(_("This permit is on the register already"), _("Add to it what has happened since."))
    permit = Permit.objects.create(recruiter=recruiter, **same)
    PermitEvent.objects.create(permit=permit, recorded_by=actor.signed_in, **event)
    return permit


@action("permit.event")
def add_event(
    actor: Actor, permit: Permit, *, kind: str, on: date, until: date | None, ground: str
) -> PermitEvent:
    """What has happened to a permit; it has to fit what the register says of the days before and after."""
    event = PermitEvent.objects.create(
        permit=permit, kind=kind, on=on, until=until, ground=ground, recorded_by=actor.signed_in
    )
    _must_fit(permit)
    return event


@action("permit.strike")
def strike(actor: Actor, row: PermitEvent | JobOrder | Placed) -> None:
    """The entry was wrong. It stays readable, and counts no more."""
    if row.struck_at is not None:
        raise WrongState
    row.struck_at = timezone.now()
    if isinstance(row, PermitEvent):
        row.struck_by = actor.signed_in
    row.save()
    _must_fit(row.permit)


@action("permit.order")
def add_order(actor: Actor, permit: Permit, /, **facts: Any) -> JobOrder:
    return JobOrder.objects.create(permit=permit, **facts)


@action("permit.placed")
def add_placed(actor: Actor, permit: Permit, /, **facts: Any) -> Placed:
    told = Placed.objects.filter(permit=permit, struck_at=None)
    if told.filter(begins__lte=facts["ends"], ends__gte=facts["begins"]).exists():
        raise Problem(_("Some of these days are in another row already"), _("Let no day count twice."))
    return Placed.objects.create(permit=permit, **facts)


def _must_fit(permit: Permit) -> None:
    told = [event.plain for event in permit.events.filter(struck_at=None)]
    if misfit := out_of_order(told):
        on = date_format(misfit.on, "SHORT_DATE_FORMAT")
        raise Problem(
            f"{_('This does not fit what the register says of that day')}: "
            f"{on}, {codelists.label('permit_state', misfit.kind)}",
            _("Check the day, or first add what is missing. An entry that was wrong can be struck."),
        )


def _must_be_new(facts: Mapping[str, Any], own: int | None) -> None:
    number = facts.get("number")
    if number and Recruiter.objects.filter(number=number).exclude(pk=own).exists():
        raise Problem(_("A firm with this number is on the register already"))
