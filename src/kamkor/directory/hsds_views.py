"""Read endpoints of HSDS 3.1 under /api/hsds/: for anybody, without a token, in pages."""

import json
from collections.abc import Callable, Sequence
from math import ceil
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from kamkor.access.api import problems
from kamkor.access.door import PublicRequest, public_page, wait_to_read
from kamkor.base import codelists
from kamkor.directory import hsds
from kamkor.directory.hsds import Json
from kamkor.directory.models import Offer

AT_ONCE, MOST = 50, 200
Endpoint = Callable[..., HttpResponse]
MINIMAL = ("id", "last_modified")
LISTED = ("search", "page", "per_page", "format")
KINDS = ("taxonomy_term_id", "taxonomy_id")
ASKED = {  # each list with what it may be asked
    "services": (*LISTED, *KINDS, "organization_id", "modified_after", "minimal", "full"),
    "organizations": (*LISTED, *KINDS, "full", "full_service"),
    "service_at_locations": (*LISTED, *KINDS, "organization_id", "modified_after", "full"),
    "taxonomies": LISTED,
    "taxonomy_terms": (*LISTED, "taxonomy_id", "top_only", "parent_id"),
}
ASKED_OF_ONE = {"organizations": ("full_service",)}
UNKNOWN = ("postcode", "proximity")  # places are known by name alone: an answer would be a wrong one
TYPES = {"page": "integer", "per_page": "integer"} | dict.fromkeys(
    ("minimal", "full", "full_service", "top_only"), "boolean"
)
PART: Json = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def endpoint(view: Endpoint) -> Endpoint:
    """By GET, and no faster from one place than it can be read."""

    @public_page(methods=("GET",))
    def run(request: PublicRequest, **kwargs: Any) -> HttpResponse:  # parts of the address
        if any(request.GET.get(name) for name in UNKNOWN):
            return problems.answer(problems.BadRequest(*map(_unknown, UNKNOWN)))
        wait = wait_to_read(request)
        if wait:
            return problems.answer(problems.TooOften(headers={"Retry-After": str(wait)}))
        return view(request, **kwargs)

    return run


def _unknown(name: str) -> problems.FieldError:
    return problems.FieldError(
        name, _("Places have no postcode here."), _("Search by the name of the place.")
    )


def _said(request: HttpRequest, name: str) -> bool:
    return request.GET.get(name) == "true"


@endpoint
def root(request: HttpRequest) -> HttpResponse:
    address = request.build_absolute_uri(reverse("hsds-openapi"))
    return JsonResponse({"version": hsds.VERSION, "profile": hsds.PROFILE, "openapi_url": address})


@endpoint
def openapi(request: HttpRequest) -> HttpResponse:
    """The addresses below this one, with what each may be asked."""
    base = reverse("hsds")
    return JsonResponse(
        {
            "openapi": "3.1.0",
            "info": {"title": "HSDS", "version": hsds.VERSION},
            "servers": [{"url": request.build_absolute_uri(base).rstrip("/")}],
            "paths": {f"/{name}": _described(asked) for name, asked in ASKED.items()}
            | {f"/{name}/{{id}}": _described(ASKED_OF_ONE.get(name, ()), [PART]) for name in ASKED},
        }
    )


def _described(asked: Sequence[str], parts: Sequence[Json] = ()) -> Json:
    query = [{"name": name, "in": "query", "schema": {"type": TYPES.get(name, "string")}} for name in asked]
    answers: Json = {"200": {"description": "OK", "content": {"application/json": {}}}}
    return {"get": {"parameters": [*parts, *query], "responses": answers}}


@endpoint
def services(request: HttpRequest) -> HttpResponse:
    """All, or those of an organisation, of a kind, changed since, or with a word in their name."""
    offers = hsds.running()
    full, hiding = _said(request, "full"), hsds.hidden(offers)
    rows = [offer for offer in offers if _wanted(request, offer)]
    found = _named(request, [hsds.service(offer, hiding=hiding, full=full) for offer in rows])
    if _said(request, "minimal"):
        found = [{name: row[name] for name in MINIMAL} for row in found]
    return paged(request, found)


def _wanted(request: HttpRequest, offer: Offer) -> bool:
    of = request.GET.get("organization_id")
    since = _moment(request.GET.get("modified_after", ""))
    if of and (offer.is_shelter or hsds.provider_key(offer.provider) != of):
        return False
    if not _of_kind(request, offer):
        return False
    return since is None or offer.confirmed_at.date().isoformat() >= since


def _of_kind(request: HttpRequest, offer: Offer) -> bool:
    term, taxonomy = request.GET.get("taxonomy_term_id"), request.GET.get("taxonomy_id")
    same = not term or hsds.key("term", offer.service) == term
    return same and (not taxonomy or hsds.taxonomy()["id"] == taxonomy)


def _moment(text: str) -> str | None:
    """The day of a time; what is none asks for nothing."""
    try:
        found = parse_date(text[:10]) if parse_datetime(text) or parse_date(text) else None
    except ValueError:
        return None
    return found.isoformat() if found else None


@endpoint
def service(request: HttpRequest, key: str) -> HttpResponse:
    offers = hsds.running()
    hiding = hsds.hidden(offers)
    found = next((offer for offer in offers if hsds.key("offer", offer.pk) == key), None)
    return one(hsds.service(found, hiding=hiding) if found else None)


@endpoint
def organizations(request: HttpRequest) -> HttpResponse:
    running = hsds.running()
    offers = [offer for offer in running if _of_kind(request, offer)]
    rows = [hsds.organization(row, full=_said(request, "full")) for row in hsds.providers(offers).values()]
    if _said(request, "full_service"):
        hiding = hsds.hidden(running)
        rows = [hsds.with_services(row, running, hiding=hiding, full=True) for row in rows]
    return paged(request, _named(request, rows))


@endpoint
def organization(request: HttpRequest, key: str) -> HttpResponse:
    offers = hsds.running()
    found = hsds.providers(offers).get(key)
    if found is None:
        return one(None)
    hiding, full = hsds.hidden(offers), _said(request, "full_service")
    return one(hsds.with_services(hsds.organization(found), offers, hiding=hiding, full=full))


@endpoint
def places(request: HttpRequest) -> HttpResponse:
    """Services at their places; shelters have none."""
    return paged(request, _named(request, list(_places(request, full=_said(request, "full")).values())))


@endpoint
def place(request: HttpRequest, key: str) -> HttpResponse:
    return one(_places(request, full=True).get(key))


def _places(request: HttpRequest, *, full: bool) -> dict[str, Json]:
    offers = hsds.running()
    hiding = hsds.hidden(offers)
    rows = ((offer, hsds.place_of(offer, hiding)) for offer in offers if _wanted(request, offer))
    found = (hsds.service_at_location(offer, where, full=full) for offer, where in rows if where)
    return {str(row["id"]): row for row in found}


@endpoint
def taxonomies(request: HttpRequest) -> HttpResponse:
    return paged(request, _named(request, [hsds.taxonomy()]))


@endpoint
def taxonomy(request: HttpRequest, key: str) -> HttpResponse:
    found = hsds.taxonomy()
    return one(found if found["id"] == key else None)


@endpoint
def terms(request: HttpRequest) -> HttpResponse:
    """All, of a taxonomy; each stands at the top, so that none has a parent."""
    asked = request.GET.get("taxonomy_id")
    rows = [row for row in _terms().values() if not asked or row["taxonomy_id"] == asked]
    rows = [] if request.GET.get("parent_id") else rows
    return paged(request, _named(request, rows))


@endpoint
def term(request: HttpRequest, key: str) -> HttpResponse:
    return one(_terms().get(key))


def _terms() -> dict[str, Json]:
    rows = (hsds.taxonomy_term(entry) for entry in codelists.entries(hsds.TAXONOMY).values())
    return {str(row["id"]): row for row in rows}


def one(found: Json | None) -> HttpResponse:
    return JsonResponse(found) if found else problems.answer(problems.NotFound())


def _named(request: HttpRequest, rows: list[Json]) -> list[Json]:
    asked = request.GET.get("search", "").casefold()
    if not asked:
        return rows
    return [row for row in rows if asked in str((row.get("location") or row)["name"]).casefold()]


def paged(request: HttpRequest, rows: list[Json]) -> HttpResponse:
    """One page of a list, with the counts that HSDS asks for; or all of it, a line each."""
    if request.GET.get("format") == "ndjson":
        lines = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
        return HttpResponse(lines, content_type="application/x-ndjson")
    size = min(_number(request, "per_page", AT_ONCE), MOST)
    number = _number(request, "page", 1)
    shown = rows[(number - 1) * size : number * size]
    pages = max(ceil(len(rows) / size), 1)
    return JsonResponse(
        {
            "total_items": len(rows),
            "total_pages": pages,
            "page_number": number,
            "size": len(shown),
            "first_page": number == 1,
            "last_page": number >= pages,
            "empty": not shown,
            "contents": shown,
        }
    )


def _number(request: HttpRequest, name: str, otherwise: int) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and 0 < int(text[:9]) == int(text) else otherwise
