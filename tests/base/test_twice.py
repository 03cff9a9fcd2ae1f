"""One field or question sent twice: one of them counts, always the last, and never the more powerful one."""

import pytest
from django.urls import reverse
from django.utils import timezone

from kamkor.access.middleware import MEMBERSHIP
from kamkor.access.models import Membership
from kamkor.assistance.actions import records
from kamkor.assistance.models import Note
from tests.api.calling import partner
from tests.assistance.case_files import open_case
from tests.world import World


@pytest.mark.asvs("15.3.7")
def test_the_last_of_two_fields_is_taken_and_one_row_made(world: World) -> None:
    case, client = open_case(world), world.client("centre")
    day = str(timezone.localdate())
    given = {"kind": ["privileged", "fact"], "on": day, "text": ["the first text", "the last text"]}
    assert client.post(reverse("note-add", args=[case.pk]), given).status_code == 302
    note = Note.objects.get()
    assert note.kind == Note.Kind.FACT
    assert world.rings["centre"].read(note.text) == "the last text"


def test_what_stands_in_the_body_does_not_change_whom_the_address_is_about(world: World) -> None:
    case, client = open_case(world), world.client("centre")
    one, other = (records.add_note(world.actor("centre"), case, text=text) for text in ("one", "other"))
    address = f"{reverse('note-edit', args=[one.pk])}?pk={other.pk}"
    given = {"pk": [str(other.pk)], "note": [str(other.pk)], "text": "changed", "version": ["7", "1"]}
    assert client.post(address, given).status_code == 302
    texts = {note.pk: world.rings["centre"].read(note.text) for note in Note.objects.select_related("text")}
    assert texts == {one.pk: "changed", other.pk: "other"}


@pytest.mark.parametrize("order", [1, -1])
def test_nobody_enters_another_desk_beside_their_own(world: World, order: int) -> None:
    client = world.client("centre")
    own = Membership.objects.get(user=world.users["centre"], desk=world.desks["centre"], role="supervisor")
    theirs = Membership.objects.filter(user=world.users["stranger"]).latest("pk")
    client.post(reverse("choose-desk"), {"membership": [own.pk, theirs.pk][::order]})
    entered = Membership.objects.get(pk=client.session[MEMBERSHIP])
    assert entered.user == world.users["centre"]


def test_questions_sent_twice_break_nothing(world: World) -> None:
    client = world.client("centre")
    for page in ("cases", "people", "tasks", "contacts", "directory"):
        twice = client.get(f"{reverse(page)}?page=1&page=x&page=2&lang=en&lang=xx")
        assert twice.status_code == 200, page
    answer = partner(world).get("referrals?limit=1&limit=2")
    assert answer.status_code in (200, 400, 422)
