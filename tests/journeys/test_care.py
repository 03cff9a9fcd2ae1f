"""The weeks after: needs, plan, services, stays, notes, documents, tasks, the end and a new beginning."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.journeys.conftest import DESKTOP, LANGUAGES, PHONE, Desk
from tests.journeys.steps import Taken, take_in

SignIn = Callable[..., Desk]
FOLLOW_UPS = 4  # after 1, 3, 6 and 12 months


@pytest.mark.parametrize("language", LANGUAGES)
def test_care_from_need_to_service(sign_in: SignIn, language: str) -> None:
    desk = sign_in("worker", language=language, size=PHONE if language in ("ru", "uz") else DESKTOP)
    her = take_in(desk, f"Aizada {language}")
    plan(desk, her)
    desk.press("main a[href*='/services/new?need=']")
    desk.fill(kind="psychological", meets_need=True, result="done", note="Six talks agreed.")
    desk.looks()
    desk.submit()
    assert desk.page.locator("main tbody tr").count() == 1
    stay(desk, her)
    desk.go(f"{her.case_path}plan")
    assert desk.page.locator("main a[href*='?need=']").count() == 0
    desk.looks()


def plan(desk: Desk, her: Taken) -> None:
    desk.go(f"{her.case_path}needs/new")
    desk.fill(kind="psychological", stage="home", urgent=True)
    desk.looks()
    desk.submit()
    desk.go(f"{her.case_path}goals/new")
    desk.fill(text="To sleep through a night again.")
    desk.looks()
    desk.submit()
    assert "To sleep through" in desk.text()
    desk.looks()


def stay(desk: Desk, her: Taken) -> None:
    """A shelter is taken by its name and room; no address stands anywhere."""
    desk.go(f"{her.case_path}stays/new")
    desk.looks()
    shelter = desk.page.locator("main select[name='offer'] option:not([value=''])").first
    desk.fill(offer=shelter.get_attribute("value") or "")
    desk.submit()
    desk.press("main a[href^='/desk/stays/']")
    desk.fill(how="own_plan")
    desk.looks()
    desk.submit()
    assert desk.page.locator("main a[href^='/desk/stays/']").count() == 0
    desk.looks()


@pytest.mark.parametrize("language", LANGUAGES)
def test_records_tasks_end_and_return(sign_in: SignIn, language: str) -> None:
    desk = sign_in("worker", language=language, size=PHONE if language in ("ky", "en") else DESKTOP)
    her = take_in(desk, f"Burul {language}")
    working = note(desk, her, "working", "canary-working")
    note(desk, her, "fact", "canary-fact")
    document(desk, her)
    task(desk, her)
    close(desk, her)
    desk.go(working)
    assert "canary-working" not in desk.page.content()
    desk.go(f"{her.case_path}notes/")
    assert "canary-fact" in desk.text()
    desk.go(her.case_path)
    desk.press("main a[href$='/reopen']")
    desk.looks()
    desk.submit()
    assert desk.page.locator("main a[href$='/close']").count() == 1
    assert looks_back(desk) == 0


def note(desk: Desk, her: Taken, kind: str, text: str) -> str:
    desk.go(f"{her.case_path}notes/new?kind={kind}")
    desk.fill(text=text)
    desk.looks()
    desk.submit()
    desk.looks()
    desk.press("main h2 a[href^='/desk/notes/']")
    desk.looks()
    assert text in desk.text()
    return desk.path


def document(desk: Desk, her: Taken) -> None:
    """A picture is kept without what its camera wrote into it, and comes back under a neutral name."""
    desk.go(f"{her.case_path}documents/new")
    desk.fill(kind="passport", title="First page")
    desk.page.set_input_files(
        "main [name='file']", {"name": "IMG_1.png", "mimeType": "image/png", "buffer": picture()}
    )
    desk.looks()
    desk.submit()
    desk.looks()
    with desk.page.expect_download() as saved:
        desk.page.locator("main a[href^='/desk/documents/']").first.click()
    content = saved.value.path().read_bytes()
    assert saved.value.suggested_filename.endswith(".png")
    assert "IMG_1" not in saved.value.suggested_filename
    assert b"canary-camera" not in content
    assert Image.open(io.BytesIO(content)).size == (40, 30)


def picture() -> bytes:
    said, file = PngInfo(), io.BytesIO()
    said.add_text("Comment", "canary-camera")
    Image.new("RGB", (40, 30), "teal").save(file, "PNG", pnginfo=said)
    assert b"canary-camera" in file.getvalue()
    return file.getvalue()


def task(desk: Desk, her: Taken) -> None:
    desk.go(f"{her.case_path}tasks/new")
    desk.fill(kind="hearing", due_at_0="2099-05-01", due_at_1="09:30")
    desk.looks()
    desk.submit()
    tasks = desk.page.locator("main form[action$='/finish']")
    count = tasks.count()
    desk.submit("/finish")
    assert tasks.count() == count - 1


def close(desk: Desk, her: Taken) -> None:
    """With a reason, and the days on which she will be asked how she is."""
    desk.go(f"{her.case_path}close")
    desk.fill(reason="goals_reached")
    desk.looks()
    desk.submit()
    assert looks_back(desk) == FOLLOW_UPS
    desk.looks()
    desk.press("main a[href^='/desk/follow-ups/']")
    desk.looks()
    desk.fill(reached="yes_safe")
    desk.submit()
    assert looks_back(desk) == FOLLOW_UPS - 1


def looks_back(desk: Desk) -> int:
    return desk.page.locator("main ul a[href^='/desk/follow-ups/']").count()
