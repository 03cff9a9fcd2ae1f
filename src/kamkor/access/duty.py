"""Who is on duty at a desk and when, which places it serves, who stands in as the second person; and the
alerts that are raised when somebody looks at more, elsewhere or at other hours than that."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from kamkor.access.models import Desk, DeskOwned, DeskOwnedQuerySet, User
from kamkor.base.codelists import CodeField

if TYPE_CHECKING:
    from kamkor.access.actor import Actor

WEEK = timedelta(days=7)


class ShiftQuerySet(DeskOwnedQuerySet):
    def between(self, since: datetime, until: datetime) -> Self:
        """Those of which some part lies between the two."""
        return self.filter(begins_at__lt=until, ends_at__gt=since)


class Shift(DeskOwned):
    """One colleague's hours on duty, from a moment to a moment."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    handed_on_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ShiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begins_at")), name="shift_ends_after_it_begins"
            ),
            models.UniqueConstraint(fields=["desk", "user", "begins_at"], name="shift_once"),
        ]
        indexes = [models.Index(fields=["desk", "ends_at"], name="shift_by_time")]

    def __str__(self) -> str:
        return f"shift {self.pk}"

    def relation_to(self, actor: "Actor") -> str:
        """One's own shift is `sent`: one may hand it on without being the head."""
        own = super().relation_to(actor)
        return "sent" if own == "own" and self.user_id == actor.user_id else own

    def covers(self, moment: datetime) -> bool:
        """Whether somebody may be at work then; nobody comes and goes to the minute."""
        grace = timedelta(minutes=settings.ROSTER_GRACE_MINUTES)
        return self.begins_at - grace <= moment <= self.ends_at + grace


class Region(DeskOwned):
    """A rayon or oblast that a desk serves, or that one colleague of it does (`user`)."""

    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    place = CodeField("place", max_length=20)

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk", "user", "place"], name="region_once"),
            models.UniqueConstraint(
                fields=["desk", "place"], condition=Q(user=None), name="region_of_desk_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.place)


class AlertQuerySet(DeskOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Those told to the actor's role at this desk; never one about the actor."""
        return super().visible_to(actor).filter(told=actor.role).exclude(user__in=actor.barred_as)

    def open(self) -> Self:
        return self.filter(closed_at=None)


class Alert(DeskOwned):
    """Unusual look-ups of one colleague: what kind, how many, when. `desk` is told of it, in the role `told`;
    whom they were about is not in it."""

    about = models.ForeignKey(Desk, models.PROTECT, related_name="+")  # where it was done
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    told = CodeField("role", max_length=30)
    kind = CodeField("alert_kind", max_length=30)
    times = models.PositiveIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    outcome = CodeField("alert_outcome", max_length=30, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["about", "user", "kind", "until"], name="alert_once"),
        ]
        indexes = [models.Index(fields=["desk"], condition=Q(closed_at=None), name="alert_open")]

    def __str__(self) -> str:
        return f"alert {self.pk}"

    @property
    def names_who(self) -> bool:
        """A head is told which colleague it was; who stands outside is told the desk alone."""
        return self.desk_id == self.about_id and self.told == "supervisor"


def served(desk: Desk, user_id: int | None) -> set[str]:
    """The places that a colleague serves: their own, else those of the desk; none where nothing is said."""
    rows = list(Region.objects.filter(desk=desk).values_list("user", "place"))
    own = {place for user, place in rows if user is not None and user == user_id}
    return own or {place for user, place in rows if user is None}


def monday(moment: datetime) -> datetime:
    """When the week of this moment began, by the clock of this installation."""
    local = timezone.localtime(moment)
    day = local.date() - timedelta(days=local.weekday())
    return timezone.make_aware(datetime.combine(day, time.min))
