"""The front page, whom to call now, and what quick exit does not hide."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language

from kamkor.access.door import PublicRequest, public_page
from kamkor.base import codelists
from kamkor.methods.plain_markup import blocks
from kamkor.website.lines import lines, situations
from kamkor.website.sheets import Sheet, SheetText, best

FIRST = ("112", "111", "117", "189")  # on the front page, before anything else


@public_page(methods=("GET",))
def front(request: PublicRequest) -> HttpResponse:
    known = lines(timezone.localtime())
    context = {
        "first": [known[one] for one in FIRST if one in known],
        "pages": public_pages(),
        "readers": list(codelists.entries("reader")),
    }
    return render(request, "website/front.html", context)


@public_page(methods=("GET",))
def written(request: PublicRequest, pk: int) -> HttpResponse:
    """What editors have written, in the reader's language or the nearest one that there is."""
    sheet = get_object_or_404(Sheet.objects.for_anybody(), pk=pk)
    text = best(list(sheet.texts.current()), get_language() or "en")
    if text is None:
        raise Http404
    return render(request, "website/page.html", {"sheet": sheet, "text": text, "blocks": blocks(text.body)})


@public_page(methods=("GET",))
def help_now(request: PublicRequest) -> HttpResponse:
    context = {"situations": situations(timezone.localtime()), "now": timezone.localtime()}
    return render(request, "website/help.html", context)


@public_page(methods=("GET",))
def sent(request: PublicRequest) -> HttpResponse:
    return render(request, "website/sent.html")


@public_page(methods=("GET",))
def traces(request: PublicRequest) -> HttpResponse:
    return render(request, "website/traces.html")


def public_pages(country: str = "") -> list[SheetText]:
    """The pages of a country, or those of none, each in the best language for the reader."""
    texts = SheetText.objects.current().filter(sheet__in=Sheet.objects.for_anybody().filter(country=country))
    by_sheet: dict[int, list[SheetText]] = {}
    for text in texts.order_by("sheet_id"):
        by_sheet.setdefault(text.sheet_id, []).append(text)
    found = (best(held, get_language() or "en") for held in by_sheet.values())
    return [text for text in found if text is not None]
