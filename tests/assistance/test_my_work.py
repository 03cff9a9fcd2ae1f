"""My work: what waits for each role, the late first, in a number of queries that does not grow."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kamkor.assistance.models import Case, FollowUp, Referral, Task
from kamkor.assistance.work import Work, work_of
from kamkor.identification.models import Contact, Fact, Packet
from kamkor.people import files
from kamkor.people.files import Terms, give_consent
from kamkor.people.models import Consent, Person
from kamkor.vault import desks
from tests.world import World

DAY = timedelta(days=1)


def work(world: World, desk: str, role: str = "worker") -> Work:
    return work_of(world.actor(desk, role), timezone.now())


def texts(world: World, desk: str, role: str = "worker") -> str:
    held = work(world, desk, role)
    return "\n".join(f"{line.text} | {line.hint}" for line in [*held.late, *held.new, *held.next])


def open_case(world: World, person: Person, **facts: object) -> Case:
    given = {"kind": "trafficking", "opened_on": timezone.localdate()} | facts
    return Case.objects.create(desk=person.desk, person=person, code=f"C-{person.pk}", **given)


def refer(world: World, person: Person, **facts: object) -> Referral:
    """A referral from the centre to the clinic, sent and unanswered unless told otherwise."""
    centre = world.actor("centre")
    consent = files.give_consent(
        centre,
        person,
        Terms(
            layer="sharing",
            purpose="referral",
            receiver=world.desks["clinic"],
            ends_on=timezone.localdate() + 30 * DAY,
        ),
    )
    given = {"status": "sent", "sent_at": timezone.now(), "due_at": timezone.now() + DAY} | facts
    return Referral.objects.create(
        desk=person.desk,
        person=person,
        code=f"RF-{person.pk}",
        receiver=world.desks["clinic"],
        consent=consent,
        service="medical",
        purpose="medical",
        created_by=world.users["centre"],
        **given,
    )


def test_an_empty_desk_says_what_the_page_is_for(world: World) -> None:
    for role in ("worker", "operator", "commission_member", "interpreter", "statistician"):
        page = world.client("centre", role).get(reverse("my-work"))
        assert page.status_code == 200
        assert "Nothing waits for you" in page.content.decode()


def test_the_page_opens_while_the_vault_is_shut(world: World) -> None:
    assert world.client("centre", unlocked=False).get(reverse("my-work")).status_code == 200


def test_what_is_late_comes_first(world: World) -> None:
    case = open_case(world, world.person())
    now = timezone.now()
    for kind, due in (("call_back", now + DAY), ("need_open", now - DAY), ("follow_up", now + 40 * DAY)):
        Task.objects.create(desk=case.desk, case=case, kind=kind, due_at=due)
    held = work(world, "centre")
    assert [line.hint for line in held.late] == [case.code]
    assert len(held.next) == 1  # what is due in forty days can wait


def test_a_task_of_a_colleague_is_not_mine(world: World) -> None:
    Task.objects.create(
        desk=world.desks["centre"], kind="other", due_at=timezone.now(), assignee=world.users["line"]
    )
    assert work(world, "centre").empty


def test_a_referral_waits_for_its_receiver_and_is_watched_by_its_sender(world: World) -> None:
    person = world.person()
    referral = refer(world, person, due_at=timezone.now() - DAY)
    received, sent, other = work(world, "clinic"), work(world, "centre"), work(world, "stranger")
    assert [line.text for line in received.late] == [f"Answer referral {referral.code}"]
    assert [line.text for line in sent.late] == [f"No answer yet to referral {referral.code}"]
    assert other.empty
    assert person.code not in str(received)
    assert work(world, "clinic", "interpreter").empty


def test_a_withdrawn_consent_takes_the_referral_off_both_desks(world: World) -> None:
    referral = refer(world, world.person())
    Consent.objects.filter(pk=referral.consent_id).update(withdrawn_at=timezone.now())
    assert work(world, "clinic").empty
    assert work(world, "centre").empty


def test_a_declined_referral_asks_for_another_service(world: World) -> None:
    refer(world, world.person(), status="declined", answered_at=timezone.now(), decline_reason="no_capacity")
    assert "was declined: look for another service" in texts(world, "centre")
    assert work(world, "clinic").empty


def test_a_person_kept_from_somebody_is_on_no_line_of_theirs(world: World) -> None:
    person = world.person()
    case = open_case(world, person)
    Task.objects.create(desk=case.desk, case=case, kind="other", due_at=timezone.now() - DAY)
    refer(world, person)
    me = world.users["centre"]
    person.exclusions.create(desk=person.desk, user=me, reason="her_wish", set_by=me)
    person.exclusions.create(
        desk=person.desk, excluded_desk=world.desks["clinic"], reason="her_wish", set_by=me
    )
    assert work(world, "centre").empty
    assert work(world, "clinic").empty


def test_an_emergency_is_reviewed_by_somebody_else(world: World) -> None:
    person = world.person()
    centre = world.actor("centre")
    consent = files.give_consent(
        centre,
        person,
        Terms(
            layer="sharing",
            purpose="referral",
            receiver=world.desks["clinic"],
            ends_on=timezone.localdate() + DAY,
            ground="emergency",
            reason="in danger",
        ),
    )
    assert work(world, "centre").empty  # whoever acted is not the second person
    Consent.objects.filter(pk=consent.pk).update(taken_by=world.users["line"])
    held = work(world, "centre")
    assert [line.due for line in held.new] == [consent.review_due]


def test_a_file_whose_consent_has_ended_is_asked_about_again(world: World) -> None:
    person = world.person()
    open_case(world, person)
    consent = files.give_consent(world.actor("centre"), person, Terms(layer="file", purpose="help"))
    assert work(world, "centre").empty
    Consent.objects.filter(pk=consent.pk).update(withdrawn_at=timezone.now())
    assert "The consent to keep this file has ended" in texts(world, "centre")
    files.give_consent(world.actor("centre"), person, Terms(layer="file", purpose="help"))
    assert work(world, "centre").empty


def test_a_recovery_period_is_told_three_days_before_its_end(world: World) -> None:
    person, today = world.person(), timezone.localdate()
    period = {"desk": person.desk, "person": person, "kind": "recovery", "on": "2026-01"}
    Fact.objects.create(until=today + 2 * DAY, **period)
    assert "recovery period ends" in texts(world, "centre")
    Fact.objects.create(until=today + 12 * DAY, **period)  # made longer
    assert work(world, "centre").empty


def test_follow_ups_are_due_after_closing(world: World) -> None:
    case = open_case(world, world.person(), closed_on=timezone.localdate())
    FollowUp.objects.create(desk=case.desk, case=case, months=1, due_on=timezone.localdate() + 3 * DAY)
    FollowUp.objects.create(desk=case.desk, case=case, months=3, due_on=timezone.localdate() + 90 * DAY)
    assert "(1 months)" in texts(world, "centre")
    assert len(work(world, "centre").next) == 1


def test_a_packet_waits_for_the_commission_and_after_thirty_days_worries_the_desk(world: World) -> None:
    person = world.person()
    ring = world.rings["centre"]
    packet = Packet.objects.create(
        desk=person.desk,
        person=person,
        code="PK-1",
        commission=world.desks["commission"],
        reasons=ring.write(person.file, "reasons", "canary reasons", by=None),
        prepared_by=world.users["centre"],
        submitted_at=timezone.now(),
    )
    give_consent(
        world.actor("centre"),
        person,
        Terms(
            layer="sharing",
            purpose="identification",
            receiver=packet.commission,
            items=[packet.reasons],
            ends_on=timezone.localdate() + 365 * DAY,
        ),
    )
    assert "Decide on packet PK-1" in texts(world, "commission", "commission_member")
    assert work(world, "commission", "worker").empty
    assert work(world, "centre").empty
    Packet.objects.filter(pk=packet.pk).update(submitted_at=timezone.now() - 31 * DAY)
    assert "No decision yet on packet PK-1" in texts(world, "centre")
    assert work(world, "commission", "commission_member").late


def contact(world: World, **facts: object) -> Contact:
    return Contact.objects.create(
        desk=world.desks["line"], channel="phone", operator=world.users["line"], **facts
    )


def test_three_silent_contacts_are_one_line(world: World) -> None:
    now = timezone.now()
    for _ in range(3):
        contact(
            world,
            kind="silent",
            started_at=now,
            ended_at=now,
            caller_hash="a" * 64,
            hash_until=now + 90 * DAY,
        )
    assert texts(world, "line", "operator").count("3 silent contacts") == 1
    assert work(world, "stranger", "operator").empty


def test_an_open_contact_is_its_operators_alone(world: World) -> None:
    contact(world)
    assert "Your contact is still open" in texts(world, "line", "operator")
    assert work(world, "centre", "operator").empty


def test_a_child_who_turns_18_is_asked_who_decides_now(world: World) -> None:
    person = world.person()
    Person.objects.filter(pk=person.pk).update(age="child", birth_year=timezone.localdate().year - 17)
    assert work(world, "centre").empty
    Person.objects.filter(pk=person.pk).update(birth_year=timezone.localdate().year - 18)
    assert "Turns 18" in texts(world, "centre")


def test_a_colleague_without_keys_waits_for_the_head_of_the_desk(world: World) -> None:
    from kamkor.access.models import Membership, User

    user = User.objects.create(
        username="new", display_name="Newcomer", holder=desks.new_member("four new words")
    )
    Membership.objects.create(user=user, desk=world.desks["centre"], role="worker")
    assert "Admit a colleague to the desk's files | Newcomer" in texts(world, "centre", "supervisor")
    assert work(world, "centre").empty


def fill(world: World, times: int) -> None:
    now = timezone.now()
    for _ in range(times):
        person = world.person()
        case = open_case(world, person)
        refer(world, person)
        Task.objects.create(desk=case.desk, case=case, kind="other", due_at=now - DAY)
        Fact.objects.create(
            desk=person.desk, person=person, kind="recovery", on="2026-01", until=timezone.localdate()
        )
        Person.objects.filter(pk=person.pk).update(age="child", birth_year=2000)


def test_the_number_of_queries_does_not_grow_with_the_work(world: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("my-work")).status_code == 200
        return len(seen)

    client = world.client("centre", "supervisor")
    fill(world, 3)
    queries()
    few = queries()
    fill(world, 27)
    assert queries() == few
    assert few < 30 + (6 if connection.vendor == "postgresql" else 0)  # the second wall has its own
