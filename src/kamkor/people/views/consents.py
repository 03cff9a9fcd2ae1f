"""Pages of consents: the sentence is said first, then the answer is written."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kamkor.access import policy
from kamkor.access.actor import Actor
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base import codelists
from kamkor.base.pages import desk_page, page
from kamkor.base.problems import Problem
from kamkor.base.templatetags.names import name
from kamkor.people.actions import consents as actions
from kamkor.people.files import STORY_PURPOSE, Terms, read_particulars, shown_name
from kamkor.people.forms.consents import EmergencyForm, FileConsentForm, SharingForm, StoryForm
from kamkor.people.models import Consent, Person
from kamkor.people.openings import OutsideReview
from kamkor.people.pages import person_page
from kamkor.people.second import has_colleague, item_labels
from kamkor.people.sharing import item_label, shareable
from kamkor.people.spoken import Asked, filled, language_of, only_said, say, script
from kamkor.people.views.file import form_page

FORMS = {"sharing": SharingForm, "story": StoryForm}


@person_page("consent.take")
def take(request: DeskRequest, person: Person) -> HttpResponse:
    """`?layer=` and `&language=` choose what is said and in which language; neither says anything of her."""
    actor, layer = request.actor, _layer(request, request.actor, person)
    language = language_of(person, request.GET.get("language", ""))
    form = _form(layer, actor, person, request.POST if request.method == "POST" else None)
    if request.method == "POST" and not only_said(request) and form.is_valid():
        actions.take(actor, person, Terms(layer=layer, language=language, **form.given()))
        messages.success(request, _("Written down."))
        return redirect("person", person.pk)
    context = {
        "layer": layer,
        "language": language,
        "submit_label": _("The answer is yes") if layer == Consent.Layer.FILE else _("Save"),
        "spoken": say(_asked(layer, form, actor, person), language),
        "say_label": _("Show the words for this") if layer != Consent.Layer.FILE else "",
        "layers": _ways("layer", layer, codelists.choices("consent_layer")(), language=language),
        "tongues": _ways("language", language, settings.LANGUAGES, layer=layer),
    }
    if only_said(request):
        form.errors.clear()
    return form_page(request, person, form, "people/consent.html", title=_("Ask for consent"), **context)


@person_page("consent.emergency")
def emergency(request: DeskRequest, person: Person) -> HttpResponse:
    form = EmergencyForm(request.actor, person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = actions.act_at_once(request.actor, person, Terms(**form.given()))
        messages.warning(request, who_checks(request.actor, done))
        return _back(request, person.pk)
    title = _("Share without consent: danger to life, or a child")
    intro = _("It acts at once. A colleague checks it within 24 hours; if they disagree, it is shut.")
    return form_page(request, person, form, title=title, intro=intro, submit_kind="warning")


@person_page("consent.withdraw", Consent, methods=("POST",))
def withdraw(request: DeskRequest, consent: Consent) -> HttpResponse:
    actions.withdraw(request.actor, consent)
    messages.success(request, script("consent_withdraw", consent.language))
    return _back(request, consent.person_of(request.actor).pk)


def who_checks(actor: Actor, consent: Consent) -> str:
    """Who looks at what was done without consent, or that nobody can."""
    outside = OutsideReview.objects.filter(consent=consent).select_related("reviewer").first()
    if outside is not None:
        told = {"desk": name(outside.reviewer)}
        return _("Done. Nobody else here can check it: %(desk)s does, within 24 hours.") % told
    if has_colleague(actor, consent.person):
        return _("Done. A second person must check this within 24 hours.")
    return _("Done. Nobody can check it yet: ask the head to name a desk on the roster.")


@desk_page("consent.review", methods=("GET",))
def reviews(request: DeskRequest, desk: Desk) -> HttpResponse:
    """What waits for a second person, the most urgent first."""
    actor = request.actor
    rows = Consent.objects.to_review(actor).select_related(
        "person", "receiver", "outside", "taken_by", "reason__file"
    )
    waiting = list(rows.prefetch_related("items"))
    texts = actor.keyring.read_many([row.reason for row in waiting if row.reason is not None])
    known = read_particulars(actor, [row.person for row in waiting])
    context = {
        "may_read": actor.may_here("person.read"),
        "outside": outside_reviews(actor),
        "rows": [
            {
                "consent": row,
                "name": shown_name(known.get(row.person_id, {}), row.person),
                "reason": texts.get(row.reason_id, "") if row.reason_id else "",
                "items": [item_label(item) for item in row.items.all()],
            }
            for row in waiting
        ],
    }
    return render(request, "people/reviews.html", context)


def outside_reviews(actor: Actor) -> list[dict[str, object]]:
    """What other desks have nobody to check."""
    if not policy.verdict(actor.role, "consent.review_outside", "received").allowed:
        return []
    rows = OutsideReview.objects.to_review(actor).select_related(
        "desk__organisation", "receiver__organisation", "outside", "reason__file"
    )
    waiting = list(rows)
    texts = actor.keyring.read_many([row.reason for row in waiting if row.reason is not None])
    return [
        {
            "review": row,
            "reason": texts.get(row.reason_id, "") if row.reason_id else "",
            "items": item_labels(row),
        }
        for row in waiting
    ]


@page("consent.review_outside", OutsideReview, methods=("POST",))
def review_outside(request: DeskRequest, review: OutsideReview) -> HttpResponse:
    actions.review_outside(request.actor, review, upheld=_upheld(request))
    messages.success(request, _("Checked."))
    return redirect("consent-reviews")


def _upheld(request: DeskRequest) -> bool:
    said = request.POST.get("upheld", "")
    if said not in {"yes", "no"}:
        raise Problem(_("Say whether it was right"))
    return said == "yes"


@person_page("consent.review", Consent, methods=("POST",))
def review(request: DeskRequest, consent: Consent) -> HttpResponse:
    actions.review(request.actor, consent, upheld=_upheld(request))
    messages.success(request, _("Checked."))
    return redirect("consent-reviews")


def _asked(layer: str, form: Any, actor: Actor, person: Person) -> Asked:
    """All that is said before she answers, as far as it has been chosen."""
    if layer == Consent.Layer.FILE:
        return Asked(script="consent_file")
    given = filled(form)
    purpose = STORY_PURPOSE if layer == Consent.Layer.STORY else given.get("purpose")
    chosen = set(given.get("items") or ())

    def items() -> list[str]:
        return [one.label for one in shareable(actor, person) if str(one.item.pk) in chosen] if chosen else []

    return Asked(
        script=f"consent_{layer}",
        purpose=("consent_purpose", purpose) if purpose else None,
        receiver=given.get("receiver") or given.get("outside"),
        items=items,
        ends_on=given.get("ends_on"),
    )


def _back(request: DeskRequest, person_pk: int) -> HttpResponse:
    """To her page, for those who may read it."""
    return redirect("person", person_pk) if request.actor.may_here("person.read") else redirect("start")


def _form(layer: str, actor: Actor, person: Person, data: Any) -> FileConsentForm | SharingForm:
    form = FORMS.get(layer)
    return form(actor, person, data) if form else FileConsentForm(data)


def _layer(request: DeskRequest, actor: Actor, person: Person) -> str:
    """The one asked for; else the file first, and sharing once the file is agreed to."""
    wanted = request.GET.get("layer", "")
    if wanted in Consent.Layer.values:
        return wanted
    given = Consent.objects.visible_to(actor).in_force().filter(person__in=person.all_ids(), layer="file")
    return "sharing" if given.exists() else "file"


def _ways(name: str, current: str, choices: Any, **rest: str) -> list[dict[str, object]]:
    """Links that change one of the two choices and keep the other."""
    kept = "".join(f"&{key}={value}" for key, value in rest.items())
    return [
        {"label": label, "url": f"?{name}={code}{kept}", "current": code == current}
        for code, label in choices
    ]
