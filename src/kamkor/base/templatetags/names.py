"""Names of organisations and desks in the reader's language: `{{ desk|name }}`."""

from django import template
from django.utils.translation import get_language

from kamkor.codes.cyrillic import uz_cyrillic

register = template.Library()


@register.filter
def name(thing: object) -> str:
    """The `names` of a desk, an organisation or an outside organisation; its code when it has none."""
    names: dict[str, str] = getattr(thing, "names", None) or {}
    language = get_language() or "en"
    if language == "uz-cyrl" and names.get("uz"):
        return uz_cyrillic(names["uz"])
    return names.get(language) or names.get("en") or next(iter(names.values()), str(thing or ""))
