"""`{% once %}`: the hidden mark that keeps a form sent twice from counting twice."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kamkor.base import once as marks

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    return format_html('<input type="hidden" name="{}" value="{}">', marks.FIELD, marks.new_mark())
