"""How messages arrive: signed, again after a failure, never two at once, in order, and given up at last."""

import hashlib
import hmac
import json
import logging
from base64 import b64decode, b64encode
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from kamkor.assistance.actions import answering
from kamkor.assistance.models import Task
from kamkor.base.models import AuditEvent
from kamkor.vault.signing import shown_secret
from kamkor.webhooks import actions, delivering, sending
from kamkor.webhooks.delivering import AGAIN_AFTER, LEASE, PAUSED_AFTER, SPREAD, take, work
from kamkor.webhooks.events import read_log
from kamkor.webhooks.models import Delivery, Subscription
from tests.assistance.referring import refer
from tests.webhooks.listening import Heard, subscribe
from tests.world import World

pytestmark = pytest.mark.usefixtures("heard")


def signed(secret: str, heard: Heard) -> str:
    """As a receiver works it out, from what arrived last."""
    headers, body = heard.headers[-1], heard.bodies[-1]
    text = f"{headers['Webhook-Id']}.{headers['Webhook-Timestamp']}.".encode() + body
    key = b64decode(secret.removeprefix("whsec_"))
    return "v1," + b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


def test_a_message_is_signed_by_the_secret_that_was_shown(world: World, heard: Heard) -> None:
    subscription = subscribe(world, heard)
    refer(world)
    work()
    headers = heard.headers[-1]
    assert headers["Webhook-Id"] == json.loads(heard.bodies[-1])["id"]
    assert abs(int(headers["Webhook-Timestamp"]) - timezone.now().timestamp()) < 60
    assert headers["Webhook-Signature"] == signed(shown_secret(subscription.secret), heard)


def test_while_a_secret_is_turned_both_sign(world: World, heard: Heard) -> None:
    subscription = subscribe(world, heard)
    old = shown_secret(subscription.secret)
    new = shown_secret(actions.turn(world.actor("clinic", "supervisor"), subscription).secret)
    answering.accept(world.actor("clinic"), refer(world))
    now = timezone.now()
    read_log(now)
    assert send_next(now) == "sent"
    assert heard.headers[-1]["Webhook-Signature"].split() == [signed(new, heard), signed(old, heard)]
    assert send_next(now + timedelta(hours=25)) == "sent"
    assert heard.headers[-1]["Webhook-Signature"] == signed(new, heard)


def send_next(now: datetime) -> str:
    taken = take(now)
    return delivering.deliver(taken, now) if taken else ""


def test_a_failure_is_tried_again_later_and_later_then_given_up(world: World, heard: Heard) -> None:
    subscribe(world, heard)
    refer(world)
    heard.status, heard.answer = 503, b"canary of an answer"
    now = timezone.now()
    for wait in AGAIN_AFTER:
        assert work(now) == {"waiting": 1}
        delivery = Delivery.objects.get()
        assert delivery.error == "503"
        assert abs((delivery.due_at - now) / wait - 1) <= SPREAD
        assert work(delivery.due_at - timedelta(seconds=1)) == {}
        now = delivery.due_at
    assert work(now) == {"dead": 1}
    assert work(now + timedelta(days=9)) == {}
    ids = {headers["Webhook-Id"] for headers in heard.headers}
    assert len(ids) == 1, "the receiver can tell that they are one"
    assert len(heard.headers) == 1 + len(AGAIN_AFTER)


def test_what_is_told_again_is_read_again(world: World, heard: Heard) -> None:
    subscribe(world, heard, "clinic", "worker", "referral.sent")
    referral = refer(world)
    heard.status = 500
    work()
    answering.accept(world.actor("clinic"), referral)
    heard.status = 200
    work(timezone.now() + timedelta(minutes=2))
    assert [told["state"]["status"] for told in heard.told] == ["sent", "accepted"]


def test_about_one_object_messages_go_out_in_order_and_others_do_not_wait(world: World, heard: Heard) -> None:
    subscribe(world, heard, "clinic", "worker", "referral.sent", "referral.accepted")
    first = refer(world)
    answering.accept(world.actor("clinic"), first)
    heard.status = 500
    assert work() == {"waiting": 1}
    second = refer(world)
    heard.status = 200
    assert work() == {"sent": 1}
    work(timezone.now() + timedelta(minutes=2))
    told = [(one["object"]["code"], one["kind"]) for one in heard.told]
    assert told == [
        (first.code, "referral.sent"),
        (second.code, "referral.sent"),
        (first.code, "referral.sent"),
        (first.code, "referral.accepted"),
    ]


def test_two_workers_never_send_one_at_once_and_a_crash_gives_it_back(world: World, heard: Heard) -> None:
    subscribe(world, heard)
    refer(world)
    now = timezone.now()
    read_log(now)
    crashed = take(now)
    assert crashed is not None
    assert take(now + LEASE - timedelta(seconds=1)) is None
    again = take(now + LEASE)
    assert again is not None
    assert again.pk == crashed.pk
    assert delivering.deliver(again, now + LEASE) == "sent"
    delivering._settle(crashed, now + LEASE, state="dead", error="timeout")
    assert Delivery.objects.get().state == "sent", "who was late has no say"


def test_a_second_worker_finds_nothing_while_the_first_sends(world: World, heard: Heard) -> None:
    """Asked in the midst of sending, as another process would."""
    subscribe(world, heard)
    refer(world)
    seen = []

    def sends(*_message: object) -> None:
        seen.append(take(timezone.now()))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sending, "post", sends)
        assert work() == {"sent": 1}
    assert seen == [None]


def test_an_address_that_fails_for_three_days_is_paused_and_the_head_is_told(
    world: World, heard: Heard
) -> None:
    subscription = subscribe(world, heard)
    refer(world)
    heard.status = 500
    begun = timezone.now()
    work(begun)
    Delivery.objects.update(due_at=begun + PAUSED_AFTER)
    assert work(begun + PAUSED_AFTER) == {"waiting": 1}
    subscription.refresh_from_db()
    assert subscription.paused_at is not None
    task = Task.objects.get(kind="system_unreachable")
    assert (task.desk, task.assignee) == (world.desks["clinic"], world.users["clinic"])
    assert AuditEvent.objects.filter(verb="webhook.pause", actor_id=None).exists()
    heard.status = 200
    refer(world)
    assert work(begun + timedelta(days=9)) == {}
    actions.resume(world.actor("clinic", "supervisor"), subscription)
    assert work() == {"sent": 2}, "what happened meanwhile has waited"
    task.refresh_from_db()
    assert task.done_at is not None


def test_an_address_that_answers_again_is_not_failing(world: World, heard: Heard) -> None:
    subscription = subscribe(world, heard)
    refer(world)
    heard.status = 500
    work()
    heard.status = 200
    work(timezone.now() + timedelta(minutes=2))
    subscription.refresh_from_db()
    assert subscription.failing_since is None


@pytest.mark.asvs("16.5.2")
def test_one_that_fails_does_not_hold_up_others(world: World, heard: Heard) -> None:
    broken = subscribe(world, heard, "centre")
    Subscription.objects.filter(pk=broken.pk).update(address="http://127.0.0.1:1/")
    subscribe(world, heard)
    for _time in range(3):
        refer(world)
    assert work() == {"waiting": 1, "sent": 3}
    assert {row.error for row in Delivery.objects.filter(subscription=broken)} == {"", "connection"}


@pytest.mark.asvs("15.3.2")
def test_redirects_are_not_followed(world: World, heard: Heard) -> None:
    subscribe(world, heard)
    refer(world)
    heard.status = 302
    assert work() == {"waiting": 1}
    assert len(heard.bodies) == 1
    assert Delivery.objects.get().error == "302"


@pytest.mark.asvs("16.2.5")
def test_no_log_holds_a_secret_an_address_or_what_was_answered(
    world: World, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    subscription = subscribe(world, heard)
    refer(world)
    heard.status, heard.answer = 500, b"canary of an answer"
    work()
    for text in (shown_secret(subscription.secret), "from=kamkor", "canary"):
        assert text not in caplog.text
    assert "canary" not in str(Delivery.objects.values_list())
