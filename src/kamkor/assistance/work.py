"""My work: what waits for somebody at a desk, from every app below, each as one short line.

A line names nobody: it carries codes, kinds and times, so that the page opens while the vault is shut.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kamkor.access import policy, tokens
from kamkor.access.actor import Actor
from kamkor.access.approvals import LASTS, Approval
from kamkor.access.duty import Alert
from kamkor.access.models import Membership
from kamkor.assistance.models import Case, ChildPath, FollowUp, HandOut, Handover, Referral, Task
from kamkor.assistance.models.referrals import in_force
from kamkor.base.codelists import label
from kamkor.base.templatetags.names import name
from kamkor.identification.models import Contact, Fact, InterpretedTalk, Packet
from kamkor.people.models import Consent, Person
from kamkor.people.openings import Opening, OutsideReview
from kamkor.vault import desks

LIMIT = 50  # lines of one kind; the lists have the rest
AHEAD = timedelta(days=7)
DECLINED_FOR = timedelta(days=14)
RECOVERY_AHEAD = timedelta(days=3)
DECISION_WITHIN = timedelta(days=30)
ADULT_AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class Line:
    """One thing that waits: what, about which code, by when; `new` is what somebody else has just brought."""

    text: str | Promise
    href: str
    hint: str = ""
    due: datetime | None = None
    new: bool = False


@dataclass(frozen=True)
class Work:
    """All that waits for one person: the late first, then what is new, then what is next."""

    late: list[Line]
    new: list[Line]
    next: list[Line]
    cut: bool

    @property
    def empty(self) -> bool:
        return not (self.late or self.new or self.next)


Source = Callable[[Actor, datetime], Iterable[Line]]


def work_of(actor: Actor, now: datetime) -> Work:
    """What concerns this role at this desk. The number of queries does not grow with the work."""
    kinds = [list(source(actor, now)) for verb, source in SOURCES if actor.role in policy.RULES[verb].roles]
    lines = [line for kind in kinds for line in kind]
    late = [line for line in lines if line.due is not None and line.due < now]
    rest = [line for line in lines if line.due is None or line.due >= now]
    return Work(
        late=sorted(late, key=_by_time),
        new=sorted((line for line in rest if line.new), key=_by_time),
        next=sorted((line for line in rest if not line.new), key=_by_time),
        cut=any(len(kind) == LIMIT for kind in kinds),
    )


def received(actor: Actor, now: datetime) -> Iterator[Line]:
    """Referrals that wait for this desk's answer."""
    rows = Referral.objects.visible_to(actor).filter(receiver_id=actor.desk_id, status__in=Referral.WAITING)
    rows = rows.select_related("desk__organisation", "carried_to__organisation")
    for row in rows.order_by("due_at")[:LIMIT]:
        text = _("Answer referral %(code)s") % {"code": row.code}
        hint = f"{label('service_type', row.service)} · {name(row.keeper)}"
        yield Line(text, reverse("referral", args=[row.pk]), hint, row.due_at, new=True)


def handovers(actor: Actor, now: datetime) -> Iterator[Line]:
    """Cases that another desk offers to hand over."""
    rows = Handover.objects.visible_to(actor).filter(receiver_id=actor.desk_id, accepted_at=None)
    for row in rows.select_related("desk__organisation").order_by("pk")[:LIMIT]:
        text = _("Answer the handover %(code)s") % {"code": row.code}
        yield Line(text, reverse("handover", args=[row.pk]), name(row.desk), new=True)


def unanswered(actor: Actor, now: datetime) -> Iterator[Line]:
    """Referrals that this desk sent and nobody has answered."""
    rows = Referral.objects.visible_to(actor).filter(in_force(), sent_by(actor))
    rows = rows.filter(status__in=Referral.WAITING).select_related("receiver__organisation", "outside")
    for row in rows.order_by("due_at")[:LIMIT]:
        text = _("No answer yet to referral %(code)s") % {"code": row.code}
        hint = f"{label('service_type', row.service)} · {name(row.provider)}"
        yield Line(text, reverse("referral", args=[row.pk]), hint, row.due_at)


def declined(actor: Actor, now: datetime) -> Iterator[Line]:
    """Referrals declined lately: somebody else has to be found."""
    rows = Referral.objects.visible_to(actor).filter(sent_by(actor), status=Referral.Status.DECLINED)
    rows = rows.filter(answered_at__gte=now - DECLINED_FOR).filter(Q(case=None) | Q(case__closed_on=None))
    for row in rows.order_by("-answered_at")[:LIMIT]:
        text = _("Referral %(code)s was declined: look for another service") % {"code": row.code}
        hint = f"{label('service_type', row.service)} · {label('decline_reason', row.decline_reason)}"
        yield Line(text, reverse("referral", args=[row.pk]), hint.strip(" ·"), new=True)


def reviews(actor: Actor, now: datetime) -> Iterator[Line]:
    """Emergencies and stories that wait for a second person."""
    for row in Consent.objects.to_review(actor).select_related("person")[:LIMIT]:
        text = _("Review what was done without the usual consent")
        if row.layer == Consent.Layer.STORY:
            text = _("Check the consent to a story")
        yield Line(text, reverse("consent-reviews"), row.person.code, row.review_due, new=True)


def outside_reviews(actor: Actor, now: datetime) -> Iterator[Line]:
    """The same for another desk, where nobody else can check it."""
    for row in OutsideReview.objects.to_review(actor).select_related("desk__organisation")[:LIMIT]:
        text = _("Review what another desk did without the usual consent")
        yield Line(text, reverse("consent-reviews"), name(row.desk), row.due_at, new=True)


def openings(actor: Actor, now: datetime) -> Iterator[Line]:
    """Colleagues have opened files that are in somebody else's care."""
    for row in Opening.objects.unseen_by(actor).select_related("user").order_by("at")[:LIMIT]:
        hint = f"{row.user.display_name} · {label('opening_reason', row.reason)}"
        yield Line(_("A file was opened outside the caseload"), reverse("openings"), hint, new=True)


def alerts(actor: Actor, now: datetime) -> Iterator[Line]:
    """Look-ups that were unusual."""
    for row in Alert.objects.visible_to(actor).open().order_by("-until")[:LIMIT]:
        yield Line(
            _("Unusual look-ups: ask about them"), reverse("alerts"), label("alert_kind", row.kind), new=True
        )


def hand_outs(actor: Actor, now: datetime) -> Iterator[Line]:
    """Files with names that somebody wants to make."""
    for row in HandOut.objects.to_decide(actor).select_related("desk__organisation").order_by("pk")[:LIMIT]:
        text = _("A file with names is to leave: agree or refuse")
        yield Line(text, reverse("hand-out", args=[row.pk]), name(row.desk), row.asked_at + LASTS, new=True)


def systems(actor: Actor, now: datetime) -> Iterator[Line]:
    """Partner systems that are to have the desk's key."""
    for row in Approval.objects.to_decide(actor).filter(verb=tokens.GRANT)[:LIMIT]:
        link = reverse("token-grant", args=[row.subject.rpartition(":")[2]])
        yield Line(_("A system is to open sealed files: agree or refuse"), link, "", row.ends_at, new=True)


def ended_consents(actor: Actor, now: datetime) -> Iterator[Line]:
    """Files that are worked on although the consent to keep them is no longer there."""
    about = Consent.objects.filter(person=OuterRef("pk"), layer=Consent.Layer.FILE)
    open_cases = Case._base_manager.filter(person=OuterRef("pk"), closed_on=None)
    rows = Person.objects.visible_to(actor).standing().filter(Exists(open_cases), Exists(about))
    for row in rows.exclude(Exists(about.in_force(now))).order_by("pk")[:LIMIT]:
        yield Line(
            _("The consent to keep this file has ended: ask again"),
            reverse("person", args=[row.pk]),
            row.code,
        )


def recovery(actor: Actor, now: datetime) -> Iterator[Line]:
    """Recovery periods that end within three days and have not been made longer."""
    today = timezone.localdate(now)
    periods = Fact.objects.visible_to(actor).filter(kind=Fact.Kind.RECOVERY)
    longer = Fact.objects.filter(
        kind=Fact.Kind.RECOVERY, person=OuterRef("person"), until__gt=OuterRef("until")
    )
    rows = periods.filter(until__range=(today, today + RECOVERY_AHEAD)).exclude(Exists(longer))
    for row in rows.select_related("person").order_by("until")[:LIMIT]:
        text = _("The recovery period ends: make it longer or plan what follows")
        yield Line(text, reverse("person", args=[row.person_id]), row.person.code, end_of(row.until))


def follow_ups(actor: Actor, now: datetime) -> Iterator[Line]:
    """Looks back after closing that are due."""
    rows = FollowUp.objects.visible_to(actor).filter(done_on=None, case__closed_on__isnull=False)
    rows = rows.filter(due_on__lte=timezone.localdate(now + AHEAD)).select_related("case").order_by("due_on")
    for row in rows[:LIMIT]:
        text = _("Follow up by the safe rule (%(months)s months)") % {"months": row.months}
        yield Line(text, reverse("follow-up", args=[row.pk]), row.case.code, end_of(row.due_on))


def packets(actor: Actor, now: datetime) -> Iterator[Line]:
    """Packets that wait for the commission's decision."""
    rows = Packet.objects.visible_to(actor).filter(commission_id=actor.desk_id, decided_at=None)
    for row in rows.filter(submitted_at__isnull=False).order_by("submitted_at")[:LIMIT]:
        assert row.submitted_at is not None
        text = _("Decide on packet %(code)s") % {"code": row.code}
        yield Line(text, reverse("packet", args=[row.pk]), due=row.submitted_at + DECISION_WITHIN, new=True)


def talks(actor: Actor, now: datetime) -> Iterator[Line]:
    """Talks for which an interpreter is asked, and those taken that are still to come."""
    waiting = (InterpretedTalk.State.ASKED, InterpretedTalk.State.TAKEN)
    rows = InterpretedTalk.objects.visible_to(actor).filter(state__in=waiting).select_related("desk")
    for row in rows.order_by("at")[:LIMIT]:
        text = _("Talk %(code)s: an interpreter is asked for") % {"code": row.code}
        if row.state == InterpretedTalk.State.TAKEN:
            text = _("Talk %(code)s, which you have taken") % {"code": row.code}
        hint = f"{label('language', row.language)} · {name(row.desk)}"
        yield Line(text, reverse("interpreting"), hint, row.at, new=row.state == InterpretedTalk.State.ASKED)


def undecided(actor: Actor, now: datetime) -> Iterator[Line]:
    """Packets of this desk on which no decision has come for thirty days."""
    rows = Packet.objects.visible_to(actor).filter(sent_by(actor), decided_at=None)
    for row in rows.filter(submitted_at__lt=now - DECISION_WITHIN).order_by("submitted_at")[:LIMIT]:
        assert row.submitted_at is not None
        text = _("No decision yet on packet %(code)s: ask the commission") % {"code": row.code}
        yield Line(text, reverse("packet", args=[row.pk]), due=row.submitted_at + DECISION_WITHIN)


def silent(actor: Actor, now: datetime) -> Iterator[Line]:
    """Somebody has called again and again without speaking."""
    for group in Contact.objects.visible_to(actor).silent_groups(now)[:LIMIT]:
        text = _("%(times)s silent contacts from one number in 24 hours") % {"times": group["times"]}
        yield Line(text, reverse("contact", args=[group["contact"]]), new=True)


def open_contacts(actor: Actor, now: datetime) -> Iterator[Line]:
    """Contacts that this person has begun and not closed."""
    rows = Contact.objects.visible_to(actor).open().filter(operator_id=actor.user_id)
    for row in rows.order_by("started_at")[:LIMIT]:
        begun = timezone.localtime(row.started_at)
        hint = f"{label('channel', row.channel)}, {begun:%H:%M}"
        yield Line(
            _("Your contact is still open: go on or close it"), reverse("contact", args=[row.pk]), hint
        )


def tasks(actor: Actor, now: datetime) -> Iterator[Line]:
    """Tasks that are late or due within a week, this person's own and those that are nobody's yet."""
    mine = Q(assignee=None) | Q(assignee_id=actor.user_id)
    rows = Task.objects.visible_to(actor).open().filter(mine, due_at__lte=now + AHEAD).select_related("case")
    for row in rows.order_by("due_at")[:LIMIT]:
        where = reverse("case", args=[row.case_id]) if row.case_id else reverse("tasks")
        yield Line(label("task_kind", row.kind), where, row.case.code if row.case else "", row.due_at)


def turning_18(actor: Actor, now: datetime) -> Iterator[Line]:
    """Children who come of age: the question is who decides now."""
    soon = timezone.localdate(now) + ADULT_AHEAD
    path = ChildPath.objects.filter(case__person=OuterRef("pk"), adult_on__lte=soon)
    rows = Person.objects.visible_to(actor).standing().filter(age=Person.Age.CHILD)
    rows = rows.filter(Q(birth_year__lte=timezone.localdate(now).year - 18) | Exists(path))
    for row in rows.order_by("pk")[:LIMIT]:
        yield Line(_("Turns 18: ask who decides now"), reverse("person", args=[row.pk]), row.code)


def unwarned(actor: Actor, now: datetime) -> Iterator[Line]:
    """Children, or in doubt, of whom no child-protection body has been told: the same day."""
    if actor.desk.kind == "child_protection":
        return
    told = ChildPath.objects.filter(case=OuterRef("pk"), protection_told_at__isnull=False)
    rows = Case.objects.visible_to(actor).open().filter(person__age__in=[Person.Age.CHILD, Person.Age.DOUBT])
    for row in rows.exclude(Exists(told)).order_by("opened_at")[:LIMIT]:
        href = reverse("child-warn", args=[row.pk])
        yield Line(
            _("Warn the child-protection body"), href, row.code, end_of(timezone.localdate(row.opened_at))
        )


def not_admitted(actor: Actor, now: datetime) -> Iterator[Line]:
    """Colleagues who cannot open the desk's files yet."""
    holders = desks.admitted(actor.desk.holder)
    rows = Membership.objects.visible_to(actor).current().exclude(user__holder__in=holders)
    for row in rows.select_related("user").order_by("pk")[:LIMIT]:
        yield Line(
            _("Admit a colleague to the desk's files"), reverse("members"), row.user.display_name, new=True
        )


SOURCES: tuple[tuple[str, Source], ...] = (  # the verb that its role must have, and what then waits for it
    ("contact.record", open_contacts),
    ("contact.read", silent),
    ("referral.see", received),
    ("handover.accept", handovers),
    ("packet.decide", packets),
    ("interpreting.take", talks),
    ("consent.review", reviews),
    ("consent.review_outside", outside_reviews),
    ("opening.mark", openings),
    ("alert.close", alerts),
    ("htcds.decide", hand_outs),
    ("token.grant", systems),
    ("referral.recall", unanswered),
    ("referral.recall", declined),
    ("packet.submit", undecided),
    ("person.read", ended_consents),
    ("fact.record", recovery),
    ("follow_up.record", follow_ups),
    ("child.warn", unwarned),
    ("child.record", turning_18),
    ("member.admit", not_admitted),
    ("task.list", tasks),
)


def sent_by(actor: Actor) -> Q:
    """What the desk has sent and still answers for, or has taken over with a case."""
    return Q(desk_id=actor.desk_id, carried_to=None) | Q(carried_to=actor.desk_id)


def end_of(day: date | None) -> datetime | None:
    """The last moment of a day on which something is due."""
    return None if day is None else timezone.make_aware(datetime.combine(day, time(23, 59)))


def _by_time(line: Line) -> tuple[bool, float]:
    return line.due is None, line.due.timestamp() if line.due else 0.0
