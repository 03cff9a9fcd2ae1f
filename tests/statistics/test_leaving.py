"""What leaves for others: questionnaires with rows, own periods of donors, pictures; small numbers do not."""

import csv
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
from kamkor.base.models import AuditEvent
from kamkor.identification.models import Contact, Fact
from kamkor.methods.disclosure import parts
from kamkor.methods.indicators import Period, declared
from kamkor.statistics import pictures, questionnaires, register, standards
from kamkor.statistics.models import Return, ReturnFigure
from kamkor.statistics.publishing.results import public_results
from kamkor.statistics.reports import donor
from kamkor.statistics.reports.donor import Span
from tests.statistics.test_indicators import presume
from tests.world import World

YEAR = timezone.localdate().year


def cells(code: str) -> Iterator[tuple[str, str, str, str]]:
    for question, lines in questionnaires.filled(questionnaires.known()[code], Period(str(YEAR))):
        for line in lines:
            yield question.code, line.part, line.value, line.rows


def file_of(question: str) -> dict[str, tuple[object, object]]:
    """Numbers of the last year's file, as it leaves, with their rows."""
    lines = questionnaires.table(questionnaires.known()["glotip"], Period(str(YEAR - 1)))[1]
    told = [row for row in lines if str(row[0]).startswith(question) and not row[3]]
    return {str(row[1]).partition(",")[0]: (row[4], row[5]) for row in told}


def test_the_questionnaire_is_told_once_and_no_other_file_is_subtracted_from_it(world: World) -> None:
    codelists.load()
    presume(world, 14, on=f"{YEAR - 1}-05-03")
    for half, value in (("H1", 5), ("H2", 13)):
        own = {"desk": world.desks["police"], "entered_by": world.users["police"]}
        signed = {"signed_by": world.users["line"], "signed_at": timezone.now()}
        police = Return.objects.create(**own, **signed, period=f"{YEAR - 1}{half}")
        ReturnFigure.objects.create(desk=police.desk, part_of=police, item="detained", value=value)
    assert file_of("2.")["Of them"] == ("18", "2")
    assert standards.told_returns(Period(f"{YEAR - 1}H2")) == []  # 18 less 13 are 5
    assert file_of("7.")["Found by NGOs"] == ("14", "14")
    presume(world, 1, on=f"{YEAR - 1}-06-03")
    assert file_of("7.")["Found by NGOs"] == ("14", "hidden")


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
    address = reverse("questionnaire-figures", args=["glotip"])
    page = statistician.get(address, {"period": str(YEAR - 1)}).content.decode()
    assert "article 166: trafficking in persons" in page
    assert "Criminal Code of 1997" not in page
    court = Return.objects.create(
        desk=world.desks["police"],
        period=f"{YEAR - 1}H1",
        entered_by=world.users["police"],
        signed_by=world.users["line"],
        signed_at=timezone.now(),
    )
    for item, value in (("persons_convicted", 17), ("convicted_men", 14), ("convicted_women", 3)):
        ReturnFigure.objects.create(desk=court.desk, part_of=court, item=item, value=value)
    convicted = file_of("4.")
    assert convicted["Persons convicted"] == ("17", "1")
    assert convicted["Men convicted in first instance"] == ("hidden", "hidden")  # or 17 less 14 are women
    assert convicted["Women convicted in first instance"] == ("hidden", "hidden")
    answer = statistician.get(reverse("questions-file", args=["glotip", "xlsx"]))
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)  # type: ignore[union-attr]
    assert "12" not in {row[4] for row in rows}  # the year is not over
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

    def told(span: str) -> dict[object, object]:
        return {row[1]: row[3] for row in donor.table(Span(span))[1] if len(row) > 3}

    ngos, state = "Found by NGOs", "Found by state bodies"
    whole = f"{YEAR - 1}-01/{YEAR - 1}-12"
    later = told(f"{YEAR - 1}-04/{YEAR - 1}-12")
    assert (told(whole)[ngos], later[ngos], later[state]) == (23, "hidden", 14)
    for wrong in ("2025-02/2025-06", "2025-07/2025-03", "2025", "2025-04/2026-04"):
        with pytest.raises(ValueError, match=wrong):
            Span(wrong)
    public_results(Period(str(YEAR - 1)), [declared()[0]["presumed"]])
    presume(world, 1, on=f"{YEAR - 1}-11-03")
    assert told(whole)[ngos] == 23  # as everybody was told
    presume(world, 6, on=f"{YEAR - 2}-05-03", ground="police")
    presume(world, 12, on=f"{YEAR - 2}-02-03", ground="police")
    presume(world, 11, on=f"{YEAR - 2}-08-03", ground="police")
    assert told(f"{YEAR - 2}-04/{YEAR - 2}-12")[state] == "hidden"  # less the second half
    client = world.client("stranger", "programme_officer")
    address = reverse("donor-table")
    assert client.get(address, {"since": f"{YEAR}-04", "until": f"{YEAR}-03"}).status_code == 422
    asked = {"since": f"{YEAR - 1}-04", "until": f"{YEAR}-03"}
    assert client.get(address, asked).status_code == 422  # nobody is named
    answer = client.get(address, asked | {"whom": "Fund of the north"})
    cells = list(load_workbook(io.BytesIO(answer.content)).active.values)  # type: ignore[union-attr]
    assert ("For whom", "Fund of the north") in [row[:2] for row in cells]
    logged = AuditEvent.objects.get(subject=f"donor:{YEAR - 1}-04/{YEAR}-03")
    assert logged.changed == ["for Fund of the north"]
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


def test_rayons_are_a_map_where_their_oblast_is_shown_and_small_ones_are_hidden(world: World) -> None:
    codelists.load()
    rayons = {"centre": ("41705214000000", 7), "clinic": ("41705258000000", 3), "line": ("41706226000000", 3)}
    for desk, (place, times) in rayons.items():
        Desk.objects.filter(code=desk).update(place=place)
        for case in presume(world, times):
            Fact.objects.filter(person=case.person).update(desk=world.desks[desk])
    client = world.client("stranger", "statistician")
    address = reverse("indicator", args=["presumed"])
    assert "by=rayon" in client.get(address).content.decode()
    asked = {"by": "rayon", "as": "csv", "chart": "presumed-rayon"}
    lines = client.get(address, asked).content.decode("utf-8-sig").splitlines()
    rows = {row[0]: row[1] for row in csv.reader(lines)}
    assert (rows["Batken rayon"], rows["Kadamjay rayon"], rows["Kara-Suu rayon"]) == ("hidden",) * 3
    page = client.get(address, {"by": "rayon"}).content.decode()
    assert page.count('text-anchor="middle"') >= 60 * 2
    assert ">Kara-<" in page
    for kind, start in (("png", b"\x89PNG"), ("svg", b"<svg"), ("xlsx", b"PK")):
        assert client.get(address, asked | {"as": kind}).content.startswith(start)
    assert client.get(address, asked | {"as": "exe"}).status_code == 404
    assert client.get(address, asked | {"chart": "none"}).status_code == 404
    assert world.client("centre").get(address, asked).status_code == 403


@pytest.mark.django_db
def test_where_a_part_of_an_oblast_is_hidden_no_other_part_is_a_nought() -> None:
    """Else the map would tell where they are not, and so where they are."""
    codelists.load()
    batken, osh = "41705000000000", "41706000000000"
    hidden = {"41705214000000": None, osh: 30, "41706226000000": 12}
    groups = dict(pictures.rayons_by_oblast(hidden))
    told = {heading.partition(":")[0]: {tile.value for tile in groups[heading]} for heading in groups}
    assert told[codelists.label("place", batken)] == {None}
    assert told[codelists.label("place", osh)] == {0, 12}


def test_rayons_of_an_oblast_that_is_shown_add_up_or_are_hidden() -> None:
    lies = {"a1": "a", "a2": "a", "a3": "a", "b1": "b"}
    within = parts.Within("rayon", "oblast", lies)
    told = {"oblast": {"a": 27, "b": 3}, "rayon": {"a1": 20, "a2": 5, "a3": 2, "b1": 3}}
    shown = parts.hide(30, {"oblast": told["oblast"]}, threshold=5)
    assert shown.parts["oblast"] == {"a": None, "b": None}
    assert set(parts.hide_within(told, shown, within, threshold=5).values()) == {None}
    told["oblast"]["b"] = told["rayon"]["b1"] = 9
    shown = parts.hide(36, {"oblast": told["oblast"]}, threshold=5)
    inner = parts.hide_within(told, shown, within, threshold=5)
    assert inner == {"a1": 20, "a2": None, "a3": None, "b1": 9}


def test_every_picture_is_four_files(world: World) -> None:
    codelists.load()
    register.load()
    presume(world, 6)
    head = world.client("centre", "supervisor")
    charts = [
        (head, reverse("own-figures"), f"presumed-{YEAR}"),
        (world.client("stranger", "statistician"), reverse("register"), "conflict-china-2003"),
    ]
    for client, address, name in charts:
        page = client.get(address).content.decode()
        for kind in ("csv", "xlsx", "svg", "png"):
            assert f"chart={name}&amp;as={kind}" in page
            assert client.get(address, {"chart": name, "as": kind}).status_code == 200


def test_the_programme_is_a_page_for_its_officer_alone(world: World) -> None:
    codelists.load()
    page = world.client("stranger", "programme_officer").get(reverse("programme"))
    assert page.status_code == 200
    assert world.client("centre").get(reverse("programme")).status_code == 403
