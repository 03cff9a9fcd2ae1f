"""Day 1: a person, her consent, her case, what is presumed, and what is to be done first, in one step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance.actions.cases import open_case
from kamkor.assistance.actions.children import start_path
from kamkor.assistance.actions.tasks import new_task
from kamkor.assistance.intake import PRESUMING, doctor_due
from kamkor.assistance.models import Case
from kamkor.base.actions import action, reference
from kamkor.base.problems import Problem
from kamkor.identification.actions.facts import presume
from kamkor.people.files import Terms, give_consent, new_person
from kamkor.people.models import Consent, Person

PURPOSE = "help_and_file"


@dataclass(frozen=True)
class Agreed:
    """Why the file may be kept: she said yes; or the danger, or a child, and the reason."""

    ground: str = Consent.Ground.CONSENT
    reason: str = ""
    language: str = ""
    interpreter: bool = False


@dataclass(frozen=True)
class Given:
    """What day 1 asks: sealed texts by kind, open columns of the person and of the case."""

    agreed: Agreed
    particulars: Mapping[str, str] = field(default_factory=dict)
    person: Mapping[str, object] = field(default_factory=dict)
    case: Mapping[str, object] = field(default_factory=dict)
    presumed_by: str = ""  # a ground; empty: not presumed today


@action("person.create")
def take_in(actor: Actor, desk: Desk, *, given: Given) -> Case:
    """Open a file and a case at the desk, with everything that follows from the first answers."""
    return new_file_and_case(actor, desk, given)


def new_file_and_case(actor: Actor, desk: Desk, given: Given) -> Case:
    """What `take_in` does, for an action that takes in several."""
    person = new_person(actor, desk, given.particulars, **given.person)
    consent = agree(actor, person, given.agreed)
    case = open_case(actor, person, **given.case)  # type: ignore[arg-type]
    if given.presumed_by and case.kind in PRESUMING:
        recovery = presume(actor, person, given.presumed_by, timezone.localdate())
        assert recovery.until is not None
        ends = datetime.combine(recovery.until, time(9), tzinfo=timezone.get_current_timezone())
        new_task(desk, "recovery_ending", ends, case=case, assignee=actor.user)
    if person.is_child:
        start_path(actor, case)
    _first_tasks(actor, case, consent)
    return case


def agree(actor: Actor, person: Person, agreed: Agreed) -> Consent:
    """The first layer: to help her and keep a file here."""
    if agreed.ground == Consent.Ground.CHILD and not person.is_child:
        raise Problem(
            _("This ground is for children"), _("Ask the person, or give the danger as the ground.")
        )
    return give_consent(
        actor,
        person,
        Terms(
            layer=Consent.Layer.FILE,
            purpose=PURPOSE,
            ground=agreed.ground,
            reason=agreed.reason,
            language=agreed.language,
            interpreter=agreed.interpreter,
        ),
    )


def _first_tasks(actor: Actor, case: Case, consent: Consent) -> None:
    due = doctor_due(case.medical_need, case.medical_since)
    if due is not None:
        new_task(case.desk, "medical_clock", due, case=case, assignee=actor.user)
    if consent.review_due is not None:  # for whoever of the desk is the second person
        new_task(case.desk, "emergency_review", consent.review_due, case=case, subject=reference(consent))
