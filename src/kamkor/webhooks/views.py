"""Pages on which a desk lets partner systems be told of events, and sees what did not arrive."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk, Token
from kamkor.base.pages import desk_page, page
from kamkor.base.problems import Problem
from kamkor.vault.signing import shown_secret
from kamkor.webhooks import actions
from kamkor.webhooks.forms import SubscriptionForm, SystemForm
from kamkor.webhooks.kinds import KINDS, offered_to
from kamkor.webhooks.models import Delivery, Subscription

SHOWN = 50


@desk_page("webhook.list", methods=("GET",))
def listed(request: DeskRequest, desk: Desk) -> HttpResponse:
    rows = Subscription.objects.visible_to(request.actor).select_related("token").order_by("-pk")
    return render(request, "webhooks/list.html", {"rows": rows[:100]})


@page("webhook.list", Subscription, methods=("GET",))
def read(request: DeskRequest, subscription: Subscription) -> HttpResponse:
    """Its last messages by kind, time and state. No code is shown: who reads this may be kept from her."""
    rows = Delivery.objects.visible_to(request.actor).filter(subscription=subscription).order_by("-pk")
    context = {
        "row": subscription,
        "kinds": [KINDS[name].title for name in subscription.kinds if name in KINDS],
        "dead": _titled(rows.filter(state=Delivery.State.DEAD)[:SHOWN]),
        "last": _titled(rows.exclude(state=Delivery.State.DEAD)[:SHOWN]),
    }
    return render(request, "webhooks/one.html", context)


def _titled(rows: object) -> list[tuple[Delivery, object]]:
    return [(row, KINDS[row.kind].title if row.kind in KINDS else row.kind) for row in rows]  # type: ignore[attr-defined]


@desk_page("webhook.make")
def new(request: DeskRequest, desk: Desk) -> HttpResponse:
    """First the system, then where to and of what; the secret is in the answer to the button alone."""
    alive = Token.objects.visible_to(request.actor).alive().order_by("name")
    systems = [row for row in alive if offered_to(row.scopes)]
    token = next((row for row in systems if str(row.pk) == request.GET.get("token")), None)
    if token is None:
        context = {"form": SystemForm(systems), "systems": systems}
        return render(request, "webhooks/system.html", context)
    form = SubscriptionForm(token, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.make(request.actor, desk, token=token, **form.cleaned_data)
        except Problem as error:
            form.add_error("address", f"{error.title}. {error.mend}")
        else:
            return _secret(request, row)
    context = {"form": form, "token": token}
    return render(request, "webhooks/new.html", context, status=422 if form.errors else 200)


def _secret(request: DeskRequest, subscription: Subscription) -> HttpResponse:
    context = {"row": subscription, "secret": shown_secret(subscription.secret)}
    return render(request, "webhooks/secret.html", context)


@page("webhook.turn", Subscription)
def turn(request: DeskRequest, subscription: Subscription) -> HttpResponse:
    if request.method == "POST":
        return _secret(request, actions.turn(request.actor, subscription))
    context = {
        "title": _("Make a new signing secret?"),
        "intro": _("For a day messages are signed with both secrets, the old one and the new one."),
        "submit_label": _("Make a new secret"),
    }
    return render(request, "base/confirm.html", context)


@page("webhook.pause", Subscription, methods=("POST",))
def pause(request: DeskRequest, subscription: Subscription) -> HttpResponse:
    actions.pause(request.actor, subscription)
    messages.success(request, _("Paused. Messages wait until you let them go on."))
    return redirect("webhook", pk=subscription.pk)


@page("webhook.resume", Subscription, methods=("POST",))
def resume(request: DeskRequest, subscription: Subscription) -> HttpResponse:
    actions.resume(request.actor, subscription)
    messages.success(request, _("Messages go out again."))
    return redirect("webhook", pk=subscription.pk)


@page("webhook.end", Subscription)
def end(request: DeskRequest, subscription: Subscription) -> HttpResponse:
    if request.method == "POST":
        actions.end(request.actor, subscription)
        messages.success(request, _("Ended. Nothing more is sent to this address."))
        return redirect("webhooks")
    context = {
        "title": _("End these messages?"),
        "intro": _("Nothing more is sent, also of what waits. The system keeps its access."),
        "submit_label": _("End them"),
        "submit_kind": "warning",
    }
    return render(request, "base/confirm.html", context)


@page("webhook.resend", Delivery, methods=("POST",))
def resend(request: DeskRequest, delivery: Delivery) -> HttpResponse:
    actions.resend(request.actor, delivery)
    messages.success(request, _("It will be sent again within minutes."))
    return redirect("webhook", pk=delivery.subscription_id)


@page("webhook.drop", Delivery, methods=("POST",))
def drop(request: DeskRequest, delivery: Delivery) -> HttpResponse:
    actions.drop(request.actor, delivery)
    messages.success(request, _("Dropped."))
    return redirect("webhook", pk=delivery.subscription_id)
