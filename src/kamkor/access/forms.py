"""Forms of signing in, opening the vault, and looking after a desk's staff."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kamkor.access.models import Desk, User
from kamkor.base import codelists
from kamkor.base.codelists import CodeChoice
from kamkor.base.templatetags.names import name

PASSWORD = forms.PasswordInput(attrs={"autocomplete": "current-password"})
NEW_PASSWORD = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(label=_("Password"), max_length=200, widget=PASSWORD, strip=False)


class UnlockForm(forms.Form):
    passphrase = forms.CharField(
        label=_("Pass phrase"),
        help_text=_("The same as your password, unless you were told otherwise."),
        max_length=200,
        widget=PASSWORD,
        strip=False,
    )


class NewPasswordForm(forms.Form):
    """A new password, typed twice, long enough and not a common one."""

    new = forms.CharField(
        label=_("New password"),
        help_text=_("At least 12 characters. Several words are easier to remember than signs."),
        max_length=200,
        widget=NEW_PASSWORD,
        strip=False,
    )
    again = forms.CharField(label=_("New password again"), max_length=200, widget=NEW_PASSWORD, strip=False)

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        password_validation.validate_password(new)
        return new

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("new") and self.cleaned_data.get("again") != self.cleaned_data["new"]:
            self.add_error("again", _("The two passwords differ. Type the same one twice."))


class ChangePasswordForm(NewPasswordForm):
    old = forms.CharField(label=_("Present password"), max_length=200, widget=PASSWORD, strip=False)
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
