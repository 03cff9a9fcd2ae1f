"""Who looked into a person's file: the access log about her and every row that hangs on her, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import ForeignKey, Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kamkor.access.models import Desk, User
from kamkor.base.codelists import label
from kamkor.base.models import AuditEvent
from kamkor.base.pages import OPENED
from kamkor.people.models import Person
from kamkor.people.openings import Opening

OUTSIDE = "person.open_outside"
LOOKED = {"read", "show", "list", "who_looked", "forms"}
PAPER = {"print", "export", "letter"}
SHARED = {"send", "submit", "draft", "quick", "offer"}
NOUNS: dict[str, str | Promise] = {
    "person": _("The file"),
    "particular": _("Name, telephone and the like"),
    "consent": _("What was agreed"),
    "exclusion": _("Whom the file is kept from"),
    "flag": _("Marks for colleagues"),
    "contact": _("A contact"),
    "screening": _("A talk"),
    "fact": _("The way through the mechanism"),
    "packet": _("The paper for the commission"),
    "case": _("The case"),
    "need": _("Needs"),
    "goal": _("Goals"),
    "service": _("Services given"),
    "stay": _("A place to stay"),
    "note": _("Notes"),
    "document": _("Documents"),
    "referral": _("A request to another desk"),
    "handover": _("The handover"),
    "demand": _("A written demand"),
    "submission": _("A questionnaire"),
    "task": _("Tasks"),
}


@dataclass(frozen=True)
class Look:
    """One thing that somebody saw or did: when, in which role, at which desk, and why if that was asked."""

    at: datetime
    role: str
    user: User | None
    desk: Desk | None
    noun: str | Promise
    deed: str | Promise
    reason: str = ""


def events(person: Person) -> QuerySet[AuditEvent]:
    """What was done with her file and its rows, newest first; refused tries are told to the worker alone.
    What other desks did is found within `wall.acting(None, scope="all")`."""
    return AuditEvent.objects.filter(subject__in=_subjects(person), outcome="done").order_by("-at", "-pk")


def in_words(rows: list[AuditEvent]) -> list[Look]:
    users = User.objects.in_bulk({row.actor_id for row in rows if row.actor_id})
    desks = Desk.objects.in_bulk({row.desk_id for row in rows if row.desk_id})
    reasons = _reasons(rows)
    return [
        _look(row, users.get(row.actor_id or 0), desks.get(row.desk_id or 0), reasons.get(row.subject, ""))
        for row in rows
    ]


def _reasons(rows: list[AuditEvent]) -> dict[str, str]:
    """Why colleagues in whose care she is not opened her file: the code, never the words."""
    subjects = {row.subject for row in rows if row.verb == OUTSIDE}
    keys = [int(subject.partition(":")[2]) for subject in subjects if subject.startswith("people.opening:")]
    found = Opening._base_manager.filter(pk__in=keys).values_list("pk", "reason") if keys else []
    return {f"people.opening:{pk}": label("opening_reason", reason) for pk, reason in found}


def _look(row: AuditEvent, user: User | None, desk: Desk | None, reason: str) -> Look:
    noun, deed = row.verb.split(".", 1)
    looked = deed in LOOKED or row.reason == OPENED
    said = _("Looked at") if looked else _deed(deed)
    if row.verb == OUTSIDE and not looked:
        said = _("opened for a colleague")
    what = NOUNS.get(noun, _("Another paper of the file"))
    return Look(row.at, row.role, user, desk, what, said, reason)


def _deed(deed: str) -> str | Promise:
    if deed in PAPER:
        return _("printed")
    return _("sent") if deed in SHARED else _("recorded")


def _subjects(person: Person) -> list[str]:
    """Her files, and the rows that lead to them in up to three steps (of a questionnaire that was filled in:
    its tie, the case, her): whatever app they are of."""
    groups: list[dict[type[Model], set[int]]] = [{Person: set(person.all_ids())}]
    for _step in range(3):
        farther: dict[type[Model], set[int]] = {}
        for model, ids in groups[-1].items():
            for other, more in _pointing_to(model, ids).items():
                farther.setdefault(other, set()).update(more)
        groups.append(farther)
    return list(
        dict.fromkeys(
            f"{model._meta.label_lower}:{pk}"
            for group in groups
            for model, ids in group.items()
            for pk in ids
        )
    )


def _pointing_to(model: type[Model], ids: set[int]) -> dict[type[Model], set[int]]:
    """Rows of the tables that name one of these by a column of their own that says what they are about."""
    found: dict[type[Model], set[int]] = {}
    if not ids:
        return found
    for relation in model._meta.related_objects:
        column = relation.field
        if isinstance(column, ForeignKey) and column.name == model._meta.model_name:
            pks = column.model._base_manager.filter(**{f"{column.name}__in": ids}).values_list(
                "pk", flat=True
            )
            found.setdefault(column.model, set()).update(pks)
    return found
