"""Access for partner systems: given, used, taken back, run out."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from hmac import compare_digest

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access import approvals, policy
from kamkor.access.actor import Actor, TokenActor
from kamkor.access.approvals import Approval, ApprovalQuerySet
from kamkor.access.models import Desk, KeptAnswer, Membership, Token, User
from kamkor.base import wall
from kamkor.base.actions import action, reference, require
from kamkor.base.problems import Problem, WrongState
from kamkor.vault import desks, tokens

GRANT = "token.grant"
USE_NOTED_EVERY = timedelta(minutes=5)
new_secret = tokens.new_secret


@action("token.make")
def make(
    actor: Actor, desk: Desk, *, secret: str, name: str, role: str, scopes: Collection[str], days: int
) -> Token:
    """Let a partner system act here; show it the `secret` (of `new_secret`) once, it is kept nowhere.

    With a verb among `scopes` that opens seals it is to have the desk's key, too: then a second person of the
    desk is asked, and until they `grant` it nothing sealed opens.
    """
    _must_fit(desk, role, scopes, days)
    digest = tokens.digest(secret)
    assert digest is not None
    account = User(username=f"token-{digest[:24]}", display_name=name)
    account.set_unusable_password()
    account.save()
    pair = None
    if reads_seals(scopes):
        require(actor, "token.ask", desk)
        pair = tokens.new_pair(secret)
    token = Token.objects.create(
        desk=desk,
        name=name,
        account=account,
        role=role,
        scopes=sorted(set(scopes)),
        digest=digest,
        pair=pair,
        made_by=actor.signed_in,
        ends_at=timezone.now() + timedelta(days=days),
    )
    if pair is not None:
        approvals.ask(actor, GRANT, token, ends_at=timezone.now() + approvals.LASTS)
    return token


@action(GRANT)
def grant(actor: Actor, token: Token) -> None:
    """The second person agrees, and gives the key out of their own open vault."""
    _decide(actor, token, agreed=True)
    approvals.use(actor, GRANT, token)
    assert token.pair is not None
    desks.admit(actor.keyring, token.desk.holder, token.pair.holder)


@action("token.refuse")
def refuse(actor: Actor, token: Token) -> None:
    """The second person does not agree: the system is shut out, with all else that it was to do."""
    _decide(actor, token, agreed=False)
    end(token)


def _decide(actor: Actor, token: Token, *, agreed: bool) -> None:
    asked = waiting(actor).filter(subject=reference(token)).first()
    if asked is None or not token.alive:
        raise WrongState
    approvals.decide(actor, asked, agreed=agreed)


def waiting(actor: Actor) -> ApprovalQuerySet:
    """The systems of the desk that wait for a second person to give them the key."""
    return Approval.objects.visible_to(actor).open().filter(verb=GRANT, decided_at=None)


@action("token.revoke")
def revoke(actor: Actor, token: Token) -> Token:
    """Shut out at once, and without a key from now on. What it copied stays copied: turn the desk's key."""
    if token.ended_at is not None:
        raise WrongState
    end(token)
    return token


def end_made_by(desk: Desk, user: User) -> None:
    """Whoever leaves may have kept the secrets that were shown to them."""
    for token in Token.objects.filter(desk=desk, made_by=user, ended_at=None).select_related("pair"):
        end(token)


def end_expired(now: datetime) -> int:
    """Take the keys of tokens away whose time is over, and forget what was answered a day ago."""
    with wall.acting(None, scope="all"):
        over = list(Token.objects.filter(ended_at=None, ends_at__lte=now).select_related("pair"))
        for token in over:
            end(token)
        KeptAnswer.objects.filter(at__lt=now - timedelta(hours=24)).delete()
    return len(over)


def find(secret: str) -> TokenActor | None:
    """The partner system that this is the secret of, with its keys open; None for any other text."""
    digest = tokens.digest(secret)
    if digest is None:
        return None
    rows = Token.objects.alive().select_related("desk__organisation", "desk__holder", "account", "pair")
    with wall.acting(None, scope="all"):  # of which desk it is will only be known then
        token = rows.filter(digest=digest).first()
        if token is None or not compare_digest(token.digest, digest):
            return None
        _note_use(token)
    return actor_of(token, secret)


def actor_of(token: Token, secret: str = "") -> TokenActor:
    """Who acts by a token. Without its secret nothing sealed opens: for what is sent to it unasked."""
    keys = tokens.unlock(token.pair, secret) if token.pair and secret else None
    return TokenActor(membership=None, keys=keys, user=token.account, token=token)


def reads_seals(scopes: Iterable[str]) -> bool:
    return any(policy.RULES[verb].key for verb in scopes)


def turning_advised(desk: Desk) -> bool:
    """Whether a system that could open files was shut out since the desk's key was last turned."""
    turned = desk.holder.current().created_at
    return Token.objects.filter(desk=desk, pair__isnull=False, ended_at__gte=turned).exists()


def roles_at(desk: Desk) -> list[str]:
    """The roles that a system can be given: those that somebody has at this desk."""
    held: QuerySet[Membership, str] = (
        Membership.objects.current().filter(desk=desk).values_list("role", flat=True)
    )
    return [role for role in policy.EVERYONE if role in set(held)]


def _must_fit(desk: Desk, role: str, scopes: Collection[str], days: int) -> None:
    if role not in roles_at(desk):
        raise Problem(_("Nobody at this desk has this role"), _("Choose one that a colleague has."))
    if not scopes or not all(verb in policy.RULES and role in policy.RULES[verb].roles for verb in scopes):
        raise Problem(_("This role does not allow all of that"), _("Choose from what the role may do."))
    if not 1 <= days <= settings.TOKEN_MAX_DAYS:
        raise Problem(
            _("Access ends after %(days)s days at the latest") % {"days": settings.TOKEN_MAX_DAYS},
            _("Choose fewer days."),
        )


def end(token: Token) -> None:
    token.ended_at = timezone.now()
    if token.pair is not None and not tokens.shut_out(token.pair):
        token.pair = None  # it has never opened anything
    token.save(update_fields=["ended_at", "pair"])
    Approval.objects.filter(verb=GRANT, subject=reference(token), closed_at=None).update(
        closed_at=timezone.now()
    )
    KeptAnswer.objects.filter(token=token).delete()


def _note_use(token: Token) -> None:
    """Now and then, so that reading does not become writing."""
    now = timezone.now()
    if token.used_at is None or now - token.used_at > USE_NOTED_EVERY:
        Token.objects.filter(pk=token.pk).update(used_at=now)
