"""Who offers which service, where, to whom, and whether there is room."""

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kamkor.access.models import Desk
from kamkor.base.codelists import CodeField
from kamkor.directory.places import oblast

if TYPE_CHECKING:
    from kamkor.access.actor import Actor


class OutsideOrganisationQuerySet(models.QuerySet["OutsideOrganisation"]):
    def visible_to(self, actor: "Actor") -> Self:
        return self if actor.desk_id else self.none()


class OutsideOrganisation(models.Model):
    """An organisation without a desk here: it is reached by letter and telephone.

    No persons, no addresses of shelters.
    """

    code = models.SlugField(max_length=60, unique=True)
    names = models.JSONField(default=dict)
    kind = CodeField("organisation_kind", max_length=30)
    place = CodeField("place", max_length=20, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    confirmed_on = models.DateField(null=True, blank=True)
    source = models.TextField(blank=True)

    objects = OutsideOrganisationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.code

    def relation_to(self, actor: "Actor") -> str:
        return "any"


SHELTERS = frozenset({"temporary_shelter", "short_shelter", "long_shelter"})


class OfferQuerySet(models.QuerySet["Offer"]):
    def visible_to(self, actor: "Actor") -> Self:
        """Every desk may see what others offer; the address of a shelter is in no column."""
        return self.running() if actor.desk_id else self.none()

    def for_anybody(self) -> Self:
        """What the public door shows: no shelter."""
        return self.running().exclude(service__in=SHELTERS)

    def running(self) -> Self:
        return self.filter(Q(desk=None) | Q(desk__active=True), ended_on=None)


class Offer(models.Model):
    """One service of one desk or outside organisation."""

    class Room(models.TextChoices):
        CAN_TAKE = "can_take"
        ASK = "ask"
        FULL = "full"

    desk = models.ForeignKey(Desk, models.PROTECT, null=True, blank=True, related_name="offers")
    outside = models.ForeignKey(
        OutsideOrganisation, models.PROTECT, null=True, blank=True, related_name="offers"
    )
    service = CodeField("service_type", max_length=40)
    place = CodeField("place", max_length=20, blank=True)
    area = models.JSONField(default=list, blank=True)  # places served; empty: the whole country
    languages = models.JSONField(default=list, blank=True)
    sexes = models.JSONField(default=list, blank=True)  # accepted; empty: all
    adults = models.BooleanField(default=True)
    children = models.BooleanField(default=False)
    room = models.CharField(max_length=10, choices=Room, default=Room.ASK)
    confirmed_at = models.DateTimeField(default=timezone.now)
    hours = models.CharField(max_length=80, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(desk__isnull=False, outside=None) | Q(desk=None, outside__isnull=False),
                name="offer_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.pk}"

    def relation_to(self, actor: "Actor") -> str:
        return "own" if self.desk_id and actor.desk_id == self.desk_id else "any"

    @property
    def stale(self) -> bool:
        """Whether the room was last confirmed over three days ago: then the page says to ask."""
        return timezone.now() - self.confirmed_at > timedelta(days=3)

    @property
    def room_now(self) -> str:
        """What may be relied on today: a room confirmed too long ago has to be asked for."""
        return self.Room.ASK if self.stale else self.room

    @property
    def provider(self) -> Desk | OutsideOrganisation:
        provider = self.desk or self.outside
        assert provider is not None
        return provider

    @property
    def is_shelter(self) -> bool:
        """Where it is, is told by voice after acceptance and shown nowhere: not even its rayon."""
        return self.service in SHELTERS

    @property
    def shown_place(self) -> str:
        return oblast(self.place) if self.is_shelter else self.place
