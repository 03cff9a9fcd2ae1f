"""Consents: taken, withdrawn, stood in for by an emergency, checked by a second person."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.base import wall
from kamkor.base.actions import action, lock
from kamkor.base.problems import Problem, WrongState
from kamkor.people.files import Terms, give_consent
from kamkor.people.models import Consent, Person
from kamkor.people.openings import OutsideReview
from kamkor.people.second import answer
from kamkor.vault.keyring import end_grants


@action("consent.take")
def take(actor: Actor, person: Person, terms: Terms) -> Consent:
    """She agrees, in her language, to one purpose. See `give_consent` for what is refused."""
    return give_consent(actor, person, terms)


@action("consent.emergency")
def act_at_once(actor: Actor, person: Person, terms: Terms) -> Consent:
    """Danger to life, or a child: share now, with a sealed reason. A second person reviews it in 24 hours."""
    if terms.ground == Consent.Ground.CONSENT:
        raise WrongState
    if terms.ground == Consent.Ground.CHILD and not person.is_child:
        raise Problem(
            _("This person is not recorded as a child"), _("Choose the other ground, or correct it.")
        )
    return give_consent(actor, person, terms)


@action("consent.withdraw")
def withdraw(actor: Actor, consent: Consent) -> None:
    """At any time and without a reason; what was shared under it is shut at once. Whoever withdraws the
    consent to keep a file withdraws what was agreed upon it too."""
    if consent.withdrawn_at is not None:
        raise WrongState
    ended = [consent]
    if consent.layer == Consent.Layer.FILE:
        given = Consent.objects.visible_to(actor).filter(person__in=consent.person.all_ids())
        ended = [consent, *given.filter(withdrawn_at=None, ground="consent").exclude(pk=consent.pk)]
    Consent.objects.filter(pk__in=[row.pk for row in ended]).update(withdrawn_at=timezone.now())
    for row in ended:
        end_grants(row.ref)


@action("consent.review")
def review(actor: Actor, consent: Consent, *, upheld: bool) -> None:
    """A second person's answer. What is not upheld is shut at once."""
    if not consent.review_open:
        raise WrongState
    if consent.taken_by_id == actor.user_id:
        raise Problem(_("Somebody else must check this"), _("You took it yourself. Ask a colleague."))
    answer(consent, actor, upheld=upheld)


@action("consent.review_outside")
def review_outside(actor: Actor, review: OutsideReview, *, upheld: bool) -> None:
    """The same by the head of another desk, where nobody at the person's own can."""
    if review.taken_by_id in actor.barred_as:
        raise Problem(_("Somebody else must check this"), _("You took it yourself. Ask a colleague."))
    with wall.acting(review.desk_id):
        consent: Consent = lock(review.consent)
        if not consent.review_open:
            raise WrongState
        answer(consent, actor, upheld=upheld)
