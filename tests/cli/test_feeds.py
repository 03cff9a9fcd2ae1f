"""Pages with adverts are read by themselves: only where it is switched on, and as their owners let it."""

from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.utils import timezone

from kamkor.cli import feeds
from kamkor.prevention.models import Advert, Feed
from tests.world import World

ADVERT = "Корея, ферма, 3500 $ айына, тажрыйба керек эмес, алдын ала 1500 $. Тел. 0555 010 203"


class Site:
    """A newspaper on this machine."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, str]] = {"/": (200, f"<p>{ADVERT}</p>"), "/robots.txt": (404, "")}
        self.asked: list[tuple[str, str]] = []


@pytest.fixture
def site(settings: Any) -> Iterator[tuple[Site, str]]:
    settings.WEBHOOKS_LOCAL, settings.ADVERT_FEEDS = True, "desk@example.org"
    here = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.asked.append((self.path, self.headers["User-Agent"]))
            status, body = here.pages.get(self.path, (404, ""))
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_given: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield here, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def feed(world: World, address: str) -> Feed:
    monitor = world.actor("centre", "monitor")
    own: dict[str, Any] = {"desk": monitor.desk, "added_by": monitor.signed_in, "outlet": "Newspaper"}
    made: Feed = Feed.objects.create(**own, kind="html", address=address)
    return made


def test_a_page_is_read_once_a_day_and_its_advert_kept_once(world: World, site: tuple[Site, str]) -> None:
    here, address = site
    feed(world, f"{address}/")
    feed(world, f"{address}/second")
    now = timezone.now()
    assert feeds.work(now) == 1
    advert = Advert.objects.get()
    assert (advert.text, advert.outlet, advert.added_by, advert.desk) == (
        ADVERT,
        "Newspaper",
        None,
        world.desks["centre"],
    )
    assert [path for path, _agent in here.asked] == ["/robots.txt", "/"]  # the second waits its turn
    assert all("Kamkor/" in agent and "desk@example.org" in agent for _path, agent in here.asked)
    assert feeds.work(now + timedelta(hours=1)) == 0  # the second: it is not there
    assert Feed.objects.get(address__endswith="second").error == "refused"
    assert feeds.work(now + timedelta(hours=23)) == 0
    assert feeds.work(now + timedelta(days=2)) == 0
    assert Advert.objects.count() == 1


@pytest.mark.parametrize("robots", [(200, "User-agent: *\nDisallow: /"), (500, "")])
def test_what_robots_do_not_allow_is_not_read(
    world: World, site: tuple[Site, str], robots: tuple[int, str]
) -> None:
    here, address = site
    here.pages["/robots.txt"] = robots
    feed(world, f"{address}/")
    assert feeds.work(timezone.now()) == 0
    assert [path for path, _agent in here.asked] == ["/robots.txt"]
    assert Feed.objects.get().error == "robots"


def test_nothing_is_read_by_itself_unless_it_is_switched_on_nor_within_the_own_network(
    world: World, site: tuple[Site, str], settings: Any
) -> None:
    here, address = site
    feed(world, f"{address}/")
    settings.ADVERT_FEEDS = ""
    assert feeds.work(timezone.now()) == 0
    settings.ADVERT_FEEDS, settings.WEBHOOKS_LOCAL = "desk@example.org", False
    assert feeds.work(timezone.now()) == 0
    assert (here.asked, Feed.objects.get().error) == ([], "address")
