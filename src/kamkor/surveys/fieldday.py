"""What is written down in a day without a line: the same questions as on the pages where it is entered."""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django import forms
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.assistance.forms.care import ServiceForm
from kamkor.assistance.forms.intake import IntakeForm
from kamkor.assistance.forms.records import NoteForm
from kamkor.assistance.forms.referrals import SendForm
from kamkor.assistance.models import Case
from kamkor.assistance.sharing import shareable
from kamkor.assistance.views.referrals import offers_for
from kamkor.base import codelists
from kamkor.base.codelists import CodeChoice, CodesChoice
from kamkor.base.templatetags.names import name as name_of
from kamkor.directory.models import Offer
from kamkor.directory.search import Wanted
from kamkor.identification.actions.contacts import open_contact
from kamkor.identification.forms.contacts import ContactForm
from kamkor.surveys.models import Envelope

CODE = "case_code"
Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class Kind:
    """One thing that is written down, of which form it takes which questions, and whose page enters it."""

    label: str | Promise
    form: type[forms.Form]
    names: tuple[str, ...]
    page: str  # of a case, unless it begins something
    of_case: bool = True
    script: str = ""  # what is read out before it is written down


class RequestForm(SendForm):
    """What she has agreed to when it was read to her, before anybody looks into the directory."""

    service = CodeChoice("service_type", label=_("Service"))
    receiver = forms.CharField(label=_("To whom"), max_length=120)
    particulars = CodesChoice("particular", label=_("What is passed on"))


DAY: dict[str, Kind] = {
    "contact": Kind(
        _("Contact"),
        ContactForm,
        ("safe_to_talk", "danger", "topic", "advice", "callback", "outcome", "note"),
        "contact",
        of_case=False,
    ),
    "intake": Kind(
        _("Day 1"),
        IntakeForm,
        (
            *("medical_need", "medical_since", "sleeps_tonight", "danger", "safe_contact", "accompanied"),
            *("language", "interpreter", "sex", "age", "came_by", "call_name", "agreed", "next_step", "kind"),
        ),
        "intake",
        of_case=False,
    ),
    "note": Kind(_("Note"), NoteForm, ("on", "text"), "note-add"),
    "service": Kind(
        _("Service given"), ServiceForm, ("kind", "stage", "on", "result", "note"), "service-give"
    ),
    "referral": Kind(
        _("Request for a referral"),
        RequestForm,
        (
            *("service", "receiver", "particulars", "basics", "message", "purpose", "urgency", "ends_on"),
            *("ground", "reason", "interpreter"),
        ),
        "referral-new",
        script="consent_sharing",
    ),
}


def blank(kind: str) -> forms.Form:
    """Nothing of it is required: what is missing is asked where it is entered."""
    form = forms.Form(auto_id=f"{kind}_%s", use_required_attribute=False)
    if DAY[kind].of_case:
        form.fields[CODE] = forms.CharField(
            label=_("Code of the case or of the file"), max_length=16, required=False
        )
    for name in DAY[kind].names:
        field = copy.deepcopy(DAY[kind].form.base_fields[name])
        field.required = False
        form.fields[name] = field
    return form


def read(content: bytes) -> Fields:
    """The fields as the browser wrote them down; anything else that an envelope may hold is nothing."""
    try:
        return [(str(name), str(said)[:20_000]) for name, said in json.loads(content)["fields"]]
    except (ValueError, KeyError, TypeError):
        return []


def script(kind: str) -> str:
    return codelists.label("script", DAY[kind].script) if DAY[kind].script else ""


def told(kind: str, fields: Fields) -> list[tuple[str, str]]:
    """Labels and words of what was written."""
    form, rows = blank(kind), []
    for name, said in fields:
        field = form.fields.get(name) or form.fields.get(name.rpartition("_")[0])
        if field is None or not said:
            continue
        rows.append((str(field.label), _in_words(field, said)))
    return rows


def _in_words(field: forms.Field, said: str) -> str:
    if isinstance(field, forms.BooleanField):
        return str(_("Yes"))
    if isinstance(field, forms.DateField):
        try:
            return date_format(date.fromisoformat(said), "SHORT_DATE_FORMAT")
        except ValueError:
            return said
    words: Mapping[str, str] = dict(getattr(field, "choices", ()))
    return str(words.get(said, said))


def case_of(actor: Actor, fields: Fields) -> Case | None:
    """The open case that was meant, among those that the actor sees."""
    case = case_by_code(actor, dict(fields).get(CODE, ""))
    return case if case is not None and case.is_open else None


def case_by_code(actor: Actor, text: str) -> Case | None:
    """By its own code or that of its person, an open one first."""
    code = text.strip().upper()
    if not code.isprintable() or not code:
        return None
    rows = Case.objects.visible_to(actor).filter(Q(code=code) | Q(person__code=code))
    found: Case | None = rows.order_by(F("closed_on").desc(nulls_first=True), "-pk").first()
    return found


def where(actor: Actor, envelope: Envelope, case: Case | None) -> str:
    """The page on which it is entered; a contact is opened for it."""
    kind = DAY[envelope.kind]
    if envelope.kind == "contact":
        contact = open_contact(actor, actor.desk, channel="outreach", started_at=envelope.written_at)
        return reverse(kind.page, args=[contact.pk])
    if not kind.of_case:
        return reverse(kind.page)
    assert case is not None
    return reverse(kind.page, args=[case.pk])


MOST_OFFERS = 20


def offers_of(actor: Actor, case: Case, fields: Fields) -> list[Offer]:
    """Who could be meant by a request: those that give the service, take her and may have her file; first
    those that are called as it says."""
    given = dict(fields)
    if not given.get("service"):
        return []
    person = case.person.standing()
    wanted = Wanted(service=given["service"], age=person.age or "adult")
    words = given.get("receiver", "").casefold().split()

    def missed(offer: Offer) -> int:
        called = name_of(offer.provider).casefold()
        return sum(word not in called for word in words)

    return sorted(offers_for(actor, person, wanted), key=missed)[:MOST_OFFERS]


def as_referral(actor: Actor, case: Case, fields: Fields) -> Fields:
    """The fields of the page that sends it: of what she agreed to pass on, the items that are in the file."""
    own = {CODE, "service", "receiver", "particulars"}
    agreed = {said for field, said in fields if field == "particulars"}
    items = [("items", str(row.item.pk)) for row in shareable(actor, case) if row.item.label in agreed]
    return [*(pair for pair in fields if pair[0] not in own), *items]
