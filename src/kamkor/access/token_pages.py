"""Pages on which a desk gives partner systems access, sees who has it, and takes it back."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kamkor.access import policy, tokens
from kamkor.access.api.endpoints import offered, with_needs
from kamkor.access.forms import TokenForm, TokenRoleForm
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk, Token
from kamkor.base.actions import reference
from kamkor.base.pages import desk_page, page
from kamkor.vault import tokens as key_store


@desk_page("token.list", methods=("GET",))
def listed(request: DeskRequest, desk: Desk) -> HttpResponse:
    """For all staff: who else acts in the name of their desk."""
    actor = request.actor
    rows = list(Token.objects.visible_to(actor).select_related("made_by").order_by("-pk")[:100])
    titles = {verb: guard.title for verb, guard in offered().items()}
    context = {
        "alive": [(row, allowed(row, titles)) for row in rows if row.alive],
        "holding": key_store.holding(row.pair_id for row in rows if row.alive),
        "waiting": {int(one.subject.rpartition(":")[2]) for one in tokens.waiting(actor)},
        "may_grant": actor.may_here(tokens.GRANT),
        "ended": [row for row in rows if not row.alive],
        "may_make": actor.may_here("token.make"),
        "may_revoke": actor.may_here("token.revoke"),
        "turn": actor.may_here("desk.turn") and tokens.turning_advised(desk),
    }
    return render(request, "access/tokens.html", context)


def allowed(token: Token, titles: Mapping[str, object]) -> list[object]:
    return [titles[verb] for verb in titles if verb in token.scopes]


@desk_page("token.make")
def new(request: DeskRequest, desk: Desk) -> HttpResponse:
    """First the role, then what of it; the secret is in the answer to the button alone."""
    role, roles = request.GET.get("role", ""), tokens.roles_at(desk)
    if role not in roles:
        return render(request, "access/token_role.html", {"form": TokenRoleForm(roles)})
    grants = _grants(request)
    form = TokenForm(_choices(role, grants=grants), request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _made(request, desk, role, form)
    context = {"form": form, "shut": not grants, "role": role}
    return render(request, "access/token_new.html", context, status=422 if form.errors else 200)


def _grants(request: DeskRequest) -> bool:
    """Whether this colleague can ask for the desk's key now: their role may, and their own vault is open."""
    actor = request.actor
    return actor.may_here("token.ask") and bool(actor.keys and actor.keys.opens(actor.desk.holder))


def _choices(role: str, *, grants: bool) -> list[tuple[str, str]]:
    """What the role may do through the interface; what opens seals only where the key can be given."""
    found = []
    for verb, guard in sorted(offered().items()):
        rule = policy.RULES[verb]
        if role in rule.roles and (grants or not rule.key):
            title = _("%(title)s (opens sealed files)") if rule.key else "%(title)s"
            found.append((verb, title % {"title": guard.title}))
    return found


def _made(request: DeskRequest, desk: Desk, role: str, form: TokenForm) -> HttpResponse:
    secret, given = tokens.new_secret(), form.cleaned_data
    given["scopes"] = with_needs(role, given["scopes"])
    token = tokens.make(request.actor, desk, secret=secret, role=role, **given)
    return render(request, "access/token_made.html", {"token": token, "secret": secret})


@page("token.revoke", Token)
def revoke(request: DeskRequest, token: Token) -> HttpResponse:
    if request.method == "POST":
        ended = tokens.revoke(request.actor, token)
        messages.success(request, _("Taken back. The system is shut out."))
        if ended.pair_id is not None:
            messages.warning(request, _("It could open files. Turn the desk's key if it may have it."))
        return redirect("tokens")
    context = {
        "title": _("Take this access back?"),
        "intro": _("The system is shut out at once and cannot open what is sealed any more."),
        "submit_label": _("Take it back"),
        "submit_kind": "warning",
    }
    return render(request, "base/confirm.html", context)


@page(tokens.GRANT, Token)
def grant(request: DeskRequest, token: Token) -> HttpResponse:
    """What the system is to open, by its name and what it may do; the second person says yes or no."""
    actor = request.actor
    if request.method == "POST":
        decided = tokens.grant if request.POST.get("agreed") == "yes" else tokens.refuse
        decided(actor, token)
        messages.success(request, _("Noted."))
        return redirect("tokens")
    titles = {verb: guard.title for verb, guard in offered().items()}
    context = {
        "token": token,
        "titles": allowed(token, titles),
        "waits": tokens.waiting(actor).filter(subject=reference(token)).exists(),
        "own": token.made_by_id in actor.barred_as,
    }
    return render(request, "access/token_grant.html", context)
