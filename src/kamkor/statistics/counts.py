"""What is counted, over all organisations and without ever selecting who somebody is.

Only open columns are read: numbers of rows, codes, dates. A person is counted once per year within an
organisation: files that were merged, or that a referral or a handover has linked inside one organisation, are
one. Across organisations nothing tells that two files are of one person, so sums may count twice.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import F, Min
from django.utils import timezone

from kamkor.access.models import Desk
from kamkor.assistance.models import Case, Handover, Referral, ServiceGiven
from kamkor.identification.models import Contact, Fact
from kamkor.methods.disclosure.small import Cell
from kamkor.people.models import Person

Counts = Counter[Cell]
UNKNOWN = "unknown"
GROUPS = ("women", "men", "girls", "boys", UNKNOWN)
ANSWERS = ("accepted", "declined", "late", "waiting", "ended")


class Book:
    """Which files are of one person, and the open facts that persons are counted by; read once, used for
    every table of a page."""

    def __init__(self) -> None:
        self._same = _same_person()
        self.first_seen: dict[int, str] = {}
        for person, day in _presumptions():
            root = self.root(person)
            self.first_seen[root] = min(day, self.first_seen.get(root, day))
        self._kinds: dict[int, str] = {}
        for person, kind in Case._base_manager.order_by("opened_on", "pk").values_list("person_id", "kind"):
            self._kinds.setdefault(self.root(person), kind)

    def root(self, person: int) -> int:
        """The file that stands for all files of this person within the organisation."""
        while person in self._same:
            person = self._same[person]
        return person

    def count(self, persons: Iterable[int], year: int) -> Counts:
        """Persons once each, by kind of their first case and by group."""
        roots = {self.root(person) for person in persons}
        traits = Person._base_manager.filter(pk__in=roots).values_list("pk", "sex", "age", "birth_year")
        counts: Counts = Counter()
        for root, sex, age, born in traits:
            seen = int(self.first_seen.get(root, str(year))[:4])
            counts[self._kinds.get(root) or UNKNOWN, group(sex, age_at(age, born, seen))] += 1
        return counts


def group(sex: str, age: str) -> str:
    """Women, men, girls, boys; unknown where either is not known or is another."""
    adults, children = {"female": "women", "male": "men"}, {"female": "girls", "male": "boys"}
    if age == Person.Age.ADULT:
        return adults.get(sex, UNKNOWN)
    return children.get(sex, UNKNOWN) if age else UNKNOWN


def age_at(age: str, born: int | None, year: int) -> str:
    """Adult or child when she was identified: a child who has grown up since is still counted as a child."""
    if born is None or year - born == 18:
        return age
    return Person.Age.CHILD if year - born < 18 else Person.Age.ADULT


def presumed(book: Book, year: int) -> Counts:
    """Persons whose first presumption falls into the year."""
    return book.count([root for root, day in book.first_seen.items() if day[:4] == str(year)], year)


def decided(book: Book, year: int, value: str) -> Counts:
    """Persons with a decision of this value dated in the year."""
    facts = Fact._base_manager.filter(kind=Fact.Kind.DECISION, value=value, on__startswith=str(year))
    return book.count(facts.values_list("person_id", flat=True), year)


def helped(book: Book, year: int) -> Counts:
    """Persons to whom at least one service was given in the year."""
    given = ServiceGiven._base_manager.filter(on__year=year)
    return book.count(given.values_list("case__person_id", flat=True).distinct(), year)


def contacts(year: int) -> Counts:
    """Contacts closed, by kind and channel; those undone as a slip of the finger are none."""
    begin, end = bounds(year)
    rows = Contact.objects.standing().filter(started_at__gte=begin, started_at__lt=end).exclude(kind="")
    return Counter((kind, channel) for kind, channel in rows.values_list("kind", "channel").iterator())


def referrals(year: int, now: datetime) -> Counts:
    """Referrals sent in the year, by service and by what became of the answer."""
    begin, end = bounds(year)
    rows = Referral._base_manager.filter(sent_at__gte=begin, sent_at__lt=end)
    columns = rows.values_list("service", "status", "answered_at", "due_at")
    return Counter(
        (service, answer(status, answered, due, now)) for service, status, answered, due in columns.iterator()
    )


def answer(status: str, answered: datetime | None, due: datetime | None, now: datetime) -> str:
    """One of ANSWERS: accepted or declined in time, late, still in time, or ended before an answer."""
    if answered is not None:
        if due is not None and answered > due:
            return "late"
        return "declined" if status == Referral.Status.DECLINED else "accepted"
    if status not in Referral.WAITING:
        return "ended"
    return "late" if due is not None and due < now else "waiting"


def services(year: int) -> Counts:
    """Services given in the year, by kind and stage."""
    rows = ServiceGiven._base_manager.filter(on__year=year).values_list("kind", "stage")
    return Counter((kind, stage) for kind, stage in rows.iterator())


def bounds(year: int) -> tuple[datetime, datetime]:
    """The first moment of a year and of the next one, here."""
    first, last = (datetime.combine(date(which, 1, 1), datetime.min.time()) for which in (year, year + 1))
    return timezone.make_aware(first), timezone.make_aware(last)


def _presumptions() -> Iterable[tuple[int, str]]:
    facts = Fact._base_manager.filter(kind=Fact.Kind.PRESUMED).order_by()
    return facts.values("person_id").annotate(first=Min("on")).values_list("person_id", "first")


def _same_person() -> dict[int, int]:
    """From a file to another file of the same person in the same organisation; never in a circle."""
    merged = Person._base_manager.exclude(merged_into=None).values_list("pk", "merged_into_id")
    same = {pk: into for pk, into in merged if into is not None}
    for one, other in [*_linked_by_referral(), *_linked_by_handover()]:
        _join(same, one, other)
    return same


def _join(same: dict[int, int], one: int, other: int) -> None:
    while one in same:
        one = same[one]
    while other in same:
        other = same[other]
    if one != other:
        same[other] = one


def _linked_by_referral() -> Iterable[tuple[int, int]]:
    within = {"receiving_case__desk__organisation": F("desk__organisation")}
    rows = Referral._base_manager.filter(receiving_case__isnull=False, **within)
    return rows.values_list("person_id", "receiving_case__person_id")


def _linked_by_handover() -> Iterable[tuple[int, int]]:
    within = {"receiving_case__desk__organisation": F("desk__organisation")}
    rows = Handover._base_manager.filter(receiving_case__isnull=False, **within)
    return rows.values_list("case__person_id", "receiving_case__person_id")


def organisations() -> int:
    """How many organisations the sums are of."""
    return Desk.objects.filter(active=True).values("organisation").distinct().count()
