"""A desk takes questionnaires over: what is wrong in them, what is sealed, who may do what."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kamkor.surveys import checking
from kamkor.surveys.models import Questionnaire, Version
from tests.methods.surveys.books import HOUSEHOLD, workbook
from tests.world import World


@pytest.fixture(autouse=True)
def _no_java(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "has_java", lambda: False)


def sent(raw: bytes) -> dict[str, Any]:
    return {"workbook": SimpleUploadedFile("form.xlsx", raw)}


def changed(sheet: str, row: int, *cells: object) -> bytes:
    sheets = {name: [tuple(one) for one in rows] for name, rows in HOUSEHOLD.items()}
    sheets[sheet][row] = cells
    return workbook(sheets)


def taken_over(world: World) -> Questionnaire:
    done = world.client("centre", "supervisor").post(reverse("questionnaire-new"), sent(workbook(HOUSEHOLD)))
    assert done.status_code == 302
    return Questionnaire.objects.get()


def test_a_form_is_taken_over_and_shown_with_what_is_sealed(world: World) -> None:
    found = taken_over(world)
    version = found.newest()
    assert (found.form_id, found.title, version.version) == ("household", "Households", "2026-1")
    assert "<h:title>Households</h:title>" in version.xform
    page = world.client("centre", "worker").get(reverse("questionnaire", args=[found.pk]))
    assert "Java" in world.client("centre", "supervisor").get(reverse("questionnaire-new")).content.decode()
    shown = {question["words"]: question["sealed"] for question in page.context["questions"]}
    assert (shown["In their own words"], shown["Region"]) == (True, False)


def test_a_new_version_is_a_row_and_the_same_one_is_refused(world: World) -> None:
    found = taken_over(world)
    client = world.client("centre", "supervisor")
    again = client.post(reverse("questionnaire-new"), sent(workbook(HOUSEHOLD)))
    assert again.status_code == 422
    newer = changed("settings", 1, "household", "Homes", "2026-2", "English (en)")
    assert client.post(reverse("questionnaire-new"), sent(newer)).status_code == 302
    assert [row.version for row in Version.objects.order_by("pk")] == ["2026-1", "2026-2"]
    found.refresh_from_db()
    assert found.title == "Homes"


def test_what_is_wrong_is_named_by_sheet_row_and_cell(world: World) -> None:
    client = world.client("centre", "supervisor")
    for raw, told in (
        (changed("survey", 2, "select_one nowhere", "region", "Region", "Область"), "survey, row 3, A3"),
        (changed("survey", 4, "calculate", "x", "x", "x"), "row 5"),  # only the converter sees that
        (b"PK\x03\x04", "broken"),
        (b"type,name", "form.xlsx"),
    ):
        page = client.post(reverse("questionnaire-new"), sent(raw))
        assert page.status_code == 422
        assert told in page.content.decode(), told
    assert not Questionnaire.objects.exists()


def test_more_may_be_sealed_and_never_less(world: World) -> None:
    found = taken_over(world)
    page = reverse("questionnaire-seal", args=[found.pk])
    client = world.client("centre", "supervisor")
    given = {"of": "people", "fill_by": "everybody", "seen_by": "desk"}
    assert client.post(page, given | {"sealed": ["work/story"]}).status_code == 422
    assert client.post(page, given | {"of": "organisations", "sealed": ["region"]}).status_code == 302
    found.refresh_from_db()
    assert (found.sealed, found.of) == (["region"], "organisations")


def test_a_form_is_closed_and_opened_by_who_may_and_by_no_other_desk(world: World) -> None:
    found = taken_over(world)
    close = reverse("questionnaire-close", args=[found.pk])
    assert world.client("centre", "worker").post(close).status_code == 403
    assert world.client("stranger", "supervisor").post(close).status_code == 404
    assert (
        world.client("stranger", "worker").get(reverse("questionnaire", args=[found.pk])).status_code == 404
    )
    assert world.client("centre", "supervisor").post(close).status_code == 302
    found.refresh_from_db()
    assert not found.is_open


def test_a_form_of_ours_begins_with_a_button(world: World) -> None:
    client = world.client("centre", "programme_officer")
    assert client.post(reverse("questionnaire-shipped"), {"name": "../etc"}).status_code == 302
    assert not Questionnaire.objects.exists()
    assert client.post(reverse("questionnaire-shipped"), {"name": "labour_market"}).status_code == 302
    assert Questionnaire.objects.get().form_id == "labour_market"
