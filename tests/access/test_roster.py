"""The roster of a desk: written by its head on one page, and of one's own shift one disposes oneself."""

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from kamkor.access import rostering
from kamkor.access.duty import WEEK, Region, Shift, monday, served
from kamkor.access.models import Membership
from kamkor.base import codelists
from kamkor.base.problems import Problem
from tests.people.stories import client_of, colleague
from tests.world import World

NEXT = monday(timezone.now()) + 2 * WEEK
DAY = timezone.localtime(NEXT).date()
NINE, SIX = time(9), time(18)


def on(days: int, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(DAY + timedelta(days=days), time(hour)))


def test_the_head_writes_a_week_on_one_page(world: World) -> None:
    head, address = world.client("centre", "supervisor"), reverse("roster") + f"?week={DAY.isoformat()}"
    page = head.get(address).content.decode()
    assert "not judged by the hour" in page
    given = {
        "shift-user": world.users["centre"].pk,
        "shift-days": [DAY.isoformat(), (DAY + timedelta(days=1)).isoformat()],
        "shift-begins": "20:00",
        "shift-ends": "08:00",
    }
    assert head.post(reverse("roster-add") + f"?week={DAY.isoformat()}", given).status_code == 302
    assert [(row.begins_at, row.ends_at) for row in Shift.objects.order_by("pk")] == [
        (on(0, 20), on(1, 8)),
        (on(1, 20), on(2, 8)),
    ]
    page = head.get(address).content.decode()
    assert page.count("20:00–08:00") == 2
    assert "not judged by the hour" not in page
    again = head.post(reverse("roster-add") + f"?week={DAY.isoformat()}", given)
    assert again.status_code == 422
    assert "on duty then already" in again.content.decode()
    assert Shift.objects.count() == 2


def test_the_week_before_is_copied_once_and_without_who_has_left(world: World) -> None:
    head, second = world.actor("centre", "supervisor"), colleague(world)
    for user in (world.users["centre"], second):
        rostering.add_shifts(head, head.desk, user=user, days=[DAY], begins=NINE, ends=SIX)
    Membership.objects.filter(user=second).update(ended_at=timezone.now())
    client = world.client("centre", "supervisor")
    copy = reverse("roster-copy") + f"?week={(DAY + timedelta(days=7)).isoformat()}"
    for _time in range(2):
        assert client.post(copy).status_code == 302
    copied = Shift.objects.get(begins_at__gte=NEXT + WEEK)
    assert (copied.user, copied.begins_at) == (world.users["centre"], on(7, 9))


def test_one_hands_on_one_s_own_shift_and_no_other(world: World) -> None:
    head, second = world.actor("centre", "supervisor"), colleague(world)
    for user in (world.users["centre"], second):
        rostering.add_shifts(head, head.desk, user=user, days=[DAY], begins=NINE, ends=SIX)
    mine, theirs = Shift.objects.get(user=second), Shift.objects.get(user=world.users["centre"])
    client = client_of(second, "worker")
    third = colleague(world, name="third")
    refused = client.post(reverse("shift-hand-over", args=[theirs.pk]), {"user": third.pk})
    assert refused.status_code == 403
    assert client.post(reverse("shift-hand-over", args=[mine.pk]), {"user": third.pk}).status_code == 302
    taken = Shift.objects.get(user=third)
    assert (taken.begins_at, taken.handed_on_by) == (on(0, 9), second)
    assert not Shift.objects.filter(user=second).exists()
    assert client.post(reverse("roster-add"), {}).status_code == 403


def test_a_shift_that_has_begun_stays_for_the_hours_that_were_worked(world: World) -> None:
    head, second, now = world.actor("centre", "supervisor"), colleague(world), timezone.now()
    shift = Shift.objects.create(
        desk=head.desk, user=head.signed_in, begins_at=now - timedelta(hours=2), ends_at=now + WEEK
    )
    with pytest.raises(Problem):
        rostering.remove(head, shift)
    rostering.hand_over(head, shift, user=second)
    shift.refresh_from_db()
    assert shift.ends_at <= timezone.now()
    assert Shift.objects.get(user=second).begins_at == shift.ends_at


def test_strangers_neither_see_nor_write_it(world: World) -> None:
    head = world.actor("centre", "supervisor")
    rostering.add_shifts(head, head.desk, user=head.signed_in, days=[DAY], begins=NINE, ends=SIX)
    shift = Shift.objects.get()
    for role in ("supervisor", "administrator", "worker"):
        client = world.client("line", role)
        seen = client.get(reverse("roster") + f"?week={DAY.isoformat()}").content.decode()
        assert "09:00" not in seen.split("<form")[0]
        assert client.post(reverse("shift-hand-over", args=[shift.pk]), {}).status_code == 404
        assert client.post(reverse("shift-remove", args=[shift.pk])).status_code == 404
    with pytest.raises(Problem):
        rostering.add_shifts(head, head.desk, user=world.users["line"], days=[DAY], begins=NINE, ends=SIX)


def test_places_are_the_desk_s_or_one_colleague_s(world: World) -> None:
    codelists.load()
    head, client = world.actor("centre", "supervisor"), world.client("centre", "supervisor")
    second = colleague(world)
    place = head.desk.place
    assert served(head.desk, second.pk) == set()
    assert client.post(reverse("region-add"), {"region-place": place}).status_code == 302
    other = next(code for code in codelists.entries("place") if code != place)
    given = {"region-place": other, "region-user": second.pk}
    for _time in range(2):
        assert client.post(reverse("region-add"), given).status_code == 302
    assert served(head.desk, second.pk) == {other}
    assert served(head.desk, world.users["centre"].pk) == {place}
    assert client.post(reverse("region-remove", args=[Region.objects.get(user=second).pk])).status_code == 302
    assert served(head.desk, second.pk) == {place}


def test_a_week_that_is_no_date_is_this_week(world: World) -> None:
    client = world.client("centre", "supervisor")
    for week in ("", "x", "9999-12-31", "0001-01-01"):
        assert client.get(reverse("roster"), {"week": week}).status_code == 200
