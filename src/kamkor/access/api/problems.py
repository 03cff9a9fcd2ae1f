"""What the API answers when it refuses: problem details (RFC 9457), in the words of the one catalogue."""

import json
from dataclasses import asdict, dataclass
from http import HTTPStatus

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from kamkor.base.problems import AlreadyChanged, Locked, Problem, WrongState
from kamkor.vault.problems import Sealed

MEDIA_TYPE = "application/problem+json"
TYPES = "/api/v1/problems#"  # where each is explained; the address of its type


@dataclass(frozen=True)
class FieldError:
    """One thing wrong in what was sent: where (a JSON pointer or a parameter), what, the mend."""

    pointer: str
    detail: str
    mend: str


class ApiProblem(Problem):
    """A refusal of the transport rather than of the work."""

    def __init__(self, *errors: FieldError, headers: dict[str, str] | None = None) -> None:
        super().__init__(headers=headers)
        self.errors = errors


class BadRequest(ApiProblem):
    code = "bad-request"
    status = 400
    title = _("The request cannot be read")
    mend = _("Check the errors, the JSON and the headers.")


class NeedsToken(ApiProblem):
    code = "needs-token"
    status = 401
    title = _("A token is needed")
    mend = _("Send “Authorization: Bearer” with a token that has not ended. The desk makes them.")


class Forbidden(ApiProblem):
    code = "forbidden"
    status = 403
    title = _("This token does not allow that")
    mend = _("Ask the desk for a token with this permission.")


class NotFound(ApiProblem):
    code = "not-found"
    status = 404
    title = _("There is nothing here for you")
    mend = _("There is no such thing, or it is not open to you: the answer does not say which.")


class WrongMethod(ApiProblem):
    code = "wrong-method"
    status = 405
    title = _("This address does not take this method")
    mend = _("Use one of those in the header Allow.")


class NotAcceptable(ApiProblem):
    code = "not-acceptable"
    status = 406
    title = _("The answer is JSON")
    mend = _("Accept application/json.")


class InProgress(ApiProblem):
    code = "in-progress"
    status = 409
    title = _("The same request is being worked on")
    mend = _("Wait a moment and send it again with the same key.")


class Lost(ApiProblem):
    code = "lost-update"
    status = 412
    title = _("Somebody else changed this in between")
    mend = _("Read it again, look at the change, and send yours with the new ETag.")


class TooLarge(ApiProblem):
    code = "too-large"
    status = 413
    title = _("This is too large")
    mend = _("Send less at a time.")


class WrongMediaType(ApiProblem):
    code = "wrong-media-type"
    status = 415
    title = _("The body must be JSON")
    mend = _("Send it as application/json in UTF-8.")


class Invalid(ApiProblem):
    code = "invalid"
    status = 422
    title = _("Something that was sent cannot be used")
    mend = _("Each error says where it is and how to mend it.")


class KeyReused(ApiProblem):
    code = "key-reused"
    status = 422
    title = _("This Idempotency-Key was sent with something else")
    mend = _("Use a new key for each new request.")


class NeedsVersion(ApiProblem):
    code = "needs-version"
    status = 428
    title = _("Say which version you change")
    mend = _("Read it first, and send its ETag as If-Match.")


class TooOften(ApiProblem):
    code = "too-often"
    status = 429
    title = _("Too many requests")
    mend = _("Wait as long as the header Retry-After says.")


class Broken(ApiProblem):
    code = "broken"
    status = 500
    title = _("Something went wrong here")
    mend = _("It is not your fault. Try again later; if it stays, tell the operator when it was.")


class Unreachable(ApiProblem):
    code = "unreachable"
    status = 503
    title = _("The records cannot be reached just now")
    mend = _("It is not your fault. What was saved before is safe. Try again in a minute.")

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "30"})


class NoRoom(ApiProblem):
    code = "no-room"
    status = 507
    title = _("There is no room left to save anything")
    mend = _(
        "It is not your fault. What was saved before is safe. Tell the person who runs this system at once: "
        "the disk is full."
    )


CATALOGUE: tuple[type[Problem], ...] = (
    *(BadRequest, NeedsToken, Forbidden, Sealed, NotFound, WrongMethod, NotAcceptable, AlreadyChanged),
    *(InProgress, Lost, TooLarge, WrongMediaType, Problem, Invalid, WrongState, KeyReused, Locked),
    *(NeedsVersion, TooOften, Broken, Unreachable, NoRoom),
)
TRANSPORT: dict[int, type[ApiProblem]] = {
    **{kind.status: kind for kind in (BadRequest, NeedsToken, Forbidden, NotFound, WrongMethod, TooLarge)},
    **{kind.status: kind for kind in (TooOften, Broken, Unreachable, NoRoom)},
}


def answer(problem: Problem) -> HttpResponse:
    """The problem as its document."""
    response = HttpResponse(
        json.dumps(_document(problem)),
        status=problem.status,
        content_type=MEDIA_TYPE,
        headers=problem.headers,
    )
    if problem.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="kamkor"'
    return response


def _document(problem: Problem) -> dict[str, object]:
    return {
        "type": f"{TYPES}{problem.code}",
        "title": str(problem.title),
        "status": problem.status,
        "detail": str(problem.mend),
        "errors": [asdict(error) for error in getattr(problem, "errors", ())],
    }


def of_status(status: int) -> ApiProblem:
    """The problem for an answer that came from elsewhere with no more than a status."""
    return TRANSPORT.get(status, Broken if status >= Broken.status else BadRequest)()
