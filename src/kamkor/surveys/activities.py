"""Trainings and campaigns of a desk."""

from collections.abc import Mapping

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.base.actions import action
from kamkor.surveys.tied import Activity

FACTS = ("kind", "title", "on", "place", "participants")


@action("activity.add")
def add(actor: Actor, desk: Desk, *, facts: Mapping[str, object]) -> Activity:
    return Activity.objects.create(desk=desk, made_by=actor.signed_in, **facts)


@action("activity.edit")
def edit(actor: Actor, activity: Activity, *, facts: Mapping[str, object]) -> None:
    """Change what is said of it; what is not named stays as it is."""
    named = [name for name in FACTS if name in facts]
    for name in named:
        setattr(activity, name, facts[name])
    activity.save(update_fields=named)
