"""From the first factor to the desk: the order of steps, whichever way somebody signs in."""

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from kamkor.access import drafts, factors
from kamkor.access.actor import NOBODY, Actor
from kamkor.access.middleware import MEMBERSHIP, use_language
from kamkor.access.models import Membership, User
from kamkor.base import codelists, known
from kamkor.base.actions import record, record_refusal
from kamkor.vault import session
from kamkor.vault.keyring import Keyring, WrongPassphrase


def begin(
    request: HttpRequest, user: User, *, passphrase: str = "", passed: bool = False, target: str = ""
) -> HttpResponse:
    """The first factor was right. Whoever was here before leaves nothing to who comes now.

    A password opens the vault too, if only once the second factor is done; a passkey, which asked for a
    finger or a PIN, has `passed` both.
    """
    logout(request)
    session.lock(request)
    if passed:
        request.session[factors.PASSED] = user.pk
    elif passphrase and (factors.has(user) or factors.needs(user)):
        stage(request, user, passphrase)
    login = Login(user=user, redirect_url=target or request.GET.get("next"))
    answer: HttpResponse = perform_login(request, login)
    return answer


def note_failure(what: str, user: User | int | None = None) -> None:
    """A try to sign in that failed, and at what; of whoever has no account here nothing is written down."""
    number = user.pk if isinstance(user, User) else user or 0
    record_refusal(NOBODY, "session.begin", f"access.user:{number}", reason=what)


def stage(request: HttpRequest, user: User, passphrase: str) -> None:
    """Nothing is said where the vault has a pass phrase of its own: it is asked for later."""
    assert user.holder is not None
    try:
        session.stage(request, Keyring.unlock(user.holder, passphrase))
    except WrongPassphrase:
        session.lock(request)


def arrived(request: HttpRequest, user: User, target: str) -> HttpResponse:
    """All steps are done: the vault opens if the password was given on the way."""
    use_language(request, user.language)
    how = "two_steps" if factors.passed(request.session, user) else "one_step"
    record(Actor(membership=None, keys=None, user=user), "session.begin", user, reason=how)
    if not factors.passed(request.session, user) or not session.open_staged(request):
        session.lock(request)
    for notice in factors.untold(user):
        messages.warning(request, told(notice.what, notice.reason, notice.by))
    memberships = list(Membership.objects.current().filter(user=user).select_related("user")[:2])
    if len(memberships) == 1:
        answer = to_work(request, memberships[0], target)
    else:
        answer = redirect(reverse("choose-desk") + carrying(target))
    known.remember(request, answer, user.username)
    return answer


def told(what: str, reason: str, by: User | None) -> str:
    """One line about what somebody else did to one's second factor."""
    given = {
        "what": codelists.label("factor_change", what),
        "who": by.display_name if by else _("the operator of the system"),
        "reason": codelists.label("factor_reason", reason) if reason else "–",
    }
    return _("%(what)s. By: %(who)s. Reason: %(reason)s. If you know nothing of it, tell your desk.") % given


def to_work(request: HttpRequest, membership: Membership, target: str) -> HttpResponse:
    """In this role at this desk: onward if the vault is open, else to the page that opens it."""
    user = membership.user
    if not factors.enough_for(request.session, membership):
        logout(request)
        messages.warning(request, _("This role asks for a second step. Sign in once more to set it up."))
        return redirect("sign-in")
    request.session[MEMBERSHIP] = membership.pk
    keys = request.keyring  # type: ignore[attr-defined]
    if keys is None:
        return redirect(reverse("unlock") + carrying(target))
    record(Actor(membership=membership, keys=keys, user=user), "vault.unlock", user)
    return redirect("kept") if drafts.take_up(request) else onward(target)


def carrying(target: str) -> str:
    """The end of an address that remembers where somebody was going."""
    return f"?{urlencode({'next': target})}" if target else ""


def onward(target: str, default: str = "my-work") -> HttpResponse:
    """To the page that was asked for before, if it is one of ours."""
    if target and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return HttpResponseRedirect(target)
    return redirect(default)
