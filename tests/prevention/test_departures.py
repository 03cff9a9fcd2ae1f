"""Those who leave for work are counted, and children among them are not overlooked."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from kamkor.assistance.models import Task
from kamkor.prevention.models import Departure
from tests.world import World


def test_a_count_makes_the_curve_and_children_make_a_task(world: World) -> None:
    client = world.client("centre", "worker")
    today = timezone.localdate()
    seen = {"kind": "bus", "on": today, "place": "41706000000000", "sector": "farm", "country": "KZ"}
    none = {"women": 0, "men": 0, "under_18": 0}
    assert client.post(reverse("departure-new"), {**seen, **none}).status_code == 422
    assert client.post(reverse("departure-new"), {**seen, **none, "men": 40}).status_code == 302
    assert not Task.objects.exists()
    old = {**seen, "on": today - timedelta(days=30)}
    client.post(reverse("departure-new"), {**old, **none, "under_18": 2})
    assert not Task.objects.exists()
    client.post(reverse("departure-new"), {**seen, **none, "under_18": 3})
    task = Task.objects.get(kind="minors_leave")
    assert (task.desk, task.due_at - timezone.now() < timedelta(hours=25)) == (world.desks["centre"], True)
    page = client.get(reverse("departures")).content.decode()
    assert "Somebody under 18 was seen" in page
    assert f"{today:%Y-%m}: 43" in page
    assert Departure.objects.count() == 3
    other = world.client("stranger", "worker").get(reverse("departures")).content.decode()
    assert ": 43" not in other
    assert world.client("centre", "permit_officer").get(reverse("departures")).status_code == 403
