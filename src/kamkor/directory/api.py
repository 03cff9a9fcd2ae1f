"""Code lists and services, for other systems."""

from datetime import date, datetime
from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import Field

from kamkor.access.api.endpoints import ApiRequest, endpoint
from kamkor.access.api.paging import in_order
from kamkor.access.api.problems import NotFound
from kamkor.access.api.schemas import CodeOf, Out, Page, Paged
from kamkor.access.models import Desk
from kamkor.base import codelists
from kamkor.base.models import CodeEntry
from kamkor.directory.models import Offer
from kamkor.directory.search import Wanted, find, rank

router = Router(tags=["directory"])


class CodeListName(Out):
    name: str
    codes: int


class Code(Out):
    code: str
    parent: str
    labels: dict[str, str]
    valid_from: date | None
    valid_to: date | None

    @classmethod
    def of(cls, entry: CodeEntry) -> "Code":
        labels = {language: str(text) for language, text in entry.labels.items() if text}
        return cls(
            code=entry.code,
            parent=entry.parent,
            labels=labels,
            valid_from=entry.valid_from,
            valid_to=entry.valid_to,
        )


class Provider(Out):
    kind: Literal["desk", "organisation"]
    code: str
    names: dict[str, str]
    phone: str


class Service(Out):
    """What somebody offers. Of a shelter no more than its oblast is said."""

    id: int
    service: str
    provider: Provider
    place: str
    area: list[str]
    languages: list[str]
    sexes: list[str]
    adults: bool
    children: bool
    room: Literal["can_take", "ask", "full"]
    confirmed_at: datetime
    hours: str

    @classmethod
    def of(cls, offer: Offer) -> "Service":
        outside = offer.outside
        provider = Provider(
            kind="desk" if outside is None else "organisation",
            code=offer.provider.code,
            names=offer.provider.names,
            phone=outside.phone if outside else "",
        )
        same = ("service", "area", "languages", "sexes", "adults", "children", "confirmed_at", "hours")
        return cls(
            id=offer.pk,
            provider=provider,
            place=offer.shown_place,
            room=offer.room_now,  # type: ignore[arg-type]
            **{name: getattr(offer, name) for name in same},
        )


class ServiceFilter(Paged):
    service: Annotated[str, CodeOf("service_type", blank=True)] = ""
    place: Annotated[str, CodeOf("place", blank=True)] = ""
    language: Annotated[str, CodeOf("language", blank=True)] = ""
    sex: Annotated[str, CodeOf("sex", blank=True)] = ""
    age: Annotated[str, CodeOf("age_group", blank=True)] = ""
    free: Annotated[bool, Field(description="Leave out those that are full.")] = False


class CodesFilter(Paged):
    pass


@router.get(
    "code-lists",
    response=Page[CodeListName],
    operation_id="list_code_lists",
    summary="Names of all code lists",
)
@endpoint("reference.read", title=_("Read the code lists"))
def code_lists(request: ApiRequest, desk: Desk, asked: Query[CodesFilter]) -> Page[CodeListName]:
    names = [CodeListName(name=name, codes=len(rows)) for name, rows in sorted(codelists.all_lists().items())]
    return in_order(names, asked, lambda row: [row.name], lambda rows: rows)


@router.get(
    "code-lists/{name}", response=Page[Code], operation_id="read_code_list", summary="Codes of a list"
)
@endpoint("reference.read", title=_("Read the code lists"))
def code_list(request: ApiRequest, desk: Desk, name: str, asked: Query[CodesFilter]) -> Page[Code]:
    held = list(codelists.entries(name).values())
    if not held:
        raise NotFound
    return in_order(
        held, asked, lambda entry: [entry.order, entry.code], lambda rows: [Code.of(row) for row in rows]
    )


@router.get("services", response=Page[Service], operation_id="search_services", summary="Who offers what")
@endpoint("directory.search", title=_("Search the services of all desks"))
def services(request: ApiRequest, desk: Desk, wanted: Query[ServiceFilter]) -> Page[Service]:
    """Nearest and emptiest first."""
    given = wanted.model_dump(exclude={"cursor", "limit"})
    found = find(request.actor, Wanted(**given))
    return in_order(
        found,
        wanted,
        lambda offer: list(rank(offer, wanted.place)),
        lambda rows: [Service.of(row) for row in rows],
    )
