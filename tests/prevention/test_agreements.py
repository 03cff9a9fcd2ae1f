"""A seasonal agreement: who may go under it, who has left, who is back."""

from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from kamkor.assistance.models import Task
from kamkor.prevention.models import Agreement, Departure
from tests.prevention.registering import firm_with_permit
from tests.world import World

TODAY = timezone.localdate()


def agreed(**changed: Any) -> dict[str, Any]:
    return {
        "kind": "firm_employer",
        "home": "Ак-Жол",
        "abroad": "Seoul Farm",
        "country": "KR",
        "sector": "farm",
        "begins": date(2026, 9, 5),
        "ends": TODAY - timedelta(days=1),
        "places": 20,
        "settled": ["pay"],
    } | changed


def test_who_left_under_an_agreement_is_asked_after(world: World) -> None:
    permit = firm_with_permit(world)
    client = world.client("centre", "worker")
    given = agreed(recruiter=permit.recruiter_id)
    wrong = client.post(reverse("agreement-new"), given | {"ends": date(2026, 9, 1)})
    assert wrong.status_code == 422
    assert client.post(reverse("agreement-new"), given).status_code == 302
    agreement, task = Agreement._base_manager.get(), Task.objects.get(kind="season_over")
    assert timezone.localtime(task.due_at).date() == TODAY + timedelta(days=13)
    here = reverse("agreement", args=[agreement.pk])
    assert "uspended" in client.get(here).content.decode()  # on the first day of the season

    form = client.get(reverse("departure-new"), {"agreement": agreement.pk}).content.decode()
    assert f'value="{agreement.pk}" selected' in form
    group = {"kind": "season", "on": TODAY, "place": "41706000000000", "sector": "farm", "men": 0}
    left = group | {"women": 21, "under_18": 2, "agreement": agreement.pk}
    assert client.post(reverse("departure-new"), left).status_code == 302
    assert Task.objects.filter(kind="minors_leave").exists()
    page = client.get(here).content.decode()
    assert "More people left than were agreed" in page
    assert "not everybody is known to be back" in page

    mistaken = Departure._base_manager.create(
        desk=agreement.desk, recorded_by=agreement.recorded_by, agreement=agreement, kind="season",
        on=TODAY, place="41706000000000", sector="farm", men=500,
    )  # fmt: skip
    assert world.client("stranger").post(reverse("departure-strike", args=[mistaken.pk])).status_code == 404
    assert client.post(reverse("departure-strike", args=[mistaken.pk])).status_code == 302
    told = {"on": TODAY, "came_back": 22, "deaths": 1, "findings": ["wages"]}
    assert client.post(reverse("agreement-report", args=[agreement.pk]), told).status_code == 302
    assert "not everybody is known to be back" not in client.get(here).content.decode()
    task.refresh_from_db()
    assert task.done_at
    assert ">23<" in client.get(reverse("agreements")).content.decode()


def test_another_desk_sees_no_agreement_and_counts_under_none(world: World) -> None:
    world.client("centre", "worker").post(reverse("agreement-new"), agreed())
    agreement = Agreement._base_manager.get()
    other = world.client("stranger", "worker")
    assert "Seoul Farm" not in other.get(reverse("agreements")).content.decode()
    for name in ("agreement", "agreement-edit", "agreement-report"):
        assert other.get(reverse(name, args=[agreement.pk])).status_code == 404
    left = {"kind": "season", "on": TODAY, "place": "41706000000000", "sector": "farm", "women": 1}
    under = left | {"men": 0, "under_18": 0, "agreement": agreement.pk}
    assert other.post(reverse("departure-new"), under).status_code == 302
    assert Departure._base_manager.get().agreement is None
    assert world.client("centre", "permit_officer").get(reverse("agreements")).status_code == 403
