"""A referral as a sealed file between two installations; who makes one and who opens one is in the log."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamkor.access import drafts
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance import enclosing, sharing
from kamkor.assistance.actions import referrals as actions
from kamkor.assistance.enclosing import Enclosed
from kamkor.assistance.forms.intake import PARTICULARS
from kamkor.assistance.models import Referral
from kamkor.assistance.views.frame import case_page
from kamkor.base.pages import desk_page
from kamkor.base.uploads import ScannedFileField, attachment
from kamkor.vault import crossing
from kamkor.vault.models import Item

LARGEST = 10 * 2**20
MOST = 200  # rows that are shown of a file


class AddressForm(forms.Form):
    """For whom the file is sealed. The sign is heard, so that nobody could put another key on the way."""

    address = forms.CharField(label=gettext_lazy("Address of the receiving desk"), max_length=80)
    sign = forms.CharField(
        label=gettext_lazy("Its check sign, read to you by telephone"),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "govuk-input--width-20"}),
    )

    without = forms.BooleanField(required=False, label=gettext_lazy("Leave the documents out"))

    def __init__(self, *args: Any, documents: Sequence[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.documents = documents
        if not documents:
            del self.fields["without"]
            return
        told = {"number": len(documents), "size": filesizeformat(enclosing.size_of(documents))}
        self.fields["without"].help_text = _("Documents: %(number)s, together %(size)s.") % told

    def enclosed(self) -> Sequence[Item]:
        return () if self.cleaned_data.get("without") else self.documents

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("without") and not enclosing.fit(self.documents):
            most = filesizeformat(enclosing.MOST_BYTES)
            said = _("At most %(number)s documents, together %(size)s, can be enclosed. Leave them out.")
            self.add_error("without", said % {"number": enclosing.MOST, "size": most})
        public = crossing.public_of(str(given.get("address", "")))
        if public is None:
            raise ValidationError(_("This is no address of a desk: it begins with kamkor-desk-1."))
        heard = "".join(sign for sign in str(given.get("sign", "")).upper() if sign.isalnum())
        if heard != crossing.check_sign(public).replace("-", ""):
            raise ValidationError(_("The check sign is another one. Do not use this address; ask again."))
        return given | {"public": public}


class FileForm(forms.Form):
    documents = forms.CharField(required=False, widget=forms.HiddenInput)
    file = ScannedFileField(label=gettext_lazy("Sealed file"))

    def clean_file(self) -> Any:  # an uploaded file, as Django types it
        file = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise ValidationError(_("The file is too large."))
        return file


@case_page("referral.letter", Referral)
def sealed_file(request: DeskRequest, referral: Referral) -> HttpResponse:
    """What the letter would say, for one desk of another installation alone."""
    form = AddressForm(request.POST or None, documents=enclosing.documents_of(referral))
    if request.method == "POST" and form.is_valid():
        actions.letter(request.actor, referral)
        content = written(request, referral)
        content["documents"] = enclosing.packed(request.actor, form.enclosed())
        return attachment(
            crossing.seal_file(form.cleaned_data["public"], content), f"{referral.code}.kamkor.json"
        )
    here = reverse("referral", args=[referral.pk])
    context = {
        "form": form,
        "title": _("Sealed file for another installation"),
        "submit_label": _("Seal it"),
        "back_url": here,
        "cancel_url": here,
    }
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


def written(request: DeskRequest, referral: Referral) -> dict[str, Any]:
    """Exactly what she has agreed to; of documents their kind, whether they are enclosed or not."""
    items = sharing.items_of(referral.consent.items)
    texts = request.actor.keyring.read_many([item for item in items if sharing.is_text(item)])
    return {
        "code": referral.code,
        "service": referral.service,
        "urgency": referral.urgency,
        "rows": [[row.label, row.text] for row in sharing.read(request.actor, items)],
        "particulars": {item.label: texts[item.pk] for item in items if item.label in PARTICULARS},
    }


@desk_page("referral.take_file")
def from_file(request: DeskRequest, desk: Desk) -> HttpResponse:
    """This desk's address, and what is in a file that was sealed to it. It is kept nowhere: a person enters
    it, on the page of the first day, where what can be is filled in, and saves its documents from here."""
    form = FileForm(request.POST or None, request.FILES or None)
    content: dict[str, Any] = {}
    enclosed: list[Enclosed] = []
    if request.method == "POST" and form.is_valid():
        try:
            raw = form.cleaned_data["file"].read()
            content = crossing.open_file(request.actor.keyring, desk.holder, raw)
            enclosed = enclosing.unpacked(content)
            _fill_intake(request, content)
        except crossing.Unreadable:
            form.add_error("file", _("It is not sealed to this desk, or was changed on the way."))
    if enclosed and form.cleaned_data["documents"]:
        return attachment(
            enclosing.as_zip(enclosed), f"{enclosing.safe_name(content.get('code'))}-documents.zip"
        )
    pair = desk.holder.current()
    context = {
        "form": FileForm(initial={"documents": "yes"}) if enclosed else form,
        "enclosed": enclosed,
        "address": crossing.address_of(pair),
        "sign": crossing.check_sign(bytes(pair.public)),
        "content": content,
        "rows": _rows(content),
    }
    return render(request, "assistance/from_file.html", context, status=422 if form.errors else 200)


def _rows(content: dict[str, Any]) -> list[tuple[str, str]]:
    rows = content.get("rows")
    listed = rows[:MOST] if isinstance(rows, list) else []
    return [(str(row[0])[:200], str(row[-1])[:20_000]) for row in listed if isinstance(row, list) and row]


def _fill_intake(request: DeskRequest, content: dict[str, Any]) -> None:
    told = content.get("particulars")
    particulars = told if isinstance(told, dict) else {}
    fields = [(name, str(particulars[name])[:300]) for name in PARTICULARS if name in particulars]
    if fields:
        typed = [{"action": "", "at": 0, "fields": fields}]
        drafts.keep(request, request.actor.signed_in, reverse("intake"), typed)
