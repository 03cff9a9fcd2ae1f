"""What can be done to a desk's roster: its shifts, the places it serves, who stands in as second person."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.duty import WEEK, Region, Shift
from kamkor.access.models import Desk, Membership, User
from kamkor.base.actions import action
from kamkor.base.problems import Problem, WrongState


@action("roster.add")
def add_shifts(
    actor: Actor, desk: Desk, *, user: User, days: Iterable[date], begins: time, ends: time
) -> None:
    """The same hours on one or several days; an end at or before the beginning is on the next day."""
    must_be_staff(desk, user)
    for day in days:
        begins_at, ends_at = hours(day, begins, ends)
        if Shift.objects.filter(desk=desk, user=user).between(begins_at, ends_at).exists():
            raise Problem(_("This colleague is on duty then already"), _("Remove that shift first."))
        Shift.objects.create(desk=desk, user=user, begins_at=begins_at, ends_at=ends_at)


@action("roster.copy")
def copy_week(actor: Actor, desk: Desk, *, week: datetime) -> int:
    """The shifts of the week before, of colleagues who still work here, by the clock on the wall. Gives how
    many were added; where somebody is on duty then already, nothing is."""
    added = 0
    staff = set(Membership.objects.current().filter(desk=desk).values_list("user", flat=True))
    for shift in shifts_of(desk, week - WEEK).filter(user__in=staff):
        begins_at, ends_at = _a_week_on(shift.begins_at), _a_week_on(shift.ends_at)
        if not Shift.objects.filter(desk=desk, user=shift.user_id).between(begins_at, ends_at).exists():
            Shift.objects.create(desk=desk, user=shift.user, begins_at=begins_at, ends_at=ends_at)
            added += 1
    return added


@action("shift.remove")
def remove(actor: Actor, shift: Shift) -> None:
    """Only what has not begun: the log of who looked is read beside what was said at that time."""
    if shift.begins_at <= timezone.now():
        raise Problem(_("This shift has begun"), _("Hand it over instead: the roster says who was there."))
    shift.delete()


@action("shift.hand_over")
def hand_over(actor: Actor, shift: Shift, *, user: User) -> Shift:
    """A colleague comes instead: for the whole shift, or from now on for one that has begun."""
    now = timezone.now()
    if shift.ends_at <= now or user.pk == shift.user_id:
        raise WrongState
    must_be_staff(shift.desk, user)
    begins_at = max(shift.begins_at, now)
    if Shift.objects.filter(desk=shift.desk, user=user).between(begins_at, shift.ends_at).exists():
        raise Problem(_("This colleague is on duty then already"), _("Choose somebody else."))
    taken = Shift(desk=shift.desk, user=user, begins_at=begins_at, ends_at=shift.ends_at)
    taken.handed_on_by = actor.user
    if shift.begins_at < now:
        shift.ends_at = now
        shift.save(update_fields=["ends_at"])
    else:
        shift.delete()
    taken.save()
    return taken


@action("region.add")
def add_region(actor: Actor, desk: Desk, *, place: str, user: User | None) -> Region:
    """A place that the desk serves, or one colleague of it."""
    if user is not None:
        must_be_staff(desk, user)
    row, _new = Region.objects.get_or_create(desk=desk, place=place, user=user)
    return row


@action("region.remove")
def remove_region(actor: Actor, region: Region) -> None:
    region.delete()


@action("desk.second")
def set_second(actor: Actor, desk: Desk, *, second: Desk | None) -> None:
    """Which other desk checks what was done at once where nobody here can."""
    if second is not None and second.pk == desk.pk:
        raise WrongState
    desk.second = second
    desk.save(update_fields=["second"])


def hours(day: date, begins: time, ends: time) -> tuple[datetime, datetime]:
    """From when to when, by the clock of this installation."""
    last = day if ends > begins else day + timedelta(days=1)
    return (
        timezone.make_aware(datetime.combine(day, begins)),
        timezone.make_aware(datetime.combine(last, ends)),
    )


def shifts_of(desk: Desk, week: datetime) -> QuerySet[Shift]:
    """Those that begin in the week from this Monday on, in order."""
    rows = Shift.objects.filter(desk=desk, begins_at__gte=week, begins_at__lt=_a_week_on(week))
    return rows.select_related("user").order_by("begins_at", "user__display_name", "pk")


def must_be_staff(desk: Desk, user: User) -> None:
    if not Membership.objects.current().filter(desk=desk, user=user).exists():
        raise Problem(_("This person does not work at this desk"), _("Choose a colleague of the desk."))


def _a_week_on(moment: datetime) -> datetime:
    return timezone.make_aware(timezone.localtime(moment).replace(tzinfo=None) + WEEK)
