"""What a person is owed is worked out for the person, and counted at the register without the person."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from kamkor.assistance.actions import cases
from kamkor.assistance.models import Task
from kamkor.people.models import Exclusion
from kamkor.prevention.models import Claim, ClaimRow, Visit
from tests.prevention.registering import firm_with_permit
from tests.world import World

DAYS = {"kind": "wages", "promised": "6000", "per": "day", "days": "75", "currency": "KZT"}


def test_a_sheet_is_worked_out_row_by_row_and_the_register_counts_it_without_a_name(world: World) -> None:
    firm = firm_with_permit(world).recruiter
    case = cases.open_case(world.actor("centre"), world.person("centre", name="Дамир"), kind="trafficking")
    client, today = world.client("centre"), timezone.localdate()
    given = {"case": case.code, "recruiter": firm.pk, "country": "KZ", "counted": "on", "note": "Кат бар"}
    assert client.post(reverse("claim-new"), {**given, "case": "KM-NONE"}).status_code == 422
    assert client.post(reverse("claim-new"), given).status_code == 302
    claim = Claim.objects.get()
    add, step = reverse("claim-sum-new", args=[claim.pk]), reverse("claim-step-new", args=[claim.pk])
    assert client.post(add, {**DAYS, "days": "", "on": today}).status_code == 422
    client.post(add, {**DAYS, "paid": "90000", "deducted": "30000", "on": today})
    client.post(
        add, {**DAYS, "kind": "fee", "per": "whole", "promised": "999", "currency": "USD", "on": today}
    )
    client.post(reverse("claim-sum-strike", args=[ClaimRow.objects.get(currency="USD").pk]))
    assert client.post(step, {"kind": "paid", "on": today}).status_code == 422
    client.post(step, {"kind": "paid", "on": today, "amount": "30000", "currency": "KZT"})
    claim.refresh_from_db()
    assert claim.sums == {"KZT": "300000.00"}
    shown = client.get(reverse("claim", args=[claim.pk])).content.decode()
    assert all(words in shown for words in ("Дамир", "Кат бар", "330"))
    officer = world.client("commission", "permit_officer")
    told = officer.get(reverse("recruiter-evidence", args=[firm.pk])).content.decode()
    assert all(words in told for words in ("300", "KZT"))
    assert not any(words in told for words in ("Дамир", case.code, claim.code))
    assert officer.get(reverse("claim", args=[claim.pk])).status_code == 404
    assert world.client("stranger").get(reverse("claim", args=[claim.pk])).status_code == 404
    client.post(step, {"kind": "settled", "on": today})
    assert client.post(add, {**DAYS, "on": today}).status_code == 422


def test_who_is_kept_from_the_person_is_kept_from_the_sheet(world: World) -> None:
    actor = world.actor("centre")
    person = world.person("centre", name="Дамир")
    case = cases.open_case(actor, person, kind="trafficking")
    client = world.client("centre")
    assert client.post(reverse("claim-new"), {"case": case.code}).status_code == 302
    assert client.post(reverse("claim-new"), {"who": "Without a case"}).status_code == 302
    of_case = Claim.objects.get(case=case)
    inspector = world.client("centre", "labour_inspector")
    assert inspector.get(reverse("claim", args=[of_case.pk])).status_code == 404
    assert inspector.get(reverse("claim", args=[Claim.objects.get(case=None).pk])).status_code == 200
    Exclusion.objects.create(
        desk=actor.desk,
        person=person,
        user=world.users["centre"],
        reason="kin",
        set_by=actor.signed_in,
    )
    assert client.get(reverse("claim", args=[of_case.pk])).status_code == 404
    assert of_case.code not in client.get(reverse("claims")).content.decode()


def test_a_visit_with_recommendations_waits_for_its_answer(world: World) -> None:
    client, long_ago = world.client("centre", "monitor"), timezone.localdate() - timedelta(days=40)
    seen = {"on": long_ago, "site": "Тамеки талаасы", "country": "KZ", "sector": "farm", "by": ["consulate"]}
    none = {"women": 0, "under_18": 2, "deaths": 1}
    found = {
        **seen,
        **none,
        "men": 31,
        "findings": ["papers", "children"],
        "recommended": "Return the passports",
    }
    assert client.post(reverse("visit-new"), {**found, "by": []}).status_code == 422
    assert client.post(reverse("visit-new"), found).status_code == 302
    visit = Visit.objects.get()
    assert (visit.met, visit.late) == (33, True)
    assert Task.objects.get(kind="visit_due").desk == world.desks["centre"]
    answer = reverse("visit-answer", args=[visit.pk])
    assert world.client("stranger", "monitor").post(answer, {}).status_code == 404
    client.post(answer, {"answer": "part", "answered_on": timezone.localdate()})
    assert not Task.objects.open().filter(kind="visit_due").exists()
    assert "Late" not in client.get(reverse("visits")).content.decode()
