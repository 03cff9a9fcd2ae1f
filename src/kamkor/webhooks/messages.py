"""What one message says, read at the moment of sending: as much as its token may see then, in open columns.

What the token can no longer see, because consent ended or the referral was taken back, it hears of by kind
and code alone, and only at the desk that the object had gone to. Of somebody who is kept from it, it hears
nothing.
"""

import json
from datetime import datetime
from typing import Any

from django.db import models
from ninja.responses import NinjaJSONEncoder

from kamkor.access.actor import TokenActor
from kamkor.access.middleware import scope_of
from kamkor.access.tokens import actor_of
from kamkor.base import wall
from kamkor.base.actions import record
from kamkor.people.models import Exclusion
from kamkor.vault.signing import signature
from kamkor.webhooks.kinds import Thing, parts
from kamkor.webhooks.models import Delivery, Subscription


def message(delivery: Delivery) -> bytes | None:
    """The body of a message; None where there is nothing that this token may be told."""
    actor = actor_of(delivery.subscription.token)
    thing, pk = parts(delivery.subject)
    if thing is None or not actor.held.alive or not actor.may_here(thing.scope):
        return None
    with wall.acting(actor.desk_id, scope=scope_of(actor)):
        seen = thing.model._default_manager.visible_to(actor)  # type: ignore[attr-defined]
        row = seen.select_related(*thing.related).filter(pk=pk).first()
        if row is not None:
            record(actor, "webhook.tell", row)
            said = {"href": thing.href.replace("%s", str(pk)), "state": thing.state(actor, row)}
            return _body(delivery, thing, row, said)
    with wall.acting(None, scope="all"):
        row = thing.model._base_manager.filter(pk=pk).first()
        if row is None or getattr(row, thing.other) != actor.desk_id or _kept_from(actor, thing.people(row)):
            return None
        return _body(delivery, thing, row, {"href": None, "state": None})


def headers(subscription: Subscription, key: str, body: bytes, now: datetime) -> dict[str, str]:
    """The signatures are over number, time and body, by each secret that is valid now."""
    stamp = str(int(now.timestamp()))
    secrets = [subscription.secret]
    if subscription.previous and subscription.previous_until and subscription.previous_until > now:
        secrets.append(subscription.previous)
    signed = f"{key}.{stamp}.".encode() + body
    return {
        "Content-Type": "application/json",
        "User-Agent": "Kamkor",
        "Webhook-Id": key,
        "Webhook-Timestamp": stamp,
        "Webhook-Signature": " ".join(signature(which, signed) for which in secrets),
    }


def _kept_from(actor: TokenActor, people: list[int]) -> bool:
    """Whether anybody whom the object is about is kept from the token, who made it, its desk or its place."""
    return Exclusion.barring(actor).filter(person__in=people).exists()


def _body(delivery: Delivery, thing: Thing, row: models.Model, said: dict[str, Any]) -> bytes:
    """The code is that of the referral, packet or handover; that of the person is in none of its columns."""
    state = said["state"]
    told = {
        "id": str(delivery.key),
        "kind": delivery.kind,
        "at": delivery.at.isoformat(),
        "desk": delivery.subscription.desk.code,
        "object": {"type": thing.name, "code": row.code, "href": said["href"]},  # type: ignore[attr-defined]
        "state": state.model_dump() if state else None,
    }
    return json.dumps(told, cls=NinjaJSONEncoder, ensure_ascii=False).encode()
