"""Indicators from plain rows: periods, people once each, the unknown as a part, the file that declares."""

from datetime import date
from typing import Any

import pytest

from kamkor.codes import loaders
from kamkor.methods import indicators
from kamkor.methods.disclosure import parts
from kamkor.methods.indicators import Measure, Period, count, cross, declared


def measure(**facts: Any) -> Measure:
    return Measure(code="m", title={"en": "M"}, unit="persons", source="s", **facts)


def person(number: int, on: str, **facts: Any) -> dict[str, Any]:
    return {"person": number, "on": on, **facts}


def test_a_partial_date_falls_into_its_year_but_into_a_half_only_with_its_month() -> None:
    assert Period("2026").holds("2026")
    assert Period("2026H1").holds("2026-06")
    assert not Period("2026H1").holds("2026")
    assert not Period("2026H2").holds("2026-06-30")
    assert Period("2026H1").before == Period("2025H2")
    assert Period("2026H2").sibling == Period("2026H1")
    assert Period("2026H1").nights(date(2026, 6, 29), date(2026, 7, 3)) == 2
    for wrong in ("2026Q1", "26", "2026H3"):
        with pytest.raises(ValueError, match="neither a year"):
            Period(wrong)


def test_a_person_counts_once_in_a_period_and_in_each_part() -> None:
    rows = [
        person(1, "2026-01-02", kind="a"),
        person(1, "2026-05-02", kind="b"),
        person(2, "2026-03", kind=""),
        person(3, "2025-03-01", kind="a"),
    ]
    counted = count(measure(), rows, Period("2026"), by=["kind"])
    assert counted.value == 2
    assert counted.cells["kind"] == {"a": 1, "b": 1, "unknown": 1}
    assert not counted.adds_up("kind")
    assert cross(measure(), rows, [Period("2026")], by=("kind", "x")) == {
        ("a", "unknown"): 1,
        ("unknown",) * 2: 1,
    }


def test_shares_middles_and_sums() -> None:
    rows: list[dict[str, Any]] = [
        {"on": "2026-02-01", "days": days, "met": "yes" if days < 3 else "no"} for days in range(1, 11)
    ]
    rows.append({"on": "2026-02-01", "days": None, "met": "no"})
    year = Period("2026")
    share = count(measure(of="share", part={"met": "yes"}), rows, year)
    assert (share.value, share.base, share.part) == (18.2, 11, 2)
    assert count(measure(of="median", column="days"), rows, year).value == 5.5
    assert count(measure(of="p90", column="days"), rows, year).value == 9
    assert count(measure(of="sum", column="days", where={"days": {"above": 8}}), rows, year).value == 19
    assert count(measure(of="median", column="days"), [], year).value is None


def test_what_one_way_hides_no_other_gives_away() -> None:
    shown = parts.hide(12, {"sex": {"f": 10, "m": 2, "unknown": 0}, "body": {"x": 6, "y": 6}}, threshold=5)
    assert shown.parts["sex"]["m"] is None
    hidden = [shown.parts["sex"]["f"], shown.total]
    assert None in hidden
    if shown.total is None:  # then nor can it be added up from the other table
        assert None in shown.parts["body"].values()
    assert shown.parts["sex"]["unknown"] == 0
    assert parts.hide(3, {"body": {"x": 3}}, threshold=5).total is None
    assert parts.halves(3, 9, threshold=5) == (None, None)
    assert parts.halves(0, 9, threshold=5) == (0, 9)


def test_the_indicators_are_declared_whole() -> None:
    found, dimensions = declared()
    assert [one.number for one in found.values()] == sorted({one.number for one in found.values()})
    for one in found.values():
        assert one.measures
        assert one.event
        for labels in (one.title, one.definition, *(each.title for each in one.measures)):
            assert all(labels[language] for language in ("en", "ky", "ru", "uz")), one.code
        for each in one.measures:
            assert each.of in ("person", "rows", "sum", "median", "p90", "share")
            assert each.unit in loaders.code_list("figure_unit")
    for dimension in dimensions.values():
        assert not dimension.list or loaders.code_list(dimension.list), dimension.code
    assert indicators.version()
