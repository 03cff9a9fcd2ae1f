"""The steps between the first factor and being signed in. Until the last is done nobody is signed in, so that
nothing but the page of the step can be reached."""

from allauth.account.stages import LoginStage, LoginStageController
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from kamkor.access import factors
from kamkor.access.models import User
from kamkor.base.middleware import SignInNeeded

Handled = tuple[HttpResponse | None, bool]


class FirstFactor(LoginStage):  # type: ignore[misc]  # allauth says too little of its types
    """Whoever needs a second factor and has none sets one up."""

    key = "first-factor"
    urlname = "factors"

    def handle(self) -> Handled:
        user = self.login.user
        if factors.passed(self.request.session, user) or factors.has(user) or not factors.needs(user):
            return None, True
        return redirect("factors"), True


class SecondFactor(LoginStage):  # type: ignore[misc]
    """Whoever has one is asked for it."""

    key = "second-factor"
    urlname = "second-factor"

    def handle(self) -> Handled:
        user = self.login.user
        if factors.passed(self.request.session, user) or not factors.has(user):
            return None, True
        return redirect("second-factor"), True


class OwnPassword(LoginStage):  # type: ignore[misc]
    """Whoever has a password that somebody else has given chooses one; the second factor is set up before."""

    key = "own-password"
    urlname = "own-password"

    def handle(self) -> Handled:
        user = self.login.user
        return (None, True) if user.given_at is None else (redirect("own-password"), True)


def waiting(request: HttpRequest, stage: type[LoginStage]) -> LoginStage | None:
    """The step that somebody on the way in has reached, if it is this one."""
    return None if request.user.is_authenticated else LoginStageController.enter(request, stage.key)


def must_wait(request: HttpRequest, stage: type[LoginStage]) -> tuple[LoginStage, User]:
    """The step with whoever is at it, or SignInNeeded."""
    found = waiting(request, stage)
    if found is None or not isinstance(found.login.user, User):
        raise SignInNeeded(reverse("sign-in"))
    return found, found.login.user


def go_on(request: HttpRequest, stage: LoginStage, user: User) -> HttpResponse:
    """The second factor was right: on to the desk."""
    request.session[factors.PASSED] = user.pk
    answer: HttpResponse = stage.exit()
    return answer
