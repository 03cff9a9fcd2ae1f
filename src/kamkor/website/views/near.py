"""Who helps, and where: what desks and other organisations offer, without shelters."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from kamkor.access.door import PublicRequest, public_page
from kamkor.directory.models import SHELTERS, Offer
from kamkor.directory.places import oblast
from kamkor.directory.search import Wanted, find_for_anybody
from kamkor.website.forms import NearForm
from kamkor.website.lines import lines

SHOWN = 30
SHELTER_LINES = ("189", "117", "111")


@public_page()
def near(request: PublicRequest) -> HttpResponse:
    """By POST, so that what was looked for is in no address and no history."""
    form = NearForm(request.POST if request.method == "POST" else None)
    known = lines(timezone.localtime())
    context: dict[str, object] = {
        "form": form,
        "lines": [known[one] for one in SHELTER_LINES if one in known],
    }
    if form.is_valid():
        found = find_for_anybody(Wanted(form.cleaned_data["service"], form.cleaned_data["place"]))
        context |= {"offers": _shown(found[:SHOWN]), "more": len(found) > SHOWN, "looked": True}
    return render(request, "website/near.html", context)


def _shown(offers: list[Offer]) -> list[tuple[Offer, str]]:
    """Each with its place; of whoever also runs a shelter, no nearer than the oblast."""
    runs = Offer.objects.running().filter(service__in=SHELTERS).values_list("desk", "outside")
    hidden = set(runs)
    return [
        (offer, oblast(offer.place) if (offer.desk_id, offer.outside_id) in hidden else offer.place)
        for offer in offers
    ]
