"""Journeys refuse what cannot follow; deadlines and partial dates keep to the calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamkor.methods import journeys
from kamkor.methods.journeys import Journey, PartialDate, Urgency, WrongMove, next_state

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
JOURNEYS = [thing for thing in vars(journeys).values() if isinstance(thing, Journey)]
PARTIAL_DATES = st.dates().flatmap(
    lambda day: st.sampled_from(
        [PartialDate(day.year), PartialDate(day.year, day.month), PartialDate(day.year, day.month, day.day)]
    )
)


@pytest.mark.parametrize("journey", JOURNEYS)
def test_every_state_can_be_reached(journey: Journey) -> None:
    reached, border = {journey.start}, [journey.start]
    while border:
        state = border.pop()
        for verb in journey.verbs(state):
            goal = next_state(journey, state, verb)
            border += [goal] if goal not in reached else []
            reached.add(goal)
    assert reached == {*journey.states}


@pytest.mark.asvs("2.3.1")
def test_referral() -> None:
    state = journeys.REFERRAL.start
    for verb in ("send", "see", "accept", "start", "finish"):
        state = next_state(journeys.REFERRAL, state, verb)
    assert state == "done"
    assert next_state(journeys.REFERRAL, "sent", "accept") == "accepted"  # answered by telephone, unseen
    assert next_state(journeys.REFERRAL, "done", "withdraw") == "withdrawn"
    with pytest.raises(WrongMove) as wrong:
        next_state(journeys.REFERRAL, "declined", "accept")
    assert (wrong.value.state, wrong.value.verb) == ("declined", "accept")


@pytest.mark.asvs("2.3.1")
@pytest.mark.parametrize("over", ["declined", "recalled", "withdrawn", "expired"])
def test_what_has_ended_stays_ended(over: str) -> None:
    assert journeys.REFERRAL.verbs(over) == []


def test_a_closed_case_opens_again() -> None:
    assert next_state(journeys.CASE, "closed", "reopen") == "open"
    assert next_state(journeys.PACKET_DECISION, "postponed", "postpone") == "postponed"


def test_a_journey_must_name_its_states() -> None:
    with pytest.raises(ValueError, match="lost"):
        Journey(("open",), {("open", "lose"): "lost"})


def test_deadlines() -> None:
    assert journeys.due(Urgency.EMERGENCY, NOW) == NOW + timedelta(hours=2)
    assert journeys.due("urgent", NOW) == NOW + timedelta(days=1)
    assert journeys.due("normal", NOW, {"normal": timedelta(days=2)}) == NOW + timedelta(days=2)
    assert journeys.hours_late(NOW, NOW - timedelta(hours=3)) == 0
    assert journeys.hours_late(NOW, NOW + timedelta(hours=3, minutes=59)) == 3
    assert journeys.recovery_until(date(2026, 2, 20)) == date(2026, 3, 2)


def test_follow_ups_keep_to_the_end_of_the_month() -> None:
    months = [date(2027, 2, 28), date(2027, 4, 30), date(2027, 7, 31), date(2028, 1, 31)]
    assert journeys.follow_ups(date(2027, 1, 31)) == months
    assert journeys.follow_ups(date(2028, 2, 29))[-1] == date(2029, 2, 28)


@given(st.dates(max_value=date(9000, 1, 1)))
def test_follow_ups_come_in_order_and_in_their_months(closed_on: date) -> None:
    days = journeys.follow_ups(closed_on)
    assert days == sorted(days)
    start = closed_on.year * 12 + closed_on.month
    assert [day.year * 12 + day.month - start for day in days] == [1, 3, 6, 12]


def test_medical_clock() -> None:
    assert journeys.medical_clock(NOW - timedelta(hours=70), NOW) == timedelta(hours=2)
    assert journeys.medical_clock(NOW - timedelta(days=9), NOW) == timedelta()
    assert journeys.medical_clock(NOW + timedelta(hours=1), NOW) == timedelta(hours=72)


def test_coming_of_age() -> None:
    assert journeys.adult_on(date(2008, 5, 3)) == date(2026, 5, 3)
    assert journeys.adult_on(date(2008, 2, 29)) == date(2026, 3, 1)


@pytest.mark.parametrize(
    "text", ["", "19", "2019-13", "2019-5", "2019-02-30", "2019-05-03T00:00", "0000", "٢٠١٩"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|year|month|day"):
        PartialDate.parse(text)


def test_a_day_needs_its_month() -> None:
    with pytest.raises(ValueError, match="month"):
        PartialDate(2019, day=3)


@given(PARTIAL_DATES)
def test_a_partial_date_reads_what_it_writes(partial: PartialDate) -> None:
    assert PartialDate.parse(str(partial)) == partial
    assert partial.earliest <= partial.latest
    assert str(partial.earliest).startswith(str(partial))
    assert str(partial.latest).startswith(str(partial))


@given(PARTIAL_DATES, PARTIAL_DATES)
def test_partial_dates_have_one_order(one: PartialDate, other: PartialDate) -> None:
    assert (one < other) + (one == other) + (one > other) == 1
    if one.latest < other.earliest:
        assert one < other
