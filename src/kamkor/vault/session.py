"""The opened keyring between two requests: in the session row, encrypted by a key that only a cookie holds.

Neither a stolen database nor a stolen session cookie opens it; signing out or losing the cookie shuts it.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kamkor.vault import crypto
from kamkor.vault.keyring import Keyring

COOKIE = f"{settings.COOKIE_PREFIX}kamkor_key"
OPEN, STAGED = "vault", "vault_staged"


class VaultMiddleware:
    """Gives `request.keyring`, None while the vault is shut, and sets or deletes its cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _give(request, _kept(request))
        response = self.get_response(request)
        key: bytes | None = getattr(request, "vault_cookie", None)
        if key:
            response.set_cookie(
                COOKIE,
                urlsafe_b64encode(key).decode(),
                httponly=True,
                samesite="Strict",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        elif COOKIE in request.COOKIES and not {OPEN, STAGED} & set(request.session.keys()):
            response.delete_cookie(COOKIE, samesite="Strict")
        return response


def open_in_session(request: HttpRequest, keyring: Keyring) -> None:
    """Keep the vault open for this session; only after full sign-in."""
    _keep(request, keyring, OPEN)
    _give(request, keyring)


def stage(request: HttpRequest, keyring: Keyring) -> None:
    """Keep what the password opened until the second factor is done; until then it is of no use."""
    _keep(request, keyring, STAGED)


def open_staged(request: HttpRequest) -> bool:
    """After the second factor: open what was staged, and say whether anything was."""
    staged = request.session.pop(STAGED, None)
    if staged is None:
        return False
    request.session[OPEN] = staged
    _give(request, _kept(request))
    return _keyring(request) is not None


def lock(request: HttpRequest) -> None:
    """Shut the vault and forget the key."""
    for name in (OPEN, STAGED):
        request.session.pop(name, None)
    request.vault_cookie = None  # type: ignore[attr-defined]
    _give(request, None)


def _keep(request: HttpRequest, keyring: Keyring, name: str) -> None:
    lock(request)
    key = crypto.random_key()
    sealed = crypto.encrypt(key, keyring.dump(), bound=b"session")
    request.session[name] = urlsafe_b64encode(sealed).decode()
    request.vault_cookie = key  # type: ignore[attr-defined]


def _kept(request: HttpRequest) -> Keyring | None:
    """A key that is not this session's opens nothing, which is no error: the vault is shut."""
    fresh: bytes | None = getattr(request, "vault_cookie", None)
    try:
        key = fresh or urlsafe_b64decode(request.COOKIES.get(COOKIE, ""))
        if not key or OPEN not in request.session:
            return None
        sealed = urlsafe_b64decode(request.session[OPEN])
        return Keyring.load(crypto.decrypt(key, sealed, bound=b"session"))
    except (ValueError, crypto.Unreadable):
        return None


def _give(request: HttpRequest, keyring: Keyring | None) -> None:
    request.keyring = keyring  # type: ignore[attr-defined]


def _keyring(request: HttpRequest) -> Keyring | None:
    kept: Keyring | None = getattr(request, "keyring", None)
    return kept
