"""Actions: the one way in which anything in the system changes.

An action is a function that makes one change. The decorator gives each the same frame, so that a page,
the API and the command line cannot differ: lock the subject, ask the policy, make the change, write the
audit event, all in one transaction. A refusal is logged outside the transaction that it rolls back.
"""

import functools
from collections.abc import Callable, Iterable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction

from kamkor.base.models import AuditEvent

Subject = TypeVar("Subject", bound=models.Model)
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Who = TypeVar("Who", bound="Doer")

ACTIONS: dict[str, Callable[..., Any]] = {}


class Doer(Protocol):
    """Who acts: a user at a desk, a token, a device, the public or the system."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def desk_id(self) -> int | None: ...
    @property
    def role(self) -> str: ...
    def may(self, verb: str, subject: models.Model) -> bool: ...


def action(
    verb: str,
) -> Callable[
    [Callable[Concatenate[Who, Subject, Arguments], Result]],
    Callable[Concatenate[Who, Subject, Arguments], Result],
]:
    """Register a function as the action behind `verb`, e.g. "referral.accept".

    The subject is locked and handed on as the database has it now; an action that creates something is
    given its parent (a person, or the actor's desk).
    """

    def frame(
        change: Callable[Concatenate[Who, Subject, Arguments], Result],
    ) -> Callable[Concatenate[Who, Subject, Arguments], Result]:
        @functools.wraps(change)
        def run(actor: Who, subject: Subject, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            with transaction.atomic():
                locked = lock(subject)
                require(actor, verb, locked)
                result = change(actor, locked, *args, **kwargs)
                record(actor, verb, result if isinstance(result, models.Model) else locked)
            return result

        assert verb not in ACTIONS, f"two actions are called {verb}"
        ACTIONS[verb] = run
        return run

    return frame


def lock(subject: Subject) -> Subject:
    """The subject as it stands now, held until the transaction ends."""
    rows = judged(type(subject)._base_manager.all())
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(no_key=True, of=["self"])
    return rows.get(pk=subject.pk)


def judged(rows: models.QuerySet[Subject]) -> models.QuerySet[Subject]:
    """With the rows that `relation_to` looks at, which a model names in `JUDGED_BY`."""
    along = getattr(rows.model, "JUDGED_BY", None)
    return rows.select_related(*along) if along else rows


def require(actor: Doer, verb: str, subject: models.Model) -> None:
    """Raise PermissionDenied (and log the try) unless `actor` may do `verb` to `subject`."""
    if not actor.may(verb, subject):
        raise Refused(verb, subject)


class Refused(PermissionDenied):
    """A verb that the policy does not allow; kept so that the frame of the request can log it."""

    def __init__(self, verb: str, subject: models.Model) -> None:
        super().__init__(verb)
        self.verb = verb
        self.subject = reference(subject)


def reference(subject: models.Model) -> str:
    return f"{subject._meta.label_lower}:{subject.pk}"


def record(
    actor: Doer, verb: str, subject: models.Model | str, *, changed: Iterable[str] = (), reason: str = ""
) -> None:
    """Add one event to the access log. `changed` are field names; `reason` is a code."""
    AuditEvent.objects.add(
        actor_id=actor.user_id,
        desk_id=actor.desk_id,
        role=actor.role,
        verb=verb,
        subject=subject if isinstance(subject, str) else reference(subject),
        changed=list(changed),
        reason=reason,
    )


def record_refusal(actor: Doer, verb: str, subject: str, *, reason: str = "") -> None:
    """Log a refused try; called after the refused transaction has been rolled back."""
    AuditEvent.objects.add(
        actor_id=actor.user_id,
        desk_id=actor.desk_id,
        role=actor.role,
        verb=verb,
        subject=subject,
        outcome="refused",
        reason=reason,
    )
