"""A written demand: the paper, the lawyer's view, what goes out, what is refused, who was told."""

import pytest
from django.urls import reverse

from kamkor.assistance.models import Demand
from kamkor.vault.models import Grant
from tests.assistance.referring import FACT, PRIVILEGED, SECRETS, WORKING, case_at, items
from tests.world import World

PAPER = {"body": "investigator", "paper_number": "canary-paper 17/4", "received_on": "2026-03-02"}


def recorded(world: World) -> Demand:
    case = case_at(world)
    address = reverse("demand-new", args=[case.pk])
    client = world.client("centre")
    assert client.get(address).status_code == 200
    assert client.post(address, PAPER | {"body": ""}).status_code == 422
    assert client.post(address, PAPER).status_code == 302
    return Demand.objects.get()


def decision(world: World, demand: Demand) -> dict[str, object]:
    return {
        "released": [str(item.pk) for item in items(world, demand.case, "name")],
        "refused": [str(item.pk) for item in items(world, demand.case, "note")],
        "lawyer_view": "canary-view: the paper names her name alone",
        "person_told_on": "2026-03-03",
    }


def test_nothing_goes_out_before_it_is_decided(world: World) -> None:
    demand = recorded(world)
    client = world.client("centre")
    page = client.get(reverse("demand", args=[demand.pk])).content.decode()
    assert "canary-paper 17/4" in page
    assert SECRETS["name"] not in page
    assert client.get(reverse("demand-sheet", args=[demand.pk])).status_code == 422
    assert b"canary-paper" not in bytes(demand.paper_number.sealed)


@pytest.mark.parametrize("role", ["supervisor", "advocate"])
def test_the_sheet_holds_what_is_given_out_and_no_more(world: World, role: str) -> None:
    demand = recorded(world)
    client = world.client("centre", role)
    assert client.get(reverse("demand-decide", args=[demand.pk])).status_code == 200
    answer = client.post(reverse("demand-decide", args=[demand.pk]), decision(world, demand))
    assert answer.status_code == 302
    sheet = client.get(reverse("demand-sheet", args=[demand.pk])).content.decode()
    article = sheet[sheet.index("<article>") : sheet.index("</article>")]
    assert SECRETS["name"] in article
    secret = {*SECRETS.values(), FACT, WORKING, PRIVILEGED, "canary-view", demand.case.person.code}
    assert not [text for text in secret - {SECRETS["name"]} if text in sheet]
    assert "<a " not in article
    assert "<button" not in article
    assert not Grant.objects.exists()
    again = client.post(reverse("demand-decide", args=[demand.pk]), decision(world, demand))
    assert again.status_code == 422


def test_a_decision_says_whether_the_person_knows(world: World) -> None:
    demand = recorded(world)
    given = decision(world, demand)
    client = world.client("centre", "supervisor")
    for wrong in (
        {"person_told_on": ""},
        {"not_told_why": "danger"},
        {"lawyer_view": ""},
        {"refused": given["released"]},
        {"released": [str(demand.paper_number_id)]},
    ):
        assert client.post(reverse("demand-decide", args=[demand.pk]), given | wrong).status_code == 422, (
            wrong
        )
    untold = given | {"person_told_on": "", "not_told_why": "danger"}
    assert client.post(reverse("demand-decide", args=[demand.pk]), untold).status_code == 302


def test_working_and_privileged_notes_cannot_be_chosen(world: World) -> None:
    demand = recorded(world)
    page = world.client("centre", "advocate").get(reverse("demand-decide", args=[demand.pk])).content.decode()
    assert FACT in page
    assert WORKING not in page
    assert PRIVILEGED not in page


def test_a_worker_records_and_does_not_decide(world: World) -> None:
    demand = recorded(world)
    assert world.client("centre").get(reverse("demand-decide", args=[demand.pk])).status_code == 403
    for role in ("investigator", "prosecutor", "administrator", "coordinator"):
        answer = world.client("centre", role).get(reverse("demand", args=[demand.pk]))
        assert answer.status_code == 403, role


@pytest.mark.parametrize("desk", ["line", "police", "stranger"])
def test_other_desks_find_nothing(world: World, desk: str) -> None:
    demand = recorded(world)
    for name in ("demand", "demand-decide", "demand-sheet"):
        answer = world.client(desk, "supervisor").get(reverse(name, args=[demand.pk]))
        assert answer.status_code == 404, name
