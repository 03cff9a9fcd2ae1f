"""Forms of tasks."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Membership, User
from kamkor.assistance.forms.cases import ColleagueChoice
from kamkor.assistance.forms.fields import MomentField
from kamkor.base.codelists import CodeChoice


class TaskFilter(forms.Form):
    whose = forms.ChoiceField(
        label=_("Whose"),
        required=False,
        choices=[("", _("Mine and the desk's")), ("mine", _("Mine")), ("all", _("Everybody's"))],
    )
    kind = CodeChoice("task_kind", label=_("Kind"), required=False)


class TaskForm(forms.Form):
    kind = CodeChoice("task_kind", label=_("What is to be done"))
    due_at = MomentField(label=_("By when"))
    assignee = ColleagueChoice(
        User.objects.none(), label=_("Who"), required=False, empty_label=_("Whoever of the desk comes first")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = Membership.objects.visible_to(actor).current()
        self.fields["assignee"].queryset = (  # type: ignore[attr-defined]
            User.objects.filter(pk__in=staff.values("user")).order_by("display_name")
        )
        self.fields["assignee"].initial = actor.user_id

    def clean_due_at(self) -> datetime:
        due_at: datetime = self.cleaned_data["due_at"]
        if due_at < timezone.now():
            raise ValidationError(_("This time is over. Choose one that is to come."))
        return due_at
