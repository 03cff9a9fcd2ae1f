"""Check a firm: what the register says of it today, for anybody. It never calls an offer safe."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamkor.access.door import PublicRequest, public_page, wait_to_read
from kamkor.prevention import register
from kamkor.prevention.models import Recruiter
from kamkor.prevention.views.recruiters import with_permits


class FirmForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the firm"), max_length=160)


@public_page()
def firm(request: PublicRequest) -> HttpResponse:
    """By POST, so that what was looked for is in no address. A person says which firm it is."""
    form = FirmForm(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"form": form, "day": timezone.localdate()}
    if request.method == "POST" and form.is_valid() and wait_to_read(request):
        form.add_error(None, _("Too many at once from here. Wait a minute; your text is still below."))
    if form.is_bound and form.is_valid():
        asked, chosen = form.cleaned_data["name"], request.POST.get("firm", "")
        found = register.likely(asked, Recruiter._base_manager.order_by("name", "pk"))
        context |= {"asked": asked, "found": [row for row in found if str(row.pk) != chosen]}
        named = [row for row in found if str(row.pk) == chosen]
        if named:
            ((row, permits),) = with_permits(named, timezone.localdate())
            valid = [one for one in permits if one.now.in_force]
            context |= {"firm": row, "valid": valid, "others": [one for one in permits if one not in valid]}
    status = 422 if form.errors else 200
    return render(request, "prevention/firm.html", context, status=429 if form.non_field_errors() else status)
