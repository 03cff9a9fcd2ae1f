"""What is wrong with a field, in the reader's language: pydantic's kinds of error in our words."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamkor.access.api.parsing import escape
from kamkor.access.api.problems import FieldError

Words = tuple[str | Promise, str | Promise]

KINDS: dict[str, Words] = {
    "missing": (gettext_lazy("This is needed."), gettext_lazy("Add it.")),
    "extra_forbidden": (gettext_lazy("There is no such field."), gettext_lazy("Take it out.")),
    "code": (
        gettext_lazy("This is no code of the list “%(list)s”."),
        gettext_lazy("GET /api/v1/code-lists/%(list)s shows them."),
    ),
    "string_type": (gettext_lazy("This must be a text."), gettext_lazy("Put it in quotation marks.")),
    "int_type": (gettext_lazy("This must be a whole number."), gettext_lazy("Send a whole number.")),
    "bool_type": (gettext_lazy("This must be true or false."), gettext_lazy("Send true or false.")),
    "list_type": (gettext_lazy("This must be a list."), gettext_lazy("Put it in square brackets.")),
    "object": (gettext_lazy("This must be an object."), gettext_lazy("Put it in curly brackets.")),
    "day": (gettext_lazy("This is no day."), gettext_lazy("Write it as 2026-05-03.")),
    "moment": (
        gettext_lazy("This is no moment with its time zone."),
        gettext_lazy("Write it as 2026-05-03T14:30:00+06:00."),
    ),
    "uuid": (gettext_lazy("This is no identifier."), gettext_lazy("Send it as it was given.")),
    "literal_error": (
        gettext_lazy("This is none of the values that are known."),
        gettext_lazy("Send one of: %(expected)s."),
    ),
    "string_too_long": (
        gettext_lazy("This is longer than %(max_length)s letters."),
        gettext_lazy("Shorten it."),
    ),
    "string_too_short": (gettext_lazy("This is too short."), gettext_lazy("Write it out.")),
    "too_long": (gettext_lazy("These are more than %(max_length)s."), gettext_lazy("Send fewer.")),
    "greater_than_equal": (gettext_lazy("This is less than %(ge)s."), gettext_lazy("Send a larger number.")),
    "less_than_equal": (gettext_lazy("This is more than %(le)s."), gettext_lazy("Send a smaller number.")),
    "cursor": (
        gettext_lazy("This is no cursor of ours."),
        gettext_lazy("Take it from “next” of the page before."),
    ),
}
ALIKE = {
    "int_parsing": "int_type",
    "int_from_float": "int_type",
    "int_parsing_size": "int_type",
    "bool_parsing": "bool_type",
    "model_type": "object",
    "model_attributes_type": "object",
    "dict_type": "object",
    "uuid_parsing": "uuid",
    "uuid_type": "uuid",
    "string_unicode": "string_type",
}


def field_errors(found: list[dict[str, Any]]) -> list[FieldError]:
    return [_field_error(error) for error in found]


def _field_error(error: Mapping[str, Any]) -> FieldError:
    source, *path = error["loc"]
    kind = ALIKE.get(error["type"], error["type"])
    detail, mend = KINDS.get(kind, (_("This cannot be used."), _("See the description of the operation.")))
    filling = {name: value for name, value in error.get("ctx", {}).items() if isinstance(value, str | int)}
    return FieldError(_pointer(source, path), str(detail) % filling, str(mend) % filling)


def _pointer(source: str, path: list[Any]) -> str:
    """A JSON pointer into the body, whose first part is the name that the handler gives it; else the name of
    the parameter."""
    if source == "body":
        return "".join(f"/{escape(str(part))}" for part in path[1:])
    return str(path[-1]) if path else source
