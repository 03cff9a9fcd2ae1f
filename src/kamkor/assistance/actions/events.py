"""One event with many people: shared facts once, with a head count; persons under it, each by his own yes."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance.actions.intake import Given, new_file_and_case
from kamkor.assistance.actions.records import new_note
from kamkor.assistance.models import Case, Event, Note
from kamkor.base.actions import action
from kamkor.base.problems import Problem
from kamkor.base.public import fresh_code


@action("event.open")
def open_event(actor: Actor, desk: Desk, *, facts: Mapping[str, Any], text: str = "") -> Event:
    """What happened to many; `facts` are open columns, `text` is sealed."""
    assert actor.user is not None
    file = actor.keyring.new_file(desk.holder)
    item = actor.keyring.write(file, "event", text, by=actor.user_id) if text else None
    return Event.objects.create(
        desk=desk, code=fresh_code(), file=file, facts=item, created_by=actor.user, **facts
    )


@action("event.edit")
def edit_event(
    actor: Actor, event: Event, *, facts: Mapping[str, Any], text: str | None = None, version: int = 0
) -> Event:
    """Correct the shared facts. `text` replaces the sealed text of which the writer saw `version`; None
    leaves it as it is. A head count below those already written down is refused."""
    for name, value in facts.items():
        setattr(event, name, value)
    if event.head_count < heads(event):
        raise Problem(_("More people than that are written down already"), _("Give a greater head count."))
    if text is not None and event.facts is not None:
        actor.keyring.rewrite(event.facts, text, by=actor.user_id, expected=version)
    elif text:
        event.facts = actor.keyring.write(event.file, "event", text, by=actor.user_id)
    event.save()
    return event


@action("event.add_person")
def add_person(actor: Actor, event: Event, *, given: Given | None) -> Case | None:
    """A person with a file and a case of his own; or, with nothing given because he said no, one more who is
    only counted. The head count grows when there are more than were first seen."""
    case = None
    if given is None:
        event.counted_only += 1
    else:
        case = new_file_and_case(actor, event.desk, given)
        Case.objects.filter(pk=case.pk).update(event=event)
        case.event = event
    event.head_count = max(event.head_count, heads(event))
    event.children = max(event.children, children_in(event))
    event.save(update_fields=["counted_only", "head_count", "children"])
    return case


@action("event.sheet")
def write_sheet(actor: Actor, case: Case, *, lines: Mapping[str, str]) -> Note:
    """Days, promised, paid, deducted, owed: sealed as a note of facts in his own file."""
    text = "\n".join(f"{label}: {value}" for label, value in lines.items())
    return new_note(actor, case, text=text, kind=Note.Kind.FACT, on=None)


def heads(event: Event) -> int:
    """Those with a file of their own and those who are only counted."""
    return Case._base_manager.filter(event=event).count() + event.counted_only


def children_in(event: Event) -> int:
    return Case._base_manager.filter(event=event, person__age__in=["child", "doubt"]).count()
