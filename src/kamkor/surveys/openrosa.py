"""The server that ODK Collect and KoboCollect know: lists of forms, forms, their files, submissions.

Each telephone has a secret of its own, sent by HTTP Basic over HTTPS; it opens nothing but the open forms of
its desk, and cannot read what was sent.
"""

import base64
import binascii
import functools
import json
import zlib
from collections.abc import Callable
from datetime import timedelta
from html import escape

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kamkor.base import wall
from kamkor.base.actions import record
from kamkor.surveys.models import Device, MediaFile, Questionnaire, QuestionnaireQuerySet, Version
from kamkor.surveys.receiving import (
    PROBLEMS,
    DeviceActor,
    NotTaken,
    Sent,
    keep_aside,
    parts_of,
    receive,
    version_of,
)
from kamkor.vault import tokens

LARGEST = 10 * 2**20
USER = "phone"  # HTTP Basic wants one; whose telephone it is, the secret says
USE_NOTED_EVERY = timedelta(minutes=5)
LIST = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"
RESPONSE = "http://openrosa.org/http/response"
View = Callable[..., HttpResponse]


def openrosa(*methods: str) -> Callable[[View], View]:
    """Serve a telephone; the answer has the headers of the standard whatever it says."""

    def frame(view: View) -> View:
        @csrf_exempt
        @require_http_methods([*methods, "HEAD"])
        @functools.wraps(view)
        def run(request: HttpRequest, **given: int) -> HttpResponse:
            response = _answer(view, request, given)
            response["X-OpenRosa-Version"] = "1.0"
            response["X-OpenRosa-Accept-Content-Length"] = str(LARGEST)
            response["Date"] = http_date()
            return response

        return run

    return frame


def _answer(view: View, request: HttpRequest, given: dict[str, int]) -> HttpResponse:
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return _said(403, _("Only over HTTPS: a secret must not be sent in the open."))
    actor = find(request)
    if actor is None:
        response = _said(401, _("This telephone is not known here, or was shut out."))
        response["WWW-Authenticate"] = 'Basic realm="Kamkor", charset="UTF-8"'
        return response
    with wall.acting(actor.desk_id):
        try:
            return view(request, actor, **given)
        except Http404:
            return _said(404, _("This is not here."))


def find(request: HttpRequest) -> DeviceActor | None:
    """The telephone whose secret comes with the request."""
    kind, _space, encoded = request.headers.get("Authorization", "").partition(" ")
    if kind.casefold() != "basic":
        return None
    try:
        _user, _colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return known(secret, Device.Kind.PHONE)


def known(secret: str, kind: str) -> DeviceActor | None:
    """The device of a kind that holds a secret, unless it was shut out."""
    digest = tokens.digest(secret)
    if digest is None:
        return None
    with wall.acting(None, scope="all"):  # of which desk it is will only be known then
        rows = Device.objects.alive().select_related("desk__holder", "desk__organisation", "questionnaire")
        device = rows.filter(digest=digest, kind=kind).first()
        if device is None:
            return None
        now = timezone.now()
        if device.used_at is None or now - device.used_at > USE_NOTED_EVERY:
            Device.objects.filter(pk=device.pk).update(used_at=now)
    return DeviceActor(membership=None, device=device)


@openrosa("GET")
def form_list(request: HttpRequest, actor: DeviceActor) -> HttpResponse:
    """The newest version of each open form."""
    rows = Version.objects.visible_to(actor).current().light().select_related("questionnaire")
    rows = rows.filter(questionnaire__in=_offers(actor)).prefetch_related("media")
    if wanted := request.GET.get("formID"):
        rows = rows.filter(questionnaire__form_id=wanted)
    forms = "".join(_listed(request, row) for row in rows.order_by("questionnaire__title", "pk"))
    return _xml(f'<xforms xmlns="{LIST}">{forms}</xforms>')


def _listed(request: HttpRequest, version: Version) -> str:
    form = version.questionnaire
    where = _address(request, "field-form", version.pk)
    manifest = _address(request, "field-manifest", version.pk)
    media = f"<manifestUrl>{manifest}</manifestUrl>" if version.media.all() else ""
    return (
        f"<xform><formID>{escape(form.form_id)}</formID><name>{escape(form.title)}</name>"
        f"<version>{escape(version.version)}</version><hash>md5:{version.digest}</hash>"
        f"<downloadUrl>{where}</downloadUrl>{media}</xform>"
    )


@openrosa("GET")
def form(request: HttpRequest, actor: DeviceActor, pk: int) -> HttpResponse:
    return _xml(_offered(actor, pk).xform, declare=False)


@openrosa("GET")
def manifest(request: HttpRequest, actor: DeviceActor, pk: int) -> HttpResponse:
    files = "".join(
        f"<mediaFile><filename>{escape(file.name)}</filename><hash>md5:{file.digest}</hash>"
        f"<downloadUrl>{_address(request, 'field-media', file.pk)}</downloadUrl></mediaFile>"
        for file in MediaFile.objects.visible_to(actor).filter(version=_offered(actor, pk)).order_by("name")
    )
    return _xml(f'<manifest xmlns="{MANIFEST}">{files}</manifest>')


@openrosa("GET")
def media(request: HttpRequest, actor: DeviceActor, pk: int) -> HttpResponse:
    rows = MediaFile.objects.visible_to(actor).filter(version__questionnaire__in=_offers(actor))
    return HttpResponse(
        bytes(get_object_or_404(rows, pk=pk).content), content_type="application/octet-stream"
    )


def _offers(actor: DeviceActor) -> QuestionnaireQuerySet:
    return Questionnaire.objects.visible_to(actor).offered_to(Device.Kind.PHONE)


def _offered(actor: DeviceActor, pk: int) -> Version:
    rows = Version.objects.visible_to(actor).filter(questionnaire__in=_offers(actor))
    version: Version = get_object_or_404(rows.defer("workbook"), pk=pk)
    return version


@openrosa("POST")
def submission(request: HttpRequest, actor: DeviceActor) -> HttpResponse:
    """HEAD first, to learn where to send and how much; then the form, perhaps in several parts."""
    if request.method == "HEAD":
        response = HttpResponse(status=204)
        response["Location"] = request.build_absolute_uri(reverse("field-submission"))
        return response
    try:
        body = request.body
    except RequestDataTooBig:
        body = None
    if body is None or len(body) > LARGEST:
        return _said(413, str(PROBLEMS["too_large"][1]))
    media_type = request.headers.get("Content-Type", "")
    try:
        _take(actor, parts_of(media_type, body))
    except NotTaken as problem:
        kept = keep_aside(actor, media_type, body, problem.code)
        record(actor, "submission.keep_aside", kept, reason=problem.code)
        return _said(problem.status, str(PROBLEMS[problem.code][1]))
    return _said(201, _("Taken."), nature="submit_success")


def _take(actor: DeviceActor, sent: Sent) -> None:
    version = version_of(actor, sent.instance)
    with transaction.atomic():
        receive(actor, version.questionnaire, version=version, sent=sent)


def settings_for(request: HttpRequest, secret: str, name: str) -> str:
    """What Collect reads from a picture: its settings as JSON, packed."""
    server = request.build_absolute_uri(reverse("field-submission")).removesuffix("/submission")
    general = {
        "server_url": server,
        "username": USER,
        "password": secret,
        "form_update_mode": "match_exactly",
    }
    told = {"general": general, "admin": {}, "project": {"name": name}}
    return base64.b64encode(zlib.compress(json.dumps(told).encode(), 9)).decode()


def _address(request: HttpRequest, name: str, pk: int) -> str:
    return escape(request.build_absolute_uri(reverse(name, args=[pk])))


def _said(status: int, text: str, *, nature: str = "") -> HttpResponse:
    kind = f' nature="{nature}"' if nature else ""
    message = (
        f'<OpenRosaResponse xmlns="{RESPONSE}"><message{kind}>{escape(text)}</message></OpenRosaResponse>'
    )
    return _xml(message, status=status)


def _xml(text: str, *, status: int = 200, declare: bool = True) -> HttpResponse:
    head = '<?xml version="1.0" encoding="UTF-8"?>' if declare else ""
    return HttpResponse(head + text, status=status, content_type="text/xml; charset=utf-8")
