"""Adverts that somebody watches: what was read in them, who judged them, and the letters about them.

An advert is a public text and is not sealed. It may name somebody all the same, so it is its desk's own.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kamkor.access.models import DeskOwned, DeskOwnedQuerySet, User
from kamkor.base.codelists import CodeField


class Advert(DeskOwned):
    """One advert as it stood somewhere on a day. The score orders the queue and says nothing of guilt."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SECOND = "second"  # a second opinion is wanted
        DONE = "done"

    text = models.TextField()
    digest = models.CharField(max_length=64)  # of the text
    source = CodeField("advert_source", max_length=20)
    outlet = models.CharField(max_length=120, blank=True)
    link = models.CharField(max_length=300, blank=True)
    day = models.DateField()
    language = models.CharField(max_length=10, blank=True)
    flags = models.JSONField(default=list)  # [family, start, end]
    countries = models.JSONField(default=list)
    score = models.FloatField(default=0)
    like = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")  # the first of its kind
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # None: read by itself

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "digest", "source", "outlet", "day"], name="advert_once_a_day_and_outlet"
            ),
        ]
        indexes = [models.Index(fields=["desk", "state", "-score"])]

    def __str__(self) -> str:
        return f"advert {self.pk}"

    @property
    def families(self) -> list[str]:
        return [str(code) for code in sorted({code for code, _start, _end in self.flags})]


class AdvertPhoto(DeskOwned):
    """The paper as it hung, drawn anew: without place, camera and day. Its words are typed beside it."""

    advert = models.OneToOneField(Advert, models.PROTECT, related_name="photo")
    picture = models.BinaryField()  # JPEG

    objects = DeskOwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"photo of advert {self.advert_id}"


class Feed(DeskOwned):
    """A page that the system reads by itself for the desk, as often as its owner's robots.txt lets it."""

    class Kind(models.TextChoices):
        RSS = "rss"
        HTML = "html"

    kind = models.CharField(max_length=4, choices=Kind)
    address = models.CharField(max_length=300)
    outlet = models.CharField(max_length=120)
    hours = models.PositiveSmallIntegerField(default=24)  # between two readings
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    error = CodeField("feed_error", max_length=20, blank=True)  # of the last reading
    found = models.PositiveIntegerField(default=0)  # adverts that it brought so far

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "address"], condition=Q(ended_at=None), name="feed_once_a_desk"
            ),
            models.CheckConstraint(condition=Q(hours__gte=6), name="feed_is_not_read_often"),
        ]

    def __str__(self) -> str:
        return f"feed {self.pk}"


class AdvertContact(DeskOwned):
    """A telephone number or account in an advert, in its one form: what joins adverts of one writer."""

    advert = models.ForeignKey(Advert, models.PROTECT, related_name="contacts")
    value = models.CharField(max_length=120)
    notable = models.BooleanField(default=False)  # the advert has a flag that weighs

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["advert", "value"], name="advert_contact_once")]
        indexes = [models.Index(fields=["desk", "value"])]


class Review(DeskOwned):
    """What an analyst thinks of an advert, and why. The second opinion is another person's."""

    advert = models.ForeignKey(Advert, models.PROTECT, related_name="reviews")
    decision = CodeField("advert_decision", max_length=20)
    why = models.CharField(max_length=1000)
    second = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        ordering = ("at", "pk")
        constraints = [
            models.UniqueConstraint(fields=["advert", "by"], name="one_opinion_of_each"),
            models.UniqueConstraint(fields=["advert", "second"], name="one_second_opinion"),
        ]


class Letter(DeskOwned):
    """A letter about an advert, and the answer to it."""

    advert = models.ForeignKey(Advert, models.PROTECT, related_name="letters")
    code = models.CharField(max_length=16, unique=True)
    to_kind = CodeField("letter_to", max_length=20)
    to_name = models.CharField(max_length=200)
    language = models.CharField(max_length=2)
    words = models.TextField(blank=True)  # what the analyst adds
    written_on = models.DateField()
    due_on = models.DateField()
    answer = CodeField("letter_answer", max_length=20, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_on=None) | (~Q(answer="") & Q(answered_on__isnull=False)),
                name="letter_answered_on_a_day",
            ),
            models.CheckConstraint(condition=Q(language__in=["ky", "ru"]), name="letter_in_ky_or_ru"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def late(self) -> bool:
        return not self.answer and self.due_on < timezone.localdate()
