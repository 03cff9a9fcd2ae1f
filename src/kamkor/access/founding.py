"""How a desk begins: its keys, and the first of its staff, whom nobody is there yet to admit."""

from collections.abc import Mapping

from kamkor.access.actor import Actor
from kamkor.access.models import Desk, Membership, Organisation, User
from kamkor.vault import desks
from kamkor.vault.keyring import Keyring


def found_desk(
    organisation: Organisation, code: str, kind: str, *, place: str = "", names: Mapping[str, str]
) -> tuple[Desk, Keyring]:
    """A desk with keys of its own under its staff's custody. Lose the keyring before anybody is admitted,
    and nobody ever opens the desk's files."""
    holder, ring = desks.new_desk(custody="staff")
    desk = Desk.objects.create(
        organisation=organisation, code=code, kind=kind, place=place, names=dict(names), holder=holder
    )
    return desk, ring


def found_member(
    desk: Desk, ring: Keyring, role: str, *, username: str, display_name: str, password: str
) -> Actor:
    """An account with a role at the desk, admitted to its files by the keyring."""
    holder = desks.new_member(password)
    user = User(username=username, display_name=display_name, holder=holder)
    user.set_password(password)
    user.save()
    desks.admit(ring, desk.holder, holder)
    membership = Membership.objects.create(user=user, desk=desk, role=role)
    return Actor(membership=membership, keys=ring, user=user)
