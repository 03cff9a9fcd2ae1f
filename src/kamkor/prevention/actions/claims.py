"""Working out what one person is owed, and getting it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance.models import Case
from kamkor.base import codelists
from kamkor.base.actions import action, require
from kamkor.base.problems import Problem, WrongState
from kamkor.base.public import fresh_code
from kamkor.methods.claims import still_owed, totals
from kamkor.prevention.models import Claim, ClaimRow, ClaimStep, Recruiter


@action("claim.take")
def take(
    actor: Actor, desk: Desk, *, case: Case | None, recruiter: Recruiter | None, facts: Mapping[str, Any]
) -> Claim:
    """A sheet for one person, of a case or by a sealed name. The register counts its sums only where the
    person agrees (`counted`), and learns neither name nor case."""
    if case is not None:
        require(actor, "case.read", case)
    file = actor.keyring.new_file(desk.holder)
    texts = {} if case is not None else {"who": facts["who"]}
    texts |= {"note": facts["note"]} if facts["note"] else {}
    items = {name: actor.keyring.write(file, name, text, by=actor.user_id) for name, text in texts.items()}
    return Claim.objects.create(
        desk=desk,
        code=fresh_code(),
        recruiter=recruiter,
        keeper=recruiter.desk if recruiter and facts["counted"] else None,
        case=case,
        country=facts["country"],
        file=file,
        taken_by=actor.signed_in,
        **items,
    )


@action("claim.add")
def add_row(actor: Actor, claim: Claim, /, **facts: Any) -> ClaimRow:
    """One more sum, in its own currency."""
    _must_be_open(claim)
    own = {"desk_id": claim.desk_id, "claim": claim, "recorded_by": actor.signed_in}
    row = ClaimRow.objects.create(**own, **facts)
    _count(claim)
    return row


@action("claim.strike")
def strike(actor: Actor, row: ClaimRow) -> None:
    """The sum was wrong; it stays readable, and counts no more."""
    if row.struck_at is not None:
        raise WrongState
    _must_be_open(row.claim)
    row.struck_at = timezone.now()
    row.save(update_fields=["struck_at"])
    _count(row.claim)


@action("claim.step")
def add_step(
    actor: Actor, claim: Claim, *, kind: str, on: date, amount: Decimal | None = None, currency: str = ""
) -> ClaimStep:
    """Where it went, what was awarded or paid; some steps end it."""
    _must_be_open(claim)
    if kind == "paid" and amount is None:
        raise Problem(_("Write how much was paid, and in which currency"))
    own = {"desk_id": claim.desk_id, "claim": claim, "recorded_by": actor.signed_in}
    step = ClaimStep.objects.create(**own, kind=kind, on=on, amount=amount, currency=currency)
    if codelists.entries("claim_step")[kind].extra.get("ends"):
        claim.ended_on = on
        claim.save(update_fields=["ended_on"])
    _count(claim)
    return step


def left_of(rows: list[ClaimRow], steps: list[ClaimStep]) -> dict[str, Decimal]:
    """What is still owed, by currency."""
    owed = totals(row.sum for row in rows if row.struck_at is None)
    return still_owed(owed, [(step.currency, step.amount) for step in steps if step.kind == "paid"])  # type: ignore[misc]


def _count(claim: Claim) -> None:
    rows = list(ClaimRow._base_manager.filter(claim=claim))
    steps = list(ClaimStep._base_manager.filter(claim=claim))
    claim.sums = {currency: str(amount) for currency, amount in left_of(rows, steps).items()}
    claim.save(update_fields=["sums"])


def _must_be_open(claim: Claim) -> None:
    if not claim.is_open:
        raise WrongState
