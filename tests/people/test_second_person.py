"""Who checks what was done without consent where nobody else at the desk can: the head of another desk."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kamkor.access.duty import Shift
from kamkor.access.models import Membership
from kamkor.access.rostering import set_second
from kamkor.people.actions import consents
from kamkor.people.actions.exclusions import exclude
from kamkor.people.files import Terms
from kamkor.people.models import Consent, Person
from kamkor.people.openings import OutsideReview
from kamkor.people.sharing import shareable
from kamkor.vault.problems import Sealed
from tests.people.stories import client_of, colleague
from tests.world import World

WHY = "Canary: men wait outside"
NAME = "Айгүл"


def act(world: World, person: Person | None = None, desk: str = "centre") -> Consent:
    """The one officer of a desk passes on what a clinic needs, without consent."""
    actor = world.actor(desk)
    person = person or world.person(desk)
    return consents.act_at_once(
        actor,
        person,
        Terms(
            purpose="consulate",
            receiver=world.desks["clinic"],
            items=[row.item for row in shareable(actor, person)],
            ends_on=timezone.localdate() + timedelta(days=7),
            ground=Consent.Ground.EMERGENCY,
            reason=WHY,
        ),
    )


def page(world: World, desk: str, role: str = "supervisor") -> str:
    shown = world.client(desk, role).get(reverse("consent-reviews")).content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", shown)  # any digits may stand in it


def test_an_officer_alone_is_checked_by_the_head_of_the_organisation_s_other_desk(world: World) -> None:
    consent = act(world)
    review = OutsideReview.objects.get()
    assert (review.reviewer, review.due_at) == (world.desks["line"], consent.review_due)
    assert (
        "Review what another desk did"
        in world.client("line", "supervisor").get(reverse("my-work")).content.decode()
    )
    shown = page(world, "line")
    for text in (WHY, "Clinic", "Telephone", "Centre"):
        assert text in shown, text
    for text in (NAME, "555", consent.person.code, "Taken by"):
        assert text not in shown, text
    address = reverse("outside-review", args=[review.pk])
    assert world.client("line", "supervisor").post(address, {"upheld": "no"}).status_code == 302
    consent.refresh_from_db()
    assert (consent.upheld, consent.reviewed_by) == (False, world.users["line"])
    assert consent.state == "not_upheld"
    assert WHY not in page(world, "line")
    with pytest.raises(Sealed):  # and the reason is shut again
        world.rings["line"].read(review.reason)  # type: ignore[arg-type]


def test_nobody_else_checks_it_or_reads_the_reason(world: World) -> None:
    consent = act(world)
    address = reverse("outside-review", args=[OutsideReview.objects.get().pk])
    for desk, role, status in (
        ("centre", "supervisor", 403),
        ("line", "worker", 403),
        ("line", "administrator", 403),
        ("stranger", "supervisor", 404),
        ("clinic", "supervisor", 404),
    ):
        assert world.client(desk, role).post(address, {"upheld": "yes"}).status_code == status, desk
        if status == 404 or role == "worker":
            assert WHY not in page(world, desk, role)
    consent.refresh_from_db()
    assert consent.review_open


def test_who_took_it_does_not_check_it_from_the_other_desk(world: World) -> None:
    consent = act(world)
    Membership.objects.create(user=world.users["centre"], desk=world.desks["line"], role="supervisor")
    client = world.client("line", "supervisor")
    client.force_login(world.users["centre"])
    OutsideReview.objects.update(taken_by=world.users["line"])
    assert WHY not in page(world, "line")
    address = reverse("outside-review", args=[OutsideReview.objects.get().pk])
    assert world.client("line", "supervisor").post(address, {"upheld": "yes"}).status_code == 422
    consent.refresh_from_db()
    assert consent.review_open


def test_the_roster_names_a_neighbour(world: World) -> None:
    head = world.client("centre", "supervisor")
    given = {"second-second": world.desks["stranger"].pk}
    assert world.client("centre", "worker").post(reverse("desk-second"), given).status_code == 403
    assert head.post(reverse("desk-second"), given).status_code == 302
    world.desks["centre"].refresh_from_db()
    act(world)
    assert OutsideReview.objects.get().reviewer == world.desks["stranger"]


def test_a_desk_from_which_she_is_kept_is_not_asked(world: World) -> None:
    person = world.person()
    exclude(world.actor("centre"), person, reason="her_wish", excluded_desk=world.desks["line"])
    act(world, person)
    assert not OutsideReview.objects.exists()
    colleague(world, "stranger", "further")
    set_second(world.actor("centre", "supervisor"), world.desks["centre"], second=world.desks["stranger"])
    act(world, person)
    assert OutsideReview.objects.get().reviewer == world.desks["stranger"]


def test_a_colleague_comes_first(world: World) -> None:
    second = colleague(world)
    consent = act(world)
    assert not OutsideReview.objects.exists()
    assert WHY in client_of(second, "supervisor").get(reverse("consent-reviews")).content.decode()
    assert consent.review_open


@pytest.mark.parametrize("away", [True, False])
def test_by_the_roster_a_night_operator_may_be_alone(world: World, away: bool) -> None:
    second, now = colleague(world), timezone.now()
    own: dict[str, Any] = {"desk": world.desks["centre"]}
    Shift.objects.create(
        **own,
        user=world.users["centre"],
        begins_at=now - timedelta(hours=2),
        ends_at=now + timedelta(hours=6),
    )
    comes = now + timedelta(hours=40 if away else 8)
    Shift.objects.create(**own, user=second, begins_at=comes, ends_at=comes + timedelta(hours=8))
    act(world)
    assert OutsideReview.objects.exists() == away


def test_a_colleague_who_comes_later_checks_it_too(world: World) -> None:
    consent = act(world)
    second = colleague(world)
    checked = client_of(second, "worker").post(
        reverse("consent-review", args=[consent.pk]), {"upheld": "yes"}
    )
    assert checked.status_code == 302
    assert OutsideReview.objects.get().answered_by == second
    assert WHY not in page(world, "line")


def test_where_nobody_can_the_page_says_so(world: World) -> None:
    person = world.person("police")
    given = {
        "ground": "emergency", "reason": WHY, "purpose": "consulate", "receiver": world.desks["clinic"].pk,
        "ends_on": (timezone.localdate() + timedelta(days=3)).isoformat(),
    }  # fmt: skip
    address = reverse("consent-emergency", args=[person.pk])
    answer = world.client("police").post(address, given, follow=True).content.decode()
    assert "Nobody can check it yet" in answer
    set_second(world.actor("police", "supervisor"), world.desks["police"], second=world.desks["stranger"])
    answer = world.client("police").post(address, given, follow=True).content.decode()
    assert "Stranger does, within 24 hours" in answer
