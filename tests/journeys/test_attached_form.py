"""A questionnaire in the work: filled in from a case in the engine of forms, and one of its answers becomes a
need in the file because a colleague confirms it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Desk
from tests.journeys.steps import take_in

FORM = ".odk-form"
ANSWERS = {
    "When is this talk?": "After one month",
    "Was the person reached?": "Yes, face to face",
    "Is it safe for you to talk now?": "Yes",
    "Do you agree to answer some questions?": "Yes",
    "What would help now?": "To learn a trade",
}
NEED = "Skills training"


def mapped(head: Desk) -> int:
    """One of the project's own forms, of which an answer may fill the needs of a case; its number."""
    head.go("/desk/forms/new")
    head.press("button[value='shelter_exit']")
    form = head.id()
    head.go(f"/desk/forms/{form}/fills/new")
    question = head.page.locator("main select[name='question'] option", has_text="What would help now?")
    head.fill(question=question.first.get_attribute("value") or "", target="needs")
    head.press("main form button")
    trade = head.page.locator("main label", has_text=ANSWERS["What would help now?"]).get_attribute("for")
    head.page.locator(f"#{trade}").select_option(label=NEED)
    head.looks()
    head.submit()
    return form


def answered(page: Page) -> None:
    """Each answer brings the next question."""
    for question, answer in ANSWERS.items():
        asked = page.locator(f"{FORM} .question-container", has_text=question)
        asked.get_by_text(answer, exact=True).click()
    page.locator(f"{FORM} .footer button").click()


def back_at(case: str, worker: Desk) -> None:
    """Once it is sent; where that takes longer than a few seconds, the page of what waits comes before."""
    expect(worker.page).not_to_have_url(re.compile("/fill/forms/"))
    worker.page.wait_for_load_state()
    if worker.path == "/fill/":
        expect(worker.page.locator("#sent li")).to_have_count(1)
        worker.go(case)
    assert worker.path == case


def test_an_answer_fills_the_file_as_a_colleague_confirms_it(sign_in: Callable[..., Desk]) -> None:
    form = mapped(sign_in("supervisor", size=PHONE))
    worker = sign_in("worker", size=PHONE, anew=True)  # what her browser keeps goes with it
    her = take_in(worker, "Aisuluu")
    worker.go(f"{her.case_path}forms")
    worker.looks()
    worker.press(f"main form:has(input[name='form'][value='{form}']) button")
    assert worker.path.startswith(f"/fill/forms/{form}/?for=")  # the address says nothing of her
    answered(worker.page)
    back_at(f"{her.case_path}forms", worker)
    worker.looks()
    worker.press("main a[href^='/desk/answers/']:not([href$='/fill'])")
    worker.looks()
    worker.press("main a[href$='/fill']")
    expect(worker.page.locator("main label")).to_have_text(f"Open needs: {NEED}")
    worker.looks()
    filling = worker.path
    worker.go(f"{her.case_path}plan")
    expect(worker.page.locator("main")).not_to_contain_text(NEED)
    worker.go(filling)
    worker.fill(take=True)
    worker.submit()
    worker.go(f"{her.case_path}plan")
    expect(worker.page.locator("main")).to_contain_text(NEED)
