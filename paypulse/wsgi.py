"""The WSGI application that Zappa and the local server call."""

from __future__ import annotations

import os

from paypulse.core.starting import put_off_collecting

put_off_collecting()

from django.core.wsgi import get_wsgi_application  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "paypulse.settings")
application = get_wsgi_application()
