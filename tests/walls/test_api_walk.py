"""Every operation of the API, learned from its routers, by every kind of token.

What is expected follows from the one table of the policy, from what the token allows, and from where its desk
stands to the record.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from kamkor.access import policy, tokens
from kamkor.access.api.endpoints import ENDPOINTS, Endpoint
from kamkor.access.models import Token
from kamkor.api import api
from kamkor.assistance.models import Referral
from tests.api.calling import Partner, partner
from tests.walls.records import Records, fill
from tests.walls.test_access_walk import STRANGERS
from tests.world import World

NEW = {
    "person": {"sex": "female", "age": "adult"},
    "consent": {"ground": "consent", "language": "ky"},
    "case": {"kind": "trafficking"},
}
BODIES: dict[str, Any] = {  # what a good request says, where it says anything
    "search_people": {"text": "Айгүл"},
    "take_in_person": NEW,
    "record_contact": {"kind": "prank", "channel": "phone"},
    "change_case": {"danger": "none"},
    "change_facts": {"interpreter": True},
    "change_contact": {"danger": "none"},
    "decline_referral": {"reason": "no_place"},
    "report_on_referral": {"text": "It goes well."},
    "finish_referral": {"helped": True, "result": "done"},
    "send_referral": {
        "offer": 1,
        "purpose": "service",
        "basics": True,
        "consent": {"ground": "consent", "ends_on": "2030-01-01", "language": "ky"},
    },
}
ROLES = ("operator", "worker", "advocate", "coordinator", "statistician", "administrator", "interpreter")
REFUSED = (403, 404)
DONE = (200, 201, 404, 409, 412, 422)


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str
    guard: Endpoint


def operations() -> Iterator[Operation]:
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for found in view.operations:
                assert found.view_func in ENDPOINTS, f"{found.operation_id} is not guarded"
                for method in found.methods:
                    yield Operation(str(found.operation_id), method, path, ENDPOINTS[found.view_func])


OPERATIONS = list(operations())
OBJECTS = [one for one in OPERATIONS if one.guard.model is not None]


def test_every_operation_has_a_name_and_a_row_in_the_policy() -> None:
    assert len({one.name for one in OPERATIONS}) == len(OPERATIONS) > 20
    for one in OPERATIONS:
        assert {one.guard.verb, *one.guard.needs} <= policy.RULES.keys()


@pytest.fixture
def records(world: World) -> Records:
    return fill(world)


def ask(who: Partner, records: Records, one: Operation) -> tuple[int, bytes]:
    """The answer to a good request, whose effects are taken back."""
    pk = records.keys[one.guard.model] if one.guard.model else ""
    path = one.path.replace("{int:id}", str(pk)).replace("{uuidstr:item}", records.others["<uuid:item>"])
    path = path.replace("{name}", "sex").replace("{int:year}", str(timezone.localdate().year))
    assert "{" not in path, path
    with transaction.atomic(), transaction.atomic(using="keys"):
        answer = who.send(
            one.method,
            path.removeprefix("/"),
            BODIES.get(one.name),
            **{"Idempotency-Key": "walk", "If-Match": "*"},
        )
        transaction.set_rollback(True)
        transaction.set_rollback(True, using="keys")
    return answer.status_code, answer.content


def test_a_token_does_what_its_role_may_and_it_allows(world: World, records: Records) -> None:
    for role in ROLES:
        ours = partner(world, "centre", role)
        for one in OPERATIONS:
            status, _content = ask(ours, records, one)
            may = policy.verdict(role, one.guard.verb, "own").allowed
            assert status in (DONE if may else REFUSED), f"{role} {one.name}: {status}"


@pytest.mark.asvs("8.2.1")
def test_what_a_token_does_not_allow_is_refused(world: World, records: Records) -> None:
    """Also to the head of the desk's own system."""
    narrow = partner(world, "centre", "supervisor", "reference.read")
    for one in OPERATIONS:
        status, _content = ask(narrow, records, one)
        expected = (200,) if one.guard.verb == "reference.read" else REFUSED
        assert status in expected, f"{one.name}: {status}"


@pytest.mark.parametrize("desk", STRANGERS)
def test_other_desks_find_nothing(world: World, records: Records, desk: str) -> None:
    """Word for word what is answered where there is nothing."""
    for role in ("worker", "supervisor", "operator", "advocate"):
        theirs = partner(world, desk, role)
        missing = theirs.get("cases/4611686018427387904").content
        for one in OBJECTS:
            assert ask(theirs, records, one) == (404, missing), f"{role} {one.name}"


def test_a_receiving_desk_reaches_the_referral_and_nothing_else(world: World, records: Records) -> None:
    theirs = partner(world, "clinic", "worker")
    for one in OBJECTS:
        status, _content = ask(theirs, records, one)
        where = f"{one.name}: {status}"
        if one.guard.model is not Referral:
            assert status == 404, where
        elif policy.verdict("worker", one.guard.verb, "received").allowed:
            assert status in DONE, where
            assert status != 404, where
        else:
            assert status == 403, where


def test_when_a_referral_has_ended_its_receiver_finds_nothing(world: World, records: Records) -> None:
    for end in ("declined", "withdrawn", "expired", "recalled"):
        theirs = partner(world, "clinic", "worker")
        with transaction.atomic(), transaction.atomic(using="keys"):
            records.end(end)
            for one in OBJECTS:
                assert ask(theirs, records, one)[0] == 404, f"{end} {one.name}"
            transaction.set_rollback(True)
            transaction.set_rollback(True, using="keys")


def test_without_a_token_that_lives_nothing_is_answered(world: World, records: Records) -> None:
    expired, revoked = partner(world), partner(world)
    Token.objects.filter(pk=expired.token.pk).update(ends_at=timezone.now())
    tokens.revoke(world.actor("centre", "supervisor"), revoked.token)
    guesses = ["", "kamkor_" + "A" * 43, expired.secret.upper(), "é"]
    nobodies = [expired, revoked, *(Partner(expired.token, guess) for guess in guesses)]
    for one in OPERATIONS:
        for nobody in nobodies:
            assert ask(nobody, records, one)[0] == 401, one.name


def test_who_has_signed_in_can_do_nothing_here(world: World) -> None:
    """A browser's cookies are not read, so that no page elsewhere can use them."""
    browser = world.client("centre", "supervisor")
    assert browser.get("/api/v1/cases").status_code == 401
    assert browser.post("/api/v1/people/search", {"text": "a"}).status_code == 401
    assert not browser.get("/api/v1/cases").cookies
