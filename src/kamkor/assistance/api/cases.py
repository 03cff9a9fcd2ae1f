"""Cases: taken in, listed, read, changed."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Literal

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status
from pydantic import Field

from kamkor.access.actor import TokenActor
from kamkor.access.api.endpoints import ApiRequest, endpoint
from kamkor.access.api.paging import in_order, newest_first
from kamkor.access.api.problems import FieldError, Invalid
from kamkor.access.api.schemas import CodeOf, In, Language, Line, Moment, Out, Page, Paged, Text
from kamkor.access.models import Desk
from kamkor.assistance import casefile, timeline
from kamkor.assistance.actions import cases as actions
from kamkor.assistance.actions.intake import Agreed, Given, take_in
from kamkor.assistance.models import Case
from kamkor.people.exclusions import note_try
from kamkor.people.forms.search import FIRST_YEAR, LAST_YEAR

router = Router(tags=["cases"])

COLUMNS = (*actions.EDITABLE, "code", "opened_on", "closed_on", "close_reason", "version")
Direction = Annotated[str, CodeOf("direction", blank=True)]
WishAfter = Annotated[str, CodeOf("wish_after", blank=True)]
MedicalNeed = Annotated[str, CodeOf("medical_need", blank=True)]
Sleeps = Annotated[str, CodeOf("sleeps_tonight", blank=True)]
Danger = Annotated[str, CodeOf("danger", blank=True)]
Accompanied = Annotated[str, CodeOf("accompanied", blank=True)]
CameBy = Annotated[str, CodeOf("came_by", blank=True)]
NextStep = Annotated[str, CodeOf("next_step", blank=True)]
Kind = Annotated[str, CodeOf("case_kind")]


class CaseOut(Out):
    """The open facts of a case. Her name is in her file alone."""

    id: int
    person: int
    code: str
    kind: str
    direction: str
    wish_after: str
    medical_need: str
    medical_since: datetime | None
    sleeps_tonight: str
    danger: str
    accompanied: str
    came_by: str
    next_step: str
    worker: str | None
    opened_on: date
    closed_on: date | None
    close_reason: str
    version: int

    @classmethod
    def of(cls, case: Case) -> "CaseOut":
        return cls(
            id=case.pk,
            person=case.person_id,
            worker=case.worker.username if case.worker else None,
            **{name: getattr(case, name) for name in COLUMNS},
        )


class CaseFacts(In):
    """What may be changed; a field that is left out stays as it is."""

    kind: Kind = ""
    direction: Direction = ""
    wish_after: WishAfter = ""
    medical_need: MedicalNeed = ""
    medical_since: Moment | None = None
    sleeps_tonight: Sleeps = ""
    danger: Danger = ""
    accompanied: Accompanied = ""
    came_by: CameBy = ""
    next_step: NextStep = ""


class NewCase(CaseFacts):
    kind: Kind


class NewPerson(In):
    sex: Annotated[str, CodeOf("sex")]
    age: Annotated[str, CodeOf("age_group")]
    birth_year: Annotated[int | None, Field(ge=FIRST_YEAR, le=LAST_YEAR)] = None
    citizenships: Annotated[list[Annotated[str, CodeOf("country")]], Field(max_length=10)] = []
    languages: Annotated[list[Language], Field(max_length=10)] = []
    interpreter: bool = False
    home_place: Annotated[str, CodeOf("place", blank=True)] = ""


class Particulars(In):
    """Sealed before they are stored, for the staff of the desk alone."""

    name: Line = ""
    call_name: Line = ""
    phone: Line = ""
    safe_contact: Line = ""


class AgreedIn(In):
    """She said yes to help and to a file, in this language; or the ground on which nobody could be asked."""

    ground: Literal["consent", "emergency", "child"]
    reason: Text = ""
    language: Language
    interpreter: bool = False


class IntakeIn(In):
    person: NewPerson
    particulars: Particulars = Particulars()
    consent: AgreedIn
    case: NewCase
    presumed_by: Annotated[str, CodeOf("presumption_ground", blank=True)] = ""


class CaseFilter(Paged):
    state: Literal["open", "closed", "all"] = "open"
    kind: Annotated[str, CodeOf("case_kind", blank=True)] = ""
    place: Annotated[str, CodeOf("place", blank=True)] = ""


class TimelineFilter(Paged):
    pass


class Entry(Out):
    day: date
    title: str
    text: str
    by: str | None


def note_case(actor: TokenActor, pk: int) -> None:
    note_try(actor, Case._base_manager.filter(pk=pk).values_list("person", flat=True).first())


@router.post(
    "people",
    response={201: CaseOut},
    operation_id="take_in_person",
    summary="Open a file and a case, with her consent",
)
@endpoint(
    "person.create",
    title=_("Open files of people, with their consent"),
    needs=("case.open",),
    changes=True,
)
def take_in_person(request: ApiRequest, desk: Desk, given: IntakeIn) -> Status[CaseOut]:
    _must_have_been(given.case.medical_since)
    consent = given.consent
    reason = "" if consent.ground == "consent" else consent.reason
    case = take_in(
        request.actor,
        desk,
        given=Given(
            agreed=Agreed(consent.ground, reason, consent.language, consent.interpreter),
            particulars=given.particulars.model_dump(),
            person=given.person.model_dump(),
            case=given.case.model_dump(),
            presumed_by=given.presumed_by,
        ),
    )
    return Status(201, CaseOut.of(case))


@router.get("cases", response=Page[CaseOut], operation_id="list_cases", summary="Cases of the desk")
@endpoint("case.list", title=_("List cases by code, without names"))
def cases(request: ApiRequest, desk: Desk, asked: Query[CaseFilter]) -> Page[CaseOut]:
    state = "" if asked.state == "open" else asked.state
    rows = casefile.listed(request.actor, {"state": state, "kind": asked.kind, "place": asked.place})
    return newest_first(rows, asked, _shown)


@router.get("cases/{int:id}", response=CaseOut, operation_id="read_case", summary="One case")
@endpoint("case.read", Case, title=_("Read cases"), versioned=True, missing=note_case)
def read_case(request: ApiRequest, case: Case) -> CaseOut:
    return CaseOut.of(case)


@router.patch(
    "cases/{int:id}", response=CaseOut, operation_id="change_case", summary="Change facts of a case"
)
@endpoint(
    "case.edit", Case, title=_("Change the facts of cases"), versioned=True, changes=True, missing=note_case
)
def change_case(request: ApiRequest, case: Case, given: CaseFacts) -> CaseOut:
    facts = given.model_dump(exclude_unset=True)
    _must_have_been(facts.get("medical_since"))
    return CaseOut.of(actions.edit(request.actor, case, expected=case.version, facts=facts))


@router.get(
    "cases/{int:id}/timeline", response=Page[Entry], operation_id="read_timeline", summary="What was done"
)
@endpoint("case.read", Case, title=_("Read cases"), missing=note_case)
def read_timeline(request: ApiRequest, case: Case, asked: Query[TimelineFilter]) -> Page[Entry]:
    """All dated things of the case, newest first, with the texts that the desk's key opens."""
    placed = list(enumerate(timeline.entries(request.actor, case)))
    return in_order(
        placed,
        asked,
        lambda pair: [-pair[1].day.toordinal(), pair[0]],
        lambda pairs: _entries(request.actor, [entry for _place, entry in pairs]),
    )


def _entries(actor: TokenActor, entries: list[timeline.Entry]) -> Iterable[Entry]:
    texts = actor.keyring.read_many([entry.item for entry in entries if entry.item is not None])
    for entry in entries:
        text = texts.get(entry.item.pk, "") if entry.item else ""
        by = entry.by.username if entry.by else None
        yield Entry(day=entry.day, title=str(entry.title), text=text, by=by)


def _shown(rows: Iterable[Case]) -> list[CaseOut]:
    return [CaseOut.of(case) for case in rows]


def _must_have_been(moment: datetime | None) -> None:
    if moment is not None and moment > timezone.now():
        error = FieldError(
            "/medical_since", _now("This moment has not come yet."), _now("Give when it happened.")
        )
        raise Invalid(error)
