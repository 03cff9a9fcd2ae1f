"""Figures: what is counted once, what is hidden, and who may look."""

import csv
import io
import re
from datetime import timedelta
from fractions import Fraction
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kamkor.assistance.models import Case, ServiceGiven
from kamkor.identification.models import Contact, Fact
from kamkor.methods.disclosure.small import TOTAL, Cell
from kamkor.people.models import Person
from kamkor.statistics import counts
from kamkor.statistics.tables import GROUP_LABELS, Table, _persons, tables
from tests.world import World

YEAR = timezone.localdate().year


def presume(
    world: World, times: int, *, sex: str = "female", kind: str = "trafficking", desk: str = "centre"
) -> list[Person]:
    """Persons presumed this year, each with a case."""
    people = [world.person(desk) for _ in range(times)]
    for person in people:
        Person.objects.filter(pk=person.pk).update(sex=sex)
        Fact.objects.create(desk=world.desks[desk], person=person, kind="presumed", on=f"{YEAR}-02-03")
        Case.objects.create(
            desk=world.desks[desk], person=person, code=f"C{person.pk}", kind=kind, opened_on=f"{YEAR}-02-03"
        )
    return people


def counted(name: str, year: int = YEAR) -> Table:
    return next(table for table in tables(year) if table.name == name)


def test_persons_are_counted_by_kind_and_group(world: World) -> None:
    presume(world, 6)
    table = counted("presumed")
    assert table.cells["trafficking", "women"] == 6
    assert table.total == 6
    assert counted("confirmed").total == 0  # never added together
    assert counted("presumed", YEAR - 1).total == 0


def test_a_second_presumption_and_a_merged_file_count_once(world: World) -> None:
    people = presume(world, 7)
    Fact.objects.create(desk=world.desks["centre"], person=people[0], kind="presumed", on=f"{YEAR}-05")
    Person.objects.filter(pk=people[1].pk).update(merged_into=people[0])
    Fact.objects.create(desk=world.desks["centre"], person=people[2], kind="presumed", on=str(YEAR - 1))
    assert counted("presumed").total == 5


def test_a_child_that_has_grown_up_is_counted_as_a_child(world: World) -> None:
    assert counts.age_at("adult", 2000, 2017) == "child"
    assert counts.age_at("child", 2000, 2019) == "adult"
    assert counts.age_at("doubt", None, 2019) == "doubt"
    assert counts.group("female", "doubt") == "girls"
    assert counts.group("", "adult") == counts.UNKNOWN
    assert counts.group("male", "") == counts.UNKNOWN


def test_help_in_an_earlier_year_is_not_help_in_this_one(world: World) -> None:
    people = presume(world, 6)
    for place, person in enumerate(people):
        ServiceGiven.objects.create(
            desk=world.desks["centre"],
            case=Case.objects.get(person=person),
            kind="legal",
            on=timezone.localdate().replace(month=1, day=1, year=YEAR if place else YEAR - 1),
        )
    assert counted("helped").total == 5
    assert counted("services").cells["legal", "home"] == 5


def test_contacts_of_each_kind_stand_apart_and_undone_ones_are_none(world: World) -> None:
    now = timezone.now()
    made = [("silent", None)] * 6 + [("prank", None)] * 7 + [("prank", now)]
    for kind, undone in made:
        Contact.objects.create(
            desk=world.desks["line"],
            channel="phone",
            kind=kind,
            started_at=now,
            ended_at=now,
            operator=world.users["line"],
            undone_at=undone,
        )
    table = counted("contacts")
    assert table.cells["silent", TOTAL] == 6
    assert table.cells["prank", TOTAL] == 7


def test_an_answer_is_judged_by_its_deadline() -> None:
    now = timezone.now()
    earlier = now - timedelta(hours=2)
    assert counts.answer("accepted", earlier, now, now) == "accepted"
    assert counts.answer("declined", earlier, now, now) == "declined"
    assert counts.answer("accepted", now, earlier, now) == "late"
    assert counts.answer("sent", None, earlier, now) == "late"
    assert counts.answer("sent", None, None, now) == "waiting"
    assert counts.answer("recalled", None, earlier, now) == "ended"


def test_small_cells_are_in_neither_page_nor_picture_nor_file(world: World) -> None:
    presume(world, 6)
    presume(world, 3, sex="male")
    presume(world, 2, kind="labour_rights")
    presume(world, 7, kind="missing_person")
    client = world.client("stranger", "statistician")
    page = client.get(reverse("counts")).content.decode()
    assert "hidden" in page
    assert "9" in cells_of(page)
    for text in cells_of(page):
        assert text not in {"1", "2", "3", "4"}, text
    pictured = re.findall(r"<text[^>]*>([^<]*): ([^<]*)</text>", page)
    assert ("Trafficking in persons", "9") in pictured
    for label, value in pictured:
        assert value not in {"1", "2", "3", "4"}, label
    for table in tables(YEAR):
        answer = client.get(reverse("counts-csv", args=[YEAR, table.name]))
        assert answer.status_code == 200
        for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))):
            assert not {"1", "2", "3", "4"} & set(row)


def cells_of(page: str) -> list[str]:
    return re.findall(r"govuk-table__cell--numeric\">([^<]*)</td>", page)


def test_the_statistician_counts_over_all_organisations(world: World) -> None:
    presume(world, 3)
    presume(world, 3, desk="stranger")
    assert counted("presumed").total == 6
    page = world.client("commission", "programme_officer").get(reverse("counts")).content.decode()
    assert "may count twice" in page
    assert "Newly presumed victims: 6 in all" in page


@pytest.mark.parametrize("role", ["worker", "supervisor", "administrator", "operator", "investigator"])
def test_others_do_not_see_figures(world: World, role: str) -> None:
    client = world.client("centre", role)
    assert client.get(reverse("counts")).status_code == 403
    assert client.get(reverse("counts-csv", args=[YEAR, "presumed"])).status_code == 403


def test_a_year_or_table_that_is_not_offered_is_not_found(world: World) -> None:
    client = world.client("centre", "statistician")
    assert client.get(reverse("counts-csv", args=[1999, "presumed"])).status_code == 404
    assert client.get(reverse("counts-csv", args=[YEAR, "nothing"])).status_code == 404
    assert client.get(reverse("counts") + "?year=DROP").status_code == 200


def test_counting_reads_nothing_that_is_sealed(world: World) -> None:
    presume(world, 6)
    with CaptureQueriesContext(connection) as seen:
        tables(YEAR)
    for query in seen:
        assert "vault_" not in query["sql"]
        assert "people_particular" not in query["sql"]
        assert '"code"' not in query["sql"].replace('base_codeentry"."code"', "")
    assert len(seen) < 30


CELLS = list(product(["trafficking", "labour_rights", "missing_person"], GROUP_LABELS))


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.integers(0, 12), min_size=len(CELLS), max_size=len(CELLS)))
def test_no_hidden_cell_can_be_worked_out_from_those_shown(world: World, values: list[int]) -> None:
    full = dict(zip(CELLS, values, strict=True))
    table = _persons("presumed", "", "", counts.Counts(full))
    hidden = [cell for cell, value in table.cells.items() if value is None]
    equations = [[Fraction(part.get(cell, 0)) for cell in hidden] for part in sums(table)]
    for place, _cell in enumerate(hidden):
        unit = [Fraction(place == other) for other in range(len(hidden))]
        assert rank([*equations, unit]) > rank(equations), "a hidden cell follows from the shown ones"
    assert not {1, 2, 3, 4} & {value for value in table.cells.values() if value is not None}


def sums(table: Table) -> list[dict[Cell, int]]:
    """What a reader knows: each row and each column less its total is nothing."""
    rows, columns = [*table.rows, TOTAL], [*table.columns, TOTAL]
    lines: list[list[Cell]] = [[(row, column) for column in columns] for row in rows]
    lines += [[(row, column) for row in rows] for column in columns]
    return [dict.fromkeys(parts, 1) | {total: -1} for *parts, total in lines]


def rank(matrix: list[list[Fraction]]) -> int:
    rows, found = [row[:] for row in matrix], 0
    width = len(rows[0]) if rows else 0
    for column in range(width):
        pivot = next((row for row in range(found, len(rows)) if rows[row][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for row in range(len(rows)):
            if row != found and rows[row][column]:
                factor = rows[row][column] / rows[found][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[found], strict=True)]
        found += 1
    return found
