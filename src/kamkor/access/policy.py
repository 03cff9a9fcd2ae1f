"""Who may do what: one table, read by lawyers as well as by programmers.

A row says: this verb is open to these roles, on records to which their desk stands in one of these
relations. Relations: `own` (the record belongs to the actor's desk; `sent`, if the actor sent it), `received`
(another desk referred it here and the referral is open), `carried` (it runs on elsewhere for somebody whose
case the actor's desk took over), `oversees` (a coordinator's or statistician's view without identity), `any`.
What is not in the table is refused. Exclusions and consent narrow it further in `visible_to`.
"""

from dataclasses import dataclass

EVERYONE = (
    "operator", "worker", "supervisor", "advocate", "investigator", "prosecutor", "coordinator",
    "border_officer", "consular_officer", "child_protection", "commission_member", "labour_inspector",
    "interpreter", "permit_officer", "monitor", "statistician", "programme_officer", "administrator",
)  # fmt: skip
CASE = ("worker", "supervisor")  # those who keep files
CASE_AND_LAWYER = (*CASE, "advocate")
LINE = ("operator", "supervisor")
RECEIVERS = (
    "worker", "supervisor", "advocate", "investigator", "prosecutor", "consular_officer",
    "child_protection", "labour_inspector", "operator",
)  # fmt: skip
QUICK = ("operator", "border_officer", "consular_officer")  # one page, no file
SENDERS = (*CASE_AND_LAWYER, *QUICK)
WITHOUT_FILES = tuple(role for role in EVERYONE if role not in CASE_AND_LAWYER)
IMPORTERS = ("supervisor", "coordinator", "administrator")
HEAD = ("supervisor", "administrator")
REGISTRARS = ("permit_officer",)
WATCHERS = ("permit_officer", "monitor")  # of adverts
COUNTERS = ("worker", "supervisor", "monitor", "labour_inspector", "border_officer")  # of departures
VISITORS = ("worker", "supervisor", "monitor", "labour_inspector", "consular_officer")  # of workplaces
CLAIMANTS = ("worker", "supervisor", "advocate", "labour_inspector")  # work out what is owed to whom
COMPLAINED_TO = ("operator", "worker", "supervisor", "advocate", "labour_inspector", "monitor")
READ_REGISTER = (
    *COMPLAINED_TO, *REGISTRARS, "investigator", "prosecutor", "coordinator", "border_officer",
    "consular_officer",
)  # fmt: skip
FIELD_HEAD = ("supervisor", "programme_officer")
FIELD = ("worker", *FIELD_HEAD, "statistician")
SENDERS_WITH_FILES = (*CASE_AND_LAWYER, "operator")
WITHOUT_A_LINE = (*SENDERS_WITH_FILES, "programme_officer")
ON_DUTY = (*RECEIVERS, "border_officer", "administrator")
PUBLIC, ANY = ("public",), ("any",)  # whoever stands at the public door, who has no role at any desk
REPORTERS = (  # who may enter and sign what a body reports of a half-year
    "supervisor", "investigator", "prosecutor", "consular_officer", "labour_inspector", "permit_officer",
    "monitor", "administrator",
)  # fmt: skip
READERS_OF_PAGES = (*LINE, "worker", "advocate", "administrator", "consular_officer")
OWN = ("own",)
RECEIVED = ("received",)
BOTH = ("own", "received")
KEPT = ("own", "carried")


# Roles that one person never has together, at whichever desks: one is kept from, or watches, the other.
APART: tuple[frozenset[str], ...] = tuple(
    map(
        frozenset,
        (
            *(("advocate", other) for other in ("supervisor", "investigator", "prosecutor", "administrator")),
            ("investigator", "prosecutor"),
            ("permit_officer", "monitor"),
        ),
    )
)


@dataclass(frozen=True)
class Rule:
    """One row: who, on what, and whether the vault must be open for it."""

    roles: tuple[str, ...]
    relations: tuple[str, ...] = OWN
    key: bool = False
    sent_only: tuple[str, ...] = ()  # of these roles, only who has sent it: need-to-know within the desk


@dataclass(frozen=True)
class Verdict:
    """The answer with its ground, as the page "why" shows it."""

    allowed: bool
    ground: str


RULES: dict[str, Rule] = {
    # the desk itself
    "desk.use": Rule(EVERYONE),
    "desk.why": Rule(EVERYONE),
    "member.read": Rule(("supervisor", "administrator")),
    "member.admit": Rule(("supervisor",), key=True),
    "member.remove": Rule(("supervisor",), key=True),
    "member.add": Rule(("supervisor", "administrator")),
    "member.role": Rule(("supervisor", "administrator")),
    "member.sign_out": Rule(("supervisor", "administrator")),
    "member.reset": Rule(("supervisor", "administrator")),
    "member.card": Rule(("supervisor", "administrator")),
    "member.factors": Rule(("supervisor", "administrator")),
    "member.subject": Rule(("supervisor", "administrator")),
    "desk.turn": Rule(("supervisor",), key=True),
    "desk.recovery": Rule(("supervisor",), key=True),
    "desk.custody": Rule(("supervisor",), key=True),
    "desk.keys": Rule(("supervisor", "administrator")),
    "desk.reseal": Rule(("supervisor",), key=True),
    "desk.seal": Rule(("supervisor",), key=True),
    "desk.unseal": Rule(("supervisor",), key=True),
    "desk.join": Rule(("supervisor",), key=True),
    "desk.split": Rule(("supervisor",), key=True),
    # Partner systems. To let one read what is sealed, the head asks, and a second person of the desk whose
    # own vault is open gives it the key, or refuses.
    "token.list": Rule((*RECEIVERS, "administrator")),
    "token.make": Rule(("supervisor", "administrator")),
    "token.ask": Rule(("supervisor",), key=True),
    "token.grant": Rule(CASE, key=True),
    "token.refuse": Rule(CASE, key=True),
    "token.revoke": Rule(("supervisor", "administrator")),
    # what partner systems are told unasked
    "webhook.list": Rule(("supervisor", "administrator")),
    "webhook.make": Rule(("supervisor", "administrator")),
    "webhook.turn": Rule(("supervisor", "administrator")),
    "webhook.pause": Rule(("supervisor", "administrator")),
    "webhook.resume": Rule(("supervisor", "administrator")),
    "webhook.end": Rule(("supervisor", "administrator")),
    "webhook.resend": Rule(("supervisor", "administrator")),
    "webhook.drop": Rule(("supervisor", "administrator")),
    # Who is on duty when, which places are served; the head writes it, one's own shift one hands on oneself.
    "roster.read": Rule(ON_DUTY),
    "roster.add": Rule(HEAD),
    "roster.copy": Rule(HEAD),
    "shift.remove": Rule(HEAD),
    "shift.hand_over": Rule(ON_DUTY, sent_only=tuple(role for role in ON_DUTY if role not in HEAD)),
    "region.add": Rule(HEAD),
    "region.remove": Rule(HEAD),
    "desk.second": Rule(HEAD),
    # Contacts: identification.
    "contact.list": Rule((*LINE, "worker")),
    "contact.open": Rule((*LINE, "worker"), key=True),
    "contact.read": Rule((*LINE, "worker"), key=True),
    "contact.record": Rule((*LINE, "worker"), key=True),
    "contact.close": Rule((*LINE, "worker"), key=True),
    "contact.undo": Rule((*LINE, "worker")),
    "contact.link": Rule(CASE, key=True),
    "line.add": Rule(("supervisor",)),
    "line.edit": Rule(("supervisor",)),
    # Persons: people.
    "person.search": Rule(CASE_AND_LAWYER, key=True),
    "person.create": Rule(CASE_AND_LAWYER, key=True),
    "person.read": Rule(CASE_AND_LAWYER, key=True),
    "person.edit": Rule(CASE_AND_LAWYER, key=True),
    "person.relate": Rule(CASE, key=True),
    "person.unrelate": Rule(CASE, key=True),
    "particular.add": Rule(CASE_AND_LAWYER, key=True),
    "particular.correct": Rule(CASE_AND_LAWYER, key=True),
    "particular.end": Rule(CASE_AND_LAWYER, key=True),
    "particular.show": Rule(CASE_AND_LAWYER, key=True),  # the personal number: masked until asked for
    "person.merge": Rule(CASE, key=True),
    "person.unmerge": Rule(CASE, key=True),
    "duplicate.list": Rule(CASE, key=True),
    "duplicate.look": Rule(CASE, key=True),
    "duplicate.step": Rule(CASE, key=True),
    "duplicate.part": Rule(CASE, key=True),
    "person.print": Rule(CASE_AND_LAWYER, key=True),
    "person.who_looked": Rule(CASE, key=True),
    "exclusion.set": Rule(CASE),
    "exclusion.lift": Rule(("supervisor",), key=True),  # not with an account that nobody admitted
    "consent.take": Rule(CASE_AND_LAWYER, key=True),
    "consent.withdraw": Rule(CASE_AND_LAWYER, KEPT),
    "consent.emergency": Rule(CASE_AND_LAWYER, key=True),
    "consent.review": Rule((*CASE, "border_officer", "consular_officer"), key=True),
    "consent.review_outside": Rule(
        ("supervisor", "border_officer", "consular_officer"), RECEIVED, key=True
    ),  # for a desk where nobody else can
    "person.open_outside": Rule(("worker", "advocate"), key=True),  # of a colleague's caseload, with a reason
    "opening.list": Rule(("supervisor",), key=True),
    "opening.mark": Rule(("supervisor",)),
    "flag.raise": Rule(CASE_AND_LAWYER, key=True),
    "flag.clear": Rule(CASE),
    # forgetting her: one takes the wish, another carries it out
    "erasure.list": Rule(CASE, key=True),
    "erasure.ask": Rule(CASE_AND_LAWYER, key=True),
    "erasure.withdraw": Rule(CASE_AND_LAWYER),
    "erasure.refuse": Rule(CASE, key=True),
    "erasure.carry_out": Rule(CASE, key=True),
    "hold.set": Rule(("supervisor", "advocate"), key=True),
    "hold.lift": Rule(("supervisor", "advocate")),
    # identification
    "screening.open": Rule(CASE),
    "screening.read": Rule(CASE, key=True),
    "screening.answer": Rule(CASE, key=True),
    "screening.talk": Rule(CASE),
    "screening.set_aside": Rule(CASE),
    "fact.record": Rule(CASE_AND_LAWYER),
    "interpreting.ask": Rule(CASE),
    "interpreting.cancel": Rule(CASE),
    "interpreting.list": Rule(("interpreter",)),
    "interpreting.take": Rule(("interpreter",), RECEIVED),
    "interpreting.begin": Rule(("interpreter",), RECEIVED),
    "packet.list": Rule((*CASE, "commission_member")),
    "packet.prepare": Rule(CASE, key=True),
    "packet.submit": Rule(CASE, key=True),
    "packet.read": Rule((*CASE, "commission_member"), (*BOTH, "carried"), key=True),
    "packet.decide": Rule(("commission_member",), RECEIVED, key=True),
    "packet.record": Rule(CASE, KEPT),
    # Cases: assistance.
    "case.list": Rule(CASE_AND_LAWYER),
    "case.open": Rule(CASE_AND_LAWYER, key=True),
    "case.read": Rule(CASE_AND_LAWYER, key=True),
    "case.edit": Rule(CASE_AND_LAWYER, key=True),
    "case.assign": Rule(CASE),
    "case.close": Rule(CASE, key=True),  # working notes expire
    "case.reopen": Rule(CASE),
    "case.print": Rule(CASE, key=True),
    "case.export": Rule(("supervisor",), key=True),
    "need.add": Rule(CASE_AND_LAWYER),
    "need.end": Rule(CASE_AND_LAWYER),
    "goal.add": Rule(CASE_AND_LAWYER, key=True),
    "goal.end": Rule(CASE_AND_LAWYER),
    "service.give": Rule(CASE_AND_LAWYER, key=True),
    "stay.begin": Rule(CASE),
    "stay.end": Rule(CASE),
    "note.add": Rule(CASE_AND_LAWYER, key=True),
    "note.edit": Rule(CASE_AND_LAWYER, key=True),
    "note.privileged": Rule(("advocate",), key=True),
    "document.add": Rule(CASE_AND_LAWYER, key=True),
    "document.read": Rule(CASE_AND_LAWYER, key=True),
    "document.remove": Rule(CASE),
    "exploitation.record": Rule(CASE, key=True),
    "child.record": Rule(CASE, key=True),
    "child.warn": Rule(CASE, key=True),
    "follow_up.record": Rule(CASE),
    "event.list": Rule(CASE),
    "event.open": Rule(CASE, key=True),
    "event.read": Rule(CASE, key=True),
    "event.edit": Rule(CASE, key=True),
    "event.add_person": Rule(CASE, key=True),
    "event.sheet": Rule(CASE, key=True),
    "task.list": Rule(EVERYONE),
    "task.add": Rule((*CASE_AND_LAWYER, "operator")),
    "task.finish": Rule(EVERYONE),
    "task.drop": Rule((*CASE_AND_LAWYER, "operator")),
    "handover.offer": Rule(CASE, key=True),
    "handover.read": Rule(CASE, BOTH, key=True),
    "handover.accept": Rule(CASE, RECEIVED, key=True),
    "handover.decline": Rule(CASE, RECEIVED),
    "handover.end_term": Rule(CASE, RECEIVED),
    "handover.recall": Rule(CASE),
    "demand.record": Rule(CASE_AND_LAWYER, key=True),
    "demand.read": Rule(CASE_AND_LAWYER, key=True),
    "demand.decide": Rule(("supervisor", "advocate"), key=True),
    # Referrals: assistance.
    "referral.list": Rule((*RECEIVERS, "border_officer")),
    "referral.draft": Rule(CASE_AND_LAWYER, key=True),
    "referral.send": Rule(CASE_AND_LAWYER, key=True),
    "referral.quick": Rule(QUICK, key=True),
    "referral.read": Rule(
        (*RECEIVERS, "border_officer"), (*BOTH, "carried"), key=True, sent_only=WITHOUT_FILES
    ),
    "referral.see": Rule(RECEIVERS, RECEIVED, key=True),
    "referral.accept": Rule(RECEIVERS, RECEIVED, key=True),
    "referral.decline": Rule(RECEIVERS, RECEIVED),
    "referral.start": Rule(RECEIVERS, RECEIVED),
    "referral.record_answer": Rule(SENDERS, KEPT, key=True, sent_only=WITHOUT_FILES),
    "referral.report": Rule(RECEIVERS, RECEIVED, key=True),
    "referral.finish": Rule(RECEIVERS, RECEIVED, key=True),
    "referral.take_file": Rule(CASE_AND_LAWYER, key=True),
    "referral.recall": Rule(SENDERS, KEPT, sent_only=WITHOUT_FILES),
    "referral.letter": Rule(SENDERS, key=True, sent_only=WITHOUT_FILES),
    "referral.open_file": Rule(CASE_AND_LAWYER, RECEIVED, key=True),
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
    "envelope.open": Rule(CASE, key=True),
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
    "answer.read": Rule(CASE, key=True),
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
