"""One's own second factor: giving it, setting it up, taking it away.

The pages that set up serve somebody who has signed in and has typed the password again lately, and somebody
on the way in who has none yet and can go nowhere else.
"""

import time
from dataclasses import dataclass

from allauth.account.stages import LoginStage
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from kamkor.access import factors, passkeys
from kamkor.access.actor import Actor
from kamkor.access.forms import CodeForm, NewPasskeyForm, SureForm
from kamkor.access.models import User
from kamkor.access.qr import picture
from kamkor.access.signing_in import note_failure, onward
from kamkor.access.stages import FirstFactor, SecondFactor, go_on, must_wait
from kamkor.base import throttle
from kamkor.base.actions import record
from kamkor.base.middleware import SignInNeeded
from kamkor.vault import factors as sealing

SURE = "sure_at"  # session key: when the password was typed again
SURE_FOR = 300  # seconds
NEW_SECRET = "new_factor"  # noqa: S105 - session key: the sealed secret of the app that is being set up


@dataclass(frozen=True)
class Whose:
    """Whose second factor it is; `stage` is the step at which somebody without one waits."""

    user: User
    stage: LoginStage | None


def whose(request: HttpRequest) -> Whose:
    """Who may change it now, or SignInNeeded with the page that is missing."""
    if not isinstance(request.user, User):
        stage, user = must_wait(request, FirstFactor)
        return Whose(user, stage)
    if not is_sure(request):
        raise SignInNeeded(reverse("sure"))
    return Whose(request.user, None)


def is_sure(request: HttpRequest) -> bool:
    """Whether the password was typed again in the last minutes."""
    return bool(0 <= time.time() - request.session.get(SURE, 0) < SURE_FOR)


@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """The code of a telephone or a card, or a passkey: after the password, before anything else."""
    stage, user = must_wait(request, SecondFactor)
    form = CodeForm(request.POST if "code" in request.POST else None)
    if request.method == "POST":
        tried = throttle.check(request, f"factor:{user.pk}")
        if signed(request, user) or (form.is_valid() and opened(request, user, form.cleaned_data["code"])):
            throttle.passed(tried)
            return go_on(request, stage, user)
        throttle.failed(tried)
        note_failure("code" if form.is_bound else "passkey", user)
        if not form.is_bound:
            messages.error(request, _("This passkey did not open. Try again, or give a code."))
            return redirect("second-factor")
        form.add_error("code", _("This code is not right, or was used before."))
    held = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    context = {
        "form": form,
        "has_app": factors.APP in held,
        "has_card": user.one_time_codes.exists(),
        "question": passkeys.question(user) if factors.PASSKEY in held else None,
    }
    return render(request, "access/second_factor.html", context, status=422 if form.errors else 200)


def signed(request: HttpRequest, user: User) -> bool:
    """Whether one of the user's passkeys has answered our question."""
    try:
        return "answer" in request.POST and passkeys.used(request.POST["answer"], user).user_id == user.pk
    except passkeys.Refused:
        return False


def opened(request: HttpRequest, user: User, code: str) -> bool:
    """Whether the code is the telephone's, or on the card. When a new card is due, it is said in time."""
    if factors.use_app(user, code):
        return True
    if not factors.use_code(user, code):
        return False
    left = factors.left(user)
    if left <= factors.FEW:
        said = ngettext(
            "%(left)s code is left on your card. Print a new one.",
            "%(left)s codes are left on your card. Print a new one.",
            left,
        )
        messages.warning(request, said % {"left": left})
    return True


@require_http_methods(["GET", "POST"])
def sure(request: HttpRequest) -> HttpResponse:
    """The password again, so that nobody changes it on a machine that was left open."""
    user = request.user
    if not isinstance(user, User):
        raise SignInNeeded(reverse("sign-in"))
    form = SureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        tried = throttle.check(request, f"vault:{user.pk}")
        if user.check_password(form.cleaned_data["password"]):
            throttle.passed(tried)
            request.session[SURE] = time.time()
            return onward(request.GET.get("next", ""), "factors")
        throttle.failed(tried)
        form.add_error("password", _("This is not your present password."))
    context = {
        "form": form,
        "title": _("Is it you?"),
        "intro": _("Type your password once more before you change how you sign in."),
        "submit_label": _("Go on"),
    }
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


@require_GET
def factors_of_mine(request: HttpRequest) -> HttpResponse:
    """What I sign in with, what was done to it, and the ways to add another."""
    mine = whose(request)
    rows = Authenticator.objects.filter(user=mine.user).order_by("created_at")
    context = {
        "waiting": mine.stage is not None,
        "passkeys": [row for row in rows if row.type == factors.PASSKEY],
        "app": next((row for row in rows if row.type == factors.APP), None),
        "has_card": mine.user.one_time_codes.exists(),
        "left": factors.left(mine.user),
        "notices": mine.user.factor_notices.select_related("by").order_by("-at")[:10],
    }
    return render(request, "access/factors.html", context)


@require_http_methods(["GET", "POST"])
def app(request: HttpRequest) -> HttpResponse:
    """The telephone's code app: it reads a picture, and shows that it did by one code."""
    mine = whose(request)
    if NEW_SECRET not in request.session:
        request.session[NEW_SECRET] = sealing.seal(generate_totp_secret())
    secret = sealing.unseal(request.session[NEW_SECRET])
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if factors.add_app(mine.user, secret, form.cleaned_data["code"]):
            del request.session[NEW_SECRET]
            return added(request, mine, "app")
        form.add_error("code", _("This is not the code that the app shows now. Try the next one."))
    url = get_adapter().build_totp_url(mine.user, secret)
    shown = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    context = {"form": form, "picture": picture(url), "secret": shown}
    return render(request, "access/factor_app.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest) -> HttpResponse:
    """A passkey of this computer, a telephone or a stick. The only page that needs its script."""
    mine = whose(request)
    form = NewPasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            passkeys.add(mine.user, form.cleaned_data["answer"], form.cleaned_data["name"])
        except passkeys.Refused:
            form.add_error(None, _("No passkey was made. Try again."))
        else:
            return added(request, mine, "passkey")
    context = {"form": form, "question": passkeys.new_question(mine.user)}
    return render(request, "access/factor_passkey.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def card(request: HttpRequest) -> HttpResponse:
    """Codes on paper, shown this once. On the way in one of them is asked for next, so that they are kept."""
    mine = whose(request)
    if request.method == "POST":
        codes = factors.new_card(mine.user)
        write_down(request, mine, "card")
        if mine.stage is not None:
            mine.stage.exit()
        context = {"codes": codes, "user": mine.user, "waiting": mine.stage is not None}
        return render(request, "access/card.html", context)
    context = {
        "title": _("Print a card of codes?"),
        "intro": _("Each code is for one sign-in, after the password. A card printed earlier opens no more."),
        "submit_label": _("Print a card"),
        "cancel_url": reverse("factors"),
    }
    return render(request, "base/confirm.html", context)


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    mine = whose(request)
    row = get_object_or_404(Authenticator, pk=pk, user=mine.user)
    if request.method == "POST":
        factors.remove(mine.user, row)
        write_down(request, mine, "removed")
        messages.success(request, _("It opens nothing any more."))
        return redirect("factors")
    context = {
        "title": _("Remove this passkey?") if row.type == factors.PASSKEY else _("Remove the code app?"),
        "intro": row.data.get("name", ""),
        "submit_label": _("Remove"),
        "cancel_url": reverse("factors"),
    }
    return render(request, "base/confirm.html", context)


def added(request: HttpRequest, mine: Whose, what: str) -> HttpResponse:
    """It was shown to work: whoever was on the way in goes on."""
    write_down(request, mine, what)
    if mine.stage is not None:
        return go_on(request, mine.stage, mine.user)
    request.session[factors.PASSED] = mine.user.pk
    messages.success(request, _("From now on you can sign in with it."))
    return redirect("factors")


def write_down(request: HttpRequest, mine: Whose, what: str) -> None:
    """In the user's own history, and in the log."""
    actor = Actor(membership=None, user=mine.user) if mine.stage else request.actor  # type: ignore[attr-defined]
    factors.note(mine.user, what, by=mine.user)
    record(actor, f"factor.{what}", mine.user)
