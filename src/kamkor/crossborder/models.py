"""A relative asks: the request, the desks that were asked, the steps taken, and who it may be.

The asker may be the trafficker, the creditor or the violent husband. So nothing that comes of a request
can be read at the desk that took it: a possible match is a row of the desk that keeps the person's file.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from kamkor.access.models import Desk, DeskOwned, DeskOwnedQuerySet, User
from kamkor.assistance.models import Case
from kamkor.base.codelists import CodeField
from kamkor.people.models import PersonOwned, PersonOwnedQuerySet
from kamkor.vault.keyring import end_grants
from kamkor.vault.models import File, Item

if TYPE_CHECKING:
    from kamkor.access.actor import Actor

HERS = ("says_no", "not_safe", "says_yes")  # decisions by which it is she who is asked for


class SearchRequest(DeskOwned):
    """Somebody asks for a person who is missing or held. Names, debt and the asker are sealed."""

    code = models.CharField(max_length=16, unique=True)
    file = models.OneToOneField(File, models.PROTECT, related_name="+")
    kind = CodeField("search_kind", max_length=30)
    asker_is = CodeField("relationship", max_length=30)
    asking_dangerous = CodeField("yes_no_unknown", max_length=10)
    asker_language = models.CharField(max_length=10, blank=True)
    sex = CodeField("sex", max_length=20, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    country = CodeField("country", max_length=2, blank=True)  # where the person was last heard of
    last_heard = models.CharField(max_length=10, blank=True)  # a partial date
    home = CodeField("place", max_length=20, blank=True)  # where the person comes from
    together = models.PositiveSmallIntegerField(null=True, blank=True)  # left together, all without a word
    asks_others = models.BooleanField(default=False)  # the asker agrees that other desks are asked
    names = models.OneToOneField(Item, models.PROTECT, related_name="+")
    asker = models.OneToOneField(Item, models.PROTECT, null=True, related_name="+")
    known = models.OneToOneField(Item, models.PROTECT, null=True, related_name="+")
    owed = models.OneToOneField(Item, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now)
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # None: public page
    ended_on = models.DateField(null=True, blank=True)
    outcome = CodeField("search_outcome", max_length=30, blank=True)

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None, outcome="") | (Q(ended_on__isnull=False) & ~Q(outcome="")),
                name="search_ends_with_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def ref(self) -> str:
        """The name under which the desks that were asked open the names."""
        return f"search:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.ended_on is None

    @property
    def waits_to_be_passed_on(self) -> bool:
        """Whether it came by the public page, and no other desk was asked yet though the asker agreed."""
        mine = self.taken_by_id is None and self.asks_others and self.is_open
        return mine and not self.asked.exclude(desk=self.desk_id).exists()


class Asked(DeskOwned):
    """A desk that looks among its own people, unseen, whenever somebody there opens the vault."""

    request = models.ForeignKey(SearchRequest, models.PROTECT, related_name="asked")
    asking = models.ForeignKey(Desk, models.PROTECT, related_name="+")
    looked_at = models.DateTimeField(null=True)

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "desk"], name="asked_once")]

    def __str__(self) -> str:
        return f"{self.request_id} at {self.desk_id}"


class SearchStep(DeskOwned):
    """What was tried, with whom, and what came of it; a refusal with its day and the officer's post."""

    request = models.ForeignKey(SearchRequest, models.PROTECT, related_name="steps")
    kind = CodeField("search_step", max_length=30)
    on = models.CharField(max_length=10)  # a partial date
    post = models.OneToOneField(Item, models.PROTECT, null=True, related_name="+")
    note = models.OneToOneField(Item, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = DeskOwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"


class MatchQuerySet(PersonOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Matches with a person whose case the actor works on; with one whose cases nobody works on, those
        of the supervisor, who can give the case to somebody; and only of requests for which the desk was
        asked to look."""
        cases = Case._base_manager.filter(person=OuterRef("person"))
        mine = Exists(cases.filter(worker=actor.user_id))
        nobodys = ~Exists(cases.filter(worker__isnull=False)) if actor.role == "supervisor" else Q(pk=None)
        asked = Exists(Asked._base_manager.filter(request=OuterRef("request"), desk=actor.desk_id))
        return super().visible_to(actor).filter(mine | nobodys, asked)

    def waiting(self) -> Self:
        return self.filter(decided_at=None, request__ended_on=None)


class Match(PersonOwned):
    """It may be this person who is asked for. Shown to the worker of her case alone, who decides."""

    request = models.ForeignKey(SearchRequest, models.PROTECT, related_name="matches")
    score = models.FloatField()
    found_at = models.DateTimeField(default=timezone.now)
    decision = CodeField("match_decision", max_length=20, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = MatchQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "person"], name="matched_once")]

    def __str__(self) -> str:
        return f"match {self.pk}"

    @classmethod
    def let_go(cls, keys: Collection[Any]) -> None:
        """Her desk opens nothing any more of the requests that were found to be about her. Who took them is
        told nothing by it: what a relative said is theirs until the search ends or falls asleep."""
        hers = cls._base_manager.filter(pk__in=keys, decision__in=HERS).exclude(request__desk=F("desk"))
        for match in hers.select_related("request", "desk__holder"):
            end_grants(match.request.ref, of=match.desk.holder)
