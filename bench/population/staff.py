"""Desks of very unequal size and their staff: one colleague signs in, the others have a name on the cases."""

from base64 import b64encode
from dataclasses import dataclass
from random import Random

from bench.population.tables import Loader
from kamkor.access.founding import found_desk, found_member
from kamkor.access.models import Desk, Membership, Organisation, User
from kamkor.access.policy import EVERYONE
from kamkor.codes.loaders import code_list
from kamkor.vault.keyring import Keyring
from kamkor.vault.models import KeyPair

DESKS = 200
KINDS = ("crisis_centre", "hotline", "clinic", "police", "ngo")
PASSWORD = "four plain words here"
CASELOAD = 40


@dataclass
class Office:
    """A desk with how many people it keeps files of, its keys and its staff (ids of users)."""

    desk: Desk
    pair: KeyPair
    keyring: Keyring
    persons: int
    staff: list[int]


def offices(loader: Loader, persons: int, rng: Random) -> list[Office]:
    """The largest first: it keeps a sixth of all files, the smallest a handful."""
    weights = [1 / rank for rank in range(1, min(DESKS, persons // 5) + 1)]
    sizes = [max(1, round(persons * weight / sum(weights))) for weight in weights]
    sizes[0] += persons - sum(sizes)
    places = [code for code, entry in code_list("place").items() if entry.parent]
    organisations: list[Organisation] = []
    found: list[Office] = []
    for number, size in enumerate(sizes):
        if number % 5 < 3:
            organisations.append(
                Organisation.objects.create(
                    code=f"organisation-{number}", names={"en": f"Organisation {number}"}, kind="ngo"
                )
            )
        desk, keyring = found_desk(
            organisations[-1],
            f"desk-{number}",
            KINDS[number % len(KINDS)],
            place=rng.choice(places),
            names={"en": f"Desk {number}"},
        )
        staff = colleagues(loader, desk, 2 + size // (CASELOAD * 40))
        found.append(Office(desk, desk.holder.current(), keyring, size, staff))
    loader.hand_over()
    return found


def colleagues(loader: Loader, desk: Desk, number: int) -> list[int]:
    """Staff who do not sign in here: they have no keys."""
    found = []
    for one in range(number):
        user = loader[User].add(
            username=f"{desk.code}-{one}", display_name=f"Colleague {one} of {desk.code}", holder_id=None
        )
        loader[Membership].add(user_id=user, desk_id=desk.pk, role="supervisor" if one == 0 else "worker")
        found.append(user)
    return found


def sign_in_here(office: Office) -> dict[str, object]:
    """Somebody with every role at this desk; what the measures need to act as that person."""
    actor = found_member(
        office.desk,
        office.keyring,
        "worker",
        username="bench",
        display_name="The bench",
        password=PASSWORD,
    )
    user = actor.signed_in
    memberships = {"worker": actor.membership.pk} if actor.membership else {}
    for role in EVERYONE:
        if role not in memberships:
            memberships[role] = Membership.objects.create(user=user, desk=office.desk, role=role).pk
    office.staff.append(user.pk)
    keys = Keyring.unlock(user.holder, PASSWORD) if user.holder else office.keyring
    return {
        "user": user.pk,
        "desk": office.desk.pk,
        "memberships": memberships,
        "keys": b64encode(keys.dump()).decode(),
    }
