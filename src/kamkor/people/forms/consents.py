"""Forms of consents and of acting without one."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.base.codelists import CodeChoice, choices
from kamkor.base.templatetags.names import name
from kamkor.directory.models import OutsideOrganisation
from kamkor.people.files import STORY_PURPOSE
from kamkor.people.models import Person
from kamkor.people.sharing import shareable

DAY = forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}, format="%Y-%m-%d")
FILE_PURPOSE = "help_and_file"
OTHER_LAYERS = {FILE_PURPOSE, STORY_PURPOSE}


class FileConsentForm(forms.Form):
    """Day 1: to help me and keep a file here. One tap."""

    interpreter = forms.BooleanField(label=_("It was said through an interpreter"), required=False)

    def given(self) -> dict[str, Any]:
        return {"purpose": FILE_PURPOSE, "interpreter": self.cleaned_data["interpreter"]}


class NamedModelChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Desks or organisations by their names in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return name(obj)


class SharingForm(forms.Form):
    """Who gets which items, what for and until when: one receiver, here or outside."""

    purpose = CodeChoice("consent_purpose", label=_("What for"))
    receiver = NamedModelChoice(Desk.objects.none(), label=_("A desk here"), required=False)
    outside = NamedModelChoice(
        OutsideOrganisation.objects.none(), label=_("Or an organisation outside"), required=False
    )
    items = forms.MultipleChoiceField(
        label=_("What they will get"),
        help_text=_("Tick only what was agreed to. Nothing else is passed on."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    ends_on = forms.DateField(label=_("Until when"), widget=DAY)
    interpreter = forms.BooleanField(label=_("It was said through an interpreter"), required=False)

    days = 90

    def __init__(self, actor: Actor, person: Person, data: Any = None) -> None:
        super().__init__(data, initial={"ends_on": timezone.localdate() + timedelta(days=self.days)})
        self._offered = {str(one.item.pk): one for one in shareable(actor, person)}
        self.fields["items"].choices = [(key, one.label) for key, one in self._offered.items()]  # type: ignore[attr-defined]
        purposes = choices("consent_purpose", blank=True)()
        self.fields["purpose"].choices = [pair for pair in purposes if pair[0] not in OTHER_LAYERS]  # type: ignore[attr-defined]
        desks = Desk.objects.visible_to(actor).exclude(pk=actor.desk.pk).order_by("code")
        self.fields["receiver"].queryset = desks  # type: ignore[attr-defined]
        outside = OutsideOrganisation.objects.visible_to(actor).order_by("code")
        self.fields["outside"].queryset = outside  # type: ignore[attr-defined]

    def clean_ends_on(self) -> date:
        day: date = self.cleaned_data["ends_on"]
        if day < timezone.localdate():
            raise ValidationError(_("Give a day in the future."))
        return day

    def clean(self) -> None:
        super().clean()
        if bool(self.cleaned_data.get("receiver")) == bool(self.cleaned_data.get("outside")):
            self.add_error("receiver", _("Choose one receiver: a desk here or an organisation outside."))

    def given(self) -> dict[str, Any]:
        items = [self._offered[key].item for key in self.cleaned_data["items"]]
        return self.cleaned_data | {"items": items}


class StoryForm(SharingForm):
    """A story, a picture or an interview: a purpose of its own."""

    days = 30

    def __init__(self, actor: Actor, person: Person, data: Any = None) -> None:
        super().__init__(actor, person, data)
        del self.fields["purpose"]

    def given(self) -> dict[str, Any]:
        return super().given() | {"purpose": STORY_PURPOSE}


class EmergencyForm(SharingForm):
    """Without her consent: the ground, and why it cannot wait."""

    ground = forms.ChoiceField(
        label=_("Ground"),
        choices=[("emergency", _("Danger to life")), ("child", _("A child must be protected"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why it cannot wait"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    field_order = ["ground", "reason", "purpose", "receiver", "outside", "items", "ends_on"]
    days = 7

    def __init__(self, actor: Actor, person: Person, data: Any = None) -> None:
        super().__init__(actor, person, data)
        del self.fields["interpreter"]
