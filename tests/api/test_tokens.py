"""What a token is, and what ends it."""

from tests.api.calling import partner
from tests.world import World


def test_a_token_reads_its_desk(world: World) -> None:
    ours = partner(world)
    person = world.person()
    found = ours.post("people/search", {"text": "Айгүл"})
    assert found.status_code == 200, found.content
    assert found.json()["items"][0]["id"] == person.pk
    read = ours.get(f"people/{person.pk}")
    assert read.status_code == 200, read.content
    assert ours.get("cases").status_code == 200
