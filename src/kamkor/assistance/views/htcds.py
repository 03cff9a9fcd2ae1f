"""Pages for cases in and out in the HTCDS format."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance.actions import htcds as actions
from kamkor.assistance.forms.htcds import ExportForm, SendForm, TakeForm
from kamkor.assistance.htcds import incoming, outgoing
from kamkor.assistance.htcds.report import report as report_of
from kamkor.assistance.models import HandOut, ImportedFile
from kamkor.assistance.views.frame import made
from kamkor.base.pages import desk_page, page
from kamkor.base.uploads import attachment

LISTED = 50


@desk_page("htcds.import")
def imports(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Send a file; what was sent before."""
    form = SendForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kept = actions.receive(request.actor, desk, sent=form.sent, reading=form.reading)
        return redirect("htcds-report", pk=kept.pk)
    rows = ImportedFile.objects.visible_to(request.actor).filter(dropped_at=None).select_related("by")
    context = {
        "form": form,
        "rows": rows.order_by("-at")[:LISTED],
        "may_export": request.actor.may_here("htcds.export"),
    }
    return render(request, "assistance/htcds.html", context, status=422 if form.errors else 200)


@page("htcds.import", ImportedFile, methods=("GET",))
def report(request: DeskRequest, imported: ImportedFile) -> HttpResponse:
    """What a file that waits would bring; for one that was taken, what it brought."""
    if not imported.waiting:
        context = {"imported": imported, "rejected": bool(imported.rejected and imported.rejected.size)}
        return render(request, "assistance/htcds_taken.html", context)
    reading = incoming.waiting(request.actor, imported).read()
    context = {
        "imported": imported,
        "report": report_of(reading),
        "earlier": incoming.earlier(imported),
        "form": TakeForm(initial={"keep_good": bool(reading.errors)}),
    }
    return render(request, "assistance/htcds_report.html", context)


@page("htcds.import", ImportedFile, methods=("POST",))
def take(request: DeskRequest, imported: ImportedFile) -> HttpResponse:
    form = TakeForm(request.POST)
    form.is_valid()
    chosen = form.cleaned_data
    taken = actions.take(request.actor, imported, keep_good=chosen["keep_good"], again=chosen["again"])
    text = ngettext("%(count)s row was taken over.", "%(count)s rows were taken over.", taken.good)
    messages.success(request, text % {"count": taken.good})
    return redirect("htcds-report", pk=taken.pk)


@page("htcds.drop", ImportedFile, methods=("POST",))
def drop(request: DeskRequest, imported: ImportedFile) -> HttpResponse:
    actions.drop(request.actor, imported)
    messages.success(request, _("What was kept of the file has been destroyed."))
    return redirect("htcds")


@page("htcds.undo", ImportedFile)
def undo(request: DeskRequest, imported: ImportedFile) -> HttpResponse:
    if request.method == "POST":
        actions.undo(request.actor, imported)
        messages.success(request, _("The import was undone."))
        return redirect("htcds")
    context = {
        "title": _("Undo this import?"),
        "intro": _("Its people and cases are removed and their files destroyed, in every backup too."),
        "submit_label": _("Undo the import"),
        "submit_kind": "warning",
        "cancel_url": reverse("htcds-report", args=[imported.pk]),
    }
    return render(request, "base/confirm.html", context)


@page("htcds.import", ImportedFile, methods=("GET",))
def rejected(request: DeskRequest, imported: ImportedFile) -> HttpResponse:
    """The rows that were not or cannot be taken, each with what to mend."""
    if imported.waiting:
        content = incoming.rejected_csv(incoming.waiting(request.actor, imported).read())
    elif imported.rejected is not None and imported.rejected.size:
        content = request.actor.keyring.read_bytes(imported.rejected)
    else:
        raise Http404
    return attachment(content, f"htcds-rejected-{imported.pk}.csv")


@desk_page("htcds.export")
def export(request: DeskRequest, desk: Desk) -> HttpResponse:
    """What the file holds, and for what it is made; then a second person is asked."""
    actor = request.actor
    form = ExportForm(request.POST or None)
    if request.method == "POST" and made(form, lambda given: actions.ask(actor, desk, **given)):
        messages.success(request, _("A second person has been asked. Come back when they have agreed."))
        return redirect("htcds-export")
    own = (
        HandOut.objects.visible_to(actor)
        .filter(asked_by=actor.user_id)
        .select_related("decider__organisation")
    )
    context = {
        "form": form,
        "title": _("Hand cases out in the HTCDS format"),
        "cases": outgoing.count(actor),
        "asked": own.order_by("-asked_at")[:10],
        "submit_label": _("Ask a second person"),
        "back_url": reverse("htcds"),
    }
    return render(request, "assistance/htcds_export.html", context, status=422 if form.errors else 200)


@page("htcds.export", HandOut, methods=("POST",))
def make(request: DeskRequest, wanted: HandOut) -> HttpResponse:
    content = actions.export(request.actor, wanted)
    return attachment(content, f"{outgoing.named(timezone.localdate())}.{wanted.layout}")


@page("htcds.decide", HandOut)
def decide(request: DeskRequest, wanted: HandOut) -> HttpResponse:
    """What would leave, by number and reason: nobody's name."""
    if request.method == "POST":
        actions.decide(request.actor, wanted, agreed=request.POST.get("agreed") == "yes")
        messages.success(request, _("Noted."))
        return redirect("my-work")
    context = {"wanted": wanted, "own": wanted.asked_by_id in request.actor.barred_as}
    return render(request, "assistance/hand_out.html", context)
