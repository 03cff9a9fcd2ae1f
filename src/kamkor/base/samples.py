"""Made-up content for the component page, with words of the length that really occurs."""

from datetime import timedelta

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class SampleForm(forms.Form):
    """One field of each kind of widget."""

    name = forms.CharField(label=_("A name to call her by"), help_text=_("May be none."), required=False)
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 4}), required=False)
    stay = forms.ChoiceField(
        label=_("Where she sleeps tonight"),
        choices=[
            ("", ""),
            ("home", _("At home")),
            ("shelter", _("In a shelter")),
            ("unknown", _("Not known")),
        ],
    )
    safe = forms.ChoiceField(
        label=_("Is it safe to talk now?"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes")), ("no", _("No")), ("unknown", _("Not known"))],
    )
    needs = forms.MultipleChoiceField(
        label=_("What she needs"),
        widget=forms.CheckboxSelectMultiple,
        choices=[("doctor", _("Doctor")), ("lawyer", _("Lawyer")), ("shelter", _("Shelter"))],
        required=False,
    )
    day = forms.DateField(
        label=_("Date"), widget=forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"})
    )
    agreed = forms.BooleanField(label=_("She agrees to keep a file here"), required=False)


class SampleFilter(forms.Form):
    word = forms.CharField(label=_("Word"), required=False)
    place = forms.ChoiceField(label=_("Place"), choices=[("", _("Anywhere")), ("osh", "Ош")], required=False)


class SampleUpload(forms.Form):
    documents = forms.FileField(label=_("Documents"), help_text=_("PDF, JPEG or PNG, at most 10 MB each."))


def component_samples() -> dict[str, object]:
    """The context of the component page."""
    now = timezone.now()
    return {
        "sample_form": SampleForm(data={"name": "Айжан", "stay": ""}),
        "sample_filter": SampleFilter(data={"place": "osh"}),
        "sample_upload": SampleUpload(),
        "sample_files": [{"name": "маалымкат.pdf", "size": 182_000, "href": "#", "remove_url": "#"}],
        "chosen": [{"label": "Ош", "remove_url": "?"}],
        "summary_rows": _summary(),
        "table_head": [
            gettext("Code"),
            gettext("Service"),
            gettext("State"),
            gettext("Answer due"),
            gettext("Days"),
        ],
        "table_rows": _table(),
        "events": _events(),
        "sections": _sections(),
        "facts": [
            {"label": gettext("Code"), "value": "KM-7F3K-2Q"},
            {"label": gettext("Born"), "value": "1998"},
            {"value": gettext("Presumed"), "tone": "yellow"},
        ],
        "tasks": [
            {"label": gettext("Ask the clinic for an answer"), "href": "#", "due": now - timedelta(hours=3)},
            {"label": gettext("Prepare the plan"), "href": "#", "due": now + timedelta(hours=9)},
            {"label": gettext("Follow up"), "status": gettext("Done"), "tone": "green"},
        ],
        "page": Paginator(range(200), 10).page(4),
        "picture": _picture(),
        "picture_head": [gettext("Place"), gettext("Persons")],
        "picture_rows": [["Ош", {"text": 24, "number": True}], ["Нарын", {"text": 11, "number": True}]],
    }


def _summary() -> list[dict[str, object]]:
    change = [{"label": gettext("Change"), "href": "#"}]
    return [
        {"label": gettext("A name to call her by"), "value": "Айжан", "actions": change},
        {"label": gettext("Languages"), "value": "кыргызча, өзбекче", "actions": change},
        {
            "label": gettext("Next step"),
            "value": "Психологиялык-педагогикалык жардам көрсөтүү",
            "actions": change,
        },
    ]


def _table() -> list[list[object]]:
    now = timezone.now()
    late, later = now - timedelta(days=2), now + timedelta(days=3)
    return [
        [
            {"text": "RF-4T2M-8K", "href": "#"},
            "Юридикалык жардам",
            {"text": gettext("Sent"), "tone": "teal"},
            {"due": late},
            {"text": 5, "number": True},
        ],
        [
            {"text": "RF-9C6X-3D", "href": "#"},
            "Медициналык-социалдык кайра калыбына келтирүү",
            {"text": gettext("Accepted"), "tone": "green"},
            {"due": later},
            {"text": 12, "number": True},
        ],
    ]


def _events() -> list[dict[str, object]]:
    now = timezone.now()
    return [
        {
            "title": gettext("Referral accepted"),
            "when": now - timedelta(hours=2),
            "by": "Ош, укуктук жардам борбору",
            "text": "Жолугушуу эртең саат онго белгиленди.",
            "href": "#",
        },
        {"title": gettext("Consent given"), "when": now - timedelta(days=1), "by": "Ош, кризистик борбор"},
    ]


def _sections() -> list[dict[str, object]]:
    return [
        {"label": gettext("Overview"), "url": "#", "current": True},
        {"label": gettext("Plan and services"), "url": "#"},
        {"label": gettext("Referrals"), "url": "#", "count": 2},
        {"label": gettext("Documents"), "url": "#"},
    ]


def _picture() -> SafeString:
    return mark_safe(
        '<svg viewBox="0 0 400 90" width="400" height="90" role="img" aria-hidden="true">'
        '<g fill="#0c4a54"><rect x="80" y="10" width="288" height="28"/>'
        '<rect x="80" y="50" width="132" height="28"/></g>'
        '<g fill="currentColor" font-size="16" text-anchor="end">'
        '<text x="70" y="30">Ош</text><text x="70" y="70">Нарын</text></g></svg>'
    )
