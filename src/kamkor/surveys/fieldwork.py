"""Pages of the telephones that fill forms in, of what they sent, and of what could not be taken."""

from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kamkor.access import qr, sessions
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base.pages import desk_page, page
from kamkor.base.uploads import attachment
from kamkor.methods.surveys.form import Form, Question
from kamkor.methods.surveys.instances import read_instance
from kamkor.surveys import actions, receiving, ties
from kamkor.surveys.forms import DeviceForm
from kamkor.surveys.models import Attachment, Device, Quarantined, Questionnaire, Submission
from kamkor.surveys.named import closed_to, must_be_seen_by, must_not_be_closed_to
from kamkor.surveys.openrosa import settings_for
from kamkor.surveys.tied import Filled
from kamkor.surveys.tied_views import sources
from kamkor.surveys.views import arriving, read
from kamkor.vault import tokens

SHOWN = 200


@desk_page("device.list", methods=("GET",))
def devices(request: DeskRequest, desk: Desk) -> HttpResponse:
    rows = Device.objects.visible_to(request.actor).select_related("made_by")
    rows = rows.order_by(F("ended_at").desc(nulls_first=True), "-pk")  # those that can be shut out first
    waiting = Quarantined.objects.visible_to(request.actor).waiting().count()
    may = {f"may_{verb}": request.actor.may_here(f"device.{verb}") for verb in ("add", "revoke")}
    aside = request.actor.may_here("quarantine.list")
    return render(
        request, "surveys/devices.html", {"rows": rows[:SHOWN], "aside": aside, "waiting": waiting, **may}
    )


@desk_page("device.add")
def add_device(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The secret is in the answer to the button alone, as a picture for the telephone's camera."""
    form = DeviceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        secret = tokens.new_secret()
        device = actions.add_device(request.actor, desk, secret=secret, **form.cleaned_data)
        picture = qr.picture(settings_for(request, secret, str(desk)))
        return render(request, "surveys/device.html", {"device": device, "picture": picture})
    context = {"form": form, "title": _("Add a telephone")}
    return render(request, "surveys/device_new.html", context, status=422 if form.errors else 200)


@page("device.revoke", Device)
def revoke_device(request: DeskRequest, device: Device) -> HttpResponse:
    if request.method == "POST":
        actions.revoke_device(request.actor, device, here=request.session.get(sessions.MARK, ""))
        messages.success(request, _("Shut out. What it has sent stays."))
        return redirect("devices")
    context = {
        "title": _("Shut this telephone out?"),
        "intro": _("It gets no forms any more and can send nothing, from this moment on.")
        if device.kind != Device.Kind.BROWSER
        else _("It can send nothing any more, and whoever is signed in there is signed out, at once."),
        "submit_label": _("Shut it out"),
        "submit_kind": "warning",
    }
    return render(request, "base/confirm.html", context)


@page("submission.list", Questionnaire, methods=("GET",))
def submissions(request: DeskRequest, questionnaire: Questionnaire) -> HttpResponse:
    must_be_seen_by(request.actor, questionnaire)
    arrived = arriving(request)
    rows = Submission.objects.visible_to(request.actor).filter(questionnaire=questionnaire).counted()
    context = {
        **arrived,
        "questionnaire": questionnaire,
        "rows": rows.select_related("device").defer("answers").order_by("-received_at")[:SHOWN],
        "may_read": request.actor.may_here("submission.read") and not closed_to(request.actor, questionnaire),
    }
    return render(request, "surveys/submissions.html", context)


@page("submission.read", Submission, methods=("GET",))
def submission(request: DeskRequest, submission: Submission) -> HttpResponse:
    """All that was answered, opened with the keys of the desk."""
    must_not_be_closed_to(request.actor, submission.questionnaire)
    instance = read_instance(request.actor.keyring.read_bytes(submission.item))
    form, _flaws = read(submission.version)
    rows = [
        _answered(form, "/".join(path), said) for path, said in instance.root.leaves() if path[0] != "meta"
    ]
    files = Attachment.objects.visible_to(request.actor).filter(submission=submission).order_by("name")
    filled = Filled.objects.visible_to(request.actor).filter(submission=submission).select_related("by")
    context = {
        "submission": submission,
        "rows": [row for row in rows if row],
        "files": files,
        "back": submission.tie.address() if submission.tie else "",
        "sources": sources(filled.order_by("pk")),
        "may_fill": bool(ties.offers(request.actor, submission)),
        "may_attach": bool(submission.questionnaire.ties_to) and not submission.tie_id,
    }
    return render(request, "surveys/submission.html", context)


@page("submission.read", Attachment, methods=("GET",))
def file(request: DeskRequest, kept: Attachment) -> HttpResponse:
    must_not_be_closed_to(request.actor, kept.submission.questionnaire)
    ending = kept.name.rpartition(".")[2]
    name = f"file.{ending}" if ending.isascii() and ending.isalnum() else "file"
    return attachment(request.actor.keyring.read_bytes(kept.item), name)


@desk_page("quarantine.list", methods=("GET",))
def quarantine(request: DeskRequest, desk: Desk) -> HttpResponse:
    rows = Quarantined.objects.visible_to(request.actor).waiting().select_related("device")
    told = [(row, receiving.PROBLEMS[row.problem][1]) for row in rows.order_by("-received_at")[:SHOWN]]
    return render(request, "surveys/quarantine.html", {"rows": told})


@page("quarantine.retry", Quarantined, methods=("POST",))
def retry(request: DeskRequest, kept: Quarantined) -> HttpResponse:
    try:
        receiving.retry(request.actor, kept)
    except receiving.NotTaken as problem:
        messages.warning(request, str(receiving.PROBLEMS[problem.code][1]))
    else:
        messages.success(request, _("Taken."))
    return redirect("quarantine")


@page("quarantine.read", Quarantined, methods=("GET",))
def original(request: DeskRequest, kept: Quarantined) -> HttpResponse:
    """The bytes as they came, for whoever is to find out why. Which form they are of is not known."""
    for one in Questionnaire.objects.visible_to(request.actor).filter(of_organisations=True)[:1]:
        must_not_be_closed_to(request.actor, one)
    return attachment(request.actor.keyring.read_bytes(kept.item), "submission.bin")


def _answered(form: Form, key: str, said: str) -> dict[str, Any] | None:
    question = form.question(key)
    if question is None or not said:
        return None
    language = (get_language() or "").partition("-")[0]
    return {
        "words": question.words.in_language(language, form.default_language),
        "said": _said(form, question, said, language),
    }


def _said(form: Form, question: Question, said: str, language: str) -> str:
    """The words of what was chosen."""
    words = {
        choice.name: choice.words.in_language(language, form.default_language) for choice in question.choices
    }
    return ", ".join(words.get(part, part) for part in said.split()) if words else said
