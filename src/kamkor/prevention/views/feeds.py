"""Pages that the system reads by itself for a desk: the list, one more, and the end of one."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance.views.frame import form_page, made
from kamkor.base.pages import desk_page, page
from kamkor.prevention.actions import adverts as actions
from kamkor.prevention.forms.adverts import FeedForm
from kamkor.prevention.models import Feed
from kamkor.prevention.views.recruiters import posted


@desk_page("feed.list", methods=("GET",))
def feeds(request: DeskRequest, desk: Desk) -> HttpResponse:
    rows = Feed.objects.visible_to(request.actor).filter(ended_at=None).order_by("outlet", "pk")
    context = {"rows": rows, "on": bool(settings.ADVERT_FEEDS)}
    return render(request, "prevention/feeds.html", context)


@desk_page("feed.add")
def add(request: DeskRequest, desk: Desk) -> HttpResponse:
    form = FeedForm(posted(request))
    if request.method == "POST" and made(form, lambda given: actions.add_feed(request.actor, desk, **given)):
        return redirect("feeds")
    return form_page(request, form, _("Add a page"), reverse("feeds"))


@page("feed.end", Feed, methods=("POST",))
def end(request: DeskRequest, feed: Feed) -> HttpResponse:
    actions.end_feed(request.actor, feed)
    return redirect("feeds")
