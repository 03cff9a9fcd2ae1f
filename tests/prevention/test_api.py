"""The register for other systems."""

from tests.api.calling import partner
from tests.prevention.registering import firm_with_permit
from tests.world import World


def test_a_partner_finds_a_firm_as_of_a_day(world: World) -> None:
    firm = firm_with_permit(world).recruiter
    ours = partner(world, "line", "operator")
    found = ours.get("recruiters?name=ak%20jol%20karera&day=2026-04-01").json()["items"]
    assert [row["id"] for row in found] == [firm.pk]
    assert found[0]["permits"][0]["in_force"] is True
    later = ours.get("recruiters?day=2026-09-02").json()["items"][0]["permits"][0]
    assert (later["state"], later["in_force"]) == ("suspended", False)
    assert ours.get("recruiters?name=Manas%20Travel").json()["items"] == []
    assert partner(world, "line", "interpreter").get("recruiters").status_code == 403
