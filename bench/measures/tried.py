"""Both ways of doing the same, in turn: as it was, and as it is."""

import gc
import time
from base64 import b64decode
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q

from bench.measures.acting import Browser, ask, signed_in
from bench.measures.pages import scenes
from bench.stage import known
from kamkor.access.actor import Actor
from kamkor.access.models import Membership
from kamkor.assistance.models import Referral
from kamkor.assistance.models.referrals import in_force
from kamkor.base import wall
from kamkor.people.models import Consent
from kamkor.vault import names
from kamkor.vault.keyring import Keyring
from kamkor.vault.models import Item, Share
from kamkor.vault.opening import _shared_with
from kamkor.wsgi import application

RUNS, CALLS, PAGES = 10, 20, 60
Way = Callable[[], Any]


def measure(rounds: int) -> None:
    browser = signed_in()
    print(f"### {connection.display_name}\n\n| What | before, ms | now, ms |\n|---|--:|--:|")
    with wall.acting(browser.desk):
        for name, before, now in ways(browser):
            first, second = taken(before, now)
            print(f"| {name} | {first:.2f} | {second:.2f} |", flush=True)
    alone, frozen = collecting(browser)
    print(
        f"| A case page without and with the freeze of what is loaded, mean | {alone:.1f} | {frozen:.1f} |\n"
    )


def ways(browser: Browser) -> list[tuple[str, Way, Way]]:
    keyring = Keyring.load(b64decode(str(known(settings.HOME)["keys"])))
    membership = Membership.objects.select_related("desk__holder").get(pk=browser.membership)
    actor, desk = Actor(membership, keyring, membership.user), membership.desk.holder
    roots, shares = keyring._roots, Share.objects.select_related("pair")
    secrets = Item.objects.filter(file__holder=desk, label=names.INDEX).order_by("-written_at")
    agreed = Q(Exists(Consent.objects.in_force().filter(pk=OuterRef("consent"))))
    received = Referral.objects.filter(receiver=browser.desk)
    first = Referral.objects.visible_to(actor).earliest("pk").pk
    return [
        (
            "Keys shared with a member",
            lambda: list(shares.filter(recipient__in=[root.pair_id for root in roots])),
            lambda: _shared_with({root.pair_id: root for root in roots}),
        ),
        ("The newest key of a desk", lambda: desk.pairs.latest("epoch"), desk.current),
        (
            "The secrets of a desk and whether they are stale",
            lambda: [list(secrets), desk.pairs.latest("epoch")],
            lambda: list(Item.objects.raw(names.SECRETS, [desk.pk, names.INDEX])),
        ),
        (
            "A referral whose consent is in force",
            lambda: received.filter(agreed, pk=first).first(),
            lambda: received.filter(in_force(), pk=first).first(),
        ),
        (
            "The second wall within a transaction",
            lambda: told_the_wall(asked=True),
            told_the_wall,
        ),
    ]


def told_the_wall(*, asked: bool = False) -> None:
    """As `acting` does; it used to ask first what to bring back."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            if asked:
                cursor.execute("select current_setting('kamkor.desk', true)")
            wall._set("1", "desk")


def taken(*calls: Way) -> list[float]:
    """Milliseconds of CPU time of each call, the least of all runs."""
    runs: list[list[float]] = [[] for _ in calls]
    for _ in range(RUNS):
        for call, seen in zip(calls, runs, strict=True):
            begun = time.process_time()
            for _ in range(CALLS):
                call()
            seen.append(1000 * (time.process_time() - begun) / CALLS)
    return [min(seen) for seen in runs]


def collecting(browser: Browser) -> tuple[float, float]:
    """A page with Python's usual search for what can go, and with that of `kamkor.wsgi`: means, as only some
    requests bear it."""
    with wall.acting(None, scope="all"):
        path, form = scenes(browser)[0].prepare(0)
    now = gc.get_threshold()
    gc.unfreeze()
    gc.set_threshold(700, 10, 10)
    before = mean(browser, path, form)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*now)
    return before, mean(browser, path, form)


def mean(browser: Browser, path: str, form: dict[str, object] | None) -> float:
    begun = time.process_time()
    for _ in range(PAGES):
        ask(application, browser.environ(path, form))
    return 1000 * (time.process_time() - begun) / PAGES
