"""Signing in, choosing a desk, opening and shutting the vault."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamkor.access import actions, drafts, keys, oidc, passkeys, passwords, sessions
from kamkor.access.actor import Actor
from kamkor.access.forms import ChangePasswordForm, RecoverForm, SignInForm, UnlockForm
from kamkor.access.middleware import MEMBERSHIP
from kamkor.access.models import Membership, User
from kamkor.access.signing_in import begin, carrying, note_failure, onward, to_work
from kamkor.access.stages import OwnPassword, must_wait
from kamkor.base import throttle
from kamkor.base.actions import record
from kamkor.base.middleware import SignInNeeded
from kamkor.vault import session
from kamkor.vault.keyring import Keyring, WrongPassphrase
from kamkor.vault.problems import WrongRecoveryKey


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        username, password = form.cleaned_data["username"].lower(), form.cleaned_data["password"]
        tried = throttle.check(request, username)
        user = authenticate(request, username=username, password=password)
        if isinstance(user, User) and not passwords.has_run_out(user.given_at):
            throttle.passed(tried)
            return begin(request, user, passphrase=password)
        throttle.failed(tried)
        # Asked and written whether or not there is such an account, so that the time tells nobody.
        note_failure("password", User.objects.filter(username=username).values_list("pk", flat=True).first())
        form.add_error(None, _("The user name or the password is wrong."))
        if isinstance(user, User):
            form.add_error(None, _("A first password is good for a week. Ask your desk for another one."))
    context = {
        "form": form,
        "question": passkeys.question(),
        "carrying": carrying(request.GET.get("next", "")),
        "ministry": settings.OIDC_NAME if oidc.switched_on() else "",
    }
    return render(request, "registration/login.html", context, status=422 if form.errors else 200)


@require_POST
def sign_in_by_passkey(request: HttpRequest) -> HttpResponse:
    """Without a password: the pass phrase of the vault is asked for afterwards."""
    try:
        passkey = passkeys.used(request.POST.get("answer", ""))
    except passkeys.Refused:
        note_failure("passkey")
        messages.error(request, _("This passkey did not open. Try again, or sign in with your password."))
        return redirect("sign-in")
    return begin(request, passkey.user, passed=True)


@require_http_methods(["GET", "POST"])
def choose_desk(request: HttpRequest) -> HttpResponse:
    """One role at one desk at a time; a change of it asks for the pass phrase again."""
    user = signed_in(request)
    memberships = Membership.objects.current().filter(user=user).select_related("desk__organisation", "user")
    if request.method == "POST":
        given = request.POST.get("membership", "")
        chosen = memberships.filter(pk=int(given)).first() if given.isdecimal() else None
        if chosen is not None:
            if MEMBERSHIP in request.session:
                session.lock(request)
            return to_work(request, chosen, request.GET.get("next", ""))
    return render(request, "access/choose_desk.html", {"memberships": memberships})


@require_http_methods(["GET", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """Open the vault: a step of its own after signing in."""
    user = signed_in(request)
    if request.method == "GET" and request.keyring is not None:  # type: ignore[attr-defined]
        return after_unlocking(request)  # done in another tab
    form = UnlockForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        tried = throttle.check(request, f"vault:{user.pk}")
        try:
            assert user.holder is not None
            session.open_in_session(request, Keyring.unlock(user.holder, form.cleaned_data["passphrase"]))
        except WrongPassphrase:
            throttle.failed(tried)
            note_failure("passphrase", user)
            form.add_error("passphrase", _("This is not the pass phrase of your vault."))
        else:
            throttle.passed(tried)
            record(request.actor, "vault.unlock", user)  # type: ignore[attr-defined]
            return after_unlocking(request)
    status = 422 if form.errors else 200
    return render(request, "base/unlock.html", {"form": form}, status=status)


def after_unlocking(request: HttpRequest) -> HttpResponse:
    """Back to what was being written, if anything was."""
    kept = drafts.way_back(request, request.GET.get("next", ""))
    return redirect(kept) if kept else onward(request.GET.get("next", ""))


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    session.lock(request)
    return redirect("unlock")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    leave(request)
    return redirect("sign-in")


def leave(request: HttpRequest) -> None:
    """Out, with the vault shut, and with what this browser could do without a line."""
    if request.user.pk is not None:
        sessions.tell_ended(request.user.pk, request.session.get(sessions.MARK, ""))
    session.lock(request)
    logout(request)


def _password_changed(request: HttpRequest, user: User, form: ChangePasswordForm) -> bool:
    """Whether what was sent changed it; guesses at the present one are slowed as those at the vault are."""
    if request.method != "POST" or not form.is_valid():
        return False
    tried = throttle.check(request, f"vault:{user.pk}")
    try:
        actions.change_password(user, old=form.cleaned_data["old"], new=form.cleaned_data["new"])
    except WrongPassphrase:
        throttle.failed(tried)
        form.add_error("old", _("This is not your present password."))
        return False
    throttle.passed(tried)
    return True


@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = ChangePasswordForm(request.POST or None, user=user)
    if _password_changed(request, user, form):
        record(request.actor, "password.change", user)  # type: ignore[attr-defined]
        logout(request)
        return redirect("sign-in")
    context = {"form": form, "title": _("Change your password"), "submit_label": _("Change password")}
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def own_password(request: HttpRequest) -> HttpResponse:
    """In the place of a first password, which somebody else knows: before anything of the desk is reached."""
    stage, user = must_wait(request, OwnPassword)
    form = ChangePasswordForm(request.POST or None, user=user)
    if _password_changed(request, user, form):
        record(Actor(membership=None, keys=None, user=user), "password.change", user)
        answer: HttpResponse = stage.exit()
        return answer
    context = {
        "form": form,
        "title": _("Choose a password of your own"),
        "intro": _("Somebody else knows the one that you were given."),
        "submit_label": _("Change password"),
    }
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


@require_GET
def not_admitted(request: HttpRequest) -> HttpResponse:
    """What somebody can do whose own vault is open and whose desk is not."""
    actor = request.actor  # type: ignore[attr-defined]
    actor.must_be_present()
    if actor.keys is not None and actor.keys.opens(actor.desk.holder):
        return onward(request.GET.get("next", ""))
    return render(request, "access/not_admitted.html")


@require_http_methods(["GET", "POST"])
def recover(request: HttpRequest) -> HttpResponse:
    """Open the desk's files with its printed recovery key, after a lost password was reset."""
    signed_in(request)
    actor = request.actor  # type: ignore[attr-defined]
    actor.must_be_present()
    if actor.keys is None:
        raise SignInNeeded(reverse("unlock"))
    form = RecoverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        tried = throttle.check(request, f"recovery:{actor.desk_id}")
        try:
            keys.recover(actor, form.cleaned_data["words"])
        except WrongRecoveryKey as error:
            throttle.failed(tried)
            form.add_error("words", str(error.title))
        else:
            session.lock(request)
            return redirect("unlock")
    context = {
        "form": form,
        "title": _("Use the recovery key of your desk"),
        "submit_label": _("Open the files"),
    }
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on; remembered for somebody who has signed in."""
    language = request.POST.get("language", "")
    response = onward(request.POST.get("next", "") or request.GET.get("next", ""))
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite="Lax",
            httponly=True,
        )
        if isinstance(request.user, User):
            User.objects.filter(pk=request.user.pk).update(language=language)
    return response


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Staff who are signed in go on with their work; everybody else comes to the public door."""
    return redirect("my-work" if request.user.is_authenticated else "website:front")


def signed_in(request: HttpRequest) -> User:
    """The user, or SignInNeeded."""
    if not isinstance(request.user, User):
        raise SignInNeeded(reverse("sign-in"))
    return request.user
