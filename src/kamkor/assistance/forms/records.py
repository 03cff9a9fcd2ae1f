"""Forms of notes and documents."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kamkor.access.actor import Actor
from kamkor.assistance.forms.fields import DayField, sealed_text
from kamkor.assistance.models import Note
from kamkor.base import codelists
from kamkor.base.codelists import CodeChoice
from kamkor.base.uploads import CheckedFileField

ACCEPTED = ".pdf,.jpg,.jpeg,.png,.webp,.txt,.docx,.xlsx,.odt,.ods"


class NoteForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind of note"), widget=forms.RadioSelect, initial=Note.Kind.FACT)
    on = DayField(label=_("Day"))
    text = sealed_text(
        label=_("Note"), help_text=_("Facts and plans, not the person's account word for word.")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = list(Note.Kind) if actor.may_here("note.privileged") else [Note.Kind.FACT, Note.Kind.WORKING]
        field = self.fields["kind"]
        field.choices = [(kind.value, codelists.label("note_kind", kind)) for kind in kinds]  # type: ignore[attr-defined]
        field.help_text = _("A working note is never shared, and its text is erased when the case closes.")


class NoteTextForm(forms.Form):
    """Another text for a note, with the version that the writer saw."""

    text = sealed_text(label=_("Note"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class DocumentForm(forms.Form):
    kind = CodeChoice("document_type", label=_("Kind of document"))
    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    file = CheckedFileField(
        label=pgettext_lazy("on a computer", "File"),
        help_text=_(
            "PDF, picture, plain text or office document. Place and camera are taken out of pictures."
        ),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )


class RemoveForm(forms.Form):
    reason = CodeChoice("removal_reason", radios=True, label=_("Why it is removed"))
