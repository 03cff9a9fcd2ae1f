"""The child's path of a case."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from kamkor.access.actor import Actor
from kamkor.access.http import DeskRequest
from kamkor.assistance.actions.children import OPEN_FIELDS, record
from kamkor.assistance.forms.children import TEXTS, ChildForm
from kamkor.assistance.models import Case, ChildPath
from kamkor.assistance.views.frame import case_page, framed
from kamkor.assistance.views.referrals import offers_for
from kamkor.directory.search import Wanted
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
        "grown_up": path and path.adult_on and path.adult_on <= timezone.localdate(),
        "offers": offers_for(request.actor, case.person, Wanted(age="child", sex=case.person.sex))[:SHOWN],
    }
    return render(request, "assistance/child.html", context, status=422 if form.errors else 200)


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
