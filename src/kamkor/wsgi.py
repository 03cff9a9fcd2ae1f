"""What a web server runs."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kamkor.settings")
application = get_wsgi_application()
# What is loaded by now stays for ever: the search for what can go need not look through it at each turn.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
