"""Pages of forgetting somebody: the wish, the second person, holds, and what is due by its age."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base.pages import desk_page
from kamkor.people import files, spoken
from kamkor.people.actions import erasure as actions
from kamkor.people.forms.erasure import CertainForm, HoldForm, RefuseForm, WishForm
from kamkor.people.keeping import Erasure, Hold, Warned
from kamkor.people.models import Person
from kamkor.people.pages import person_page
from kamkor.people.views.file import form_page

BY_WHEN = gettext_lazy("It is done by this day at the latest: %(day)s.")


@desk_page("erasure.list", methods=("GET",))
def listed(request: DeskRequest, desk: Desk) -> HttpResponse:
    actor = request.actor
    wishes = list(Erasure.objects.visible_to(actor).open().select_related("person", "approval__asked_by"))
    holds = list(Hold.objects.visible_to(actor).in_force().select_related("person").order_by("ends_on", "pk"))
    due = list(Warned.objects.to_show(actor))
    people = {row.person for row in (*wishes, *holds, *due) if row.person is not None}
    known = files.read_particulars(actor, people)
    names = {person.pk: files.shown_name(known.get(person.pk, {}), person) for person in people}
    context = {
        "wishes": [
            (row, names[row.person_id], row.approval.asked_by_id in actor.barred_as) for row in wishes
        ],
        "holds": [(row, names[row.person_id]) for row in holds],
        "due": [(row, names.get(row.person_id or 0, "")) for row in due],
        "may_lift": actor.may_here("hold.lift"),
    }
    return render(request, "people/erasures.html", context)


@person_page("erasure.ask")
def ask(request: DeskRequest, person: Person) -> HttpResponse:
    language = spoken.language_of(person, request.POST.get("language") or request.GET.get("language", ""))
    only_said = spoken.only_said(request)
    form = WishForm(language, None if only_said else request.POST or None)
    held = bool(actions.holds(person))
    if request.method == "POST" and not only_said and form.is_valid():
        given = form.cleaned_data
        actions.ask(
            request.actor, person, language=given["language"], words=given["words"], told_of_hold=held
        )
        messages.success(request, _("Written down. Another colleague carries it out."))
        return redirect("person", person.pk)
    last_day = timezone.localdate() + timedelta(days=settings.ERASURE_DAYS)
    said = [spoken.Asked(script="erasure_told", ends_on=None if held else last_day, until=BY_WHEN)]
    said += [spoken.Asked(script="erasure_held")] if held else []
    words = [spoken.say(one, language) for one in said]
    title = _("This person wants us to forget them")
    return form_page(request, person, form, "people/forget.html", title=title, words=words, held=held)


@person_page("erasure.carry_out", Erasure)
def carry_out(request: DeskRequest, erasure: Erasure) -> HttpResponse:
    form = CertainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.carry_out(request.actor, erasure)
        messages.success(request, _("Forgotten. Nobody can bring it back."))
        return redirect("erasures")
    actor, person = request.actor, erasure.person
    reason = erasure.approval.reason
    context = {
        "erasure": erasure,
        "form": form,
        "name": files.shown_name(files.read_particulars(actor, [person]).get(person.pk, {}), person),
        "words": actor.keyring.read(reason) if reason else "",
        "holds": actions.holds(person),
        "own": erasure.approval.asked_by_id in actor.barred_as,
    }
    return render(request, "people/carry_out.html", context, status=422 if form.errors else 200)


@person_page("erasure.refuse", Erasure)
def refuse(request: DeskRequest, erasure: Erasure) -> HttpResponse:
    form = RefuseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.refuse(request.actor, erasure, why=form.cleaned_data["why"])
        messages.success(request, _("Not done. Tell this person why."))
        return redirect("erasures")
    return form_page(request, erasure.person, form, title=_("It cannot be done"))


@person_page("erasure.withdraw", Erasure, methods=("POST",))
def withdraw(request: DeskRequest, erasure: Erasure) -> HttpResponse:
    actions.withdraw(request.actor, erasure)
    messages.success(request, _("Taken back. The file stays as it is."))
    return redirect("person", erasure.person_id)


@person_page("hold.set")
def hold(request: DeskRequest, person: Person) -> HttpResponse:
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.hold(request.actor, person, **form.cleaned_data)
        messages.success(request, _("The file is kept until the hold ends. Tell this person so."))
        return redirect("person", person.pk)
    intro = _(
        "Nothing of it is erased, whatever its age and whoever wishes it. This person is told of the hold."
    )
    return form_page(request, person, form, title=_("This file must be kept"), intro=intro)


@person_page("hold.lift", Hold, methods=("POST",))
def lift(request: DeskRequest, hold: Hold) -> HttpResponse:
    actions.lift(request.actor, hold)
    messages.success(request, _("Lifted. The file is no longer held."))
    return redirect("erasures" if request.actor.may_here("erasure.list") else "my-work")
