"""The tables of a year, with small cells and their complements hidden before anything is shown of them.

Each table stands alone: it shares no total with another, so that what is hidden in one cannot be read from
the next. Nothing outside this module is handed an unprotected count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamkor.base import wall
from kamkor.base.charts import Bar, bars
from kamkor.base.codelists import entries, label
from kamkor.methods.disclosure.small import TOTAL, Cell, hide_small
from kamkor.statistics import counts
from kamkor.statistics.counts import UNKNOWN, Counts

Labels = dict[str, str | Promise]
GROUP_LABELS: Labels = {
    "women": gettext_lazy("Women"),
    "men": gettext_lazy("Men"),
    "girls": gettext_lazy("Girls"),
    "boys": gettext_lazy("Boys"),
    UNKNOWN: gettext_lazy("Other or not known"),
}
ANSWER_LABELS: Labels = {
    "accepted": gettext_lazy("Accepted in time"),
    "declined": gettext_lazy("Declined in time"),
    "late": gettext_lazy("Answered late or overdue"),
    "waiting": gettext_lazy("Still in time"),
    "ended": gettext_lazy("Ended before an answer"),
}


@dataclass(frozen=True)
class Table:
    """One protected table: None is a hidden count."""

    name: str
    title: str
    definition: str
    first: str  # what the rows are
    rows: Labels
    columns: Labels
    cells: dict[Cell, int | None]

    @property
    def total(self) -> int | None:
        return self.cells[TOTAL, TOTAL]

    @property
    def sentence(self) -> str:
        """What the table says, in plain words."""
        if self.total is None:
            return _("%(title)s: the number is hidden, because it is small.") % {"title": self.title}
        if self.total == 0:
            return _("%(title)s: none.") % {"title": self.title}
        largest = [row for row in self.rows if self.cells[row, TOTAL]]
        said = {"title": self.title, "total": self.total}
        if not largest:
            return _("%(title)s: %(total)s in all.") % said
        row = max(largest, key=lambda code: self.cells[code, TOTAL] or 0)
        said |= {"most": str(self.rows[row]), "of": self.cells[row, TOTAL] or 0}
        return _("%(title)s: %(total)s in all; the largest shown group is “%(most)s” with %(of)s.") % said

    @property
    def head(self) -> list[str]:
        return [self.first, *(str(text) for text in self.columns.values()), _("Total")]

    @property
    def lines(self) -> list[list[object]]:
        """Rows as they may leave the system: names and shown counts, the word "hidden" for the others."""
        named = [(code, str(text)) for code, text in self.rows.items()] + [(TOTAL, _("Total"))]
        return [
            [text, *(self._shown(code, column) for column in (*self.columns, TOTAL))] for code, text in named
        ]

    @property
    def shown_rows(self) -> list[str]:
        """Rows with somebody in them: on a page those of nothing but zeros are left out."""
        return [row for row in self.rows if self.cells[row, TOTAL] != 0]

    @property
    def shown_columns(self) -> list[str]:
        return [column for column in self.columns if self.cells[TOTAL, column] != 0]

    @property
    def page_head(self) -> list[str]:
        return [self.first, *(str(self.columns[column]) for column in self.shown_columns), _("Total")]

    @property
    def page_rows(self) -> list[list[object]]:
        """The table as cells of a page."""
        named = [(row, str(self.rows[row])) for row in self.shown_rows] + [(TOTAL, _("Total"))]
        columns = [*self.shown_columns, TOTAL]
        return [
            [text, *({"text": str(self._shown(row, column)), "number": True} for column in columns)]
            for row, text in named
        ]

    @property
    def picture(self) -> SafeString:
        shown = [Bar(str(self.rows[row]), self.cells[row, TOTAL]) for row in self.shown_rows]
        return bars(f"picture-{self.name}", self.title, shown)

    def _shown(self, row: str, column: str) -> int | str:
        value = self.cells[row, column]
        return _("hidden") if value is None else value


def tables(year: int, now: datetime | None = None) -> list[Table]:
    """Every table of a year. Counting alone looks over all desks, and gives back nothing but counts."""
    now = now or timezone.now()
    with wall.acting(None, scope="counts"):
        book = counts.Book()
        confirmed, refused = (counts.decided(book, year, value) for value in ("confirmed", "not_confirmed"))
        return [
            _persons("presumed", _("Newly presumed victims"), _PRESUMED, counts.presumed(book, year)),
            _persons("confirmed", _("Confirmed victims"), _CONFIRMED, confirmed),
            _persons("not_confirmed", _("Not confirmed"), _NOT_CONFIRMED, refused),
            _persons("helped", _("Persons helped"), _HELPED, counts.helped(book, year)),
            _coded("contacts", _("Contacts"), _CONTACTS, counts.contacts(year)),
            _referrals(counts.referrals(year, now)),
            _coded("services", _("Services given"), _SERVICES, counts.services(year)),
        ]


_PRESUMED = gettext_lazy(
    "Persons presumed to be victims for the first time in the year, by the date of the presumption."
)
_CONFIRMED = gettext_lazy("Persons with a positive decision dated in the year.")
_NOT_CONFIRMED = gettext_lazy(
    "Persons with a negative decision dated in the year. Help goes on all the same."
)
_HELPED = gettext_lazy("Persons to whom at least one service was given in the year.")
_CONTACTS = gettext_lazy(
    "Contacts that began in the year. Substantive: advice or action given. Silent, wrong and prank are apart."
)
_REFERRALS = gettext_lazy("Referrals sent in the year, by what became of the answer.")
_SERVICES = gettext_lazy("Services given in the year, abroad and at home. One person may be given many.")


def _persons(name: str, title: str, definition: str | Promise, counted: Counts) -> Table:
    rows = _labels("case_kind") | {UNKNOWN: _("Not known")}
    return _table(name, title, definition, counted, first=_("Kind of case"), rows=rows, columns=GROUP_LABELS)


def _referrals(counted: Counts) -> Table:
    rows = _labels("service_type", used=[row for row, column in counted])
    first = _("Service")
    title = _("Referrals sent")
    return _table("referrals", title, _REFERRALS, counted, first=first, rows=rows, columns=ANSWER_LABELS)


_LISTS = {"contacts": ("contact_kind", "channel"), "services": ("service_type", "stage")}


def _coded(name: str, title: str, definition: str | Promise, counted: Counts) -> Table:
    """A table whose rows and columns are both code lists."""
    down, across = _LISTS[name]
    used = [row for row, column in counted] if name == "services" else None
    columns = _labels(across, used=[column for row, column in counted])
    return _table(
        name, title, definition, counted, first=_("Kind"), rows=_labels(down, used=used), columns=columns
    )


def _table(
    name: str,
    title: str,
    definition: str | Promise,
    counted: Counts,
    *,
    first: str,
    rows: Labels,
    columns: Labels,
) -> Table:
    cells: dict[Cell, int | None] = {
        (row, column): 0 for row in (*rows, TOTAL) for column in (*columns, TOTAL)
    }
    full: dict[Cell, int] = {
        (row, column): counted.get((row, column), 0) for row in rows for column in columns
    }
    cells |= hide_small(full, threshold=settings.SMALL_CELL_INSIDE) if full else {}
    return Table(name, title, str(definition), first, rows, columns, cells)


def _labels(name: str, *, used: Sequence[str] | None = None) -> Labels:
    """The codes of a list in its order with their names; only those `used`, where a table would be wide."""
    held = list(entries(name))
    held += [code for code in dict.fromkeys(used or []) if code not in held]
    return {code: label(name, code) for code in held if used is None or code in used}
