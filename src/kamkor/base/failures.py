"""When something breaks: one line in the log that helps to mend it and names nobody, and a page with its
number.

Exceptions carry what somebody typed in their messages and arguments; neither is ever written down.
"""

import json
import logging
import secrets
import sys
from types import TracebackType

from django.http import HttpRequest, HttpResponseServerError
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token

log = logging.getLogger("kamkor.failure")


def new_request_id() -> str:
    return secrets.token_hex(6)


@requires_csrf_token
def broken(request: HttpRequest) -> HttpResponseServerError:
    """The page for whatever nobody foresaw; Django calls it while the exception is being handled."""
    number = getattr(request, "id", "") or new_request_id()
    kind, _error, trace = sys.exc_info()
    line = {
        "event": "failure",
        "request": number,
        "error": f"{kind.__module__}.{kind.__qualname__}" if kind else "",
        "at": where(trace),
        "view": request.resolver_match.view_name if request.resolver_match else "",
        "method": request.method,
    }
    log.error(json.dumps(line))
    return HttpResponseServerError(loader.get_template("500.html").render({"request_id": number}))


def where(trace: TracebackType | None) -> str:
    """Module and line of the innermost place in our own code, or of the innermost of all."""
    ours = last = ""
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        last = f"{module}:{trace.tb_lineno}"
        ours = last if module.startswith("kamkor.") else ours
        trace = trace.tb_next
    return ours or last
