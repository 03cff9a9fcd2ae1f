"""What is done about an alert of unusual look-ups."""

from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.access.duty import Alert
from kamkor.base.actions import action
from kamkor.base.problems import WrongState


@action("alert.close")
def close(actor: Actor, alert: Alert, *, outcome: str) -> None:
    """With what came of it: ordinary work, a reason, somebody else at the account, measures."""
    if alert.closed_at is not None:
        raise WrongState
    alert.closed_at, alert.closed_by, alert.outcome = timezone.now(), actor.user, outcome
    alert.save(update_fields=["closed_at", "closed_by", "outcome"])
