"""Records for CTDC: only of who agreed, only protected, and out only when two have signed."""

import csv
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kamkor.assistance.models import Exploitation
from kamkor.base import codelists
from kamkor.base.models import AuditEvent
from kamkor.base.problems import Problem
from kamkor.cli.releasing.ctdc import Wanted, export
from kamkor.cli.releasing.outcome import Refused
from kamkor.methods.indicators import Period, declared
from kamkor.people.models import Consent, Person
from kamkor.statistics import ctdc
from kamkor.statistics.publishing import releases
from kamkor.statistics.publishing.records import give_away
from kamkor.statistics.publishing.results import public_results
from tests.statistics.test_indicators import presume
from tests.world import World

YEAR = timezone.localdate().year


def agreed(world: World, times: int) -> None:
    for case in presume(world, times):
        who = {"desk": case.desk, "person": case.person, "taken_by": world.users["centre"]}
        Consent.objects.create(**who, layer="file", purpose="research", language="ky")
        Person.objects.filter(pk=case.person_id).update(
            birth_year=YEAR - 22, age="adult", citizenships=["KG"]
        )
        facts = {"purposes": ["ForcedLabour"], "means": ["DebtBondage"], "country": "RU"}
        Exploitation.objects.create(desk=case.desk, case=case, industry="F_Construction", **facts)


def wanted(method: str = "kanon", layout: str = "codebook") -> Wanted:
    return Wanted([YEAR], layout, method, 11, 1.0, None, "2026-01-01")


def test_rows_are_of_those_who_agreed_in_either_layout(world: World) -> None:
    codelists.load()
    agreed(world, 1)
    presume(world, 3)
    (row,) = ctdc.rows("synthetic", [YEAR])
    expected = {"gender": "Woman", "ageBroad": "21--23", "citizenship": "KGZ", "CountryOfExploitation": "RUS"}
    assert expected.items() <= row.items()
    assert (row["meansDebtBondageEarnings"], row["sectorOfLabourConstruction"], row["meansThreats"]) == (
        "1",
        "1",
        "",
    )
    (row,) = ctdc.rows("codebook", [YEAR])
    assert (row["CountryofExploitation"], row["isForcedLabour"], row["isSexualExploit"]) == ("RU", "1", "0")
    assert not ctdc.rows("codebook", [YEAR - 1])
    Exploitation.objects.update(recruiter_relation="Familial")
    (pair,) = ctdc.rows("victim-perpetrator", [YEAR])
    assert list(pair)[3:5] == ["UN_COO_Region", "UN_COE_Region"]
    assert (pair["UN_COO_Region"], pair["UN_COE_Region"], pair["IP_Relation"]) == (
        "Asia",
        "Europe",
        "FamilyIntimatePartner",
    )
    assert not any(pair[name] for name in pair if name.startswith("IP_") and name != "IP_Relation")
    for layout, told in (("codebook", row), ("victim-perpetrator", pair)):
        domain = ctdc.domain(layout, [YEAR])
        assert all(value in domain[name] for name, value in told.items())


def test_nothing_leaves_but_by_protection_and_two_signatures(world: World, tmp_path: Path) -> None:
    codelists.load()
    agreed(world, 3)
    with pytest.raises(Refused):
        export(wanted(), tmp_path)
    assert not list(tmp_path.iterdir())
    assert AuditEvent.objects.filter(verb="release.export", role="system").count() == 1
    agreed(world, 10)
    outcome = export(wanted(), tmp_path)
    assert (outcome.status, outcome.sign_off) == ("protected", "open")
    with (tmp_path / "microdata.csv").open() as text:
        rows = list(csv.DictReader(text))
    assert len(rows) == 13
    assert {row["MajorityEntry"] for row in rows} == {"-99"}
    actor = world.actor("stranger", "statistician")
    named = releases.Named("ctdc-test", "Records", str(YEAR))
    release = releases.take(actor, actor.desk, folder=tmp_path, named=named)
    address = reverse("open-data-version", args=["ctdc-test", 1])
    for desk, role in (("stranger", "statistician"), ("line", "coordinator")):
        assert Client().get(address).status_code == 404
        releases.sign(world.actor(desk, role), release)
    assert Client().get(f"{address}microdata.csv").status_code == 200
    assert Client().get(f"{address}risk.md").status_code == 404  # computed from the true records
    (tmp_path / "microdata.csv").write_text("a\n1\n")
    with pytest.raises(Problem):
        releases.take(actor, actor.desk, folder=tmp_path, named=named)


def test_records_do_not_narrow_what_everybody_is_told_to_be_hidden(world: World) -> None:
    """Twelve women agreed; of fifteen people told of, the three others would be men."""
    codelists.load()
    presume(world, 12, on=f"{YEAR - 1}-02-03")
    presume(world, 3, sex="male", on=f"{YEAR - 1}-02-03")
    (told,) = [
        each
        for each in public_results(Period(str(YEAR - 1)), [declared()[0]["presumed"]])["presumed"]
        if each.measure.code == "by_ngo"
    ]
    assert (told.value, told.parts["group"]["men"], told.parts["group"]["women"]) == (15, None, None)
    row = {"yearOfRegistration": str(YEAR - 1), "gender": "Woman", "ageBroad": "21--23"}
    assert give_away("synthetic", [row] * 12) == 2  # men, and men of whom the form is not known
    assert give_away("synthetic", [row | {"ageBroad": ""}] * 4) == 0
    assert give_away("synthetic", [row | {"yearOfRegistration": str(YEAR)}] * 12) == 0
