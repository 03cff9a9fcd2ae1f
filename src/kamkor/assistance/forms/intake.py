"""Day 1 on one page: at most 12 required fields, the medical clock first, her consent near the end."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.assistance.actions.intake import Agreed, Given
from kamkor.assistance.forms.fields import MomentField
from kamkor.base import codelists
from kamkor.base.codelists import CodeChoice

OFTEN_SPOKEN = ("ky", "ru", "uz", "tg", "tr", "en")
CASE_FIELDS = (
    *("kind", "direction", "wish_after", "medical_need", "medical_since", "sleeps_tonight", "danger"),
    *("accompanied", "came_by", "next_step"),
)
PARTICULARS = ("call_name", "safe_contact")


class LanguageChoice(CodeChoice):
    """All languages, those often spoken here first."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__("language", **kwargs)  # type: ignore[arg-type]
        self.choices = _languages


def _languages() -> list[tuple[str, str]]:
    known = dict(codelists.choices("language")())
    first = [(code, known.pop(code)) for code in OFTEN_SPOKEN if code in known]
    return [("", ""), *first, *known.items()]


class ConsentFields(forms.Form):
    """She said yes; or the danger, or a child, and why it cannot wait."""

    agreed = forms.BooleanField(label=_("The person said yes"), required=False)
    ground = forms.ChoiceField(
        label=_("Nobody could be asked, or it could not wait"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("", _("The person was asked")),
            ("emergency", _("Danger to life")),
            ("child", _("A child is to be protected, also without a parent's consent")),
        ],
    )
    reason = forms.CharField(
        label=_("Why it cannot wait"),
        help_text=_("Sealed. A second person reads it within 24 hours."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> None:
        super().clean()
        given = self.cleaned_data
        if given.get("ground") and not given.get("reason"):
            self.add_error("reason", _("Write why it cannot wait."))
        if not given.get("ground") and not given.get("agreed"):
            self.add_error("agreed", _("Ask the person first. In danger, or for a child, give the ground."))
        if given.get("ground") == "child" and given.get("age") == "adult":
            self.add_error("ground", _("This ground is for children. Ask the person, or give the danger."))

    def why(self) -> Agreed:
        given = self.cleaned_data
        language, interpreter = given.get("language", ""), given.get("interpreter", False)
        if given["agreed"] and not given["ground"]:
            return Agreed(language=language, interpreter=interpreter)
        return Agreed(given["ground"], given["reason"], language, interpreter)


class IntakeForm(ConsentFields):
    medical_need = CodeChoice("medical_need", label=_("Is a doctor needed?"), radios=True)
    medical_since = MomentField(
        label=_("When did it happen?"),
        help_text=_("After rape a doctor helps best within 72 hours. Leave it empty if it is not known."),
        required=False,
    )
    sleeps_tonight = CodeChoice("sleeps_tonight", label=_("Where does the person sleep tonight?"))
    danger = CodeChoice("danger", label=_("Is there danger?"))
    safe_contact = forms.CharField(
        label=_("A safe way to reach the person"),
        help_text=_("Number, time, code word: whatever is safe. Sealed."),
        required=False,
        max_length=300,
    )
    accompanied = CodeChoice("accompanied", label=_("Who is with the person?"))
    language = LanguageChoice(label=_("Language of the person"))
    interpreter = forms.BooleanField(label=_("An interpreter is needed"), required=False)
    sex = CodeChoice("sex", label=_("Sex"))
    age = CodeChoice("age_group", label=_("Child or adult"), radios=True)
    came_by = CodeChoice("came_by", label=_("How did the person come to you?"))
    call_name = forms.CharField(
        label=_("What to call the person"),
        help_text=_("Any name the person chooses, or none. Sealed."),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    next_step = CodeChoice("next_step", label=_("Next step"))
    kind = CodeChoice("case_kind", label=_("Kind of case"), initial="trafficking")
    direction = CodeChoice("direction", label=_("From, in or through the country"), required=False)
    wish_after = CodeChoice("wish_after", label=_("What a foreigner wishes"), required=False)
    presumed_by = CodeChoice(
        "presumption_ground",
        label=_("Presumed today on"),
        help_text=_(
            "Shelter, urgent help and the recovery period begin with it. Leave it empty if it is too early. "
            "It counts in cases of trafficking and of people held as collateral."
        ),
        required=False,
        initial="own_word",
    )

    field_order = [
        *("medical_need", "medical_since", "sleeps_tonight", "danger", "safe_contact", "accompanied"),
        *("language", "interpreter", "sex", "age", "came_by", "call_name", "agreed", "ground", "reason"),
        *("next_step", "kind", "direction", "wish_after", "presumed_by"),
    ]

    def clean_medical_since(self) -> object:
        since = self.cleaned_data["medical_since"]
        if since and since > timezone.now():
            raise ValidationError(_("This moment has not come yet. Give when it happened."))
        return since

    def given(self) -> Given:
        data = self.cleaned_data
        return Given(
            agreed=self.why(),
            particulars={name: data[name] for name in PARTICULARS},
            person={
                "sex": data["sex"],
                "age": data["age"],
                "languages": [data["language"]],
                "interpreter": data["interpreter"],
            },
            case={name: data[name] for name in CASE_FIELDS},
            presumed_by=data["presumed_by"],
        )
