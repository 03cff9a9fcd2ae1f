"""Taking a contact: one key, half-filled saves, closing, undo, and who may do any of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kamkor.access.sessions import SignIn
from kamkor.identification.models import Contact, Line
from kamkor.vault.models import Item
from tests.world import World

COMPLETE = {
    "safe_to_talk": "yes",
    "danger": "possible",
    "topic": "trafficking",
    "callback": "her_time",
    "outcome": "advice_given",
}


def opened(client: Client, **given: str) -> Contact:
    client.post(reverse("contact-open"), given)
    return Contact._base_manager.latest("pk")


def sent(client: Client, contact: Contact, do: str = "save", **given: object) -> Any:
    """The test client's answer, which also has the context of its page."""
    data = {"version": contact.version, "do": do, **given}
    return client.post(reverse("contact", args=[contact.pk]), data)


def test_a_new_contact_opens_its_page_with_safety_first(world: World) -> None:
    client = world.client("line", "operator")
    answer = client.post(reverse("contact-open"), {"way": "phone"})
    contact = Contact._base_manager.get()
    assert answer["Location"] == reverse("contact", args=[contact.pk])
    page = client.get(answer["Location"]).content.decode()
    assert page.index("Is it safe to talk now?") < page.index('name="danger"') < page.index('name="topic"')
    assert "data-no-idle-lock" in page
    assert "data-timer" in page
    assert contact.open


def test_at_most_five_fields_are_needed_to_close_and_none_is_about_identity(world: World) -> None:
    client = world.client("line", "operator")
    contact = opened(client)
    answer = sent(client, contact, "close")
    assert answer.status_code == 422
    errors = set(answer.context["form"].errors)
    assert errors == {"safe_to_talk", "danger", "topic", "callback", "outcome"}
    assert sent(client, contact, "close", **COMPLETE)["Location"] == reverse("contacts")
    contact.refresh_from_db()
    assert contact.kind == "substantive"


def test_what_is_half_filled_is_kept_and_typed_text_comes_back(world: World) -> None:
    client = world.client("line", "operator")
    contact = opened(client)
    answer = sent(client, contact, "close", danger="now", note="A van at the corner")
    assert answer.status_code == 422
    assert "A van at the corner" in answer.content.decode()
    contact.refresh_from_db()
    assert contact.open
    assert contact.danger == "now"
    assert "A van at the corner" in client.get(reverse("contact", args=[contact.pk])).content.decode()
    assert sent(client, contact, "save").status_code == 302


def test_a_wrong_code_is_refused_and_the_sound_fields_are_kept(world: World) -> None:
    client = world.client("line", "operator")
    contact = opened(client)
    answer = sent(client, contact, "save", topic="no such topic", danger="now", note="kept")
    assert answer.status_code == 422
    assert "kept" in answer.content.decode()
    contact.refresh_from_db()
    assert (contact.topic, contact.danger) == ("", "now")


def test_not_safe_to_talk_leaves_only_danger_and_the_rule(world: World) -> None:
    client = world.client("line", "operator")
    contact = opened(client)
    address, topic = reverse("contact", args=[contact.pk]), '<select class="govuk-select" name="topic"'
    assert topic in client.get(address).content.decode()
    sent(client, contact, "save", safe_to_talk="no")
    contact.refresh_from_db()
    page = client.get(address).content.decode()
    assert "call again whenever it is safe" in page
    assert topic not in page
    answer = sent(client, contact, "close", safe_to_talk="no")
    assert set(answer.context["form"].errors) == {"danger", "callback"}
    sent(client, contact, "close", safe_to_talk="no", danger="now", callback="never")
    contact.refresh_from_db()
    assert (contact.kind, contact.outcome) == ("substantive", "contact_broken_off")


@pytest.mark.parametrize("kind", ["wrong", "prank", "hangup"])
def test_one_key_closes_and_undo_takes_it_back(world: World, kind: str) -> None:
    client = world.client("line", "operator")
    answer = client.post(reverse("contact-open"), {"way": "phone", "kind": kind})
    contact = Contact._base_manager.get()
    assert contact.kind == kind
    assert not contact.open
    page = client.get(answer["Location"]).content.decode()
    assert reverse("contact-undo", args=[contact.pk]) in page
    assert 'data-key="F10"' in page
    assert page[page.index(reverse("contact-undo", args=[contact.pk])) :].index("csrfmiddlewaretoken") < 60
    client.post(reverse("contact-undo", args=[contact.pk]))
    assert not Contact.objects.visible_to(world.actor("line", "operator")).standing().exists()


def test_undo_opens_a_contact_again_that_had_a_page(world: World) -> None:
    client = world.client("line", "operator")
    contact = opened(client)
    sent(client, contact, "prank", note="Laughing", danger="none")
    contact.refresh_from_db()
    assert contact.kind == "prank"
    client.post(reverse("contact-undo", args=[contact.pk]))
    contact.refresh_from_db()
    assert contact.open
    assert "Laughing" in client.get(reverse("contact", args=[contact.pk])).content.decode()


def test_undo_ends_after_ten_minutes(world: World) -> None:
    client = world.client("line", "operator")
    contact = opened(client, kind="wrong")
    Contact._base_manager.update(ended_at=timezone.now() - timedelta(minutes=11))
    assert client.post(reverse("contact-undo", args=[contact.pk])).status_code == 422
    contact.refresh_from_db()
    assert contact.undone_at is None
    assert 'data-key="F10"' not in client.get(f"{reverse('contacts')}?closed={contact.pk}").content.decode()


def test_a_substantive_contact_cannot_be_undone(world: World) -> None:
    client = world.client("line", "operator")
    contact = opened(client)
    sent(client, contact, "close", **COMPLETE)
    assert client.post(reverse("contact-undo", args=[contact.pk])).status_code == 422


def test_nothing_is_made_by_a_get_and_a_form_sent_twice_counts_once(world: World) -> None:
    client = world.client("line", "operator")
    assert client.get(reverse("contact-open")).status_code == 405
    page = client.get(reverse("contacts")).content.decode()
    assert 'name="once"' in page
    for _ in range(2):
        client.post(reverse("contact-open"), {"kind": "prank", "once": "the-same-mark-twice"})
    contact = Contact._base_manager.get()
    assert client.get(reverse("contact-undo", args=[contact.pk])).status_code == 405


def test_a_closed_contact_is_not_changed_any_more(world: World) -> None:
    client = world.client("line", "operator")
    contact = opened(client, kind="prank")
    assert sent(client, contact, "save", danger="now").status_code == 422
    contact.refresh_from_db()
    assert contact.danger == ""


def test_two_people_writing_at_once_lose_neither_text(world: World) -> None:
    contact = opened(world.client("line", "operator"))
    colleague = world.users["clinic"]
    Contact._base_manager.update(version=2, saved_by=colleague, danger="now")
    answer = sent(world.client("line", "operator"), contact, "save", note="Mine", danger="none")
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Note: Mine" in text
    assert "Danger: In danger now" in text


def test_ones_own_quick_saves_do_not_meet(world: World) -> None:
    client = world.client("line", "operator")
    contact = opened(client)
    answer = sent(client, contact, "autosave", danger="now", note="first")
    assert answer.status_code == 200
    assert "Saved at" in answer.content.decode()
    assert sent(client, contact, "save", danger="now", note="second").status_code == 302
    assert "second" in client.get(reverse("contact", args=[contact.pk])).content.decode()


def test_the_unseen_timer_adds_up(world: World) -> None:
    client = world.client("line", "operator")
    contact = opened(client)
    sent(client, contact, "save", seconds="40")
    sent(client, contact, "close", seconds="25", **COMPLETE)
    contact.refresh_from_db()
    assert contact.seconds == 65


def test_the_shift_does_not_end_an_open_contact(world: World) -> None:
    client = world.client("line", "operator")
    contact = opened(client)
    SignIn.objects.update(expire_date=timezone.now() + timedelta(minutes=2))
    client.get(reverse("contact", args=[contact.pk]))
    assert SignIn.objects.get().expire_date > timezone.now() + timedelta(hours=11)


def test_the_list_shows_open_contacts_first_and_narrows(world: World) -> None:
    client = world.client("line", "operator")
    opened(client, kind="prank")
    contact = opened(client)
    page = client.get(reverse("contacts")).content.decode()
    assert page.index("Still open") < page.index("Prank</td>")
    assert reverse("contact", args=[contact.pk]) in page
    narrowed = client.get(reverse("contacts"), {"kind": "silent"}).content.decode()
    assert "Prank</td>" not in narrowed
    assert "Prank</td>" not in client.get(reverse("contacts"), {"day": "2020-01-01"}).content.decode()
    assert client.get(reverse("contacts"), {"day": "nonsense", "page": "x"}).status_code == 200


def test_a_closed_contact_is_read_by_its_desk(world: World) -> None:
    client = world.client("line", "operator")
    contact = opened(client)
    sent(client, contact, "close", note="She asked about a visa", **COMPLETE)
    for role in ("operator", "worker", "supervisor"):
        page = world.client("line", role).get(reverse("contact", args=[contact.pk])).content.decode()
        assert "She asked about a visa" in page


@pytest.mark.parametrize("name", ["contact", "contact-silent", "contact-undo", "contact-link"])
def test_another_desk_finds_nothing(world: World, name: str) -> None:
    contact = opened(world.client("line", "operator"), kind="prank")
    for desk in ("centre", "stranger"):
        client = world.client(desk, "supervisor")
        assert client.post(reverse(name, args=[contact.pk])).status_code == 404
    contact.refresh_from_db()
    assert contact.undone_at is None


@pytest.mark.parametrize("role", ["investigator", "administrator", "advocate", "coordinator", "statistician"])
def test_other_roles_are_refused(world: World, role: str) -> None:
    contact = opened(world.client("line", "operator"))
    client = world.client("line", role)
    assert client.get(reverse("contacts")).status_code == 403
    assert client.post(reverse("contact-open"), {"kind": "prank"}).status_code == 403
    assert client.get(reverse("contact", args=[contact.pk])).status_code == 403
    assert client.post(reverse("contact-undo", args=[contact.pk])).status_code == 403
    assert client.get(reverse("lines")).status_code == 403
    assert Contact._base_manager.count() == 1


def test_only_workers_link_a_contact_to_a_file_whose_code_they_know(world: World) -> None:
    person, strange = world.person("line"), world.person("stranger")
    contact = opened(world.client("line", "operator"))
    address = reverse("contact-link", args=[contact.pk])
    assert world.client("line", "operator").get(address).status_code == 403
    client = world.client("line", "worker")
    assert client.post(address, {"code": strange.code}).status_code == 422
    assert client.post(address, {"code": person.code.lower()}).status_code == 302
    contact.refresh_from_db()
    assert contact.person_id == person.pk
    sent(client, contact, "close", **COMPLETE)
    page = reverse("contact", args=[contact.pk])
    assert person.code in client.get(page).content.decode()
    assert person.code not in world.client("line", "operator").get(page).content.decode()


def test_the_line_searches_no_people(world: World) -> None:
    client = world.client("line", "operator")
    contact = opened(client)
    for address in (reverse("contacts"), reverse("contact", args=[contact.pk])):
        page = client.get(address).content.decode()
        assert 'type="search"' not in page
        assert "/desk/people" not in page
        assert 'name="name"' not in page


def test_a_number_to_call_back_is_sealed_and_kept_by_the_rule_alone(world: World) -> None:
    client = world.client("line", "operator")
    contact = opened(client)
    answer = sent(client, contact, "save", callback="never", callback_number="0555 777 111")
    assert answer.status_code == 422
    assert not Item.objects.filter(label="phone").exists()
    sent(client, contact, "save", callback="her_time", callback_number="0555 777 111")
    assert Item.objects.filter(label="phone").count() == 1
    assert "0555 777 111" in client.get(reverse("contact", args=[contact.pk])).content.decode()
    sent(client, contact, "save", callback="never", callback_number="")
    assert not Item.objects.filter(label="phone").exists()


def statements(queries: CaptureQueriesContext) -> list[str]:
    """What asks or changes something: no savepoints, no settings of the second wall."""
    counted = ("SELECT", "INSERT", "UPDATE", "DELETE")
    return [
        one["sql"]
        for one in queries.captured_queries
        if one["sql"].startswith(counted)
        and "set_config" not in one["sql"]
        and "current_setting" not in one["sql"]
    ]


def test_opening_and_closing_take_few_queries(world: World) -> None:
    client = world.client("line", "operator")
    client.get(reverse("contacts"))
    with CaptureQueriesContext(connection) as opening:
        contact = opened(client, way="phone", once="first-mark")
    assert len(statements(opening)) - 1 <= 12  # one is the test's own
    with CaptureQueriesContext(connection) as closing:
        sent(client, contact, "close", once="second-mark", **COMPLETE)
    assert len(statements(closing)) <= 12
    with CaptureQueriesContext(connection) as one_key:
        client.post(reverse("contact-open"), {"way": "phone", "kind": "prank", "once": "third-mark"})
    assert len(statements(one_key)) <= 12


def test_the_list_takes_the_same_queries_for_one_as_for_many(world: World) -> None:
    client = world.client("line", "operator")
    client.get(reverse("contacts"))
    counts = []
    for more in (2, 20):
        for _ in range(more):
            opened(client, kind="prank")
            opened(client)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("contacts"))
        counts.append(len(statements(queries)))
    assert counts[0] == counts[1]


def test_lines_are_set_by_the_supervisor(world: World) -> None:
    client = world.client("line", "supervisor")
    assert world.client("line", "operator").get(reverse("lines")).status_code == 403
    client.post(reverse("line-add"), {"number": "189", "channel": "phone", "keeps_hashes": "on"})
    line = Line._base_manager.get()
    assert "189" in client.get(reverse("lines")).content.decode()
    assert world.client("stranger", "supervisor").get(reverse("line-edit", args=[line.pk])).status_code == 404
    operator = world.client("line", "operator")
    contact = opened(operator, way=f"line-{line.pk}")
    assert (contact.line_id, contact.channel) == (line.pk, "phone")
    client.post(reverse("line-edit", args=[line.pk]), {"number": "1899", "channel": "messenger"})
    line.refresh_from_db()
    assert (line.number, line.channel, line.keeps_hashes) == ("1899", "messenger", False)
