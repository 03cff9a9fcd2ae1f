"""The access log of one's own desk."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk, Membership
from kamkor.base.pages import desk_page
from kamkor.statistics import trail as log
from kamkor.statistics.verbs import in_words

PER_PAGE = 50


class TrailFilter(forms.Form):
    verb = forms.ChoiceField(label=_("What was done"), required=False)
    user = forms.ChoiceField(label=_("Who"), required=False)
    day = forms.DateField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )

    def __init__(self, actor: Actor, data: dict[str, str] | None) -> None:
        super().__init__(data)
        done = log.events(actor).order_by().values_list("verb", flat=True).distinct()
        verbs = sorted((in_words(verb), verb) for verb in done)
        staff = Membership.objects.visible_to(actor).select_related("user").order_by("user__display_name")
        people = {str(row.user_id): row.user.display_name for row in staff}
        self.fields["verb"].choices = [("", _("Everything")), *((verb, words) for words, verb in verbs)]  # type: ignore[attr-defined]
        self.fields["user"].choices = [("", _("Everybody")), *people.items()]  # type: ignore[attr-defined]


@desk_page("audit.read", methods=("GET",))
def audit(request: DeskRequest, desk: Desk) -> HttpResponse:
    form = TrailFilter(request.actor, request.GET.dict())
    given = form.cleaned_data if form.is_valid() else {}
    user = int(given["user"]) if given.get("user") else None
    rows = log.events(request.actor, verb=given.get("verb", ""), user=user, day=given.get("day"))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter_form": form,
        "open": any(given.values()),
        "page": page,
        "head": [_("When"), _("Who"), _("What"), _("About"), _("Outcome")],
        "rows": [line(entry) for entry in log.read(request.actor, page.object_list)],
    }
    return render(request, "statistics/audit.html", context, status=422 if form.errors else 200)


def line(entry: log.Entry) -> list[object]:
    about = {"text": entry.code, "href": entry.href} if entry.href else entry.code
    outcome = {"text": _("Refused"), "tone": "red"} if entry.refused else _("Done")
    at = date_format(timezone.localtime(entry.at), "SHORT_DATETIME_FORMAT")
    return [at, entry.who, entry.did, about, outcome]
