"""The second factor: who needs one, what it opens, and what a thief of one half has: nothing."""

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from kamkor import settings as shipped
from kamkor.access import factors
from kamkor.access.factors import PASSED
from kamkor.access.middleware import MEMBERSHIP
from kamkor.access.models import FactorNotice, Membership, OneTimeCode
from kamkor.access.policy import EVERYONE, OPENS_SEALS, RULES
from kamkor.access.sessions import SignIn
from kamkor.base import codelists
from kamkor.base.models import AuditEvent
from kamkor.vault import session
from tests.access.entering import code_of, give, is_in, newcomer, printed, sure, with_app, with_password
from tests.walls.test_access_walk import GUARDED, UNGUARDED
from tests.world import PASSPHRASE, World


@pytest.fixture(autouse=True)
def _required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SECOND_FACTOR", True)


@pytest.mark.asvs("6.3.3")
def test_it_is_required_where_nothing_else_is_said() -> None:
    assert shipped.SECOND_FACTOR is True
    assert "worker" in OPENS_SEALS
    assert {role for rule in RULES.values() if rule.key for role in rule.roles} == OPENS_SEALS
    assert set(EVERYONE) > OPENS_SEALS


@pytest.mark.parametrize("role", ["worker", "statistician"])
def test_who_opens_seals_is_led_to_set_one_up_and_nobody_else_is(world: World, role: str) -> None:
    client, where = with_password(newcomer(world, role))
    if role in OPENS_SEALS:
        assert where == reverse("factors")
        assert not is_in(client)
    else:
        assert where.startswith(reverse("unlock"))
        assert is_in(client)


def test_whoever_has_none_yet_reaches_nothing_before(world: World) -> None:
    client, _where = with_password(newcomer(world))
    for route, page in GUARDED.items():
        if "<" not in route:
            for method in page.methods:
                answer = client.generic(method, route)
                assert answer.status_code == 302, route
                assert answer["Location"].startswith(reverse("sign-in")), route
    for name in ("choose-desk", "unlock", "change-password", "recover", "sure", "second-factor"):
        assert client.get(reverse(name))["Location"].startswith(reverse("sign-in")), name
    assert client.get(reverse("factors")).status_code == 200


def test_a_code_app_is_set_up_on_the_way_in_and_the_vault_is_open(world: World) -> None:
    user = newcomer(world)
    client, _where = with_password(user, target="/desk/people/")
    page = client.get(reverse("factor-app")).content.decode()
    secret = page.split('<code class="kamkor-code">')[1].split("<")[0].replace(" ", "")
    assert client.post(reverse("factor-app"), {"code": "000000"}).status_code == 422
    answer = client.post(reverse("factor-app"), {"code": code_of(secret)})
    assert answer["Location"] == "/desk/people/"
    assert client.get("/desk/people/").status_code == 200  # a page that needs the open vault
    stored = Authenticator.objects.get(user=user)
    assert secret not in str(stored.data)
    assert AuditEvent.objects.filter(verb="vault.unlock", actor_id=user.pk, role="worker").exists()


@pytest.mark.asvs("6.3.3")
def test_password_and_code_sign_in_and_each_half_alone_does_not(world: World) -> None:
    user = newcomer(world)
    secret = with_app(user)
    client, where = with_password(user)
    assert where == reverse("second-factor")
    assert not is_in(client)
    for wrong in ("123456", "", "letters", "١٢٣٤٥٦", "\0", "1" * 31):
        assert give(client, wrong) == 422
    assert not is_in(client)
    assert give(client, code_of(secret)) == 302
    assert is_in(client)
    stranger = Client(raise_request_exception=False)  # has seen the telephone, not the password
    assert give(stranger, code_of(secret, steps=1)) == 302
    assert not is_in(stranger)


@pytest.mark.asvs("6.5.1")
def test_a_code_of_the_telephone_is_good_once(world: World) -> None:
    user = newcomer(world)
    secret = with_app(user)
    code = code_of(secret)
    one, two = with_password(user)[0], with_password(user)[0]
    assert give(one, code) == 302
    assert give(two, code) == 422
    assert give(two, code_of(secret, steps=-1)) == 422  # nor one that was shown before it
    assert not is_in(two)


def test_guessing_codes_slows_down(world: World) -> None:
    user = newcomer(world)
    with_app(user)
    client, _where = with_password(user)
    assert [give(client, f"{number:06}") for number in range(9)][-1] == 429
    assert not is_in(client)


def test_the_key_that_the_password_opened_is_of_no_use_before(world: World) -> None:
    user = newcomer(world)
    secret = with_app(user)
    client, _where = with_password(user)
    assert session.STAGED in client.session
    assert session.OPEN not in client.session
    assert client.get("/desk/people/")["Location"].startswith(reverse("sign-in"))
    assert give(client, code_of(secret)) == 302
    assert session.STAGED not in client.session
    assert client.get("/desk/people/").status_code == 200


def test_who_comes_next_does_not_get_the_key_of_who_went_before(world: World) -> None:
    one, two = newcomer(world), newcomer(world, name="another")
    with_app(one)
    secret = with_app(two)
    client, _where = with_password(one)
    with_password(two, client)
    assert give(client, code_of(secret)) == 302
    assert client.session["_auth_user_id"] == str(two.pk)
    opened = client.get("/desk/people/")
    assert opened.status_code == 200
    kept = client.session[session.OPEN]
    with_password(one, client)
    assert kept not in str(client.session.items())


def test_a_session_that_was_planted_is_not_the_one_that_waits(world: World) -> None:
    user = newcomer(world)
    client = Client()
    client.get(reverse("sign-in"))
    planted = client.session.session_key
    with_password(user, client)
    assert client.session.session_key != planted
    assert not SignIn.objects.filter(session_key=planted).exists()


def test_a_step_that_waits_too_long_begins_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    user = newcomer(world)
    secret = with_app(user)
    client, _where = with_password(user)
    monkeypatch.setattr(settings, "ACCOUNT_LOGIN_TIMEOUT", -1, raising=False)
    assert give(client, code_of(secret)) == 302
    assert not is_in(client)


def test_a_role_that_comes_later_asks_for_it_too(world: World) -> None:
    user = newcomer(world, "statistician")
    client, _where = with_password(user)
    assert is_in(client)
    later = Membership.objects.create(user=user, desk=world.desks["centre"], role="worker")
    answer = client.post(reverse("choose-desk"), {"membership": later.pk})
    assert answer["Location"] == reverse("sign-in")
    assert not is_in(client)
    assert with_password(user, client)[1] == reverse("factors")


def test_a_session_without_it_does_not_act_in_such_a_role(world: World) -> None:
    client = world.client("centre")
    assert is_in(client)
    store = client.session
    del store[PASSED]
    store.save()
    assert not is_in(client)
    store[PASSED] = world.users["stranger"].pk  # somebody else's
    store.save()
    assert MEMBERSHIP in client.session
    assert not is_in(client)


@pytest.mark.asvs("6.5.1")
def test_a_card_of_codes_signs_in_where_there_is_no_telephone(world: World) -> None:
    user = newcomer(world)
    client, _where = with_password(user)
    assert client.get(reverse("factor-card")).status_code == 200
    codes = printed(client.post(reverse("factor-card")).content.decode())
    assert len(codes) == len(set(codes)) == factors.CODES
    assert not is_in(client)
    assert give(client, codes[0]) == 302
    assert is_in(client)
    assert factors.left(user) == factors.CODES - 1
    again, _where = with_password(user)
    assert give(again, codes[0]) == 422  # each works once
    assert give(again, codes[1].replace(" ", "")) == 302
    assert is_in(again)


@pytest.mark.asvs("6.5.2")
def test_a_stolen_card_and_a_stolen_table_open_nothing(world: World) -> None:
    one, two = newcomer(world), newcomer(world, name="another")
    codes = factors.new_card(one)
    marks = set(OneTimeCode.objects.values_list("mark", flat=True))
    assert not {mark for mark in marks for code in codes if code in mark}
    thief = Client(raise_request_exception=False)
    assert give(thief, codes[0]) == 302  # led to the password
    assert not is_in(thief)
    factors.new_card(two)
    theirs, _where = with_password(two)
    assert give(theirs, codes[0]) == 422  # with another's password
    assert factors.left(one) == factors.CODES


@pytest.mark.asvs("6.4.3")
def test_a_card_that_is_used_up_does_not_let_the_password_alone_begin_anew(world: World) -> None:
    user = newcomer(world)
    codes = factors.new_card(user)
    for code in codes[:-1]:
        assert factors.use_code(user, code)
    client, _where = with_password(user)
    assert give(client, codes[-1]) == 302
    assert "0 codes are left on your card" in client.get(reverse("my-work")).content.decode()
    client, where = with_password(user)
    assert where == reverse("second-factor")
    assert client.get(reverse("factors"))["Location"].startswith(reverse("sign-in"))


def test_a_new_card_ends_the_one_before(world: World) -> None:
    user = newcomer(world)
    old, new = factors.new_card(user), factors.new_card(user)
    assert not factors.use_code(user, old[0])
    assert factors.use_code(user, new[0])


def signed_in(world: World, name: str = "newcomer") -> Client:
    user = newcomer(world, name=name)
    secret = with_app(user)
    client, _where = with_password(user)
    assert give(client, code_of(secret)) == 302
    return client


@pytest.mark.asvs("7.5.1")
def test_changing_ones_own_asks_for_the_password_again(world: World) -> None:
    client = signed_in(world)
    row = Authenticator.objects.get()
    ways = ("factors", "factor-app", "factor-passkey", "factor-card")
    for path in [*map(reverse, ways), reverse("factor-remove", args=[row.pk])]:
        assert client.get(path)["Location"].startswith(reverse("sure")), path
    assert client.post(reverse("factor-card"))["Location"].startswith(reverse("sure"))
    assert client.post(reverse("sure"), {"password": "not this one at all"}).status_code == 422
    assert client.get(reverse("factors"))["Location"].startswith(reverse("sure"))
    sure(client)
    assert client.get(reverse("factors")).status_code == 200
    store = client.session
    store["sure_at"] -= 301
    store.save()
    assert client.get(reverse("factors"))["Location"].startswith(reverse("sure"))


def test_the_last_one_is_not_removed_and_nobody_elses_is(world: World) -> None:
    client = signed_in(world)
    other = newcomer(world, name="another")
    with_app(other)
    sure(client)
    mine, theirs = Authenticator.objects.order_by("pk")
    assert client.post(reverse("factor-remove", args=[theirs.pk])).status_code == 404
    assert client.post(reverse("factor-remove", args=[mine.pk])).status_code == 422
    client.post(reverse("factor-card"))
    assert client.post(reverse("factor-remove", args=[mine.pk])).status_code == 302
    assert list(Authenticator.objects.all()) == [theirs]
    page = client.get(reverse("factors")).content.decode()
    assert "30 codes left" in page
    assert AuditEvent.objects.filter(verb="factor.removed", actor_id=mine.user_id).exists()


def at(world: World, name: str, user: str = "newcomer") -> str:
    return reverse(name, args=[Membership.objects.get(user__username=user).pk])


@pytest.mark.asvs("6.4.4")
@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_a_lost_one_is_taken_back_by_the_head_with_a_reason_and_she_is_told(world: World, role: str) -> None:
    codelists.load()
    user = newcomer(world)
    secret = with_app(user)
    head = world.client("centre", role)
    assert head.post(at(world, "member-factors"), {"reason": ""}).status_code == 422
    page = head.post(at(world, "member-factors"), {"reason": "lost"}).content.decode()
    codes = printed(page)
    assert not Authenticator.objects.filter(user=user).exists()
    client, where = with_password(user)
    assert where == reverse("second-factor")  # the password alone sets up nothing new
    assert give(client, code_of(secret)) == 422
    assert give(client, codes[0]) == 302
    told = client.get(reverse("my-work")).content.decode()
    assert "All second steps were taken back" in told
    assert "Centre" in told
    assert "Lost" in told
    assert "All second steps were taken back" not in client.get(reverse("my-work")).content.decode()
    assert AuditEvent.objects.filter(verb="member.factors", actor_id=world.users["centre"].pk).exists()


def test_whoever_is_signed_in_with_what_was_taken_back_is_out(world: World) -> None:
    codelists.load()
    client = signed_in(world)
    assert is_in(client)
    world.client("centre", "supervisor").post(at(world, "member-factors"), {"reason": "stolen"})
    assert not is_in(client)


@pytest.mark.asvs("6.4.4")
def test_nobody_resets_their_own_and_others_may_not(world: World) -> None:
    newcomer(world)
    own = Membership.objects.get(user=world.users["centre"], desk=world.desks["centre"], role="supervisor")
    head = world.client("centre", "supervisor")
    for name in ("member-factors", "member-card"):
        assert head.post(reverse(name, args=[own.pk]), {"reason": "lost"}).status_code == 422
        assert world.client("centre", "worker").post(at(world, name), {"reason": "lost"}).status_code == 403
        assert (
            world.client("stranger", "supervisor").post(at(world, name), {"reason": "lost"}).status_code
            == 404
        )
    assert not OneTimeCode.objects.exists()
    assert not FactorNotice.objects.exists()


def test_no_desk_gives_a_second_factor_to_a_colleague_of_two(world: World) -> None:
    user = newcomer(world)
    Membership.objects.create(user=user, desk=world.desks["stranger"], role="interpreter")
    theirs = Membership.objects.get(user=user, desk=world.desks["stranger"])
    head = world.client("stranger", "supervisor")
    for name in ("member-factors", "member-card"):
        assert head.post(reverse(name, args=[theirs.pk]), {"reason": "lost"}).status_code == 422
    assert not factors.has(user)


def test_the_head_prints_a_card_for_a_colleague_and_sees_how_many_codes_are_left(world: World) -> None:
    codelists.load()
    user = newcomer(world)
    head = world.client("centre", "supervisor")
    assert "None yet" in head.get(reverse("members")).content.decode()
    assert head.get(at(world, "member-card")).status_code == 200
    codes = printed(head.post(at(world, "member-card")).content.decode())
    client, where = with_password(user)
    assert where == reverse("second-factor")
    assert give(client, codes[3]) == 302
    assert "A card of codes was printed" in client.get(reverse("my-work")).content.decode()
    page = head.get(reverse("members")).content.decode()
    assert "Card, 29 codes left" in page
    assert codes[4] not in page


@pytest.mark.asvs("16.2.5")
def test_signing_in_mails_and_logs_nobody(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    client = signed_in(world)
    sure(client)
    client.post(reverse("factor-card"))
    assert not mail.outbox
    assert "newcomer" not in caplog.text
    assert PASSPHRASE not in caplog.text


@pytest.mark.asvs("6.3.4")
def test_no_page_of_the_library_is_reachable(world: World) -> None:
    client = Client()
    for path in ("accounts/", "accounts/signup/", "accounts/email/", "accounts/login/", "accounts/2fa/"):
        assert client.get(f"/{path}").status_code == 404
    assert not {name for name in UNGUARDED if name.startswith(("account_", "mfa_", "socialaccount_"))}
