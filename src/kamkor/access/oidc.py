"""Sign-in through a ministry's identity provider (OpenID Connect), instead of the password.

It opens no account: an account that exists is linked by the head of its desk to the provider's subject. The
second factor and the vault stay ours. allauth speaks the protocol with state and PKCE; the token is checked
here, fully: signature, issuer, audience, time, and the nonce of this browser.
"""

import hashlib
import secrets
from hmac import compare_digest
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kamkor.access import signing_in
from kamkor.access.models import User

NONCE = "oidc_nonce"
SIGNED_BY = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
REQUIRED = ["iss", "sub", "aud", "exp", "iat", "nonce"]
LEEWAY = 60  # seconds by which two clocks may differ
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
BROKEN = (ValueError, TypeError, KeyError, AttributeError, jwt.PyJWTError)


def switched_on() -> bool:
    return bool(settings.OIDC_ISSUER)


def provider_id() -> str:
    """Under which subjects are kept: another issuer's subjects are other people."""
    return "oidc-" + hashlib.sha256(settings.OIDC_ISSUER.encode()).hexdigest()[:16]


def client() -> SocialApp:
    """Who we are to the provider. PKCE always, no claims but the subject."""
    file = settings.OIDC_CLIENT_SECRET_FILE
    return SocialApp(
        provider="openid_connect",
        provider_id=provider_id(),
        name=settings.OIDC_NAME,
        client_id=settings.OIDC_CLIENT_ID,
        secret=Path(file).read_text("utf-8").strip() if file else "",
        settings={
            "server_url": settings.OIDC_ISSUER,
            "oauth_pkce_enabled": True,
            "fetch_userinfo": False,
            "scope": ["openid"],
        },
    )


class Exchange(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth says too little of its types
    """One sign-in with the provider."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, provider_id())

    def get_provider(self) -> Any:
        provider = super().get_provider()
        provider.get_oauth2_adapter = Exchange
        return provider

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("ministry-back"))

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider says of itself; raises OAuth2Error where it is not the one that was meant."""
        told: dict[str, Any] = super().openid_config
        if str(told.get("issuer", "")).rstrip("/") != settings.OIDC_ISSUER:
            raise OAuth2Error("another issuer")
        scheme = urlsplit(settings.OIDC_ISSUER).scheme
        if any(urlsplit(str(told.get(name, ""))).scheme not in {scheme, "https"} for name in ENDPOINTS):
            raise OAuth2Error("an endpoint without HTTPS")
        return told

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Nothing of the claims is kept but who it is."""
        try:
            claims = self.checked(kwargs["response"]["id_token"])
        except BROKEN as error:
            raise OAuth2Error("a token that is not as it must be") from error
        return self.get_provider().sociallogin_from_response(request, {"id_token": {"sub": claims["sub"]}})

    def checked(self, token: str) -> dict[str, Any]:
        """The claims of a token that is the provider's, for us, for now, and for this browser."""
        nonce = self.request.session.pop(NONCE, "")
        claims: dict[str, Any] = jwt.decode(
            token,
            key=self.key_of(token),
            algorithms=SIGNED_BY,
            issuer=self.openid_config["issuer"],
            audience=settings.OIDC_CLIENT_ID,
            leeway=LEEWAY,
            options={"require": REQUIRED},
        )
        meant_for = claims.get("azp", settings.OIDC_CLIENT_ID)
        if (
            not nonce
            or not compare_digest(str(claims["nonce"]), nonce)
            or meant_for != settings.OIDC_CLIENT_ID
        ):
            raise OAuth2Error("a token for somebody else")
        return claims

    def key_of(self, token: str) -> jwt.PyJWK:
        """The provider's key that the token names."""
        with get_adapter().get_requests_session() as outside:
            answer = outside.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys = jwt.PyJWKSet.from_dict(answer.json())
        return keys[jwt.get_unverified_header(token)["kid"]]


@require_GET
def go(request: HttpRequest) -> HttpResponse:
    """To the provider's page. A link and no form, whose redirection the content policy would stop."""
    if not switched_on():
        raise Http404
    nonce = secrets.token_urlsafe(24)
    request.session[NONCE] = nonce
    try:
        answer: HttpResponse = (
            Exchange(request)
            .get_provider()
            .redirect(
                request,
                process=AuthProcess.LOGIN,
                next_url=request.GET.get("next", ""),
                auth_params={"nonce": nonce},
            )
        )
    except (*BROKEN, OAuth2Error, OSError):  # what `requests` raises is an OSError
        return refused(request)
    return answer


@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """From the provider's page, with a code that is exchanged for a token."""
    if not switched_on():
        raise Http404
    try:
        answer: HttpResponse = OAuth2CallbackView.adapter_view(Exchange)(request)
    except (*BROKEN, OAuth2Error, OSError):
        return refused(request)
    return answer


def came_back(request: HttpRequest, login: SocialLogin) -> HttpResponse:
    """The provider knows who it is: on to our own steps, for an account that is linked."""
    user = login.account.user if login.account.pk else None
    if not isinstance(user, User):
        messages.error(
            request, _("Your account there is linked to none here. Ask the head of your desk to do it.")
        )
        return redirect("sign-in")
    return signing_in.begin(request, user, target=login.state.get("next", ""))


def refused(request: HttpRequest) -> HttpResponse:
    """Which check failed is not told."""
    signing_in.note_failure("provider")
    messages.error(request, _("Signing in there did not work. Try again, or sign in with your password."))
    return redirect("sign-in")
