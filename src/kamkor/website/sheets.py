"""Pages that editors write: for the public door, or for whoever answers the line. About nobody."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from kamkor.access.models import Desk, User
from kamkor.base.codelists import CodeField

if TYPE_CHECKING:
    from kamkor.access.actor import Actor

LANGUAGES = ("ky", "ru", "uz", "en")


class SheetQuerySet(models.QuerySet["Sheet"]):
    def visible_to(self, actor: "Actor") -> Self:
        """Every desk reads them: what is said on the line is no secret."""
        return self if actor.desk_id else self.none()

    def for_anybody(self) -> Self:
        return self.filter(public=True, ended_on=None)


class Sheet(models.Model):
    """One page in up to four languages: who answers for it, from where, since when, until when."""

    owner = models.ForeignKey(Desk, models.PROTECT, related_name="+")
    public = models.BooleanField(default=False)
    topic = CodeField("contact_topic", max_length=30, blank=True)
    country = CodeField("country", max_length=2, blank=True)
    source = models.CharField(max_length=300)
    as_of = models.DateField()
    review_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    objects = SheetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(review_on__gt=F("as_of")), name="sheet_reviewed_later"),
        ]

    def __str__(self) -> str:
        return f"sheet {self.pk}"

    def relation_to(self, actor: "Actor") -> str:
        return "own" if actor.desk_id == self.owner_id else "any"

    @property
    def overdue(self) -> bool:
        return self.review_on < timezone.localdate()


class SheetTextQuerySet(models.QuerySet["SheetText"]):
    def current(self) -> Self:
        """The newest version in each language."""
        same = SheetText.objects.filter(sheet=OuterRef("sheet"), language=OuterRef("language"))
        return self.filter(version=Subquery(same.order_by("-version").values("version")[:1]))


class SheetText(models.Model):
    """What a page says in one language; each change is a version of its own."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="texts")
    language = models.CharField(max_length=2)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    body = models.TextField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = SheetTextQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "language", "version"], name="sheet_version")]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.language} {self.version}"


def best(texts: list[SheetText], language: str) -> SheetText | None:
    """The text for a reader of this language: their own, else Russian, Kyrgyz, English, Uzbek."""
    known = {text.language: text for text in texts}
    order = (language.split("-", maxsplit=1)[0], "ru", "ky", "en", "uz")
    return next((known[one] for one in order if one in known), None)
