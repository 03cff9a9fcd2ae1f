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
        if form.is_valid() and wait_to_read(request):
            form.add_error(None, _("Too many at once from here. Wait a minute; your text is still below."))
        if form.is_valid():
            text = form.cleaned_data["text"].replace("\r\n", "\n")
            context |= {"checked": offers.check(text[:LONG]), "text": text[:LONG], "cut": len(text) > LONG}
            context["form"] = OfferForm()
        else:
            status = 429 if form.non_field_errors() else 422
    return render(request, "website/offer.html", context, status=status)
