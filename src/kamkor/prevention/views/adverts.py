"""Pages of the watch over adverts: the queue, one advert, its letters, and what is counted."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models.functions import Substr
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance.htcds.wording import say
from kamkor.assistance.imports.incoming import named
from kamkor.assistance.views.frame import form_page, made
from kamkor.base.pages import desk_page, page
from kamkor.base.uploads import BadFile, must_be_harmless
from kamkor.methods.adverts.exports import Found, adverts_of
from kamkor.methods.adverts.lines import BadLine
from kamkor.methods.sheets.books import ZIP
from kamkor.methods.sheets.problems import Limits
from kamkor.prevention import reading
from kamkor.prevention.actions import adverts as actions
from kamkor.prevention.forms.adverts import LetterForm, PasteForm, QueueForm, ReviewForm, UploadForm
from kamkor.prevention.models import Advert, AdvertContact, AdvertPhoto, Letter, Review
from kamkor.prevention.views.recruiters import AT_ONCE, posted

MAX_ADVERTS = 5_000
ALIKE = 20
MOST = 500  # of one country that the queue goes through
BEGINNING = 200  # letters of an advert in the queue


@desk_page("advert.list", methods=("GET",))
def adverts(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The queue: what should be read first stands first."""
    form = QueueForm(request.GET)
    wanted = form.wanted()
    rows = Advert.objects.visible_to(request.actor).filter(state=wanted["state"])
    if wanted["source"]:
        rows = rows.filter(source=wanted["source"])
    rows = rows.order_by(*(("-score",) if wanted["state"] != Advert.State.DONE else ()), "-day", "-pk")
    if wanted["country"]:  # a list in a column, which the two databases search differently
        there = [pk for pk, lands in rows.values_list("pk", "countries") if wanted["country"] in lands]
        rows = rows.filter(pk__in=there[:MOST])
    begun = rows.defer("text").annotate(begins=Substr("text", 1, BEGINNING))
    context = {
        "form": form,
        "page": Paginator(begun, AT_ONCE).get_page(request.GET.get("page")),
        "register": request.actor.may_here("recruiter.list"),
    }
    return render(request, "prevention/adverts.html", context)


@desk_page("advert.add")
def paste(request: DeskRequest, desk: Desk) -> HttpResponse:
    form = PasteForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        found = [Found(1, given["text"], given["day"])]
        where = {name: given[name] for name in ("source", "outlet", "link")}
        added = actions.add(request.actor, desk, found=found, **where)
        if added.new:
            if given["photo"]:
                actions.keep_photo(request.actor, added.new[0], given["photo"])
            return redirect("advert", added.new[0].pk)
        messages.info(request, _("This advert is in the queue already."))
        return redirect("adverts")
    return form_page(request, form, _("Paste an advert"), reverse("adverts"), submit_label=_("Read it"))


@desk_page("advert.add")
def upload(request: DeskRequest, desk: Desk) -> HttpResponse:
    form = UploadForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = read_file(form.name, form.cleaned_data["file"])
        except BadLine as error:
            form.add_error("file", _in_words(error))
        except BadFile as error:
            form.add_error("file", f"{error.title}. {error.mend}")
        else:
            where = {name: form.cleaned_data[name] for name in ("source", "outlet")}
            added = actions.add(request.actor, desk, found=found, **where)
            told = ngettext("%(count)s new advert.", "%(count)s new adverts.", len(added.new))
            messages.success(request, told % {"count": len(added.new)})
            return redirect("adverts")
    return form_page(request, form, _("Upload adverts"), reverse("adverts"), submit_label=_("Read them"))


def _in_words(error: BadLine) -> str:
    """Where the file cannot be read, what is wrong there and how to mend it, in the reader's language."""
    own = {
        "utf8": _("This is not JSON in UTF-8."),
        "no_column": _("No column is headed “%(name)s”.") % {"name": error.field},
    }
    words = own.get(error.code) or say(error.code, {"field": error.field, "line": str(error.number)})
    return f"{_('Row %(number)s:') % {'number': error.number}} {words}"


def read_file(name: str, content: bytes) -> list[Found]:
    """The adverts of a file, as many as one request can read."""
    if content.startswith(ZIP):
        must_be_harmless(name, content, limit=settings.IMPORT_MAX_BYTES)
    with named(name):
        found = adverts_of(name, content, limits=Limits(settings.IMPORT_MAX_BYTES, settings.IMPORT_MAX_ROWS))
    if not found:
        raise BadFile(f"“{name}”", _("There is no advert in it."))
    if len(found) > MAX_ADVERTS:
        told = _("At most %(limit)s adverts are read at once. Split the file.")
        raise BadFile(f"“{name}”", told % {"limit": MAX_ADVERTS})
    return found


@page("advert.read", Advert, methods=("GET",))
def advert(request: DeskRequest, advert: Advert) -> HttpResponse:
    return show(request, advert, ReviewForm())


@page("advert.read", Advert, methods=("GET",))
def photo(request: DeskRequest, advert: Advert) -> HttpResponse:
    """The picture as it was drawn anew."""
    kept = get_object_or_404(AdvertPhoto.objects.visible_to(request.actor), advert=advert)
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
    return HttpResponse(bytes(kept.picture), content_type="image/jpeg", headers=headers)


@page("advert.review", Advert, methods=("POST",))
def review(request: DeskRequest, advert: Advert) -> HttpResponse:
    form = ReviewForm(request.POST)
    if not made(form, lambda given: actions.review(request.actor, advert, **given)):
        return show(request, advert, form)
    return redirect("advert", advert.pk)


def show(request: DeskRequest, advert: Advert, form: ReviewForm) -> HttpResponse:
    """The words with their signs, who else is reached by the same number, and what colleagues think."""
    actor, now = request.actor, reading.read_now(advert)
    own = Advert.objects.visible_to(actor)
    contacts = AdvertContact.objects.visible_to(actor)
    values = list(contacts.filter(advert=advert).order_by("value").values_list("value", flat=True))
    sharing = contacts.filter(value__in=values).exclude(advert=advert).select_related("advert")
    linked = reading.network(actor, advert) - set(sharing.values_list("advert", flat=True))
    opinions = list(Review.objects.visible_to(actor).filter(advert=advert).select_related("by"))
    if opinions:
        form.fields.pop("ask_second", None)
    first = advert.like_id or advert.pk
    alike = own.filter(like=first).exclude(pk=advert.pk) | own.filter(pk=first).exclude(pk=advert.pk)
    context: dict[str, Any] = {
        "advert": advert,
        "pieces": reading.pieces(advert.text, now.flags),
        "cut": len(advert.text) > reading.SHOWN,
        "families": [str(code) for code in sorted({flag.code for flag in now.flags})],
        "named": now.named,
        "photo": AdvertPhoto.objects.visible_to(actor).filter(advert=advert).exists(),
        "contacts": values,
        "pay": now.pay,
        "linked": own.filter(pk__in=linked).order_by("-day", "-pk")[:ALIKE],
        "sharing": sharing.order_by("-advert__day", "-pk")[:ALIKE],
        "alike": alike.order_by("-day", "-pk")[:ALIKE],
        "opinions": opinions,
        "may_review": advert.state != Advert.State.DONE
        and actor.may("advert.review", advert)
        and actor.user_id not in {opinion.by_id for opinion in opinions},
        "letters": Letter.objects.visible_to(actor).filter(advert=advert).order_by("-written_on", "-pk"),
        "may_write": bool(opinions) and actor.may("letter.write", advert),
        "form": form,
    }
    return render(request, "prevention/advert.html", context, status=422 if form.errors else 200)


@page("letter.write", Advert)
def write(request: DeskRequest, advert: Advert) -> HttpResponse:
    form = LetterForm(posted(request), initial={"to_name": advert.outlet, "to_kind": "outlet"})
    back = reverse("advert", args=[advert.pk])
    letters: list[Letter] = []
    if request.method == "POST" and made(
        form, lambda given: letters.append(actions.write_letter(request.actor, advert, **given))
    ):
        return redirect("letter", letters[0].pk)
    return form_page(request, form, _("Write a letter"), back)


@desk_page("advert.figures", methods=("GET",))
def figures(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Adverts, not people: small numbers are shown."""
    rows = Advert.objects.visible_to(request.actor).order_by("pk")
    sources, months, countries = Counter[str](), Counter[str](), Counter[str]()
    for source, day, abroad in rows.values_list("source", "day", "countries").iterator():
        sources[source] += 1
        months[day.strftime("%Y-%m")] += 1
        countries.update(abroad)
    letters = list(
        Letter.objects.visible_to(request.actor).values_list("written_on", "due_on", "answered_on")
    )
    context = {
        "sources": sources.most_common(),
        "months": sorted(months.items(), reverse=True)[:24],
        "countries": countries.most_common(),
        "all": rows.count(),
        "read": rows.filter(state=Advert.State.DONE).count(),
        "letters": len(letters),
        "in_time": sum(bool(answered and answered <= due) for _written, due, answered in letters),
    }
    return render(request, "prevention/figures.html", context)
