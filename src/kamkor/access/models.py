"""Organisations, their desks, the people who sign in for them, and the role each has at a desk."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from kamkor.access.passwords import normalised
from kamkor.base.codelists import CodeField
from kamkor.vault.models import Holder, KeyPair

if TYPE_CHECKING:
    from kamkor.access.actor import Actor


class Organisation(models.Model):
    code = models.SlugField(max_length=40, unique=True)
    names = models.JSONField(default=dict)  # language -> name
    kind = CodeField("organisation_kind", max_length=30)
    state = models.BooleanField(default=False)  # a state body: kept from answers that name an NGO

    def __str__(self) -> str:
        return self.code


class DeskQuerySet(models.QuerySet["Desk"]):
    def visible_to(self, actor: "Actor") -> Self:
        """A desk's name is no secret to other desks: it is how they find one another."""
        return self.filter(active=True) if actor.desk_id else self.none()


class Desk(models.Model):
    """The staff who read the same files."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="desks")
    code = models.SlugField(max_length=40, unique=True)
    names = models.JSONField(default=dict)
    kind = CodeField("desk_kind", max_length=40)
    place = CodeField("place", max_length=20, blank=True)  # SOATE of its rayon or oblast
    holder = models.OneToOneField(Holder, models.PROTECT, related_name="+")
    active = models.BooleanField(default=True)
    # Which desk checks what was done at once where nobody here can.
    second = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    objects = DeskQuerySet.as_manager()

    def __str__(self) -> str:
        return self.code

    def relation_to(self, actor: "Actor") -> str:
        return "own" if actor.desk_id == self.pk else "none"


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """Somebody who signs in. Rights come from memberships alone."""

    username = models.CharField(max_length=60, unique=True)
    display_name = models.CharField(max_length=80)
    language = models.CharField(max_length=10, default="ky")
    holder = models.OneToOneField(Holder, models.PROTECT, related_name="+", null=True)
    is_active = models.BooleanField(default=True)
    # Since when the password is one that somebody else has given; the next sign-in asks for one's own.
    given_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.display_name

    def set_password(self, raw_password: str | None) -> None:
        """What is typed on another keyboard in other code points is the same password, as for the vault."""
        super().set_password(None if raw_password is None else normalised(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        return super().check_password(None if raw_password is None else normalised(raw_password))


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> Self:
        return self.filter(ended_at=None, user__is_active=True, desk__active=True)

    def visible_to(self, actor: "Actor") -> Self:
        return self.filter(desk_id=actor.desk_id)


class Membership(models.Model):
    """One person's role at one desk, from a day to a day."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="memberships")
    role = CodeField("role", max_length=30)
    since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "desk", "role"], condition=Q(ended_at=None), name="one_current_membership"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}@{self.desk_id} {self.role}"

    def relation_to(self, actor: "Actor") -> str:
        return "own" if actor.desk_id == self.desk_id else "none"


class DeskOwnedQuerySet(models.QuerySet[Any]):
    """Rows of one desk, reached by its own staff alone."""

    def visible_to(self, actor: "Actor") -> Self:
        return self.filter(desk_id=actor.desk_id) if actor.desk_id else self.none()


class DeskOwned(models.Model):
    """A row that belongs to one desk. Subclasses narrow `visible_to` further, never widen it silently."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def relation_to(self, actor: "Actor") -> str:
        return "own" if actor.desk_id == self.desk_id else "none"


class TokenQuerySet(DeskOwnedQuerySet):
    def alive(self) -> Self:
        return self.filter(ended_at=None, ends_at__gt=timezone.now(), desk__active=True)


class Token(DeskOwned):
    """A partner system that acts at this desk: in one role, with some of its verbs, for some time.

    It acts through an account of its own, which nobody can sign in to and which has no membership, so that
    whatever it does bears its name. The secret is in no column.
    """

    name = models.CharField(max_length=80)
    account = models.OneToOneField(User, models.PROTECT, related_name="+")
    role = CodeField("role", max_length=30)
    scopes = models.JSONField(default=list)  # verbs of the policy
    digest = models.CharField(max_length=64, unique=True)
    pair = models.OneToOneField(KeyPair, models.PROTECT, null=True, related_name="+")  # None: reads no seal
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    objects = TokenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"token {self.pk}"

    @property
    def alive(self) -> bool:
        return self.ended_at is None and self.ends_at > timezone.now()


class KeptAnswer(models.Model):
    """What a token was answered, for 24 hours: sealed by its secret, as is what it had sent (as marks)."""

    token = models.ForeignKey(Token, models.CASCADE, related_name="+")
    mark = models.CharField(max_length=64)
    sent = models.CharField(max_length=64)
    answer = models.BinaryField(null=True)  # None while the work is being done
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "mark"], name="one_answer_to_a_mark")]
        indexes = [models.Index(fields=["at"])]


class OneTimeCode(models.Model):
    """One code of the card that was last printed for somebody: a mark of its digits, and when it was used.

    A card that is used up stays one: whoever knows the password alone shall not be asked to begin anew.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="one_time_codes")
    mark = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "mark"], name="one_time_code_once")]


class FactorNotice(models.Model):
    """What was done to somebody's second factor: they read it at their next sign-in and later."""

    user = models.ForeignKey(User, models.CASCADE, related_name="factor_notices")
    what = CodeField("factor_change", max_length=30)
    reason = CodeField("factor_reason", max_length=30, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # None: the system's operator
    at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)


from kamkor.access.approvals import Approval  # noqa: E402, F401 - built on the models above
from kamkor.access.duty import Alert, Region, Shift  # noqa: E402, F401 - the same
from kamkor.access.sessions import Draft, SignIn  # noqa: E402, F401
