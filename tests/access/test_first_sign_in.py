"""A first password: it sets up the second factor, is changed before anything else, and does not last."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kamkor.access import actions
from kamkor.access.models import User
from kamkor.access.passwords import GIVEN_FOR
from tests.access.entering import code_of, is_in, with_password
from tests.world import PASSPHRASE, World


@pytest.fixture(autouse=True)
def _required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SECOND_FACTOR", True)


def first_sign_in(world: World) -> tuple[User, Client, str]:
    """Somebody whom the head has just added, after the password; and where she is led."""
    added = actions.add_member(
        world.actor("centre", "administrator"),
        world.desks["centre"],
        username="added",
        display_name="Added",
        role="worker",
        password=PASSPHRASE,
    )
    return added.user, *with_password(added.user)


@pytest.mark.asvs("6.4.1")
def test_a_first_password_leads_to_a_second_factor_then_to_a_password_of_ones_own(
    world: World,
) -> None:
    user, client, led = first_sign_in(world)
    assert led == reverse("factors")
    for page in ("own-password", "my-work", "change-password", "people"):
        assert client.get(reverse(page))["Location"].startswith(reverse("sign-in")), page
    page = client.get(reverse("factor-app")).content.decode()
    secret = page.split('<code class="kamkor-code">')[1].split("<")[0].replace(" ", "")
    answer = client.post(reverse("factor-app"), {"code": code_of(secret)})
    assert answer["Location"] == reverse("own-password")
    assert client.get(reverse("my-work"))["Location"].startswith(reverse("sign-in"))
    own = "a row of my own words"
    given = {"old": PASSPHRASE, "new": own, "again": own}
    assert client.post(reverse("own-password"), given | {"new": PASSPHRASE}).status_code == 422
    assert client.post(reverse("own-password"), given | {"old": "not this one"}).status_code == 422
    assert client.post(reverse("own-password"), given).status_code == 302
    assert is_in(client)
    user.refresh_from_db()
    assert user.given_at is None
    assert user.check_password(own)
    assert not user.check_password(PASSPHRASE)


@pytest.mark.asvs("6.4.1")
def test_a_first_password_that_waits_for_a_week_opens_nothing(world: World) -> None:
    user, _client, led = first_sign_in(world)
    assert led == reverse("factors")
    User.objects.filter(pk=user.pk).update(given_at=timezone.now() - GIVEN_FOR - timedelta(minutes=1))
    late = Client().post(reverse("sign-in"), {"username": "added", "password": PASSPHRASE})
    assert late.status_code == 422
    assert "good for a week" in late.content.decode()
    wrong = Client().post(reverse("sign-in"), {"username": "added", "password": "something else"})
    assert "good for a week" not in wrong.content.decode()
