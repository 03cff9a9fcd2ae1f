"""Where a message waits until the next page: in a cookie that is bound to this host, as all of ours are."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class OwnCookie(CookieStorage):
    cookie_name = f"{settings.COOKIE_PREFIX}messages"


class Notices(FallbackStorage):
    """As Django does it: what a cookie cannot hold waits in the session."""

    storage_classes = (OwnCookie, SessionStorage)
