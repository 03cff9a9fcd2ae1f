"""The register of letters about adverts, and of the answers to them."""

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance.views.frame import form_page, made
from kamkor.base.pages import desk_page, page
from kamkor.base.uploads import attachment
from kamkor.prevention import paper
from kamkor.prevention.actions import adverts as actions
from kamkor.prevention.forms.adverts import AnswerForm
from kamkor.prevention.letters import paragraphs
from kamkor.prevention.models import Letter
from kamkor.prevention.views.recruiters import AT_ONCE, posted


@desk_page("letter.list", methods=("GET",))
def letters(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Those that wait for an answer first, the longest due above."""
    rows = Letter.objects.visible_to(request.actor).select_related("advert")
    ordered = rows.order_by(F("answered_on").desc(nulls_first=True), "due_on", "pk")
    shown = Paginator(ordered, AT_ONCE).get_page(request.GET.get("page"))
    return render(request, "prevention/letters.html", {"page": shown})


@page("letter.read", Letter, methods=("GET",))
def letter(request: DeskRequest, letter: Letter) -> HttpResponse:
    may_answer = not letter.answer and request.actor.may("letter.answer", letter)
    context = {"letter": letter, "paragraphs": paragraphs(letter), "may_answer": may_answer}
    return render(request, "prevention/letter.html", context)


@page("letter.read", Letter, methods=("GET",))
def as_pdf(request: DeskRequest, letter: Letter) -> HttpResponse:
    return attachment(paper.pdf(paragraphs(letter)), f"{letter.code}.pdf")


@page("letter.answer", Letter)
def answer(request: DeskRequest, letter: Letter) -> HttpResponse:
    form, back = AnswerForm(posted(request)), reverse("letter", args=[letter.pk])
    if request.method == "POST" and made(
        form, lambda given: actions.record_answer(request.actor, letter, **given)
    ):
        return redirect(back)
    return form_page(request, form, f"{_('Answer')}: {letter.code}", back)
