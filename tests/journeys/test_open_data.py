"""From records to an approved public release: a worker records, a statistician prepares, two people sign, and
somebody without an account reads what may be read."""

import csv
import urllib.request
from collections.abc import Callable
from urllib.error import HTTPError

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from kamkor.statistics.publishing.tables import block
from tests.journeys.conftest import PHONE, Desk, Instance
from tests.journeys.steps import take_in

YEAR = timezone.localdate().year - 1


def recorded(desk: Desk) -> None:
    """Somebody who said herself, last year, what had been done to her."""
    taken = take_in(desk, "Open data")
    desk.go(f"{taken.person_path}facts/new?kind=presumed")
    desk.fill(on=str(YEAR), ground="own_word")
    desk.submit()


def signed(desk: Desk, path: str) -> None:
    desk.go(path)
    desk.looks()
    desk.submit("/sign")


def test_from_records_to_an_approved_release(
    browser: Browser, instance: Instance, sign_in: Callable[..., Desk]
) -> None:
    recorded(sign_in("worker"))
    statistician = sign_in("statistician", language="ky", size=PHONE)
    statistician.go("/desk/figures/open/new")
    statistician.fill(name="presumed-by-self", year=str(YEAR), changes="The first table")
    statistician.submit()
    path = statistician.path
    signed(statistician, path)
    held = block(YEAR)
    address = f"/ky/figures/presumed-by-self-{held[0]}-{held[-1]}/1/"
    with pytest.raises(HTTPError, match="404"):
        urllib.request.urlopen(instance.url + address)
    signed(sign_in("coordinator"), path)
    page = browser.new_page(viewport=PHONE)
    door = Desk(page, instance, "ky", set())
    door.go("/ky/")
    door.page.locator("main a[href='/ky/figures/']").click()
    expect(page).to_have_url(f"{instance.url}/ky/figures/")
    door.looks("figures")
    door.page.locator(f"main a[href='{address}']").first.click()
    expect(page).to_have_url(f"{instance.url}{address}")
    door.looks("open-data")
    assert not door.page.context.cookies()
    with urllib.request.urlopen(f"{instance.url}{address}table.csv") as answer:
        rows = list(csv.DictReader(answer.read().decode().splitlines()))
    whole = next(row for row in rows if (row["group"], row["form"]) == ("total", "total"))
    assert (whole["count"], whole["status"]) == ("", "hidden")  # one person, who must not be found
    page.close()
