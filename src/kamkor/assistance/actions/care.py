"""Needs, the plan, services given, and stays in a shelter."""

from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance.actions.cases import must_be_open
from kamkor.assistance.models import Case, Goal, Need, ServiceGiven, Stay
from kamkor.base.actions import action
from kamkor.base.problems import Problem, WrongState
from kamkor.directory.models import Offer, OutsideOrganisation
from kamkor.people.models import Exclusion, Person
from kamkor.vault.models import Item


@action("need.add")
def add_need(
    actor: Actor, case: Case, *, kind: str, stage: str, urgent: bool = False, seen_on: date | None = None
) -> Need:
    """Something she needs; the same need at the same stage stands once at a time."""
    must_be_open(case)
    held = Need.objects.filter(case=case, kind=kind, stage=stage, ended_on=None).first()
    if held is not None:
        raise Problem(_("This need is written down already"), _("End it first, or change nothing."))
    return Need.objects.create(
        desk_id=case.desk_id,
        case=case,
        kind=kind,
        stage=stage,
        urgent=urgent,
        seen_on=past(seen_on or timezone.localdate()),
        recorded_by=actor.user,
    )


@action("need.end")
def end_need(actor: Actor, need: Need, *, how: str, ended_on: date | None = None) -> None:
    if need.ended_on is not None:
        raise WrongState
    finish_need(need, how, past(ended_on or timezone.localdate()))


def finish_need(need: Need, how: str, on: date) -> None:
    in_order(need.seen_on, on)
    need.ended_on, need.ended_how = on, how
    need.save(update_fields=["ended_on", "ended_how"])


@action("goal.add")
def add_goal(
    actor: Actor, case: Case, *, text: str, need: Need | None = None, due_on: date | None = None
) -> Goal:
    """A step of her plan; the text is sealed."""
    must_be_open(case)
    of_case(case, need)
    item = actor.keyring.write(case.person.file, "plan", text, by=actor.user_id)
    return Goal.objects.create(
        desk_id=case.desk_id, case=case, need=need, text=item, due_on=due_on, recorded_by=actor.user
    )


@action("goal.end")
def end_goal(
    actor: Actor, goal: Goal, *, reached_on: date | None = None, dropped_on: date | None = None
) -> None:
    """Reached or dropped, on one of the two days."""
    if goal.reached_on or goal.dropped_on:
        raise WrongState
    assert (reached_on is None) != (dropped_on is None)
    goal.reached_on = past(reached_on) if reached_on else None
    goal.dropped_on = past(dropped_on) if dropped_on else None
    goal.save(update_fields=["reached_on", "dropped_on"])


@action("service.give")
def give_service(
    actor: Actor,
    case: Case,
    *,
    kind: str,
    on: date,
    stage: str = Need.Stage.HOME,
    need: Need | None = None,
    by_desk: Desk | None = None,
    by_outside: OutsideOrganisation | None = None,
    until: date | None = None,
    amount: Decimal | None = None,
    result: str = "",
    note: str = "",
    meets_need: bool = False,
) -> ServiceGiven:
    """A service by our own desk, another desk, or an organisation outside. Economic support has an amount
    and an end. A service that is all of a need ends it."""
    must_be_open(case)
    of_case(case, need)
    if kind == "economic_support" and (amount is None or until is None):
        mend = _("Write the amount in som and the last day, so that the person is not left dependent.")
        raise Problem(_("Economic support has an amount and an end"), mend)
    if until is not None:
        in_order(on, until)
    given = ServiceGiven.objects.create(
        desk_id=case.desk_id,
        case=case,
        need=need,
        kind=kind,
        stage=stage,
        by_desk=None if by_outside else by_desk or case.desk,
        by_outside=by_outside,
        on=past(on),
        until=until,
        amount=amount,
        result=result,
        note=sealed(actor, case.person, "service", note),
        recorded_by=actor.user,
    )
    if need is not None and meets_need and need.ended_on is None:
        finish_need(need, "met", max(on, need.seen_on))
    return given


@action("stay.begin")
def begin_stay(actor: Actor, case: Case, *, since: date, offer: Offer | None = None) -> Stay:
    """A place in a shelter, one at a time. Its address is told by voice and written nowhere."""
    must_be_open(case)
    if Stay.objects.filter(case=case, until=None).exists():
        raise Problem(_("The person already has a place"), _("End that stay first."))
    if offer is not None:
        must_take(offer, case.person)
    return Stay.objects.create(
        desk_id=case.desk_id, case=case, offer=offer, since=past(since), recorded_by=actor.user
    )


@action("stay.end")
def end_stay(actor: Actor, stay: Stay, *, until: date, how: str) -> None:
    if stay.until is not None:
        raise WrongState
    in_order(stay.since, past(until))
    stay.until, stay.left_how = until, how
    stay.save(update_fields=["until", "left_how"])


def must_take(offer: Offer, person: Person) -> None:
    """Refuse a shelter that is full, that does not take her, or that must not receive her."""
    if offer.desk is not None and Exclusion.bars_desk(person, offer.desk):
        raise Problem(_("This desk must not receive this file"), _("Choose another desk."))
    if offer.outside is not None and Exclusion.bars_place(person, offer.outside.place):
        raise Problem(_("This organisation must not receive this file"), _("Choose another one."))
    if not (offer.children if person.is_child else offer.adults):
        mend = _("A child goes only where children are taken, an adult where adults are.")
        raise Problem(_("This place does not take the person"), mend)
    if person.sex and offer.sexes and person.sex not in offer.sexes:
        raise Problem(_("This place does not take the person"), _("Choose a place for this sex."))
    if offer.room == Offer.Room.FULL:
        raise Problem(_("This place is full"), _("Ask them by telephone, or choose another place."))


def sealed(actor: Actor, person: Person, label: str, text: str) -> Item | None:
    return actor.keyring.write(person.file, label, text, by=actor.user_id) if text else None


def past(day: date) -> date:
    """The day, unless it has not come yet."""
    if day > timezone.localdate():
        raise Problem(_("This day has not come yet"), _("Write the day on which it happened."))
    return day


def in_order(first: date, last: date) -> None:
    if last < first:
        raise Problem(_("The end is before the beginning"), _("Correct one of the two days."))


def of_case(case: Case, need: Need | None) -> None:
    if need is not None and need.case_id != case.pk:
        raise WrongState
