"""The child's path of a case."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from kamkor.access.actor import Actor
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance import sharing
from kamkor.assistance.actions import warning
from kamkor.assistance.actions.children import OPEN_FIELDS, record
from kamkor.assistance.forms.children import TEXTS, ChildForm, WarnForm
from kamkor.assistance.models import Case, ChildPath
from kamkor.assistance.views.frame import case_page, framed, made
from kamkor.assistance.views.referrals import kept_from, offers_for
from kamkor.base import codelists
from kamkor.directory.models import Offer
from kamkor.directory.places import chain
from kamkor.directory.search import EVERYWHERE, Wanted, nearness
from kamkor.methods.journeys import PartialDate, adult_on
from kamkor.people import files

SHOWN = 20


@case_page("child.record")
def child(request: DeskRequest, case: Case) -> HttpResponse:
    """Shown for a child or in doubt, and on for whoever has grown up meanwhile."""
    path = ChildPath.objects.visible_to(request.actor).filter(case=case).first()
    if path is None and not case.person.is_child:
        raise Http404
    form = ChildForm(
        request.POST if request.method == "POST" else None,
        actor=request.actor,
        initial=_written(request.actor, case, path),
    )
    if request.method == "POST" and form.is_valid():
        record(request.actor, case, facts=form.facts(), texts=form.texts(), seen=form.seen())
        messages.success(request, _("Saved."))
        return redirect("child-path", case.pk)
    context = framed(request, case, "child-path") | {
        "form": form,
        "path": path,
        "warning": warning.warning_of(request.actor, case),
        "grown_up": path and path.adult_on and path.adult_on <= timezone.localdate(),
        "offers": offers_for(request.actor, case.person, Wanted(age="child", sex=case.person.sex))[:SHOWN],
    }
    return render(request, "assistance/child.html", context, status=422 if form.errors else 200)


@case_page("child.warn")
def warn(request: DeskRequest, case: Case) -> HttpResponse:
    """One button: who is told what is found and set already."""
    if not case.person.standing().is_child:
        raise Http404
    standing = warning.warning_of(request.actor, case)
    if standing is not None:
        return redirect("referral", standing.pk)
    form = WarnForm(request.POST or None, bodies=bodies_for(request.actor, case))
    if request.method == "POST" and made(
        form, lambda _given: warning.warn(request.actor, case, body=form.chosen())
    ):
        sent = warning.warning_of(request.actor, case)
        assert sent is not None
        messages.success(request, _("Warned. A colleague checks it within 24 hours."))
        return redirect("referral", sent.pk)
    context = framed(request, case, "child-path") | {
        "form": form,
        "told": told(request.actor, case),
        "ground": warning.ground(),
    }
    return render(request, "assistance/child_warn.html", context, status=422 if form.errors else 200)


def bodies_for(actor: Actor, case: Case) -> list[Offer]:
    """The child-protection bodies from which the child is not kept, the nearest first: desks, whether they
    list the service or not, and organisations outside that do."""
    person = case.person.standing()
    desks, places = kept_from(actor, person)
    found = offers_for(actor, person, Wanted(service=warning.SERVICE, age="child"))
    listed = {row.desk_id for row in found} | desks | {actor.desk_id}
    others = Desk.objects.visible_to(actor).filter(kind="child_protection").select_related("organisation")
    found += [
        Offer(desk=desk, service=warning.SERVICE, place=desk.place, adults=False, children=True)
        for desk in others.order_by("code")
        if desk.pk not in listed and not places & set(chain(desk.place))
    ]
    here = actor.desk.place or person.home_place
    near = [nearness(row, here) if here else EVERYWHERE for row in found]
    return [found[at] for at in sorted(range(len(found)), key=lambda at: (near[at] is None, near[at] or 0))]


def told(actor: Actor, case: Case) -> list[dict[str, str]]:
    """What the body will read, in words, with the particulars that the setting adds."""
    rows = sharing.facts_in_words(warning.told_of(case))
    said = files.read_particulars(actor, [case.person]).get(case.person_id, {})
    rows += [
        (codelists.label("particular", kind), text)
        for kind in settings.CHILD_WARNING_ITEMS
        for text in said.get(kind, [])
    ]
    return [{"label": label, "value": text} for label, text in rows]


def _written(actor: Actor, case: Case, path: ChildPath | None) -> dict[str, object]:
    items = [getattr(path, name, None) for name in TEXTS]
    texts = actor.keyring.read_many([item for item in items if item])
    written: dict[str, object] = {name: getattr(path, name) for name in OPEN_FIELDS} if path else {}
    for name, item in zip(TEXTS, items, strict=True):
        written[name] = texts.get(item.pk, "") if item else ""
    written["versions"] = ",".join(str(item.version if item else 0) for item in items)
    written["adult_on"] = written.get("adult_on") or _turns_18(actor, case)
    return written


def _turns_18(actor: Actor, case: Case) -> object:
    """From the birth date in the file, when its day is known."""
    dates = files.read_particulars(actor, [case.person]).get(case.person_id, {}).get("birth_date", [])
    try:
        born = PartialDate.parse(dates[-1]) if dates else None
    except ValueError:
        return None
    return adult_on(born.earliest) if born and born.day else None
