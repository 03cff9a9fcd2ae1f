"""Who sees which answers: those that name an organisation are tables to a state body, and no more; a desk may
keep the answers to a form for those who open filled forms."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.base.problems import Problem
from kamkor.surveys.models import Questionnaire


class NotForTheState(Problem):
    code = "not-for-the-state"
    status = 403
    title = _("A state body does not read what a named organisation has answered")
    mend = _("Use the tables: they name nobody.")


def closed_to(actor: Actor, questionnaire: Questionnaire) -> bool:
    body = actor.desk.organisation
    return questionnaire.of_organisations and (body.state or body.kind == "state")


def must_not_be_closed_to(actor: Actor, questionnaire: Questionnaire) -> None:
    """Raises NotForTheState."""
    if closed_to(actor, questionnaire):
        raise NotForTheState


def may_have_rows(actor: Actor, questionnaire: Questionnaire) -> bool:
    """Rows about people tell more than tables in which small numbers are hidden: they are for those who open
    filled forms anyway."""
    if closed_to(actor, questionnaire):
        return False
    return not questionnaire.of_people or actor.may_here("submission.read")


def smallest_shown(actor: Actor, questionnaire: Questionnaire) -> int:
    """Counts below it are hidden in tables."""
    hidden = questionnaire.of_people or closed_to(actor, questionnaire)
    return int(settings.SMALL_CELL_INSIDE) if hidden else 1


class NotForYou(Problem):
    code = "not-for-you"
    status = 403
    title = _("Only those who open filled forms see these answers")
    mend = _("Ask the head of your desk.")


def may_see(actor: Actor, questionnaire: Questionnaire) -> bool:
    return questionnaire.seen_by != Questionnaire.READERS or actor.may_here("submission.read")


def must_be_seen_by(actor: Actor, questionnaire: Questionnaire) -> None:
    """Raises NotForYou."""
    if not may_see(actor, questionnaire):
        raise NotForYou
