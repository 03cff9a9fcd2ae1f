"""Who acts: a person at a desk, a partner system at a desk, the public, or the system itself."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.urls import reverse

from kamkor.access import policy
from kamkor.access.models import Desk, Membership, Token, User
from kamkor.base.middleware import SignInNeeded
from kamkor.base.problems import Locked
from kamkor.vault.problems import Sealed

if TYPE_CHECKING:
    from kamkor.vault.keyring import Keyring


@dataclass(frozen=True)
class Actor:
    """A signed-in person in one of their roles, with the keys they have opened (None while locked)."""

    membership: Membership | None
    keys: "Keyring | None" = None
    user: User | None = None
    resting: bool = False  # nobody was there for a while: nothing before the pass phrase

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user else None

    @property
    def barred_as(self) -> Collection[int]:
        """The users whom an exclusion must not name for this actor to see a file."""
        return () if self.user is None else (self.user.pk,)

    @property
    def signed_in(self) -> User:
        """Who acts, where nobody but a signed-in person can."""
        assert self.user is not None
        return self.user

    @property
    def desk_id(self) -> int | None:
        return self.membership.desk_id if self.membership else None

    @property
    def desk(self) -> Desk:
        assert self.membership is not None
        return self.membership.desk

    @property
    def role(self) -> str:
        return self.membership.role if self.membership else ""

    @property
    def keyring(self) -> "Keyring":
        """The opened keys; raises Locked while the vault is shut."""
        if self.keys is None:
            raise Locked
        return self.keys

    def may(self, verb: str, subject: models.Model) -> bool:
        """Whether the policy allows `verb` on `subject`, which must be one this actor can see."""
        return policy.verdict(self.role, verb, subject.relation_to(self)).allowed  # type: ignore[attr-defined]

    def may_here(self, verb: str) -> bool:
        """Whether the role allows `verb` on what belongs to the actor's own desk (for menus and buttons)."""
        return policy.verdict(self.role, verb, "sent").allowed

    def must_be_present(self) -> None:
        """Raise SignInNeeded with the page that is missing: sign-in, unlocking, or the choice of a desk."""
        if self.user is None:
            raise SignInNeeded(reverse("sign-in"))
        if self.resting:
            raise SignInNeeded(reverse("unlock"))
        if self.membership is None:
            raise SignInNeeded(reverse("choose-desk"))

    def must_hold_keys(self, verb: str) -> None:
        """Raise SignInNeeded when `verb` reads or writes sealed text: with the unlocking page while the vault
        is shut, with a page of its own for a colleague whom nobody has admitted to the desk's files yet."""
        if not policy.RULES[verb].key:
            return
        if self.keys is None:
            raise SignInNeeded(reverse("unlock"))
        if not self.keys.opens(self.desk.holder):
            raise SignInNeeded(reverse("not-admitted"))


@dataclass(frozen=True)
class TokenActor(Actor):
    """A partner system: it does what its role may, as far as its token allows."""

    token: Token | None = None

    @property
    def held(self) -> Token:
        assert self.token is not None
        return self.token

    @property
    def barred_as(self) -> Collection[int]:
        """What is kept from somebody is kept from the systems to which they gave access."""
        return (self.held.account_id, self.held.made_by_id)

    @property
    def desk_id(self) -> int | None:
        return self.held.desk_id

    @property
    def desk(self) -> Desk:
        return self.held.desk

    @property
    def role(self) -> str:
        return str(self.held.role)

    @property
    def keyring(self) -> "Keyring":
        """The keys of its secret; raises Sealed for a token that was given none."""
        if self.keys is None:
            raise Sealed
        return self.keys

    def may(self, verb: str, subject: models.Model) -> bool:
        return verb in self.held.scopes and super().may(verb, subject)

    def may_here(self, verb: str) -> bool:
        return verb in self.held.scopes and super().may_here(verb)

    def must_hold_keys(self, verb: str) -> None:
        """Raise Sealed where the token was given no key, or where it was taken back."""
        if policy.RULES[verb].key and not (self.keys and self.keys.opens(self.desk.holder)):
            raise Sealed


@dataclass(frozen=True)
class PublicActor(Actor):
    """Somebody at the public door: may hand something in, and sees nothing."""

    @property
    def role(self) -> str:
        return "public"

    def may(self, verb: str, subject: models.Model) -> bool:
        return policy.verdict(self.role, verb, "any").allowed


@dataclass(frozen=True)
class JobActor(Actor):
    """The system itself, at work for a desk: does what the policy opens to it, and opens no seal."""

    at: Desk | None = None

    @property
    def desk_id(self) -> int | None:
        return self.desk.pk

    @property
    def desk(self) -> Desk:
        assert self.at is not None
        return self.at

    @property
    def role(self) -> str:
        return "job"


NOBODY = Actor(membership=None)
ANYBODY = PublicActor(membership=None)
