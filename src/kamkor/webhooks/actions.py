"""What a desk does with its subscriptions and with messages that could not be delivered."""

from collections.abc import Collection
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk, Token
from kamkor.assistance.models import Task
from kamkor.base.actions import action
from kamkor.base.problems import Problem, WrongState
from kamkor.webhooks import delivering
from kamkor.webhooks.address import NotAllowed, parse, resolve
from kamkor.webhooks.kinds import offered_to
from kamkor.webhooks.models import Delivery, Subscription

BOTH_SIGN_FOR = timedelta(hours=24)


@action("webhook.make")
def make(actor: Actor, desk: Desk, *, token: Token, address: str, kinds: Collection[str]) -> Subscription:
    """Tell the holder of a token of these kinds of events from now on."""
    if token.desk_id != desk.pk or not token.alive or not kinds or set(kinds) - set(offered_to(token.scopes)):
        raise Problem(_("This system may not be told of that"), _("Choose from what its access allows."))
    must_be_public(address)
    return Subscription.objects.create(
        desk=desk, token=token, address=address, kinds=sorted(set(kinds)), made_by=actor.signed_in
    )


def must_be_public(address: str) -> None:
    """Raises Problem in the same words for what may not be reached and for what is not there."""
    try:
        resolve(parse(address))
    except (NotAllowed, OSError, UnicodeError):
        raise Problem(
            _("Nothing can be sent to this address"),
            _("Give an address that begins with https:// and can be reached from everywhere."),
        ) from None


@action("webhook.turn")
def turn(actor: Actor, subscription: Subscription) -> Subscription:
    """A new signing secret; for a day the old one signs beside it, so that no message is refused."""
    must_run(subscription)
    subscription.previous, subscription.secret = subscription.secret, uuid4()
    subscription.previous_until = timezone.now() + BOTH_SIGN_FOR
    subscription.save(update_fields=["secret", "previous", "previous_until"])
    return subscription


@action("webhook.pause")
def pause(actor: Actor, subscription: Subscription) -> None:
    must_run(subscription)
    subscription.paused_at = subscription.paused_at or timezone.now()
    subscription.save(update_fields=["paused_at"])


@action("webhook.resume")
def resume(actor: Actor, subscription: Subscription) -> None:
    """Go on, with all that has waited."""
    must_run(subscription)
    subscription.paused_at = subscription.failing_since = None
    subscription.save(update_fields=["paused_at", "failing_since"])
    now = timezone.now()
    subscription.deliveries.filter(state=Delivery.State.WAITING).update(due_at=now)
    Task.objects.open().filter(desk=subscription.desk_id, subject=subscription.subject).update(done_at=now)


@action("webhook.end")
def end(actor: Actor, subscription: Subscription) -> None:
    must_run(subscription)
    delivering.end(subscription, timezone.now())


@action("webhook.resend")
def resend(actor: Actor, delivery: Delivery) -> None:
    """From the beginning; what it says is read anew."""
    must_run(delivery.subscription)
    must_be_dead(delivery)
    delivery.state, delivery.tries, delivery.due_at = Delivery.State.WAITING, 0, timezone.now()
    delivery.done_at = None
    delivery.save(update_fields=["state", "tries", "due_at", "done_at"])


@action("webhook.drop")
def drop(actor: Actor, delivery: Delivery) -> None:
    must_be_dead(delivery)
    delivery.state = Delivery.State.DROPPED
    delivery.save(update_fields=["state"])


def must_run(subscription: Subscription) -> None:
    if subscription.ended_at is not None:
        raise WrongState


def must_be_dead(delivery: Delivery) -> None:
    if delivery.state != Delivery.State.DEAD:
        raise WrongState
