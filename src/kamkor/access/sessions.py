"""Sign-ins: the session engine of the project, whose rows also say whose they are, where and since when.

What is listed and ended is the session itself: with its row go the opened vault and all drafts, at once.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import InterfaceError, OperationalError, models
from django.utils import timezone
from django.utils.module_loading import import_string

from kamkor.access.devices import kind_of
from kamkor.access.models import Desk, Membership, User

MEMBERSHIP = "membership"  # session key of the chosen desk and role
BEGAN, MARK, DEVICE = "began", "mark", "device"
WAITS = timedelta(days=3)  # what was being written at the end of a shift
NOTED_EVERY = timedelta(seconds=30)  # so that reading does not become writing


class SignInQuerySet(models.QuerySet["SignIn"]):
    def of(self, user: User) -> Self:
        return self.filter(user=user, expire_date__gt=timezone.now()).order_by("-used_at")

    def at(self, desk: Desk) -> Self:
        """Those who work at the desk in this session, or could choose to."""
        here = models.Q(membership__desk=desk) | models.Q(membership=None)
        staff = Membership.objects.current().filter(desk=desk).values("user")
        return self.filter(here, user__in=staff, expire_date__gt=timezone.now())


class SignIn(AbstractBaseSession):
    """One browser in which somebody works. All columns but the last use follow from the session itself."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    membership = models.ForeignKey(
        Membership, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    mark = models.CharField(max_length=16, blank=True)  # its name in addresses; the key itself is a secret
    device = models.CharField(max_length=40, blank=True)  # its kind in a few words, nothing more of it
    began_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(default=timezone.now)

    objects = BaseSessionManager.from_queryset(SignInQuerySet)()  # type: ignore[misc]

    class Meta:
        indexes = [models.Index(fields=["user", "mark"])]

    @classmethod
    def get_session_store_class(cls) -> type["SessionStore"]:
        return SessionStore


class SessionStore(db.SessionStore):
    """Django's, which keeps the row that it has read."""

    row: SignIn | None = None

    @classmethod
    def get_model_class(cls) -> type[SignIn]:
        return SignIn

    def _get_session_from_db(self) -> SignIn | None:
        self.row = super()._get_session_from_db()  # type: ignore[misc]
        return self.row

    def save(self, must_create: bool = False) -> None:
        """Django takes whatever the database says for a session that was ended meanwhile."""
        try:
            super().save(must_create)
        except UpdateError as ended:
            reason = ended.__context__
            if isinstance(reason, OperationalError | InterfaceError):
                raise reason from reason.__cause__
            raise

    def create_model_instance(self, data: dict[str, Any]) -> SignIn:
        row: SignIn = super().create_model_instance(data)  # type: ignore[assignment]
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.membership_id = data.get(MEMBERSHIP)
        row.mark, row.device = data.get(MARK, ""), data.get(DEVICE, "")
        row.began_at = began(data)
        return row

    def cycle_key(self) -> None:
        """A new key after signing in; what was being written goes along."""
        before = self.session_key
        data = self._session  # type: ignore[attr-defined]
        self.create()
        self._session_cache = data
        if before:
            Draft.objects.filter(session_id=before).update(session_id=self.session_key)
            self.delete(before)


class Draft(models.Model):
    """What somebody was writing when the vault was locked: sealed to her alone, gone with her session. What
    she was writing when her shift ended waits for her next one, and belongs to no session meanwhile."""

    session = models.ForeignKey(SignIn, models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    page = models.CharField(max_length=500)
    sent = models.BooleanField(default=False)  # she had pressed the button already
    place = models.CharField(max_length=16)
    pair_id = models.BigIntegerField()
    sealed = models.BinaryField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "page"], name="one_draft_of_a_page")]


def begin(session: SessionBase, agent: str) -> None:
    """The first thing in a session after signing in: its shift begins now."""
    session[BEGAN] = int(timezone.now().timestamp())
    session[MARK] = secrets.token_urlsafe(9)
    session[DEVICE] = kind_of(agent)


def began(session: Any) -> datetime | None:
    """When the shift of a session, or of its content, began."""
    stamp = session.get(BEGAN)
    return None if stamp is None else datetime.fromtimestamp(stamp, tz=timezone.get_default_timezone())


def note_use(session: SessionBase, now: datetime) -> None:
    """Remember now and then that somebody is there."""
    row: SignIn | None = getattr(session, "row", None)
    if row is not None and now - row.used_at >= NOTED_EVERY:
        ends = now + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        SignIn.objects.filter(pk=row.pk).update(used_at=now, expire_date=ends)


def end(user: User, *, mark: str = "", but: str = "") -> int:
    """End one sign-in of somebody, or all but the one that says so. Each is out at its next request."""
    rows = SignIn.objects.of(user).exclude(mark=but) if but else SignIn.objects.of(user).filter(mark=mark)
    for ended_mark in {mark} if mark else set(rows.values_list("mark", flat=True)):
        tell_ended(user.pk, ended_mark)
    ended, _by_model = rows.delete()
    return ended


def tell_ended(user_id: int, mark: str = "") -> None:
    """What a sign-in has left behind in its browser ends with it; without a mark, in all of theirs."""
    import_string(settings.SIGN_IN_ENDS)(user_id, mark)


def forget_expired() -> None:
    SessionStore.clear_expired()
    Draft.objects.filter(session=None, at__lt=timezone.now() - WAITS).delete()
