"""Pages of notes and documents."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import User
from kamkor.assistance.actions import records
from kamkor.assistance.forms.records import DocumentForm, NoteForm, NoteTextForm, RemoveForm
from kamkor.assistance.models import Case, Document, Note
from kamkor.assistance.views.frame import case_page, conflict_page, form_page, framed, made
from kamkor.base import codelists
from kamkor.base.problems import AlreadyChanged
from kamkor.base.uploads import ENDINGS, attachment
from kamkor.vault.models import Item
from kamkor.vault.spool import spooled


@case_page("case.read", methods=("GET",))
def notes(request: DeskRequest, case: Case) -> HttpResponse:
    """One kind at a time, so that what may be shared and what never is are not mixed up."""
    actor = request.actor
    kinds = [kind for kind in Note.Kind if kind != Note.Kind.PRIVILEGED or actor.role == "advocate"]
    kind = next((kind for kind in kinds if kind == request.GET.get("kind")), Note.Kind.FACT)
    rows = Note.objects.visible_to(actor).filter(case=case, kind=kind)
    rows = rows.select_related("text__file", "recorded_by").order_by("-on", "-pk")
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    texts = actor.keyring.read_many([row.text for row in page if row.expired_at is None])
    context = framed(request, case, "case-notes") | {
        "kind": kind,
        "kinds": [_tab(each, kind) for each in kinds],
        "page": page,
        "notes": [(row, texts.get(row.text_id, "")) for row in page],
    }
    return render(request, "assistance/case_notes.html", context)


def _tab(kind: Note.Kind, here: Note.Kind) -> dict[str, Any]:
    return {"label": codelists.label("note_kind", kind), "url": f"?kind={kind}", "current": kind == here}


@case_page("note.add")
def add_note(request: DeskRequest, case: Case) -> HttpResponse:
    kind = request.GET.get("kind", Note.Kind.FACT)
    form = NoteForm(request.POST or None, actor=request.actor, initial={"kind": kind})
    back = f"{reverse('case-notes', args=[case.pk])}?kind={kind}"
    if request.method == "POST" and made(form, lambda given: _add(request, case, given)):
        return redirect(f"{reverse('case-notes', args=[case.pk])}?kind={form.cleaned_data['kind']}")
    return form_page(request, form, _("Write a note"), back)


def _add(request: DeskRequest, case: Case, given: dict[str, Any]) -> None:
    text, on = given["text"], given["on"]
    if given["kind"] == Note.Kind.PRIVILEGED:
        records.add_privileged(request.actor, case, text=text, on=on)
    else:
        records.add_note(request.actor, case, text=text, kind=given["kind"], on=on)


@case_page("note.edit", Note, methods=("GET",))
def note(request: DeskRequest, note: Note) -> HttpResponse:
    """One note with all that it said before."""
    keyring = request.actor.keyring
    history = [] if note.expired_at else keyring.history(note.text)
    writers = User.objects.in_bulk(
        {row.written_by_id for row in (note.text, *(old for old, _text in history)) if row.written_by_id}
    )
    context = framed(request, note.case, "case-notes") | {
        "note": note,
        "text": "" if note.expired_at else keyring.read(note.text),
        "writer": writers.get(note.text.written_by_id or 0),
        "history": [(old, text, writers.get(old.written_by_id or 0)) for old, text in history],
    }
    return render(request, "assistance/note.html", context)


@case_page("note.edit", Note)
def edit_note(request: DeskRequest, note: Note) -> HttpResponse:
    keyring, back = request.actor.keyring, reverse("note", args=[note.pk])
    now = {"text": keyring.read(note.text), "version": note.text.version}
    form = NoteTextForm(request.POST or None, initial=now)
    try:
        if request.method == "POST" and made(form, lambda given: _rewrite(request, note, given)):
            return redirect(back)
    except AlreadyChanged as both:
        version = Item.objects.get(pk=note.text_id).version
        return conflict_page(request, form, both, version, back_url=back)
    return form_page(request, form, _("Change the note"), back)


def _rewrite(request: DeskRequest, note: Note, given: dict[str, Any]) -> None:
    records.edit_note(request.actor, note, text=given["text"], expected=given["version"])


@case_page("case.read", methods=("GET",))
def documents(request: DeskRequest, case: Case) -> HttpResponse:
    actor = request.actor
    rows = Document.objects.visible_to(actor).filter(case=case).select_related("title__file", "recorded_by")
    page = Paginator(rows.order_by("-pk"), 25).get_page(request.GET.get("page"))
    titles = actor.keyring.read_many([row.title for row in page])
    context = framed(request, case, "case-documents") | {
        "page": page,
        "documents": [(row, titles.get(row.title_id, "")) for row in page],
        "may_remove": actor.may("document.remove", case),
    }
    return render(request, "assistance/case_documents.html", context)


@case_page("document.add")
def add_document(request: DeskRequest, case: Case) -> HttpResponse:
    form = DocumentForm(request.POST or None, request.FILES or None)
    back = reverse("case-documents", args=[case.pk])
    if request.method == "POST" and made(form, lambda given: _keep(request, case, given)):
        messages.success(request, _("The document is sealed in the file."))
        return redirect(back)
    return form_page(request, form, _("Add a document"), back)


def _keep(request: DeskRequest, case: Case, given: dict[str, Any]) -> None:
    records.add_document(request.actor, case, kind=given["kind"], title=given["title"], checked=given["file"])


@case_page("document.read", Document, methods=("GET",))
def document(request: DeskRequest, document: Document) -> HttpResponse:
    """The document itself, to be saved; its name on the reader's disk says nothing."""
    ending = ENDINGS.get(document.media_type, "bin")
    content = spooled(request.actor.keyring, document.item)
    return attachment(content, f"{document.case.code}-{document.pk}.{ending}")


@case_page("document.remove", Document)
def remove_document(request: DeskRequest, document: Document) -> HttpResponse:
    back = reverse("case-documents", args=[document.case_id])
    form = RemoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        records.remove_document(request.actor, document, reason=form.cleaned_data["reason"])
        messages.success(request, _("Removed. What was in it is destroyed."))
        return redirect(back)
    return form_page(
        request,
        form,
        _("Remove this document from the file?"),
        back,
        intro=_(
            "It is destroyed, here and for those whom it was shared with. Who has put it into a file of "
            "their own keeps that copy."
        ),
        submit_label=_("Remove"),
        submit_kind="warning",
    )
