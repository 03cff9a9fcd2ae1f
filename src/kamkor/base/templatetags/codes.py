"""Codes in the reader's language: `{{ case.kind|code:"case_kind" }}`."""

from django import template

from kamkor.base import codelists

register = template.Library()


@register.filter
def code(value: str, name: str) -> str:
    return codelists.label(name, value) if value else ""


@register.filter
def codes(values: list[str] | None, name: str) -> str:
    return ", ".join(codelists.label(name, value) for value in values or [])
