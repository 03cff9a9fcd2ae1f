"""The way of a referral: answered, begun, reported on, finished; in the system, by telephone and on paper."""

import pytest
from django.urls import reverse

from kamkor.assistance.actions import answering
from kamkor.assistance.actions import referrals as actions
from kamkor.assistance.models import Case, Note, Referral, Task
from kamkor.base.actions import Refused
from kamkor.base.models import AuditEvent
from kamkor.base.problems import Problem, WrongState
from kamkor.directory.models import Offer, OutsideOrganisation
from kamkor.people.files import read_particulars
from kamkor.people.models import Consent, Person
from kamkor.vault.models import Grant
from tests.assistance.referring import (
    FACT,
    MESSAGE,
    PRIVILEGED,
    SECRETS,
    WORKING,
    case_at,
    items,
    offer_of,
    refer,
)  # fmt: skip
from tests.world import World


def at(name: str, referral: Referral) -> str:
    return reverse(f"referral-{name}" if name else "referral", args=[referral.pk])


def state(referral: Referral) -> str:
    return Referral.objects.get(pk=referral.pk).status


def test_a_referral_goes_its_whole_way(world: World) -> None:
    referral = refer(world)
    client, home = world.client("clinic"), world.client("centre")
    client.get(at("", referral))
    for name, given, then in (
        ("accept", {}, "accepted"),
        ("start", {}, "in_progress"),
        ("report", {"text": "canary-report: bandaged"}, "in_progress"),
        ("finish", {"helped": "yes", "result": "done", "text": "canary-last"}, "done"),
    ):
        answer = client.post(at(name, referral), given)
        assert (answer.status_code, state(referral)) == (302, then), name
    page = home.get(at("", referral)).content.decode()
    assert "canary-report: bandaged" in page
    assert "canary-last" in page
    assert [step.verb for step in referral.steps.order_by("pk")] == [
        "send", "see", "accept", "start", "report", "finish",
    ]  # fmt: skip


def test_a_report_is_sealed_in_a_file_of_the_receiver(world: World) -> None:
    referral = refer(world)
    clinic = world.actor("clinic")
    answering.accept(clinic, referral)
    for words in ("one", "two"):
        answering.report(clinic, referral, text=words)
    reports = [step.report for step in referral.steps.all() if step.report is not None]
    assert len({report.file_id for report in reports}) == 1
    assert reports[0].file.holder == world.desks["clinic"].holder
    assert set(world.rings["centre"].read_many(reports).values()) == {"one", "two"}
    assert world.rings["stranger"].read_many(reports) == {}
    assert b"one" not in bytes(reports[0].sealed)


def test_a_refusal_needs_its_reason(world: World) -> None:
    referral = refer(world)
    client = world.client("clinic")
    assert client.get(at("decline", referral)).status_code == 200
    assert client.post(at("decline", referral), {"reason": ""}).status_code == 422
    assert client.post(at("decline", referral), {"reason": "no_place"}).status_code == 302
    assert state(referral) == "declined"
    assert "No free place" in world.client("centre").get(at("", referral)).content.decode()


def test_of_two_who_answer_at_once_the_second_is_told(world: World) -> None:
    referral = refer(world)
    first, second = world.client("clinic"), world.client("clinic", "supervisor")
    for client in (first, second):
        client.get(at("", referral))
    assert first.post(at("accept", referral)).status_code == 302
    late = second.post(at("accept", referral))
    assert late.status_code == 422
    assert "no longer possible" in late.content.decode()
    assert referral.steps.filter(verb="accept").count() == 1


def test_an_answer_that_crosses_a_recall_comes_too_late(world: World) -> None:
    referral = refer(world)
    seen_before = Referral.objects.get(pk=referral.pk)
    actions.recall(world.actor("centre"), referral)
    with pytest.raises((WrongState, Refused)):
        answering.accept(world.actor("clinic"), seen_before)
    with pytest.raises(WrongState):
        actions.recall(world.actor("centre"), seen_before)


@pytest.mark.parametrize("verb", ["start", "finish", "report"])
def test_nothing_is_done_before_it_is_accepted(world: World, verb: str) -> None:
    referral = refer(world)
    given = {"helped": "yes", "result": "done", "text": "x"}
    assert world.client("clinic").post(at(verb, referral), given).status_code == 422
    assert state(referral) in {"sent", "seen"}


def test_an_answer_by_telephone_is_recorded_with_who_gave_it(world: World) -> None:
    referral = refer(world)
    client = world.client("centre")
    given = {"by": "phone", "who": "canary-answerer, head nurse", "verb": "accept"}
    assert client.get(at("record-answer", referral)).status_code == 200
    assert client.post(at("record-answer", referral), given | {"verb": "decline"}).status_code == 422
    assert client.post(at("record-answer", referral), given).status_code == 302
    referral.refresh_from_db()
    assert (referral.status, referral.answered_by) == ("accepted", "phone")
    assert referral.answered_at is not None
    assert referral.answerer is not None
    assert world.rings["centre"].read(referral.answerer) == "canary-answerer, head nurse"
    assert not world.rings["clinic"].can_read(referral.answerer)
    assert "canary-answerer" not in world.client("clinic").get(at("", referral)).content.decode()
    over = {"by": "paper", "who": "the same", "verb": "finish", "result": "done"}
    assert client.post(at("record-answer", referral), over).status_code == 302
    assert state(referral) == "done"


def test_a_no_on_paper_shuts_what_was_shared(world: World) -> None:
    referral = refer(world)
    actions.record_answer(
        world.actor("centre"), referral, verb="decline", by="paper", who="X", reason="no_staff"
    )
    assert not Grant.objects.active().filter(ref=referral.consent.ref).exists()
    assert world.client("clinic").get(at("", referral)).status_code == 404


def test_a_form_sent_twice_refers_once(world: World) -> None:
    case, offer = case_at(world), offer_of(world)
    chosen = items(world, case, "call_name")[0]
    client = world.client("centre")
    address = f"{reverse('referral-new', args=[case.pk])}?offer={offer.pk}"
    page = client.get(address).content.decode()
    assert "Read this out" in page
    assert SECRETS["call_name"] in page
    assert WORKING not in page
    assert PRIVILEGED not in page
    assert SECRETS["identity_number"] not in page
    given = {
        "items": [str(chosen.pk)], "purpose": "medical", "urgency": "urgent", "ends_on": "2099-01-01",
        "ground": "consent", "once": "a-mark-of-this-form",
    }  # fmt: skip
    first, second = client.post(address, given), client.post(address, given)
    assert first["Location"] == second["Location"]
    referral = Referral.objects.get()
    assert referral.consent.receiver == world.desks["clinic"]
    assert set(referral.consent.items.all()) == {chosen}
    assert len({referral.code, case.code, case.person.code}) == 3


def test_sharing_needs_her_yes_or_a_ground_with_its_reason(world: World) -> None:
    case, offer = case_at(world), offer_of(world)
    client = world.client("centre")
    address = f"{reverse('referral-new', args=[case.pk])}?offer={offer.pk}"
    given = {"message": "x", "purpose": "medical", "urgency": "normal", "ends_on": "2099-01-01"}
    for wrong in (
        {},
        {"ground": "emergency"},
        {"ground": "child", "reason": "x"},
        {"ground": "consent", "ends_on": "2001-01-01"},
        {"ground": "consent", "message": ""},
        {"ground": "consent", "items": ["0b5e6f0e-0000-4000-8000-000000000000"]},
    ):
        assert client.post(address, given | wrong).status_code == 422, wrong
    assert not Consent.objects.exists()
    assert client.post(address, given | {"ground": "emergency", "reason": "bleeding"}).status_code == 302
    assert Consent.objects.get().review_due is not None


def test_a_colleague_without_the_right_sends_nothing(world: World) -> None:
    case = case_at(world)
    for desk, role, status in (
        ("centre", "investigator", 403),
        ("centre", "administrator", 403),
        ("line", "worker", 404),
        ("stranger", "worker", 404),
    ):
        answer = world.client(desk, role).get(reverse("referral-new", args=[case.pk]))
        assert answer.status_code == status, (desk, role)


def test_the_receiver_may_open_a_file_of_its_own(world: World) -> None:
    case = case_at(world, languages=["uz"])
    referral = refer(world, case, labels=("call_name", "phone", "note"), basics=True)
    client = world.client("clinic")
    client.post(at("accept", referral))
    assert client.post(at("open-file", referral), {"kind": "trafficking"}).status_code == 302
    assert client.post(at("open-file", referral), {"kind": "trafficking"}).status_code == 422
    own = Case.objects.get(desk=world.desks["clinic"])
    referral.refresh_from_db()
    assert referral.receiving_case == own
    assert (own.person.sex, own.person.languages, own.came_by) == ("female", ["uz"], "referral")
    assert own.person.code != case.person.code
    clinic = world.actor("clinic")
    known = read_particulars(clinic, [own.person])[own.person_id]
    assert known == {"call_name": [SECRETS["call_name"]], "phone": [SECRETS["phone"]]}
    notes = clinic.keyring.read_many([note.text for note in Note.objects.filter(case=own)])
    assert any(FACT in text for text in notes.values())
    assert any(MESSAGE in text for text in notes.values())
    actions.recall(world.actor("centre"), referral)
    assert read_particulars(clinic, [own.person])[own.person_id] == known
    assert world.client("centre").get(reverse("referrals")).status_code == 200


def test_the_way_to_a_shelter_is_told_by_voice(world: World) -> None:
    referral = refer(world, offer=offer_of(world, service="short_shelter"))
    client = world.client("clinic")
    assert "by voice" not in client.get(at("", referral)).content.decode()
    client.post(at("accept", referral))
    assert "by voice" in client.get(at("", referral)).content.decode()
    assert "by voice" in world.client("centre").get(at("", referral)).content.decode()


def outside_offer() -> Offer:
    outside = OutsideOrganisation.objects.create(code="made-up", names={"en": "Made-up fund"}, kind="ngo")
    return Offer.objects.create(outside=outside, service="legal")


def test_an_outside_organisation_gets_a_neutral_letter_that_is_followed_up(world: World) -> None:
    case = case_at(world)
    referral = refer(world, case, offer=outside_offer())
    client = world.client("centre")
    assert not Grant.objects.exists()
    assert client.get(at("letter", referral)).status_code == 405
    answer = client.post(at("letter", referral))
    page = answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert f"<title>Letter {referral.code}</title>" in page
    assert '<header class="kamkor-header govuk-!-display-none-print">' in page  # no head of ours
    letter = page[page.index("<article>") :]
    assert "Kamkor" not in letter[: letter.index("</article>")]
    for text in (referral.code, SECRETS["call_name"], FACT, MESSAGE, "Made-up fund"):
        assert text in letter
    secret = {*SECRETS.values(), WORKING, PRIVILEGED, case.code, case.person.code, "trafficking", "victim"}
    assert not [text for text in secret - {SECRETS["call_name"]} if text in letter]
    client.post(at("letter", referral))
    assert AuditEvent.objects.filter(verb="referral.letter").count() == 2
    task = Task.objects.get()
    assert (task.kind, task.desk, task.due_at) == ("answer_referral", world.desks["centre"], referral.due_at)
    client.post(at("record-answer", referral), {"by": "paper", "who": "Secretary", "verb": "accept"})
    task.refresh_from_db()
    assert task.done_at is not None


def test_a_letter_is_for_outside_organisations_and_while_consent_lasts(world: World) -> None:
    inside = refer(world)
    assert world.client("centre").post(at("letter", inside)).status_code == 422
    outside = refer(world, offer=outside_offer())
    actions.recall(world.actor("centre"), outside)
    assert world.client("centre").post(at("letter", outside)).status_code == 422


QUICK = {
    "danger": "now", "medical_need": "soon", "age": "adult", "sex": "female", "language": "ky",
    "call_name": "canary-quick", "safe_contact": "+996 700 111 222", "note": "Two lines.",
    "ground": "consent",
}  # fmt: skip


@pytest.mark.parametrize("role", ["border_officer", "consular_officer", "operator"])
def test_a_quick_referral_is_one_page(world: World, role: str) -> None:
    offer = offer_of(world)
    client = world.client("police", role)
    page = client.get(reverse("referral-quick")).content.decode()
    assert len({part.split('"')[0] for part in page.split('name="')[1:]} & {*QUICK, "offer", "reason"}) == 11
    answer = client.post(reverse("referral-quick"), QUICK | {"offer": offer.pk})
    referral = Referral.objects.get()
    assert answer["Location"] == at("", referral)
    assert (referral.urgency, referral.status, referral.case) == ("emergency", "sent", None)
    assert client.get(at("", referral)).status_code == 200
    received = world.client("clinic").get(at("", referral)).content.decode()
    for text in ("canary-quick", "+996 700 111 222", "Two lines.", "Female", "Adult", "Kyrgyz"):
        assert text in received
    assert {consent.layer for consent in Consent.objects.all()} == {"file", "sharing"}


def test_a_quick_referral_refuses_what_would_do_harm(world: World) -> None:
    offer = offer_of(world)
    client = world.client("police", "border_officer")
    for wrong in (
        {"ground": ""},
        {"ground": "emergency"},
        {"age": "child"},
        {"age": "doubt"},
        {"offer": "0"},
        {"ground": "child", "reason": "x"},
    ):
        answer = client.post(reverse("referral-quick"), QUICK | {"offer": offer.pk} | wrong)
        assert answer.status_code == 422, wrong
    assert not Person.objects.exists()
    assert world.client("police", "worker").get(reverse("referral-quick")).status_code == 403


def test_ones_own_service_is_no_referral(world: World) -> None:
    case = case_at(world)
    with pytest.raises(Problem, match="own desk"):
        refer(world, case, offer=offer_of(world, "centre"))
