"""The interpreter: by code, with an oath and a check for kinship at each talk, and no file."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from kamkor.access.models import Membership
from kamkor.assistance.work import work_of
from kamkor.base import codelists
from kamkor.base.problems import Problem, WrongState
from kamkor.identification.actions import interpreting as actions
from kamkor.identification.models import InterpretedTalk
from kamkor.identification.views.interpreting import desks_with_interpreters
from kamkor.people.models import Exclusion, Person
from tests.world import World

SECRETS = ("Айгүл", "555 010 203", "1996")


@pytest.fixture(autouse=True)
def _lists(db: None) -> None:
    codelists.load()


def asked(world: World, person: Person | None = None, *, of: str = "clinic") -> InterpretedTalk:
    """The centre asks an interpreter of the clinic for tomorrow."""
    at = timezone.now() + timedelta(days=1)
    person = person or world.person()
    return actions.ask(world.actor("centre"), person, interpreters=world.desks[of], language="ky", at=at)


def test_the_desk_asks_on_the_persons_page_and_follows_it(world: World) -> None:
    person, client = world.person(), world.client("centre")
    page = reverse("interpreter-ask", args=[person.pk])
    when = {"at_0": "2026-12-01", "at_1": "10:00"}
    sent = {"language": "uz", "interpreters": str(world.desks["clinic"].pk)} | when
    assert client.post(page, sent).status_code == 302
    talk = InterpretedTalk.objects.get()
    assert talk.code != person.code
    assert talk.code in client.get(page).content.decode()
    assert client.post(reverse("interpreter-cancel", args=[talk.pk])).status_code == 302
    assert not InterpretedTalk.objects.visible_to(world.actor("clinic", "interpreter")).exists()


def test_the_interpreter_sees_a_code_a_language_and_an_hour_and_nothing_of_hers(world: World) -> None:
    person = world.person()
    talk = asked(world, person)
    client = world.client("clinic", "interpreter")
    pages = [reverse("interpreting"), reverse("my-work")]
    actions.take(world.actor("clinic", "interpreter"), talk)
    pages.append(reverse("interpreting-begin", args=[talk.pk]))
    for page in pages:
        shown = client.get(page).content.decode()
        assert talk.code in shown
        assert not [secret for secret in (*SECRETS, person.code) if secret in shown]


def test_the_interpreters_pages_open_without_keys(world: World) -> None:
    talk = asked(world)
    client = world.client("clinic", "interpreter", unlocked=False)
    assert client.get(reverse("interpreting")).status_code == 200
    assert client.post(reverse("interpreting-take", args=[talk.pk])).status_code == 302


def test_no_talk_begins_without_the_promise(world: World) -> None:
    talk, client = asked(world), world.client("clinic", "interpreter")
    client.post(reverse("interpreting-take", args=[talk.pk]))
    page = reverse("interpreting-begin", args=[talk.pk])
    assert client.post(page, {"knows": "no"}).status_code == 422
    assert client.post(page, {"sworn": "on"}).status_code == 422
    with pytest.raises(Problem):
        actions.begin(world.actor("clinic", "interpreter"), talk, sworn=False, knows=False)
    assert client.post(page, {"knows": "no", "sworn": "on"}).status_code == 302
    talk.refresh_from_db()
    assert talk.state == "begun"
    assert talk.oath_at is not None
    seen = world.client("centre").get(reverse("interpreter-ask", args=[talk.person_id])).content.decode()
    assert "oath" in seen


def test_whoever_knows_somebody_concerned_steps_back(world: World) -> None:
    talk, client = asked(world), world.client("clinic", "interpreter")
    client.post(reverse("interpreting-take", args=[talk.pk]))
    assert client.post(reverse("interpreting-begin", args=[talk.pk]), {"knows": "yes"}).status_code == 302
    talk.refresh_from_db()
    assert (talk.state, talk.oath_at) == ("stepped_back", None)
    seen = world.client("centre").get(reverse("interpreter-ask", args=[talk.person_id])).content.decode()
    assert "Ask somebody else" in seen
    with pytest.raises(WrongState):
        actions.begin(world.actor("clinic", "interpreter"), talk, sworn=True, knows=False)


def test_a_talk_is_one_interpreters(world: World) -> None:
    talk = asked(world)
    actions.take(world.actor("clinic", "interpreter"), talk)
    Membership.objects.create(user=world.users["police"], desk=world.desks["clinic"], role="interpreter")
    with patch.dict(world.users, clinic=world.users["police"]):
        assert not InterpretedTalk.objects.visible_to(world.actor("clinic", "interpreter")).exists()
        with pytest.raises(WrongState):
            actions.begin(world.actor("clinic", "interpreter"), talk, sworn=True, knows=False)


def test_a_desk_from_which_she_is_kept_is_neither_offered_nor_asked(world: World) -> None:
    person, worker = world.person(), world.actor("centre")
    talk = asked(world, person)
    assert world.desks["clinic"] in desks_with_interpreters(worker, person)
    kept = {
        "excluded_desk": world.desks["clinic"],
        "reason": "kin_of_recruiter",
        "set_by": world.users["centre"],
    }
    Exclusion.objects.create(desk=person.desk, person=person, **kept)
    assert world.desks["clinic"] not in desks_with_interpreters(worker, person)
    with pytest.raises(Problem):
        asked(world, person)
    assert (
        world.client("clinic", "interpreter").post(reverse("interpreting-take", args=[talk.pk])).status_code
        == 404
    )


def test_my_work_names_it_by_its_code(world: World) -> None:
    talk = asked(world)
    lines = work_of(world.actor("clinic", "interpreter"), timezone.now()).new
    assert [line.href for line in lines] == [reverse("interpreting")]
    assert talk.code in str(lines[0].text)


def test_strangers_and_other_roles_find_no_talk(world: World) -> None:
    talk = asked(world)
    take = reverse("interpreting-take", args=[talk.pk])
    for desk, role in (("stranger", "interpreter"), ("centre", "interpreter"), ("clinic", "worker")):
        assert world.client(desk, role).post(take).status_code == 404
    assert world.client("centre").post(take).status_code == 403
    ask = reverse("interpreter-ask", args=[talk.person_id])
    assert world.client("stranger").get(ask).status_code == 404
    assert world.client("centre", "interpreter").get(ask).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.take(world.actor("stranger", "interpreter"), talk)
