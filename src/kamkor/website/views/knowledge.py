"""The knowledge base of the line, and the editors' desk of the public pages: the same pages."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance.views.frame import form_page, made
from kamkor.base.pages import desk_page, page
from kamkor.methods.plain_markup import blocks
from kamkor.website import editing
from kamkor.website.forms import KnowledgeFilter, SheetForm, TextForm
from kamkor.website.sheets import LANGUAGES, Sheet, SheetText, best

SHOWN = 100


@desk_page("sheet.list", methods=("GET",))
def knowledge(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Searched in every language at once, by any part of a word; what is due for review comes first."""
    form = KnowledgeFilter(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    wanted = {name: given[name] for name in ("topic", "country") if given.get(name)}
    sheets = Sheet.objects.visible_to(request.actor).filter(ended_on=None, **wanted).order_by("review_on")
    texts = _by_sheet(SheetText.objects.current().filter(sheet__in=sheets))
    words = str(given.get("q", "")).casefold().split()
    rows = [
        (sheet, best(texts[sheet.pk], get_language() or "en"), _missing(texts[sheet.pk]))
        for sheet in sheets
        if texts.get(sheet.pk) and _says(texts[sheet.pk], words)
    ]
    empty = [sheet for sheet in sheets if sheet.pk not in texts and sheet.owner_id == desk.pk]
    context = {
        "form": form,
        "rows": rows[:SHOWN],
        "empty": empty,
        "may_add": request.actor.may_here("sheet.add"),
    }
    return render(request, "website/knowledge.html", context)


@page("sheet.read", Sheet, methods=("GET",))
def sheet(request: DeskRequest, sheet: Sheet) -> HttpResponse:
    versions = list(sheet.texts.select_related("by").order_by("-at", "-pk"))
    current = _by_sheet(sheet.texts.current()).get(sheet.pk, [])
    asked = request.GET.get("version", "")
    shown = next((text for text in versions if str(text.pk) == asked), None)
    shown = shown or best(current, request.GET.get("in") or get_language() or "en")
    context: dict[str, Any] = {
        "sheet": sheet,
        "shown": shown,
        "blocks": blocks(shown.body) if shown else [],
        "versions": versions,
        "languages_of_page": [(code, any(text.language == code for text in current)) for code in LANGUAGES],
        "may_write": request.actor.may("sheet.write", sheet),
    }
    return render(request, "website/sheet.html", context)


@desk_page("sheet.add")
def add(request: DeskRequest, desk: Desk) -> HttpResponse:
    form = SheetForm(request.POST if request.method == "POST" else None)
    kept: list[Sheet] = []
    if request.method == "POST" and made(
        form, lambda given: kept.append(editing.add(request.actor, desk, facts=given))
    ):
        return redirect(f"{reverse('sheet-write', args=[kept[0].pk])}?{urlencode({'in': _own_language()})}")
    return form_page(request, form, _("A new page"), reverse("knowledge"))


@page("sheet.change", Sheet)
def change(request: DeskRequest, sheet: Sheet) -> HttpResponse:
    held = {name: getattr(sheet, name) for name in SheetForm.base_fields}
    form = SheetForm(request.POST if request.method == "POST" else None, initial=held)
    if request.method == "POST" and made(
        form, lambda given: editing.change(request.actor, sheet, facts=given)
    ):
        return redirect("sheet", sheet.pk)
    return form_page(request, form, _("Source and review"), reverse("sheet", args=[sheet.pk]))


@page("sheet.write", Sheet)
def write(request: DeskRequest, sheet: Sheet) -> HttpResponse:
    """One language; `Preview` shows it as readers will see it and keeps nothing."""
    language = request.GET.get("in", "")
    language = language if language in LANGUAGES else _own_language()
    held = sheet.texts.filter(language=language).order_by("-version").first()
    initial = {"title": held.title, "body": held.body} if held else None
    form = TextForm(request.POST if request.method == "POST" else None, initial=initial)
    preview = request.POST.get("do") == "preview" and form.is_valid()
    if (
        request.method == "POST"
        and not preview
        and made(form, lambda given: editing.write(request.actor, sheet, language=language, **given))
    ):
        messages.success(request, _("Saved. Readers see it now."))
        return redirect(f"{reverse('sheet', args=[sheet.pk])}?{urlencode({'in': language})}")
    context: dict[str, Any] = {"sheet": sheet, "form": form, "language": language}
    if preview:
        context |= {"preview": form.cleaned_data, "blocks": blocks(form.cleaned_data["body"])}
    return render(request, "website/sheet_write.html", context, status=422 if form.errors else 200)


def _by_sheet(texts: Any) -> dict[int, list[SheetText]]:
    found: dict[int, list[SheetText]] = {}
    for text in texts:
        found.setdefault(text.sheet_id, []).append(text)
    return found


def _missing(texts: list[SheetText]) -> list[str]:
    return [code for code in LANGUAGES if code not in {text.language for text in texts}]


def _says(texts: list[SheetText], words: list[str]) -> bool:
    whole = " ".join(f"{text.title} {text.body}" for text in texts).casefold()
    return all(word in whole for word in words)


def _own_language() -> str:
    language = (get_language() or "en").split("-")[0]
    return language if language in LANGUAGES else "en"
