"""The WSGI application that Zappa and the local server call."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "paypulse.settings")
application = get_wsgi_application()
