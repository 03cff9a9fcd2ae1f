"""Reading cases: the list with its filter, what stands of a person, the medical clock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Prefetch, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from kamkor.access.actor import Actor
from kamkor.assistance.forms.cases import CaseFilter
from kamkor.assistance.models import Case
from kamkor.base import codelists
from kamkor.directory.places import chain
from kamkor.identification.models import Fact
from kamkor.methods.journeys import MEDICAL_WINDOW, PartialDate, hours_late
from kamkor.people.models import Flag, Person


def listed(actor: Actor, given: Mapping[str, Any]) -> QuerySet[Case]:
    """The cases that the filter lets through, the most pressing first, with what a list shows of them."""
    rows = Case.objects.visible_to(actor).with_next_due()
    if given.get("state") != "all":
        rows = rows.filter(closed_on__isnull=given.get("state") != "closed")
    if given.get("kind"):
        rows = rows.filter(kind=given["kind"])
    if given.get("worker"):
        rows = rows.filter(worker_id=actor.user_id if given["worker"] == "mine" else None)
    if given.get("place"):
        within = [code for code in codelists.entries("place") if given["place"] in chain(code)]
        rows = rows.filter(person__home_place__in=within)
    if given.get("late"):
        rows = rows.filter(next_due__lt=timezone.now())
    flags = Flag.objects.visible_to(actor).filter(cleared_at=None).order_by("raised_at")
    return (
        rows.select_related("person", "worker")
        .prefetch_related(Prefetch("person__flags", flags, to_attr="standing_flags"))
        .order_by(F("next_due").asc(nulls_last=True), "-opened_on", "-pk")
    )


def chosen(form: CaseFilter, query: QueryDict) -> list[dict[str, str]]:
    """What the filter is set to, each with the address without it."""
    found = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name) if form.is_valid() else None
        if not value:
            continue
        rest = query.copy()
        for gone in (name, "page"):
            rest.pop(gone, None)
        shown = dict(getattr(field, "choices", [])).get(value, "")
        label = f"{field.label}: {shown}" if shown else str(field.label)
        found.append({"label": label, "remove_url": f"?{rest.urlencode()}"})
    return found


EXPORT_HEAD: list[str | Promise] = [
    gettext_lazy("Code"),
    gettext_lazy("Kind"),
    gettext_lazy("Direction"),
    gettext_lazy("Opened on"),
    gettext_lazy("Closed on"),
    gettext_lazy("Reason of closing"),
    gettext_lazy("Worker"),
    gettext_lazy("Sex"),
    gettext_lazy("Adult or child"),
    gettext_lazy("Citizenship"),
    gettext_lazy("Home place"),
    gettext_lazy("Next deadline"),
]


def export_rows(rows: QuerySet[Case]) -> Iterator[list[object]]:
    """Open columns and the code: no name, no health, nothing sealed."""
    for case in rows:
        due: datetime | None = case.next_due  # type: ignore[attr-defined]
        yield [
            case.code,
            codelists.label("case_kind", case.kind),
            codelists.label("direction", case.direction),
            case.opened_on,
            case.closed_on,
            codelists.label("close_reason", case.close_reason),
            str(case.worker or ""),
            codelists.label("sex", case.person.sex),
            codelists.label("age_group", case.person.age),
            ", ".join(case.person.citizenships),
            codelists.label("place", case.person.home_place),
            timezone.localtime(due).date() if due else None,
        ]


@dataclass(frozen=True)
class Standing:
    """The newest fact of one kind."""

    kind: str
    fact: Fact | None

    @property
    def value(self) -> str:
        names = {"decision": "decision_value", "whereabouts": "whereabouts"}
        if self.fact is None or self.kind not in names:
            return ""
        return codelists.label(names[self.kind], self.fact.value)

    @property
    def day(self) -> str:
        return day_shown(self.fact.on) if self.fact else ""


def day_shown(text: str) -> str:
    """A partial date as the reader writes dates."""
    known = PartialDate.parse(text)
    if known.day:
        return date_format(known.earliest)
    return date_format(known.earliest, "YEAR_MONTH_FORMAT") if known.month else text


def standing(actor: Actor, person: Person) -> list[Standing]:
    """Presumed, decided, recovery, whereabouts: the newest of each by the day on which it was so."""
    newest: dict[str, Fact] = {}
    facts = Fact.objects.visible_to(actor).filter(person=person).order_by("recorded_at")
    for fact in sorted(facts, key=lambda fact: PartialDate.parse(fact.on)):
        newest[fact.kind] = fact
    return [Standing(kind, newest.get(kind)) for kind in Fact.Kind.values]


@dataclass(frozen=True)
class MedicalClock:
    """By when a doctor should have seen her; afterwards a doctor still helps."""

    due: datetime | None
    now: bool

    @property
    def hours(self) -> int:
        return hours_late(timezone.now(), self.due) if self.due else 0

    @property
    def over(self) -> bool:
        return self.due is not None and self.due <= timezone.now()


def medical_clock(case: Case) -> MedicalClock | None:
    """Running while the case is open and a doctor is needed; it stops a week after the 72 hours."""
    if not case.is_open or case.medical_need not in ("now", "soon"):
        return None
    due = case.medical_since + MEDICAL_WINDOW if case.medical_since else None
    if due is not None and timezone.now() > due + timedelta(days=7):
        return None
    return MedicalClock(due, case.medical_need == "now")
