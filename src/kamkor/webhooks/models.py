"""What partner systems are told unasked: who wants to hear of what, and each message until it has arrived."""

from typing import Self
from uuid import uuid4

from django.db import models
from django.utils import timezone

from kamkor.access.models import DeskOwned, DeskOwnedQuerySet, Token, User


class SubscriptionQuerySet(DeskOwnedQuerySet):
    def running(self) -> Self:
        """Those for which messages are made; a paused one keeps them until it goes on."""
        return self.filter(ended_at=None)


class Subscription(DeskOwned):
    """An address to which the holder of one token is told of some kinds of events. It ends with the token.

    `secret` names the signing secret (see `vault.signing`); while it is being turned, `previous` signs too.
    """

    token = models.ForeignKey(Token, models.PROTECT, related_name="+")
    address = models.CharField(max_length=300)
    kinds = models.JSONField(default=list)
    secret = models.UUIDField(default=uuid4)
    previous = models.UUIDField(null=True)
    previous_until = models.DateTimeField(null=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    failing_since = models.DateTimeField(null=True)  # since when no message has arrived
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = SubscriptionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"subscription {self.pk}"

    @property
    def subject(self) -> str:
        """The name under which a task is about it."""
        return f"webhooks.subscription:{self.pk}"


class Delivery(DeskOwned):
    """One message about one event. It holds no content: what is told is read when it is sent.

    A worker holds it by a `lease` until `leased_until`; whoever died while sending gives it back by that.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        DEAD = "dead"  # given up after the last try, until somebody sends it again or drops it
        DROPPED = "dropped"

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="deliveries")
    key = models.UUIDField(default=uuid4, unique=True)  # the same at each try
    event = models.BigIntegerField()  # in the access log
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    due_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    error = models.CharField(max_length=20, blank=True)  # a status or a kind of error, never what was said
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "event"], name="told_once_of_an_event"),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["subscription", "subject"]),
        ]

    objects = DeskOwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class LogPosition(models.Model):
    """How far the access log has been read, and when: one row."""

    last_id = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"to {self.last_id}"
