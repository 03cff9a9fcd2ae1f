"""The page on which the head moves files of colleagues to another desk."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kamkor.access.http import DeskRequest
from kamkor.access.joining import may_join
from kamkor.access.models import Desk, Membership, User
from kamkor.assistance.forms.splitting import SplitForm
from kamkor.assistance.splitting import split
from kamkor.base.pages import desk_page


@desk_page("desk.split")
def move(request: DeskRequest, desk: Desk) -> HttpResponse:
    """As many as a few seconds allow; the same choice once more goes on with the rest."""
    here = Membership.objects.visible_to(request.actor).current().values("user")
    workers = User.objects.filter(pk__in=here).order_by("display_name")
    form = SplitForm(may_join(request.actor, desk), workers, request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = split(request.actor, desk, **form.cleaned_data)
        text = ngettext("%(moved)s person moved.", "%(moved)s people moved.", done.moved)
        messages.success(request, text % {"moved": done.moved})
        if not done.left:
            return redirect("desk-keys")
        messages.warning(request, _("Still to be moved: %(left)s. Press again.") % {"left": done.left})
    context = {
        "form": form,
        "title": _("Move files of colleagues to another desk"),
        "intro": _(
            "Each person goes with everything that is about them, under the other desk's key. Who has the "
            "key of this desk alone opens none of it afterwards. You must be the head of both desks."
        ),
        "submit_label": _("Move them"),
        "back_url": reverse("desk-keys"),
    }
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)
