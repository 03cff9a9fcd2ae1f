"""Pages about being signed in: where one is, a rest, a change of person, and what was being written."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kamkor.access import actions, devices, drafts, factor_pages, sessions, shift
from kamkor.access.http import DeskRequest
from kamkor.access.models import Membership, User
from kamkor.access.sessions import SignIn
from kamkor.access.views import leave
from kamkor.base.actions import record
from kamkor.base.middleware import SignInNeeded
from kamkor.base.pages import page


def signed_in(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise SignInNeeded(reverse("sign-in"))
    return request.user


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Where the reader is signed in, by kind of device and time."""
    own = request.session.get(sessions.MARK, "")
    rows = [
        {"row": row, "device": devices.in_words(row.device), "here": row.mark == own}
        for row in SignIn.objects.of(signed_in(request))
    ]
    return render(request, "access/sessions.html", {"rows": rows, "others": len(rows) > 1})


def first_the_password() -> HttpResponse:
    """Whoever found a computer open must not sign its owner out elsewhere."""
    return redirect(f"{reverse('sure')}?{urlencode({'next': reverse('sessions')})}")


@require_POST
def end(request: HttpRequest, mark: str) -> HttpResponse:
    user = signed_in(request)
    if not factor_pages.is_sure(request):
        return first_the_password()
    if sessions.end(user, mark=mark):
        record(request.actor, "session.end", user)  # type: ignore[attr-defined]
        messages.success(request, _("Signed out there. The files that were open there are shut."))
    return redirect("sessions")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    if not factor_pages.is_sure(request):
        return first_the_password()
    if sessions.end(user, but=request.session[sessions.MARK]):
        record(request.actor, "session.end", user)  # type: ignore[attr-defined]
        messages.success(request, _("You are signed in here alone."))
    return redirect("sessions")


@page("member.sign_out", Membership, methods=("POST",))
def end_of_member(request: DeskRequest, membership: Membership) -> HttpResponse:
    """The head of a desk ends what a colleague has open, as after a lost telephone."""
    actions.sign_out(request.actor, membership)
    messages.success(request, _("Signed out everywhere at this desk."))
    return redirect("members")


@require_POST
def change_user(request: HttpRequest) -> HttpResponse:
    """At a shared computer: whoever was here is gone with everything, the next one signs in."""
    leave(request)
    return redirect("sign-in")


@require_POST
def present(request: HttpRequest) -> HttpResponse:
    """Somebody is typing on a page that asks for nothing: noted by the middleware."""
    return HttpResponse(status=204)


@require_POST
def rest(request: HttpRequest) -> HttpResponse:
    """Nobody has touched the page for a while: what is typed there is sealed, then the vault is locked.

    204 when it must not be locked now, unless it was `asked` for. Whoever's shift has ended meanwhile has
    been signed out before.
    """
    if not isinstance(request.user, User):
        return JsonResponse({"to": reverse("sign-in")})
    if "asked" not in request.POST and shift.kept_open(request):
        return HttpResponse(status=204)
    on, forms = request.POST.get("page", ""), drafts.typed(request)
    if forms and not drafts.keep(request, request.user, on, forms):
        return HttpResponse(status=413)
    shift.rest(request)
    return JsonResponse({"to": f"{reverse('unlock')}?{urlencode({'next': on})}"})


@require_GET
def kept(request: HttpRequest) -> HttpResponse:
    """What was written before the files were locked: to be sent again, gone on with, or thrown away."""
    return render(request, "access/kept.html", {"kept": _read(request)})


@require_GET
def kept_text(request: HttpRequest) -> HttpResponse:
    """What was typed on one page, for its script to put back."""
    on = request.GET.get("page", "")
    found = [one.content for one in _read(request) if one.draft.page == on and not one.draft.sent]
    return JsonResponse({"forms": found[0] if found else []})


@require_POST
def drop_kept(request: HttpRequest) -> HttpResponse:
    """It is back in its form, or is not wanted."""
    signed_in(request)
    drafts.drop(request, request.POST.get("page", ""))
    return redirect("kept" if "show" in request.POST else "my-work")


def _read(request: HttpRequest) -> list[drafts.Kept]:
    signed_in(request)
    actor = request.actor  # type: ignore[attr-defined]
    if actor.keys is None:
        raise SignInNeeded(reverse("unlock"))
    return drafts.read(request, actor.keyring)
