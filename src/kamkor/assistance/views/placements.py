"""Pages of the child-protection specialist: the children of whom the desk was told, and where each is."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kamkor.access.actor import Actor
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance.actions import placements as actions
from kamkor.assistance.forms.children import TEXTS
from kamkor.assistance.forms.placements import PlacementForm
from kamkor.assistance.models import Placement, Referral
from kamkor.assistance.views.frame import case_page, made
from kamkor.base.pages import desk_page, page
from kamkor.directory.models import SHELTERS, Offer
from kamkor.directory.search import Wanted, find

PLACES = SHELTERS | {"child_care"}
SHOWN = 200


@desk_page("placement.list", methods=("GET",))
def placements(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Each by the code of its referral; nothing here names a child."""
    rows = Placement.objects.visible_to(request.actor).select_related("referral__desk")
    return render(request, "assistance/placements.html", {"rows": rows.order_by("-pk")[:SHOWN]})


@case_page("placement.begin", Referral, methods=("POST",))
def begin(request: DeskRequest, referral: Referral) -> HttpResponse:
    return redirect("placement", actions.begin(request.actor, referral).pk)


@page("placement.record", Placement)
def placement(request: DeskRequest, placement: Placement) -> HttpResponse:
    """One page: where the child is, what the child wants, who acts, and who takes children."""
    actor = request.actor
    offers = takes_children(actor)
    form = PlacementForm(
        request.POST if request.method == "POST" else None, offers=offers, initial=_written(actor, placement)
    )
    if request.method == "POST" and made(
        form,
        lambda _given: actions.record(
            actor, placement, facts=form.facts(), texts=form.texts(), seen=form.seen()
        ),
    ):
        messages.success(request, _("Saved."))
        return redirect("placement", placement.pk)
    referral = Referral.objects.visible_to(actor).filter(pk=placement.referral_id).first()
    context = {
        "placement": placement,
        "form": form,
        "referral": referral,
        "code": placement.referral.code,
        "offers": offers,
    }
    return render(request, "assistance/placement.html", context, status=422 if form.errors else 200)


def takes_children(actor: Actor) -> list[Offer]:
    """Where a child can sleep: never a place for adults alone."""
    return [row for row in find(actor, Wanted(age="child")) if row.service in PLACES]


def _written(actor: Actor, placement: Placement) -> dict[str, object]:
    items = [getattr(placement, name) for name in TEXTS]
    texts = actor.keyring.read_many([item for item in items if item])
    written: dict[str, object] = {name: getattr(placement, name) for name in actions.OPEN_FIELDS}
    written["offer"] = str(placement.offer_id or "")
    for name, item in zip(TEXTS, items, strict=True):
        written[name] = texts.get(item.pk, "") if item else ""
    return written | {"versions": ",".join(str(item.version if item else 0) for item in items)}
