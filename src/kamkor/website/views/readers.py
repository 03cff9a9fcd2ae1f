"""Pages for those who speak to many: schools, the media. Their sentences stand in the code lists."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from kamkor.access.door import PublicRequest, public_page
from kamkor.base import codelists


@public_page(methods=("GET",))
def for_readers(request: PublicRequest, reader: str) -> HttpResponse:
    if reader not in codelists.entries("reader"):
        raise Http404
    return render(request, "website/reader.html", {"reader": reader, "parts": parts(reader)})


def parts(reader: str) -> list[tuple[str, list[str]]]:
    """Each heading with its sentences."""
    found: list[tuple[str, list[str]]] = []
    for entry in codelists.entries("reader_text").values():
        if entry.extra.get("reader") != reader:
            continue
        label = entry.label(get_language() or "en")
        if entry.extra.get("kind") == "head":
            found.append((label, []))
        else:
            found[-1][1].append(label)
    return found
