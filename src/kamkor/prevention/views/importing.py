"""The register taken over from a table."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base.pages import desk_page
from kamkor.base.uploads import BadFile
from kamkor.prevention import importing
from kamkor.prevention.forms.importing import TableForm
from kamkor.prevention.importing import Taken
from kamkor.prevention.views.recruiters import posted

SHOWN = 100


@desk_page("recruiter.import")
def import_table(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Every row, or what to mend in which."""
    form, taken = TableForm(posted(request), request.FILES or None), Taken()
    if request.method == "POST" and form.is_valid():
        try:
            taken = take(request, desk, form)
        except BadFile as error:
            form.add_error("file", f"{error.title}. {error.mend}")
        else:
            if not taken.wrong:
                told = _(
                    "New firms: %(firms)s. New entries: %(entries)s. On the register already: %(known)s."
                )
                messages.success(request, told % vars(taken))
                return redirect("recruiters")
    bad = bool(form.errors or taken.wrong)
    context = {
        "form": form,
        "wrong": taken.wrong[:SHOWN],
        "more": len(taken.wrong) - SHOWN,
        "columns": ", ".join(importing.HEADINGS),
    }
    return render(request, "prevention/import.html", context, status=422 if bad else 200)


def take(request: DeskRequest, desk: Desk, form: TableForm) -> Taken:
    upload = form.cleaned_data["file"]
    content = upload.read(settings.IMPORT_MAX_BYTES + 1)
    entries = importing.read(str(upload.name or "")[-100:], content)
    return importing.take(request.actor, desk, entries=entries, others=form.cleaned_data["others"])
