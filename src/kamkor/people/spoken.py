"""What is read out before somebody agrees: the sentence, what for, who, which items, until when; in the
language of who hears it, and beside it in the reader's own."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamkor.access.models import Desk
from kamkor.base import codelists
from kamkor.base.templatetags.names import name
from kamkor.directory.models import OutsideOrganisation
from kamkor.people.models import Person

UNTIL = gettext_lazy("Until when they may read it: %(day)s.")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What she is asked for. What differs by language is worked out while that language is spoken: codes
    get their labels, and `items` is called anew."""

    script: str
    purpose: tuple[str, str] | None = None  # code list and code
    receiver: Desk | OutsideOrganisation | None = None
    items: Callable[[], Sequence[str | Promise]] = list
    ends_on: date | None = None
    until: str | Promise = UNTIL
    more: Iterable[str | Promise] = ()  # further sentences


@dataclass(frozen=True)
class Spoken:
    """The whole text in one language."""

    language: str
    language_name: str
    sentences: list[str]
    items_head: str
    items: list[str]


def say(asked: Asked, language: str) -> list[Spoken]:
    """The text in her language; below it in the worker's, where that is another."""
    return say_in(asked, [language, translation.get_language() or language])


def say_in(asked: Asked, languages: Iterable[str]) -> list[Spoken]:
    """In each of these that we have the words in; somebody may speak any other language."""
    ours = dict(settings.LANGUAGES)
    return [_say(asked, one) for one in dict.fromkeys(languages) if one in ours]


def only_said(request: HttpRequest) -> bool:
    """Whether the worker wants to see the words to what is chosen so far, and saves nothing yet."""
    return request.method == "POST" and "say" in request.POST


def filled(form: forms.Form) -> dict[str, Any]:
    """What the form says so far: what is right of what was sent, or what it begins with."""
    if form.is_bound:
        form.full_clean()
        return form.cleaned_data
    return {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}


def language_of(person: Person, wanted: str = "") -> str:
    """The one asked for; else a language of hers that the sentences are in; else the worker's."""
    codes = dict(settings.LANGUAGES)
    known = [wanted, *person.languages, translation.get_language() or ""]
    return next((code for code in known if code in codes), "ky")


def script(code: str, language: str) -> str:
    """A sentence to be said, in the language of who hears it."""
    with translation.override(language):
        return codelists.label("script", code)


def _say(asked: Asked, language: str) -> Spoken:
    with translation.override(language):
        sentences = [codelists.label("script", asked.script), *map(str, asked.more)]
        if asked.purpose:
            sentences.append(_("What for: %(purpose)s.") % {"purpose": codelists.label(*asked.purpose)})
        if asked.receiver is not None:
            sentences.append(_("Who gets it: %(receiver)s.") % {"receiver": name(asked.receiver)})
        if asked.ends_on is not None:
            day = date_format(asked.ends_on, "DATE_FORMAT")
            sentences.append(str(asked.until) % {"day": day})
        items = [str(item) for item in asked.items()]
        return Spoken(language, dict(settings.LANGUAGES)[language], sentences, _("What they get:"), items)
