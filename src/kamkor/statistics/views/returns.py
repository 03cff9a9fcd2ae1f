"""Half-year returns: a body enters its form, a second person signs; and what has been received from whom."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base import codelists
from kamkor.base.pages import desk_page, page
from kamkor.base.problems import Problem
from kamkor.base.templatetags.names import name
from kamkor.base.uploads import ScannedFileField
from kamkor.methods.indicators import Period
from kamkor.statistics import returns as actions
from kamkor.statistics.indicators import number, shown, sources_of
from kamkor.statistics.models import Return, ReturnChange, ReturnFigure
from kamkor.statistics.wording import plain

LARGEST = 100_000  # bytes of a file of some forty rows


class ReturnForm(forms.Form):
    """The form of one kind of desk, made from the code lists."""

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, label in actions.items(desk).items():
            unit = codelists.label("figure_unit", codelists.entries("return_item")[code].extra["unit"])
            self.fields[code] = forms.DecimalField(
                label=f"{label} ({unit})", required=False, min_value=0, max_digits=14, decimal_places=2
            )
            self.fields[code].widget.attrs["class"] = "govuk-input--width-10"
        for code in codelists.entries("return_text"):
            area = forms.Textarea(attrs={"rows": 3})
            label = codelists.label("return_text", code)
            self.fields[code] = forms.CharField(label=label, required=False, max_length=20_000, widget=area)

    def numbers(self) -> dict[str, Decimal | None]:
        return {
            code: self.cleaned_data[code] for code in self.fields if code in codelists.entries("return_item")
        }

    def words(self) -> dict[str, str]:
        return {code: self.cleaned_data[code] for code in codelists.entries("return_text")}


class FileForm(forms.Form):
    file = ScannedFileField(
        label=gettext_lazy("CSV with the columns item and value"),
        widget=forms.FileInput(attrs={"accept": ".csv"}),
    )


class ChangeForm(forms.Form):
    value = forms.DecimalField(
        label=gettext_lazy("Number"), required=False, min_value=0, max_digits=14, decimal_places=2
    )
    why = forms.CharField(
        max_length=500, label=gettext_lazy("Why it is changed"), widget=forms.Textarea(attrs={"rows": 2})
    )


@desk_page("return.list", methods=("GET",))
def returns(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The half-years of the own desk."""
    held = {row.period: row for row in Return.objects.visible_to(request.actor)}
    today = timezone.localdate()
    rows = []
    for period in actions.periods():
        row, due = held.get(period.code), actions.due_on(period)
        late = due < today and (row is None or row.signed_at is None)
        state = state_of("missing" if row is None else "signed" if row.signed_at else "entered")
        link = {"href": reverse("return", args=[period.code]), "text": shown(period)}
        rows.append([link, state, {"tone": "red", "text": date_format(due)} if late else date_format(due)])
    context = {"head": [_("Period"), _("State"), _("To be signed by")], "rows": rows}
    return render(request, "statistics/returns.html", context)


@desk_page("return.enter")
def enter(request: DeskRequest, desk: Desk, code: str) -> HttpResponse:
    """The form of a half-year; once it is signed, what it says."""
    period = known(code)
    row = Return.objects.visible_to(request.actor).filter(period=period.code).first()
    if row is not None and row.signed_at is not None:
        return redirect("return-sign", row.pk)
    initial = {**actions.values(row), **(row.words if row else {})}
    form = ReturnForm(request.POST or None, desk=desk, initial=initial)
    if request.method == "POST" and form.is_valid():
        numbers, words = form.numbers(), form.words()
        made = actions.enter(request.actor, desk, period=period.code, given=numbers, texts=words)
        return redirect("return-sign", made.pk)
    context = {
        "form": form,
        "period": shown(period),
        "submit_label": _("Save, for a colleague to sign"),
        "cancel_url": reverse("returns"),
        "file_url": reverse("return-file", args=[period.code]),
        "file_form": FileForm(),
    }
    return render(request, "statistics/return.html", context, status=422 if form.errors else 200)


@desk_page("return.enter", methods=("POST",))
def from_file(request: DeskRequest, desk: Desk, code: str) -> HttpResponse:
    """The numbers of a file; the words that are there already stay."""
    period, form = known(code), FileForm(request.POST, request.FILES)
    if not form.is_valid() or form.cleaned_data["file"].size > LARGEST:
        raise Problem(_("Choose a CSV file of at most 100 KB"))
    given = actions.from_csv(form.cleaned_data["file"].read(), desk)
    row = Return.objects.visible_to(request.actor).filter(period=period.code).first()
    texts = row.words if row else {}
    made = actions.enter(request.actor, desk, period=period.code, given=given, texts=texts)
    return redirect("return-sign", made.pk)


@page("return.sign", Return)
def sign(request: DeskRequest, row: Return) -> HttpResponse:
    """What was entered, with what to look at; signed by somebody else than who entered it."""
    if request.method == "POST":
        actions.sign(request.actor, row)
        messages.success(request, _("Saved."))
        return redirect("return-sign", row.pk)
    period, figures = Period(row.period), ReturnFigure.objects.visible_to(request.actor).filter(part_of=row)
    given = {figure.item: figure.value for figure in figures}
    changes = ReturnChange.objects.visible_to(request.actor).filter(figure__part_of=row)
    context = {
        "row": row,
        "period": shown(period),
        "head": [_("Number"), shown(period)],
        "rows": [line(figure, signed=row.signed_at is not None) for figure in in_order(figures)],
        "words": [
            {"title": codelists.label("return_text", code), "text": row.words[code]}
            for code in codelists.entries("return_text")
            if row.words.get(code)
        ],
        "doubts": []
        if row.signed_at
        else [*actions.doubts(row.desk, period, given), *beside(request, period, given)],
        "may_sign": row.signed_at is None and row.entered_by_id != request.actor.user_id,
        "edit_url": "" if row.signed_at else reverse("return", args=[row.period]),
        "changes_head": [
            _("When"),
            _("Who"),
            _("Number"),
            _("What it said before"),
            _("What it says now"),
            _("Why"),
        ],
        "changes": [
            story(change) for change in changes.select_related("by", "figure").order_by("-at", "-pk")
        ],
    }
    return render(request, "statistics/return_signed.html", context)


@page("return.change", ReturnFigure)
def change(request: DeskRequest, figure: ReturnFigure) -> HttpResponse:
    form = ChangeForm(request.POST or None, initial={"value": figure.value})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.change(request.actor, figure, value=given["value"], why=given["why"])
        messages.success(request, _("Saved. What it said before is kept."))
        return redirect("return-sign", figure.part_of_id)
    context = {
        "form": form,
        "title": codelists.label("return_item", figure.item),
        "cancel_url": reverse("return-sign", args=[figure.part_of_id]),
    }
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


@desk_page("counts.read", methods=("GET",))
def received(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Which body has sent its return of a half-year and which has not, in the order of their names."""
    offered = {period.code: period for period in actions.periods()}
    period = offered.get(request.GET.get("period", ""), actions.periods()[1])
    rows = sorted([name(each.desk), state_of(each.state)] for each in actions.received(period))
    sections = [
        {"label": shown(each), "url": f"?period={code}", "current": each == period}
        for code, each in offered.items()
    ]
    context = {"periods": sections, "head": [_("Desk"), _("State")], "rows": rows}
    return render(request, "statistics/received.html", context)


def known(code: str) -> Period:
    period = next((each for each in actions.periods() if each.code == code), None)
    if period is None:
        raise Http404
    return period


def state_of(state: str) -> str:
    return {"missing": _("Not sent"), "entered": _("Waits for a signature"), "signed": _("Signed")}[state]


def in_order(figures: Any) -> list[ReturnFigure]:
    place = {code: number for number, code in enumerate(codelists.entries("return_item"))}
    return sorted(figures, key=lambda figure: place.get(figure.item, len(place)))


def line(figure: ReturnFigure, *, signed: bool) -> list[object]:
    """A number as cells of a page; a signed one leads to its change."""
    label = codelists.label("return_item", figure.item)
    text = "–" if figure.value is None else plain(figure.value)
    address = reverse("return-change", args=[figure.pk])
    first: object = {"href": address, "text": label} if signed else label
    return [first, {"text": text, "number": True}]


def beside(request: DeskRequest, period: Period, given: dict[str, Decimal | None]) -> list[str]:
    """Where a number differs from what the desk's own live records say."""
    found = []
    for item, count in sources_of(period, request.actor).items():
        value = given.get(item)
        if value is not None and abs(float(value) - count) >= 1:
            said = {
                "item": codelists.label("return_item", item),
                "value": plain(value),
                "count": number(count),
            }
            found.append(_("%(item)s: %(value)s, in the records of the desk %(count)s.") % said)
    return found


def story(change: ReturnChange) -> list[object]:
    at = date_format(timezone.localdate(change.at), "SHORT_DATE_FORMAT")
    numbers = ["–" if value is None else plain(value) for value in (change.old, change.new)]
    item = codelists.label("return_item", change.figure.item)
    return [at, change.by.display_name, item, *numbers, change.why]
