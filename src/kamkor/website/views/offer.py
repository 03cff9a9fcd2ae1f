"""Check an offer of work: the text is read in memory and kept nowhere."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kamkor.access.door import PublicRequest, public_page, wait_to_read
from kamkor.website import offers
from kamkor.website.forms import LONG, OfferForm


@public_page()
def offer(request: PublicRequest) -> HttpResponse:
    form = OfferForm(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"form": form}
    status = 200
    if request.method == "POST":
        text = form.cleaned_data["text"].replace("\r\n", "\n") if form.is_valid() else ""
        if text and wait_to_read(request, cost=offers.turns(text)):
            form.add_error(None, _("Too many at once from here. Wait a minute; your text is still below."))
        if form.is_valid():
            context |= {"checked": offers.check(text), "text": text[:LONG]}
            context |= {"long": len(text) > offers.SHOWN, "cut": len(text) > offers.WHOLE}
            context["form"] = OfferForm()
        else:
            status = 429 if form.non_field_errors() else 422
    return render(request, "website/offer.html", context, status=status)
