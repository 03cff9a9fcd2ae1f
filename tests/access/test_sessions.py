"""Where somebody is signed in: seen by herself, ended by herself or by the head of her desk, at once."""

import json

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.urls import reverse

from kamkor.access import devices
from kamkor.access.models import Membership, User
from kamkor.access.sessions import MARK, Draft, SignIn
from kamkor.base.models import AuditEvent
from kamkor.vault import desks
from tests.access.entering import sure
from tests.walls.test_canaries import everything
from tests.world import PASSPHRASE, World

PHONE = (
    "Mozilla/5.0 (Linux; Android 10; SM-A105F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/96.0.4664.104 "
    "Mobile Safari/537.36"
)
COMPUTER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:91.0) Gecko/20100101 Firefox/91.0"


def enter(username: str = "centre", role: str = "worker", agent: str = PHONE) -> Client:
    """Signed in over the pages, the vault open."""
    client = Client(raise_request_exception=False, headers={"User-Agent": agent}, REMOTE_ADDR="203.0.113.77")
    client.post(reverse("sign-in"), {"username": username, "password": PASSPHRASE})
    chosen = Membership.objects.get(user__username=username, desk__code=username, role=role)
    client.post(reverse("choose-desk"), {"membership": chosen.pk})
    client.post(reverse("unlock"), {"passphrase": PASSPHRASE})
    assert client.get(reverse("my-work")).status_code == 200
    return client


def mark_of(client: Client) -> str:
    return SignIn.objects.get(pk=client.session.session_key).mark


def is_out(client: Client) -> bool:
    answer = client.get(reverse("my-work"))
    return answer.status_code == 302 and answer["Location"].startswith(reverse("sign-in"))


def test_she_sees_her_own_sign_ins_in_plain_words(world: World) -> None:
    here, there = enter(agent=COMPUTER), enter(agent=PHONE)
    enter("stranger")
    page = here.get(reverse("sessions")).content.decode()
    assert "Computer, Windows, Firefox" in page
    assert "Phone, Android, Chrome" in page
    assert page.count("Sign out there") == 1, "nobody else's, and not this one"
    assert mark_of(there) in page
    assert mark_of(here) not in page
    assert SignIn.objects.get(mark=mark_of(here)).began_at is not None


def test_neither_the_address_nor_what_the_browser_says_of_itself_is_kept(world: World) -> None:
    enter(agent=PHONE)
    text = everything("default") + json.dumps([row.get_decoded() for row in SignIn.objects.all()])
    for part in ("SM-A105F", "AppleWebKit", "96.0", "203.0.113.77"):
        assert part not in text


def test_one_is_ended_at_its_next_request_with_its_vault(world: World) -> None:
    here, there, third = enter(), enter(), enter()
    sure(here)
    answer = here.post(reverse("session-end", args=[mark_of(there)]), follow=True)
    assert "Signed out there" in answer.content.decode()
    key = there.session.session_key
    assert is_out(there)
    assert not SignIn.objects.filter(pk=key).exists(), "the sealed key of its vault is gone too"
    assert not is_out(here)
    assert not is_out(third)
    assert AuditEvent.objects.filter(verb="session.end", actor_id=world.users["centre"].pk).count() == 1


@pytest.mark.asvs("7.5.2")
def test_the_password_is_asked_for_again_before_anything_is_ended(world: World) -> None:
    here, there = enter(), enter()
    for address in (reverse("session-end", args=[mark_of(there)]), reverse("sessions-end-others")):
        led = here.post(address)["Location"]
        assert led == f"{reverse('sure')}?next=%2Fdesk%2Fsessions"
        assert not is_out(there)
    assert here.post(led, {"password": "not this one"}).status_code == 422
    assert here.post(reverse("sessions-end-others"))["Location"] == led
    assert here.post(led, {"password": PASSPHRASE})["Location"] == reverse("sessions")
    assert here.post(reverse("sessions-end-others"))["Location"] == reverse("sessions")
    assert is_out(there)


@pytest.mark.asvs("7.4.3")
def test_all_others_are_ended_and_this_one_goes_on(world: World) -> None:
    here, *others = [enter() for _ in range(3)]
    theirs = enter("stranger")
    sure(here)
    assert here.post(reverse("sessions-end-others")).status_code == 302
    assert all(is_out(other) for other in others)
    assert not is_out(here)
    assert not is_out(theirs)


def test_nobody_ends_a_stranger_s_session(world: World) -> None:
    hers, stranger = enter(), enter("stranger", "supervisor")
    sure(stranger)
    answer = stranger.post(reverse("session-end", args=[mark_of(hers)]), follow=True)
    assert "Signed out there" not in answer.content.decode()
    theirs = world.actor("centre").membership
    assert theirs is not None
    assert stranger.post(reverse("member-sign-out", args=[theirs.pk])).status_code == 404
    assert not is_out(hers)
    assert Client().post(reverse("session-end", args=[mark_of(hers)])).status_code == 302
    assert not is_out(hers)


@pytest.mark.asvs("7.4.5")
@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_the_head_ends_a_colleague_s_sign_ins_at_this_desk(world: World, role: str) -> None:
    colleague = world.users["line"]
    held = Membership.objects.create(user=colleague, desk=world.desks["centre"], role="interpreter")
    elsewhere, here = enter("line", "operator"), enter("line", "operator")
    here.post(reverse("choose-desk"), {"membership": held.pk})
    here.post(reverse("unlock"), {"passphrase": PASSPHRASE})
    head = world.client("centre", role)
    assert "Sign out everywhere" in head.get(reverse("members")).content.decode()
    assert head.post(reverse("member-sign-out", args=[held.pk])).status_code == 302
    assert is_out(here)
    assert not is_out(elsewhere), "another desk's work is not this head's to end"
    assert AuditEvent.objects.filter(verb="member.sign_out").exists()
    assert "Sign out everywhere" not in head.get(reverse("members")).content.decode()


@pytest.mark.asvs("7.4.3")
def test_a_second_step_that_was_lost_ends_what_was_open_with_it(world: World) -> None:
    colleague = User.objects.create(username="loser", display_name="L", holder=desks.new_member(PASSPHRASE))
    held = Membership.objects.create(user=colleague, desk=world.desks["centre"], role="worker")
    client = Client()
    client.force_login(colleague)
    assert client.get(reverse("sessions")).status_code == 200
    answer = world.client("centre", "supervisor").post(
        reverse("member-factors", args=[held.pk]), {"reason": "lost"}
    )
    assert answer.status_code == 200, answer.context["form"].errors
    assert is_out(client)


@pytest.mark.asvs("7.4.5")
def test_a_worker_ends_no_colleague_s_session(world: World) -> None:
    held = world.actor("centre", "supervisor").membership
    assert held is not None
    hers = enter(role="supervisor")
    assert (
        world.client("centre", "worker").post(reverse("member-sign-out", args=[held.pk])).status_code == 403
    )
    assert not is_out(hers)


@pytest.mark.asvs("7.4.1")
def test_an_answer_that_comes_late_does_not_bring_an_ended_session_back(world: World) -> None:
    """A request under way has read the session before it was ended, and would write it again."""
    client = world.client("centre")
    store = client.session
    assert store[MARK]
    SignIn.objects.filter(pk=store.session_key).delete()
    store["late"] = True
    with pytest.raises(UpdateError):
        store.save()
    assert not SignIn.objects.filter(pk=store.session_key).exists()


def test_ending_a_session_erases_its_drafts(world: World) -> None:
    here, there = enter(), enter()
    typed = [{"action": "", "at": 0, "fields": [["text", "canary words"]]}]
    there.post(reverse("rest"), {"page": "/desk/people/new", "forms": json.dumps(typed)})
    assert Draft.objects.count() == 1
    sure(here)
    here.post(reverse("session-end", args=[mark_of(there)]))
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (PHONE, "Phone, Android, Chrome"),
        (COMPUTER, "Computer, Windows, Firefox"),
        (
            "Mozilla/5.0 (iPad; CPU OS 14_2 like Mac OS X) Version/14.0 Mobile Safari/604.1",
            "Tablet, iOS, Safari",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/96.0 Safari/537.36 Edg/96.0", "Computer, Windows, Edge"),
        ("Mozilla/5.0 (X11; Linux) Chrome/96.0 YaBrowser/22.1 Safari/537.36", "Computer, Linux, Yandex"),
        ("curl/8", "Computer"),
        ("", "Not known"),
        ("<script>alert(1)</script>" * 500, "Computer"),
    ],
)
def test_kinds_of_devices(agent: str, words: str) -> None:
    kind = devices.kind_of(agent)
    assert devices.in_words(kind) == words
    assert len(kind) <= 40
