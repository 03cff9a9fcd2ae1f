"""The register of recruiters: dated, tolerant of spelling, silent about who complains."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from kamkor.base.models import AuditEvent
from kamkor.base.problems import Problem
from kamkor.prevention import register
from kamkor.prevention.actions import complaints, recruiters
from kamkor.prevention.models import Check, Complaint, Permit, PermitEvent, Placed, Recruiter
from tests.prevention.registering import firm_with_permit
from tests.world import World


def test_the_officer_files_a_firm_and_everybody_reads_it_as_of_any_day(world: World) -> None:
    client = world.client("commission", "permit_officer")
    answer = client.post(reverse("recruiter-new"), {"name": "Ак-Жол", "spellings": "Ak Zhol\nАкжол"})
    firm = Recruiter.objects.get()
    assert answer["Location"] == reverse("recruiter", args=[firm.pk])
    entry = {"country": "KR", "kind": "issued", "on": "2026-03-01", "until": "2027-02-28"}
    assert client.post(reverse("permit-new", args=[firm.pk]), entry).status_code == 302
    reader = world.client("line", "operator", unlocked=False)
    page = reverse("recruiter", args=[firm.pk])
    assert "no permit in force" in reader.get(page, {"day": "2026-02-28"}).content.decode()
    assert "no permit in force" not in reader.get(page, {"day": "2026-03-01"}).content.decode()
    found = reader.get(reverse("recruiters"), {"q": "akjol"}).content.decode()
    assert "Ак-Жол" in found
    assert AuditEvent.objects.filter(verb="permit.add", desk_id=world.desks["commission"].pk).exists()


def test_a_term_is_asked_for_and_what_does_not_fit_is_refused(world: World) -> None:
    client = world.client("commission", "permit_officer")
    permit = firm_with_permit(world)
    new = reverse("permit-event-new", args=[permit.pk])
    assert client.post(new, {"kind": "extended", "on": "2026-08-01"}).status_code == 422
    assert client.post(new, {"kind": "resumed", "on": "2026-05-01"}).status_code == 422
    assert client.post(new, {"kind": "resumed", "on": "2026-10-01"}).status_code == 302
    assert permit.events.count() == 3


def test_a_wrong_entry_is_struck_and_stays_readable(world: World) -> None:
    permit = firm_with_permit(world)
    wrong = permit.events.get(kind="suspended")
    client = world.client("commission", "permit_officer")
    client.post(reverse("permit-event-strike", args=[wrong.pk]))
    wrong.refresh_from_db()
    assert wrong.struck_at is not None
    assert permit.standing(date(2026, 10, 1)).state == "issued"
    assert "Order 12" in client.get(reverse("recruiter", args=[permit.recruiter_id])).content.decode()


def test_nobody_else_writes_the_register(world: World) -> None:
    permit = firm_with_permit(world)
    for desk, role in (("stranger", "permit_officer"), ("commission", "monitor"), ("line", "operator")):
        client = world.client(desk, role)
        posted = client.post(reverse("permit-event-strike", args=[permit.events.first().pk]))  # type: ignore[union-attr]
        assert posted.status_code == 403, (desk, role)
        assert client.get(reverse("recruiter-evidence", args=[permit.recruiter_id])).status_code == 403
    assert not PermitEvent.objects.exclude(struck_at=None).exists()


def test_the_register_is_read_however_the_name_is_spelt(world: World) -> None:
    firm = firm_with_permit(world).recruiter
    for spelling in ("ак жол карьера", "AK-ZHOL KARERA", "Ak jol career", "осоо акжол карьера"):
        assert register.likely(spelling, Recruiter.objects.all()) == [firm], spelling
    assert register.likely("Ала-Тоо Тур", Recruiter.objects.all()) == []


def test_the_register_answers_the_reading_of_adverts_by_the_day(world: World) -> None:
    firm_with_permit(world)
    live = register.live()
    assert live.objection("Ак-Жол Карьера", date(2026, 4, 1), {"KR"}) == ""
    assert "suspended" in live.objection("Ак-Жол Карьера", date(2026, 9, 2), {"KR"})
    assert "another country" in live.objection("Ak-Jol Career", date(2026, 4, 1), {"RU"})
    assert "not in force" in live.objection("Ak-Jol Career", date(2026, 2, 1), {"KR"})
    assert "not on the register" in live.objection("Нур Тревел", date(2026, 4, 1), {"KR"})


def test_the_officer_reads_the_complaint_and_never_who_complains(world: World) -> None:
    firm = firm_with_permit(world).recruiter
    told = {"about": ["fee"], "on": date(2026, 10, 1), "country": "KR"}
    taken = complaints.take(
        world.actor("centre"), firm, account="Took 900 dollars.", complainant="Her name", **told
    )
    page = reverse("complaint", args=[taken.pk])
    officer = world.client("commission", "permit_officer").get(page).content.decode()
    assert "Took 900 dollars." in officer
    assert "Her name" not in officer
    assert not world.rings["commission"].can_read(taken.complainant)  # type: ignore[arg-type]
    assert "Her name" in world.client("centre", "worker").get(page).content.decode()
    assert "Her name" not in world.client("centre", "permit_officer").get(page).content.decode()
    assert world.client("stranger", "worker").get(page).status_code == 404
    answer = {"answer": "warned", "answered_on": "2026-10-05"}
    assert world.client("centre", "worker").post(f"{page}answer", answer).status_code == 403
    assert world.client("commission", "permit_officer").post(f"{page}answer", answer).status_code == 302
    assert Complaint.objects.get().answer == "warned"


def test_no_test_call_in_ones_own_name(world: World) -> None:
    firm = firm_with_permit(world).recruiter
    client = world.client("commission", "permit_officer")
    call = {"kind": "test_call", "on": "2026-10-01", "note": "They asked for 500 dollars."}
    assert client.post(reverse("check-new", args=[firm.pk]), call).status_code == 422
    with pytest.raises(Problem):
        recruiters.record_check(
            world.actor("commission", "permit_officer"), firm, kind="test_call", caller_safe=False, note="x"
        )
    assert client.post(reverse("check-new", args=[firm.pk]), {**call, "caller_safe": "on"}).status_code == 302
    with pytest.raises(IntegrityError), transaction.atomic():
        Check.objects.update(caller_safe=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        PermitEvent.objects.filter(kind="issued").update(until=None)


def table(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("register.csv", text.encode())


def test_a_table_is_taken_as_a_whole_or_not_at_all(world: World) -> None:
    client = world.client("commission", "permit_officer")
    page = reverse("recruiter-import")
    head = "name;country;status;from;to;partner\n"
    good = "Ак-Жол;Түштүк Корея;issued;01.03.2026;28.02.2027;Farm\nАк-Жол;KR;suspended;2026-09-01;;Farm\n"
    bad = client.post(page, {"file": table(head + good + "Нур;KR;issued;2026-13-01;2027-01-01;\n")})
    assert bad.status_code == 422
    assert "<strong>Row 4:</strong> Day: write the whole day" in bad.content.decode()
    assert not Recruiter.objects.exists()
    assert client.post(page, {"file": table(head + good)}).status_code == 302
    as_said = "Фирманын аталышы;Өлкө;Абалы;С;По;Мөөр\nАк-Жол;Корея;берилди;01.03.2026;28.02.2027;1\n"
    wrong = client.post(page, {"file": table(as_said + ";Корея;берилди;01.03.2026;28.02.2027;\n")})
    assert "<bdi>Мөөр</bdi>" in wrong.content.decode()
    assert wrong.content.decode().count("<strong>Row") == 1
    assert client.post(page, {"file": table(head + good)}).status_code == 302  # again: nothing twice
    assert PermitEvent.objects.count() == 2
    asked = client.post(page, {"file": table(head + "Ак-Жоло;KZ;issued;2026-03-01;2027-02-28;\n")})
    assert "Ак-Жол" in asked.content.decode()
    assert Recruiter.objects.count() == 1
    assert {permit.country for permit in Permit.objects.all()} == {"KR"}
    misfit = client.post(page, {"file": table(head + "Ак-Жол;KR;resumed;2026-04-01;;Farm\n")})
    assert misfit.status_code == 422
    assert PermitEvent.objects.count() == 2


def test_a_number_that_was_wrong_is_struck_and_written_anew(world: World) -> None:
    permit = firm_with_permit(world)
    client, new = world.client("commission", "permit_officer"), reverse("placed-new", args=[permit.pk])
    given = {"begins": "2026-03-01", "ends": "2026-04-01", "women": "3000", "men": "0"}
    assert client.post(new, given).status_code == 302
    assert client.post(new, given | {"women": "30"}).status_code == 422
    strike = reverse("placed-strike", args=[Placed._base_manager.get().pk])
    assert world.client("centre").post(strike).status_code == 403
    assert [client.post(strike).status_code for _ in range(2)] == [302, 422]
    assert client.post(new, given | {"women": "30"}).status_code == 302
    page = client.get(reverse("recruiter", args=[permit.recruiter_id])).content.decode()
    assert page.count("struck") == 1
