"""The quick referral in ninety seconds: no stopwatch and no officer, but the keystroke-level model of Card,
Moran and Newell (Communications of the ACM 23, 1980), fed with the keys that the page really needed.

K is one key, M one decision, H the hands' way to the keyboard; to that comes all that is read out before she
agrees. The server's time is apart.
"""

import re
from collections.abc import Callable

import pytest

from tests.journeys.conftest import Desk

SignIn = Callable[..., Desk]
# Seconds for one key: an average non-secretary typist, an officer at a desk, one who types random letters.
AVERAGE, OFFICER, SLOW = 0.28, 0.35, 0.50
ALOUD = 130 / 60  # words a second
MENTAL, HOMING = 1.35, 0.40
LIMIT = 90
# A key that writes is counted where the letter arrives, with one more for shift; every other key where it is
# pressed.
COUNT = """(() => {
  const add = keys => sessionStorage.setItem('keys', Number(sessionStorage.getItem('keys')) + keys);
  const writes = field => field.matches('textarea, input:not([type=radio], [type=checkbox])');
  addEventListener('keydown', event => {
    if (event.key.length > 1 || !writes(event.target)) add(1);
  }, true);
  addEventListener('input', event => {
    if (event.data) add(event.data !== event.data.toLowerCase() || '+!?:'.includes(event.data) ? 2 : 1);
  }, true);
})()"""
CHOICES = {"danger": "possible", "medical_need": "soon", "age": "adult", "sex": "female"}
TYPED = {
    "call_name": "Айгерим",
    "safe_contact": "+996700123456",
    "note": "Паспорт у хозяина. Хочет домой, ждёт у поста.",
}
FIELDS = (
    "danger",
    "medical_need",
    "age",
    "sex",
    "language",
    "call_name",
    "safe_contact",
    "offer",
    "note",
    "ground",
)


def seconds(keys: int, decisions: int, key: float) -> float:
    """The model's time of one who starts with the hands off the keyboard."""
    return HOMING + keys * key + decisions * MENTAL


@pytest.mark.parametrize("who", ["border", "consul"])
def test_one_page_by_keyboard_within_ninety_seconds(
    sign_in: SignIn, who: str, record_property: Callable[[str, object], None]
) -> None:
    desk = sign_in(who, anew=True)
    desk.page.context.add_init_script(COUNT)
    desk.go("/desk/referrals/quick")
    desk.page.keyboard.press("Tab")  # to the link past the navigation
    desk.page.keyboard.press("Enter")
    for name in FIELDS:
        tab_to(desk, name)
        answer(desk, name)
    keys = desk.page.evaluate("Number(sessionStorage.getItem('keys'))") + 1  # and the one that sends
    read_out = desk.page.locator("#spoken details div[lang='en']", has_text=TYPED["note"])
    read_out.wait_for(state="attached")  # what is typed is read back too
    words = spoken_words(" ".join(read_out.locator("p, li").all_text_contents()))
    desk.key("F9")
    assert "/desk/referrals/" in desk.path
    assert desk.id()
    decisions = len(FIELDS) + 1  # one for each field, one before sending
    aloud = words / ALOUD
    figures = {
        "keys": keys,
        "words": words,
        "aloud": round(aloud),
        "average": round(seconds(keys, decisions, AVERAGE) + aloud),
        "officer": round(seconds(keys, decisions, OFFICER) + aloud),
        "slow": round(seconds(keys, decisions, SLOW) + aloud),
    }
    record_property("ninety_seconds", figures)
    assert seconds(keys, decisions, OFFICER) + aloud <= LIMIT, figures


def spoken_words(text: str) -> int:
    """Words as they are said: a long number is said in pairs."""
    return sum((len(word) + 1) // 2 if re.fullmatch(r"\+?\d{5,}", word) else 1 for word in text.split())


def tab_to(desk: Desk, name: str) -> None:
    """Tab by tab, as a hand does."""
    for _step in range(60):
        if desk.page.evaluate("document.activeElement.name") == name:
            return
        desk.page.keyboard.press("Tab")
    pytest.fail(f"Tab does not come to {name}")


def answer(desk: Desk, name: str) -> None:
    if name in TYPED:
        desk.page.keyboard.type(TYPED[name])
    elif name == "offer":
        while not desk.page.evaluate("document.activeElement.selectedOptions[0].text").startswith("Clinic"):
            desk.page.keyboard.press("ArrowDown")
    elif name == "ground":
        desk.page.keyboard.press("Space")
    elif name in CHOICES:
        for _step in range(6):
            if desk.page.evaluate("document.activeElement.value") == CHOICES[name]:
                break
            desk.page.keyboard.press("ArrowDown")
        assert desk.page.locator(f"main [name='{name}'][value='{CHOICES[name]}']").is_checked()
