"""What day 1 leaves open, and the medical clock."""

from datetime import datetime, timedelta

from django.utils import timezone

from kamkor.assistance.models import Case, ChildPath, Exploitation, Need
from kamkor.identification.models import Fact, Screening
from kamkor.methods.journeys import MEDICAL_WINDOW, medical_clock
from kamkor.people.models import Particular

ASKED = ("medical_need", "sleeps_tonight", "danger", "accompanied", "direction")
PRESUMING = frozenset(
    {"trafficking", "held_as_collateral"}
)  # kinds of case in which she is presumed on day 1
DOCTOR_WITHIN = timedelta(hours=24)


def left_open(case: Case) -> list[str]:
    """Codes (list `left_open`) of what day 1 did not ask or she did not know. Nothing of it is required, and
    a name is not among it: she may be known by none."""
    ids = case.person.all_ids()
    reachable = Particular._base_manager.filter(person__in=ids, kind="safe_contact", ended_at=None)
    missing = {
        "safe_contact": not reachable.exists(),
        **{field: getattr(case, field) in {"", "unknown"} for field in ASKED},
        "wish_after": case.direction in {"in", "through"} and not case.wish_after,
        **_missing_of_person(case),
        "first_need": not Need._base_manager.filter(case=case).exists(),
        "worker": case.worker_id is None,
    }
    if case.kind in PRESUMING:
        presumed = Fact._base_manager.filter(person__in=ids, kind=Fact.Kind.PRESUMED)
        missing["presumption"] = not presumed.exists()
        missing["screening"] = not Screening._base_manager.filter(person__in=ids).exists()
        missing["coding"] = not Exploitation._base_manager.filter(case=case).exists()
    return [code for code, is_missing in missing.items() if is_missing]


def _missing_of_person(case: Case) -> dict[str, bool]:
    person = case.person
    path = ChildPath._base_manager.filter(case=case).exclude(representative="")
    return {
        "sex_age": not (person.sex and person.age),
        "birth": person.birth_year is None,
        "citizenship": not person.citizenships,
        "home_place": not person.home_place,
        "child_path": person.is_child and not path.exclude(protection_told_at=None).exists(),
    }


def hours_left(since: datetime | None) -> int | None:
    """Whole hours left of the 72 in which a doctor helps best; None when it is not known since when."""
    return None if since is None else medical_clock(since, timezone.now()) // timedelta(hours=1)


def doctor_due(need: str, since: datetime | None) -> datetime | None:
    """By when a doctor must have seen her; None when no doctor is needed."""
    now = timezone.now()
    if need not in {"now", "soon"} or (need == "soon" and since is None):
        return None
    ends = since + MEDICAL_WINDOW if since else now + DOCTOR_WITHIN
    return max(now, min(ends, now + DOCTOR_WITHIN) if need == "now" else ends)
