"""The second person who checks what was done without consent: a colleague, or the head of another desk.

An officer alone at a post, or alone on the roster until the time to check is over, has no colleague to do it.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from kamkor.access import policy
from kamkor.access.actor import Actor
from kamkor.access.duty import Shift
from kamkor.access.models import Desk, Membership
from kamkor.people.models import Consent, Exclusion, Person
from kamkor.people.openings import OutsideReview
from kamkor.people.sharing import item_label
from kamkor.vault import desks
from kamkor.vault.keyring import end_grants

KEPT_OPEN = timedelta(days=7)  # the reason, for a check that comes late


def ask_outside(actor: Actor, consent: Consent) -> None:
    """Give the check to another desk where no colleague can make it; do nothing otherwise."""
    if has_colleague(actor, consent.person):
        return
    desk = next(iter(stand_ins(actor, consent.person)), None)
    if desk is None or consent.review_due is None:
        return
    review = OutsideReview.objects.create(
        desk_id=consent.desk_id,
        person=consent.person,
        consent=consent,
        reviewer=desk,
        taken_by=consent.taken_by,
        ground=consent.ground,
        purpose=consent.purpose,
        receiver=consent.receiver,
        outside=consent.outside,
        items=sorted({item.label for item in consent.items.all()}),
        reason=consent.reason,
        due_at=consent.review_due,
    )
    if consent.reason is not None:
        ends_at = consent.review_due + KEPT_OPEN
        actor.keyring.share([consent.reason], desk.holder, ref=review.ref, ends_at=ends_at)


def answer(consent: Consent, actor: Actor, *, upheld: bool) -> None:
    """Write down what the second person says, whoever it is; what is not upheld is shut at once."""
    consent.upheld, consent.reviewed_at, consent.reviewed_by = upheld, timezone.now(), actor.user
    consent.save(update_fields=["upheld", "reviewed_at", "reviewed_by"])
    reviews = OutsideReview.objects.filter(consent=consent, answered_at=None)
    reviews.update(answered_at=consent.reviewed_at, answered_by=actor.user)
    end_grants(f"outside_review:{consent.pk}")
    if not upheld:
        end_grants(consent.ref)


def has_colleague(actor: Actor, person: Person) -> bool:
    """Whether somebody else of the desk can check it in time: who may, and is not away by the roster."""
    roles = policy.RULES["consent.review"].roles
    colleagues = set(readers(actor, actor.desk, roles).values_list("user", flat=True))
    barred = Exclusion._base_manager.filter(person=person, lifted_at=None, user__isnull=False)
    colleagues -= set(barred.values_list("user", flat=True))
    now = timezone.now()
    shifts = Shift.objects.filter(desk=actor.desk).between(now, now + timedelta(hours=settings.REVIEW_HOURS))
    on_duty = set(shifts.values_list("user", flat=True))
    return bool(colleagues & on_duty if on_duty else colleagues)


def stand_ins(actor: Actor, person: Person) -> list[Desk]:
    """The desk that the roster names, then the others of the organisation, where somebody may check it."""
    roles = policy.RULES["consent.review_outside"].roles
    named = Q(pk=actor.desk.second_id) if actor.desk.second_id else Q(pk__in=[])
    rows = Desk.objects.filter(named | Q(organisation=actor.desk.organisation_id), active=True)
    rows = rows.exclude(pk=actor.desk.pk).select_related("holder").order_by("pk")
    found = sorted(rows, key=lambda desk: desk.pk != actor.desk.second_id)
    return [
        desk
        for desk in found
        if readers(actor, desk, roles).exists() and not Exclusion.bars_desk(person, desk)
    ]


def readers(actor: Actor, desk: Desk, roles: Iterable[str]) -> QuerySet[Membership]:
    """Others at a desk who have one of these roles and open its files."""
    rows = Membership.objects.current().filter(desk=desk, role__in=roles)
    rows = rows.filter(user__holder__in=desks.admitted(desk.holder))
    return rows.exclude(user__in=actor.barred_as)


def item_labels(review: OutsideReview) -> list[str]:
    """What was passed on, in kinds."""
    return [item_label(label) for label in review.items]
