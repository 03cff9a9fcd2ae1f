"""Which typed fields an answer may fill. Nothing is filled by itself: somebody at the desk looks at what is
in the file now and confirms each; it is then written by the action that writes this field on its own page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.assistance.actions import care, cases, tasks
from kamkor.assistance.models import Case, Need, Task
from kamkor.base import codelists
from kamkor.base.actions import lock
from kamkor.methods.surveys.form import NUMBER, ONE, SEVERAL, Question
from kamkor.people.actions.file import edit
from kamkor.people.models import Person
from kamkor.surveys import activities
from kamkor.surveys.tied import Activity

Value = str | int | list[str]
LATE = time(18)  # of the day on which a task is due


@dataclass(frozen=True)
class Target:
    """A field: in what, which questions fit, what it holds now, how it is written."""

    kind: str  # of Tie.KINDS
    label: str | Promise
    types: frozenset[str]  # of questions
    now: Callable[[Actor, Any], Value | None]
    write: Callable[[Actor, Any, Any], object]
    list_name: str = ""  # of its codes
    adds: bool = False  # to what is there, instead of taking its place
    least: int = 0  # of numbers
    most: int = 999_999
    open_only: bool = False  # a closed case is not changed

    def fits(self, question: Question) -> bool:
        told = not self.list_name or bool(question.choices)
        return told and not question.repeat and (question.kind or question.type) in self.types

    def value(self, said: str, codes: Mapping[str, str]) -> Value | None:
        """What the answer would put there; None for an answer that does not fit."""
        if self.list_name:
            known = codelists.entries(self.list_name)
            found = [code for part in said.split() if (code := codes.get(part, "")) in known]
            return (found if self.adds else found[0]) if found else None
        if self.types == DAYS:
            return _day(said)
        number = _number(said)
        return number if number is not None and self.least <= number <= self.most else None

    def news(self, now: Value | None, value: Value) -> Value | None:
        """What the file does not say yet; None where it says all of it."""
        if isinstance(value, list):
            held = now if isinstance(now, list) else []
            return [code for code in value if code not in held] or None
        return None if now == value else value

    def stands(self, subject: Any) -> bool:
        """Whether the field can be written now."""
        return not self.open_only or subject.is_open

    def words(self, value: Value | None) -> str:
        """As a page says it."""
        if value is None or value in ("", []):
            return ""
        if self.list_name:
            codes = value if isinstance(value, list) else [str(value)]
            return ", ".join(codelists.label(self.list_name, code) for code in codes)
        if self.types == DAYS:
            return ", ".join(date_format(date.fromisoformat(day)) for day in _listed(value))
        return str(value)


ONE_CHOICE, CHOICES = frozenset({ONE}), frozenset({ONE, SEVERAL})
NUMBERS, DAYS = frozenset({NUMBER}), frozenset({"date"})


def _listed(value: Value) -> list[str]:
    return value if isinstance(value, list) else [str(value)]


def _number(said: str) -> int | None:
    """A whole number, or the year of a day."""
    text = said.strip().partition("-")[0]
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else None


def _day(said: str) -> Value | None:
    try:
        day = date.fromisoformat(said.strip()[:10])
    except ValueError:
        return None
    return [day.isoformat()] if day >= timezone.localdate() else None


def _person(case: Case) -> Person:
    return case.person.standing()


def _fact(name: str) -> dict[str, Any]:
    """An open fact of the person: what there is of it, and how it is written."""

    def now(_actor: Actor, case: Case) -> Value:
        found: Value = getattr(_person(case), name) or ""
        return found

    def write(actor: Actor, case: Case, value: Value) -> None:
        person = lock(_person(case))
        held = getattr(person, name)
        fresh = [*held, *(code for code in value if code not in held)] if isinstance(value, list) else value
        edit(actor, person, seen=person.version, **{name: fresh})

    return {"now": now, "write": write}


def _fact_of_case(name: str) -> dict[str, Any]:
    def now(_actor: Actor, case: Case) -> Value:
        found: Value = getattr(case, name)
        return found

    def write(actor: Actor, case: Case, value: Value) -> None:
        fresh = lock(case)
        cases.edit(actor, fresh, expected=fresh.version, facts={name: value})

    return {"now": now, "write": write}


def _needs(actor: Actor, case: Case) -> Value:
    rows: QuerySet[Need] = Need.objects.visible_to(actor).filter(case=case, ended_on=None)
    return list(rows.filter(stage=Need.Stage.HOME).order_by("pk").values_list("kind", flat=True))


def _add_needs(actor: Actor, case: Case, value: list[str]) -> None:
    for kind in value:
        care.add_need(actor, case, kind=kind, stage=Need.Stage.HOME)


def _other_tasks(actor: Actor, case: Case) -> Value:
    rows = Task.objects.visible_to(actor).open().filter(case=case, kind="other").order_by("due_at")
    return [timezone.localdate(row.due_at).isoformat() for row in rows]


def _add_task(actor: Actor, case: Case, value: list[str]) -> None:
    for day in value:
        due = datetime.combine(date.fromisoformat(day), LATE, tzinfo=timezone.get_current_timezone())
        tasks.add(actor, case.desk, kind="other", due_at=due, case=case, assignee=case.worker)


def _took_part(_actor: Actor, activity: Activity) -> Value:
    return activity.participants if activity.participants is not None else ""


def _write_participants(actor: Actor, activity: Activity, value: int) -> None:
    activities.edit(actor, activity, facts={"participants": value})


TARGETS: dict[str, Target] = {
    "sex": Target("case", _("Sex"), ONE_CHOICE, list_name="sex", **_fact("sex")),
    "birth_year": Target(
        "case", _("Year of birth"), NUMBERS | DAYS, least=1900, most=2100, **_fact("birth_year")
    ),
    "citizenships": Target(
        "case", _("Citizenship"), CHOICES, list_name="country", adds=True, **_fact("citizenships")
    ),
    "languages": Target(
        "case", _("Languages"), CHOICES, list_name="language", adds=True, **_fact("languages")
    ),
    "sleeps_tonight": Target(
        "case", _("Where the person sleeps"), ONE_CHOICE, list_name="sleeps_tonight", open_only=True,
        **_fact_of_case("sleeps_tonight"),
    ),
    "danger": Target(
        "case", _("Danger"), ONE_CHOICE, list_name="danger", open_only=True, **_fact_of_case("danger")
    ),
    "medical_need": Target(
        "case", _("Is a doctor needed?"), ONE_CHOICE, list_name="medical_need", open_only=True,
        **_fact_of_case("medical_need"),
    ),
    "needs": Target(
        "case", _("Open needs"), CHOICES, _needs, _add_needs, list_name="need_type", adds=True, open_only=True
    ),
    "task": Target("case", _("A task on this day"), DAYS, _other_tasks, _add_task, adds=True),
    "participants": Target(
        "activity", _("How many took part"), NUMBERS, _took_part, _write_participants
    ),
}  # fmt: skip
