"""Pages on which answers are put into the file: which may fill what, and each confirmed by a person."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.assistance.views.frame import form_page, made
from kamkor.base.pages import page
from kamkor.base.problems import AlreadyChanged
from kamkor.methods.surveys.form import Form, Question
from kamkor.surveys import fillings, ties
from kamkor.surveys.filling import TARGETS
from kamkor.surveys.models import Questionnaire, Submission
from kamkor.surveys.named import must_not_be_closed_to
from kamkor.surveys.tied import Filling
from kamkor.surveys.tied_forms import BelongForm, CodesForm, FillingForm, TiesForm
from kamkor.surveys.views import read, spoken


@page("form.attach", Questionnaire)
def uses(request: DeskRequest, questionnaire: Questionnaire) -> HttpResponse:
    """To what it may be attached, and which of its answers may fill which fields."""
    form = TiesForm(_posted(request), initial={"kinds": questionnaire.ties_to})
    here = reverse("questionnaire-uses", args=[questionnaire.pk])
    if request.method == "POST" and made(
        form, lambda given: ties.allow(request.actor, questionnaire, **given)
    ):
        messages.success(request, _("Saved."))
        return redirect(here)
    asks, _flaws = read(questionnaire.newest())
    rows = Filling.objects.visible_to(request.actor).filter(questionnaire=questionnaire).order_by("pk")
    context = {
        "questionnaire": questionnaire,
        "form": form,
        "rows": [(row, _words(asks, row.question), TARGETS[row.target].label) for row in rows],
        "may_map": bool(questionnaire.ties_to) and request.actor.may_here("filling.add"),
    }
    return render(request, "surveys/uses.html", context, status=422 if form.errors else 200)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _words(asks: Form, key: str) -> str:
    question = asks.question(key)
    return spoken(asks, question) if question is not None else key


@page("filling.add", Questionnaire)
def add(request: DeskRequest, questionnaire: Questionnaire) -> HttpResponse:
    """First the question and the field, then which choice is which code."""
    asks, _flaws = read(questionnaire.newest())
    back, title = reverse("questionnaire-uses", args=[questionnaire.pk]), _("An answer that may fill a field")
    questions = [(question, spoken(asks, question)) for question in asks.questions]
    chosen = FillingForm(questions, questionnaire.ties_to, request.GET or None)
    if not chosen.is_valid():
        context = {"method": "get", "submit_label": _("Go on")}
        return form_page(request, chosen, title, back, **context)
    question, target = chosen.chosen()
    form = CodesForm(_choices(asks, question, target.list_name), target.list_name, _posted(request))
    if request.method == "POST" and made(
        form,
        lambda given: fillings.add(
            request.actor, questionnaire, question=question.key,
            target=chosen.cleaned_data["target"], codes=form.codes(),
        ),
    ):  # fmt: skip
        return redirect(back)
    without_code = _("An answer without a code fills nothing.")
    intro = f"{spoken(asks, question)} → {target.label}"
    if form.fields:
        intro = f"{intro}. {without_code}"
    return form_page(request, form, title, back, intro=intro)


def _choices(asks: Form, question: Question, list_name: str) -> list[tuple[str, str]]:
    language = (get_language() or "").partition("-")[0]
    words = [(one.name, one.words.in_language(language, asks.default_language)) for one in question.choices]
    return words if list_name else []


@page("filling.remove", Filling, methods=("POST",))
def remove(request: DeskRequest, filling: Filling) -> HttpResponse:
    questionnaire = fillings.remove(request.actor, filling)
    messages.success(request, _("Removed."))
    return redirect("questionnaire-uses", questionnaire.pk)


@page("submission.attach", Submission)
def belong(request: DeskRequest, submission: Submission) -> HttpResponse:
    """Say to what a filled form belongs that came from a telephone."""
    form = BelongForm(_posted(request), actor=request.actor, questionnaire=submission.questionnaire)
    back = reverse("submission", args=[submission.pk])

    def attach(_given: dict[str, Any]) -> None:
        kind, subject = form.chosen()
        attach_to: Any = ties.ATTACH[kind]
        tie = attach_to(request.actor, subject, questionnaire=submission.questionnaire)
        ties.belong(request.actor, submission, tie=tie)

    if request.method == "POST" and made(form, attach):
        return redirect(back)
    return form_page(request, form, _("To what it belongs"), back)


@page("submission.fill", Submission)
def fill(request: DeskRequest, submission: Submission) -> HttpResponse:
    """What the answers could fill beside what is in the file now; each is ticked and confirmed."""
    must_not_be_closed_to(request.actor, submission.questionnaire)
    problem, status = "", 200
    if request.method == "POST":
        ticked = [int(pk) for pk in request.POST.getlist("take") if pk.isdecimal() and len(pk) < 19]
        seen = [(pk, request.POST.get(f"seen_{pk}", "")) for pk in ticked]
        try:
            filled = ties.fill(request.actor, submission, confirmed=seen)
        except AlreadyChanged:
            problem, status = _("The file has changed since: look again, then confirm."), 409
        else:
            if filled:
                messages.success(request, _("Saved."))
            return redirect("submission", submission.pk)
    asks, _flaws = read(submission.version)
    offers = ties.offers(request.actor, submission)
    context = {
        "submission": submission,
        "problem": problem,
        "offers": [_offered(asks, one) for one in offers],
        "open": any(one.news is not None for one in offers),
    }
    return render(request, "surveys/fill.html", context, status=status)


def _offered(asks: Form, offer: ties.Offer) -> dict[str, Any]:
    target = offer.target
    return {
        "pk": offer.filling.pk,
        "label": target.label,
        "question": _words(asks, offer.filling.question),
        "value": target.words(offer.news if offer.news is not None else offer.value),
        "now": target.words(offer.now),
        "held": offer.news is None,
        "differs": offer.differs,
    }
