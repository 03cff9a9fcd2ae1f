"""Finding who offers what she needs."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kamkor.directory.models import Offer, OutsideOrganisation
from kamkor.directory.search import Wanted, find
from tests.world import World

OSH_OBLAST, OSH_CITY, KARA_SUU, NARYN = (
    "41706000000000",
    "41721000000000",
    "41706226000000",
    "41704000000000",
)


def offer(world: World, desk: str = "clinic", **facts: object) -> Offer:
    return Offer.objects.create(
        desk=world.desks[desk], **({"service": "medical", "place": OSH_OBLAST, "room": "can_take"} | facts)
    )


def test_offers_are_found_by_service_place_language_sex_and_age(world: World) -> None:
    actor = world.actor("centre")
    here = offer(world, languages=["ky", "ru"], sexes=["female"], children=True)
    far = offer(world, "stranger", place=NARYN, area=[NARYN])
    served = offer(world, "police", place=NARYN, area=[OSH_OBLAST])

    assert find(actor, Wanted(service="medical", place=KARA_SUU)) == [served, here]
    assert find(actor, Wanted(service="medical", place=OSH_OBLAST))[0] == here
    assert find(actor, Wanted(language="ky")) == [here]
    assert here not in find(actor, Wanted(sex="male"))
    assert set(find(actor, Wanted(sex="female"))) == {here, far, served}
    assert find(actor, Wanted(age="child")) == [here]
    assert find(actor, Wanted(age="doubt")) == [here]
    assert find(actor, Wanted(service="legal")) == []


def test_room_confirmed_too_long_ago_has_to_be_asked_for(world: World) -> None:
    old = offer(world, confirmed_at=timezone.now() - timedelta(days=3, minutes=1))
    full = offer(world, "police", room="full")
    new = offer(world, "stranger")
    assert [row.room_now for row in (old, full, new)] == ["ask", "full", "can_take"]
    assert find(world.actor("centre"), Wanted()) == [new, old, full]
    assert find(world.actor("centre"), Wanted(free=True)) == [new, old]


def test_desks_and_outside_organisations_are_listed_together(world: World) -> None:
    outside = OutsideOrganisation.objects.create(code="made-up", names={"en": "Made-up fund"}, kind="ngo")
    Offer.objects.create(outside=outside, service="legal")
    offer(world)
    page = world.client("centre").get(reverse("directory")).content.decode()
    assert "Made-up fund" in page
    assert "unconfirmed" in page
    assert "Clinic" in page


def test_where_a_shelter_is_stays_unsaid(world: World) -> None:
    offer(world, service="short_shelter", place=KARA_SUU)
    page = world.client("centre").get(reverse("directory"), {"service": "short_shelter"}).content.decode()
    table = page[page.index("<table") :]
    assert "Kara-Suu" not in table
    assert "Osh oblast" in table


def test_the_list_asks_the_database_no_more_for_many_offers(world: World) -> None:
    client = world.client("centre")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(reverse("directory")).status_code == 200
        return len(asked)

    offer(world)
    queries()
    few = queries()
    for _ in range(20):
        offer(world)
    assert queries() == few


def test_a_desk_says_with_one_tap_whether_there_is_room(world: World) -> None:
    row = offer(world, "centre", confirmed_at=timezone.now() - timedelta(days=9))
    client = world.client("centre")
    assert "Services of this desk" in client.get(reverse("own-offers")).content.decode()
    answer = client.post(reverse("offer-room", args=[row.pk]), {"room": "full"})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.room, row.stale) == ("full", False)
    assert client.post(reverse("offer-room", args=[row.pk]), {"room": "palace"}).status_code == 404


def test_another_desk_changes_nothing_of_ours(world: World) -> None:
    row = offer(world, "centre")
    for desk in ("line", "stranger"):
        client = world.client(desk)
        assert client.post(reverse("offer-room", args=[row.pk]), {"room": "full"}).status_code == 403
        assert client.get(reverse("offer-edit", args=[row.pk])).status_code == 403
    row.refresh_from_db()
    assert row.room == "can_take"


def test_a_desk_edits_its_own_offers(world: World) -> None:
    client = world.client("centre")
    given = {"service": "legal", "room": "ask", "place": KARA_SUU, "children": "on", "languages": ["ky"]}
    assert client.post(reverse("offer-new"), given | {"children": ""}).status_code == 422
    assert client.post(reverse("offer-new"), given).status_code == 302
    row = Offer.objects.get(desk=world.desks["centre"])
    assert (row.children, row.adults, row.languages) == (True, False, ["ky"])
    edit = reverse("offer-edit", args=[row.pk])
    assert client.get(edit).status_code == 200
    client.post(edit, given | {"ended_on": str(timezone.localdate())})
    assert find(world.actor("centre"), Wanted()) == []
    assert world.client("centre", "advocate").get(reverse("own-offers")).status_code == 403


def test_a_search_for_somebody_goes_through_her_case(world: World) -> None:
    answer = world.client("centre").get(reverse("directory"), {"case": "7"})
    assert answer["Location"] == reverse("referral-new", args=[7])
