"""Who may do what: one table, read by lawyers as well as by programmers.

A row says: this verb is open to these roles, on records to which their desk stands in one of these
relations. Relations: `own` (the record belongs to the actor's desk; `sent`, if the actor sent it), `received`
(another desk referred it here and the referral is open), `carried` (it runs on elsewhere for somebody whose
case the actor's desk took over), `oversees` (a coordinator's or statistician's view without identity), `any`.
What is not in the table is refused. Exclusions and consent narrow it further in `visible_to`.
"""

from dataclasses import dataclass

from kamkor.access.roles import (
    ANY,
    APART,
    BOTH,
    CASE,
    CASE_AND_LAWYER,
    CLAIMANTS,
    COMPLAINED_TO,
    COUNTERS,
    EVERYONE,
    FIELD,
    FIELD_HEAD,
    FORM_TAKERS,
    HEAD,
    IMPORTERS,
    KEPT,
    LINE,
    PUBLIC,
    READ_REGISTER,
    READERS_OF_PAGES,
    RECEIVED,
    RECEIVERS,
    REGISTRARS,
    REPORTERS,
    SENDERS,
    SENDERS_WITH_FILES,
    VISITORS,
    WATCHERS,
    WITHOUT_A_LINE,
    Rule,
)
from kamkor.access.rules.desks import DESKS
from kamkor.access.rules.people import PEOPLE

__all__ = [
    "APART",
    "CASE_AND_LAWYER",
    "COMPLAINED_TO",
    "EVERYONE",
    "OPENS_SEALS",
    "RECEIVERS",
    "RULES",
    "Rule",
    "Verdict",
    "verdict",
]


@dataclass(frozen=True)
class Verdict:
    """The answer with its ground, as the page "why" shows it."""

    allowed: bool
    ground: str


RULES: dict[str, Rule] = {
    **DESKS,
    **PEOPLE,
    # A relative asks: crossborder.
    "search_request.list": Rule((*LINE, "worker")),
    "search_request.take": Rule((*LINE, "worker"), key=True),
    "search_request.read": Rule((*LINE, "worker"), key=True),
    "search_request.step": Rule((*LINE, "worker"), key=True),
    "search_request.end": Rule((*LINE, "worker")),
    "search_request.letter": Rule((*LINE, "worker"), key=True),
    "match.list": Rule(CASE, key=True),
    "match.read": Rule(CASE, key=True),
    "match.decide": Rule(CASE, key=True),
    # The register of recruiters: prevention. What it says of a firm is for everybody.
    "recruiter.list": Rule(READ_REGISTER),
    "recruiter.read": Rule(READ_REGISTER, ("any",)),
    "recruiter.add": Rule(REGISTRARS),
    "recruiter.edit": Rule(REGISTRARS),
    "recruiter.import": Rule(REGISTRARS),
    "recruiter.evidence": Rule(REGISTRARS, key=True),
    "recruiter.owners": Rule(REGISTRARS, key=True),
    "recruiter.check": Rule(REGISTRARS, key=True),
    "permit.add": Rule(REGISTRARS),
    "permit.event": Rule(REGISTRARS),
    "permit.strike": Rule(REGISTRARS),
    "permit.order": Rule(REGISTRARS),
    "permit.placed": Rule(REGISTRARS),
    "complaint.list": Rule((*COMPLAINED_TO, *REGISTRARS)),
    "complaint.take": Rule(COMPLAINED_TO, ("any",), key=True),
    "complaint.read": Rule((*COMPLAINED_TO, *REGISTRARS), BOTH, key=True),
    "complaint.answer": Rule(REGISTRARS, BOTH),
    # Adverts of work, watched by who reads them at the permit office and by the ombudsman's monitor.
    "advert.list": Rule(WATCHERS),
    "advert.add": Rule(WATCHERS),
    "advert.read": Rule(WATCHERS),
    "advert.review": Rule(WATCHERS),
    "advert.figures": Rule(WATCHERS),
    "feed.list": Rule(WATCHERS),
    "feed.add": Rule(WATCHERS),
    "feed.end": Rule(WATCHERS),
    "feed.take": Rule(("job",)),  # the system's own reading of pages, and nobody who signs in
    "letter.list": Rule(WATCHERS),
    "letter.write": Rule(WATCHERS),
    "letter.read": Rule(WATCHERS),
    "letter.answer": Rule(WATCHERS),
    # Those who leave for work, counted where they gather.
    "departure.list": Rule(COUNTERS),
    "departure.read": Rule(COUNTERS),
    "departure.count": Rule(COUNTERS),
    "departure.strike": Rule(COUNTERS),
    "agreement.list": Rule(COUNTERS),
    "agreement.read": Rule(COUNTERS),
    "agreement.record": Rule(COUNTERS),
    "agreement.edit": Rule(COUNTERS),
    "agreement.report": Rule(COUNTERS),
    "visit.list": Rule(VISITORS),
    "visit.read": Rule(VISITORS),
    "visit.record": Rule(VISITORS),
    "visit.answer": Rule(VISITORS),
    # What one person is owed: of a case, or by a sealed name.
    "claim.list": Rule(CLAIMANTS),
    "claim.take": Rule(CLAIMANTS, key=True),
    "claim.read": Rule(CLAIMANTS, key=True),
    "claim.add": Rule(CLAIMANTS),
    "claim.strike": Rule(CLAIMANTS),
    "claim.step": Rule(CLAIMANTS),
    "search_request.receive": Rule(PUBLIC, ANY),
    "search_request.pass_on": Rule((*LINE, "worker"), key=True),
    # What comes in by the public door, sealed on arrival to the desk that receives it: website.
    "report.receive": Rule(PUBLIC, ANY),
    "report.add": Rule(PUBLIC, ANY),
    "report.list": Rule(LINE),
    "report.read": Rule(LINE, key=True),
    "report.answer": Rule(LINE, key=True),
    "report.close": Rule(LINE, key=True),
    "check_in.receive": Rule(PUBLIC, ANY),
    "check_in.read": Rule(LINE, key=True),
    "check_in.end": Rule(LINE, key=True),
    # Pages for the line and for the public, which are about nobody.
    "sheet.list": Rule(READERS_OF_PAGES),
    "sheet.read": Rule(READERS_OF_PAGES, ANY),
    "sheet.add": Rule(HEAD),
    "sheet.change": Rule(HEAD),
    "sheet.write": Rule(HEAD),
    # The child-protection specialist's own record of where a child is.
    "placement.list": Rule(("child_protection",)),
    "placement.begin": Rule(("child_protection",), RECEIVED, key=True),
    "placement.record": Rule(("child_protection",), key=True),
    # services of all desks (directory)
    "directory.search": Rule((*SENDERS, "child_protection", "coordinator", "permit_officer", "monitor")),
    "offer.edit": Rule(("worker", "supervisor", "administrator")),
    "offer.room": Rule(("worker", "supervisor", "operator")),
    "reference.read": Rule(EVERYONE),
    "reference.edit": Rule(("coordinator", "administrator")),
    "organisation.edit": Rule(("coordinator", "administrator"), ("any",)),
    # Oversight and figures: statistics.
    "supervision.read": Rule(("supervisor",)),
    "alert.list": Rule(HEAD),
    "alert.close": Rule(HEAD),
    "audit.read": Rule(("supervisor",)),
    "oversight.read": Rule(("coordinator",)),
    "counts.read": Rule(("statistician", "coordinator", "programme_officer")),
    "counts.export": Rule(("statistician", "coordinator", "programme_officer")),
    "counts.own": Rule(("supervisor",)),
    "return.list": Rule(REPORTERS),
    "return.enter": Rule(REPORTERS),
    "return.sign": Rule(REPORTERS),
    "return.change": Rule(REPORTERS),
    # The hidden number: who may not see small counts reads what two have signed, in the list.
    "estimate.list": Rule(("statistician", "coordinator", "programme_officer")),
    "estimate.add": Rule(("statistician",)),
    "estimate.start": Rule(("statistician",)),
    "estimate.remove": Rule(("statistician",)),
    "estimate.read": Rule(("statistician", "coordinator")),
    "estimate.export": Rule(("statistician", "coordinator")),
    "estimate.sign": Rule(("statistician", "coordinator")),
    "figure.add": Rule(("statistician",)),
    "figure.edit": Rule(("statistician",), ("any",)),
    "release.list": Rule(("statistician", "coordinator", "programme_officer")),
    "release.read": Rule(("statistician", "coordinator", "programme_officer"), ("any",)),
    "release.prepare": Rule(("statistician",)),
    "release.take": Rule(("statistician",)),
    "release.sign": Rule(("statistician", "coordinator", "programme_officer"), ("any",)),
    "release.withdraw": Rule(("statistician", "coordinator"), ("any",)),
    # Questionnaires (surveys): who keeps files or counts reads answers, of the own desk alone.
    "form.list": Rule(FIELD),
    "form.read": Rule(FIELD),
    "form.upload": Rule(FIELD_HEAD),
    "form.ship": Rule(FIELD_HEAD),
    "form.open": Rule(FIELD_HEAD),
    "form.close": Rule(FIELD_HEAD),
    "form.seal": Rule(FIELD_HEAD),
    "form.tables": Rule(FIELD),
    "form.export": Rule(FIELD),
    "form.media": Rule(FIELD_HEAD),
    "form.attach": Rule(FIELD_HEAD),
    "filling.add": Rule(FIELD_HEAD),
    "filling.remove": Rule(FIELD_HEAD),
    "device.list": Rule(FIELD_HEAD),
    "device.add": Rule(FIELD_HEAD),
    "device.revoke": Rule(FIELD_HEAD),
    "device.link": Rule(FIELD_HEAD),
    "device.begin": Rule(WITHOUT_A_LINE),
    "device.end": Rule(WITHOUT_A_LINE),
    # what is written without a line is sealed when it is written, and opened by whoever wrote it
    "envelope.receive": Rule(("device",)),
    "envelope.list": Rule(WITHOUT_A_LINE),
    "envelope.open": Rule(FORM_TAKERS, key=True),
    "envelope.read": Rule(SENDERS_WITH_FILES, key=True),
    "envelope.take": Rule(SENDERS_WITH_FILES, key=True),
    "envelope.end": Rule(SENDERS_WITH_FILES),
    "submission.receive": Rule(("device",)),  # a telephone of the desk, and nobody who signs in
    "submission.list": Rule(FIELD),
    "submission.read": Rule(CASE, key=True),
    "submission.attach": Rule(CASE, key=True),
    "submission.fill": Rule(CASE, key=True),
    # to what in the work a form is attached: a case is for who keeps files, the rest for who asks many
    "tie.read": Rule(FIELD),
    "case.forms": Rule(CASE, key=True),
    "case.attach": Rule(CASE, key=True),
    "activity.list": Rule(FIELD),
    "activity.read": Rule(FIELD),
    "activity.add": Rule(("worker", *FIELD_HEAD)),
    "activity.edit": Rule(("worker", *FIELD_HEAD)),
    "activity.attach": Rule(("worker", *FIELD_HEAD)),
    "organisation.forms": Rule(FIELD, ("any",)),
    "organisation.attach": Rule(("worker", *FIELD_HEAD), ("any",)),
    # what people wrote in their own words is opened and coded by who opens filled forms
    "answer.code": Rule(CASE, key=True),
    "answer_code.add": Rule(CASE, key=True),
    "answer_code.edit": Rule(CASE, key=True),
    "answer_code.remove": Rule(CASE, key=True),
    "submission.ask": Rule(("supervisor",)),
    "submission.decide": Rule(CASE),
    "submission.export": Rule(("supervisor",), key=True),  # with the agreement of a second person
    "quarantine.list": Rule(("supervisor",)),
    "quarantine.read": Rule(("supervisor",), key=True),
    "quarantine.retry": Rule(("supervisor",), key=True),
    # standards in and out
    "htcds.import": Rule(("supervisor",), key=True),
    "linkage.encode": Rule(("supervisor",), key=True),  # a list that leaves to be compared, without names
    "htcds.receive": Rule(("supervisor",), key=True),
    "htcds.drop": Rule(("supervisor",), key=True),
    "htcds.undo": Rule(("supervisor",), key=True),
    "htcds.export": Rule(("supervisor",), key=True),  # with the agreement of a second person
    "htcds.ask": Rule(("supervisor",)),
    "htcds.decide": Rule((*CASE, "administrator"), BOTH),
    # Tables of any make: the first four say which; the kind of the file decides beside the verb.
    "import.persons": Rule(("supervisor",), key=True),
    "import.cases": Rule(("supervisor",), key=True),
    "import.contacts": Rule(("supervisor",), key=True),
    "import.organisations": Rule(("coordinator", "administrator"), key=True),
    "import.list": Rule(IMPORTERS, key=True),
    "import.receive": Rule(IMPORTERS, key=True),
    "import.read": Rule(IMPORTERS, key=True),
    "import.match": Rule(IMPORTERS, key=True),
    "import.answer": Rule(IMPORTERS, key=True),
    "import.take": Rule(IMPORTERS, key=True),
    "import.step": Rule(IMPORTERS, key=True),
    "import.undo": Rule(IMPORTERS, key=True),
    "import.drop": Rule(IMPORTERS, key=True),
}

# Who can open what is sealed signs in with a second factor.
OPENS_SEALS = frozenset(role for rule in RULES.values() if rule.key for role in rule.roles)


def verdict(role: str, verb: str, relation: str) -> Verdict:
    """Whether `role` may do `verb` to a record in `relation` to its desk, and by which row."""
    rule = RULES.get(verb)
    if rule is None:
        return Verdict(False, "no row for this verb")
    if role not in rule.roles:
        return Verdict(False, "the role is not in the row")
    if relation in KEPT and role in rule.sent_only:
        return Verdict(False, "a colleague has sent it, and the role does not read the desk's files")
    if relation == "sent":
        relation = "own"
    if relation not in rule.relations and "any" not in rule.relations:
        return Verdict(False, "the record does not stand in one of the row's relations to the desk")
    return Verdict(True, "the row allows it")
