"""Data for everybody: nothing leaves unprotected or unsigned, and what is out stays as it was."""

import csv
import io

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kamkor.assistance.models import Exploitation
from kamkor.base import codelists
from kamkor.base.actions import Refused
from kamkor.base.problems import Problem
from kamkor.methods.disclosure.years import YEARS
from kamkor.statistics.models import Release
from kamkor.statistics.publishing import releases, tables
from tests.statistics.test_indicators import presume
from tests.world import World

FIRST = tables.block(timezone.localdate().year - YEARS)[0]  # of a block whose years are over
NAME = "presumed-by-ngo"
DATA_SET = f"{NAME}-{FIRST}-{FIRST + 2}"

SIGNERS = (("stranger", "statistician"), ("line", "coordinator"))


def found(world: World, year: int, times: int, *, sex: str, purpose: str) -> None:
    for case in presume(world, times, on=f"{year}-02-03", sex=sex):
        Exploitation.objects.create(desk=case.desk, case=case, purposes=[purpose])


def prepared(world: World, year: int) -> Release:
    actor = world.actor("stranger", "statistician")
    return releases.prepare(actor, actor.desk, name=NAME, year=year, changes="")


def published(world: World, year: int) -> Release:
    release = prepared(world, year)
    for desk, role in SIGNERS:
        releases.sign(world.actor(desk, role), release)
    return release


def table(release: Release) -> list[dict[str, str]]:
    address = reverse("open-data-file", args=[release.data_set, release.version, "table.csv"])
    answer = Client().get(address)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def count(rows: list[dict[str, str]], period: str, group: str = "total", form: str = "total") -> str:
    return next(r["count"] for r in rows if (r["period"], r["group"], r["form"]) == (period, group, form))


def test_two_people_sign_before_anybody_sees_it(world: World) -> None:
    codelists.load()
    found(world, FIRST, 20, sex="female", purpose="ForcedLabour")
    release = prepared(world, FIRST)
    address = reverse("open-data-version", args=[DATA_SET, 1])
    first, second = (world.client(desk, role) for desk, role in SIGNERS)
    assert Client().get(address).status_code == 404
    assert first.post(reverse("release-sign", args=[release.pk])).status_code == 302
    assert first.post(reverse("release-sign", args=[release.pk])).status_code == 422
    assert Client().get(address).status_code == 404
    assert (
        world.client("centre", "worker").post(reverse("release-sign", args=[release.pk])).status_code == 403
    )
    assert second.post(reverse("release-sign", args=[release.pk])).status_code == 302
    page = Client().get(address)
    assert "20" in page.content.decode()
    assert not page.cookies
    for name in ("picture.png", "picture.svg", "table.xlsx", "datapackage.json"):
        assert Client().get(f"{address}{name}").status_code == 200
    assert "counted" not in Client().get(f"{address}datapackage.json").content.decode()
    assert count(table(release), str(FIRST)) == "20"


def test_a_file_changed_after_it_was_prepared_is_not_signed(world: World) -> None:
    codelists.load()
    found(world, FIRST, 12, sex="female", purpose="ForcedLabour")
    release = prepared(world, FIRST)
    release.files.update(content=b"period,count\n")
    with pytest.raises(Problem):
        releases.sign(world.actor("stranger", "statistician"), release)
    with pytest.raises(Refused):
        releases.withdraw(world.actor("centre", "worker"), release, why="none")


def test_years_stay_as_they_were_and_small_numbers_are_never_out(world: World) -> None:
    codelists.load()
    found(world, FIRST, 20, sex="female", purpose="ForcedLabour")
    one = published(world, FIRST)
    before = table(one)
    found(world, FIRST, 1, sex="male", purpose="OrganRemoval")  # learned later
    found(world, FIRST + 1, 15, sex="female", purpose="ForcedLabour")
    found(world, FIRST + 1, 3, sex="male", purpose="SexualExploitation")
    two = published(world, FIRST + 1)
    assert (two.version, count(table(two), str(FIRST)), count(table(two), str(FIRST + 1))) == (2, "20", "18")
    assert count(table(two), str(FIRST + 1), form="sexual") == ""
    assert not any("/" in row["period"] for row in table(two))
    found(world, FIRST + 2, 12, sex="female", purpose="ForcedLabour")
    three = table(published(world, FIRST + 2))
    assert count(three, f"{FIRST}/{FIRST + 2}") == "50"
    assert table(one) == before
    small = {row["count"] for row in three} & {str(n) for n in range(1, settings.SMALL_CELL_PUBLIC)}
    assert not small


def test_a_year_is_published_once_and_only_when_it_is_over(world: World) -> None:
    codelists.load()
    published(world, FIRST)
    for year in (FIRST, timezone.localdate().year):
        with pytest.raises(Problem):
            prepared(world, year)
    release = prepared(world, FIRST + 1)
    with pytest.raises(Problem):  # the one before waits for signatures
        prepared(world, FIRST + 1)
    releases.withdraw(world.actor("stranger", "coordinator"), release, why="Wrong year")
    with pytest.raises(Problem):
        releases.sign(world.actor("stranger", "statistician"), release)


def test_a_correction_of_few_people_gives_nobody_away(world: World) -> None:
    codelists.load()
    found(world, FIRST, 20, sex="female", purpose="ForcedLabour")
    releases.withdraw(world.actor("line", "coordinator"), published(world, FIRST), why="Wrong")
    found(world, FIRST, 1, sex="female", purpose="ForcedLabour")
    with pytest.raises(Problem):
        prepared(world, FIRST)
    found(world, FIRST, 10, sex="female", purpose="ForcedLabour")
    again = published(world, FIRST)
    assert (again.version, count(table(again), str(FIRST))) == (2, "31")


def test_what_was_taken_back_says_why_at_its_address(world: World) -> None:
    codelists.load()
    release = published(world, FIRST)
    releases.withdraw(world.actor("stranger", "coordinator"), release, why="Counted twice")
    address = reverse("open-data-version", args=[DATA_SET, 1])
    assert "Counted twice" in Client().get(address, headers={"accept-language": "en"}).content.decode()
    assert Client().get(f"{address}table.csv").status_code == 404
    assert Client().get(reverse("open-data")).status_code == 200
