"""Indicators from live records: event dates, once each, what is hidden and from whom."""

import csv
import io
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from kamkor.access.models import Organisation
from kamkor.assistance.models import Case, Exploitation, Need, ServiceGiven
from kamkor.base import codelists
from kamkor.identification.models import Fact
from kamkor.methods.indicators import Period, declared
from kamkor.people.models import Person
from kamkor.statistics.indicators import Result, all_results
from kamkor.statistics.sources import finder
from tests.world import World

YEAR = timezone.localdate().year


def presume(
    world: World, times: int, *, on: str = f"{YEAR}-02-03", sex: str = "female", **facts: str
) -> list[Case]:
    made = []
    for _ in range(times):
        person = world.person("centre")
        Person.objects.filter(pk=person.pk).update(sex=sex)
        own = {"desk": world.desks["centre"], "person": person}
        Fact.objects.create(**own, kind="presumed", on=on, **{"ground": "ngo", **facts})
        made.append(
            Case.objects.create(**own, code=f"C{person.pk}", kind="trafficking", opened_on=f"{YEAR}-02-03")
        )
    return made


def results(code: str, period: str = str(YEAR)) -> dict[str, Result]:
    found = all_results(Period(period), [declared()[0][code]])[code]
    return {result.measure.code: result for result in found}


def test_found_by_an_ngo_and_by_the_state_stand_apart(world: World) -> None:
    presume(world, 6)
    presume(world, 7, ground="police")
    shown = results("presumed")
    assert (shown["by_ngo"].value, shown["by_state"].value, shown["by_self"].value) == (6, 7, 0)
    assert shown["by_ngo"].parts["group"]["women"] == 6
    assert finder("worker_finding", "", state=True) == "state"
    assert finder("worker_finding", "", state=False) == "ngo"
    assert finder("", "police", state=False) == "state"
    assert finder("own_word", "ngo", state=True) == "self"
    assert finder("", "", state=True) == "unknown"


def test_a_second_presumption_and_another_file_of_hers_count_once(world: World) -> None:
    cases = presume(world, 7)
    again = {"desk": world.desks["centre"], "kind": "presumed", "ground": "ngo"}
    Fact.objects.create(**again, person=cases[0].person, on=f"{YEAR}-05-01")
    Person.objects.filter(pk=cases[1].person_id).update(merged_into=cases[0].person)
    Fact.objects.create(**again, person=cases[2].person, on=str(YEAR - 1))
    assert results("presumed")["by_ngo"].value == 5


def test_days_to_the_decision_and_who_waits(world: World) -> None:
    early = presume(world, 12, on=f"{YEAR - 1}-02-03")
    for days, case in enumerate(early[:6], 10):
        on = (timezone.datetime(YEAR - 1, 2, 3) + timedelta(days=days)).date().isoformat()  # type: ignore[attr-defined]
        Fact.objects.create(
            desk=case.desk, person=case.person, kind="decision", value="confirmed", body="police", on=on
        )
    shown = results("time_to_decision", str(YEAR - 1))
    assert (shown["median"].value, shown["p90"].value, shown["waiting"].value) == (12.5, 15, 6)
    assert results("confirmed", str(YEAR - 1))["positive"].value == 6


def test_an_urgent_need_is_met_by_the_next_day_or_not(world: World) -> None:
    seen = timezone.localdate().replace(month=1, day=5)
    for number, case in enumerate(presume(world, 12)):
        own = {"desk": case.desk, "case": case, "kind": "medical"}
        Need.objects.create(**own, urgent=True, seen_on=seen)
        ServiceGiven.objects.create(**own, on=seen + timedelta(days=1 if number < 6 else 2))
    shown = results("urgent")
    assert (shown["with_need"].value, shown["met"].value) == (12, 50.0)


def test_a_half_year_gives_nothing_away_to_who_has_the_year(world: World) -> None:
    presume(world, 8, on=f"{YEAR - 1}-02-03")
    presume(world, 3, on=f"{YEAR - 1}-08-03")
    assert results("presumed", str(YEAR - 1))["by_ngo"].value == 11
    for half in ("H1", "H2"):
        shown = results("presumed", f"{YEAR - 1}{half}")["by_ngo"]
        assert shown.hidden
        assert not shown.parts


def test_the_pages_hide_from_the_country_what_the_desk_may_see(world: World) -> None:
    codelists.load()
    Organisation.objects.update(state=False)
    presume(world, 3)
    statistician, head = world.client("stranger", "statistician"), world.client("centre", "supervisor")
    page = statistician.get(reverse("indicators")).content.decode()
    assert "Found by NGOs: hidden" in page
    own = head.get(reverse("own-figures")).content.decode()
    assert "Found by NGOs: 3 persons" in own
    assert (
        "Found by NGOs: 0 persons"
        in world.client("clinic", "supervisor").get(reverse("own-figures")).content.decode()
    )
    assert head.get(reverse("indicators")).status_code == 403
    assert statistician.get(reverse("own-figures")).status_code == 403


def test_each_indicator_is_a_page_and_a_file(world: World) -> None:
    codelists.load()
    presume(world, 6)
    client = world.client("stranger", "statistician")
    assert "Found by NGOs: 6 persons" in client.get(reverse("indicator", args=["presumed"])).content.decode()
    answer = client.get(reverse("indicator-file", args=["presumed", "csv"]))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert ["Found by NGOs", str(YEAR), "persons", "Women, men, children", "Women", "6"] in rows
    assert client.get(reverse("indicator-file", args=["presumed", "svg"])).content.startswith(b"<svg xmlns")
    assert client.get(reverse("indicator", args=["nothing"])).status_code == 404
    assert client.get(reverse("indicator-file", args=["presumed", "exe"])).status_code == 404


def test_a_flow_leads_from_the_oblast_of_home_to_the_country_of_exploitation(world: World) -> None:
    codelists.load()
    for case in presume(world, 6):
        Person.objects.filter(pk=case.person_id).update(home_place="41706207000000")
        Exploitation.objects.create(
            desk=case.desk, case=case, country="AE", purposes=["ForcedLabour"], age_then=17
        )
    parts = results("presumed")["by_ngo"].parts
    assert parts["route"]["41706000000000>AE"] == 6
    assert (parts["form"]["labour"], parts["where"]["abroad"], parts["age_then"]["under_18"]) == (6, 6, 6)
    page = (
        world.client("stranger", "statistician").get(reverse("indicator", args=["presumed"])).content.decode()
    )
    assert "Osh oblast → United Arab Emirates" in page
