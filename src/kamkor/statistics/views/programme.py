"""The half-year of the programme on a page and as a document, and donors' tables."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base.actions import record
from kamkor.base.pages import desk_page
from kamkor.base.papers import Block, Bullets, Heading, Paragraph, Table
from kamkor.base.uploads import attachment
from kamkor.methods.indicators import Period
from kamkor.statistics import returns
from kamkor.statistics.forms import DonorForm
from kamkor.statistics.indicators import shown
from kamkor.statistics.reports import donor
from kamkor.statistics.reports.programme import programme as paper_of

FILES = ("docx", "html")


@desk_page("counts.read", methods=("GET",))
def programme(request: DeskRequest, desk: Desk) -> HttpResponse:
    """What bodies sent of a half-year, who sent nothing, and the indicators beside the half before."""
    period = chosen(request)
    paper = paper_of(period)
    offered = {each.code: each for each in returns.periods()}
    context = {
        "title": paper.title,
        "period": shown(period),
        "code": period.code,
        "periods": [
            {"label": shown(each), "url": f"?period={code}", "current": code == period.code}
            for code, each in offered.items()
        ],
        "blocks": [block_of(block) for block in paper.blocks[1:]],
        "form": DonorForm(),
    }
    return render(request, "statistics/programme.html", context)


@desk_page("counts.export", methods=("GET",))
def download(request: DeskRequest, desk: Desk, which: str) -> HttpResponse:
    if which not in FILES:
        raise Http404
    period = chosen(request)
    return attachment(paper_of(period).written(which), f"kamkor-programme-{period.code}.{which}")


@desk_page("counts.export", methods=("GET",))
def for_donor(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The table of a period that the donor has chosen; for whom it is stands in it and in the access log."""
    form = DonorForm(request.GET or None)
    if not form.is_valid():
        if not request.GET:
            return redirect("programme")
        title = _("A donor’s table")
        return render(request, "statistics/donor.html", {"form": form, "title": title}, status=422)
    span: donor.Span = form.cleaned_data["span"]
    whom = form.cleaned_data["whom"]
    record(request.actor, "counts.export", f"donor:{span.code}", changed=[f"for {whom}"])
    return attachment(donor.as_xlsx(span, whom), f"kamkor-donor-{span.code.replace('/', '-')}.xlsx")


def chosen(request: DeskRequest) -> Period:
    """A half-year that returns are of; the last one that is over, if none is said."""
    offered = {each.code: each for each in returns.periods()}
    return offered.get(request.GET.get("period", ""), returns.periods()[1])


def block_of(block: Block) -> dict[str, object]:
    """A part of the paper as the page draws it."""
    if isinstance(block, Heading):
        return {"heading": block.text, "level": block.level}
    if isinstance(block, Paragraph):
        return {"text": block.text}
    if isinstance(block, Bullets):
        return {"lines": block.lines}
    if isinstance(block, Table):
        return {"head": block.head, "rows": block.rows}
    return {}
