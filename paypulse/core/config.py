"""Every setting of the process, read once from the environment; nothing else in the code looks at `os.environ`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final, TypeVar

from paypulse.core.errors import PayPulseError

_LOCAL_ONLY: Final = "local-development-only"
_SHORTEST_SECRET: Final = 32
_Value = TypeVar("_Value", str, tuple[str, ...])


class ConfigError(PayPulseError):
    """A setting is missing or wrong; the message starts with the variable's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Google:
    """Where Google is, and who we are to it. The client id is empty until somebody sets it."""

    client_id: str
    client_secret: str
    auth_uri: str
    token_uri: str
    revoke_uri: str
    userinfo_uri: str
    tokeninfo_uri: str
    gmail_endpoint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The process's settings. `production` is PAYPULSE_ENV=production; anything else is a developer's machine or a test."""

    production: bool
    region: str
    site_url: str
    kept_secret_key: str = field(repr=False)
    kept_jwt_keys: tuple[str, ...] = field(repr=False)
    invoices_bucket: str
    fetch_invoices_queue: str
    fetch_latest_invoice_queue: str
    fetch_retail_invoices_queue: str
    jobs_queue: str
    erase_user_queue: str
    max_receives: int
    kms_key_id: str
    mail_from: str
    push_platform: str
    push_topics: str
    second_step: str
    google: Google
    max_upload_bytes: int
    answer_within_s: int
    allowed_hosts: tuple[str, ...]
    metrics_namespace: str

    @property
    def secret_key(self) -> str:
        """What signatures and names are made with. Raises ConfigError in a process of production that was given none."""
        return _given("PAYPULSE_SECRET_KEY", self.kept_secret_key)

    @property
    def jwt_keys(self) -> tuple[str, ...]:
        """What bearer tokens are signed with, the newest first. Raises ConfigError in a process of production that was given none."""
        return _given("PAYPULSE_JWT_KEYS", self.kept_jwt_keys)


def _given(name: str, value: _Value) -> _Value:
    if not value:
        raise ConfigError(f"{name} is not set; whatever needs it does not start without it in production")
    return value


@cache
def config() -> Config:
    """The settings of this process. Raises ConfigError naming the variable that is missing or wrong."""
    settings = read({**_kept_settings(os.environ), **os.environ})
    if settings.google.token_uri.startswith("http://"):
        os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # oauthlib's own switch for a Google on this machine
    return settings


def _kept_settings(env: Mapping[str, str]) -> Mapping[str, str]:
    """What Secrets Manager keeps under the names in PAYPULSE_SETTINGS_SECRET, which Terraform sets: JSON objects of variables."""
    kept: dict[str, str] = {}
    for name in filter(None, env.get("PAYPULSE_SETTINGS_SECRET", "").split(",")):
        kept |= _kept(name, region=env.get("AWS_REGION", "eu-north-1"))
    return kept


def _kept(name: str, *, region: str) -> dict[str, str]:
    from paypulse.core.aws import secret  # only a deployed function needs it, and it needs this module

    try:
        kept = json.loads(secret(name, region=region))
    except ValueError as error:
        raise ConfigError("PAYPULSE_SETTINGS_SECRET: a secret's value is no JSON object") from error
    return {str(key): str(value) for key, value in kept.items()}


def read(env: Mapping[str, str]) -> Config:
    """The settings that `env` describes."""
    source = _Source(env)
    secret = source.secret("PAYPULSE_SECRET_KEY")
    jwt_keys = source.words("PAYPULSE_JWT_KEYS", () if source.production else (secret,))
    source.demand_strength(PAYPULSE_SECRET_KEY=(secret,), PAYPULSE_JWT_KEYS=jwt_keys)
    return Config(
        production=source.production,
        region=source.text("AWS_REGION", env.get("AWS_DEFAULT_REGION", "eu-north-1")),
        site_url=source.url("PAYPULSE_SITE_URL", "http://127.0.0.1:8000"),
        kept_secret_key=secret,
        kept_jwt_keys=jwt_keys,
        invoices_bucket=source.text("PAYPULSE_INVOICES_BUCKET", "rental-invoices-bucket"),
        fetch_invoices_queue=source.text("PAYPULSE_FETCH_INVOICES_QUEUE", "fetch-invoices"),
        fetch_latest_invoice_queue=source.text("PAYPULSE_FETCH_LATEST_INVOICE_QUEUE", "fetch-latest-invoice"),
        fetch_retail_invoices_queue=source.text("PAYPULSE_FETCH_RETAIL_INVOICES_QUEUE", "fetch-retail-invoices"),
        jobs_queue=source.text("PAYPULSE_JOBS_QUEUE", "background-jobs"),
        erase_user_queue=source.text("PAYPULSE_ERASE_USER_QUEUE", "erase-user"),
        # How often a queue hands out a message before it is a dead letter.
        max_receives=source.number("PAYPULSE_MAX_RECEIVES", 5),
        kms_key_id=source.text("PAYPULSE_KMS_KEY_ID", "alias/paypulse"),
        mail_from=source.text("PAYPULSE_MAIL_FROM", "PayPulse <no-reply@paypulse.example>"),
        # The ARN of SNS's platform application; without one nobody is offered push messages.
        push_platform=source.text("PAYPULSE_PUSH_PLATFORM", ""),
        # What the names of people's push topics begin with.
        push_topics=source.text("PAYPULSE_PUSH_TOPICS", "paypulse-push-"),
        # Of whom a second step is demanded when signing in; everybody may turn it on.
        second_step=source.choice("PAYPULSE_SECOND_STEP", ("nobody", "staff", "everyone")),
        google=_google(source),
        max_upload_bytes=source.number("PAYPULSE_MAX_UPLOAD_BYTES", 25 * 1024 * 1024),
        # API Gateway gives up after 30 s; work that takes longer than this is answered as a job to poll.
        answer_within_s=source.number("PAYPULSE_ANSWER_WITHIN_S", 20),
        allowed_hosts=source.words("PAYPULSE_ALLOWED_HOSTS", ("127.0.0.1", "localhost", "testserver")),
        metrics_namespace=source.text("POWERTOOLS_METRICS_NAMESPACE", "paypulse"),
    )


def _google(source: _Source) -> Google:
    return Google(
        client_id=source.text("GOOGLE_CLIENT_ID", ""),
        client_secret=source.text("GOOGLE_CLIENT_SECRET", ""),
        auth_uri=source.encrypted_url("GOOGLE_AUTH_URI", "https://accounts.google.com/o/oauth2/v2/auth"),
        token_uri=source.encrypted_url("GOOGLE_TOKEN_URI", "https://oauth2.googleapis.com/token"),
        revoke_uri=source.encrypted_url("GOOGLE_REVOKE_URI", "https://oauth2.googleapis.com/revoke"),
        userinfo_uri=source.encrypted_url("GOOGLE_USERINFO_URI", "https://openidconnect.googleapis.com/v1/userinfo"),
        tokeninfo_uri=source.encrypted_url("GOOGLE_TOKENINFO_URI", "https://oauth2.googleapis.com/tokeninfo"),
        gmail_endpoint=source.encrypted_url("GOOGLE_GMAIL_ENDPOINT", "https://gmail.googleapis.com"),
    )


@dataclass(frozen=True, slots=True)
class _Source:
    env: Mapping[str, str]

    @property
    def production(self) -> bool:
        name = self.env.get("PAYPULSE_ENV", "local")
        if name not in ("local", "production"):
            raise ConfigError(f"PAYPULSE_ENV must be local or production, not {name!r}")
        return name == "production"

    def text(self, name: str, default: str) -> str:
        return self.env.get(name) or default

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """One of `choices`; the first when nothing is set."""
        value = self.text(name, choices[0])
        if value not in choices:
            raise ConfigError(f"{name} must be one of {', '.join(choices)}")
        return value

    def secret(self, name: str) -> str:
        """The secret; "" where production was given none, as functions that need none are."""
        return self.env.get(name, "") or ("" if self.production else _LOCAL_ONLY * 2)

    def words(self, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(word for word in self.env.get(name, "").split(",") if word) or default

    def demand_strength(self, **secrets: tuple[str, ...]) -> None:
        """Return when production's secrets are its own and too long to be guessed (RFC 7518: a key of HS256 has 256 bits)."""
        for name, values in secrets.items():
            if self.production and any(_LOCAL_ONLY in value for value in values):
                raise ConfigError(f"{name} is what developers' machines have; production needs its own")
            if self.production and any(value and len(value) < _SHORTEST_SECRET for value in values):
                raise ConfigError(f"{name} must have at least {_SHORTEST_SECRET} characters")

    def url(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if not value.startswith(("https://", "http://")):
            raise ConfigError(f"{name} must be an http(s) address")
        return value.rstrip("/")

    def encrypted_url(self, name: str, default: str) -> str:
        """An address that tokens are sent to: of https alone in production; elsewhere Google may be on this machine."""
        value = self.url(name, default)
        if self.production and not value.startswith("https://"):
            raise ConfigError(f"{name} must be an https address in production")
        return value

    def number(self, name: str, default: int) -> int:
        value = self.env.get(name, "")
        if value and not value.isdecimal():
            raise ConfigError(f"{name} must be a whole number")
        return int(value or default)
