"""The child-protection specialist: the inbox with its items, and one page for where the child is."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from kamkor.assistance.actions import answering, placements
from kamkor.assistance.actions.referrals import recall
from kamkor.assistance.models import Placement, Referral
from kamkor.base import codelists
from kamkor.base.problems import Problem, WrongState
from kamkor.people.models import Exclusion
from tests.assistance.referring import case_at, offer_of, refer
from tests.world import World

WISH, ACTS = "Canary wish for an aunt", "Canary guardian"
ROLE = "child_protection"


@pytest.fixture(autouse=True)
def _lists(db: None) -> None:
    codelists.load()


def told(world: World) -> Referral:
    """The clinic's specialist has accepted a referral of a child."""
    sent = refer(world, case_at(world, age="child"), offer=offer_of(world, children=True), basics=True)
    answering.see(world.actor("clinic", ROLE), sent)
    answering.accept(world.actor("clinic", ROLE), sent)
    sent.refresh_from_db()
    return sent


def placed(world: World) -> Placement:
    return placements.begin(world.actor("clinic", ROLE), told(world))


def test_from_the_inbox_to_the_placement(world: World) -> None:
    sent, client = told(world), world.client("clinic", ROLE)
    page = client.get(reverse("referral", args=[sent.pk])).content.decode()
    assert "Placement of the child" in page
    answer = client.post(reverse("placement-begin", args=[sent.pk]))
    placement = Placement.objects.get()
    assert answer.url == reverse("placement", args=[placement.pk])  # type: ignore[attr-defined]
    client.post(reverse("placement-begin", args=[sent.pk]))
    assert Placement.objects.count() == 1
    assert sent.code in client.get(reverse("placements")).content.decode()


def test_where_the_child_is_what_it_wants_and_who_acts(world: World) -> None:
    placement, client = placed(world), world.client("clinic", ROLE)
    page = reverse("placement", args=[placement.pk])
    assert client.post(page, {}).status_code == 302
    sent = {"kind": "foster", "since": "2026-11-01", "wish": WISH, "representative": "guardian"}
    sent |= {"representative_name": ACTS, "versions": "0,0"}
    assert client.post(page, sent).status_code == 302
    placement.refresh_from_db()
    assert (placement.kind, placement.representative) == ("foster", "guardian")
    assert placement.wish is not None
    assert WISH.encode() not in bytes(placement.wish.sealed)
    shown = client.get(page).content.decode()
    assert WISH in shown
    assert ACTS in shown
    assert "Do not tell the parents" in shown
    assert client.post(page, sent | {"until": "2026-10-01"}).status_code == 422


def test_only_places_that_take_children_are_offered(world: World) -> None:
    placement = placed(world)
    adults = offer_of(world, "stranger", service="long_shelter")
    both = offer_of(world, "line", service="short_shelter", children=True)
    shown = world.client("clinic", ROLE).get(reverse("placement", args=[placement.pk])).content.decode()
    assert f'value="{both.pk}"' in shown
    assert f'value="{adults.pk}"' not in shown
    with pytest.raises(Problem):
        placements.record(world.actor("clinic", ROLE), placement, facts={"offer": adults}, texts={})


def test_a_referral_that_nobody_accepted_is_no_placement(world: World) -> None:
    sent = refer(world, case_at(world, age="child"), offer=offer_of(world, children=True))
    with pytest.raises(WrongState):
        placements.begin(world.actor("clinic", ROLE), sent)


def test_the_own_record_stays_when_the_referral_has_ended(world: World) -> None:
    placement = placed(world)
    recall(world.actor("centre"), placement.referral)
    shown = world.client("clinic", ROLE).get(reverse("placement", args=[placement.pk]))
    assert "The referral has ended" in shown.content.decode()


def test_an_exclusion_set_later_shuts_it(world: World) -> None:
    placement = placed(world)
    kept = {"excluded_desk": world.desks["clinic"], "reason": "security", "set_by": world.users["centre"]}
    person = placement.referral.person
    Exclusion.objects.create(desk=person.desk, person=person, **kept)
    assert world.client("clinic", ROLE).get(reverse("placement", args=[placement.pk])).status_code == 404


def test_strangers_and_other_roles_see_no_placement(world: World) -> None:
    placement = placed(world)
    page = reverse("placement", args=[placement.pk])
    for desk in ("centre", "stranger", "line"):
        assert world.client(desk, ROLE).get(page).status_code == 404
    for role in ("worker", "supervisor", "interpreter", "coordinator"):
        assert world.client("clinic", role).get(page).status_code == 403
    with pytest.raises(PermissionDenied):
        placements.record(world.actor("stranger", ROLE), placement, facts={}, texts={})
    assert world.client("centre", ROLE).post(
        reverse("placement-begin", args=[placement.referral_id])
    ).status_code in (403, 404)
