"""What every answer tells a browser, to the letter: every address of the resolver, for strangers and for
colleagues; files, errors and the API included."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.api.calling import partner
from tests.databases import ON_POSTGRESQL
from tests.walls.records import Records, fill
from tests.walls.test_access_walk import ADDRESSES, GUARDED, undrawn  # noqa: F401 - a fixture
from tests.world import World

pytestmark = pytest.mark.skipif(ON_POSTGRESQL, reason="no header comes from a database")
POLICY = (
    "base-uri 'none'; connect-src 'self'; default-src 'none'; font-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; img-src 'self'; script-src 'self'; style-src 'self'"
)
# The page of a form as it will look has the policy of the engine of forms, as pages for filling in have.
ENGINE = re.compile(r"/desk/forms/\d+/preview$")
ENGINE_POLICY = (
    "base-uri 'none'; connect-src 'self' data: blob:; default-src 'none'; font-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; img-src 'self' blob: data:; manifest-src 'self'; "
    "media-src 'self' blob:; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'nonce'; "
    "worker-src 'self'"
)
DOCUMENT = "default-src 'none'; sandbox"  # what somebody uploaded, never shown on our pages
EVERYWHERE: dict[str, str | None] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "Permissions-Policy": "accelerometer=(), autoplay=(), bluetooth=(), browsing-topics=(), camera=(), "
    "display-capture=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), local-fonts=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), screen-wake-lock=(), serial=(), usb=()",
    "Strict-Transport-Security": None,
}
NOT_KEPT = EVERYWHERE | {"Cache-Control": "no-store"}
# All that a browser may show of ours; everything else is to be saved.
SHOWN = {"", "text/html", "text/plain", "application/json", "application/problem+json"}
WORKER = "/fill/worker.js"  # the one script that is no file: it is told which files to keep
FOR_TELEPHONES = " /field/"  # what telephones of fieldwork read is XML, under the same policy as pages
STATIC = ("kamkor/kamkor.css", "kamkor/kamkor.js", "kamkor/icon.svg", "kamkor/inter-regular.woff2")
STRANGE = (
    "/no-such-page",
    "/desk/no-such-page",
    "/desk/cases/999999/",
    "/static/no-such-file.js",
    "/desk",
    "//x",
)
TELLING = {"Server", "X-Powered-By", "Via", "Access-Control-Allow-Origin"}


def in_engine() -> dict[str, str | None]:
    """What is expected where the engine of forms runs: its policy, and what a form may ask for."""
    allowed = NOT_KEPT["Permissions-Policy"] or ""
    for power in ("camera", "geolocation", "microphone"):
        allowed = allowed.replace(f"{power}=()", f"{power}=(self)")
    return NOT_KEPT | {"Content-Security-Policy": ENGINE_POLICY, "Permissions-Policy": allowed}


def said(answer: HttpResponseBase, expected: dict[str, str | None]) -> dict[str, str | None]:
    """What an answer says where it is expected to say anything; its policy in the order of the alphabet."""
    heard = {name: answer.get(name) for name in expected}
    policy = heard["Content-Security-Policy"]
    policy = policy and re.sub(r"'nonce-[\w+/=]{20,}'", "'nonce'", policy)
    heard["Content-Security-Policy"] = policy and "; ".join(sorted(map(str.strip, policy.split(";"))))
    return heard


def exact(answer: HttpResponseBase, path: str, expected: dict[str, str | None] = NOT_KEPT) -> None:
    kind = answer.get("Content-Type", "").partition(";")[0]
    shown = SHOWN | ({"text/xml"} if FOR_TELEPHONES in path else set())
    shown = shown | ({"text/javascript"} if path.endswith(WORKER) else set())
    if "Content-Disposition" in answer or kind not in shown:
        expected = expected | {"Content-Security-Policy": DOCUMENT}
        assert answer.get("Content-Disposition", "").startswith("attachment; "), f"{path}: {kind}"
        assert kind == "application/octet-stream", path
    elif ENGINE.search(path) and answer.status_code == 200:
        expected = in_engine()
    assert said(answer, expected) == expected, f"{path}: {answer.status_code}"
    assert not TELLING & set(answer.headers), path
    for name, cookie in answer.cookies.items():
        assert cookie["httponly"] or not cookie.value, f"{path}: {name}"  # or it is taken away
        assert cookie["samesite"] in {"Lax", "Strict"}, f"{path}: {name}"


@pytest.fixture
def records(world: World, undrawn: None) -> Records:  # noqa: F811
    return fill(world)


def paths(records: Records) -> Iterator[str]:
    """Every address with a record in it where it asks for one."""
    for route, _pattern in ADDRESSES:
        guard = GUARDED.get(route)
        if guard is not None and (guard.model is None or guard.model in records.keys):
            yield records.path(route, guard)
        elif guard is None:
            yield (
                route.replace("<slug:mark>", "a-mark")
                .replace("<int:pk>", "1")
                .replace("<slug:country>", "kz")
            )


def can_leave(answer: HttpResponseBase, path: str, *, here: bool) -> None:
    """Whoever is signed in signs out on every page that has a head, and locks it."""
    page = getattr(answer, "content", b"").decode(errors="replace")
    if here and answer.status_code == 200 and "<header" in page:
        assert f'action="{reverse("sign-out")}"' in page, path


@pytest.mark.asvs("7.4.4")
@pytest.mark.parametrize("who", ["nobody", "worker", "supervisor"])
def test_every_address_says_exactly_this(world: World, records: Records, who: str) -> None:
    asked = 0
    for path in (*paths(records), *STRANGE):
        client = Client(raise_request_exception=False) if who == "nobody" else world.client("centre", who)
        for method in ("get", "post", "head", "options", "put", "delete"):
            if method == "get" or path in STRANGE or asked % 7 == 0:
                answer = getattr(client, method)(path)
                exact(answer, f"{who} {method} {path}")
                can_leave(answer, path, here=who != "nobody")
        asked += 1
    assert asked > 150


@pytest.mark.parametrize("path", STATIC)
def test_files_say_it_too_and_may_be_kept(db: None, path: str) -> None:
    answer = Client().get(f"/static/{path}")
    assert answer.status_code == 200
    answer.close()
    assert said(answer, EVERYWHERE) == EVERYWHERE
    assert "Set-Cookie" not in answer.headers
    assert "max-age" in answer["Cache-Control"]


def test_the_api_says_it_too(world: World) -> None:
    system = partner(world)
    for answer in (
        system.get("code-lists/sex"),
        system.get("no-such-thing"),
        Client().get("/api/v1/referrals"),
        Client().post("/api/v1/referrals", "{", content_type="application/json"),
        Client().get("/api/v1/openapi.json"),
    ):
        exact(answer, "api")
        assert not answer.cookies


def test_what_breaks_says_it_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(request: HttpRequest) -> None:
        raise RuntimeError("secret words")

    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = "x"
    monkeypatch.setattr("kamkor.access.middleware.actor_of", broken)
    answer = client.get(reverse("my-work"))
    assert answer.status_code == 500
    exact(answer, "500")
    assert "secret words" not in answer.content.decode()


def test_refused_forms_and_foreign_hosts_get_it_too(world: World) -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    answer = strict.post(reverse("sign-in"), {"username": "centre", "password": "x"})
    assert answer.status_code == 403
    exact(answer, "a form without its token")
    foreign = Client(raise_request_exception=False).get("/", HTTP_HOST="evil.example")
    assert foreign.status_code == 400
    exact(foreign, "a host that is not ours")


def test_behind_https_browsers_are_told_to_stay_there(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SECURE_HSTS_SECONDS", 31536000)
    monkeypatch.setattr(settings, "SECURE_HSTS_INCLUDE_SUBDOMAINS", True)
    monkeypatch.setattr(settings, "SECURE_SSL_REDIRECT", True)
    expected = NOT_KEPT | {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
    exact(Client().get(reverse("sign-in"), secure=True), "https", expected)
    plain = Client().get(reverse("sign-in"))
    assert plain.status_code == 301
    assert plain["Location"].startswith("https://")
    exact(plain, "http")


@pytest.mark.asvs("4.1.2")
def test_a_program_that_calls_without_https_is_refused_and_led_nowhere(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = partner(world)
    assert system.get("code-lists/sex").status_code == 200
    monkeypatch.setattr(settings, "SECURE_SSL_REDIRECT", True)
    for plain in (system.get("code-lists/sex"), Client().get("/api/v1/referrals")):
        assert plain.status_code == 400
        assert "Location" not in plain.headers


@pytest.mark.asvs("13.4.4")
def test_trace_is_answered_nowhere(world: World) -> None:
    client = world.client("centre")
    for path in (
        "/",
        "/healthz",
        "/desk/",
        "/desk/people/",
        "/api/v1/referrals",
        "/static/kamkor/kamkor.css",
    ):
        answer = client.trace(path, HTTP_X_TOLD="canary-of-a-header")
        assert answer.status_code == 405, path
        assert b"canary" not in answer.getvalue()
        exact(answer, path)


def test_languages_change_nothing_of_it(world: World) -> None:
    for language in ("ky", "uz-cyrl"):
        with translation.override(language):
            exact(Client().get(reverse("sign-in")), language)


def test_only_leaving_clears_the_browser(world: World) -> None:
    client = world.client("centre")
    assert "Clear-Site-Data" not in client.get(reverse("my-work")).headers
    assert client.post(reverse("sign-out"))["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in client.get(reverse("sign-in")).headers, "there is nobody to forget"
