"""What a token can do, who may make one, and what ends it."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from kamkor.access import actions, tokens
from kamkor.access.approvals import Approval
from kamkor.access.models import Membership, Token
from kamkor.base.actions import Refused
from kamkor.base.models import AuditEvent
from kamkor.base.problems import Problem, WrongState
from kamkor.people.actions.exclusions import exclude
from kamkor.vault import desks
from kamkor.vault.models import Share
from kamkor.vault.tokens import PREFIX
from tests.api.calling import Partner, partner
from tests.people.stories import actor_of, client_of, colleague
from tests.walls.records import SECRET, fill
from tests.walls.test_api_walk import OPERATIONS, ask
from tests.walls.test_canaries import everything
from tests.world import World

IDENTITY = ("person.search", "person.read")


@pytest.mark.asvs("16.3.2")
def test_a_token_with_the_key_reads_names_and_each_read_is_logged_as_its_own(world: World) -> None:
    ours, person = partner(world), world.person()
    found = ours.post("people/search", {"text": "Айгул"}).json()["items"]
    assert [row["id"] for row in found] == [person.pk]
    read = ours.get(f"people/{person.pk}").json()
    assert "+996 555 010 203" in {one["text"] for one in read["particulars"]}
    event = AuditEvent.objects.get(verb="person.read")
    assert (event.actor_id, event.desk_id) == (ours.token.account_id, ours.token.desk_id)
    assert event.subject == f"people.person:{person.pk}"


@pytest.mark.asvs("8.2.3")
def test_what_is_sealed_is_in_no_answer_to_a_token_without_the_key(world: World) -> None:
    records = fill(world)
    keyless = partner(
        world, "centre", "supervisor", "case.list", "contact.list", "referral.list", "task.list"
    )
    assert keyless.token.pair is None
    for one in OPERATIONS:
        assert SECRET.encode() not in ask(keyless, records, one)[1], one.name
    assert keyless.get("cases").json()["items"]


def test_the_secret_is_in_no_table_and_no_answer_is_kept_readable(world: World) -> None:
    ours = partner(world)
    body = {"kind": "substantive", "channel": "phone", "note": SECRET, "caller": "+996 555 777 888"}
    assert ours.post("contacts", body).status_code == 201
    ours.post("people/search", {"text": SECRET}, **{"Idempotency-Key": SECRET})
    text = everything("default") + everything("keys")
    assert ours.secret not in text
    assert SECRET not in text


@pytest.mark.asvs("8.3.2")
def test_revoking_shuts_out_at_once_and_takes_the_key_away(world: World) -> None:
    ours, head = partner(world), world.actor("centre", "supervisor")
    assert ours.get("cases").status_code == 200
    tokens.revoke(head, ours.token)
    assert ours.get("cases").status_code == 401
    assert not Share.objects.filter(recipient=ours.token.pair).exists()
    assert tokens.turning_advised(head.desk)
    desks.turn_desk(head.keyring, head.desk.holder)
    assert not Share.objects.filter(recipient=ours.token.pair).exists()
    assert not tokens.turning_advised(head.desk)


def test_a_living_token_reads_on_when_the_key_is_turned(world: World) -> None:
    ours, head = partner(world), world.actor("centre", "supervisor")
    desks.turn_desk(head.keyring, head.desk.holder)
    person = world.person()
    assert ours.get(f"people/{person.pk}").status_code == 200


def test_when_its_time_is_over_its_key_is_taken_away(world: World) -> None:
    ours, other = partner(world, "centre", "worker", *IDENTITY, days=1), partner(world)
    tomorrow = timezone.now() + timedelta(days=1, minutes=1)
    assert tokens.end_expired(tomorrow) == 1
    assert ours.get("cases").status_code == 401
    assert other.get("cases").status_code == 200
    assert not Share.objects.filter(recipient=ours.token.pair).exists()


def test_who_leaves_takes_no_token_along(world: World) -> None:
    """Whoever made it saw its secret, and the key is turned to keep them out."""
    head = world.actor("centre", "supervisor")
    leaver = actions.add_member(
        head, head.desk, username="leaver", display_name="Leaver", role="supervisor", password="x"
    )
    actions.admit(head, leaver)
    ours = partner(world)
    Token.objects.filter(pk=ours.token.pk).update(made_by=leaver.user)
    assert ours.get("cases").status_code == 200
    actions.remove(head, leaver)
    assert ours.get("cases").status_code == 401


@pytest.mark.asvs("8.3.3")
def test_what_is_kept_from_somebody_is_kept_from_their_systems(world: World) -> None:
    ours, person, head = partner(world), world.person(), world.actor("centre", "supervisor")
    other = actions.add_member(
        head, head.desk, username="other", display_name="Other", role="worker", password="x"
    )
    actions.admit(head, other)
    exclude(world.actor("centre"), person, reason="her_wish", user=ours.token.made_by)
    assert ours.get(f"people/{person.pk}").status_code == 404
    assert ours.post("people/search", {"text": "Айгүл"}).json()["items"] == []
    assert AuditEvent.objects.filter(verb="exclusion.tried", actor_id=ours.token.account_id).exists()


def test_only_the_head_with_an_open_vault_gives_the_key(world: World) -> None:
    administrator = world.actor("centre", "administrator")
    given = {"secret": tokens.new_secret(), "name": "Partner", "role": "worker", "days": 30}
    with pytest.raises(Refused):
        tokens.make(administrator, administrator.desk, scopes=["person.read"], **given)  # type: ignore[arg-type]
    assert tokens.make(administrator, administrator.desk, scopes=["case.list"], **given)  # type: ignore[arg-type]
    worker = world.actor("centre", "worker")
    with pytest.raises(Refused):
        tokens.make(worker, worker.desk, scopes=["case.list"], **given)  # type: ignore[arg-type]


def test_the_key_takes_a_second_person_within_a_day(world: World) -> None:
    """Whoever makes the token cannot give it the key, in whichever role; nor can another desk's head."""
    head, person, secret = world.actor("centre", "supervisor"), world.person(), tokens.new_secret()
    given = {"name": "Partner", "role": "worker", "scopes": list(IDENTITY), "days": 30}
    ours = Partner(tokens.make(head, head.desk, secret=secret, **given), secret)  # type: ignore[arg-type]
    assert ours.get(f"people/{person.pk}").status_code == 403
    for role in ("supervisor", "worker"):
        with pytest.raises(Problem):
            tokens.grant(world.actor("centre", role), ours.token)
    with pytest.raises(Refused):
        tokens.grant(world.actor("line", "supervisor"), ours.token)
    second = colleague(world)
    with pytest.raises(Refused):
        tokens.grant(actor_of(world, second, "administrator"), ours.token)
    assert ours.get(f"people/{person.pk}").status_code == 403
    tokens.grant(actor_of(world, second), ours.token)
    assert ours.get(f"people/{person.pk}").status_code == 200
    secret = tokens.new_secret()
    late = tokens.make(head, head.desk, secret=secret, **given)  # type: ignore[arg-type]
    refused = tokens.make(head, head.desk, secret=tokens.new_secret(), **given)  # type: ignore[arg-type]
    Approval.objects.filter(subject=f"access.token:{late.pk}").update(ends_at=timezone.now())
    with pytest.raises(WrongState):
        tokens.grant(actor_of(world, second), late)
    assert Partner(late, secret).get(f"people/{person.pk}").status_code == 403
    tokens.refuse(actor_of(world, second), refused)
    refused.refresh_from_db()
    assert not refused.alive
    assert not tokens.turning_advised(head.desk)


@pytest.mark.asvs("8.3.3")
@pytest.mark.parametrize(
    ("wrong", "value"),
    [("role", "nobody"), ("scopes", []), ("scopes", ["desk.turn"]), ("scopes", ["no.verb"]), ("days", 366)],
)
def test_a_token_never_exceeds_a_role_of_the_desk_or_a_year(world: World, wrong: str, value: object) -> None:
    head = world.actor("centre", "supervisor")
    given = {"role": "worker", "scopes": ["case.list"], "days": 30} | {wrong: value}
    with pytest.raises(Problem):
        tokens.make(head, head.desk, secret=tokens.new_secret(), name="Partner", **given)  # type: ignore[arg-type]


def test_nobody_signs_in_as_a_system(world: World) -> None:
    account = partner(world).token.account
    assert not account.has_usable_password()
    assert not Membership.objects.filter(user=account).exists()


def test_its_use_is_noted_now_and_then(world: World) -> None:
    ours = partner(world)
    ours.get("cases")
    first = Token.objects.get(pk=ours.token.pk).used_at
    ours.get("cases")
    assert first == Token.objects.get(pk=ours.token.pk).used_at is not None


def test_the_pages_give_a_token_once_and_take_it_back(world: World) -> None:
    head = world.client("centre", "supervisor")
    assert "worker" in head.get(reverse("token-new")).content.decode()
    sent = {"name": "Patient records", "scopes": list(IDENTITY), "days": "30"}
    made = head.post(f"{reverse('token-new')}?role=worker", sent)
    assert made.status_code == 200
    token = Token.objects.get()
    assert PREFIX in made.content.decode()
    assert made["Cache-Control"] == "no-store"
    assert Partner(token, tokens.new_secret()).get("cases").status_code == 401
    assert head.post(reverse("token-grant", args=[token.pk]), {"agreed": "yes"}).status_code == 422
    second = client_of(colleague(world), "worker")
    assert "A system is to open sealed files" in second.get(reverse("my-work")).content.decode()
    assert "Waits for a second person" in second.get(reverse("tokens")).content.decode()
    assert second.post(reverse("token-grant", args=[token.pk]), {"agreed": "yes"}).status_code == 302
    listed = world.client("centre", "worker").get(reverse("tokens")).content.decode()
    assert "Patient records" in listed
    assert "Opens sealed files" in listed
    assert PREFIX not in listed
    gone = head.post(reverse("token-revoke", args=[token.pk]), follow=True).content.decode()
    assert "Turn the key" in gone
    assert head.post(f"{reverse('token-new')}?role=worker", sent | {"days": "366"}).status_code == 422


def test_while_the_vault_is_shut_the_key_cannot_be_given(world: World) -> None:
    shut = world.client("centre", "supervisor", unlocked=False)
    page = shut.get(f"{reverse('token-new')}?role=worker").content.decode()
    assert "person.read" not in page
    assert "case.list" in page
    sent = {"name": "Partner", "scopes": ["person.read"], "days": "30"}
    assert shut.post(f"{reverse('token-new')}?role=worker", sent).status_code == 422
    assert not Token.objects.exists()


def test_another_desk_neither_sees_nor_ends_it(world: World) -> None:
    token = partner(world).token
    theirs = world.client("stranger", "supervisor")
    assert "Partner" not in theirs.get(reverse("tokens")).content.decode()
    assert theirs.post(reverse("token-revoke", args=[token.pk])).status_code == 404


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no second wall")
def test_the_second_wall_stands_around_a_token_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from kamkor.people.models import Person, PersonQuerySet

    person = world.person()
    assert connection.vendor == "postgresql"
    monkeypatch.setattr(PersonQuerySet, "visible_to", lambda rows, actor: rows)
    assert partner(world, "stranger").get(f"people/{person.pk}").status_code == 404
    assert Person.objects.filter(pk=person.pk).exists()


def test_its_own_pace_is_limited_and_nobody_elses(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.conf.settings.TOKEN_REQUESTS_PER_MINUTE", 3)
    hasty, other = partner(world), partner(world)
    answers = [hasty.get("code-lists/sex") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert json.loads(answers[-1].content)["type"].endswith("#too-often")
    assert other.get("code-lists/sex").status_code == 200
