"""Forms of signing in, opening the vault, and looking after a desk's staff."""

from collections.abc import Iterable
from string import digits
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kamkor.access import factors, passwords
from kamkor.access.models import Desk, User
from kamkor.access.policy import OPENS_SEALS
from kamkor.base import codelists
from kamkor.base.codelists import CodeChoice
from kamkor.base.templatetags.names import name

PASSWORD = forms.PasswordInput(attrs={"autocomplete": "current-password"})
NEW_PASSWORD = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class Secret(forms.CharField):
    """A password as it is typed or pasted: no browser cuts off its end, which would be noticed too late."""

    def __init__(self, *, max_length: int = 200, widget: forms.Widget = PASSWORD, **given: Any) -> None:
        super().__init__(max_length=max_length, widget=widget, strip=False, **given)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = Secret(label=_("Password"))


class UnlockForm(forms.Form):
    passphrase = Secret(
        label=_("Pass phrase"),
        help_text=_("The same as your password, unless you were told otherwise."),
    )


class SureForm(forms.Form):
    password = Secret(label=_("Your password"))


class DigitsField(forms.CharField):
    """A code as it is read from a telephone or a card, with the gaps in it that make it readable."""

    def __init__(self, **given: Any) -> None:
        attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "class": "govuk-input--width-10"}
        super().__init__(max_length=30, widget=forms.TextInput(attrs=attrs), **given)

    def clean(self, value: Any) -> str:
        return "".join(sign for sign in passwords.normalised(super().clean(value)) if sign in digits)


class CodeForm(forms.Form):
    code = DigitsField(label=_("Code"))


class PasskeyForm(forms.Form):
    """Its answer is the browser's, put there by the page's script."""

    answer = forms.CharField(
        widget=forms.HiddenInput, error_messages={"required": _("Your browser gave no answer.")}
    )


class NewPasskeyForm(PasskeyForm):
    name = forms.CharField(
        label=_("Name of the device"),
        help_text=_("So that you know it again, such as “My telephone”."),
        max_length=60,
    )
    field_order = ["name", "answer"]


class ResetFactorsForm(forms.Form):
    reason = CodeChoice("factor_reason", label=_("Why?"), radios=True)


class SubjectForm(forms.Form):
    subject = forms.CharField(
        label=_("Their number at the provider (“subject”)"),
        help_text=_("The provider's administrator can tell it. Leave it empty to undo the link."),
        max_length=190,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class NewPasswordForm(forms.Form):
    """A new password, typed twice, long enough and not one that others guess."""

    new = Secret(label=_("New password"), widget=NEW_PASSWORD, max_length=passwords.LONGEST)
    again = Secret(label=_("New password again"), widget=NEW_PASSWORD, max_length=passwords.LONGEST)

    def __init__(self, data: Any = None, *, user: User | None = None) -> None:
        super().__init__(data)
        self.user = user
        self.fields["new"].help_text = _(
            "At least %(number)s characters. Several words are easier to remember than signs."
        ) % {"number": self.shortest()}

    def shortest(self) -> int:
        """How long it is at least: who has or needs a second factor may be shorter."""
        user = self.user
        return passwords.shortest(
            second_factor=user is not None and (factors.needs(user) or factors.has(user))
        )

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        password_validation.validate_password(new, self.user)
        return new

    def clean(self) -> None:
        super().clean()
        new, least = self.cleaned_data.get("new"), self.shortest()
        if new and len(passwords.normalised(new)) < least:
            self.add_error("new", _("Use at least %(number)s characters.") % {"number": least})
        elif new and self.cleaned_data.get("again") != new:
            self.add_error("again", _("The two passwords differ. Type the same one twice."))


class ChangePasswordForm(NewPasswordForm):
    old = Secret(label=_("Present password"))
    field_order = ["old", "new", "again"]


class RecoverForm(forms.Form):
    words = forms.CharField(
        label=_("Recovery key"),
        help_text=_("The groups of letters and digits on the printed sheet of your desk."),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )


class MemberForm(NewPasswordForm):
    """A new colleague with a first password that they change themselves."""

    username = forms.SlugField(label=_("User name"), max_length=60)
    display_name = forms.CharField(label=_("Name that colleagues see"), max_length=80)
    role = CodeChoice("role", label=_("Role at this desk"))
    field_order = ["username", "display_name", "role", "new", "again"]

    def shortest(self) -> int:
        role = getattr(self, "cleaned_data", {}).get("role")
        return passwords.shortest(second_factor=role is None or role in OPENS_SEALS)

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"].lower()
        if User.objects.filter(username=username).exists():
            raise ValidationError(_("This user name is taken. Choose another."))
        return username


class TokenRoleForm(forms.Form):
    """In which role a partner system acts: one that somebody at the desk has."""

    role = forms.ChoiceField(label=_("In which role does the system act?"), widget=forms.RadioSelect)

    def __init__(self, roles: Iterable[str], data: Any = None) -> None:
        super().__init__(data)
        choices = [(role, codelists.label("role", role)) for role in roles]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]


class TokenForm(forms.Form):
    """Who the system is, what of its role it may do, and for how long."""

    name = forms.CharField(
        label=_("Name of the system"),
        help_text=_("So that all at the desk know whose it is, such as “Patient records of the clinic”."),
        max_length=80,
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        help_text=_("Only what it needs."),
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(
        label=_("For how many days"),
        initial=90,
        min_value=1,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-4", "inputmode": "numeric"}),
    )

    def __init__(self, verbs: Iterable[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        self.fields["scopes"].choices = list(verbs)  # type: ignore[attr-defined]

    def clean_days(self) -> int:
        days: int = self.cleaned_data["days"]
        if days > settings.TOKEN_MAX_DAYS:
            raise ValidationError(
                _("Access ends after %(days)s days at the latest") % {"days": settings.TOKEN_MAX_DAYS}
            )
        return days


class RoleForm(forms.Form):
    """A further role for somebody who has an account."""

    username = forms.SlugField(
        label=_("User name"), max_length=60, help_text=_("Of the account that they sign in with already.")
    )
    role = CodeChoice("role", label=_("Role at this desk"))

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).lower()


class DeskChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Desks by their names in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return name(obj)


class SealForm(forms.Form):
    reader = DeskChoice(Desk.objects.none(), label=_("Which desk?"))

    def __init__(self, desks: Iterable[Desk], data: Any = None) -> None:
        super().__init__(data)
        offered = Desk.objects.filter(pk__in=[desk.pk for desk in desks]).order_by("code")
        self.fields["reader"].queryset = offered  # type: ignore[attr-defined]
