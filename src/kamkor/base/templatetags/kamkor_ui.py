"""What the components ask of their variables and cannot say in a template."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput
from django.utils import timezone
from django.utils.timesince import timesince, timeuntil

register = template.Library()

SOON = timedelta(hours=24)


@register.filter
def problems(form: BaseForm) -> list[dict[str, str]]:
    """The form's errors as `text` and `href`, in the order of its fields."""
    whole = [{"text": str(error), "href": ""} for error in form.non_field_errors()]
    return whole + [
        {"text": f"{field.label} – {error}", "href": f"#{anchor(field)}"}
        for field in form
        for error in field.errors
    ]


@register.filter
def anchor(field: BoundField) -> str:
    """The id of the first thing to focus: radios and checkboxes have no id of their own."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def is_optional(field: BoundField) -> bool:
    return not (field.field.required or field.field.disabled)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def part_label(attrs: dict[str, str]) -> str:
    """The visible label of one part of a field, from its accessible name."""
    return attrs.get("aria-label", "")


@register.filter
def beside(labels: Sequence[str], cells: Sequence[object]) -> list[tuple[str, object]]:
    return list(zip(labels, cells, strict=True))


@register.filter
def due_state(due: datetime) -> str:
    """`late`, `soon` (within a day) or nothing."""
    left = due - timezone.now()
    if left < timedelta():
        return "late"
    return "soon" if left < SOON else ""


@register.filter
def time_to(due: datetime) -> str:
    """The distance to `due`, past or coming, in its greatest unit."""
    now = timezone.now()
    return timesince(due, now, depth=1) if due < now else timeuntil(due, now, depth=1)


@register.filter
def page_numbers(page: "Page[object]") -> Iterator[int | str]:
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.inclusion_tag("components/table_head.html")
def table_head(*labels: str, numbers: int = 0) -> dict[str, object]:
    """The head of a table whose rows become cards on a phone; its last `numbers` columns are numbers."""
    first = len(labels) - numbers
    return {"columns": [(label, place >= first) for place, label in enumerate(labels)]}
