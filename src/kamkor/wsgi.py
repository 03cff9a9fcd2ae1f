"""What a web server runs."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kamkor.settings")
application = get_wsgi_application()
# All pages now, by one thread: first requests that import them at once get in one another's way, and a worker
# whose import was cut off would answer nothing any more.
assert get_resolver().url_patterns
# What is loaded by now stays for ever: the search for what can go need not look through it at each turn.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
