"""Day 1: at most 12 required fields, the medical clock first, one step, nothing doubled, nothing in clear."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from kamkor.assistance.actions.intake import Agreed, Given, take_in
from kamkor.assistance.forms.intake import IntakeForm
from kamkor.assistance.intake import doctor_due, hours_left, left_open
from kamkor.assistance.models import Case, ChildPath, Task
from kamkor.base import codelists
from kamkor.identification.models import Contact, Fact
from kamkor.people.files import read_particulars
from kamkor.people.models import Consent, Person
from tests.world import World

NAME, CONTACT, REASON = "Canaryname", "Canary contact after six", "Canary reason"
MINIMUM = {
    "medical_need": "unknown",
    "sleeps_tonight": "shelter_needed",
    "danger": "possible",
    "accompanied": "alone",
    "language": "ky",
    "sex": "female",
    "age": "adult",
    "came_by": "self",
    "agreed": "on",
    "next_step": "rest",
    "kind": "trafficking",
    "presumed_by": "own_word",
}


def send(world: World, role: str = "worker", **changes: str) -> "object":
    sent = {name: value for name, value in (MINIMUM | changes).items() if value}
    return world.client("centre", role).post(reverse("intake"), sent)


def moment(ago: timedelta) -> dict[str, str]:
    at = timezone.localtime() - ago
    return {"medical_since_0": at.strftime("%Y-%m-%d"), "medical_since_1": at.strftime("%H:%M")}


def test_no_more_than_twelve_fields_are_required_and_the_doctor_comes_first() -> None:
    form = IntakeForm()
    required = [name for name, field in form.fields.items() if field.required]
    assert len(required) + 1 <= 12  # and consent, in one of its two ways
    assert next(iter(form.fields)) == "medical_need"
    assert "call_name" not in required
    assert not {"name", "identity_number", "story"} & set(form.fields)


def test_one_page_opens_file_consent_case_presumption_and_recovery(world: World) -> None:
    answer = send(world, call_name=NAME, safe_contact=CONTACT, direction="in", wish_after="third_country")
    case = Case.objects.select_related("person").get()
    assert answer["Location"] == reverse("case", args=[case.pk])  # type: ignore[index]
    person = case.person
    assert (person.sex, person.age, person.languages) == ("female", "adult", ["ky"])
    known = read_particulars(world.actor("centre"), [person])[person.pk]
    assert known == {"call_name": [NAME], "safe_contact": [CONTACT]}
    consent = Consent.objects.get()
    assert (consent.layer, consent.ground, consent.language) == ("file", "consent", "ky")
    assert (case.direction, case.wish_after) == ("in", "third_country")
    today = timezone.localdate()
    presumed, recovery = Fact.objects.order_by("pk")
    assert (presumed.kind, presumed.ground, presumed.on) == ("presumed", "own_word", today.isoformat())
    assert (recovery.kind, recovery.until) == ("recovery", today + timedelta(days=10))


@pytest.mark.parametrize(
    "changes", [{"presumed_by": ""}, {"kind": "gender_based_violence"}, {"kind": "missing_person"}]
)
def test_nobody_is_presumed_against_the_tick_or_in_another_matter(
    world: World, changes: dict[str, str]
) -> None:
    send(world, **changes)
    assert Case.objects.count() == 1
    assert not Fact.objects.exists()


def test_a_name_is_not_needed(world: World) -> None:
    send(world)
    assert "name" not in left_open(Case.objects.get())


def test_a_form_sent_twice_makes_one_person(world: World) -> None:
    client = world.client("centre")
    for _again in range(2):
        answer = client.post(reverse("intake"), MINIMUM | {"once": "the same mark"})
        assert answer.status_code == 302
    assert Person.objects.count() == Case.objects.count() == Consent.objects.count() == 1


def test_an_error_keeps_all_that_was_typed_and_makes_nothing(world: World) -> None:
    answer = send(world, call_name=NAME, safe_contact=CONTACT, sex="")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    shown = answer.content.decode()  # type: ignore[attr-defined]
    assert NAME in shown
    assert CONTACT in shown
    assert not Person.objects.exists()


def test_without_a_yes_or_a_ground_nothing_is_kept(world: World) -> None:
    assert send(world, agreed="").status_code == 422  # type: ignore[attr-defined]
    assert send(world, agreed="", ground="emergency").status_code == 422  # type: ignore[attr-defined]
    assert send(world, agreed="", ground="child", reason=REASON).status_code == 422  # type: ignore[attr-defined]
    assert not Person.objects.exists()


def test_danger_to_life_is_reviewed_by_a_second_person_within_a_day(world: World) -> None:
    send(world, agreed="", ground="emergency", reason=REASON)
    consent = Consent.objects.get()
    assert consent.ground == "emergency"
    assert consent.review_due is not None
    assert consent.review_due <= timezone.now() + timedelta(hours=24)
    assert Task.objects.get(kind="emergency_review").due_at == consent.review_due


def test_a_childs_file_needs_no_parents_consent_and_begins_its_path(world: World) -> None:
    send(world, agreed="", ground="child", reason=REASON, age="doubt")
    assert Consent.objects.get().ground == "child"
    assert ChildPath.objects.get().parent_involved == "unknown"


def test_the_sentence_is_shown_in_every_language(world: World) -> None:
    shown = world.client("centre").get(reverse("intake")).content.decode()
    assert "I would like to write down what you tell me" in shown
    for language in ("ky", "ru", "uz", "uz-cyrl"):
        assert f'lang="{language}"' in shown


def test_the_doctors_task_is_due_within_the_72_hours(world: World) -> None:
    send(world, medical_need="now", **moment(timedelta(hours=60)))
    task = Task.objects.get(kind="medical_clock")
    assert timedelta(hours=11) < task.due_at - timezone.now() < timedelta(hours=13)


def test_the_clock_is_shown_with_the_hours_that_are_left(world: World) -> None:
    answer = send(world, medical_need="now", sex="", **moment(timedelta(hours=60)))
    assert "hours are left of the 72" in answer.content.decode()  # type: ignore[attr-defined]
    assert hours_left(None) is None
    assert hours_left(timezone.now() - timedelta(hours=80)) == 0
    assert doctor_due("none", None) is None
    late = doctor_due("now", timezone.now() - timedelta(hours=100))
    assert late is not None
    assert late <= timezone.now()


def test_a_moment_that_has_not_come_is_refused(world: World) -> None:
    answer = send(world, medical_need="now", **moment(timedelta(hours=-5)))
    assert answer.status_code == 422  # type: ignore[attr-defined]


def test_a_contact_is_brought_over_and_linked(world: World) -> None:
    contact = Contact.objects.create(
        desk=world.desks["centre"],
        channel="phone",
        operator=world.users["centre"],
        danger="now",
        language="ru",
    )
    page = f"{reverse('intake')}?contact={contact.pk}"
    client = world.client("centre")
    shown = client.get(page).content.decode()
    assert '<option value="now" selected' in shown
    assert client.post(page, MINIMUM).status_code == 302
    contact.refresh_from_db()
    assert contact.person_id == Person.objects.get().pk
    assert world.client("stranger").get(page).status_code == 404


def test_what_is_left_for_later_is_named(world: World) -> None:
    send(world, call_name=NAME)
    case, client = Case.objects.get(), world.client("centre")
    missing = left_open(case)
    assert "child_path" not in missing
    assert {"safe_contact", "medical_need", "birth", "citizenship", "coding", "screening"} <= set(missing)
    page = client.get(reverse("case", args=[case.pk])).content.decode()
    later = page[page.index("To complete later") :]
    for code in missing:
        assert codelists.label("left_open", code) in later, code
    for address in re.findall(r'href="([^"]+)"', later[: later.index("</ul>")]):
        assert client.get(address).status_code == 200, address


def test_names_and_reasons_stand_in_no_column(world: World) -> None:
    send(world, call_name=NAME, safe_contact=CONTACT, agreed="", ground="emergency", reason=REASON)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'select * from "{table}"')
            for row in cursor.fetchall():
                held = b" ".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in row)
                for secret in (NAME, CONTACT, REASON):
                    assert secret.encode() not in held, table


def test_strangers_and_other_roles_take_nobody_in(world: World) -> None:
    given = Given(agreed=Agreed(), case={"kind": "trafficking"})
    assert world.client("centre", "operator").get(reverse("intake")).status_code == 403
    assert world.client("centre", "coordinator").post(reverse("intake"), MINIMUM).status_code == 403
    for desk, role in (("stranger", "worker"), ("centre", "operator")):
        with pytest.raises(PermissionDenied):
            take_in(world.actor(desk, role), world.desks["centre"], given=given)
    assert not Person.objects.exists()
