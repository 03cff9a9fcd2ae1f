"""Guessing is slow for whoever guesses, and for nobody else: no number of wrong tries locks an account.

Failures are counted for account and address together, and for an address over all accounts; each failure
above what is free doubles the wait. A browser in which the account has signed in before is counted by itself
and waits for nobody. While an account is guessed at from everywhere, an unknown place has one try before it
waits instead of eight: so its owner still gets in anywhere with the right words. A passkey cannot be guessed
and does not pass through here.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from kamkor.base import known
from kamkor.base.models import Attempt, Pace
from kamkor.base.problems import TooManyTries

FREE = 8  # failures of one account at one place
FREE_UNDER_ATTACK = 1
FREE_OF_ADDRESS = 60  # failures at one address, whichever the accounts
ATTACK = 100  # failures of one account from unknown places in a day
COUNTED = timedelta(days=1)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
MINUTE = 60


@dataclass(frozen=True)
class Try:
    """What to report a failure or a success under; `keys[0]` is the account at its place."""

    keys: tuple[str, ...]


@dataclass(frozen=True)
class Failures:
    number: int
    last: datetime

    def wait(self, free: int, now: datetime) -> timedelta:
        """How long nobody may try yet: a minute at first, doubled by each failure, an hour at most."""
        if self.number < free:
            return timedelta()
        doubled: timedelta = FIRST_WAIT * 2 ** min(self.number - free, 10)
        return max(self.last + min(doubled, LONGEST_WAIT) - now, timedelta())


def check(request: HttpRequest, account: str) -> Try:
    """Before something that can be guessed is compared; raises TooManyTries for whoever has to wait."""
    browser, address = known.browser(request, account), place_of(request)
    if browser:
        keys: tuple[str, ...] = (_key("browser", browser, account),)
    else:
        keys = (_key("pair", address, account), _key("address", address), _key("account", account))
    now = timezone.now()
    failures = _failures(keys, now)
    attacked = not browser and failures[2].number >= ATTACK
    free = (FREE_UNDER_ATTACK if attacked else FREE, FREE_OF_ADDRESS)
    wait = max(one.wait(most, now) for one, most in zip(failures, free, strict=False))
    if wait:
        minutes = -(-wait // timedelta(minutes=1))
        raise TooManyTries(
            mend=ngettext(
                "Wait %(minutes)s minute and try again. Nothing is locked for anybody else.",
                "Wait %(minutes)s minutes and try again. Nothing is locked for anybody else.",
                minutes,
            )
            % {"minutes": minutes},
            headers={"Retry-After": str(-(-wait // timedelta(seconds=1)))},
        )
    return Try(keys)


def failed(tried: Try) -> None:
    Attempt.objects.bulk_create(Attempt(key=key) for key in tried.keys)


def passed(tried: Try) -> None:
    """Whoever got it right in the end has not been guessing. Other accounts' failures there still count."""
    Attempt.objects.filter(key=tried.keys[0]).delete()


def forget(now: datetime) -> None:
    """Drop what no longer counts."""
    Attempt.objects.filter(at__lt=now - COUNTED).delete()
    Pace.objects.filter(begun__lt=now.timestamp() - MINUTE).delete()


def place_of(request: HttpRequest) -> str:
    """The caller's address. Behind the proxy all have the proxy's, so that anybody could slow anybody down:
    there it is the last one that the proxy has put down."""
    seen = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.SECURE else ""
    return seen.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def too_often(key: str, most: int) -> int:
    """Count one request, together with every other process that serves; the seconds to wait, 0 for none.

    One statement that commits by itself: a request that is refused or breaks has been counted too.
    """
    now = int(time.time())
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [key, now, now - MINUTE, now - MINUTE])
        begun, asked = cursor.fetchone()
    return begun + MINUTE - now if asked > most else 0


COUNT = """
insert into base_pace (key, begun, asked) values (%s, %s, 1)
on conflict (key) do update set
  begun = case when base_pace.begun <= %s then excluded.begun else base_pace.begun end,
  asked = case when base_pace.begun <= %s then 1 else base_pace.asked + 1 end
returning begun, asked
"""


def _key(*parts: str) -> str:
    return salted_hmac("throttle", "\n".join(parts).lower(), algorithm="sha256").hexdigest()


def _failures(keys: tuple[str, ...], now: datetime) -> list[Failures]:
    """Of each key, in one question."""
    rows = Attempt.objects.filter(key__in=keys, at__gt=now - COUNTED).values_list("key")
    found = {key: Failures(number, last) for key, number, last in rows.annotate(Count("pk"), Max("at"))}
    return [found.get(key, Failures(0, now)) for key in keys]
