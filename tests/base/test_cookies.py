"""Over HTTPS every cookie is bound to this host, and browsers remember that there is no other way."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

ASK = """
import django, json
django.setup()
from django.conf import settings
from kamkor.base import known, notices
from kamkor.vault import session
print(json.dumps({
    "names": [settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME, session.COOKIE, known.COOKIE]
    + [notices.OwnCookie.cookie_name],
    "secure": [settings.SESSION_COOKIE_SECURE, settings.LANGUAGE_COOKIE_SECURE],
    "domains": [settings.SESSION_COOKIE_DOMAIN, settings.LANGUAGE_COOKIE_DOMAIN],
    "paths": [settings.SESSION_COOKIE_PATH, settings.LANGUAGE_COOKIE_PATH],
    "hsts": [settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS],
}))
"""


@pytest.fixture(scope="module")
def secure() -> Any:
    """What the settings come to with KAMKOR_SECURE=yes, in a process of its own."""
    environment = {**os.environ, "KAMKOR_SECURE": "yes"}
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@pytest.mark.asvs("3.3.1", "3.3.3")
def test_over_https_our_cookies_are_bound_to_this_host(secure: Any) -> None:
    """What a browser asks of the prefix: Secure, the whole path, no domain."""
    assert all(name.startswith("__Host-") for name in secure["names"])
    assert secure["secure"] == [True, True]
    assert secure["domains"] == [None, None]
    assert secure["paths"] == ["/", "/"]


@pytest.mark.asvs("3.4.1")
def test_over_https_browsers_remember_it_for_a_year(secure: Any) -> None:
    assert secure["hsts"] == [31536000, True]
