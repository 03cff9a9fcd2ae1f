"""Files that other systems and people sent: cases in the data standard, and tables of any make."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.models import DeskOwned, DeskOwnedQuerySet, User
from kamkor.directory.models import OutsideOrganisation
from kamkor.identification.models import Contact
from kamkor.people.models import Person, PersonOwnedQuerySet
from kamkor.vault.models import File, Item

if TYPE_CHECKING:
    from kamkor.access.actor import Actor


class ImportedFile(DeskOwned):
    """One file: it waits sealed until somebody takes its cases or drops it; refused rows stay sealed."""

    digest = models.CharField(max_length=64)  # of its content: the same file is not taken twice by mistake
    version = models.CharField(max_length=10)
    named_version = models.CharField(max_length=10, blank=True)  # empty: the file itself told
    format = models.CharField(max_length=10)
    rows = models.PositiveIntegerField()
    good = models.PositiveIntegerField()
    bad = models.PositiveIntegerField()
    name = models.OneToOneField(Item, models.PROTECT, related_name="+")
    upload = models.OneToOneField(Item, models.PROTECT, related_name="+")  # emptied once taken or dropped
    rejected = models.OneToOneField(Item, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_at=None) | Q(dropped_at=None), name="import_taken_or_dropped"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(taken_at__isnull=False), name="import_undone_was_taken"
            ),
        ]

    def __str__(self) -> str:
        return f"import {self.pk}"

    @property
    def waiting(self) -> bool:
        return self.taken_at is None and self.dropped_at is None

    @property
    def standing(self) -> bool:
        """Its cases are in the desk's books."""
        return self.taken_at is not None and self.undone_at is None


class TableImportQuerySet(DeskOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Files of the desk whose kind is open to the role: who keeps the directory sees no people."""
        kinds = [kind for kind in TableImport.Kind.values if actor.may_here(f"import.{kind}")]
        return super().visible_to(actor).filter(kind__in=kinds)


class TableImport(DeskOwned):
    """A table of any make: its rows wait sealed in pieces, are checked piece by piece, then taken so.

    Each piece is done in one transaction that moves `done` on, so that none is done twice and a crash loses
    nothing; `pieces` have the rows as they were sent until all are in.
    """

    class Kind(models.TextChoices):
        PERSONS = "persons", _("Persons")
        CASES = "cases", _("Cases")
        ORGANISATIONS = "organisations", _("Organisations")
        CONTACTS = "contacts", _("Contacts")

    class State(models.TextChoices):
        READING = "reading", _("Being read")
        WAITING = "waiting", _("Columns to be matched")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked, nothing taken yet")
        TAKING = "taking", _("Being taken over")
        TAKEN = "taken", _("Taken over")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")
        DROPPED = "dropped", _("Dropped")

    class Likely(models.TextChoices):
        NEW = "new"
        SAME = "same"
        SKIP = "skip"

    RUNNING = (State.READING, State.CHECKING, State.TAKING, State.UNDOING)

    kind = models.CharField(max_length=15, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    digest = models.CharField(max_length=64)
    format = models.CharField(max_length=10)
    encoding = models.CharField(max_length=10, blank=True)
    about = models.OneToOneField(File, models.PROTECT, related_name="+")  # name, heading, setup, bad rows
    content = models.OneToOneField(File, models.PROTECT, related_name="+")  # destroyed once all is in
    pieces = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)  # pieces behind this pass; of a reading the percent
    rows = models.PositiveIntegerField()
    good = models.PositiveIntegerField(default=0)  # as checked
    bad = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)  # rows that are in the books
    left_out = models.PositiveIntegerField(default=0)  # good rows that somebody chose not to take
    kept = models.PositiveIntegerField(default=0)  # rows that an undoing had to leave in the books
    likely = models.CharField(max_length=4, choices=Likely, blank=True)  # for rows that may be here already
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    checked_on = models.DateField(null=True)  # "in the future" means after this day
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = TableImportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done__lte=models.F("pieces")) | Q(state__in=["reading", "undoing"]),
                name="import_within_its_pieces",
            ),
        ]

    def __str__(self) -> str:
        return f"table {self.pk}"

    @property
    def running(self) -> bool:
        return self.state in self.RUNNING

    @property
    def in_books(self) -> bool:
        """Some of its rows are, and others come or go."""
        return self.state in {self.State.TAKING, self.State.UNDOING}

    @property
    def unfinished(self) -> bool:
        """Something of it still waits for somebody."""
        return self.running or self.state in {self.State.WAITING, self.State.CHECKED}


class ImportedRow(DeskOwned):
    """What one row of a table became; a row becomes something once."""

    imported = models.ForeignKey(TableImport, models.PROTECT, related_name="made")
    row = models.PositiveIntegerField()
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    case = models.ForeignKey("assistance.Case", models.CASCADE, null=True, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="+")
    organisation = models.ForeignKey(OutsideOrganisation, models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    kept = models.BooleanField(default=False)  # the import was undone, but somebody had worked on this

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["imported", "row"], name="imported_row_once"),
        ]

    def __str__(self) -> str:
        return f"row {self.row} of {self.imported_id}"


class LikelyHere(DeskOwned):
    """A row whose person is probably in the books already, and what somebody decided about it."""

    imported = models.ForeignKey(TableImport, models.PROTECT, related_name="likely_rows")
    row = models.PositiveIntegerField()
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    reasons = models.JSONField(default=list)  # codes
    answer = models.CharField(max_length=4, choices=TableImport.Likely, blank=True)

    objects = PersonOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["imported", "row"], name="likely_row_once"),
        ]

    def __str__(self) -> str:
        return f"row {self.row} of {self.imported_id}"


class ImportMapping(DeskOwned):
    """Which field each column was, remembered by the set of headings; the headings themselves are sealed."""

    kind = models.CharField(max_length=15, choices=TableImport.Kind)
    signature = models.CharField(max_length=64)
    name = models.SlugField(max_length=60)
    setup = models.OneToOneField(Item, models.PROTECT, related_name="+")
    used_at = models.DateTimeField(default=timezone.now)

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk", "kind", "signature"], name="mapping_once"),
        ]

    def __str__(self) -> str:
        return self.name
