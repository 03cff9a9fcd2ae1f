"""The page of a desk's keys, sealing the rest anew, standing seals given and taken back."""

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from kamkor.access import policy
from kamkor.access.models import Membership
from kamkor.access.policy import EVERYONE
from kamkor.people import files
from kamkor.vault import desks, resealing
from kamkor.vault.keyring import Keyring
from tests.world import PASSPHRASE, World

KEYS = "/desk/staff/keys"


def unlocked(world: World, code: str) -> Keyring:
    """As the member's own pass phrase opens it; the keyrings of the world hold a desk's first key."""
    holder = world.users[code].holder
    assert holder is not None
    world.rings[code] = Keyring.unlock(holder, PASSPHRASE)
    return world.rings[code]


def of_line(world: World) -> Keyring:
    return unlocked(world, "line")


def test_the_head_sees_how_the_keys_stand(world: World) -> None:
    world.person()
    desks.turn_desk(world.rings["centre"], world.desks["centre"].holder)
    page = world.client("centre", "supervisor").get(KEYS).content.decode()
    assert "Number 2" in page
    assert "2 of 2" in page  # her file, and the secret of the index
    assert "the files are lost" in page
    desks.make_recovery(world.rings["centre"], world.desks["centre"].holder)
    assert "the files are lost" not in world.client("centre", "supervisor").get(KEYS).content.decode()


@pytest.mark.parametrize("role", sorted(set(EVERYONE) - {"supervisor"}))
def test_others_turn_and_give_nothing(world: World, role: str) -> None:
    client, reader = world.client("centre", role), world.desks["line"].pk
    allowed = policy.verdict(role, "desk.keys", "own").allowed
    assert client.get(KEYS).status_code == (200 if allowed else 403)
    for path, said in (("/seal", {"reader": reader}), ("/unseal", {"reader": reader}), ("/reseal", {})):
        assert client.post(KEYS + path, said).status_code == 403
    assert not desks.readers(world.desks["centre"].holder)


def test_the_rest_is_sealed_anew_step_by_step(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    desk, person = world.desks["centre"].holder, world.person()
    unlocked(world, "centre")
    desks.turn_desk(world.rings["centre"], desk)
    client = world.client("centre", "supervisor")
    assert "Still under earlier keys" in client.get(f"{KEYS}/reseal").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{KEYS}/reseal", {"after": "nonsense"}).status_code == 302
    assert not resealing.old_keys(desk).exists()
    read = files.read_particulars(world.actor("centre"), [person])
    assert read[person.pk]["call_name"] == ["Айгүл"]


def test_a_standing_seal_opens_to_whom_a_role_is_given_and_to_nobody_else(world: World) -> None:
    person, client = world.person(), world.client("centre", "supervisor")
    Membership.objects.create(user=world.users["line"], desk=world.desks["centre"], role="worker")
    assert not of_line(world).opens(world.desks["centre"].holder)
    assert client.post(f"{KEYS}/seal", {"reader": world.desks["line"].pk}).status_code == 302
    world.rings["line"] = of_line(world)
    assert world.rings["line"].opens(world.desks["centre"].holder)
    assert (
        world.client("line").get(f"/desk/people/{person.pk}/").status_code == 404
    )  # as a colleague of the line
    assert "Line" in client.get(KEYS).content.decode()
    assert "Centre" in world.client("line", "supervisor").get(KEYS).content.decode()


def test_a_seal_taken_back_opens_nothing_written_after(world: World) -> None:
    unlocked(world, "centre")
    client, reader = world.client("centre", "supervisor"), world.desks["line"].pk
    client.post(f"{KEYS}/seal", {"reader": reader})
    kept = Keyring(list(of_line(world).pairs.values()))
    assert client.post(f"{KEYS}/unseal", {"reader": reader}).status_code == 302
    person = world.person()
    rows = list(person.particulars.select_related("item"))
    assert not kept.read_many([row.item for row in rows])
    assert not of_line(world).opens(world.desks["centre"].holder)


def test_no_seal_for_another_organisation(world: World) -> None:
    client = world.client("centre", "supervisor")
    answer = client.post(f"{KEYS}/seal", {"reader": world.desks["stranger"].pk})
    assert answer.status_code == 422
    assert not desks.readers(world.desks["centre"].holder)
