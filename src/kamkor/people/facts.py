"""The open facts of a person, as they are kept and in words."""

from django.utils.translation import gettext as _

from kamkor.base import codelists
from kamkor.people.models import Person


def facts(person: Person) -> dict[str, object]:
    return {name: getattr(person, name) for name in Person.FACTS}


def in_words(person: Person) -> list[tuple[str, str]]:
    """Each fact with its label, in the reader's language; an empty text where it is not known."""
    return [
        (_("Sex"), codelists.label("sex", person.sex)),
        (_("Age group"), codelists.label("age_group", person.age)),
        (_("Year of birth"), str(person.birth_year or "")),
        (_("Citizenship"), _labels("country", person.citizenships)),
        (_("Languages"), _labels("language", person.languages)),
        (_("Interpreter"), _("Needed") if person.interpreter else _("Not needed")),
        (_("Home place"), codelists.label("place", person.home_place)),
    ]


def as_text(person: Person) -> str:
    return "\n".join(f"{label}: {text or '–'}" for label, text in in_words(person))


def _labels(name: str, codes: list[str]) -> str:
    return ", ".join(codelists.label(name, code) for code in codes)
