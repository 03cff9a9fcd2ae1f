"""Data for everybody: what is published, each version with its data sheet and its files."""

import json

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kamkor.access.door import PublicRequest, public_page
from kamkor.base.charts import alone
from kamkor.base.uploads import attachment
from kamkor.statistics.models import Release
from kamkor.statistics.publishing import sheet, tables
from kamkor.statistics.publishing.releases import content_of, description
from kamkor.statistics.publishing.tables import TABLE

LATEST = 20  # changes on the first page; each data set has all of its own
PACKAGE = "datapackage.json"
PICTURES = ("picture.svg", "picture.png")


@public_page(methods=("GET",))
def index(request: PublicRequest) -> HttpResponse:
    """The newest version of every data set, and what has changed when."""
    held = list(Release.objects.published().order_by("-published_at").defer("counted"))
    newest: dict[str, Release] = {}
    for release in held:
        if not release.withdrawn_at:
            newest.setdefault(release.data_set, release)
    rows = [
        [link(release), sheet.span(release.period), str(release.version)]
        for release in sorted(newest.values(), key=lambda release: release.data_set)
    ]
    context = {
        "head": [_("Data set"), _("Period"), _("Version")],
        "rows": rows,
        "changes_head": [_("Date"), _("Data set"), _("Version"), _("What is new")],
        "changes": [change(release) for release in held[:LATEST]],
    }
    return render(request, "statistics/open_data.html", context)


@public_page(methods=("GET",))
def newest(request: PublicRequest, data_set: str) -> HttpResponse:
    held = Release.objects.published().filter(data_set=data_set).order_by("withdrawn_at", "-version")
    standing = [release for release in held if not release.withdrawn_at] or list(held)
    if not standing:
        raise Http404
    return redirect("open-data-version", data_set, max(each.version for each in standing))


@public_page(methods=("GET",))
def version(request: PublicRequest, data_set: str, version: int) -> HttpResponse:
    """One version; of one that was taken back, why."""
    release = found(data_set, version)
    others = Release.objects.published().filter(data_set=data_set).order_by("-version")
    context: dict[str, object] = {
        "release": release,
        "title": sheet.title(release),
        "sheet": sheet.data_sheet(release),
        "changes_head": [_("Date"), _("Data set"), _("Version"), _("What is new")],
        "changes": [change(each) for each in others],
    }
    if not release.withdrawn_at:
        context |= {"sections": sheet.sections(release), "files": names(release)}
        context["estimate"] = sheet.estimate(release)
    return render(request, "statistics/open_data_set.html", context)


@public_page(methods=("GET",))
def file(request: PublicRequest, data_set: str, version: int, name: str) -> HttpResponse:
    """One file of a version, as it was signed; the pictures in the language of the address."""
    release = found(data_set, version)
    if release.withdrawn_at or name not in names(release):
        raise Http404
    saved = f"{data_set}-{version}-{name}"
    if name == PACKAGE:
        return attachment(json_of(release), saved)
    if name in PICTURES:
        cells = tables.read(content_of(release, TABLE))
        last = max(period for period, _group, _form in cells if "/" not in period)
        caption = f"{sheet.title(release)}, {last}"
        return alone(sheet.picture(release, cells, last), saved, caption)
    return attachment(content_of(release, name), saved)


def found(data_set: str, version: int) -> Release:
    return get_object_or_404(Release.objects.published(), data_set=data_set, version=version)


def names(release: Release) -> list[str]:
    held = list(release.files.filter(public=True).order_by("name").values_list("name", flat=True))
    return [*held, PACKAGE, *(PICTURES if "measure" in release.about else ())]


def json_of(release: Release) -> bytes:
    return (json.dumps(description(release), ensure_ascii=False, indent=1) + "\n").encode()


def link(release: Release) -> dict[str, str]:
    address = reverse("open-data-version", args=[release.data_set, release.version])
    return {"text": sheet.title(release), "href": address}


def change(release: Release) -> list[object]:
    """One line of the history of data sets."""
    day = date_format(localdate(release.published_at), "SHORT_DATE_FORMAT")
    said = release.changes or sheet.span(release.period)
    if release.withdrawn_at:
        said = _("Withdrawn: %(why)s") % {"why": release.why_withdrawn}
    return [day, link(release), str(release.version), said]
