"""Pages of a desk's staff and keys."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kamkor.access import actions, factor_actions, factors, oidc, policy
from kamkor.access.forms import MemberForm, NewPasswordForm, ResetFactorsForm, RoleForm, SubjectForm
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk, Membership
from kamkor.access.sessions import SignIn
from kamkor.base.pages import desk_page, page
from kamkor.base.problems import Problem
from kamkor.vault import desks


@desk_page("member.read", methods=("GET",))
def members(request: DeskRequest, desk: Desk) -> HttpResponse:
    actor = request.actor
    rows = list(
        Membership.objects.visible_to(actor)
        .current()
        .select_related("user__holder")
        .order_by("user__username")
    )
    admitted, kinds = desks.admitted(desk.holder), factors.kinds_of(row.user_id for row in rows)
    context = {
        "rows": [(row, row.user.holder_id in admitted, kinds.get(row.user_id, [])) for row in rows],
        "ministry": oidc.switched_on(),
        "signed_in": set(SignIn.objects.at(desk).values_list("user_id", flat=True)) - {actor.user_id},
        "custody": desks.custody(desk.holder),
        "may_admit": actor.may_here("member.admit") and (actor.keys is None or actor.keys.opens(desk.holder)),
    }
    return render(request, "access/members.html", context)


@desk_page("member.add")
def add(request: DeskRequest, desk: Desk) -> HttpResponse:
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.add_member(
            request.actor,
            desk,
            username=given["username"],
            display_name=given["display_name"],
            role=given["role"],
            password=given["new"],
        )
        _say_what_is_next(request)
        return redirect("members")
    context = {"form": form, "title": _("Add a colleague"), "submit_label": _("Add")}
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


@desk_page("member.role")
def add_role(request: DeskRequest, desk: Desk) -> HttpResponse:
    """A second role here, or a first one for somebody who works at another desk."""
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_role(request.actor, desk, **form.cleaned_data)
        except Problem as error:
            form.add_error(None, f"{error.title}. {error.mend}".strip())
        else:
            _say_what_is_next(request)
            return redirect("members")
    context = {"form": form, "title": _("Give a further role"), "submit_label": _("Add")}
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


def _say_what_is_next(request: DeskRequest) -> None:
    if request.actor.may_here("member.admit"):
        text = _("Added. If they cannot open the desk's files yet, admit them.")
    else:
        text = _("Added. A supervisor of the desk has to admit them, so that they can read its files.")
    messages.success(request, text)


@page("member.admit", Membership, methods=("POST",))
def admit(request: DeskRequest, membership: Membership) -> HttpResponse:
    actions.admit(request.actor, membership)
    messages.success(request, _("They can read the desk's files from their next unlocking on."))
    return redirect("members")


@page("member.remove", Membership)
def remove(request: DeskRequest, membership: Membership) -> HttpResponse:
    if request.method == "POST":
        actions.remove(request.actor, membership)
        messages.success(request, _("Removed. The desk's key has been turned."))
        return redirect("members")
    context = {
        "title": _("Remove this colleague from the desk?"),
        "intro": _("They can no longer sign in here, and what is written from now on is closed to them."),
        "submit_label": _("Remove"),
    }
    return render(request, "base/confirm.html", context)


@page("member.reset", Membership)
def reset(request: DeskRequest, membership: Membership) -> HttpResponse:
    form = NewPasswordForm(request.POST or None, user=membership.user)
    if request.method == "POST" and form.is_valid():
        actions.reset(request.actor, membership, password=form.cleaned_data["new"])
        messages.warning(
            request,
            _("The password is new, but the vault stays shut: admit them again, or use the recovery key."),
        )
        return redirect("members")
    context = {"form": form, "title": _("Give a new password"), "submit_label": _("Set password")}
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


@page("member.card", Membership)
def card(request: DeskRequest, membership: Membership) -> HttpResponse:
    """Codes for a colleague without a telephone, to be handed over in person."""
    if request.method == "POST":
        codes = factor_actions.issue_card(request.actor, membership)
        return render(request, "access/card.html", {"codes": codes, "user": membership.user, "handed": True})
    context = {
        "title": _("Print a card of codes for %(name)s?") % {"name": membership.user.display_name},
        "intro": _("Each code is for one sign-in, after the password. A card printed earlier opens no more."),
        "submit_label": _("Print a card"),
        "cancel_url": reverse("members"),
    }
    return render(request, "base/confirm.html", context)


@page("member.factors", Membership)
def reset_factors(request: DeskRequest, membership: Membership) -> HttpResponse:
    """A lost telephone, stick or card: what opened opens no more, and a new card is there instead."""
    form = ResetFactorsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = factor_actions.reset(request.actor, membership, reason=form.cleaned_data["reason"])
        return render(request, "access/card.html", {"codes": codes, "user": membership.user, "handed": True})
    context = {
        "form": form,
        "title": _("Take back the second step of %(name)s?") % {"name": membership.user.display_name},
        "intro": _(
            "Their passkeys, telephone and card open nothing any more. You get a new card to hand over in "
            "person: speak with them first. They are told who did it and why."
        ),
        "submit_label": _("Take back and print a card"),
        "cancel_url": reverse("members"),
    }
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


@page("member.subject", Membership)
def subject(request: DeskRequest, membership: Membership) -> HttpResponse:
    """Which account at the ministry's identity provider signs in as this colleague."""
    if not oidc.switched_on():
        raise Http404
    form = SubjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        factor_actions.link_subject(request.actor, membership, subject=form.cleaned_data["subject"])
        messages.success(request, _("Saved. They are told at their next sign-in."))
        return redirect("members")
    context = {
        "form": form,
        "title": _("Sign-in of %(name)s through the ministry") % {"name": membership.user.display_name},
        "cancel_url": reverse("members"),
    }
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


@desk_page("desk.turn", methods=("POST",))
def turn(request: DeskRequest, desk: Desk) -> HttpResponse:
    actions.turn(request.actor, desk)
    messages.success(request, _("The desk has a new key."))
    return redirect("members")


@desk_page("desk.custody", methods=("POST",))
def custody(request: DeskRequest, desk: Desk) -> HttpResponse:
    chosen: desks.Custody = "host" if request.POST.get("custody") == "host" else "staff"
    actions.set_custody(request.actor, desk, custody=chosen)
    return redirect("members")


@desk_page("desk.recovery", methods=("POST",))
def recovery(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The sheet to print: shown this once."""
    words = actions.make_recovery(request.actor, desk)
    return render(request, "access/recovery.html", {"words": words})


@desk_page("desk.why", methods=("GET",))
def why(request: DeskRequest, desk: Desk) -> HttpResponse:
    """What my role may do and by which row of the table, and what it may not."""
    actor = request.actor
    rows = [
        (
            verb,
            rule,
            policy.verdict(actor.role, verb, "sent" if "own" in rule.relations else rule.relations[0]),
        )
        for verb, rule in policy.RULES.items()
    ]
    return render(request, "access/why.html", {"rows": rows})
