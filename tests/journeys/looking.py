"""What looks at a page in a journey: axe, which reads it as people who cannot see would, and a camera."""

import io
import json
from functools import cache
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import CDPSession, Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Half a megabyte, which every document has ready in a world apart, and which runs only where it is asked for.
AXE, WORLD = f"globalThis.loadAxe = () => {{ {Axe().axe_script}\n}}", "axe"
FOUND = """all => ({
    passed: all.passes.length,
    violations: all.violations.map(rule => `${rule.id}: ${rule.nodes[0].html.slice(0, 160)}`),
})"""
PICTURES = ("contact-ky", "intake-uz", "case-en", "referral-received-ru", "conflict-en")  # for the README
PICTURE_HEIGHT = 1100


@cache
def eyes_of(page: Page) -> tuple[CDPSession, str]:
    """A line to the browser's own tools, and the frame that they are to look at."""
    tools = page.context.new_cdp_session(page)
    tools.send("Page.enable")
    ready = {"source": AXE, "worldName": WORLD, "runImmediately": True}
    tools.send("Page.addScriptToEvaluateOnNewDocument", ready)
    return tools, tools.send("Page.getFrameTree")["frameTree"]["frame"]["id"]


def check_axe(page: Page, *, contrast: bool = True) -> None:
    options = {
        "runOnly": RULES,
        "resultTypes": ["violations"],
        "rules": {"color-contrast": {"enabled": contrast}},
    }
    tools, frame = eyes_of(page)
    world = tools.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": WORLD})
    asked = {
        "contextId": world["executionContextId"],
        "expression": f"loadAxe(), axe.run({json.dumps(options)}).then({FOUND})",
        "awaitPromise": True,
        "returnByValue": True,
    }
    answer = tools.send("Runtime.evaluate", asked)
    assert "exceptionDetails" not in answer, f"{page.url}: {answer['exceptionDetails']}"
    found = answer["result"]["value"]
    assert found["passed"], f"{page.url}: axe has looked at nothing"
    assert not found["violations"], f"{page.url}\n" + "\n".join(found["violations"])


def keep_picture(page: Page, path: Path) -> None:
    """A small picture of the upper part of the page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(page.screenshot(full_page=True))) as picture:
        upper = picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, PICTURE_HEIGHT)))
        upper.quantize(64).save(path, optimize=True)
