"""Pages for tables that are taken over: sent, matched, checked, taken, undone."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance.actions import imports as actions
from kamkor.assistance.forms.imports import MatchForm, TableForm, TakeTableForm
from kamkor.assistance.imports import fields, incoming, report
from kamkor.assistance.models import ImportedRow, LikelyHere, TableImport
from kamkor.assistance.views.frame import made
from kamkor.base.pages import desk_page, page
from kamkor.base.uploads import attachment
from kamkor.people.files import read_particulars, shown_name
from kamkor.people.views.duplicates import led
from kamkor.vault.models import Item

LISTED = 50
State = TableImport.State


@desk_page("import.list")
def tables(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Send a table; what was sent before."""
    form = TableForm(request.POST or None, request.FILES or None, actor=request.actor)
    if request.method == "POST":
        kept: list[TableImport] = []
        if made(form, lambda _given: kept.append(actions.receive(request.actor, desk, sent=form.sent))):
            return redirect("import-match", pk=kept[0].pk)
    rows = TableImport.objects.visible_to(request.actor).exclude(state=State.DROPPED).select_related("by")
    context = {
        "form": form,
        "rows": rows.order_by("-at")[:LISTED],
        "htcds": request.actor.may_here("htcds.import"),
        "duplicates": request.actor.may_here("duplicate.list"),
    }
    return render(request, "assistance/imports/tables.html", context, status=422 if form.errors else 200)


@page("import.match", TableImport)
def match(request: DeskRequest, imported: TableImport) -> HttpResponse:
    """What each column is."""
    if imported.state not in {State.WAITING, State.CHECKED}:
        return redirect("import", pk=imported.pk)
    about = incoming.heading(request.actor, imported)
    initial = _earlier_choice(request, imported, about.headings)
    proposed = initial.pop("proposed")
    form = MatchForm(
        request.POST or None,
        kind=imported.kind,
        headings=about.headings,
        proposed=proposed,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        actions.match(request.actor, imported, chosen=form.setup())
        return redirect("import-run", pk=imported.pk)
    samples = report.samples(request.actor, imported)
    columns = [(form[name], texts) for name, texts in zip(form.columns, samples, strict=True)]
    context = {
        "form": form,
        "imported": imported,
        "name": about.name,
        "columns": columns,
        "rest": [form[name] for name in ("consent", "consent_on", "case_kind") if name in form.fields],
        "remembered": "remembered" in initial,
    }
    return render(request, "assistance/imports/match.html", context, status=422 if form.errors else 200)


def _earlier_choice(request: DeskRequest, imported: TableImport, headings: list[str]) -> dict[str, Any]:
    """As it was chosen for this file, else for the last one with these headings, else by the names."""
    chosen = incoming.setup(request.actor, imported)
    if chosen is not None:
        kept = {name: getattr(chosen, name) for name in ("consent", "consent_on", "case_kind")}
        return {"proposed": list(chosen.targets), **kept}
    kept = incoming.remembered(request.actor, imported)
    if kept:
        proposed = [kept["fields"].get(heading, "") for heading in headings]
        consent = "row" if "consent" in proposed else ""  # who agreed is asked anew for every file
        return {"proposed": proposed, "consent": consent, "case_kind": kept["case_kind"], "remembered": True}
    proposed = fields.propose(imported.kind, headings)
    return {"proposed": proposed, "consent": "row" if "consent" in proposed else ""}


@page("import.step", TableImport, methods=("GET",))
def run(request: DeskRequest, imported: TableImport) -> HttpResponse:
    """Go on for about a second, and come back by itself until all is done. What was begun by a form is gone
    on with here, so that a closed browser only has to open this page again."""
    if imported.running:
        if refused := actions.step(request.actor, imported, seen=imported.done):
            messages.error(request, f"{refused.title}. {refused.mend}")
            return led(request, "imports")
        imported.refresh_from_db()
    if not imported.running:
        return led(request, "import", imported.pk)
    return render(request, "assistance/imports/run.html", {"imported": imported, **_progress(imported)})


def _progress(imported: TableImport) -> dict[str, int]:
    if imported.state == State.UNDOING:
        left = imported.taken
        whole = left + ImportedRow.objects.filter(imported=imported, kept=True).count()
        return {"percent": 0, "left": left, "whole": whole}
    if imported.state == State.READING:
        return {"percent": imported.done}
    return {"percent": imported.done * 100 // max(imported.pieces, 1)}


@page("import.read", TableImport, methods=("GET",))
def table(request: DeskRequest, imported: TableImport) -> HttpResponse:
    """What a checked file would bring; for one that was taken, what it brought."""
    if imported.state == State.WAITING:
        return redirect("import-match", pk=imported.pk)
    context: dict[str, Any] = {"imported": imported}
    if imported.state == State.CHECKED:
        likely = _likely(request, imported)
        context |= {
            "preview": report.preview(request.actor, imported),
            "earlier": incoming.earlier(imported),
            "likely": likely,
            "form": TakeTableForm(initial={"likely": "skip", "keep_good": ""}),
        }
    if _has_bad_rows(imported):
        context["bad"] = report.bad(request.actor, imported)
    if imported.kept:
        made_rows = ImportedRow.objects.visible_to(request.actor).filter(imported=imported, kept=True)
        context["kept"] = made_rows.order_by("row").select_related("person", "case")[:LISTED]
    return render(request, "assistance/imports/table.html", context)


def _likely(request: DeskRequest, imported: TableImport) -> int:
    return LikelyHere.objects.visible_to(request.actor).filter(imported=imported).count()


@page("import.answer", TableImport)
def likely(request: DeskRequest, imported: TableImport) -> HttpResponse:
    """Row by row: who is probably here already, and what to do with the row."""
    rows = LikelyHere.objects.visible_to(request.actor).filter(imported=imported).select_related("person")
    shown = Paginator(rows.order_by("row"), 20).get_page(request.GET.get("page"))
    if request.method == "POST":
        given = {row.row: request.POST.get(f"row_{row.row}", "") for row in shown}
        answers = {row: text for row, text in given.items() if text in TableImport.Likely.values}
        actions.answer(request.actor, imported, answers=answers)
        if shown.has_next():
            return redirect(f"{reverse('import-likely', args=[imported.pk])}?page={shown.next_page_number()}")
        return redirect("import", pk=imported.pk)
    known = read_particulars(request.actor, [row.person for row in shown])
    named = [(row, shown_name(known.get(row.person_id, {}), row.person)) for row in shown]
    sent = incoming.rows_by_number(request.actor, imported, [row.row for row in shown])
    context = {
        "imported": imported,
        "page": shown,
        "rows": [(row, name, sent.get(row.row, "")) for row, name in named],
    }
    return render(request, "assistance/imports/likely.html", context)


@page("import.take", TableImport, methods=("POST",))
def take(request: DeskRequest, imported: TableImport) -> HttpResponse:
    form = TakeTableForm(request.POST)
    form.is_valid()
    given = form.cleaned_data
    actions.take(
        request.actor,
        imported,
        keep_good=bool(given.get("keep_good")),
        likely=given.get("likely", ""),
        again=given["again"],
    )
    return redirect("import-run", pk=imported.pk)


@page("import.drop", TableImport, methods=("POST",))
def drop(request: DeskRequest, imported: TableImport) -> HttpResponse:
    actions.drop(request.actor, imported)
    messages.success(request, _("What was kept of the file has been destroyed."))
    return redirect("imports")


@page("import.undo", TableImport)
def undo(request: DeskRequest, imported: TableImport) -> HttpResponse:
    if request.method == "POST":
        actions.undo(request.actor, imported)
        return redirect("import-run", pk=imported.pk)
    context = {
        "title": _("Undo this import?"),
        "intro": _(
            "What it made is removed and its files are destroyed, in every backup too. "
            "What somebody has worked on since stays, and is listed."
        ),
        "submit_label": _("Undo the import"),
        "submit_kind": "warning",
        "cancel_url": reverse("import", args=[imported.pk]),
    }
    return render(request, "base/confirm.html", context)


def _has_bad_rows(imported: TableImport) -> bool:
    """Some were found, and nobody has destroyed them yet."""
    listed = imported.state in {State.CHECKED, State.TAKING, State.TAKEN}
    return (
        listed and Item.objects.filter(file=imported.about_id, label__startswith="bad ", size__gt=0).exists()
    )


@page("import.read", TableImport, methods=("GET",))
def bad(request: DeskRequest, imported: TableImport) -> HttpResponse:
    """The rows that were not or cannot be taken, each with what to mend."""
    if not _has_bad_rows(imported):
        raise Http404
    return attachment(report.bad_csv(request.actor, imported), f"bad-rows-{imported.pk}.csv")
