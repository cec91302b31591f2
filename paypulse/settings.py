"""Django's settings, all of them derived from `paypulse.core.config`."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from paypulse.core.config import config
from paypulse.logs import LOGGING as LOGGING

_config = config()
_root = Path(__file__).resolve().parent.parent
_google_consent = "{0.scheme}://{0.netloc}".format(urlsplit(_config.google.auth_uri))

SECRET_KEY = _config.secret_key
DEBUG = False
ALLOWED_HOSTS = [*_config.allowed_hosts]
ROOT_URLCONF = "paypulse.urls"
WSGI_APPLICATION = "paypulse.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Ours come before Django's admin, so that our templates win.
INSTALLED_APPS = [
    "paypulse.apps.PayPulseConfig",
    "accounts",
    "vendors",
    "invoices",
    "paypulse.apps.StaffConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "accounts.middleware.CookieMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.PersonMiddleware",
    "accounts.middleware.SecondStepMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# There is no SQL database: Django's queries are answered from our own tables.
DATABASES = {
    "default": {
        "ENGINE": "paypulse.dynamodb",
        "TABLES": {
            "accounts.User": "accounts.tables.User",
            "accounts.Session": "accounts.tables.Session",
            "sessions.Session": "accounts.tables.Session",
            "admin.LogEntry": "accounts.tables.AdminLog",
            "vendors.VendorConfig": "vendors.tables.VendorConfig",
        },
        "SCANNABLE": {"vendors.VendorConfig": "vendors.store.latest_changes"},
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.Backend"]
PASSWORD_HASHERS = ["accounts.hashers.PasswordHasher"]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "invoices:overview"
LOGOUT_REDIRECT_URL = "accounts:sign-in"

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600  # since the last visit; accounts.middleware ends it for good after 90 days
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _config.production
CSRF_TRUSTED_ORIGINS = [_config.site_url]
SECURE_SSL_REDIRECT = _config.production
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _config.production else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _config.production else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _config.production
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
        # A form that starts Google's consent is answered with a redirect there.
        "form-action": [SELF, _google_consent],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("sv", "Svenska")]
LOCALE_PATHS = [_root / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
# Only a deployment collects its static files; elsewhere they are served from where they lie.
STATIC_ROOT = _root / "staticfiles" if _config.production else None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _config.production
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not _config.production
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # pages name no others, and each is looked at when the site starts
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = _config.max_upload_bytes  # nothing is written to the function's disk
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
