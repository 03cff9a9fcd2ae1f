"""What the head or administrator of a desk does to a colleague's way of signing in; the colleague is told."""

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kamkor.access import factors, oidc
from kamkor.access.actions import must_be_ours_alone
from kamkor.access.actor import Actor
from kamkor.access.models import Membership
from kamkor.access.sessions import SignIn
from kamkor.base.actions import action
from kamkor.base.problems import Problem


@action("member.card")
def issue_card(actor: Actor, membership: Membership) -> list[str]:
    """Codes for a colleague; shown this once. The password is still theirs alone."""
    must_be_anothers(actor, membership)
    factors.note(membership.user, "card", by=actor.user)
    return factors.new_card(membership.user)


@action("member.factors")
def reset(actor: Actor, membership: Membership, *, reason: str) -> list[str]:
    """Nothing that was lost opens any more. There is a new card at once: between this and the next sign-in
    the password alone must open nothing. Whoever is signed in as them is out."""
    must_be_anothers(actor, membership)
    factors.remove_all(membership.user)
    SignIn.objects.filter(user=membership.user).delete()
    factors.note(membership.user, "reset", by=actor.user, reason=reason)
    return factors.new_card(membership.user)


@action("member.subject")
def link_subject(actor: Actor, membership: Membership, *, subject: str) -> None:
    """Let an account at the ministry's provider sign in as this colleague, in the place of any other."""
    must_be_anothers(actor, membership)
    user, provider = membership.user, oidc.provider_id()
    SocialAccount.objects.filter(user=user, provider=provider).delete()
    factors.note(user, "linked" if subject else "unlinked", by=actor.user)
    if not subject:
        return
    try:
        with transaction.atomic():
            SocialAccount.objects.create(user=user, provider=provider, uid=subject)
    except IntegrityError as error:
        raise Problem(_("This account there is linked to somebody else already")) from error


def must_be_anothers(actor: Actor, membership: Membership) -> None:
    """Nobody does it for themselves: one's own second step is changed after typing one's password."""
    must_be_ours_alone(membership)
    if membership.user_id == actor.user_id:
        raise Problem(_("You cannot do this for yourself"), _("Ask a colleague, or use your own page."))
