"""The explicit mapping: which question of a form may fill which field."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.base.actions import action
from kamkor.base.problems import Problem
from kamkor.surveys.models import Questionnaire
from kamkor.surveys.tied import Filling


@action("filling.add")
def add(
    actor: Actor, questionnaire: Questionnaire, *, question: str, target: str, codes: Mapping[str, str]
) -> Filling:
    """`codes` say which choice stands for which code of the field."""
    filling, fresh = Filling.objects.get_or_create(
        questionnaire=questionnaire,
        question=question,
        target=target,
        defaults={"desk_id": questionnaire.desk_id, "codes": dict(codes), "made_by": actor.signed_in},
    )
    if not fresh:
        raise Problem(_("This question fills this field already"), _("Remove it first."))
    return filling


@action("filling.remove")
def remove(actor: Actor, filling: Filling) -> Questionnaire:
    """What was filled from it stays."""
    questionnaire: Questionnaire = filling.questionnaire
    filling.delete()
    return questionnaire
