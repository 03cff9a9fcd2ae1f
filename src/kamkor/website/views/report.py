"""Report something without a name, and come back for the answer. No receipt is ever in an address."""

from secrets import SystemRandom

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kamkor.access import sealed
from kamkor.access.actor import ANYBODY
from kamkor.access.door import PublicRequest, public_page, wait_to_send
from kamkor.access.models import Desk
from kamkor.base import wall
from kamkor.base.actions import reference
from kamkor.methods import slips
from kamkor.vault import receipts
from kamkor.vault.receipts import Receipt
from kamkor.website import actions
from kamkor.website.forms import LONG, AddForm, ReceiptForm, ReportForm
from kamkor.website.models import Message, Report
from kamkor.website.receiving import receiving_desk


@public_page()
def report(request: PublicRequest) -> HttpResponse:
    desk = receiving_desk()
    if desk is None:
        return render(request, "website/nobody.html", status=503)
    draft = request.POST.get("draft")
    if request.method == "POST" and draft is None:
        form = ReportForm(request.POST)
        if form.is_valid() and may_send(request, form, "report"):
            return _send(request, desk, form)
    else:
        form = ReportForm(initial=_fresh() | ({"text": draft[:LONG], "kind": "recruiter"} if draft else {}))
    context = {"form": form, "key": sealed.key_of(desk)}
    return render(request, "website/report.html", context, status=status_of(form))


@public_page()
def answers(request: PublicRequest) -> HttpResponse:
    """Whoever holds the words reads what was answered, not what they themselves had written."""
    form = ReceiptForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and may_send(request, form, "receipt"):
        slip = slips.read(form.cleaned_data["slip"])
        receipt = receipts.of(slip) if slip else None
        found = _found(receipt) if receipt else None
        if receipt and found:
            return _show(request, found, receipt)
        form.add_error("slip", _("There is nothing under these. Look at the order and the spelling."))
    return render(request, "website/receipt.html", {"form": form}, status=status_of(form))


def may_send(request: PublicRequest, form: forms.Form, name: str) -> bool:
    """Whether it is this sender's turn; else the form says how long to wait, and keeps what was written."""
    wait = wait_to_send(request, name)
    if wait:
        said = _("Many are sending just now. Nothing is lost: wait %(seconds)s seconds and send it again.")
        form.add_error(None, said % {"seconds": wait})
    form.waits = bool(wait)  # type: ignore[attr-defined]
    return not wait


def status_of(form: forms.Form) -> int:
    if getattr(form, "waits", False):
        return 429
    return 422 if form.errors else 200


def _fresh() -> dict[str, str]:
    chance = SystemRandom()
    language = (get_language() or "en").split("-")[0]
    return {"words": slips.new_words(language, chance), "digits": slips.new_digits(chance)}


def _send(request: PublicRequest, desk: Desk, form: ReportForm) -> HttpResponse:
    given = form.cleaned_data
    chosen = given["receipt"]
    shown = given.get(chosen, "") if chosen != "none" else ""
    if chosen != "none" and not slips.read(shown):
        shown = _fresh()[chosen]
    receipt = receipts.of(slips.read(shown)) if shown else None
    with wall.acting(desk.pk):
        actions.receive_report(
            ANYBODY,
            desk,
            kind=given["kind"],
            language=get_language() or "en",
            text=given["text"],
            receipt=receipt,
        )
    if receipt is None:
        return redirect("website:sent")
    return render(request, "website/report_sent.html", {"slip": shown})


def _found(receipt: Receipt) -> Report | None:
    with wall.acting(None, scope="all"):
        return Report._base_manager.filter(mark=receipt.mark).select_related("desk__holder").first()


def _show(request: PublicRequest, found: Report, receipt: Receipt) -> HttpResponse:
    adding = "text" in request.POST
    form = AddForm(request.POST if adding else None, initial={"slip": request.POST["slip"]})
    with wall.acting(found.desk_id):
        if adding and form.is_valid():
            actions.add_to_report(ANYBODY, found, text=form.cleaned_data["text"])
            return redirect("website:sent")
        rows = list(Message._base_manager.filter(report=found).order_by("at", "pk"))
    said = [
        (
            row.at,
            receipts.open_answer(receipt, row.for_reporter, reference(found)) if row.for_reporter else "",
        )
        for row in rows
    ]
    context = {"form": form, "said": said, "open": found.is_open, "key": sealed.key_of(found.desk)}
    return render(request, "website/answers.html", context, status=status_of(form))
