"""What is known of who calls: a keyed hash for a while, and nothing else; silent contacts."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.identification.actions.contacts import forget_hashes
from kamkor.identification.models import Contact, Line
from kamkor.people.exclusions import tries
from kamkor.people.models import Exclusion
from kamkor.vault import desks
from kamkor.vault.keyring import Keyring
from tests.world import PASSPHRASE, World

NUMBER = "+996 555 010 444"


def taken(
    client: Client, number: str = NUMBER, *, do: str = "save", way: str = "phone", **given: str
) -> Contact:
    """A contact in which the number that calls was typed."""
    client.post(reverse("contact-open"), {"way": way})
    contact = Contact._base_manager.latest("pk")
    data = {"version": contact.version, "do": do, "caller": number, **given}
    client.post(reverse("contact", args=[contact.pk]), data)
    contact.refresh_from_db()
    return contact


def silent(client: Client, contact: Contact, **answers: str) -> HttpResponse:
    address = reverse("contact-silent", args=[contact.pk])
    unanswered = {"silent_1": "none", "silent_2": "none", "silent_3": "none"}
    return client.post(address, {"version": contact.version, **unanswered, **answers})  # type: ignore[return-value]


def test_the_number_is_in_no_table(world: World) -> None:
    client = world.client("line", "operator")
    contact = taken(client, note="canary-note", callback="any_time", callback_number="0700 123 987")
    assert len(contact.caller_hash) == 64
    silent(client, taken(client), caller=NUMBER)
    stored = "\n".join(everything())
    assert contact.caller_hash in stored
    for secret in (NUMBER, "996555010444", "555010444", "0700 123 987", "700123987", "canary-note"):
        assert secret not in stored


def everything() -> Iterator[str]:
    """Every row of every table of both databases."""
    for alias in connections:
        for table in connections[alias].introspection.table_names():
            with connections[alias].cursor() as cursor:
                cursor.execute(f'SELECT * FROM "{table}"')
                yield from map(repr, cursor.fetchall())


@pytest.mark.asvs("14.2.6")
def test_a_repeat_shows_the_last_safety_rule_and_nothing_else(world: World) -> None:
    client = world.client("line", "operator")
    taken(client, topic="violence", note="earlier-text", danger="now", callback="code_word")
    taken(client, "0555 010444", do="prank")
    contact = taken(client, "00996555010444")
    page = client.get(reverse("contact", args=[contact.pk])).content.decode()
    assert "Contacted before" in page
    assert "Last safety rule: Say the code word first" in page
    assert "Do not mention that they have called before" in page
    assert "earlier-text" not in page
    assert '<option value="violence" selected' not in page
    assert NUMBER not in page


def test_a_number_that_never_called_shows_nothing(world: World) -> None:
    client = world.client("line", "operator")
    taken(client, callback="never")
    contact = taken(client, "+996 777 000 111")
    assert "Contacted before" not in client.get(reverse("contact", args=[contact.pk])).content.decode()


def test_another_desk_learns_nothing_of_an_earlier_contact(world: World) -> None:
    first = taken(world.client("line", "operator"), callback="never")
    other = world.client("centre", "operator")
    contact = taken(other)
    assert contact.caller_hash != first.caller_hash
    assert "Contacted before" not in other.get(reverse("contact", args=[contact.pk])).content.decode()


def test_a_line_can_keep_no_hashes(world: World) -> None:
    line = Line.objects.create(
        desk=world.desks["line"], code="l1", number="189", channel="phone", keeps_hashes=False
    )
    client = world.client("line", "operator")
    contact = taken(client, way=f"line-{line.pk}", line=str(line.pk))
    assert contact.caller_hash == ""
    assert 'name="caller"' not in client.get(reverse("contact", args=[contact.pk])).content.decode()


def test_a_line_that_stops_keeping_hashes_forgets_those_it_has(world: World) -> None:
    line = Line.objects.create(desk=world.desks["line"], code="l1", number="189", channel="phone")
    contact = taken(world.client("line", "operator"), way=f"line-{line.pk}", line=str(line.pk))
    assert contact.caller_hash
    client = world.client("line", "supervisor")
    client.post(reverse("line-edit", args=[line.pk]), {"number": "189", "channel": "phone"})
    contact.refresh_from_db()
    assert (contact.caller_hash, contact.hash_until) == ("", None)


@pytest.mark.asvs("14.2.7")
def test_hashes_are_forgotten_when_their_time_is_over(world: World) -> None:
    contact = taken(world.client("line", "operator"))
    assert contact.hash_until is not None
    days = timedelta(days=settings.CALLER_HASH_DAYS)
    assert abs(contact.hash_until - timezone.now() - days) < timedelta(minutes=1)
    assert forget_hashes(timezone.now() + days - timedelta(hours=1)) == 0
    assert forget_hashes(timezone.now() + days) == 1
    contact.refresh_from_db()
    assert contact.caller_hash == ""


def test_a_repeat_is_known_after_the_desk_has_turned_its_key(world: World) -> None:
    taken(world.client("line", "operator"), callback="never")
    desks.turn_desk(world.rings["line"], world.desks["line"].holder)
    member = world.users["line"].holder
    assert member is not None
    world.rings["line"] = Keyring.unlock(member, PASSPHRASE)
    client = world.client("line", "operator")
    contact = taken(client)
    assert "Contacted before" in client.get(reverse("contact", args=[contact.pk])).content.decode()


def test_half_a_number_is_refused_and_the_rest_is_kept(world: World) -> None:
    contact = taken(world.client("line", "operator"), "12", danger="now")
    assert (contact.caller_hash, contact.danger) == ("", "now")


def test_silent_has_a_script_and_a_kind_of_its_own(world: World) -> None:
    client = world.client("line", "operator")
    answer = client.post(reverse("contact-open"), {"way": "phone", "kind": "silent"})
    contact = Contact._base_manager.get()
    assert answer["Location"] == reverse("contact-silent", args=[contact.pk])
    page = client.get(answer["Location"]).content.decode()
    assert "press any key once" in page
    assert "I will stay a little longer" in page
    silent(client, contact, silent_1="yes", silent_2="yes", silent_3="no")
    contact.refresh_from_db()
    assert (contact.kind, contact.danger, contact.callback) == ("silent", "now", "never")
    assert contact.silent_answers == {"silent_1": "yes", "silent_2": "yes", "silent_3": "no"}


def test_an_exclusion_keeps_the_linked_contact_from_whom_it_bars(world: World) -> None:
    person = world.person("line")
    contact = taken(world.client("line", "operator"))
    Contact._base_manager.update(person=person)
    colleague = world.users["line"]
    Exclusion.objects.create(
        desk=person.desk, person=person, user=colleague, reason="relative", set_by=world.users["centre"]
    )
    client = world.client("line", "operator")
    assert client.get(reverse("contact", args=[contact.pk])).status_code == 404
    assert reverse("contact", args=[contact.pk]) not in client.get(reverse("contacts")).content.decode()
    assert [found.user for found in tries([person.pk])] == [colleague]


def test_no_answer_means_do_not_call(world: World) -> None:
    client = world.client("line", "operator")
    contact = taken(client, do="silent")
    assert contact.open
    silent(client, contact)
    contact.refresh_from_db()
    assert (contact.kind, contact.danger, contact.callback) == ("silent", "unknown", "unknown")


def test_silence_does_not_wipe_what_was_noted_before(world: World) -> None:
    client = world.client("line", "operator")
    contact = taken(client, do="silent", danger="now", callback="never")
    silent(client, contact)
    contact.refresh_from_db()
    assert (contact.kind, contact.danger, contact.callback) == ("silent", "now", "never")
    assert client.get(reverse("contact-silent", args=[contact.pk])).status_code == 302


def groups(actor: Actor) -> list[dict[str, object]]:
    return list(Contact.objects.visible_to(actor).silent_groups(timezone.now()))


def test_three_silent_contacts_of_one_number_in_a_day_are_a_quiet_task(world: World) -> None:
    client = world.client("line", "operator")
    actor = world.actor("line", "operator")
    for _ in range(2):
        silent(client, taken(client))
    silent(client, taken(client, "+996 777 000 111"))
    taken(client, do="prank")
    assert groups(actor) == []
    last = taken(client)
    silent(client, last)
    found = groups(actor)
    assert [(one["contact"], one["times"]) for one in found] == [(last.pk, 3)]
    assert set(found[0]) == {"contact", "times", "last"}
    assert groups(world.actor("stranger", "operator")) == []
    Contact._base_manager.filter(pk=last.pk).update(started_at=timezone.now() - timedelta(hours=25))
    assert groups(actor) == []
