"""The reference lists: shown with what nobody confirmed, corrected by those who may, kept at a reload."""

import pytest
from django.urls import reverse

from kamkor.base import codelists
from kamkor.base.models import CodeRelease
from kamkor.directory import seeds
from kamkor.directory.models import Offer, OutsideOrganisation
from tests.world import World


@pytest.mark.parametrize("which", ["hotlines", "institutions", "laws", "organisations"])
def test_every_desk_reads_the_lists(world: World, which: str) -> None:
    seeds.load()
    answer = world.client("stranger", "interpreter").get(reverse("reference", args=[which]))
    assert answer.status_code == 200
    assert "Change<span" not in answer.content.decode()
    assert world.client("centre").get(reverse("reference", args=["nothing"])).status_code == 404


def test_unconfirmed_rows_say_so(world: World) -> None:
    seeds.load()
    page = world.client("centre").get(reverse("reference", args=["organisations"])).content.decode()
    assert "unconfirmed" in page


def test_a_correction_outlives_the_next_release_of_the_lists(world: World) -> None:
    client = world.client("centre", "coordinator")
    address = reverse("entry-edit", args=["hotlines", "117"])
    assert client.get(address).status_code == 200
    given = {"en": "Line one one seven", "ky": "117", "ru": "117", "uz": "117", "note": "day and night"}
    assert client.post(address, given).status_code == 302
    CodeRelease.objects.all().delete()
    assert codelists.load() > 0
    entry = codelists.entries("hotline")["117"]
    assert (entry.labels["en"], entry.note, entry.confirmed) == ("Line one one seven", "day and night", False)


def test_only_a_coordinator_or_an_administrator_corrects(world: World) -> None:
    seeds.load()
    row = OutsideOrganisation.objects.first()
    assert row is not None
    for address in (reverse("entry-edit", args=["laws", "pin"]), reverse("organisation-edit", args=[row.pk])):
        assert world.client("centre", "worker").get(address).status_code == 403
        assert world.client("centre", "administrator").get(address).status_code == 200
    gone = reverse("entry-edit", args=["laws", "no-such"])
    assert world.client("centre", "administrator").get(gone).status_code == 404


def test_an_outside_organisation_is_confirmed_and_given_services(world: World) -> None:
    row = OutsideOrganisation.objects.create(code="made-up", names={"en": "Made-up fund"}, kind="ngo")
    old = Offer.objects.create(outside=row, service="legal")
    client = world.client("centre", "coordinator")
    given = {"en": "Fund", "kind": "ngo", "services": ["medical"], "children": "on", "confirmed": "on"}
    assert client.post(reverse("organisation-edit", args=[row.pk]), given).status_code == 302
    row.refresh_from_db()
    old.refresh_from_db()
    assert row.confirmed_on is not None
    assert old.ended_on is not None
    assert Offer.objects.get(outside=row, ended_on=None).children
