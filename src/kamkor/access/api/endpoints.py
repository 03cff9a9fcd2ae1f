"""Operations of the API: thin functions that are handed the object they are about, guarded as pages are.

`endpoint(verb, Model)` serves one object: out of scope is 404, a verb not allowed is 403, a read leaves a
trace. `endpoint(verb)` serves what is about the token's own desk. Which token acts is found before (see
`transport`), so that the second wall stands around all of it.
"""

import functools
import inspect
from collections.abc import Callable, Collection
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from ninja.decorators import decorate_view
from ninja.operation import Operation
from pydantic import BaseModel

from kamkor.access import policy
from kamkor.access.actor import NOBODY, TokenActor
from kamkor.access.api.problems import (
    BadRequest,
    FieldError,
    Invalid,
    Lost,
    NeedsVersion,
    NotFound,
    answer,
)
from kamkor.access.api.wording import KINDS
from kamkor.access.models import Desk
from kamkor.base.actions import record, require

Handler = Callable[..., Any]  # ninja reads the parameters of each
Missing = Callable[[TokenActor, int], None]
MOST = 2**63 - 1


class ApiRequest(HttpRequest):
    """A request whose token has been found."""

    actor: TokenActor
    etag: str  # of the answer, where it has a version


@dataclass(frozen=True)
class Endpoint:
    """What guards an operation: its verb, the model of its object (None: about the desk), and what it does
    in the words of somebody who allows it. `needs` are verbs of actions that it does besides."""

    verb: str
    model: type[models.Model] | None
    title: str | Promise
    needs: tuple[str, ...]
    versioned: bool
    changes: bool


ENDPOINTS: dict[Handler, Endpoint] = {}  # every guarded operation, for the walk and for what can be allowed


def endpoint(
    verb: str,
    model: type[models.Model] | None = None,
    *,
    title: str | Promise,
    needs: tuple[str, ...] = (),
    versioned: bool = False,
    changes: bool = False,
    missing: Missing | None = None,
) -> Callable[[Handler], Handler]:
    """Guard an operation. `changes`: it must be sent with an Idempotency-Key, or where it is `versioned`
    with If-Match. `missing` is told of an object that was asked for and not found."""
    guard = Endpoint(verb, model, title, needs, versioned, changes)

    def frame(handler: Handler) -> Handler:
        @functools.wraps(handler)
        def run(request: ApiRequest, **given: Any) -> Any:
            actor = request.actor
            subject = _subject(guard, actor, given, missing)
            require(actor, verb, subject)
            actor.must_hold_keys(verb)
            if changes:
                _must_be_sent_safely(request, guard, subject)
            elif request.method == "GET":
                record(actor, verb, subject)
            result = handler(request, subject, **given)
            if versioned and isinstance(result, BaseModel):
                request.etag = f'"{result.version}"'  # type: ignore[attr-defined]
                if not changes and request.etag in _tags(request, "If-None-Match"):
                    return HttpResponse(status=HTTPStatus.NOT_MODIFIED)
            return result

        _sign(run, handler, model)
        ENDPOINTS[run] = guard
        return run

    return frame


def offered() -> dict[str, Endpoint]:
    """What can be allowed to a token: each verb with the first operation that asks for it."""
    found: dict[str, Endpoint] = {}
    for guard in ENDPOINTS.values():
        found.setdefault(guard.verb, guard)
    return found


def with_needs(role: str, verbs: Collection[str]) -> set[str]:
    """These verbs, and those of the actions that their operations do besides, as far as the role may."""
    needed = {need for guard in ENDPOINTS.values() if guard.verb in verbs for need in guard.needs}
    return {*verbs, *(verb for verb in needed if role in policy.RULES[verb].roles)}


def _subject(
    guard: Endpoint, actor: TokenActor, given: dict[str, Any], missing: Missing | None
) -> models.Model | Desk:
    if guard.model is None:
        return actor.desk
    pk = given.pop("id")
    rows = guard.model._default_manager.visible_to(actor)  # type: ignore[attr-defined]
    found: models.Model | None = rows.filter(pk=pk).first() if pk <= MOST else None
    if found is None:
        if missing is not None and pk <= MOST:
            missing(actor, pk)
        raise NotFound
    return found


def _must_be_sent_safely(request: ApiRequest, guard: Endpoint, subject: models.Model) -> None:
    if not guard.versioned:
        if not request.headers.get("Idempotency-Key"):
            detail, mend = KINDS["missing"]
            raise BadRequest(FieldError("Idempotency-Key", str(detail), str(mend)))
        return
    tags = _tags(request, "If-Match")
    if not tags:
        raise NeedsVersion
    now = f'"{subject.version}"'  # type: ignore[attr-defined]
    if now not in tags and "*" not in tags:
        raise Lost(headers={"ETag": now})


def _tags(request: HttpRequest, header: str) -> set[str]:
    """The tags of a condition. A weak one is never the same as one of ours."""
    return {tag.strip() for tag in request.headers.get(header, "").split(",") if tag.strip()}


def _sign(run: Handler, handler: Handler, model: type[models.Model] | None) -> None:
    """Show ninja `id` where the handler has its object, and nothing where it has the desk."""
    request, _subject, *rest = inspect.signature(handler).parameters.values()
    keyword = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in rest]
    pk = inspect.Parameter("id", inspect.Parameter.KEYWORD_ONLY, annotation=int)
    signature = inspect.Signature([request, *([pk] if model else []), *keyword])
    run.__signature__ = signature  # type: ignore[attr-defined]
    decorate_view(_refuse_unknown)(run)


def _refuse_unknown(carry_out: Handler) -> Handler:
    """A filter that is misspelt would let through more than was meant: refuse it by its name."""
    operation: Operation = carry_out.__self__  # type: ignore[attr-defined]
    known = {
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in getattr(model, "__ninja_flatten_map__", {})
    }

    def run(request: ApiRequest, **given: Any) -> Any:
        unknown = sorted(set(request.GET) - known)
        if not unknown or request.actor is NOBODY:
            return carry_out(request, **given)
        detail, mend = KINDS["extra_forbidden"]
        return answer(Invalid(*(FieldError(name[:80], str(detail), str(mend)) for name in unknown[:20])))

    return run
