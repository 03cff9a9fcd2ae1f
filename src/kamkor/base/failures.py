"""When something breaks or is turned away: one line in the log that helps to mend or to notice it and names
nobody; and, where it broke, a page with its number that says what was saved and gives back what was written.

Exceptions carry what somebody typed in their messages and arguments; neither is ever written down.
"""

import errno
import json
import logging
import re
import secrets
import sqlite3
import sys
from types import TracebackType

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.defaults import page_not_found

log = logging.getLogger("kamkor.failure")
refusals = logging.getLogger("kamkor.refusal")

BROKEN, BUSY, FULL = 500, 503, 507
TURNED_AWAY = {400, 403, 413, 422, 429}  # by a check of what was sent, by a rule, or for asking too often
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
SECRET = re.compile(r"pass|secret|^(old|new|again|words|code|otp|token)$")  # never given back
HIDDEN = {"csrfmiddlewaretoken", "once", "next"}
WRITTEN = re.compile(r"\s|.{20}")  # words rather than a code that was chosen


def new_request_id() -> str:
    return secrets.token_hex(6)


def note_refusal(request: HttpRequest, status: int) -> None:
    """Where somebody tries to get around the checks, many such lines stand together; mistyped forms leave one
    now and then. Neither the address nor anything that was sent is in it."""
    line = {
        "event": "refusal",
        "request": getattr(request, "id", ""),
        "status": status,
        "view": request.resolver_match.view_name if request.resolver_match else "",
        "method": request.method,
        "user": getattr(getattr(request, "actor", None), "user_id", None),
    }
    refusals.warning(json.dumps(line))


def absent(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for an address that is not there: outside the desk one that neither names the system nor asks
    for the session, so that it leaves no cookie."""
    page = "404.html" if request.path.startswith("/desk/") else "public_404.html"
    return page_not_found(request, exception, template_name=page)


def broken(request: HttpRequest) -> HttpResponse:
    """The page for whatever nobody foresaw; Django calls it while the exception is being handled.

    503 when the databases do not answer, 507 when the disk is full, else 500. A form is saved as a whole or
    not at all (see `base.pages`), so that the page may say so. Nothing here may ask for the session, not even
    for a mark against forgery: it may be what cannot be reached, and then no page would be left to show.
    """
    number = getattr(request, "id", "") or new_request_id()
    kind, error, trace = sys.exc_info()
    line = {
        "event": "failure",
        "request": number,
        "error": f"{kind.__module__}.{kind.__qualname__}" if kind else "",
        "at": where(trace),
        "view": request.resolver_match.view_name if request.resolver_match else "",
        "method": request.method,
    }
    log.error(json.dumps(line))
    status = status_of(error)
    told = {"request_id": number, "status": status, **kept(request)}
    if status == BUSY and getattr(request, "finished", False):  # cut off while, or just after, it was kept
        told["uncertain"] = True
    page = loader.get_template("500.html").render(told)
    return HttpResponse(page, status=status, headers={"Retry-After": "30"} if status == BUSY else None)


def status_of(error: BaseException | None) -> int:
    """What the failure is to the browser: no room, no database for a moment, or a fault of ours."""
    reasons = []
    while error is not None:
        reasons.append(error)
        error = error.__cause__
    if any(_is_full(reason) for reason in reasons):
        return FULL
    return (
        BUSY if any(isinstance(reason, OperationalError | InterfaceError) for reason in reasons) else BROKEN
    )


def _is_full(reason: BaseException) -> bool:
    codes = {getattr(reason, name, None) for name in ("sqlstate", "sqlite_errorcode")}
    return bool(codes & {"53100", sqlite3.SQLITE_FULL}) or getattr(reason, "errno", None) in NO_ROOM


def kept(request: HttpRequest) -> dict[str, object]:
    """What a form held, for the page to give back: to be read, and to be sent again under the same mark."""
    if request.method != "POST":
        return {}
    if getattr(request, "saved", False):
        return {"sent_form": True, "saved": True}
    try:
        sent = [(name, text) for name, texts in request.POST.lists() for text in texts]
        files = bool(request.FILES)
    except Exception:  # whatever was sent could not be read either
        return {"sent_form": True}
    open_ones = [(name, text) for name, text in sent if not SECRET.search(name)]
    written = [text for name, text in open_ones if name not in HIDDEN and WRITTEN.search(text)]
    return {
        "sent_form": True,
        "again": request.get_full_path() if len(open_ones) == len(sent) else "",
        "fields": open_ones,
        "written": written,
        "files": files,
    }


def where(trace: TracebackType | None) -> str:
    """Module and line of the innermost place in our own code, or of the innermost of all."""
    ours = last = ""
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        last = f"{module}:{trace.tb_lineno}"
        ours = last if module.startswith("kamkor.") else ours
        trace = trace.tb_next
    return ours or last
