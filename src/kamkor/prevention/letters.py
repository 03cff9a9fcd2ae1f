"""What a letter about an advert says. It asks and names signs; it calls nobody guilty."""

from django.utils import formats, translation
from django.utils.translation import gettext as _

from kamkor.base import codelists
from kamkor.base.templatetags.names import name
from kamkor.prevention.models import Letter
from kamkor.prevention.paper import Paragraph

QUOTED = 3_000  # letters of an advert that a letter repeats
UNLISTED = "17"


def paragraphs(letter: Letter) -> list[Paragraph]:
    """In the language of the letter."""
    with translation.override(letter.language):
        return [*_head(letter), *_body(letter), *_foot(letter)]


def _head(letter: Letter) -> list[Paragraph]:
    return [
        Paragraph(name(letter.desk)),
        Paragraph(f"{letter.code}, {_day(letter.written_on)}", gap=0),
        Paragraph(letter.to_name, gap=1.5),
        Paragraph(_("About an offer of work"), "head", gap=1.5),
    ]


def _body(letter: Letter) -> list[Paragraph]:
    advert = letter.advert
    where = ", ".join(filter(None, [codelists.label("advert_source", advert.source), advert.outlet]))
    told = _("On %(day)s this offer stood there: %(where)s.") % {"day": _day(advert.day), "where": where}
    rows = [Paragraph(told, gap=1.2), Paragraph(f"«{advert.text[:QUOTED].strip()}»", "small")]
    if advert.link:
        rows.append(Paragraph(advert.link, "small"))
    if advert.families:
        rows.append(
            Paragraph(_("These signs are in it, which often stand in offers that end in harm:"), gap=1.2)
        )
        rows += [Paragraph(f"– {codelists.label('advert_flag', code)}", gap=0) for code in advert.families]
    if letter.to_kind == "outlet":
        asked = _(
            "We ask you to check the offer with who placed it, and to take it down if it does not hold."
        )
    else:
        asked = _("We ask you to check whether the recruiter has a permit that covers this offer.")
    return [*rows, Paragraph(asked, gap=1.2), *([Paragraph(letter.words)] if letter.words else [])]


def _foot(letter: Letter) -> list[Paragraph]:
    until = _("Please answer by %(day)s and name the code %(code)s.")
    return [
        Paragraph(until % {"day": _day(letter.due_on), "code": letter.code}, gap=1.2),
        Paragraph(_("The signs do not prove anything against anybody."), "small"),
        Paragraph(f"{_('Signature and day:')} ______________________________", gap=2),
    ]


def _day(day: object) -> str:
    return str(formats.date_format(day, "SHORT_DATE_FORMAT"))  # type: ignore[arg-type]
