"""Pages that fill in without a line: of a colleague's browser, and of a link that anybody may follow.

They say nothing about anybody, so that a browser may keep them. What is written in them is sealed to the
desk's key before it is kept or sent; nothing here opens it.
"""

import json
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from csp.constants import NONCE, SELF
from csp.decorators import csp_update
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from kamkor.base import throttle, wall
from kamkor.base.pages import page
from kamkor.surveys import engine
from kamkor.surveys.envelopes import Arrived, keep
from kamkor.surveys.fieldday import DAY, blank, script
from kamkor.surveys.models import Device, Envelope, MediaFile, Questionnaire, Version
from kamkor.surveys.openrosa import LARGEST, known
from kamkor.surveys.receiving import PROBLEMS, DeviceActor, NotTaken

COOKIE = f"{settings.COOKIE_PREFIX}kamkor_device"
SCRIPT_HEADER = "X-Kamkor-Field"  # no form of another site can send it
# A clock may say anything; further off than this, no other time could be told from it.
EARLIEST, LATEST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
A_MINUTE = 60  # times that a link is sent to, from everywhere
PLACES = {"geolocation": "geolocation=(self)", "camera": "camera=(self)", "microphone": "microphone=(self)"}
# The engine of forms is WebAssembly, styles itself, and shows the pictures that were taken just now.
ENGINE_POLICY: dict[str, Any] = {
    "script-src": ["'wasm-unsafe-eval'"],
    "style-src": [NONCE],
    "img-src": ["blob:", "data:"],
    "media-src": [SELF, "blob:"],
    "font-src": ["data:"],
    "connect-src": ["data:", "blob:"],
    "worker-src": [SELF],
    "manifest-src": [SELF],
}
View = Callable[..., HttpResponse]


def _device(request: HttpRequest, mark: str) -> DeviceActor:
    """Whose page this is: the link's, or the browser's by its cookie."""
    kind = Device.Kind.LINK if mark else Device.Kind.BROWSER
    actor = known(mark or request.COOKIES.get(COOKIE, ""), kind)
    if actor is None:
        raise Http404
    return actor


def _policy(view: View) -> View:
    return cast(View, csp_update(ENGINE_POLICY)(view))


@require_GET
def day(request: HttpRequest) -> HttpResponse:
    """What waits, what was sent, what can be written down, which forms are open."""
    try:
        actor = _device(request, "")
    except Http404:
        return redirect("without-line")
    with wall.acting(actor.desk_id):
        forms = Questionnaire.objects.visible_to(actor).offered_to(Device.Kind.BROWSER).order_by("title")
        context = {
            "forms": [(row.pk, row.title) for row in forms],
            "day": [(key, kind.label, blank(key), script(key)) for key, kind in DAY.items()],
            "told": _told(actor, reverse("fill-send"), dict(forms.values_list("pk", "title"))),
        }
        return _private(render(request, "surveys/fill_day.html", context))


@require_GET
@_policy
def form(request: HttpRequest, pk: int) -> HttpResponse:
    actor = _device(request, "")
    with wall.acting(actor.desk_id):
        rows = Questionnaire.objects.visible_to(actor).offered_to(Device.Kind.BROWSER)
        return _filling(request, actor, get_object_or_404(rows, pk=pk), reverse("fill-send"))


@require_GET
@_policy
def link(request: HttpRequest, mark: str) -> HttpResponse:
    """What anybody sees who was given the address: who asks, why, and the form."""
    actor = _device(request, mark)
    with wall.acting(actor.desk_id):
        rows = Questionnaire.objects.visible_to(actor).offered_to(Device.Kind.LINK)
        questionnaire = get_object_or_404(rows, pk=actor.held.questionnaire_id)
        return _filling(request, actor, questionnaire, reverse("fill-link-send", args=[mark]))


def _filling(
    request: HttpRequest, actor: DeviceActor, questionnaire: Questionnaire, send_to: str
) -> HttpResponse:
    version: Version = questionnaire.versions.defer("workbook").order_by("-pk")[0]
    files = MediaFile.objects.visible_to(actor).filter(version=version).defer("content")
    told = _told(actor, send_to, {questionnaire.pk: questionnaire.title}) | {
        "form": questionnaire.pk,
        "xform": in_language(version.xform, get_language() or ""),
        "media": {row.name: f"{_media_of(request, row)}?{row.digest}" for row in files},
        "nonce": str(request.csp_nonce),  # type: ignore[attr-defined]
        "locale": engine.locale(),
        "words": _words() | engine.words(),
    }
    context = {"questionnaire": questionnaire, "device": actor.held, "told": told}
    return _private(render(request, "surveys/fill_form.html", context))


@page("form.read", Questionnaire, methods=("GET",))
@_policy
def preview(request: HttpRequest, questionnaire: Questionnaire) -> HttpResponse:
    """The form as whoever fills it in sees it; nothing of it is kept or sent."""
    version = questionnaire.newest()
    files = MediaFile.objects.visible_to(request.actor).filter(version=version)  # type: ignore[attr-defined]
    told = {
        "preview": True,
        "xform": in_language(version.xform, get_language() or ""),
        "media": {
            row.name: reverse("questionnaire-file-shown", args=[row.pk]) for row in files.defer("content")
        },
        "nonce": str(request.csp_nonce),  # type: ignore[attr-defined]
        "locale": engine.locale(),
        "words": _words() | engine.words() | {"kept": _("Preview: nothing is kept or sent.")},
    }
    return _private(render(request, "surveys/fill_form.html", {"questionnaire": questionnaire, "told": told}))


@page("form.read", MediaFile, methods=("GET",))
def shown_file(request: HttpRequest, file: MediaFile) -> HttpResponse:
    return _file(bytes(file.content))


def _media_of(request: HttpRequest, row: MediaFile) -> str:
    return f"{request.path}media/{row.pk}"


@require_GET
def media(request: HttpRequest, file: int, mark: str = "", pk: int = 0) -> HttpResponse:
    actor = _device(request, mark)
    with wall.acting(actor.desk_id):
        only = actor.held.questionnaire_id or pk
        offered = Questionnaire.objects.visible_to(actor).offered_to(actor.held.kind)
        rows = MediaFile.objects.visible_to(actor).filter(version__questionnaire__in=offered.filter(pk=only))
        content = bytes(get_object_or_404(rows, pk=file).content)
    return _file(content)


def _file(content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = 'attachment; filename="file"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def in_language(xform: str, language: str) -> str:
    """The form begins in the language of the page, where it speaks it."""
    if not (code := language.partition("-")[0]):
        return xform
    found = re.search(
        rf'<translation\b[^>]*\blang="((?:[^"]*\({re.escape(code)}\))|{re.escape(code)})"[^>]*>', xform
    )
    if found is None:
        return xform
    plain = re.sub(r'(<translation\b[^>]*?)\s+default="[^"]*"', r"\1", xform)
    return plain.replace(f'lang="{found[1]}"', f'default="true()" lang="{found[1]}"', 1)


def _told(actor: DeviceActor, send_to: str, titles: dict[int, str]) -> dict[str, Any]:
    """What the script of a page is told: where to send, to which key, and its words."""
    pair = actor.held.desk.holder.current()
    public = bytes(pair.public).hex()
    return {
        "sendTo": send_to,
        "pair": pair.pk,
        "public": public,
        "link": actor.held.kind == Device.Kind.LINK,
        "worker": reverse("fill-worker"),
        "home": reverse("fill"),
        "ties": reverse("tie", args=[uuid.UUID(int=0)]),
        "titles": {str(pk): title for pk, title in titles.items()}
        | {key: str(kind.label) for key, kind in DAY.items()},
        "words": _words(),
    }


def _words() -> dict[str, str]:
    return {
        "waiting": _("Waiting"),
        "sent": _("Sent"),
        "refused": _("Not taken"),
        "draft": _("Draft"),
        "goOn": _("Go on"),
        "receipt": _("Receipt"),
        "send": _("Send"),
        "kept": _("Kept sealed on this device. It is sent as soon as there is a line."),
        "done": _("Sent. Thank you."),
        "signIn": _("This browser was shut out. Sign in and begin again: what waits here goes then."),
        "failed": _("This browser cannot show the form. Fill it in with ODK Collect or on paper."),
    }


@csrf_exempt
@require_POST
def send(request: HttpRequest, mark: str = "") -> HttpResponse:
    """Take envelopes, each by itself: what is wrong with one keeps no other back. The browser is told of each
    what became of it, and when by our clock."""
    actor = _device(request, mark)
    if request.headers.get(SCRIPT_HEADER) != "1":
        return JsonResponse({}, status=403)
    if mark and (wait := throttle.too_often(f"link {actor.held.pk}", A_MINUTE)):
        return JsonResponse({}, status=429, headers={"Retry-After": str(wait)})
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > LARGEST + 2**20:
        return JsonResponse({}, status=413)
    try:
        about = json.loads(request.POST.get("about", ""))
        items, off = dict(about["items"]), _clock_off(about)
    except (ValueError, KeyError, TypeError):
        return JsonResponse({}, status=400)
    with wall.acting(actor.desk_id):
        answers = {name: _one(actor, name, said, off=off, request=request) for name, said in items.items()}
    return JsonResponse({"now": timezone.now().isoformat(), "items": answers})


def _clock_off(about: dict[str, Any]) -> int:
    sent_at = parse_datetime(str(about["sent_at"]))
    if sent_at is None or timezone.is_naive(sent_at):
        raise ValueError
    return int(max(min((timezone.now() - sent_at).total_seconds(), 2**31 - 1), -(2**31)))


def _one(actor: DeviceActor, name: str, said: object, *, off: int, request: HttpRequest) -> dict[str, str]:
    try:
        arrived = _arrived(actor, name, said, off=off, request=request)
        with transaction.atomic():
            kept = keep(actor, actor.held.desk, arrived=arrived)
    except NotTaken as problem:
        return {"state": "refused", "problem": str(PROBLEMS[problem.code][1])}
    return {"state": "sent", "receipt": kept.receipt, "at": kept.received_at.isoformat()}


def _arrived(actor: DeviceActor, name: str, said: object, *, off: int, request: HttpRequest) -> Arrived:
    """One envelope and what is said of it; raises NotTaken for what makes no sense."""
    file = request.FILES.get(name)
    try:
        given: dict[str, Any] = dict(said)  # type: ignore[call-overload]
        made_at = parse_datetime(str(given["made"]))
        mark, kind, pair = uuid.UUID(name), str(given["kind"]), int(given["pair"])
        digest = str(given["digest"])
        tie = uuid.UUID(str(given["tie"])) if given.get("tie") else None
    except (ValueError, KeyError, TypeError) as error:
        raise NotTaken("damaged") from error
    only_forms = actor.held.kind == Device.Kind.LINK
    if file is None or made_at is None or timezone.is_naive(made_at) or not 0 < pair < 2**63:
        raise NotTaken("damaged")
    made_at = min(max(made_at, EARLIEST), LATEST)
    if kind != Envelope.FORM and (kind not in DAY or only_forms):
        raise NotTaken("unknown_form")
    if (file.size or 0) > LARGEST:
        raise NotTaken("too_large")
    tie = None if only_forms else tie  # a link says itself to what its forms belong
    return Arrived(mark, kind, pair, digest, made_at, off, file.read(), tie)


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker stands here, so that it has to do with these pages alone."""
    files = [static(f"kamkor/{name}") for name in ("kamkor.css", "field/day.js", "field/fill.js")]
    fonts = [static(f"kamkor/{name}.woff2") for name in ("inter-regular", "inter-semibold")]
    told = json.dumps({"files": files + fonts, "home": reverse("fill")})
    script = f"self.kamkor = {told};\nimportScripts({json.dumps(static('kamkor/field/worker.js'))});\n"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


def _private(response: HttpResponse) -> HttpResponse:
    """A form may ask for a place or a picture; nothing else of the machine."""
    response.allowed = PLACES  # type: ignore[attr-defined]
    return response
