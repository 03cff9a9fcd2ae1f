"""Answers that leave in files: open ones for who reads them here, sealed ones when two people agree."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kamkor.access import approvals
from kamkor.access.actor import Actor
from kamkor.access.approvals import Approval
from kamkor.access.http import DeskRequest
from kamkor.base.actions import action, record, reference
from kamkor.base.exports import as_csv
from kamkor.base.pages import page
from kamkor.base.problems import Problem, WrongState
from kamkor.base.uploads import attachment
from kamkor.methods.surveys.answer_files import KINDS, Answers, CannotWrite, written
from kamkor.surveys.coding import with_coded
from kamkor.surveys.models import Questionnaire
from kamkor.surveys.named import closed_to, may_have_rows, must_be_seen_by, must_not_be_closed_to
from kamkor.surveys.stored import all_answers_of, files_of, open_answers_of
from kamkor.surveys.views import arriving, read

EXPORT = "submission.export"
LASTS = timedelta(hours=24)


class NoFile(Problem):
    status = 409


@action("submission.ask")
def ask(actor: Actor, questionnaire: Questionnaire) -> Approval:
    """Ask a second person for one file with all that was answered."""
    must_not_be_closed_to(actor, questionnaire)
    return approvals.ask(actor, EXPORT, questionnaire, ends_at=timezone.now() + LASTS)


@action("submission.decide")
def decide(actor: Actor, questionnaire: Questionnaire, *, agreed: bool) -> None:
    approval = asked(questionnaire)
    if approval is None:
        raise WrongState
    approvals.decide(actor, approval, agreed=agreed)


@action(EXPORT)
def export(actor: Actor, questionnaire: Questionnaire, *, kind: str) -> tuple[bytes, str]:
    """All answers with the files that came with them, once after each agreement."""
    must_not_be_closed_to(actor, questionnaire)
    approvals.use(actor, EXPORT, questionnaire)
    form, _flaws = read(questionnaire.newest())
    rows = all_answers_of(actor, questionnaire, form)
    media = files_of(actor, questionnaire) if kind == "zip" else ()
    record(actor, EXPORT, questionnaire, changed=[f"forms: {len(rows.main)}", kind])
    return _written(Answers(form, rows, _language(), media), kind)


def asked(questionnaire: Questionnaire) -> Approval | None:
    rows = Approval.objects.open().filter(
        desk=questionnaire.desk_id, verb=EXPORT, subject=reference(questionnaire)
    )
    return rows.select_related("asked_by").first()


def open_file(actor: Actor, questionnaire: Questionnaire, kind: str) -> tuple[bytes, str]:
    """The answers that may be counted, row by row."""
    form, _flaws = read(questionnaire.newest())
    form, rows = with_coded(actor, questionnaire, form, open_answers_of(actor, questionnaire))
    sealed = {question.key for question in form.questions if question.sealed or not question.kind}
    left_out = frozenset({*questionnaire.sealed, *sealed})
    return _written(Answers(form, rows, _language(), left_out=left_out), kind)


def _written(answers: Answers, kind: str) -> tuple[bytes, str]:
    try:
        return written(answers, kind, as_csv)
    except CannotWrite as problem:
        raise NoFile(_("This file cannot be made here"), str(problem)) from problem


def _language() -> str:
    return (get_language() or "").partition("-")[0]


@page("form.export", Questionnaire, methods=("GET",))
def files(request: DeskRequest, questionnaire: Questionnaire) -> HttpResponse:
    must_be_seen_by(request.actor, questionnaire)
    approval = asked(questionnaire)
    state = "" if approval is None else "ready" if approval.agreed else "waiting"
    arrived = arriving(request)
    closed = closed_to(request.actor, questionnaire)
    own = approval is not None and approval.asked_by_id in request.actor.barred_as
    context: dict[str, Any] = {
        "questionnaire": questionnaire,
        "kinds": KINDS,
        "rows": may_have_rows(request.actor, questionnaire),
        "state": state,
        "approval": approval,
        "closed": closed,
        "may_ask": not closed and request.actor.may_here("submission.ask"),
        "may_decide": state == "waiting" and not own and request.actor.may_here("submission.decide"),
        "may_make": state == "ready" and request.actor.may_here(EXPORT),
        **arrived,
    }
    return render(request, "surveys/files.html", context)


@page("form.export", Questionnaire, methods=("GET",))
def file(request: DeskRequest, questionnaire: Questionnaire) -> HttpResponse:
    must_be_seen_by(request.actor, questionnaire)
    kind = request.GET.get("format", KINDS[0])
    if kind not in KINDS or not may_have_rows(request.actor, questionnaire):
        raise Http404
    content, ending = open_file(request.actor, questionnaire, kind)
    record(request.actor, "form.export", questionnaire, changed=[kind])
    return attachment(content, f"answers.{ending}")


@page("submission.ask", Questionnaire, methods=("POST",))
def ask_second(request: DeskRequest, questionnaire: Questionnaire) -> HttpResponse:
    ask(request.actor, questionnaire)
    messages.success(request, _("A second person has been asked. Come back when they have agreed."))
    return redirect("questionnaire-files", questionnaire.pk)


@page("submission.decide", Questionnaire, methods=("POST",))
def decide_second(request: DeskRequest, questionnaire: Questionnaire) -> HttpResponse:
    decide(request.actor, questionnaire, agreed=request.POST.get("agreed") == "yes")
    messages.success(request, _("Noted."))
    return redirect("questionnaire-files", questionnaire.pk)


@page(EXPORT, Questionnaire, methods=("POST",))
def make(request: DeskRequest, questionnaire: Questionnaire) -> HttpResponse:
    kind = request.POST.get("kind", "")
    if kind not in KINDS:
        raise Http404
    content, ending = export(request.actor, questionnaire, kind=kind)
    return attachment(content, f"answers.{ending}")
