"""Pages on which a desk codes what people wrote in their own words."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamkor.access.http import DeskRequest
from kamkor.assistance.views.frame import form_page, made
from kamkor.base.pages import page
from kamkor.methods.surveys.form import Form, Question
from kamkor.surveys import coding
from kamkor.surveys.coded import AnswerCode
from kamkor.surveys.models import Questionnaire
from kamkor.surveys.named import must_not_be_closed_to
from kamkor.surveys.views import read, spoken


class CodeForm(forms.Form):
    label = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=120,
        help_text=gettext_lazy("A few words that stand in tables: nothing that could tell of somebody."),
    )


@page("answer.code", Questionnaire, methods=("GET",))
def questions(request: DeskRequest, questionnaire: Questionnaire) -> HttpResponse:
    """Which questions are answered in own words."""
    form, _flaws = read(questionnaire.newest())
    rows = [
        (spoken(form, one), _address(questionnaire, one.key))
        for one in form.questions
        if one.type in coding.CODABLE
    ]
    return render(request, "surveys/coding_questions.html", {"questionnaire": questionnaire, "rows": rows})


@page("answer.code", Questionnaire)
def answers(request: DeskRequest, questionnaire: Questionnaire) -> HttpResponse:
    """The codes, and the next answers with a box for each code."""
    form, question = _asked(request, questionnaire)
    if request.method == "POST":
        coding.code(request.actor, questionnaire, question=question.key, given=_given(request))
        messages.success(request, _("Saved."))
        return redirect(f"{request.path}?{request.GET.urlencode()}")
    coded = request.GET.get("coded") == "1"
    texts, following = coding.texts(
        request.actor, questionnaire, question, form, after=_number(request.GET.get("after", "")), coded=coded
    )
    context: dict[str, Any] = {
        "questionnaire": questionnaire,
        "words": spoken(form, question),
        "codes": coding.codes_of(questionnaire, question.key),
        "texts": texts,
        "coded": coded,
        "new": _address(questionnaire, question.key, to="answer-code-new"),
        "here": _address(questionnaire, question.key),
        "next": _address(questionnaire, question.key, after=following, coded=int(coded)) if following else "",
    }
    return render(request, "surveys/coding.html", context)


def _asked(request: DeskRequest, questionnaire: Questionnaire) -> tuple[Form, Question]:
    """The question that the address names; without one, the first."""
    must_not_be_closed_to(request.actor, questionnaire)
    form, _flaws = read(questionnaire.newest())
    own = [one for one in form.questions if one.type in coding.CODABLE]
    key = request.GET.get("question", own[0].key if own else "")
    question = next((one for one in own if one.key == key), None)
    if question is None:
        raise Http404
    return form, question


def _given(request: HttpRequest) -> dict[tuple[int, int], list[str]]:
    """The boxes of every answer that stood on the page."""
    found = {}
    for place in request.POST.getlist("answer")[: coding.AT_ONCE * coding.OPENED]:
        pk, _sign, row = place.partition("-")
        found[_number(pk), _number(row)] = request.POST.getlist(f"codes_{place}")
    return found


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def _address(questionnaire: Questionnaire, question: str, *, to: str = "answer-coding", **more: int) -> str:
    asked = {"question": question} | {name: str(said) for name, said in more.items()}
    return f"{reverse(to, args=[questionnaire.pk])}?{urlencode(asked)}"


@page("answer_code.add", Questionnaire)
def add_code(request: DeskRequest, questionnaire: Questionnaire) -> HttpResponse:
    _form, question = _asked(request, questionnaire)
    form, back = CodeForm(request.POST or None), _address(questionnaire, question.key)
    add = partial(coding.add_code, request.actor, questionnaire, question=question.key)
    if request.method == "POST" and made(form, lambda given: add(**given)):
        return redirect(back)
    return form_page(request, form, _("Add a code"), back)


@page("answer_code.edit", AnswerCode)
def edit_code(request: DeskRequest, code: AnswerCode) -> HttpResponse:
    form = CodeForm(request.POST or None, initial={"label": code.label})
    back = _address(code.questionnaire, code.question)
    if request.method == "POST" and made(
        form, lambda given: coding.rename_code(request.actor, code, **given)
    ):
        return redirect(back)
    remove = reverse("answer-code-remove", args=[code.pk])
    return form_page(
        request, form, _("Change the code"), back, template="surveys/code_page.html", remove=remove
    )


@page("answer_code.remove", AnswerCode, methods=("POST",))
def remove_code(request: DeskRequest, code: AnswerCode) -> HttpResponse:
    question = code.question
    questionnaire = coding.remove_code(request.actor, code)
    messages.success(request, _("Removed."))
    return redirect(_address(questionnaire, question))
