"""Two files of one person at one desk: one leads to the other. Nothing is moved, so it can be undone."""

from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.base.actions import action, lock
from kamkor.base.problems import Problem, WrongState
from kamkor.people.actions.exclusions import share_exclusions
from kamkor.people.exclusions import somebody_can_open
from kamkor.people.models import Person


@action("person.merge")
def merge(actor: Actor, person: Person, *, into: Person) -> None:
    """`person` leads to `into` from now on. Both are kept from everybody from whom either was kept."""
    standing = lock(into)
    if standing.desk_id != person.desk_id or standing.pk == person.pk:
        raise Problem(_("These two files cannot become one"))
    if person.merged_into_id is not None or standing.merged_into_id is not None:
        raise WrongState
    person.merged_into = standing
    person.save(update_fields=["merged_into"])
    share_exclusions(actor, list(Person.objects.filter(pk__in=standing.all_ids()).order_by("pk")))
    if not somebody_can_open(standing):
        raise Problem(
            _("Nobody at your desk could open this file any more"),
            _("Let a colleague who may read it join the desk first."),
        )


@action("person.unmerge")
def unmerge(actor: Actor, person: Person) -> None:
    """The file stands for itself again. Who was kept out of both stays out of both."""
    if person.merged_into_id is None:
        raise WrongState
    person.merged_into = None
    person.save(update_fields=["merged_into"])
