"""Persons of the token's own desk, for systems that were given its key."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from ninja import Router
from pydantic import Field

from kamkor.access.actor import TokenActor
from kamkor.access.api.endpoints import ApiRequest, endpoint
from kamkor.access.api.problems import NotFound
from kamkor.access.api.schemas import CodeOf, In, Language, Out
from kamkor.access.models import Desk
from kamkor.base.problems import WrongState
from kamkor.people import facts, search, sheet
from kamkor.people.actions import file as actions
from kamkor.people.exclusions import note_try
from kamkor.people.forms.search import FIRST_YEAR, LAST_YEAR
from kamkor.people.models import Person

router = Router(tags=["people"])


class FoundPerson(Out):
    id: int
    code: str
    call_name: str
    name: str
    birth_year: int | None
    sex: str


class Found(Out):
    """The best ten, best first."""

    items: list[FoundPerson]


class SearchIn(In):
    text: Annotated[
        str, Field(min_length=1, max_length=120, description="A name in any spelling, or a code.")
    ]
    birth_year: Annotated[int | None, Field(ge=FIRST_YEAR, le=LAST_YEAR)] = None


class ParticularOut(Out):
    """One sealed fact. The personal number comes without its text: each showing is asked for on the page."""

    id: int
    kind: str
    text: str | None
    version: int


class ConsentOut(Out):
    id: int
    layer: str
    purpose: str
    ground: str
    state: str
    receiver: str | None
    items: list[str]
    given_at: datetime
    ends_on: date | None


class OpenFacts(Out):
    id: int
    code: str
    sex: str
    age: str
    birth_year: int | None
    citizenships: list[str]
    languages: list[str]
    interpreter: bool
    home_place: str


class FactsOut(OpenFacts):
    """What is not sealed of a person, with its version."""

    version: str

    @classmethod
    def of(cls, person: Person) -> "FactsOut":
        told = facts.facts(person)
        return cls(id=person.pk, code=person.code, version=person.version, **told)  # type: ignore[arg-type]


class FactsIn(In):
    """What may be changed; a field that is left out stays as it is."""

    sex: Annotated[str, CodeOf("sex", blank=True)] = ""
    age: Annotated[str, CodeOf("age_group", blank=True)] = ""
    birth_year: Annotated[int | None, Field(ge=FIRST_YEAR, le=LAST_YEAR)] = None
    citizenships: Annotated[list[Annotated[str, CodeOf("country")]], Field(max_length=10)] = []
    languages: Annotated[list[Language], Field(max_length=10)] = []
    interpreter: bool = False
    home_place: Annotated[str, CodeOf("place", blank=True)] = ""


class PersonOut(OpenFacts):
    particulars: list[ParticularOut]
    flags: list[str]
    consents: list[ConsentOut]


def note_person(actor: TokenActor, pk: int) -> None:
    note_try(actor, pk)


@router.post(
    "people/search",
    response=Found,
    operation_id="search_people",
    summary="Find a person of the desk by name",
    description="By POST, so that no name is in an address. It changes nothing.",
)
@endpoint("person.search", title=_("Find people of the desk by name"))
def search_people(request: ApiRequest, desk: Desk, given: SearchIn) -> Found:
    rows = search.find(request.actor, desk, given.text, birth_year=given.birth_year)
    return Found(items=list(_found(rows)))


@router.get("people/{int:id}", response=PersonOut, operation_id="read_person", summary="A person's file")
@endpoint("person.read", Person, title=_("Read people’s files"), missing=note_person)
def read_person(request: ApiRequest, person: Person) -> PersonOut:
    """A file that was merged into another leads to the one that stands."""
    standing = Person.objects.visible_to(request.actor).filter(pk=person.standing().pk).first()
    if standing is None:
        raise NotFound
    return shown(request.actor, standing)


@router.get("people/{int:id}/facts", response=FactsOut, operation_id="read_facts", summary="Her open facts")
@endpoint("person.read", Person, title=_("Read people’s files"), versioned=True, missing=note_person)
def read_facts(request: ApiRequest, person: Person) -> FactsOut:
    return FactsOut.of(person)


@router.patch(
    "people/{int:id}/facts", response=FactsOut, operation_id="change_facts", summary="Change her open facts"
)
@endpoint(
    "person.edit",
    Person,
    title=_("Change the open facts of people"),
    versioned=True,
    changes=True,
    missing=note_person,
)
def change_facts(request: ApiRequest, person: Person, given: FactsIn) -> FactsOut:
    """Of the file that stands: one that was merged into another is not changed."""
    if person.merged_into_id is not None:
        raise WrongState
    actions.edit(request.actor, person, seen=person.version, **given.model_dump(exclude_unset=True))
    person.refresh_from_db()
    return FactsOut.of(person)


def shown(actor: TokenActor, person: Person) -> PersonOut:
    read = sheet.read(actor, person)
    particulars = [
        ParticularOut(
            id=line.row.pk,
            kind=line.row.kind,
            text=None if line.masked else line.text,
            version=line.row.item.version,
        )
        for line in read.lines
    ]
    return PersonOut(
        id=person.pk,
        code=person.code,
        **facts.facts(person),  # type: ignore[arg-type]
        particulars=particulars,
        flags=[flag.kind for flag, _text in read.flags],
        consents=[_consent(agreement) for agreement in read.consents],
    )


def _consent(agreement: sheet.Agreement) -> ConsentOut:
    row = agreement.row
    provider = row.receiver or row.outside
    same = ("layer", "purpose", "ground", "state", "given_at", "ends_on")
    return ConsentOut(
        id=row.pk,
        receiver=provider.code if provider else None,
        items=agreement.items,
        **{name: getattr(row, name) for name in same},
    )


def _found(rows: Iterable[search.Found]) -> Iterable[FoundPerson]:
    for row in rows:
        person = row.person
        yield FoundPerson(
            id=person.pk,
            code=person.code,
            call_name=row.call_name,
            name=row.name,
            birth_year=person.birth_year,
            sex=person.sex,
        )
