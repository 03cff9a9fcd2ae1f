"""Reading what other programs send: JSON as it should be, and nothing that a database or a page chokes on."""

import json
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja.parser import Parser

from kamkor.access.api.problems import BadRequest, FieldError, Invalid, WrongMediaType

LARGEST = 2**53 - 1  # beyond it a JSON number is not the same number everywhere
DEEPEST = 20


class StrictParser(Parser):
    """Refuses what another parser would guess at: NaN, a field given twice, signs that are none."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        if request.content_type != "application/json":
            raise WrongMediaType
        try:
            sent: dict[str, Any] = json.loads(
                request.body.decode(), parse_constant=_refuse, object_pairs_hook=_object
            )
        except (ValueError, RecursionError):
            raise BadRequest(FieldError("", _("This is not JSON in UTF-8."), _("Check it."))) from None
        _check(sent, "", DEEPEST)
        return sent

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        for key, values in data.lists():
            for text in (key, *values):
                _check(text, "", DEEPEST)
            if len(values) > 1 and key not in list_fields:
                raise Invalid(FieldError(key, _("This is given twice."), _("Give it once.")))
        return super().parse_querydict(data, list_fields, request)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BadRequest(FieldError(f"/{escape(key)}", _("This is given twice."), _("Give it once.")))
        found[key] = value
    return found


def _check(value: Any, pointer: str, depth: int) -> None:
    if not depth:
        raise BadRequest(FieldError(pointer, _("This is nested too deeply."), _("Send it flatter.")))
    if isinstance(value, str):
        _check_text(value, pointer)
    elif isinstance(value, int | float) and abs(value) > LARGEST:
        raise Invalid(FieldError(pointer, _("This number is too large."), _("Send a smaller one.")))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            _check(part, f"{pointer}/{place}", depth - 1)
    elif isinstance(value, dict):
        for key, part in value.items():
            _check_text(key, pointer)
            _check(part, f"{pointer}/{escape(key)}", depth - 1)


def _check_text(text: str, pointer: str) -> None:
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise Invalid(FieldError(pointer, _("This text has a sign that is no letter."), _("Take it out.")))


def escape(key: str) -> str:
    """A name as a part of a JSON pointer; what cannot be written is shown as a question mark."""
    return key.replace("~", "~0").replace("/", "~1").encode(errors="replace").decode()[:80]
