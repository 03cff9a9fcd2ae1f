"""A relative asks: everybody hears the same, and only the worker of the person's case sees a match."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kamkor.access.models import Membership, User
from kamkor.assistance.actions import cases
from kamkor.assistance.models import Case, Task
from kamkor.base import wall
from kamkor.base.problems import WrongState
from kamkor.crossborder import actions, sought
from kamkor.crossborder.models import Asked, Match, SearchRequest, SearchStep
from kamkor.people import erasure
from kamkor.people.models import Exclusion, Person
from kamkor.vault.models import Grant
from tests.world import World

SENT = {
    "asking_dangerous": "unknown",
    "kind": "missing_abroad",
    "asker_is": "spouse",
    "names": "Айгуль Сыдыкова",
    "birth_year": "1995",
    "sex": "female",
    "known": "Canary of what is known",
    "owed": "Canary of a debt",
    "asker": "Canary of the asker",
    "asks_others": "on",
}


def ask(world: World, desk: str = "line", role: str = "operator", **sent: str) -> SearchRequest:
    answer = world.client(desk, role).post(reverse("search-request-new"), SENT | sent)
    assert answer.status_code == 302, answer.content.decode()
    return SearchRequest._base_manager.latest("pk")


def her(world: World, desk: str = "centre", *, worker: User | None = None) -> tuple[Person, Case]:
    person = world.person(desk)
    case = cases.open_case(world.actor(desk), person, kind="trafficking")
    Case._base_manager.filter(pk=case.pk).update(worker=worker or world.users[desk])
    return person, case


def matches_of(world: World, desk: str = "centre", role: str = "worker") -> str:
    return world.client(desk, role).get(reverse("matches")).content.decode()


def colleague(name: str = "colleague") -> User:
    return User.objects.create(username=name, display_name=name.title(), password="!")


def test_four_answers_are_enough_and_danger_comes_first(world: World) -> None:
    client = world.client("line", "operator")
    page = client.get(reverse("search-request-new")).content.decode()
    assert page.index("asking_dangerous") < page.index("asker_is") < page.index('name="names"')
    short = {name: SENT[name] for name in ("asking_dangerous", "kind", "asker_is", "names")}
    assert client.post(reverse("search-request-new"), short).status_code == 302
    assert client.post(reverse("search-request-new"), short | {"names": ""}).status_code == 422


def test_what_is_told_is_sealed(world: World) -> None:
    request = ask(world)
    for item in (request.names, request.asker, request.known, request.owed):
        assert item is not None
        assert b"Canary" not in bytes(item.sealed)
    page = world.client("line", "operator").get(reverse("search-request", args=[request.pk]))
    assert "Canary of a debt" in page.content.decode()


def test_every_asker_hears_the_same_in_as_many_steps(world: World) -> None:
    """Whether nobody knows the person or a desk shelters her: same words, same queries."""

    def answered(names: str) -> tuple[str, int]:
        client = world.client("line", "operator")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            sent = client.post(reverse("search-request-new"), SENT | {"names": names})
            page = client.get(sent["Location"]).content.decode()
        code = SearchRequest._base_manager.latest("pk").code
        return page[page.index("<h1") :].replace(code, "").replace(names, ""), len(asked)

    her(world)
    answered("Nobody Atall")  # what only a first time needs
    unknown, known = answered("Nobody Atall"), answered("Айгүл Сыдыкова")
    assert strip(unknown[0]) == strip(known[0])
    assert unknown[1] == known[1]


def strip(page: str) -> str:
    """Without the addresses that count requests."""
    import re

    return re.sub(r"search-requests/\d+|csrfmiddlewaretoken\" value=\"[^\"]+|nonce=\"[^\"]+", "", page)


def test_the_desk_that_took_it_learns_nothing_of_a_match(world: World) -> None:
    request = ask(world)
    page = reverse("search-request", args=[request.pk])
    before = strip(world.client("line", "operator").get(page).content.decode())
    her(world)
    assert "Айгүл" in matches_of(world)
    match = Match._base_manager.get()
    actions.decide(world.actor("centre"), match, decision="says_yes")
    after = strip(world.client("line", "operator").get(page).content.decode())
    assert after.split("<h1")[1] == before.split("<h1")[1]
    for role in ("worker", "supervisor"):
        assert world.client("line", role).get(reverse("match", args=[match.pk])).status_code == 404


def test_another_spelling_and_script_is_found_in_the_desk_of_the_person(world: World) -> None:
    person, _case = her(world)
    ask(world, names="Gulnara Nobody\nAigul Sydykova")
    matches_of(world)
    assert [match.person_id for match in Match._base_manager.all()] == [person.pk]


@pytest.mark.parametrize(
    "other",
    [{"names": "Марина Ким"}, {"sex": "male"}, {"birth_year": "1970"}],
    ids=["another name", "another sex", "another age"],
)
def test_who_cannot_be_meant_is_no_match(world: World, other: dict[str, str]) -> None:
    her(world)
    ask(world, **other)
    matches_of(world)
    assert not Match._base_manager.exists()


def test_a_match_is_shown_to_the_worker_of_her_case_alone(world: World) -> None:
    her(world, worker=colleague())
    ask(world)
    for role in ("worker", "supervisor"):
        assert "Айгүл" not in matches_of(world, role=role)
    match = Match._base_manager.get()
    for role in ("worker", "supervisor"):
        assert world.client("centre", role).get(reverse("match", args=[match.pk])).status_code == 404
    Case._base_manager.update(worker=None)
    assert "Айгүл" in matches_of(world, role="supervisor")
    assert "Айгүл" not in matches_of(world, role="worker")
    Case._base_manager.update(worker=world.users["centre"])
    assert "Айгүл" in matches_of(world)


def test_who_is_kept_from_her_does_not_see_that_she_is_asked_for(world: World) -> None:
    person, _case = her(world)
    ask(world)
    Exclusion._base_manager.create(
        desk_id=person.desk_id,
        person=person,
        user=world.users["centre"],
        reason="kin_of_recruiter",
        set_by=world.users["centre"],
    )
    assert "Айгүл" not in matches_of(world)
    match = Match._base_manager.get()
    assert world.client("centre").get(reverse("match", args=[match.pk])).status_code == 404


def test_the_asker_is_shown_only_when_she_wants_it(world: World) -> None:
    her(world)
    ask(world)
    client = world.client("centre")
    matches_of(world)
    address = reverse("match", args=[Match._base_manager.get().pk])
    page = client.get(address).content.decode()
    assert "Canary of what is known" in page
    assert "Canary of the asker" not in page
    for decision, shown in (("says_no", False), ("says_yes", True), ("not_safe", False)):
        client.post(f"{address}decide", {"decision": decision})
        assert ("Canary of the asker" in client.get(address).content.decode()) is shown
    assert "Canary of a debt" not in client.get(address).content.decode()


def test_without_the_askers_yes_no_other_desk_is_asked(world: World) -> None:
    her(world)
    request = ask(world, asks_others="")
    with wall.acting(None, scope="all"):
        assert {asked.desk.code for asked in Asked._base_manager.filter(request=request)} == {"line"}
        assert not Grant._base_manager.filter(ref=request.ref).exists()
    matches_of(world)
    assert not Match._base_manager.exists()


def test_an_ended_search_opens_nothing_any_more(world: World) -> None:
    her(world)
    request = ask(world)
    matches_of(world)
    actions.end(world.actor("line", "operator"), request, outcome="asker_not_safe", on=date(2026, 5, 1))
    assert "Айгүл" not in matches_of(world)
    assert not world.rings["centre"].can_read(request.names)
    with pytest.raises(WrongState):
        actions.end(world.actor("line", "operator"), request, outcome="not_found", on=date(2026, 5, 1))
    with pytest.raises(WrongState):
        actions.add_step(world.actor("line", "operator"), request, kind="answered", on="2026")


def test_a_desk_looks_again_after_an_hour_for_people_who_came_later(world: World) -> None:
    ask(world)
    assert "Айгүл" not in matches_of(world)
    her(world)
    assert "Айгүл" not in matches_of(world)
    with wall.acting(None, scope="all"):
        Asked._base_manager.update(looked_at=timezone.now() - sought.AGAIN_AFTER)
    assert "Айгүл" in matches_of(world)


def test_who_was_forgotten_is_asked_for_no_more_at_her_desk_and_nobody_else_notices(world: World) -> None:
    """The desk that took the request keeps what the relative said, and learns nothing by it."""
    person, _case = her(world)
    request, other = ask(world), ask(world, names="Айгүл Сыдыкова\nGulnara Nobody")
    matches_of(world)
    hers, another = Match._base_manager.order_by("request")
    actions.decide(world.actor("centre"), hers, decision="not_safe")
    actions.decide(world.actor("centre"), another, decision="another")
    erasure.erase(person)
    ring = world.rings["centre"]
    assert not [
        item for item in (request.names, request.known, request.asker) if item and ring.can_read(item)
    ]
    assert ring.can_read(other.names), "that was somebody else"
    assert not Match._base_manager.exists()
    line = world.actor("line", "operator")
    actions.add_step(line, request, kind="asked_police", on="2026")
    assert not ring.can_read(request.names), "a step does not open it again"
    assert line.keyring.read(request.names) == SENT["names"]
    assert "Айгүл" not in matches_of(world)


def test_a_desk_that_keeps_files_only_since_is_asked_with_the_next_step(world: World) -> None:
    """Until then it finds no match, also where her file came to it with one."""
    user = world.users["clinic"]
    held = Membership._base_manager.filter(user=user, desk=world.desks["clinic"], role="worker")
    held.update(ended_at=timezone.now())
    with wall.acting(None, scope="all"):
        request = ask(world)
        assert not request.asked.filter(desk=world.desks["clinic"]).exists()
        held.update(ended_at=None)
        person, _case = her(world, "clinic", worker=user)
        match = Match._base_manager.create(
            desk=world.desks["clinic"], request=request, person=person, score=1
        )
    address = reverse("match", args=[match.pk])
    assert world.client("clinic").get(address).status_code == 404
    actions.add_step(world.actor("line", "operator"), request, kind="asked_police", on="2026")
    page = world.client("clinic").get(address)
    assert "Canary of what is known" in page.content.decode()


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no second wall, only the first")
def test_an_asked_desk_reads_a_request_and_by_no_statement_changes_it(world: World) -> None:
    request = ask(world)
    with wall.acting(world.desks["clinic"].pk), connection.cursor() as cursor:
        assert SearchRequest._base_manager.get() == request
        for statement in (
            "UPDATE crossborder_searchrequest SET code = code",
            "DELETE FROM crossborder_searchrequest",
        ):
            cursor.execute(statement)
            assert cursor.rowcount == 0
    with wall.acting(world.desks["stranger"].pk):
        assert SearchRequest._base_manager.count() == 1, "it keeps files too"
        Asked._base_manager.all().delete()
        assert not SearchRequest._base_manager.exists()


def test_a_refusal_to_register_needs_the_post_and_makes_a_letter(world: World) -> None:
    request = ask(world, kind="held_as_collateral")
    client = world.client("line", "operator")
    new = reverse("search-step-new", args=[request.pk])
    assert client.post(new, {"kind": "police_refused", "on": "2026-05-03"}).status_code == 422
    sent = {"kind": "police_refused", "on": "2026-05-03", "post": "Canary duty officer", "note": "Come later"}
    assert client.post(new, sent).status_code == 302
    step = SearchStep._base_manager.get()
    assert step.post is not None
    assert b"Canary" not in bytes(step.post.sealed)
    letter = client.get(reverse("search-letter", args=[step.pk])).content.decode()
    assert "Canary duty officer" in letter
    assert request.code in letter
    assert "2026-05-03" in letter
    for unsaid in ("Сыдыкова", "Kamkor</title>", "Canary of", "victim"):
        assert unsaid not in letter[letter.index("<article") :]


@pytest.mark.parametrize("outcome", ["died_body_returned", "died_buried_there", "died_body_not_found"])
def test_a_search_can_end_in_a_death_abroad(world: World, outcome: str) -> None:
    request = ask(world)
    client = world.client("line", "operator")
    end = reverse("search-request-end", args=[request.pk])
    assert client.post(end, {"outcome": outcome, "on": "2026-05-03"}).status_code == 302
    request.refresh_from_db()
    assert request.outcome == outcome
    page = client.get(reverse("search-request", args=[request.pk])).content.decode()
    assert end not in page


@pytest.mark.parametrize("desk", ["centre", "clinic", "stranger"])
def test_another_desk_finds_no_request_and_no_step(world: World, desk: str) -> None:
    request = ask(world)
    step = actions.add_step(world.actor("line", "operator"), request, kind="asked_police", on="2026")
    client = world.client(desk, "worker")
    assert request.code not in client.get(reverse("search-requests")).content.decode()
    for name in ("search-request", "search-step-new", "search-request-end"):
        assert client.get(reverse(name, args=[request.pk])).status_code == 404
    assert client.get(reverse("search-letter", args=[step.pk])).status_code == 404


@pytest.mark.parametrize("role", ["investigator", "prosecutor", "coordinator", "statistician", "monitor"])
def test_no_state_role_takes_or_reads_requests(world: World, role: str) -> None:
    actor = world.actor("line", role)
    with pytest.raises(PermissionDenied):
        actions.take(actor, world.desks["line"], facts={}, texts={})
    assert world.client("line", role).get(reverse("search-requests")).status_code == 403


def test_several_of_one_village_stand_together_and_make_one_task(world: World) -> None:
    village = "41706000000000"
    ask(world, home=village)
    assert not Task.objects.filter(kind="village_missing").exists()
    ask(world, home=village, together="4")
    ask(world, home=village)
    task = Task.objects.get(kind="village_missing")
    assert task.desk == world.desks["line"]
    page = world.client("line", "operator").get(reverse("search-requests")).content.decode()
    assert "Missing from one village" in page
    assert f"?home={village}" in page
    other = world.client("centre").get(reverse("search-requests")).content.decode()
    assert village not in other
