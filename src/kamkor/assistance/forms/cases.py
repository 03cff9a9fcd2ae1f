"""Forms of the case itself: filter, facts, worker, closing, and the looks back."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kamkor.access.models import Membership, User
from kamkor.access.policy import CASE_AND_LAWYER
from kamkor.assistance.actions.cases import EDITABLE
from kamkor.assistance.forms.fields import DayField, MomentField
from kamkor.assistance.models import Case, Task
from kamkor.base import codelists
from kamkor.base.codelists import CodeChoice, CodesChoice
from kamkor.methods.journeys import FOLLOW_UP_MONTHS


class CaseFilter(forms.Form):
    """Which cases the list shows; kept in its address."""

    kind = CodeChoice("case_kind", label=_("Kind"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Open")), ("closed", _("Closed")), ("all", _("Open and closed"))],
    )
    worker = forms.ChoiceField(
        label=_("Worker"),
        required=False,
        choices=[
            ("", _("Everybody")),
            ("mine", _("Mine")),
            ("none", pgettext_lazy("worker of a case", "Nobody")),
        ],
    )
    place = CodeChoice("place", label=_("Home place"), required=False)
    late = forms.BooleanField(label=_("With late tasks"), required=False)


class OpenCaseForm(forms.Form):
    """What a further case of a known person begins with."""

    kind = CodeChoice("case_kind", label=_("Kind of case"))
    direction = CodeChoice("direction", label=_("From, in or through the country"), required=False)


class CaseForm(forms.Form):
    """The open facts of a case, with the version that the writer saw."""

    kind = CodeChoice("case_kind", label=_("Kind of case"))
    direction = CodeChoice("direction", label=_("From, in or through the country"), required=False)
    medical_need = CodeChoice("medical_need", label=_("Doctor"), required=False)
    medical_since = MomentField(
        label=_("When what needs a doctor happened"),
        help_text=_("After rape a doctor helps best within 72 hours. Leave it empty if it is not known."),
        required=False,
    )
    danger = CodeChoice("danger", label=_("Danger"), required=False)
    sleeps_tonight = CodeChoice("sleeps_tonight", label=_("Where the person sleeps tonight"), required=False)
    accompanied = CodeChoice("accompanied", label=_("Who is with the person"), required=False)
    came_by = CodeChoice("came_by", label=_("How the person came"), required=False)
    wish_after = CodeChoice("wish_after", label=_("What a foreigner wishes"), required=False)
    next_step = CodeChoice("next_step", label=_("Next step"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, case: Case) -> "CaseForm":
        """The form as the case stands now."""
        return cls(initial={name: getattr(case, name) for name in (*EDITABLE, "version")})

    def facts(self) -> dict[str, Any]:  # values of many types
        return {name: self.cleaned_data[name] for name in EDITABLE}

    def spoken(self, facts: dict[str, Any]) -> str:  # values of many types
        """The facts as lines of text, for the page that shows two versions side by side."""
        lines = []
        for name in EDITABLE:
            value = facts[name]
            if isinstance(self.fields[name], CodeChoice) and value:
                value = dict(self.fields[name].choices).get(value, value)  # type: ignore[attr-defined]
            lines.append(f"{self.fields[name].label}: {value or '–'}")
        return "\n".join(lines)


class ColleagueChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody of a desk who keeps files."""

    def of_desk(self, desk_id: int) -> None:
        staff = Membership.objects.current().filter(desk_id=desk_id, role__in=CASE_AND_LAWYER)
        self.queryset = User.objects.filter(pk__in=staff.values("user")).order_by("display_name")

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.display_name)


class AssignForm(forms.Form):
    worker = ColleagueChoice(User.objects.none(), label=_("Worker"))

    def __init__(self, *args: Any, desk_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["worker"]
        assert isinstance(field, ColleagueChoice)
        field.of_desk(desk_id)


class CloseForm(forms.Form):
    """Why, when, when to ask again, and which tasks go on."""

    reason = CodeChoice("close_reason", label=_("Reason"))
    closed_on = DayField(label=_("Closed on"))
    months = forms.TypedMultipleChoiceField(
        label=_("Ask how the person is after"),
        help_text=_("Untick what the person does not want, or where asking would be a danger."),
        coerce=int,
        required=False,
        initial=list(FOLLOW_UP_MONTHS),
        widget=forms.CheckboxSelectMultiple,
        choices=[(1, _("1 month")), (3, _("3 months")), (6, _("6 months")), (12, _("12 months"))],
    )
    keep = forms.TypedMultipleChoiceField(
        label=_("Tasks that go on after closing"),
        help_text=_("The others are dropped."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, tasks: Iterable[Task], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(task.pk, named(task)) for task in tasks]
        if choices:
            self.fields["keep"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["keep"]


def named(task: Task) -> str:
    """A task as one line: what, and by when."""
    return f"{codelists.label('task_kind', task.kind)}, {timezone.localtime(task.due_at):%d.%m.%Y}"


class FollowUpForm(forms.Form):
    done_on = DayField(label=_("Asked on"))
    reached = CodeChoice(
        "follow_up_reached", label=pgettext_lazy("follow-up of a person", "Reached"), radios=True
    )
    outcomes = CodesChoice(
        "follow_up_outcome",
        label=_("How the person is"),
        help_text=_("Only if the person could talk safely."),
        required=False,
    )


class CarryForm(forms.Form):
    """Asked before anything is printed."""

    safe = forms.ChoiceField(
        label=_("Is it safe for the person to carry this paper?"),
        help_text=_("Who lives with the person may find it."),
        choices=[("yes", _("Yes")), ("no", _("No, or not known"))],
        widget=forms.RadioSelect,
    )
