"""What leaves for others: questionnaires with rows, own periods of donors, pictures; small numbers do not."""

import io
from collections.abc import Iterator

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from PIL import Image

from kamkor.access.models import Desk
from kamkor.assistance.models import Case, Exploitation
from kamkor.base import codelists
from kamkor.identification.models import Contact
from kamkor.methods.indicators import Period
from kamkor.statistics import questionnaires
from kamkor.statistics.reports import donor
from kamkor.statistics.reports.donor import Span
from tests.statistics.test_indicators import presume
from tests.world import World

YEAR = timezone.localdate().year


def cells(code: str) -> Iterator[tuple[str, str, str, str]]:
    for question, lines in questionnaires.filled(questionnaires.known()[code], Period(str(YEAR))):
        for line in lines:
            yield question.code, line.part, line.value, line.rows


def test_every_cell_of_the_questionnaire_says_of_how_many_rows_it_is(world: World) -> None:
    codelists.load()
    for case in presume(world, 12):
        Exploitation.objects.create(desk=case.desk, case=case, purposes=["ForcedLabour"], country="RU")
    presume(world, 4, ground="police")
    told = set(cells("glotip"))
    assert ("6", "Women", "12", "12") in told
    assert ("6", "", "hidden", "hidden") in told  # found by the state: four
    assert ("10", "Abroad", "12", "12") in told
    statistician = world.client("stranger", "statistician")
    page = statistician.get(reverse("questionnaire-figures", args=["glotip"])).content.decode()
    assert "No body reports this yet." in page
    answer = statistician.get(reverse("questions-file", args=["glotip", "xlsx"]))
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)  # type: ignore[union-attr]
    assert any("IC-TIP" not in str(row[6]) and row[4] == "12" and row[5] == "12" for row in rows)
    assert world.client("centre").get(reverse("questionnaire-figures", args=["glotip"])).status_code == 403


def test_violence_is_counted_apart(world: World) -> None:
    codelists.load()
    for number in range(11):
        own = {"desk": world.desks["centre"], "person": world.person("centre"), "opened_on": f"{YEAR}-01-05"}
        Case.objects.create(**own, code=f"V{number}", kind="gender_based_violence")
    Contact.objects.create(desk=world.desks["centre"], channel="phone", operator=world.users["centre"])
    presume(world, 12)
    assert ("1", "", "11", "11") in set(cells("gbv"))


def test_a_donor_cannot_subtract(world: World) -> None:
    codelists.load()
    presume(world, 20, on=f"{YEAR - 1}-05-03")
    presume(world, 3, on=f"{YEAR - 1}-02-03")
    presume(world, 14, on=f"{YEAR - 1}-08-03", ground="police")

    def value(span: str, number: str) -> object:
        _head, rows = donor.table(Span(span))
        return next(row[3] for row in rows if len(row) > 1 and row[1] == number)

    whole, later = f"{YEAR - 1}-01/{YEAR - 1}-12", f"{YEAR - 1}-04/{YEAR - 1}-12"
    assert (value(whole, "Found by NGOs"), value(later, "Found by NGOs")) == (23, "hidden")
    assert value(later, "Found by state bodies") == 14
    assert value(f"{YEAR - 1}-07/{YEAR}-03", "Found by state bodies") == 14
    for wrong in ("2025-02/2025-06", "2025-07/2025-03", "2025", "2025-04/2026-04"):
        with pytest.raises(ValueError, match=wrong):
            Span(wrong)
    client = world.client("stranger", "programme_officer")
    address = reverse("donor-table")
    assert client.get(address, {"since": f"{YEAR}-04", "until": f"{YEAR}-03"}).status_code == 422
    answer = client.get(address, {"since": f"{YEAR - 1}-04", "until": f"{YEAR}-03"})
    assert load_workbook(io.BytesIO(answer.content)).active is not None
    assert world.client("centre").get(address).status_code == 403


def test_the_map_has_each_oblast_where_it_lies_and_every_picture_is_a_file(world: World) -> None:
    codelists.load()
    Desk.objects.filter(pk=world.desks["centre"].pk).update(place="41711205000000")
    presume(world, 6)
    client = world.client("stranger", "statistician")
    page = client.get(reverse("indicator", args=["presumed"])).content.decode()
    assert page.count('text-anchor="middle"') >= 9 * 2
    for which, by in (("png", ""), ("png", "oblast"), ("svg", "oblast")):
        answer = client.get(reverse("indicator-file", args=["presumed", which]), {"by": by})
        assert answer.status_code == 200
        if which == "png":
            assert Image.open(io.BytesIO(answer.content)).width > 1000
    assert client.get(reverse("indicator-file", args=["presumed", "png"]), {"by": "line"}).status_code == 404
    for which in ("xlsx", "svg", "png"):
        assert client.get(reverse("counts-file", args=[YEAR, "presumed", which])).status_code == 200
    assert client.get(reverse("counts-file", args=[YEAR, "none", "png"])).status_code == 404


def test_the_programme_is_a_page_for_its_officer_alone(world: World) -> None:
    codelists.load()
    page = world.client("stranger", "programme_officer").get(reverse("programme"))
    assert page.status_code == 200
    assert world.client("centre").get(reverse("programme")).status_code == 403
