"""The second factor: who needs one, who has one, and the codes of telephones and printed cards.

Passkeys are in `kamkor.access.passkeys`. Codes of a card are what others call recovery codes: whoever has
nothing else signs in with them daily, whoever has a telephone keeps the card for the day when it is lost.
"""

import secrets
from collections.abc import Iterable
from hmac import compare_digest

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.models import FactorNotice, Membership, OneTimeCode, User
from kamkor.access.policy import OPENS_SEALS
from kamkor.base.problems import Problem
from kamkor.vault import factors as secrets_of_factors
from kamkor.vault.crypto import Unreadable

PASSED = "second_factor"  # session key: whose second factor was right in this session
CODES, DIGITS = 30, 10  # of a card
FEW = 5  # codes left, from which on a new card is due
UNUSED = Count("pk", filter=Q(used_at=None))
APP, PASSKEY = Authenticator.Type.TOTP.value, Authenticator.Type.WEBAUTHN.value


def needs(user: User) -> bool:
    """Whether one of the user's roles can open what is sealed."""
    roles = Membership.objects.current().filter(user=user, role__in=OPENS_SEALS)
    return bool(settings.SECOND_FACTOR) and roles.exists()


def has(user: User) -> bool:
    """A card that is used up counts: else whoever knows the password alone could begin anew."""
    return Authenticator.objects.filter(user=user).exists() or user.one_time_codes.exists()


def passed(session: SessionBase, user: User) -> bool:
    return bool(session.get(PASSED) == user.pk)


def enough_for(session: SessionBase, membership: Membership) -> bool:
    """Whether this session may act in that role."""
    if not settings.SECOND_FACTOR or membership.role not in OPENS_SEALS:
        return True
    return bool(session.get(PASSED) == membership.user_id)


def new_card(user: User) -> list[str]:
    """Codes to be printed, each for one sign-in; those printed earlier open nothing any more."""
    codes: dict[str, None] = {}  # each once, in the order in which they came
    while len(codes) < CODES:
        codes[f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"] = None
    with transaction.atomic():
        user.one_time_codes.all().delete()
        OneTimeCode.objects.bulk_create(
            OneTimeCode(user=user, mark=secrets_of_factors.mark(user.pk, code)) for code in codes
        )
    return list(codes)


def left(user: User) -> int:
    """How many codes of the card still open."""
    return user.one_time_codes.filter(used_at=None).count()


def use_code(user: User, digits: str) -> bool:
    """Whether these digits stand on the user's card; from now on they open nothing."""
    code = user.one_time_codes.filter(mark=secrets_of_factors.mark(user.pk, digits), used_at=None)
    return code.update(used_at=timezone.now()) == 1


def add_app(user: User, secret: str, digits: str) -> bool:
    """Keep the secret of a telephone's codes once the telephone has shown one of them."""
    moment = moment_of(secret, digits)
    if moment is None:
        return False
    data = {"secret": secrets_of_factors.seal(secret), "last": moment}
    Authenticator.objects.update_or_create(user=user, type=APP, defaults={"data": data})
    return True


def use_app(user: User, digits: str) -> bool:
    """Whether the telephone shows these digits now; each is good once, in whichever process."""
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(user=user, type=APP).first()
        if row is None:
            return False
        try:
            moment = moment_of(secrets_of_factors.unseal(row.data["secret"]), digits)
        except Unreadable:
            return False
        if moment is None or moment <= row.data["last"]:
            return False
        row.data["last"], row.last_used_at = moment, timezone.now()
        row.save(update_fields=["data", "last_used_at"])
    return True


def moment_of(secret: str, digits: str) -> int | None:
    """The half minute, around now, in which a telephone with this secret shows these digits."""
    for moment in totp.yield_hotp_counters_from_time():
        if compare_digest(totp.format_hotp_value(totp.hotp_value(secret, moment)), digits):
            return int(moment)
    return None


def remove(user: User, row: Authenticator) -> None:
    """Raises Problem rather than leave somebody who needs one without."""
    others = Authenticator.objects.filter(user=user).exclude(pk=row.pk).exists()
    if needs(user) and not others and not left(user):
        raise Problem(
            _("You would be left without a second step"), _("Set up another one or print a card first.")
        )
    row.delete()


def remove_all(user: User) -> None:
    Authenticator.objects.filter(user=user).delete()
    user.one_time_codes.all().delete()


def note(user: User, what: str, *, by: User | None, reason: str = "") -> None:
    """Write down what was done to somebody's second factor; what others did they are told."""
    told = timezone.now() if by == user else None
    FactorNotice.objects.create(user=user, what=what, by=by, reason=reason, told_at=told)


def untold(user: User) -> list[FactorNotice]:
    """What others did since the last sign-in; told once."""
    rows = list(user.factor_notices.filter(told_at=None).select_related("by").order_by("at"))
    if rows:
        FactorNotice.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=timezone.now())
    return rows


def kinds_of(users: Iterable[int]) -> dict[int, list[tuple[str, int]]]:
    """The second factors of many: by user, which kind and how many (of a card: codes left)."""
    ids = list(users)
    rows = Authenticator.objects.filter(user__in=ids).values_list("user", "type").annotate(Count("pk"))
    cards = OneTimeCode.objects.filter(user__in=ids).values_list("user").annotate(left=UNUSED)
    found: dict[int, list[tuple[str, int]]] = {}
    for user, kind, number in [*rows, *((user, "card", number) for user, number in cards)]:
        found.setdefault(user, []).append((kind, number))
    return found
