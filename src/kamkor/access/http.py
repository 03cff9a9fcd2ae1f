"""The request as pages behind sign-in get it."""

from django.http import HttpRequest

from kamkor.access.actor import Actor


class DeskRequest(HttpRequest):
    """A request whose actor has been found (see `kamkor.access.middleware`)."""

    actor: Actor
