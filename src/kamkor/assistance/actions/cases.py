"""Opening, changing, giving to a colleague, closing and reopening a case, and the looks back afterwards."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Membership, User
from kamkor.access.policy import CASE_AND_LAWYER
from kamkor.assistance.actions import records
from kamkor.assistance.actions.tasks import new_task
from kamkor.assistance.models import Case, FollowUp, Reopening, Stay, Task
from kamkor.base.actions import action, reference
from kamkor.base.problems import AlreadyChanged, Problem, WrongState
from kamkor.base.public import fresh_code
from kamkor.methods.journeys import FOLLOW_UP_MONTHS, follow_ups
from kamkor.people.models import Exclusion, Person

EDITABLE = (
    *("kind", "direction", "wish_after", "medical_need", "medical_since", "sleeps_tonight"),
    *("danger", "accompanied", "came_by", "next_step"),
)
NOBODY_TO_ASK = ("died", "opened_by_mistake")  # reasons of closing after which there is no look back


class Closed(WrongState):
    title = _("This case is closed")
    mend = _("Reopen it first.")


@action("case.open")
def open_case(
    actor: Actor, person: Person, /, *, kind: str, opened_on: date | None = None, **facts: object
) -> Case:
    """A new matter of this person at her desk; `facts` are open columns of Case. A file on which work begins
    does not leave with an older case that another desk took over."""
    Person.objects.filter(pk__in=person.all_ids()).exclude(read_until=None).update(read_until=None)
    return Case.objects.create(
        desk_id=person.desk_id,
        person=person,
        code=fresh_code(),
        kind=kind,
        worker=actor.user,
        opened_on=opened_on or timezone.localdate(),
        **facts,
    )


@action("case.edit")
def edit(actor: Actor, case: Case, *, expected: int, facts: Mapping[str, object]) -> Case:
    """Change open columns named in EDITABLE. `expected` is the version that the writer saw."""
    if case.version != expected:
        raise AlreadyChanged
    must_be_open(case)
    for name in EDITABLE:
        if name in facts:
            setattr(case, name, facts[name])
    return save(case)


@action("case.assign")
def assign(actor: Actor, case: Case, *, worker: User) -> Case:
    """Give the case to a colleague of the desk who keeps files and from whom she is not to be kept."""
    staff = Membership.objects.current().filter(desk_id=case.desk_id, role__in=CASE_AND_LAWYER)
    if not staff.filter(user=worker).exists():
        raise Problem(_("This person does not keep files at this desk"), _("Choose a colleague of the desk."))
    if Exclusion.objects.filter(person_id=case.person_id, user=worker, lifted_at=None).exists():
        raise Problem(_("This colleague must not see this file"), _("Choose another colleague."))
    case.worker = worker
    return save(case)


@action("case.close")
def close(
    actor: Actor,
    case: Case,
    *,
    reason: str,
    closed_on: date | None = None,
    months: Iterable[int] = FOLLOW_UP_MONTHS,
    keep: Iterable[int] = (),
) -> Case:
    """Close with a reason: working notes expire, open tasks but those in `keep` are dropped, and a look back
    is planned after each of `months`."""
    must_be_open(case)
    if Stay.objects.filter(case=case, until=None).exists():
        raise Problem(_("A stay in a shelter is still open"), _("Write when it ended, then close the case."))
    case.closed_on, case.close_reason = closed_on or timezone.localdate(), reason
    if not case.opened_on <= case.closed_on <= timezone.localdate():
        raise Problem(_("A case closes between its opening and today"), _("Choose another day."))
    records.expire_working_notes(actor, case)
    Task.objects.open().filter(case=case).exclude(pk__in=keep).update(dropped_at=timezone.now())
    wanted = set() if reason in NOBODY_TO_ASK else set(months)
    for month, due_on in zip(FOLLOW_UP_MONTHS, follow_ups(case.closed_on), strict=True):
        if month in wanted:
            plan_follow_up(case, month, due_on)
    return save(case)


def plan_follow_up(case: Case, months: int, due_on: date) -> None:
    """A look back with its task; it is late two weeks after its day."""
    planned = FollowUp.objects.create(desk_id=case.desk_id, case=case, months=months, due_on=due_on)
    late = datetime.combine(due_on + timedelta(days=14), time(18), tzinfo=timezone.get_current_timezone())
    new_task(case.desk, "follow_up", late, case=case, subject=reference(planned), assignee=case.worker)


@action("case.reopen")
def reopen(actor: Actor, case: Case) -> Case:
    """Work begins again; the closing stays known, and the looks back that were not made are planned anew at
    the next one."""
    if case.closed_on is None:
        raise WrongState
    drop_follow_ups(FollowUp.objects.filter(case=case, done_on=None))
    Reopening.objects.create(
        desk_id=case.desk_id,
        case=case,
        closed_on=case.closed_on,
        close_reason=case.close_reason,
        recorded_by=actor.user,
    )
    case.closed_on, case.close_reason, case.worker = None, "", case.worker or actor.user
    return save(case)


@action("follow_up.record")
def record_follow_up(
    actor: Actor, follow_up: FollowUp, *, done_on: date, reached: str, outcomes: Iterable[str] = ()
) -> None:
    """How she is, if she could be reached by the safe rule. If she asked not to be, nobody asks again."""
    if follow_up.done_on is not None:
        raise WrongState
    if reached != "yes_safe" and list(outcomes):
        raise Problem(
            _("Outcomes are only known when the person was reached and could talk"), _("Untick the outcomes.")
        )
    follow_up.done_on, follow_up.reached, follow_up.outcomes = done_on, reached, list(outcomes)
    follow_up.recorded_by, follow_up.recorded_at = actor.user, timezone.now()
    follow_up.save()
    Task.objects.open().filter(subject=reference(follow_up)).update(done_at=timezone.now())
    if reached == "she_asked_not":
        drop_follow_ups(FollowUp.objects.filter(case=follow_up.case_id, done_on=None))


def drop_follow_ups(rows: Iterable[FollowUp]) -> None:
    for row in rows:
        Task.objects.open().filter(subject=reference(row)).update(dropped_at=timezone.now())
        row.delete()


def must_be_open(case: Case) -> None:
    if not case.is_open:
        raise Closed


def save(case: Case) -> Case:
    case.version += 1
    case.save()
    return case
