"""What a permit was worth on a day."""

from datetime import date

from kamkor.methods.permits import Event, out_of_order, standing

ISSUED = Event("issued", date(2025, 3, 1), date(2026, 2, 28))
HISTORY = [
    Event("applied", date(2025, 2, 1)),
    ISSUED,
    Event("suspended", date(2025, 6, 10)),
    Event("resumed", date(2025, 7, 1)),
    Event("extended", date(2026, 2, 20), date(2027, 2, 28)),
]


def on(day: str, history: list[Event] = HISTORY) -> str:
    return standing(history, date.fromisoformat(day)).state


def test_each_day_has_its_own_answer() -> None:
    assert on("2025-01-31") == ""
    assert on("2025-02-28") == "applied"
    assert on("2025-06-09") == "issued"
    assert on("2025-06-10") == "suspended"
    assert on("2025-07-01") == "resumed"
    assert on("2027-02-28") == "extended"
    assert on("2027-03-01") == "expired"


def test_a_term_that_nobody_extended_is_over_the_day_after() -> None:
    assert on("2026-02-28", [ISSUED]) == "issued"
    assert on("2026-03-01", [ISSUED]) == "expired"
    assert standing([ISSUED], date(2026, 3, 1)).since == date(2026, 2, 28)


def test_asking_for_the_next_permit_does_not_end_the_present_one() -> None:
    refused = [ISSUED, Event("applied", date(2026, 1, 10)), Event("refused", date(2026, 2, 1))]
    assert on("2026-02-10", refused) == "issued"
    assert on("2026-03-10", refused) == "expired"


def test_what_cannot_follow_is_named() -> None:
    late = Event("resumed", date(2025, 4, 1))
    assert out_of_order([*HISTORY, late]) == late
    assert out_of_order(HISTORY) is None
    assert out_of_order([Event("cancelled", date(2025, 1, 1))]) is None  # the beginning was not handed down
