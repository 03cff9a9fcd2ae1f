"""Reads pages with adverts by itself: politely, a site one page at a time, and only where it is switched on.

Who asks is named in each request with an address to which the owner of a page can write. What robots.txt does
not allow is not read; where it cannot be had just now, nothing is read either.
"""

import importlib.metadata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from django.conf import settings
from django.db import transaction

from kamkor.access.actor import JobActor
from kamkor.base import wall
from kamkor.methods.adverts.exports import Found
from kamkor.methods.adverts.feeds import NoFeed, html, rss
from kamkor.prevention.actions import adverts
from kamkor.prevention.models import Feed
from kamkor.webhooks import sending
from kamkor.webhooks.sending import Undelivered

NAME = "Kamkor"
AT_ONCE = 20  # pages in one round
LARGEST = 2 * 2**20
ROBOTS = 2**19
AGAIN = timedelta(hours=24)  # at the earliest, after a reading that failed
GONE = range(400, 500)  # of robots.txt: there is none, all is allowed


class NotRead(Exception):
    """With the code of why."""


@dataclass
class Round:
    """One round: each site is asked for one page at most, and for its robots.txt once."""

    contact: str
    asked: set[str] = field(default_factory=set)

    @property
    def headers(self) -> dict[str, str]:
        version = importlib.metadata.version("kamkor")
        return {"User-Agent": f"{NAME}/{version} (+{self.contact})", "Accept-Encoding": "identity"}

    def read(self, feed: Feed) -> list[Found]:
        """The adverts of a page. Raises NotRead."""
        answer = self._get(feed.address, LARGEST)
        if answer.status != 200:
            raise NotRead("refused")
        try:
            return rss(answer.content) if feed.kind == Feed.Kind.RSS else html(answer.content, answer.charset)
        except NoFeed:
            raise NotRead("unreadable") from None

    def must_be_allowed(self, feed: Feed) -> None:
        """By the robots.txt of its site. Raises NotRead."""
        parts = urlsplit(feed.address)
        answer = self._get(f"{parts.scheme}://{parts.netloc}/robots.txt", ROBOTS)
        if answer.status in GONE:
            return
        if answer.status != 200:
            raise NotRead("robots")
        rules = RobotFileParser()
        rules.parse(answer.content.decode("utf-8", "replace").splitlines())
        if not rules.can_fetch(NAME, feed.address):
            raise NotRead("robots")

    def _get(self, address: str, most: int) -> sending.Answer:
        try:
            return sending.get(address, self.headers, most=most)
        except Undelivered as error:
            raise NotRead("address" if error.error == "address" else "silent") from None


def work(now: datetime) -> int:
    """Read what is due; gives how many new adverts it brought. Nothing is asked within a transaction."""
    if not settings.ADVERT_FEEDS:
        return 0
    this, new = Round(settings.ADVERT_FEEDS), 0
    for feed in _due(now):
        site = urlsplit(feed.address).netloc
        if site in this.asked:
            continue  # its turn comes in the next round
        this.asked.add(site)
        found, error = list[Found](), ""
        try:
            this.must_be_allowed(feed)
            found = this.read(feed)
        except NotRead as refusal:
            error = str(refusal)
        new += _keep(feed, found, error, now)
    return new


def _due(now: datetime) -> list[Feed]:
    with wall.acting(None, scope="all"):
        rows = Feed._base_manager.filter(ended_at=None, next_at__lte=now, desk__active=True)
        return list(rows.select_related("desk").order_by("next_at", "pk")[:AT_ONCE])


def _keep(feed: Feed, found: list[Found], error: str, now: datetime) -> int:
    with wall.acting(feed.desk_id), transaction.atomic():
        added = 0
        if found:
            actor = JobActor(membership=None, at=feed.desk)
            added = len(adverts.take_feed(actor, feed.desk, feed=feed, found=found).new)
        wait = max(timedelta(hours=feed.hours), AGAIN if error else timedelta())
        rows = Feed._base_manager.filter(pk=feed.pk)
        rows.update(read_at=now, next_at=now + wait, error=error, found=feed.found + added)
    return added
