"""From a spreadsheet to people: the columns are known, a bad row stays out, and the import is undone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload

from tests.import_files import text_of
from tests.journeys.conftest import DESKTOP, PHONE, Desk

TABLE = [
    ["ФИО", "Туулган күнү", "Жынысы", "Телефон", "Макулдугу"],
    ["Үлгүбекова Назик", "03.05.1996", "аял", "+996 555 000 777", "ооба"],
    ["Үлгүбеков Данияр", "31.02.1996", "эркек", "", "ооба"],
]


@pytest.mark.parametrize(("language", "script"), [("ky", True), ("en", False)])
def test_a_table_of_people(sign_in: Callable[..., Desk], language: str, script: bool) -> None:
    head = sign_in("supervisor", language=language, size=PHONE if script else DESKTOP, script=script)
    head.go("/desk/imports/")
    head.looks()
    file = FilePayload(name="list.csv", mimeType="text/csv", buffer=text_of(TABLE, ";"))
    head.page.set_input_files("main input[type=file]", file)
    head.fill(kind="persons")
    head.submit()
    head.looks()
    head.submit()
    finished(head)
    head.looks()
    head.fill(keep_good="yes")
    head.submit("/take")
    finished(head)
    head.looks()
    head.press("main a[href$='/undo']")
    head.submit()
    finished(head)
    assert head.page.locator("main a[href$='/undo']").count() == 0


def test_nobody_has_two_files_without_somebody_looking(sign_in: Callable[..., Desk]) -> None:
    head = sign_in("supervisor", language="ky", size=PHONE)
    head.go("/desk/people/two-files/")
    told = head.page.locator("main p.govuk-body")
    before = told.count()
    head.submit("/two-files/")
    head.page.wait_for_url(re.compile(r"/two-files/$"))
    assert told.count() == before + 1, "when all files were last looked through"
    head.looks()


def finished(desk: Desk) -> None:
    """The page goes on by itself until it leads back to the table."""
    desk.page.wait_for_url(re.compile(r"/imports/\d+/$"))
