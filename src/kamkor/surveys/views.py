"""Pages of a desk's questionnaires."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kamkor.access.approvals import Approval
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base.pages import desk_page, page
from kamkor.base.problems import Problem
from kamkor.base.uploads import attachment
from kamkor.methods.surveys.form import Form, Question
from kamkor.methods.surveys.shipped import OF, TITLES, shipped, title
from kamkor.methods.surveys.xlsform import read_form
from kamkor.surveys import actions, checking, forms, ties, wording
from kamkor.surveys.envelopes import open_on_the_way
from kamkor.surveys.forms import MediaForm, SealForm, UploadForm
from kamkor.surveys.models import MediaFile, Questionnaire, Version
from kamkor.surveys.named import may_see

SHOWN = 200


@desk_page("form.list", methods=("GET",))
def listed(request: DeskRequest, desk: Desk) -> HttpResponse:
    rows = Questionnaire.objects.visible_to(request.actor).order_by("-is_open", "title", "pk")
    waiting = Approval.objects.to_decide(request.actor).filter(verb="submission.export")
    context = {
        "rows": rows[:SHOWN],
        "may_activities": request.actor.may_here("activity.list"),
        "may_devices": request.actor.may_here("device.list"),
        **arriving(request),
        "leaving": request.actor.may_here("submission.decide") and waiting.exists(),
        **_may(request),
    }
    return render(request, "surveys/list.html", context)


@desk_page("form.upload")
def upload(request: DeskRequest, desk: Desk) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            version = actions.upload(request.actor, desk, checked=form.checked, workbook=form.raw)
        except Problem as error:
            form.add_error("workbook", f"{error.title}. {error.mend}")
        else:
            return redirect("questionnaire", version.questionnaire_id)
    ours = [(name, title(name, _language())) for name in TITLES]
    context = {"form": form, "ours": ours, "java": checking.has_java()}
    return render(request, "surveys/upload.html", context, status=422 if form.errors else 200)


@desk_page("form.ship", methods=("POST",))
def ship(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Begin with a form that comes with the project."""
    name = request.POST.get("name", "")
    if name not in TITLES:
        return redirect("questionnaire-new")
    raw = shipped(name, _language())
    checked = checking.check(f"{name}.xlsx", raw)
    version = actions.upload(request.actor, desk, checked=checked, workbook=raw, of=OF.get(name, "people"))
    questionnaire = version.questionnaire
    if name in ties.SHIPPED and not questionnaire.ties_to:
        ties.allow(request.actor, questionnaire, kinds=ties.SHIPPED[name])
    return redirect("questionnaire", questionnaire.pk)


@page("form.read", Questionnaire, methods=("GET",))
def questionnaire(request: DeskRequest, questionnaire: Questionnaire) -> HttpResponse:
    """What it asks, in the language of the page, and which answers are sealed."""
    versions = Version.objects.visible_to(request.actor).filter(questionnaire=questionnaire).light()
    newest = questionnaire.newest()
    form, flaws = read(newest)
    context: dict[str, Any] = {
        "questionnaire": questionnaire,
        "of": forms.OF[questionnaire.of],
        "fill_by": forms.FILL_BY[questionnaire.fill_by],
        "seen_by": forms.SEEN_BY[questionnaire.seen_by],
        "may_see": may_see(request.actor, questionnaire),
        "versions": versions.order_by("-pk"),
        "form": form,
        "flaws": [wording.flaw(flaw) for flaw in flaws],
        "questions": [_shown(form, question, questionnaire) for question in form.questions],
        "media": MediaFile.objects.visible_to(request.actor).filter(version=newest).defer("content"),
        "may_link": request.actor.may_here("device.link")
        and questionnaire.fill_by == questionnaire.EVERYBODY,
        **arriving(request),
        "may_code": request.actor.may_here("answer.code"),
        **_may(request),
    }
    return render(request, "surveys/questionnaire.html", context)


@page("form.seal", Questionnaire)
def seal(request: DeskRequest, questionnaire: Questionnaire) -> HttpResponse:
    form, _flaws = read(questionnaire.newest())
    words = [(question, spoken(form, question)) for question in form.questions]
    given = {name: getattr(questionnaire, name) for name in ("sealed", "of", "fill_by", "seen_by")}
    filled = SealForm(words, request.POST if request.method == "POST" else None, initial=given)
    here = reverse("questionnaire", args=[questionnaire.pk])
    if request.method == "POST" and filled.is_valid():
        actions.seal(request.actor, questionnaire, **filled.cleaned_data)
        return redirect(here)
    context = {"form": filled, "title": _("What is sealed"), "back_url": here, "cancel_url": here}
    return render(request, "base/form_page.html", context, status=422 if filled.errors else 200)


@page("form.open", Questionnaire, methods=("POST",))
def open_again(request: DeskRequest, questionnaire: Questionnaire) -> HttpResponse:
    actions.open_again(request.actor, questionnaire)
    messages.success(request, _("Open: telephones are offered it."))
    return redirect("questionnaire", questionnaire.pk)


@page("form.close", Questionnaire, methods=("POST",))
def close(request: DeskRequest, questionnaire: Questionnaire) -> HttpResponse:
    actions.close(request.actor, questionnaire)
    messages.success(request, _("Closed. What is filled in already may still come."))
    return redirect("questionnaire", questionnaire.pk)


@page("form.media", Questionnaire)
def media(request: DeskRequest, questionnaire: Questionnaire) -> HttpResponse:
    form = MediaForm(request.POST or None, request.FILES or None)
    here = reverse("questionnaire", args=[questionnaire.pk])
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        actions.attach(request.actor, questionnaire, name=file.name, content=file.read())
        return redirect(here)
    context = {"form": form, "title": _("Add a picture, sound or list"), "back_url": here, "cancel_url": here}
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


@page("form.read", Version, methods=("GET",))
def workbook(request: DeskRequest, version: Version) -> HttpResponse:
    return attachment(bytes(version.workbook), "form.xlsx")


def read(version: Version) -> tuple[Form, list[Any]]:
    """The form as it was taken over; it was well then."""
    form, flaws = read_form(f"{version.pk}.xlsx", bytes(version.workbook))
    return form, list(flaws)


def arriving(request: DeskRequest) -> dict[str, Any]:
    """What browsers have sent is taken over on the way; what waits all the same is said."""
    may_take = request.actor.may_here("envelope.open")
    return {"waiting": open_on_the_way(request.actor), "may_take": may_take}


def _language() -> str:
    return (get_language() or "").partition("-")[0]


def spoken(form: Form, question: Question) -> str:
    return question.words.in_language(_language(), form.default_language)


def _shown(form: Form, question: Question, questionnaire: Questionnaire) -> dict[str, Any]:
    language, default = _language(), form.default_language
    return {
        "words": spoken(form, question),
        "choices": [choice.words.in_language(language, default) for choice in question.choices],
        "type": question.type,
        "repeat": question.repeat,
        "sealed": question.sealed or question.key in questionnaire.sealed,
    }


def _may(request: DeskRequest) -> dict[str, bool]:
    verbs = ("upload", "open", "seal", "media", "attach")
    return {f"may_{verb}": request.actor.may_here(f"form.{verb}") for verb in verbs}
