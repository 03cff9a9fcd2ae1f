"""A request sent twice counts once: the second arrival of its Idempotency-Key gets the first answer again.

What is kept for that is sealed by the token's secret, and what was sent is kept as a mark under it alone.
"""

import json
import re
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from kamkor.access.api.problems import BadRequest, FieldError, InProgress, KeyReused
from kamkor.access.models import KeptAnswer, Token
from kamkor.vault import tokens

KEPT = timedelta(hours=24)
GIVEN_UP = timedelta(minutes=2)  # after which work that has left no answer was cut off
KEY = re.compile(r"[\x21-\x7e]{1,100}")
HEADERS = ("Content-Type", "ETag", "Location")


class Once:
    """One request under its key."""

    def __init__(self, request: HttpRequest, token: Token, secret: str) -> None:
        key = request.headers["Idempotency-Key"]
        if KEY.fullmatch(key) is None:
            raise BadRequest(
                FieldError("Idempotency-Key", _("This cannot be used."), _("Use 1 to 100 plain signs."))
            )
        self.secret = secret
        self.mark = tokens.mark(secret, f"key {key}")
        self.sent = tokens.mark(secret, f"{request.method} {request.get_full_path()}\n{request.body.hex()}")
        self.token = token

    def claim(self) -> HttpResponse | None:
        """None for the first arrival; the first answer again for a later one. Raises KeyReused when something
        else was sent under this key, InProgress while the first is being worked on."""
        now = timezone.now()
        kept = KeptAnswer.objects.filter(token=self.token, mark=self.mark)
        kept.filter(at__lte=now - KEPT).delete()
        kept.filter(at__lte=now - GIVEN_UP, answer=None).delete()
        try:
            with transaction.atomic():
                KeptAnswer.objects.create(token=self.token, mark=self.mark, sent=self.sent)
        except IntegrityError:
            return self._again(kept.first())
        return None

    def keep(self, response: HttpResponse) -> None:
        headers = {name: response[name] for name in HEADERS if name in response}
        text = json.dumps([response.status_code, headers, response.content.decode()])
        kept = KeptAnswer.objects.filter(token=self.token, mark=self.mark)
        kept.update(answer=tokens.seal(self.secret, text.encode(), place=self.mark))

    def forget(self) -> None:
        """What was refused may be sent again, mended or not."""
        KeptAnswer.objects.filter(token=self.token, mark=self.mark).delete()

    def _again(self, first: KeptAnswer | None) -> HttpResponse:
        if first is not None and first.sent != self.sent:
            raise KeyReused
        if first is None or first.answer is None:
            raise InProgress
        status, headers, content = json.loads(tokens.open_sealed(self.secret, first.answer, place=self.mark))
        return HttpResponse(content, status=status, headers={**headers, "Idempotency-Replayed": "true"})
