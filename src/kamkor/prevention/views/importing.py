"""The register taken over from a table."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base import codelists
from kamkor.base.pages import desk_page
from kamkor.base.uploads import BadFile
from kamkor.prevention import importing
from kamkor.prevention.forms.importing import TableForm
from kamkor.prevention.importing import Table, Taken
from kamkor.prevention.views.recruiters import posted

SHOWN = 100


@desk_page("recruiter.import")
def import_table(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Every row, or what to mend in which."""
    form, table, taken = TableForm(posted(request), request.FILES or None), Table([], []), Taken()
    if request.method == "POST" and form.is_valid():
        try:
            table = read(form)
        except BadFile as error:
            form.add_error("file", f"{error.title}. {error.mend}")
        else:
            others = form.cleaned_data["others"]
            taken = importing.take(request.actor, desk, entries=table.entries, others=others)
            if not taken.wrong:
                said = _(
                    "New firms: %(firms)s. New entries: %(entries)s. On the register already: %(known)s."
                )
                messages.success(request, said % vars(taken))
                return redirect("recruiters")
    told = (label for code, label in codelists.choices("permit_state")() if code != "expired")
    bad = bool(form.errors or taken.wrong)
    context = {
        "form": form,
        "wrong": taken.wrong[:SHOWN],
        "more": len(taken.wrong) - SHOWN,
        "columns": [importing.heading_of(column) for column in importing.COLUMNS],
        "lost": table.lost if taken.wrong else [],
        "states": [label.partition(" (")[0] for label in told],
    }
    return render(request, "prevention/import.html", context, status=422 if bad else 200)


def read(form: TableForm) -> Table:
    upload = form.cleaned_data["file"]
    content = upload.read(settings.IMPORT_MAX_BYTES + 1)
    return importing.read(str(upload.name or "")[-100:], content)
