"""Pages that editors write: versions, languages, review, and nobody writes to the public but one desk."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kamkor.base import codelists
from kamkor.methods.plain_markup import blocks
from kamkor.website.sheets import Sheet, SheetText
from tests.world import World

TODAY = timezone.localdate()
FACTS = {"source": "Law 55", "as_of": TODAY, "review_on": TODAY + timedelta(days=90), "topic": "return"}


@pytest.fixture
def head(world: World) -> Client:
    codelists.load()
    return world.client("line", "supervisor")


@pytest.mark.asvs("1.3.5")
def test_a_page_is_previewed_versioned_found_and_shown_to_the_public(head: Client, world: World) -> None:
    assert head.post(reverse("sheet-new"), FACTS | {"review_on": TODAY}).status_code == 422
    assert head.post(reverse("sheet-new"), FACTS | {"public": "on"}).status_code == 302
    sheet = Sheet.objects.get()
    write = reverse("sheet-write", args=[sheet.pk])
    text = {"title": "Кайтуу", "body": "## Биринчи\nКонсулдукка чалыңыз.\n- паспорт\n- <script>"}
    shown = head.post(f"{write}?in=ky", text | {"do": "preview"}).content.decode()
    assert "&lt;script&gt;" in shown
    assert "<script>" not in shown
    assert not SheetText.objects.exists()
    for number in ("1", "2"):
        head.post(f"{write}?in=ky", text | {"body": text["body"] + number})
    assert [row.version for row in sheet.texts.order_by("version")] == [1, 2]

    found = world.client("line", "operator").get(reverse("knowledge"), {"q": "КОНСУЛ"}).content.decode()
    assert "Кайтуу" in found
    assert "ru, uz, en" in found
    anybody = Client(raise_request_exception=False)
    for language in ("ky", "ru"):  # who has no text of their own reads another
        page = anybody.get(f"/{language}/pages/{sheet.pk}").content.decode()
        assert "<li>&lt;script&gt;2" in page
    Sheet.objects.update(review_on=TODAY - timedelta(days=1), as_of=TODAY - timedelta(days=9))
    assert "unconfirmed" in anybody.get(f"/en/pages/{sheet.pk}").content.decode()


def test_no_other_desk_writes_and_what_is_for_the_line_is_not_public(head: Client, world: World) -> None:
    other = world.client("clinic", "supervisor")
    assert other.post(reverse("sheet-new"), FACTS | {"public": "on"}).status_code == 422
    head.post(reverse("sheet-new"), FACTS)
    sheet = Sheet.objects.get()
    assert other.get(reverse("sheet", args=[sheet.pk])).status_code == 200
    assert other.post(reverse("sheet-write", args=[sheet.pk]), {"title": "x", "body": "y"}).status_code == 403
    assert Client(raise_request_exception=False).get(f"/en/pages/{sheet.pk}").status_code == 404


def test_marks_make_blocks() -> None:
    kinds = [(block.kind, block.lines) for block in blocks("a\nb\n\n- c\n- d\n## e\nf\n\n\n")]
    assert kinds == [("text", ["a", "b"]), ("list", ["c", "d"]), ("heading", ["e"]), ("text", ["f"])]
