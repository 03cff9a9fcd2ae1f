"""What was being written when the vault was locked: kept sealed, and given back after unlocking."""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db import models
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from kamkor.access.models import User
from kamkor.access.sessions import Draft
from kamkor.base import once
from kamkor.base.pages import Page, guard_of
from kamkor.vault import drafts
from kamkor.vault.keyring import Keyring

CODE = re.compile(r"[\w.:/-]{0,40}", re.ASCII)  # a choice, a date, a number: says nothing to a reader
MOST = 10  # pages of one session
LARGEST = 512 * 1024
AGAIN = "kept_again"  # the field by which a kept form is known when it is sent again
OF_THE_FRAME = {"csrfmiddlewaretoken", once.FIELD, AGAIN}  # belongs to the page and not to its text
Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class Kept:
    """A draft with what was written in it, read with the writer's own key."""

    draft: Draft
    content: Any  # JSON: of a form that was sent its fields, of one that was not what the page made of it

    @property
    def shown(self) -> Fields:
        """The fields that hold something a person has written."""
        fields = (
            self.content if self.draft.sent else [pair for form in self.content for pair in form["fields"]]
        )
        return [(name, value) for name, value in fields if not CODE.fullmatch(value)]


def keep(request: HttpRequest, user: User, page: str, content: object, *, sent: bool = False) -> bool:
    """Seal what is on a page. False for what is too large, and for accounts without a vault."""
    text = json.dumps(content).encode()
    key = request.session.session_key
    ours = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    if user.holder is None or key is None or len(text) > LARGEST or not ours:
        return False
    place = secrets.token_urlsafe(9)
    pair_id, sealed = drafts.seal(user.holder, text, place=place)
    given = {"place": place, "pair_id": pair_id, "sealed": sealed, "sent": sent, "at": timezone.now()}
    Draft.objects.update_or_create(session_id=key, page=page[:500], defaults=given)
    newest = Draft.objects.filter(session_id=key).order_by("-at").values_list("pk", flat=True)[:MOST]
    Draft.objects.filter(session_id=key).exclude(pk__in=list(newest)).delete()
    return True


def keep_at_end_of_shift(request: HttpRequest) -> bool:
    """What the page has sent, and all that was kept before, wait for whoever wrote it to sign in again."""
    if isinstance(request.user, User):
        if request.path == reverse("rest"):
            forms = typed(request)
            kept = bool(forms) and keep(request, request.user, request.POST.get("page", ""), forms)
        else:
            kept = _guarded(request.path_info)[0] is not None and keep_sent(request)
        rows = Draft.objects.filter(session_id=request.session.session_key)
        return bool(rows.update(session=None, user=request.user)) or kept
    return False


def take_up(request: HttpRequest) -> bool:
    """What waited since the last shift belongs to this session now; whether there was anything."""
    waiting = Draft.objects.filter(session=None, user=request.user.pk)
    return bool(waiting.update(session_id=request.session.session_key, user=None))


def forget_about(rows: Mapping[type[models.Model], set[Any]]) -> None:
    """Drop what was being written on the pages of these records."""
    for draft in Draft.objects.only("page"):
        guard, pk = _guarded(urlsplit(draft.page).path)
        if guard is not None and guard.model and pk in rows.get(guard.model, ()):
            draft.delete()


def _guarded(path: str) -> tuple[Page | None, int | None]:
    """What guards an address, and the number in it."""
    try:
        found = resolve(path)
    except Resolver404:
        return None, None
    return guard_of(found.func), found.kwargs.get("pk")


def typed(request: HttpRequest) -> Any:
    """What the script of a page says is written there."""
    try:
        return json.loads(request.POST.get("forms", "[]"))
    except ValueError:
        return []


def keep_sent(request: HttpRequest) -> bool:
    """A form that arrived when the vault was shut already: nothing of it is lost."""
    if request.method != "POST" or not isinstance(request.user, User):
        return False
    fields = [(name, value) for name, value in sent_fields(request) if name not in OF_THE_FRAME]
    return bool(fields) and keep(request, request.user, request.get_full_path(), fields, sent=True)


def sent_fields(request: HttpRequest) -> Fields:
    return [(name, str(value)) for name, values in request.POST.lists() for value in values]


def read(request: HttpRequest, keyring: Keyring) -> list[Kept]:
    """All that this session keeps, newest first; what no key of hers opens any more is left out."""
    found = []
    for draft in Draft.objects.filter(session_id=request.session.session_key).order_by("-at"):
        text = drafts.open_sealed(keyring, draft.pair_id, draft.sealed, place=draft.place)
        if text is not None:
            found.append(Kept(draft, json.loads(text)))
    return found


def drop(request: HttpRequest, page: str) -> None:
    Draft.objects.filter(session_id=request.session.session_key, page=page).delete()


def way_back(request: HttpRequest, page: str) -> str:
    """Where to go after unlocking: to what waited since the last shift, or waits to be sent; else to the page
    with a sign by which its script asks for what was typed there; nothing when nothing is kept."""
    if take_up(request):
        return reverse("kept")
    kept = dict(Draft.objects.filter(session_id=request.session.session_key).values_list("page", "sent"))
    if any(kept.values()):
        return reverse("kept")
    return f"{page}#kept" if page in kept else ""
