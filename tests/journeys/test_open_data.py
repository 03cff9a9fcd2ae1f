"""From records, or from lists of others, to an approved public release: a statistician prepares, two people
sign, and somebody without an account reads what may be read."""

import csv
import json
import subprocess
import urllib.request
from collections.abc import Callable
from urllib.error import HTTPError

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from kamkor.statistics.publishing.tables import block
from tests.journeys.conftest import PATIENCE, PHONE, Desk, Instance
from tests.journeys.steps import take_in
from tests.ready import RUN, environment

YEAR = timezone.localdate().year - 1
LISTS = "a,b,c,count\n1,0,0,157\n0,1,0,143\n0,0,1,168\n1,1,0,41\n1,0,1,38\n0,1,1,43\n1,1,1,9\n"
COUNTS = ("157", "143", "168")
POPULATION = "Түндүктөгү чоңдор"


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


def on_the_way_there(browser: Browser, instance: Instance, address: str) -> Desk:
    """Somebody without an account has found the page `address` by its links."""
    page = browser.new_page(viewport=PHONE)
    page.set_default_timeout(PATIENCE)
    door = Desk(page, instance, "ky", set())
    door.go("/ky/")
    page.locator("main a[href='/ky/figures/']").click()
    expect(page).to_have_url(f"{instance.url}/ky/figures/")
    door.looks("figures")
    page.locator(f"main a[href='{address}']").first.click()
    expect(page).to_have_url(f"{instance.url}{address}")
    return door


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
    door = on_the_way_there(browser, instance, address)
    door.looks("open-data")
    assert not door.page.context.cookies()
    with urllib.request.urlopen(f"{instance.url}{address}table.csv") as answer:
        rows = list(csv.DictReader(answer.read().decode().splitlines()))
    whole = next(row for row in rows if (row["group"], row["form"]) == ("total", "total"))
    assert (whole["count"], whole["status"]) == ("", "hidden")  # one person, who must not be found
    door.page.close()


def estimated(desk: Desk, instance: Instance) -> str:
    """Lists are brought and described, the worker computes; the address of the estimate."""
    desk.go("/desk/figures/hidden/new")
    desk.looks()
    desk.fill(text=LISTS)
    desk.submit()
    desk.looks()
    desk.fill(
        population=POPULATION, definition="presumed", period=str(YEAR), inhabitants="700000", boot="1000"
    )
    desk.submit()
    desk.looks()
    subprocess.run([*RUN, "work", "--once"], env=environment(instance.home), check=True, capture_output=True)
    return desk.path


def test_an_estimate_of_the_hidden_number_is_public_after_two_signatures(
    browser: Browser, instance: Instance, sign_in: Callable[..., Desk]
) -> None:
    statistician = sign_in("statistician", language="ky", size=PHONE)
    path = estimated(statistician, instance)
    address = f"/ky/figures/hidden-number-presumed-{YEAR}/1/"
    signed(statistician, path)
    assert statistician.page.locator("main form[action$='/sign']").count() == 0  # nobody signs twice
    with pytest.raises(HTTPError, match="404"):
        urllib.request.urlopen(instance.url + address)
    signed(sign_in("coordinator"), path)
    door = on_the_way_there(browser, instance, address)
    door.looks("hidden-number")
    with urllib.request.urlopen(f"{instance.url}{address}estimate.json") as answer:
        told = json.load(answer)
    said = door.text()
    assert POPULATION in said
    assert (told["population"], told["confirmed"]) == (POPULATION, False)
    for figure in (told["ci"]["low"], told["ci"]["high"]):
        assert str(round(figure))[-3:] in said
    assert not [count for count in COUNTS if count in said]  # the table behind it stays at the desk
    assert not door.page.context.cookies()
    door.page.close()
