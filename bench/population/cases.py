"""What is done for one person in four: a case with its facts, needs, services, notes, referrals and tasks."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from bench.population.people import Being
from bench.population.sealing import Sealer
from bench.population.staff import Office
from bench.population.tables import Loader
from kamkor.assistance.models import (
    Case,
    Exploitation,
    FollowUp,
    Goal,
    Need,
    Note,
    Referral,
    ReferralStep,
    ServiceGiven,
    Stay,
    Task,
)
from kamkor.base.models import AuditEvent
from kamkor.codes.loaders import code_list
from kamkor.identification.models import Contact, Fact, Screening
from kamkor.people.models import Consent, Flag
from kamkor.vault.models import Grant

NOW = datetime.now(UTC).replace(microsecond=0)
YEARS = 4
OPEN = 0.1  # of all cases; the others are history
READS = 6  # entries of the access log for each case
CODES = {
    name: [
        code for code in code_list(name) if code != "economic_support"
    ]  # which must have an amount and an end
    for name in "case_kind need_type service_type task_kind whereabouts close_reason contact_topic".split()
}
STORY = "She came with a neighbour, without papers, and asked for a doctor and a place for the night. " * 3


class Files:
    """Writes the cases of one desk; `others` are the desks to which it refers."""

    def __init__(
        self, loader: Loader, office: Office, sealer: Sealer, others: list[Office], *, rng: Random
    ) -> None:
        self.loader, self.office, self.sealer, self.others = loader, office, sealer, others
        self.rng = rng

    def code(self, name: str) -> str:
        return self.rng.choice(CODES[name])

    def open(self, being: Being) -> None:
        """A case with all that hangs on it."""
        rng, ours = self.rng, {"desk_id": self.office.desk.pk}
        running = rng.random() < OPEN
        opened = NOW - timedelta(days=rng.randrange(1, 300 if running else YEARS * 365))
        closed = None if running else min(opened + timedelta(days=rng.randrange(10, 300)), NOW)
        worker = rng.choice(self.office.staff)
        table = self.loader[Case]
        case = table.add(
            **ours,
            person_id=being.pk,
            code=f"KM-C{table.last:07X}",
            kind=self.code("case_kind"),
            worker_id=worker,
            opened_on=opened.date(),
            opened_at=opened,
            closed_on=closed and closed.date(),
            close_reason=self.code("close_reason") if closed else "",
        )
        self.standing(being, opened, running=running)
        self.care(being, case, worker, opened=opened)
        self.duties(case, worker, opened, closed=closed)
        if rng.random() < 0.4:
            self.refer(being, case, worker, opened=opened)
        self.read_by(worker, [("case.read", f"assistance.case:{case}")] * READS, opened)

    def standing(self, being: Being, opened: datetime, *, running: bool) -> None:
        """Her consent, her way through the mechanism, what was done to her."""
        hers = {"desk_id": being.desk, "person_id": being.pk}
        self.loader[Consent].add(
            **hers,
            layer="file",
            purpose="help",
            language="ky",
            given_at=opened,
            taken_by_id=self.office.staff[0],
        )
        day, chance = opened.date().isoformat(), self.rng.random()
        if chance < 0.7:
            self.loader[Fact].add(**hers, kind="presumed", on=day, recorded_at=opened)
            self.loader[Screening].add(
                **hers, profile="adult_labour", list_version="1", interviewer_id=self.office.staff[0]
            )
        if chance < 0.3:
            self.loader[Fact].add(**hers, kind="decision", on=day, value="confirmed", recorded_at=opened)
            self.loader[Fact].add(
                **hers, kind="whereabouts", on=day, value=self.code("whereabouts"), recorded_at=opened
            )
        if running and chance < 0.2:
            until = NOW.date() + timedelta(days=self.rng.randrange(-20, 40))
            self.loader[Fact].add(**hers, kind="recovery", on=day, until=until, recorded_at=opened)
        if chance < 0.05:
            self.loader[Flag].add(**hers, kind="danger", raised_by_id=self.office.staff[0], item_id=None)

    def care(self, being: Being, case: int, worker: int, *, opened: datetime) -> None:
        """Two needs, a goal, three services, two notes; one in five stayed in a shelter."""
        of = {"desk_id": being.desk, "case_id": case, "recorded_by_id": worker, "recorded_at": opened}
        day, loader = opened.date(), self.loader
        for _ in range(2):
            loader[Need].add(**of, kind=self.code("need_type"), seen_on=day)
        for number in range(3):
            on = day + timedelta(days=number)
            loader[ServiceGiven].add(**of, kind=self.code("service_type"), on=on, note_id=None)
        loader[Goal].add(**of, text_id=self.seal(being, "goal", STORY[:80]))
        for kind in ("fact", "working"):
            loader[Note].add(**of, kind=kind, text_id=self.seal(being, "note", STORY), on=day)
        if self.rng.random() < 0.2:
            loader[Stay].add(**of, since=day, until=day + timedelta(days=20))
        if self.rng.random() < 0.6:
            loader[Exploitation].add(**of, source_values_id=None)

    def seal(self, being: Being, label: str, text: str) -> UUID:
        return self.sealer.write(being.file, label, text)

    def duties(self, case: int, worker: int, opened: datetime, *, closed: datetime | None) -> None:
        """Tasks done and to do; looks back after closing, of which the latest may still be due."""
        of = {"desk_id": self.office.desk.pk, "case_id": case}
        for number in range(3):
            due = opened + timedelta(days=3 * number)
            self.loader[Task].add(
                **of, kind=self.code("task_kind"), due_at=due, assignee_id=worker, done_at=min(due, NOW)
            )
        if closed is None:
            due = NOW + timedelta(days=self.rng.randrange(-4, 30))
            self.loader[Task].add(**of, kind=self.code("task_kind"), due_at=due, assignee_id=worker)
            return
        for months in (1, 3, 6, 12):
            due_on: date = (closed + timedelta(days=30 * months)).date()
            past = due_on < NOW.date()
            done_on = due_on if past else None
            self.loader[FollowUp].add(
                **of, months=months, due_on=due_on, done_on=done_on, reached="yes_safe" if past else ""
            )

    def refer(self, being: Being, case: int, worker: int, *, opened: datetime) -> None:
        """A referral with its consent to another desk; one in a hundred still waits for its answer."""
        other = self.others[int(len(self.others) * self.rng.random() ** 3)]  # mostly a large one
        waiting = self.rng.random() < 0.01
        sent = NOW - timedelta(days=1) if waiting else opened
        ends_on = (sent + timedelta(days=90)).date()
        hers = {"desk_id": being.desk, "person_id": being.pk}
        item = self.seal(being, "message", STORY[:120])
        consent = self.loader[Consent].add(
            **hers,
            layer="sharing",
            purpose="referral",
            receiver_id=other.desk.pk,
            language="ky",
            given_at=sent,
            taken_by_id=worker,
            ends_on=ends_on,
        )
        self.loader[Consent.items.through].add(consent_id=consent, item_id=item)
        ends_at = sent + timedelta(days=91)
        self.loader[Grant].add(
            item_id=item,
            recipient_id=other.pair.pk,
            sealed_key=b"0" * 142,
            ref=f"consent:{consent}",
            ends_at=ends_at,
        )
        table = self.loader[Referral]
        referral = table.add(
            **hers,
            code=f"KM-R{table.last:07X}",
            case_id=case,
            receiver_id=other.desk.pk,
            service=self.code("service_type"),
            purpose="service",
            consent_id=consent,
            message_id=item,
            status="sent" if waiting else "done",
            sent_at=sent,
            due_at=sent + timedelta(days=3),
            answered_at=None if waiting else sent + timedelta(days=1),
            ends_on=ends_on,
            created_by_id=worker,
        )
        for verb in ("send",) if waiting else ("send", "accept", "finish"):
            self.loader[ReferralStep].add(
                referral_id=referral, desk_id=being.desk, by_id=worker, at=sent, verb=verb, report_id=None
            )

    def contact(self, sealer: Sealer) -> None:
        """A closed call; every second one with a note."""
        started = NOW - timedelta(minutes=self.rng.randrange(1, YEARS * 365 * 1440))
        note = None
        if self.rng.random() < 0.5:
            note = sealer.write(sealer.new_file(), "note", STORY[:200])
        worker = self.rng.choice(self.office.staff)
        pk = self.loader[Contact].add(
            desk_id=self.office.desk.pk,
            channel="phone",
            kind="substantive",
            started_at=started,
            ended_at=started + timedelta(minutes=9),
            operator_id=worker,
            topic=self.code("contact_topic"),
            note_id=note,
            caller_hash=f"{self.rng.getrandbits(256):064x}",
            hash_until=started + timedelta(days=90),
            version=3,
        )
        self.read_by(worker, [("contact.close", f"identification.contact:{pk}")], started)

    def read_by(self, worker: int, events: list[tuple[str, str]], at: datetime) -> None:
        """What the access log says of it."""
        for verb, subject in events:
            self.loader[AuditEvent].add(
                at=at, actor_id=worker, desk_id=self.office.desk.pk, role="worker", verb=verb, subject=subject
            )
