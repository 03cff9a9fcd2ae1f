"""Sign-in through a ministry's identity provider: for linked accounts alone, and for no forged token."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.conf import settings
from django.test import Client
from django.urls import reverse

from kamkor.access import factors, oidc, sessions
from kamkor.access.models import FactorNotice, Membership, User
from kamkor.access.sessions import SignIn
from kamkor.base import codelists
from tests.access.entering import code_of, give, is_in, newcomer, with_app
from tests.access.provider import CLIENT, SECRET, Provider, new_key, running
from tests.world import PASSPHRASE, World


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Provider]:
    file = tmp_path / "secret"
    file.write_text(SECRET)
    monkeypatch.setattr(settings, "SECOND_FACTOR", True)
    with running() as found:
        monkeypatch.setattr(settings, "OIDC_ISSUER", found.url)
        monkeypatch.setattr(settings, "OIDC_CLIENT_ID", CLIENT)
        monkeypatch.setattr(settings, "OIDC_CLIENT_SECRET_FILE", str(file))
        monkeypatch.setattr(settings, "OIDC_NAME", "Ministry")
        yield found


def linked(world: World, provider: Provider) -> User:
    user = newcomer(world)
    SocialAccount.objects.create(user=user, provider=oidc.provider_id(), uid=provider.subject)
    return user


def come(provider: Provider, client: Client | None = None, **changed: str) -> tuple[Client, str]:
    """Through the provider and back; where one is led then."""
    client = client or Client(raise_request_exception=False)
    away = client.get(reverse("ministry"), {"next": "/desk/people/"})
    assert away["Location"].startswith(f"{provider.url}/authorize?")
    back = client.get(reverse("ministry-back"), provider.visit(away["Location"]) | changed)
    assert back.status_code == 302, back.content.decode()
    return client, back["Location"]


@pytest.mark.asvs("6.3.4")
def test_it_replaces_the_password_and_neither_second_factor_nor_pass_phrase(
    world: World, provider: Provider
) -> None:
    user = linked(world, provider)
    secret = with_app(user)
    client, where = come(provider)
    assert where == reverse("second-factor")
    assert not is_in(client)
    assert give(client, code_of(secret)) == 302
    assert is_in(client)
    shut = client.get("/desk/people/")
    assert shut["Location"].startswith(reverse("unlock"))
    opened = client.post(shut["Location"], {"passphrase": PASSPHRASE})
    assert opened["Location"] == "/desk/people/"
    assert client.get("/desk/people/").status_code == 200


def test_who_has_no_second_factor_is_led_to_set_one_up(world: World, provider: Provider) -> None:
    linked(world, provider)
    client, where = come(provider)
    assert where == reverse("factors")
    assert not is_in(client)


@pytest.mark.asvs("7.6.1")
def test_sessions_here_and_at_the_provider_end_as_it_is_written(world: World, provider: Provider) -> None:
    """In docs/security.md: each by itself; after a shift the provider is asked again, and the second step."""
    secret = with_app(linked(world, provider))
    client, _where = come(provider)
    give(client, code_of(secret))
    assert is_in(client)
    store = client.session
    store[sessions.BEGAN] -= settings.SHIFT_SECONDS + 1
    store.save()
    assert not is_in(client)
    asked, provider.claims = len(provider.asked), {}
    assert come(provider, client)[1] == reverse("second-factor")
    assert len(provider.asked) == asked + 1
    assert give(client, code_of(secret, steps=1)) == 302
    client.post(reverse("sign-out"))
    assert not is_in(client)
    assert len(provider.asked) == asked + 1, "the provider is told nothing"


@pytest.mark.asvs("10.1.1", "10.5.2")
def test_nothing_of_the_claims_is_kept_but_who_it_is(world: World, provider: Provider) -> None:
    linked(world, provider)
    client, _where = come(provider)
    kept = json.dumps([row.extra_data for row in SocialAccount.objects.all()])
    kept += json.dumps([row.get_decoded() for row in SignIn.objects.all()])
    assert "a@example.org" not in kept
    assert "A Name" not in kept
    assert not SocialToken.objects.exists()
    assert client.session.session_key
    assert provider.asked[0]["client_secret"] == SECRET


def test_nobody_opens_an_account_by_it(world: World, provider: Provider) -> None:
    before = User.objects.count()
    client, where = come(provider)
    assert where == reverse("sign-in")
    assert "is linked to none here" in client.get(where).content.decode()
    assert User.objects.count() == before
    assert not SocialAccount.objects.exists()
    assert not is_in(client)


WRONG: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://elsewhere.example"},
    "another nonce": {"nonce": "of-another-browser"},
    "no nonce": {"nonce": None},
    "for another client": {"aud": "another-client"},
    "for us, asked by another": {"aud": [CLIENT, "another"], "azp": "another"},
    "expired": {"exp": int(time.time()) - 3600},
    "without an end": {"exp": None},
    "from tomorrow": {"iat": int(time.time()) + 86400},
    "of nobody": {"sub": None},
    "of a number": {"sub": 7},
}


@pytest.mark.asvs("9.2.1", "9.2.3", "10.5.1", "10.5.4")
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_token_that_is_not_for_this_browser_now_is_refused(
    world: World, provider: Provider, wrong: dict[str, Any]
) -> None:
    linked(world, provider)
    provider.claims = wrong
    client, where = come(provider)
    assert where == reverse("sign-in")
    assert "did not work" in client.get(where).content.decode()


@pytest.mark.asvs("6.8.2", "9.1.1", "9.1.2")
@pytest.mark.parametrize(
    ("key", "algorithm"),
    [("another", "RS256"), ("a shared secret that is long enough", "HS256"), ("", "none")],
)
def test_a_token_that_the_provider_did_not_sign_is_refused(
    world: World, provider: Provider, key: str, algorithm: str
) -> None:
    linked(world, provider)
    provider.signed_with, provider.algorithm = new_key() if key == "another" else key, algorithm
    assert come(provider)[1] == reverse("sign-in")


@pytest.mark.asvs("7.6.2", "10.1.2", "10.2.1")
def test_a_state_that_this_browser_did_not_begin_is_refused(world: World, provider: Provider) -> None:
    linked(world, provider)
    assert come(provider, state="made-up")[1] == reverse("sign-in")
    away = Client().get(reverse("ministry"))  # begun by a stranger, who sends the victim the way back
    victim = Client(raise_request_exception=False)
    answer = victim.get(reverse("ministry-back"), provider.visit(away["Location"]))
    assert answer["Location"] == reverse("sign-in")
    assert len(provider.asked) == 0


@pytest.mark.asvs("10.1.2")
def test_a_way_back_is_good_once(world: World, provider: Provider) -> None:
    linked(world, provider)
    client = Client(raise_request_exception=False)
    given = provider.visit(client.get(reverse("ministry"))["Location"])
    assert client.get(reverse("ministry-back"), given)["Location"] == reverse("factors")
    assert client.get(reverse("ministry-back"), given)["Location"] == reverse("sign-in")


@pytest.mark.asvs("16.5.2")
@pytest.mark.parametrize("broken", ["openid-configuration", "token", "keys"])
def test_a_provider_that_answers_rubbish_is_no_failure_of_ours(
    world: World, provider: Provider, broken: str
) -> None:
    linked(world, provider)
    client = Client(raise_request_exception=False)
    away = client.get(reverse("ministry"))
    given = provider.visit(away["Location"])
    provider.broken = broken
    assert client.get(reverse("ministry-back"), given)["Location"] == reverse("sign-in")
    if broken == "openid-configuration":
        assert client.get(reverse("ministry"))["Location"] == reverse("sign-in")


@pytest.mark.asvs("9.1.3", "10.5.3")
def test_a_provider_that_names_another_issuer_is_not_asked(world: World, provider: Provider) -> None:
    provider.issuer = "https://elsewhere.example"
    assert Client().get(reverse("ministry"))["Location"] == reverse("sign-in")


def test_cancelling_there_leads_back(world: World, provider: Provider) -> None:
    client = Client(raise_request_exception=False)
    given = provider.visit(client.get(reverse("ministry"))["Location"])
    answer = client.get(reverse("ministry-back"), {"error": "access_denied", "state": given["state"]})
    assert answer["Location"] == reverse("sign-in")


def test_without_a_provider_there_is_no_such_way(world: World) -> None:
    for name in ("ministry", "ministry-back"):
        assert Client().get(reverse(name)).status_code == 404
    assert reverse("ministry") not in Client().get(reverse("sign-in")).content.decode()


def test_the_head_links_an_account_and_she_is_told(world: World, provider: Provider) -> None:
    codelists.load()
    user, other = newcomer(world), newcomer(world, name="another")
    head, theirs = world.client("centre", "administrator"), Membership.objects.get(user=user)
    page, second = (reverse("member-subject", args=[row.pk]) for row in (theirs, other.memberships.get()))
    assert head.get(page).status_code == 200
    assert head.post(page, {"subject": provider.subject}).status_code == 302
    assert come(provider)[1] == reverse("factors")
    assert FactorNotice.objects.get(user=user).what == "linked"
    assert head.post(second, {"subject": provider.subject}).status_code == 422  # one account, one person
    assert not SocialAccount.objects.filter(user=other).exists()
    assert head.post(page, {"subject": ""}).status_code == 302
    assert come(provider)[1] == reverse("sign-in")


def test_nobody_links_themselves_or_a_colleague_of_another_desk(world: World, provider: Provider) -> None:
    user = newcomer(world)
    given = {"subject": provider.subject}
    page = reverse("member-subject", args=[Membership.objects.get(user=user).pk])
    own = Membership.objects.get(user=world.users["centre"], desk=world.desks["centre"], role="supervisor")
    head = world.client("centre", "supervisor")
    assert head.post(reverse("member-subject", args=[own.pk]), given).status_code == 422
    assert world.client("centre", "worker").post(page, given).status_code == 403
    assert world.client("stranger", "supervisor").post(page, given).status_code == 404
    Membership.objects.create(user=user, desk=world.desks["stranger"], role="interpreter")
    assert head.post(page, given).status_code == 422
    assert not SocialAccount.objects.exists()
    assert not factors.has(user)


def test_the_link_on_the_sign_in_page_keeps_where_one_was_going(world: World, provider: Provider) -> None:
    page = Client().get(reverse("sign-in") + "?next=/desk/people/").content.decode()
    assert f"{reverse('ministry')}?next=%2Fdesk%2Fpeople%2F" in page
    assert "Sign in through Ministry" in page
