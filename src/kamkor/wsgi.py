"""What a web server loads."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kamkor.settings")
application = get_wsgi_application()
# All pages now, by one thread: first requests that import them at once get in one another's way, and a worker
# whose import was cut off would answer nothing any more.
assert get_resolver().url_patterns
