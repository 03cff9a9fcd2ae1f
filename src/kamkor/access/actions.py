"""What can be done to a desk's staff and keys."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access import policy, sessions, tokens
from kamkor.access.actor import Actor
from kamkor.access.models import Desk, Membership, User
from kamkor.access.sessions import SignIn
from kamkor.base.actions import action
from kamkor.base.problems import Problem, WrongState
from kamkor.vault import desks


@action("member.add")
def add_member(
    actor: Actor, desk: Desk, *, username: str, display_name: str, role: str, password: str
) -> Membership:
    """A new account at this desk. It opens no file until a colleague admits it (`member.admit`)."""
    user = User(username=username, display_name=display_name, holder=desks.new_member(password))
    user.set_password(password)
    user.given_at = timezone.now()
    user.save()
    return Membership.objects.create(user=user, desk=desk, role=role)


@action("member.role")
def add_role(actor: Actor, desk: Desk, *, username: str, role: str) -> Membership:
    """A further role at this desk for somebody who has an account, here or elsewhere. Nobody gives himself
    one, and roles that are kept from each other never meet in one person."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise Problem(_("There is no account with this user name"), _("Add a colleague instead."))
    if user.pk == actor.user_id:
        raise Problem(_("You cannot give yourself a role"), _("Ask a colleague to do it."))
    held = Membership.objects.current().filter(user=user)
    if held.filter(desk=desk, role=role).exists():
        raise Problem(_("This colleague has this role already"))
    if any({role, other} in policy.APART for other in held.values_list("role", flat=True)):
        raise Problem(_("These two roles must be two people"), _("Give the role to somebody else."))
    return Membership.objects.create(user=user, desk=desk, role=role)


@action("member.admit")
def admit(actor: Actor, membership: Membership) -> None:
    """A colleague whose vault is open lets another read the desk's files."""
    must_be_current(membership)
    holder = membership.user.holder
    assert holder is not None
    desks.admit(actor.keyring, membership.desk.holder, holder)


@action("member.remove")
def remove(actor: Actor, membership: Membership) -> None:
    """The colleague leaves: no more sign-in here, and the desk's key is turned."""
    must_be_current(membership)
    if membership.user_id == actor.user_id:
        raise Problem(_("You cannot remove yourself"), _("Ask a colleague to do it."))
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at"])
    others = Membership.objects.current().filter(user=membership.user, desk=membership.desk).exists()
    tokens.end_made_by(membership.desk, membership.user)
    holder = membership.user.holder
    if holder is not None and not others:
        desks.remove(actor.keyring, membership.desk.holder, holder)


@action("member.sign_out")
def sign_out(actor: Actor, membership: Membership) -> None:
    """End what the colleague has open at this desk, and the opened vaults with it; elsewhere it goes on."""
    SignIn.objects.at(membership.desk).filter(user=membership.user).delete()
    sessions.tell_ended(membership.user_id)


@action("member.reset")
def reset(actor: Actor, membership: Membership, *, password: str) -> None:
    """A new password for somebody who lost theirs. The vault stays shut until a colleague admits them
    again, or the desk's recovery key is used. Refused where it would open another desk's account."""
    must_be_ours_alone(membership)
    user = membership.user
    assert user.holder is not None
    desks.reset_member(user.holder, password)
    user.set_password(password)
    user.given_at = timezone.now()
    user.save(update_fields=["password", "given_at"])


def must_be_current(membership: Membership) -> None:
    """Who has left is no longer this desk's to admit, to remove or to give a password."""
    if membership.ended_at is not None:
        raise WrongState


def must_be_ours_alone(membership: Membership) -> None:
    """What lets somebody sign in at another desk too is not this desk's to give."""
    must_be_current(membership)
    if Membership.objects.current().filter(user=membership.user).exclude(desk=membership.desk).exists():
        raise Problem(
            _("This colleague works at another desk too"),
            _("It would let you act there. One of the two desks has to remove them first."),
        )


@action("desk.turn")
def turn(actor: Actor, desk: Desk) -> None:
    """A new key for the desk; what was sealed before stays readable to its staff."""
    desks.turn_desk(actor.keyring, desk.holder)


@action("desk.custody")
def set_custody(actor: Actor, desk: Desk, *, custody: desks.Custody) -> None:
    """Who besides the staff can open the desk's files: nobody (`staff`), or the host as well (`host`)."""
    desks.set_custody(actor.keyring, desk.holder, custody)


@action("desk.recovery")
def make_recovery(actor: Actor, desk: Desk) -> str:
    """A new recovery key, to be printed and locked away; it is shown this once and stored nowhere."""
    return desks.make_recovery(actor.keyring, desk.holder)


def change_password(user: User, *, old: str, new: str) -> None:
    """A person's own password, which also wraps their key; needs the old one. Raises WrongPassphrase."""
    with transaction.atomic(), transaction.atomic(using="keys"):
        assert user.holder is not None
        desks.change_passphrase(user.holder, old, new)
        user.set_password(new)
        user.given_at = None
        user.save(update_fields=["password", "given_at"])
