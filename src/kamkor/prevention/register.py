"""Finding a firm however it was spelt, and the register as the reading of adverts asks it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import Prefetch
from rapidfuzz import fuzz

from kamkor.access.actor import Actor
from kamkor.methods.adverts import firms
from kamkor.methods.permits import Standing, spans
from kamkor.prevention.models import Claim, Permit, PermitEvent, Recruiter

POSSIBLE = 70.0  # of 100: from here a person is asked whether this is the firm
_STEM = 5  # letters from which a part of a name is a part of it
SHOWN = 8

fold = lru_cache(maxsize=20_000)(firms.fold_firm)


@dataclass(frozen=True)
class Standings:
    """One permit and how it stood on a day."""

    permit: Permit
    now: Standing

    @property
    def tone(self) -> str:
        if self.now.in_force:
            return "green"
        return "red" if self.now.state in ("suspended", "cancelled", "expired", "refused") else "grey"


def likely(name: str, among: Iterable[Recruiter], *, top: int = SHOWN) -> list[Recruiter]:
    """Firms that may be meant, the likeliest first. A person says which it is."""
    asked = fold(name[:160])
    if not asked:
        return []
    found = [(max(likeness(asked, fold(known)) for known in firm.names), firm) for firm in among]
    best = sorted((pair for pair in found if pair[0] >= POSSIBLE), key=lambda pair: -pair[0])
    return [firm for _score, firm in best[:top]]


def likeness(asked: str, known: str) -> float:
    alike = fuzz.ratio(asked, known)
    short, long = sorted((asked, known), key=len)
    return max(alike, 90.0) if len(short) >= _STEM and short in long else alike


def events_first() -> Any:  # a prefetch, whose type the stubs spell out
    """What `Permit.standing` needs, in one question."""
    return Prefetch("events", PermitEvent.objects.order_by("on", "pk"))


def standings(permits: Iterable[Permit], day: date) -> list[Standings]:
    """In force first."""
    rows = [Standings(permit, permit.standing(day)) for permit in permits]
    return sorted(rows, key=lambda row: (not row.now.in_force, row.permit.country, row.permit.pk))


def live() -> firms.Register:
    """The register as the reading of adverts asks it: who was permitted what, when and in which country."""
    rows: list[tuple[list[str], firms.Permit]] = []
    permits = Permit._base_manager.select_related("recruiter").prefetch_related(events_first())
    for permit in permits.order_by("pk"):
        told = [event.plain for event in permit.events.all() if event.struck_at is None]
        name = permit.recruiter.name
        rows += [
            (permit.recruiter.names, firms.Permit(name, span.state, span.since, _end(span), permit.country))
            for span in spans(told)
        ]
    bare = Recruiter._base_manager.exclude(permits__events__struck_at=None, permits__events__pk__gt=0)
    rows += [(firm.names, firms.Permit(firm.name, "not issued", None, None, "")) for firm in bare]
    return firms.Register(rows)


def _end(span: Standing) -> date | None:
    return span.until if span.in_force or span.state == "suspended" else None


def owed_by(firm: Recruiter, actor: Actor) -> tuple[int, list[tuple[str, Decimal]]]:
    """Of how many people the register may count the claims, and the sums by currency. No claim is shown."""
    found = list(Claim.objects.counted_by(actor).filter(recruiter=firm).values_list("sums", flat=True))
    sums: dict[str, Decimal] = {}
    for currency, amount in (pair for each in found for pair in each.items()):
        sums[currency] = sums.get(currency, Decimal(0)) + Decimal(amount)
    return len(found), sorted(sums.items())
