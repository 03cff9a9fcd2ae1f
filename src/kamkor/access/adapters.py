"""Where allauth asks: which steps there are, what follows them, and that nothing is mailed, shown or kept."""

from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from kamkor.access import oidc, signing_in
from kamkor.access.models import User
from kamkor.vault import factors


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth says too little of its types
    def get_login_stages(self) -> list[str]:
        return [f"kamkor.access.stages.{name}" for name in ("FirstFactor", "SecondFactor", "OwnPassword")]

    def post_login(self, request: HttpRequest, user: User, **about: Any) -> HttpResponse:
        return signing_in.arrived(request, user, about["redirect_url"] or "")

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        return redirect("sign-in")

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *about: Any, **more: Any) -> None:
        """What we say is said by our own pages."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nobody's address is known, and nothing of the desk is ever mailed."""

    def send_notification_mail(self, *about: Any, **more: Any) -> None:
        """The same."""


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return factors.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return factors.unseal(encrypted_text)

    def get_totp_issuer(self) -> str:
        return "Kamkor"

    def _get_site_name(self) -> str:
        return "Kamkor"


class MinistryAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The one provider of the settings; none is ever read from the database."""
        return [oidc.client()] if oidc.switched_on() else []

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> NoReturn:
        """Here our own steps take over: no account is opened, joined or changed by what a provider says."""
        raise ImmediateHttpResponse(oidc.came_back(request, sociallogin))

    def on_authentication_error(self, request: HttpRequest, *about: Any, **more: Any) -> NoReturn:
        raise ImmediateHttpResponse(oidc.refused(request))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False
