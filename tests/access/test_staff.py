"""A desk's staff and keys: coming, being admitted, leaving, forgetting, recovering."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from kamkor.access.models import Membership, User
from kamkor.base.models import AuditEvent
from kamkor.vault import desks
from kamkor.vault.keyring import Keyring
from tests.world import PASSPHRASE, World

FIRST = "several words to begin with"
SECOND = "other words that came later"


def add(world: World, username: str = "newcomer") -> Membership:
    """A colleague added over the page by the head of the desk, who has chosen a password since."""
    given = {
        "username": username,
        "display_name": "New Comer",
        "role": "worker",
        "new": FIRST,
        "again": FIRST,
    }
    answer = world.client("centre", "supervisor").post(reverse("member-add"), given)
    assert answer.status_code == 302
    assert User.objects.filter(username=username).exclude(given_at=None).update(given_at=None) == 1
    return Membership.objects.get(user__username=username)


def signed_in(username: str, password: str = FIRST) -> Client:
    """As somebody who has chosen a password since, if another one was given."""
    User.objects.filter(username=username).update(given_at=None)
    client = Client(raise_request_exception=False)
    assert client.post(reverse("sign-in"), {"username": username, "password": password}).status_code == 302
    assert client.post(reverse("unlock"), {"passphrase": password}).status_code == 302
    return client


def admit(world: World, membership: Membership) -> None:
    client = world.client("centre", "supervisor")
    assert client.post(reverse("member-admit", args=[membership.pk])).status_code == 302


def opens_files(client: Client) -> bool:
    answer = client.get(reverse("people"))
    return answer.status_code == 200


def test_a_newcomer_opens_nothing_until_a_colleague_admits_them(world: World) -> None:
    person = world.person()
    membership = add(world)
    client = signed_in("newcomer")
    assert client.get(reverse("my-work")).status_code == 200
    answer = client.get(reverse("person", args=[person.pk]))
    assert answer["Location"].startswith(reverse("not-admitted"))
    page = client.get(answer["Location"]).content.decode()
    assert "a colleague has to admit you" in page
    assert "Not admitted yet" in world.client("centre", "supervisor").get(reverse("members")).content.decode()
    admit(world, membership)
    assert client.get(answer["Location"])["Location"] == reverse("person", args=[person.pk])
    assert client.get(reverse("person", args=[person.pk])).status_code == 200


@pytest.mark.asvs("7.4.2", "8.3.2")
def test_a_leaver_is_out_at_the_next_request_and_the_key_is_turned(world: World) -> None:
    membership = add(world)
    admit(world, membership)
    client = signed_in("newcomer")
    assert opens_files(client)
    desk = world.desks["centre"].holder
    before = desk.current().epoch
    answer = world.client("centre", "supervisor").post(reverse("member-remove", args=[membership.pk]))
    assert answer.status_code == 302
    assert client.get(reverse("people"))["Location"].startswith(reverse("choose-desk"))
    assert desk.current().epoch == before + 1
    assert membership.user.holder_id not in desks.admitted(desk)
    world.rings["centre"] = Keyring.unlock(world.users["centre"].holder, PASSPHRASE)  # type: ignore[arg-type]
    later = world.person()  # what is written from now on is closed to the keys of the leaver
    item = later.particulars.get(kind="name").item
    holder = membership.user.holder
    assert holder is not None
    assert not Keyring.unlock(holder, FIRST).can_read(item)
    assert "no role at any desk" in client.get(reverse("choose-desk")).content.decode()


def test_nobody_removes_themselves(world: World) -> None:
    own = world.actor("centre", "supervisor").membership
    assert own is not None
    answer = world.client("centre", "supervisor").post(reverse("member-remove", args=[own.pk]))
    assert answer.status_code == 422
    assert Membership.objects.get(pk=own.pk).ended_at is None


@pytest.mark.asvs("6.4.3")
def test_a_new_password_alone_does_not_open_the_vault(world: World) -> None:
    membership = add(world)
    admit(world, membership)
    old = signed_in("newcomer")
    head = world.client("centre", "administrator")
    answer = head.post(
        reverse("member-reset", args=[membership.pk]), {"new": SECOND, "again": SECOND}, follow=True
    )
    assert "the vault stays shut" in answer.content.decode()
    assert old.get(reverse("people")).status_code == 302  # the old session has ended
    client = signed_in("newcomer", SECOND)
    assert client.get(reverse("people"))["Location"].startswith(reverse("not-admitted"))
    admit(world, membership)
    assert opens_files(client)


def recovery_words(world: World) -> str:
    answer = world.client("centre", "supervisor").post(reverse("desk-recovery"))
    assert answer.status_code == 200
    found = re.search(r"<pre[^>]*>([^<]+)</pre>", answer.content.decode())
    assert found is not None
    return found.group(1)


def test_the_recovery_key_is_shown_once_and_opens_the_desk(world: World) -> None:
    words = recovery_words(world)
    supervisor = world.client("centre", "supervisor")
    assert supervisor.get(reverse("desk-recovery")).status_code == 405
    assert words not in supervisor.get(reverse("members")).content.decode()
    add(world)
    client = signed_in("newcomer")
    wrong = client.post(reverse("recover"), {"words": "not these words"})
    assert wrong.status_code == 422
    answer = client.post(reverse("recover"), {"words": words})
    assert answer["Location"] == reverse("unlock")
    client.post(reverse("unlock"), {"passphrase": FIRST})
    assert opens_files(client)
    assert AuditEvent.objects.filter(verb="desk.recovered").exists()


def test_a_newer_recovery_key_replaces_the_older(world: World) -> None:
    old = recovery_words(world)
    new = recovery_words(world)
    add(world)
    client = signed_in("newcomer")
    assert client.post(reverse("recover"), {"words": old}).status_code == 422
    assert client.post(reverse("recover"), {"words": new}).status_code == 302


def test_who_else_can_open_the_files_is_shown(world: World) -> None:
    client = world.client("centre", "supervisor")
    assert "The host cannot." in client.get(reverse("members")).content.decode()
    assert client.post(reverse("desk-custody"), {"custody": "host"}).status_code == 302
    assert "The host of this server can also open" in client.get(reverse("members")).content.decode()
    before = world.desks["centre"].holder.current().epoch
    client.post(reverse("desk-custody"), {"custody": "staff"})
    assert "The host cannot." in client.get(reverse("members")).content.decode()
    assert world.desks["centre"].holder.current().epoch == before + 1


def test_turning_the_key_keeps_what_was_written_readable(world: World) -> None:
    person = world.person()
    client = world.client("centre", "supervisor")
    assert client.post(reverse("desk-turn")).status_code == 302
    page = client.get(reverse("person", args=[person.pk]))
    assert page.status_code == 200
    assert "Айгүл" in page.content.decode()


@pytest.mark.asvs("6.2.2")
def test_changing_the_password_keeps_access(world: World) -> None:
    membership = add(world)
    admit(world, membership)
    client = signed_in("newcomer")
    given = {"old": FIRST, "new": SECOND, "again": SECOND}
    wrong = client.post(reverse("change-password"), given | {"old": "not this one"})
    assert wrong.status_code == 422
    assert client.post(reverse("change-password"), given | {"again": FIRST}).status_code == 422
    assert client.post(reverse("change-password"), given)["Location"] == reverse("sign-in")
    assert client.get(reverse("my-work")).status_code == 302
    assert opens_files(signed_in("newcomer", SECOND))


@pytest.mark.parametrize("password", ["short", "password1234"])
def test_a_weak_password_is_refused(world: World, password: str) -> None:
    given = {"username": "weak", "display_name": "W", "role": "worker", "new": password, "again": password}
    assert world.client("centre", "supervisor").post(reverse("member-add"), given).status_code == 422
    assert not User.objects.filter(username="weak").exists()


def test_a_user_name_is_taken_once(world: World) -> None:
    given = {"username": "centre", "display_name": "X", "role": "worker", "new": FIRST, "again": FIRST}
    answer = world.client("centre", "supervisor").post(reverse("member-add"), given)
    assert answer.status_code == 422
    assert "This user name is taken" in answer.content.decode()


@pytest.mark.parametrize("role", ["worker", "operator", "coordinator", "advocate", "statistician"])
def test_the_staff_page_is_for_the_head_and_the_administrator(world: World, role: str) -> None:
    client = world.client("centre", role)
    assert client.get(reverse("members")).status_code == 403
    for page in ("desk-turn", "desk-recovery", "desk-custody"):
        assert client.post(reverse(page)).status_code == 403
    assert world.client("centre", "administrator").get(reverse("members")).status_code == 200
    assert world.client("centre", "administrator").post(reverse("desk-recovery")).status_code == 403


def test_another_desks_colleague_cannot_be_touched(world: World) -> None:
    theirs = world.actor("centre").membership
    assert theirs is not None
    stranger = world.client("stranger", "supervisor")
    for page in ("member-admit", "member-remove", "member-reset"):
        assert stranger.post(reverse(page, args=[theirs.pk])).status_code == 404
    assert "Centre" not in stranger.get(reverse("members")).content.decode()


def test_whoever_has_no_key_of_the_desk_admits_nobody(world: World) -> None:
    membership = add(world)
    Membership.objects.create(user=membership.user, desk=membership.desk, role="supervisor")
    client = Client(raise_request_exception=False)
    client.post(reverse("sign-in"), {"username": "newcomer", "password": FIRST})
    chosen = Membership.objects.get(user=membership.user, role="supervisor")
    client.post(reverse("choose-desk"), {"membership": chosen.pk})
    client.post(reverse("unlock"), {"passphrase": FIRST})
    answer = client.post(reverse("member-admit", args=[membership.pk]))
    assert answer["Location"].startswith(reverse("not-admitted"))
    assert membership.user.holder_id not in desks.admitted(membership.desk.holder)


def test_the_page_for_those_not_admitted_asks_to_sign_in_first(world: World) -> None:
    assert Client().get(reverse("not-admitted"))["Location"].startswith(reverse("sign-in"))
    assert world.client("centre").get(reverse("not-admitted"))["Location"] == reverse("my-work")
    shut = world.client("centre", unlocked=False).get(reverse("people"))
    assert shut["Location"].startswith(reverse("unlock"))
    assert PASSPHRASE not in shut["Location"]


def give_role(world: World, username: str, role: str, desk: str = "centre", by: str = "supervisor") -> int:
    given = {"username": username, "role": role}
    return world.client(desk, by).post(reverse("member-role"), given).status_code


def test_one_account_has_two_roles_and_two_desks(world: World) -> None:
    admit(world, add(world))
    assert give_role(world, "Newcomer", "child_protection") == 302
    roles = Membership.objects.current().filter(user__username="newcomer").values_list("role", flat=True)
    assert sorted(roles) == ["child_protection", "worker"]
    assert give_role(world, "newcomer", "worker") == 422  # has it already
    assert give_role(world, "nobody", "worker") == 422
    assert give_role(world, "newcomer", "worker", "clinic", "administrator") == 302
    assert User.objects.filter(username="newcomer").count() == 1

    client = Client(raise_request_exception=False)
    client.post(reverse("sign-in"), {"username": "newcomer", "password": FIRST})
    theirs = Membership.objects.get(user__username="newcomer", desk=world.desks["clinic"])
    client.post(reverse("choose-desk"), {"membership": theirs.pk})
    client.post(reverse("unlock"), {"passphrase": FIRST})
    assert client.get(reverse("people"))["Location"].startswith(reverse("not-admitted"))  # by a colleague
    assert AuditEvent.objects.filter(verb="member.role").count() == 2


def test_nobody_gives_themselves_a_role_and_some_roles_never_meet(world: World) -> None:
    add(world)
    Membership.objects.filter(user__username="centre").exclude(role="supervisor").delete()
    assert give_role(world, "centre", "worker") == 422
    assert give_role(world, "newcomer", "advocate") == 302
    for role in ("supervisor", "investigator", "prosecutor", "administrator"):
        assert give_role(world, "newcomer", role) == 422, role
    assert give_role(world, "newcomer", "prosecutor", "police") == 422  # not at another desk either
    held = Membership.objects.filter(user__username="newcomer").values_list("role", flat=True)
    assert sorted(held) == ["advocate", "worker"]


@pytest.mark.parametrize("role", ["worker", "advocate", "operator", "coordinator"])
def test_others_give_no_role(world: World, role: str) -> None:
    add(world)
    assert give_role(world, "newcomer", "child_protection", by=role) == 403
    assert (
        Client().post(reverse("member-role"), {"username": "newcomer", "role": "worker"}).status_code == 302
    )
    assert Membership.objects.filter(user__username="newcomer").count() == 1


def test_admit_is_shown_to_those_who_can_alone(world: World) -> None:
    membership = add(world)
    admit_it = reverse("member-admit", args=[membership.pk])
    supervisor = world.client("centre", "supervisor").get(reverse("members")).content.decode()
    assert admit_it in supervisor
    administrator = world.client("centre", "administrator")
    page = administrator.get(reverse("members")).content.decode()
    assert admit_it not in page
    assert "A supervisor whose own vault opens them admits them." in page
    assert administrator.post(admit_it).status_code == 403
    given = {"username": "other", "display_name": "O", "role": "worker", "new": FIRST, "again": FIRST}
    said = administrator.post(reverse("member-add"), given, follow=True).content.decode()
    assert "A supervisor of the desk has to admit them" in said
