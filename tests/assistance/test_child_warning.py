"""The child-protection body is warned by one button: nearest body, fewest items, the system's time."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from kamkor.access.models import Desk
from kamkor.assistance import escalation
from kamkor.assistance.actions import answering, cases
from kamkor.assistance.actions import events as event_actions
from kamkor.assistance.actions.intake import Agreed, Given
from kamkor.assistance.actions.warning import warn
from kamkor.assistance.models import Case, ChildPath, Referral, Task
from kamkor.assistance.views.children import bodies_for
from kamkor.assistance.work import work_of
from kamkor.base import codelists
from kamkor.base.problems import Problem, WrongState
from kamkor.directory.models import Offer, OutsideOrganisation
from kamkor.people.models import Consent, Exclusion, Person
from tests.assistance.referring import SECRETS, case_at
from tests.world import World


@pytest.fixture(autouse=True)
def _lists(db: None) -> None:
    codelists.load()


def child_case(world: World, age: str = "child") -> Case:
    """A child with a name, a telephone, an address and notes at the centre; the clinic warns for children."""
    Desk.objects.filter(pk=world.desks["clinic"].pk).update(kind="child_protection")
    world.desks["clinic"].refresh_from_db()
    case = case_at(world, age=age, languages=["ky"])
    Case.objects.filter(pk=case.pk).update(danger="possible", medical_need="none")
    case.refresh_from_db()
    return case


def page_of(case: Case) -> str:
    return reverse("child-warn", args=[case.pk])


def press(world: World, case: Case) -> Referral:
    client = world.client("centre")
    answer = client.post(page_of(case), {"body": f"desk-{world.desks['clinic'].pk}"})
    assert answer.status_code == 302, answer.content.decode()
    return Referral.objects.get(case=case)


def test_one_button_with_the_receiver_and_the_items_set(world: World) -> None:
    case = child_case(world)
    shown = world.client("centre").get(page_of(case)).content.decode()
    assert shown.count('type="radio"') == 1
    assert "checked" in shown
    assert "Clinic" in shown
    assert "Law 55, article 27" in shown
    assert not [secret for kind, secret in SECRETS.items() if kind != "call_name" and secret in shown]
    before = timezone.now()
    sent = press(world, case)
    path = ChildPath.objects.get()
    assert path.protection_desk == world.desks["clinic"]
    assert path.protection_told_at is not None
    assert before <= path.protection_told_at <= timezone.now()
    assert (sent.purpose, sent.urgency, sent.status) == ("child_protection", "urgent", "sent")


def test_the_body_reads_the_fewest_items_and_nothing_else(world: World) -> None:
    sent = press(world, child_case(world))
    assert sent.consent.items.count() == 1
    read = (
        world.client("clinic", "child_protection").get(reverse("referral", args=[sent.pk])).content.decode()
    )
    for word in ("Child", "Female", "Kyrgyz"):
        assert word in read
    assert not [secret for secret in SECRETS.values() if secret in read]


def test_what_is_told_is_a_setting(world: World, settings: Settings) -> None:
    settings.CHILD_WARNING_ITEMS = ["age", "call_name"]
    sent = press(world, child_case(world))
    read = (
        world.client("clinic", "child_protection").get(reverse("referral", args=[sent.pk])).content.decode()
    )
    assert SECRETS["call_name"] in read
    assert "Child" in read
    assert "Female" not in read
    assert SECRETS["name"] not in read


def test_nobody_is_asked_first_and_a_colleague_checks_it_in_24_hours(world: World) -> None:
    consent = press(world, child_case(world)).consent
    assert consent.ground == Consent.Ground.CHILD
    assert consent.reason is not None
    assert "article 27" in world.rings["centre"].read(consent.reason)
    assert consent.review_due is not None
    assert consent.review_due <= timezone.now() + timedelta(hours=24)


def test_danger_now_makes_it_an_emergency(world: World) -> None:
    case = child_case(world)
    Case.objects.filter(pk=case.pk).update(danger="now")
    assert press(world, case).urgency == "emergency"


def test_a_warning_that_stands_is_not_sent_twice_and_one_declined_is(world: World) -> None:
    case = child_case(world)
    sent = press(world, case)
    assert world.client("centre").get(page_of(case)).url == reverse("referral", args=[sent.pk])  # type: ignore[attr-defined]
    with pytest.raises(WrongState):
        warn(world.actor("centre"), case, body=Offer(desk=world.desks["clinic"], service="child_protection"))
    answering.decline(world.actor("clinic", "child_protection"), sent, reason="no_capacity")
    assert (
        "no longer stands"
        in world.client("centre").get(reverse("child-path", args=[case.pk])).content.decode()
    )
    world.client("centre").post(page_of(case), {"body": f"desk-{world.desks['clinic'].pk}"})
    assert Referral.objects.filter(case=case, status="sent").count() == 1


def test_the_page_says_that_the_age_is_in_doubt(world: World) -> None:
    case = child_case(world, "doubt")
    for page in (page_of(case), reverse("child-path", args=[case.pk])):
        assert "age is in doubt" in world.client("centre").get(page).content.decode()
    grown = case_at(world, age="adult")
    assert world.client("centre").get(page_of(grown)).status_code == 404
    with pytest.raises(Problem):
        warn(world.actor("centre"), grown, body=Offer(desk=world.desks["clinic"], service="child_protection"))


def test_the_nearest_body_comes_first_and_none_from_which_the_child_is_kept(world: World) -> None:
    case = child_case(world)
    far = world.desks["stranger"]
    Desk.objects.filter(pk=far.pk).update(kind="child_protection")
    outside = OutsideOrganisation.objects.create(
        code="away", names={"en": "Away"}, kind="state", place="41704000000000"
    )
    Offer.objects.create(outside=outside, service="child_protection", place=outside.place, children=True)
    found = bodies_for(world.actor("centre"), case)
    assert found[0].desk == world.desks["clinic"]
    assert {row.outside for row in found} == {None, outside}
    Exclusion.objects.create(
        desk=case.desk,
        person=case.person,
        excluded_desk=world.desks["clinic"],
        reason="kin_of_recruiter",
        set_by=world.users["centre"],
    )
    found = bodies_for(world.actor("centre"), case)
    assert world.desks["clinic"] not in [row.desk for row in found]
    with pytest.raises(Problem):
        warn(
            world.actor("centre"),
            case,
            body=Offer(desk=world.desks["clinic"], service="child_protection", children=True),
        )


def test_a_body_outside_gets_a_neutral_letter(world: World) -> None:
    case = child_case(world)
    Desk.objects.filter(kind="child_protection").update(kind="clinic")
    assert "No child-protection body" in world.client("centre").get(page_of(case)).content.decode()
    outside = OutsideOrganisation.objects.create(code="unit", names={"en": "Unit"}, kind="state", phone="1")
    Offer.objects.create(outside=outside, service="child_protection", children=True)
    client = world.client("centre")
    assert client.post(page_of(case), {"body": f"outside-{outside.pk}"}).status_code == 302
    sent = Referral.objects.get(case=case)
    letter = client.post(reverse("referral-letter", args=[sent.pk])).content.decode()
    assert sent.code in letter
    assert not [secret for secret in SECRETS.values() if secret in letter]


def test_who_does_not_answer_is_late_for_the_sender_and_the_head(world: World) -> None:
    sent = press(world, child_case(world))
    assert sent.due_at is not None
    late = sent.due_at + timedelta(minutes=1)
    assert sent.code in " ".join(str(line.text) for line in work_of(world.actor("centre"), late).late)
    escalation.escalate(late)
    assert Task.objects.filter(kind="escalation", desk=world.desks["clinic"]).exists()


def test_my_work_says_it_until_it_is_done(world: World) -> None:
    case = child_case(world)

    def asked() -> bool:
        work = work_of(world.actor("centre"), timezone.now())
        return any(line.href == page_of(case) for line in (*work.late, *work.new, *work.next))

    assert asked()
    press(world, case)
    assert not asked()


def test_a_child_in_an_event_is_asked_about_by_itself(world: World) -> None:
    actor = world.actor("centre")
    event = event_actions.open_event(actor, actor.desk, facts={"kind": "trafficking", "head_count": 9})
    given = Given(
        Agreed("child", "on the bus"), person={"age": Person.Age.CHILD}, case={"kind": "trafficking"}
    )
    case = event_actions.add_person(actor, event, given=given)
    assert case is not None
    lines = work_of(actor, timezone.now())
    assert page_of(case) in [line.href for line in (*lines.late, *lines.new, *lines.next)]


def test_a_closed_case_warns_nobody(world: World) -> None:
    case = child_case(world)
    cases.close(world.actor("centre"), case, reason="died")
    with pytest.raises(WrongState):
        warn(world.actor("centre"), case, body=Offer(desk=world.desks["clinic"], service="child_protection"))


def test_strangers_and_other_roles_warn_nobody(world: World) -> None:
    case = child_case(world)
    sent = {"body": f"desk-{world.desks['clinic'].pk}"}
    for desk in ("stranger", "line", "clinic"):
        assert world.client(desk).post(page_of(case), sent).status_code == 404
    for role in ("advocate", "operator", "child_protection", "interpreter", "coordinator"):
        assert world.client("centre", role).post(page_of(case), sent).status_code in (403, 404)
    with pytest.raises(PermissionDenied):
        warn(
            world.actor("stranger"), case, body=Offer(desk=world.desks["clinic"], service="child_protection")
        )
    assert not Referral.objects.exists()
