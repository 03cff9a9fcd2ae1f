"""Nobody is given a verb without a page, and nobody signs in to an empty navigation."""

import csv
from pathlib import Path

import pytest
from django.urls import get_resolver

from kamkor.access.context import WAYS, ways
from kamkor.access.policy import EVERYONE, RULES
from kamkor.base import codelists
from kamkor.base.pages import PAGES
from kamkor.cli import demonstration
from tests.world import World

# The verbs of the lists and pages that lead to an object; a page about it is of no use without one of them.
LEADS: dict[str, set[str]] = {
    "Activity": {"activity.list"},
    "AnswerCode": {"answer.code"},
    "Filling": {"form.attach"},
    "Tie": {"activity.read", "organisation.forms"},
    "Advert": {"advert.list"},
    "Alert": {"alert.list"},
    "Case": {"case.list"},
    "Complaint": {"complaint.list"},
    "CheckIn": {"report.list"},
    "Claim": {"claim.list"},
    "ClaimRow": {"claim.read"},
    "Consent": {"person.read", "consent.review"},
    "Contact": {"contact.list"},
    "Agreement": {"agreement.list"},
    "Attachment": {"form.list"},
    "Delivery": {"webhook.list"},
    "Departure": {"departure.list"},
    "Device": {"device.list", "envelope.list"},
    "DuplicateScan": {"duplicate.list"},
    "Envelope": {"envelope.list"},
    "Erasure": {"erasure.list", "person.read"},
    "Event": {"event.list"},
    "Feed": {"feed.list"},
    "Figure": {"counts.read"},
    "HandOut": {"desk.use", "htcds.export"},  # my work names it to whoever may agree
    "Handover": {"handover.read", "desk.use"},  # my work names it to whoever may answer
    "ImportedFile": {"htcds.import"},
    "InterpretedTalk": {"interpreting.list", "interpreting.ask"},
    "JobOrder": {"recruiter.read"},
    "Letter": {"letter.list"},
    "Line": {"line.add"},
    "Match": {"match.list"},
    "Membership": {"member.read"},
    "Offer": {"directory.search", "offer.edit"},
    "Opening": {"opening.list"},
    "OutsideReview": {"consent.review"},
    "OutsideOrganisation": {"reference.read"},
    "Packet": {"packet.list"},
    "Permit": {"recruiter.read"},
    "PermitEvent": {"recruiter.read"},
    "Person": {"person.search"},
    "Placed": {"recruiter.read"},
    "Placement": {"placement.list"},
    "Recruiter": {"recruiter.list"},
    "Quarantined": {"quarantine.list"},
    "Questionnaire": {"form.list"},
    "Referral": {"referral.list"},
    "Release": {"release.list"},
    "Report": {"report.list"},
    "Region": {"roster.read"},
    "Return": {"return.list"},
    "ReturnFigure": {"return.list"},
    "SamePair": {"duplicate.list"},
    "SearchRequest": {"search_request.list"},
    "Estimate": {"estimate.list"},
    "SearchStep": {"search_request.read"},
    "Sheet": {"sheet.list"},
    "Shift": {"roster.read"},
    "Submission": {"form.list"},
    "Subscription": {"webhook.list"},
    "TableImport": {"import.list"},
    "Task": {"task.list"},
    "Token": {"token.list"},
    "Version": {"form.list"},
    "Visit": {"visit.list"},
}
OF_PERSON = {"Exclusion", "Flag", "Hold", "Particular", "Relationship", "Screening"}
OF_CASE = {"Demand", "Document", "Exploitation", "FollowUp", "Goal", "Need", "Note", "Stay"}
LEADS |= {name: {"person.read"} for name in OF_PERSON} | {name: {"case.read"} for name in OF_CASE}
# Verbs without a page of their own: the verb of the page on which their button or their effect is.
ON_ANOTHER_PAGE = {
    "contact.record": "contact.read",  # what is typed on the page of a contact
    "duplicate.look": "duplicate.list",  # its button
    "check_in.end": "check_in.read",  # the form on the page
    "report.answer": "report.read",  # the same
    "htcds.ask": "htcds.export",  # its button
    "htcds.receive": "htcds.import",  # the file is chosen on the page of imports
    "import.cases": "import.list",  # kinds of tables, chosen where the file is
    "import.contacts": "import.list",
    "import.organisations": "import.list",
    "import.persons": "import.list",
    "import.receive": "import.list",
    "note.privileged": "note.add",  # a kind of note, chosen on its form
    "packet.decide": "packet.read",  # the form below what the commission reads
    "referral.see": "referral.read",  # opening it is seeing it
    "referral.send": "referral.draft",  # the button of the page that is filled in
    "screening.answer": "screening.read",  # what is ticked on the page of signs
}
# Verbs of partner systems and of the command line, which have no screens.
NO_SCREEN = {verb for verb in RULES if verb.startswith("token.")} | {"linkage.encode", "release.take"}
STAFF = Path(demonstration.__file__).parent / "staff.csv"


def pages_of(verb: str) -> list[str | None]:
    """The models of the pages that a verb guards; None for a page about the desk."""
    assert get_resolver().url_patterns
    return [page.model.__name__ if page.model else None for page in PAGES.values() if page.verb == verb]


def reached(role: str, verb: str) -> bool:
    """Whether a role that holds a verb also holds a way to where it is done."""
    if role not in RULES[verb].roles:
        return False
    if verb in ON_ANOTHER_PAGE:
        return reached(role, ON_ANOTHER_PAGE[verb])
    models = pages_of(verb)
    return any(
        model is None or any(role in RULES[lead].roles for lead in LEADS[model] if lead in RULES)
        for model in models
    )


@pytest.mark.parametrize("role", EVERYONE)
def test_every_verb_of_a_role_is_done_on_a_page_that_it_can_reach(role: str) -> None:
    held = {verb for verb, rule in RULES.items() if role in rule.roles} - NO_SCREEN
    assert not {verb for verb in held if not reached(role, verb)}


def test_what_is_said_to_have_no_page_of_its_own_has_none() -> None:
    assert not [verb for verb in ON_ANOTHER_PAGE if pages_of(verb)]


@pytest.mark.parametrize("role", EVERYONE)
def test_every_role_has_a_page_that_works_beside_my_work_and_tasks(world: World, role: str) -> None:
    codelists.load()
    client, actor = world.client("centre", role), world.actor("centre", role)
    opened = [way.url for way in ways(actor, "/desk/")]
    assert [name for name, _label, verb in WAYS if actor.may_here(verb) and name not in ("my-work", "tasks")]
    for url in opened:
        assert client.get(url).status_code == 200, f"{role} {url}"


def test_the_demonstration_has_an_account_for_every_role() -> None:
    with STAFF.open(newline="") as file:
        assert {row["role"] for row in csv.DictReader(file)} == set(EVERYONE)
