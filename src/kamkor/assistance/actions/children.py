"""The child's path: begun by itself for a child or in doubt, filled in as it becomes known."""

from collections.abc import Mapping
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.assistance.actions.tasks import new_task
from kamkor.assistance.models import Case, ChildPath, Placement, Task
from kamkor.base.actions import action, reference
from kamkor.base.problems import Problem
from kamkor.vault.models import File, Item

OPEN_FIELDS = ("parent_involved", "parents_told", "representative", "interviewer", "adult_on")
SEALED = {"wish": "child_wish", "representative_name": "representative"}


def start_path(actor: Actor, case: Case) -> ChildPath:
    """The path of a child's case, made when it is not there yet; whoever takes her in is the interviewer."""
    path, _made = ChildPath.objects.get_or_create(
        case=case,
        defaults={"desk_id": case.desk_id, "recorded_by": actor.user, "interviewer": actor.user},
    )
    return path


@action("child.record")
def record(
    actor: Actor,
    case: Case,
    *,
    facts: Mapping[str, object],
    texts: Mapping[str, str],
    seen: Mapping[str, int] | None = None,
) -> ChildPath:
    """What is known by now: open `facts`, sealed `texts` by field with the versions `seen` of them. Parents
    are not told while one of them may be involved."""
    path = start_path(actor, case)
    for name in OPEN_FIELDS:
        if name in facts:
            setattr(path, name, facts[name])
    if path.parents_told and path.parent_involved != "no":
        raise Problem(_("The parents must not be told while one of them may be involved"), _("Wait with it."))
    for name, text in texts.items():
        seal_text(actor, path, name, text, file=path.case.person.file, seen=(seen or {}).get(name, 0))
    path.save()
    _ask_at_18(path)
    return path


def seal_text(
    actor: Actor, row: ChildPath | Placement, name: str, text: str, *, file: File, seen: int
) -> None:
    """Write the sealed text `name` of a row, over the version that its writer saw. The caller saves."""
    item: Item | None = getattr(row, name)
    if item is not None:
        actor.keyring.rewrite(item, text, by=actor.user_id, expected=seen)
    elif text:
        setattr(row, name, actor.keyring.write(file, SEALED[name], text, by=actor.user_id))


def _ask_at_18(path: ChildPath) -> None:
    """On the 18th birthday somebody asks who decides now; one task, moved when the day is corrected."""
    about = {"kind": "child_turns_18", "subject": reference(path)}
    if path.adult_on is None:
        Task.objects.open().filter(**about).update(dropped_at=timezone.now())
        return
    due = morning_of(path.adult_on)
    task = new_task(path.desk, case=path.case, due_at=due, assignee=path.case.worker, **about)
    if task.due_at != due:
        task.due_at = due
        task.save(update_fields=["due_at"])


def morning_of(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=timezone.get_current_timezone())
