"""The pages on which a desk lets systems be told."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kamkor.access.policy import EVERYONE
from kamkor.base.models import AuditEvent
from kamkor.vault.signing import shown_secret
from kamkor.webhooks import delivering
from kamkor.webhooks.models import Delivery, Subscription
from tests.api.calling import Partner, partner
from tests.assistance.referring import refer
from tests.walls.test_canaries import everything
from tests.webhooks.listening import Heard, subscribe
from tests.world import World

MAKERS = ("supervisor", "administrator")


def make(client: Client, ours: Partner, address: str, *kinds: str) -> str:
    page = f"{reverse('webhook-new')}?token={ours.token.pk}"
    answer = client.post(page, {"address": address, "kinds": kinds or ["referral.sent"]})
    return answer.content.decode()


def test_a_secret_is_shown_once_and_stands_nowhere(world: World, heard: Heard) -> None:
    ours, client = partner(world, "clinic"), world.client("clinic", "supervisor")
    shown = make(client, ours, heard.address)
    row = Subscription.objects.get()
    secret = shown_secret(row.secret)
    assert secret in shown
    for page in (
        reverse("webhooks"),
        reverse("webhook", args=[row.pk]),
        reverse("webhook-turn", args=[row.pk]),
    ):
        assert secret not in client.get(page).content.decode()
    for alias in ("default", "keys"):
        assert secret.removeprefix("whsec_") not in everything(alias)
    turned = client.post(reverse("webhook-turn", args=[row.pk])).content.decode()
    row.refresh_from_db()
    assert shown_secret(row.secret) in turned
    assert secret not in turned


def test_only_what_the_token_allows_is_offered(world: World, heard: Heard) -> None:
    ours = partner(world, "clinic", "worker", "referral.list")
    client = world.client("clinic", "supervisor")
    page = client.get(f"{reverse('webhook-new')}?token={ours.token.pk}").content.decode()
    assert 'value="referral.sent"' in page
    assert "packet." not in page
    make(client, ours, heard.address, "packet.decided")
    assert not Subscription.objects.exists()


def test_the_token_of_another_desk_is_not_offered(world: World, heard: Heard) -> None:
    theirs = partner(world, "centre")
    make(world.client("clinic", "supervisor"), theirs, heard.address)
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("address", ["https://127.0.0.1/", "https://10.0.0.7/", "http://example.org/", "x"])
def test_an_address_inside_is_refused_in_the_same_words(world: World, address: str) -> None:
    shown = make(world.client("clinic", "supervisor"), partner(world, "clinic"), address)
    assert "Nothing can be sent to this address" in shown
    assert not Subscription.objects.exists()


def test_a_desk_without_such_systems_is_told_what_to_do(world: World) -> None:
    partner(world, "clinic", "worker", "reference.read")
    page = world.client("clinic", "supervisor").get(reverse("webhook-new")).content.decode()
    assert "Give one such access first" in page


@pytest.mark.parametrize("role", EVERYONE)
def test_only_who_makes_tokens_opens_the_pages(world: World, role: str) -> None:
    for name in ("webhooks", "webhook-new"):
        status = world.client("clinic", role).get(reverse(name)).status_code
        assert status == (200 if role in MAKERS else 403)


def test_pausing_keeps_messages_and_ending_drops_them(world: World, heard: Heard) -> None:
    row, client = subscribe(world, heard), world.client("clinic", "administrator")
    client.post(reverse("webhook-pause", args=[row.pk]))
    refer(world)
    assert delivering.work() == {}
    assert Delivery.objects.get().state == "waiting"
    client.post(reverse("webhook-resume", args=[row.pk]))
    assert delivering.work() == {"sent": 1}
    refer(world)
    client.post(reverse("webhook-end", args=[row.pk]))
    assert delivering.work() == {}
    assert client.post(reverse("webhook-resume", args=[row.pk])).status_code == 422


def dead(world: World, heard: Heard) -> Delivery:
    subscribe(world, heard)
    refer(world)
    heard.status = 500
    delivering.work()
    Delivery.objects.update(tries=len(delivering.AGAIN_AFTER), due_at=timezone.now())
    assert delivering.work() == {"dead": 1}
    return Delivery.objects.get()


def test_a_dead_letter_is_seen_and_sent_again(world: World, heard: Heard) -> None:
    letter, client = dead(world, heard), world.client("clinic", "supervisor")
    page = client.get(reverse("webhook", args=[letter.subscription_id])).content.decode()
    assert "Could not be delivered" in page
    assert "500" in page
    assert not re.search(r"KM-\w{4}-\w{4}", page), "the reader may be kept from her"
    client.post(reverse("webhook-resend", args=[letter.pk]))
    heard.status = 200
    assert delivering.work() == {"sent": 1}
    assert {one["id"] for one in heard.told} == {str(letter.key)}
    assert client.post(reverse("webhook-resend", args=[letter.pk])).status_code == 422
    assert AuditEvent.objects.filter(verb="webhook.resend").exists()


def test_a_dead_letter_can_be_dropped(world: World, heard: Heard) -> None:
    letter, client = dead(world, heard), world.client("clinic", "supervisor")
    client.post(reverse("webhook-drop", args=[letter.pk]))
    assert Delivery.objects.get().state == "dropped"
    assert delivering.work() == {}


def test_other_desks_find_no_subscription_and_no_letter(world: World, heard: Heard) -> None:
    letter = dead(world, heard)
    for desk in ("centre", "stranger"):
        client = world.client(desk, "supervisor")
        for name, pk in (("webhook", letter.subscription_id), ("webhook-end", letter.subscription_id)):
            assert client.get(reverse(name, args=[pk])).status_code == 404
        for name in ("webhook-resend", "webhook-drop"):
            assert client.post(reverse(name, args=[letter.pk])).status_code == 404
        assert heard.address not in client.get(reverse("webhooks")).content.decode()
