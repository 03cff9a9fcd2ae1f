"""Writing the pages: a desk answers for its own, and only the receiving desk writes to the public."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.base.actions import action
from kamkor.base.problems import Problem
from kamkor.website.receiving import receiving_desk
from kamkor.website.sheets import Sheet, SheetText


@action("sheet.add")
def add(actor: Actor, desk: Desk, *, facts: Mapping[str, Any]) -> Sheet:
    _may_be_public(desk, facts)
    return Sheet.objects.create(owner=desk, **facts)


@action("sheet.change")
def change(actor: Actor, sheet: Sheet, *, facts: Mapping[str, Any]) -> Sheet:
    """Its source, dates and place; a new review begins with a new date."""
    _may_be_public(sheet.owner, facts)
    for name, value in facts.items():
        setattr(sheet, name, value)
    sheet.save(update_fields=list(facts))
    return sheet


@action("sheet.write")
def write(actor: Actor, sheet: Sheet, *, language: str, title: str, body: str) -> SheetText:
    """A new version in one language; the older ones stay."""
    last = sheet.texts.filter(language=language).aggregate(last=Max("version"))["last"] or 0
    return SheetText.objects.create(
        sheet=sheet, language=language, version=last + 1, title=title, body=body, by=actor.signed_in
    )


def _may_be_public(desk: Desk, facts: Mapping[str, Any]) -> None:
    if facts["public"] and desk != receiving_desk():
        raise Problem(
            _("Only the desk that receives what the public sends writes public pages"),
            _("Keep it in the knowledge base, and ask that desk to take it over."),
        )
