"""The directory as HSDS 3.1, held against the standard's own schemas; shelters are nowhere."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from kamkor.access import door
from kamkor.base import codelists
from kamkor.directory.models import Offer, OutsideOrganisation
from kamkor.methods.buckets import Buckets
from tests.world import World

SCHEMAS = Path(__file__).resolve().parents[3] / "shared" / "reference" / "hsds_3.1-dev"
PLACE, OBLAST = "41706211000000", "41706000000000"
LISTS = ("services", "organizations", "service_at_locations", "taxonomies", "taxonomy_terms")
KIND = {"services": "service", "organizations": "organization", "service_at_locations": "service_at_location"}
KIND |= {"taxonomies": "taxonomy", "taxonomy_terms": "taxonomy_term"}


def schema(name: str) -> Draft202012Validator:
    schemas = ((path.name, json.loads(path.read_text())) for path in SCHEMAS.glob("*.json"))
    registry: Registry[Any] = Registry().with_resources(
        (file, DRAFT202012.create_resource(content)) for file, content in schemas
    )
    return Draft202012Validator({"$ref": f"{name}.json"}, registry=registry, format_checker=FormatChecker())


@pytest.fixture
def directory(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    codelists.load()
    monkeypatch.setattr(door, "_READ", Buckets(600, 1))
    cache.clear()
    places = list(codelists.entries("place"))
    rayon = next(code for code in places if code.startswith("417062"))
    centre, clinic = world.desks["centre"], world.desks["clinic"]
    Offer.objects.create(desk=centre, service="short_shelter", place=rayon, hours="canary hours")
    Offer.objects.create(desk=centre, service="legal", place=rayon)
    Offer.objects.create(
        desk=clinic,
        service="medical",
        place=rayon,
        area=[rayon],
        languages=["ky"],
        children=True,
        hours="9-17",
    )
    outside = OutsideOrganisation.objects.create(
        code="some-centre", names={"en": "Some centre"}, kind="ngo", phone="+996 312 000000"
    )
    Offer.objects.create(outside=outside, service="legal")
    return world


@pytest.mark.skipif(not SCHEMAS.exists(), reason="the standard's schemas lie beside the sources")
@pytest.mark.parametrize("name", LISTS)
def test_every_list_and_every_thing_is_as_the_standard_says(directory: World, name: str) -> None:
    answer = Client().get(f"/api/hsds/{name}", {"full": "true"}).json()
    assert answer["total_items"] == len(answer["contents"]) > 0
    assert (answer["first_page"], answer["last_page"], answer["empty"]) == (True, True, False)
    valid = schema(KIND[name])
    for row in answer["contents"]:
        valid.validate(row)
        one = Client().get(f"/api/hsds/{name}/{row['id']}").json()
        valid.validate(one)
        assert one["id"] == row["id"]


def test_a_shelter_has_no_place_no_hours_and_nobody_who_runs_it(directory: World) -> None:
    rows = Client().get("/api/hsds/services", {"full": "true"}).json()["contents"]
    shelter = next(row for row in rows if "organization" not in row)
    assert not {"service_at_locations", "schedules", "organization_id"} & shelter.keys()
    everything = json.dumps([Client().get(f"/api/hsds/{name}", {"full": "true"}).json() for name in LISTS])
    assert "canary" not in everything
    legal = next(row for row in rows if row["name"] == "Legal aid" and "service_at_locations" in row)
    clinic = next(row for row in rows if row["name"] == "Medical help")
    where = [row["service_at_locations"][0]["location"]["name"] for row in (legal, clinic)]
    assert where[0] != where[1]  # whoever runs a shelter too is told no nearer than by its oblast


def test_pages_and_filters_hold_whatever_is_asked(directory: World) -> None:
    first = Client().get("/api/hsds/services", {"per_page": "2"}).json()
    assert (first["size"], first["total_pages"], first["last_page"]) == (2, 2, False)
    organisation = Client().get("/api/hsds/organizations", {"search": "some"}).json()["contents"][0]["id"]
    of = Client().get("/api/hsds/services", {"organization_id": organisation}).json()
    assert of["total_items"] == 1
    at = {"organization_id": organisation, "taxonomy_id": "none"}
    assert Client().get("/api/hsds/service_at_locations", at).json()["empty"] is True
    lines = Client().get("/api/hsds/services", {"format": "ndjson", "minimal": "true"}).content.splitlines()
    assert [sorted(json.loads(line)) for line in lines] == [["id", "last_modified"]] * 4
    told = Client().get(Client().get("/api/hsds/").json()["openapi_url"]).json()
    assert {f"/{name}" for name in LISTS} < set(told["paths"])
    for asked in ({"page": "0"}, {"page": "²"}, {"per_page": "-1"}, {"modified_after": "nonsense"}):
        assert Client().get("/api/hsds/services", asked).json()["total_items"] == 4
    assert Client().get("/api/hsds/services", {"modified_after": "2999-01-01"}).json()["empty"] is True
    assert Client().get("/api/hsds/services/nothing").status_code == 404
    assert Client().get("/api/hsds/organizations/nothing").status_code == 404
    for asked in ({"postcode": "720000"}, {"postcode": "720000", "proximity": "5000"}):
        refused = Client().get("/api/hsds/service_at_locations", asked)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "postcode")
    every = Client().get("/api/hsds/taxonomy_terms", {"top_only": "true"}).json()["total_items"]
    assert every == Client().get("/api/hsds/taxonomy_terms").json()["total_items"] > 0
    assert Client().get("/api/hsds/taxonomy_terms", {"parent_id": "x"}).json()["empty"] is True
    assert Client().post("/api/hsds/services").status_code == 405


@pytest.mark.skipif(not SCHEMAS.exists(), reason="the standard's schemas lie beside the sources")
def test_an_organisation_comes_with_its_services_but_never_with_a_shelter(directory: World) -> None:
    rows = Client().get("/api/hsds/organizations", {"full_service": "true"}).json()["contents"]
    assert sorted(len(row["services"]) for row in rows) == [1, 1, 1]  # the shelter of the centre is not there
    for row in rows:
        schema("organization").validate(row)
        for service in row["services"]:
            schema("service").validate(service)
        one = Client().get(f"/api/hsds/organizations/{row['id']}").json()
        assert [sorted(service) for service in one["services"]] == [["id", "name", "status"]]
    assert "canary" not in json.dumps(rows)


def test_what_is_told_of_the_directory_names_what_each_address_may_be_asked(directory: World) -> None:
    paths = Client().get("/api/hsds/openapi.json").json()["paths"]
    asked = {row["name"]: row["schema"]["type"] for row in paths["/organizations"]["get"]["parameters"]}
    assert (asked["full_service"], asked["page"], asked["search"]) == ("boolean", "integer", "string")
