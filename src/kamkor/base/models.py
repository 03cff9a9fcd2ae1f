"""Tables every app relies on: the access log and the code lists."""

from typing import Any, Self

from django.db import models
from django.utils import timezone

from kamkor.base.once import Submission
from kamkor.codes.cyrillic import uz_cyrillic

__all__ = ["Attempt", "AuditEvent", "CodeEntry", "CodeRelease", "Pace", "Submission"]


class AuditQuerySet(models.QuerySet["AuditEvent"]):
    def add(self, **columns: Any) -> None:
        """Add a row without having it given back: the second wall lets everybody write the log, and nobody
        read what is not of the desk that acts."""
        fields = [field for field in self.model._meta.concrete_fields if not field.primary_key]
        self._insert([self.model(**columns)], fields=fields, using=self.db)  # type: ignore[attr-defined]


class AuditEvent(models.Model):
    """One thing somebody did or saw. Rows are only ever added; `changed` names fields, never values."""

    at = models.DateTimeField(default=timezone.now, editable=False)
    actor_id = models.BigIntegerField(null=True)  # no foreign key: the log outlives accounts
    desk_id = models.BigIntegerField(null=True)
    role = models.CharField(max_length=30, blank=True)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    outcome = models.CharField(max_length=10, default="done")  # done | refused
    changed = models.JSONField(default=list)
    reason = models.CharField(max_length=40, blank=True)  # a code, never free text

    objects = AuditQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "at"]),
            models.Index(fields=["desk_id", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"


class CodeQuerySet(models.QuerySet["CodeEntry"]):
    def current(self) -> Self:
        return self.filter(superseded=False)


class CodeEntry(models.Model):
    """One row of a code list or of the country pack, in one version of its list."""

    list = models.CharField(max_length=80)
    version = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=80)
    order = models.IntegerField(default=0)
    labels = models.JSONField(default=dict)
    parent = models.CharField(max_length=80, blank=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    status = models.CharField(max_length=40)
    source = models.TextField(blank=True)
    note = models.TextField(blank=True)
    extra = models.JSONField(default=dict)
    superseded = models.BooleanField(default=False)
    edited_at = models.DateTimeField(null=True)  # an edit made here is not overwritten by a new release

    objects = CodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "version", "code"], name="code_once_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.list}:{self.code}"

    @property
    def confirmed(self) -> bool:
        return self.status.startswith("verified")

    def label(self, language: str) -> str:
        labels: dict[str, Any] = self.labels
        if language == "uz-cyrl":
            return uz_cyrillic(str(labels["uz"])) if labels.get("uz") else self.label("en")
        return str(labels.get(language) or labels.get("en") or self.code)


class CodeRelease(models.Model):
    """Which content of the code lists has been loaded, and when."""

    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=timezone.now)
    rows = models.IntegerField()

    def __str__(self) -> str:
        return self.digest[:12]


class Attempt(models.Model):
    """A failed guess, by keyed hash of whose account and where (see `kamkor.base.throttle`)."""

    key = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["key", "at"])]

    def __str__(self) -> str:
        return self.key[:8]


class Pace(models.Model):
    """How often something has asked since the second `begun`, counted by all processes together."""

    key = models.CharField(max_length=80, primary_key=True)
    begun = models.BigIntegerField()
    asked = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.key[:8]
