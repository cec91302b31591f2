"""Who may read whose mail: consent, codes with PKCE, access and refresh tokens, OpenID Connect's identity."""

from __future__ import annotations

import hashlib
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from paypulse.sandbox.google.answers import ApiError, OAuthError
from paypulse.sandbox.google.mail import Mailbox

ISSUER = "https://accounts.google.com"
_KEY_ID = "local-1"
_CODE_LIFETIME = 600.0
# Google spells the two OpenID scopes out in what it grants.
_SPELLED = {
    "email": "https://www.googleapis.com/auth/userinfo.email",
    "profile": "https://www.googleapis.com/auth/userinfo.profile",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person allowed a client. Offline grants get a refresh token."""

    email: str
    client_id: str
    scopes: tuple[str, ...]
    granted_at: float
    nonce: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """An authorization code's promise: the grant, and what must come back with the code."""

    grant: Grant
    redirect_uri: str
    challenge: str | None
    method: str
    gives_refresh: bool


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a client gets; `expires_in` in seconds."""

    access_token: str
    refresh_token: str | None
    expires_in: int
    scopes: tuple[str, ...]


@dataclass
class Authority:
    """Google's authorization server. `grant_lifetime` seconds end a refresh token (test-mode apps: seven days)."""

    clients: dict[str, str]
    clock: Callable[[], float] = time.time
    access_lifetime: int = 3599
    grant_lifetime: float | None = None
    codes: dict[str, Code] = field(default_factory=dict)
    access: dict[str, tuple[Grant, float]] = field(default_factory=dict)
    refresh: dict[str, Grant] = field(default_factory=dict)

    # -- consent

    def allow(self, form: Mapping[str, str], *, scopes: Sequence[str]) -> str:
        """The code for a person's consent in `form` (the consent page's fields), limited to the ticked `scopes`."""
        spelled = tuple(_SPELLED.get(scope, scope) for scope in scopes)
        if form.get("include_granted_scopes") == "true":
            spelled = tuple(dict.fromkeys((*spelled, *self._held(form["account"], form["client_id"]))))
        grant = Grant(form["account"], form["client_id"], spelled, self.clock(), form.get("nonce"))
        offline = form.get("access_type") == "offline"
        code = f"4/{secrets.token_urlsafe(24)}"
        self.codes[code] = Code(
            grant=grant,
            redirect_uri=form["redirect_uri"],
            challenge=form.get("code_challenge"),
            method=form.get("code_challenge_method", "plain"),
            gives_refresh=offline and ("consent" in form.get("prompt", "") or not self._known(grant)),
        )
        return code

    def _held(self, email: str, client_id: str) -> list[str]:
        """What the person lets the client do already."""
        kept = (each for each in self.refresh.values() if (each.email, each.client_id) == (email, client_id))
        return [scope for grant in kept if not self._over(grant) for scope in grant.scopes]

    def _known(self, grant: Grant) -> bool:
        return any(_same_client(each, grant) for each in self.refresh.values())

    # -- tokens

    def exchange(self, form: Mapping[str, str]) -> tuple[Tokens, Grant]:
        """The tokens for a request to the token endpoint. Raises OAuthError as Google does."""
        self._check_client(form)
        if form.get("grant_type") == "authorization_code":
            return self._redeem(form)
        if form.get("grant_type") == "refresh_token":
            grant = self._refreshable(form)
            return self.issue(grant, refresh=False), grant
        raise OAuthError("unsupported_grant_type", "Invalid grant_type")

    def issue(self, grant: Grant, *, refresh: bool) -> Tokens:
        """New tokens for `grant`, with a refresh token on demand."""
        access = f"ya29.{secrets.token_urlsafe(32)}"
        self.access[access] = (grant, self.clock() + self.access_lifetime)
        kept = f"1//{secrets.token_urlsafe(32)}" if refresh else None
        if kept:
            self.refresh[kept] = grant
        return Tokens(access, kept, self.access_lifetime, grant.scopes)

    def _check_client(self, form: Mapping[str, str]) -> None:
        if self.clients.get(form.get("client_id", "")) != form.get("client_secret"):
            raise OAuthError("invalid_client", "The OAuth client was not found.", code=401)

    def _redeem(self, form: Mapping[str, str]) -> tuple[Tokens, Grant]:
        code = self.codes.pop(form.get("code", ""), None)
        if not code or code.grant.client_id != form["client_id"]:
            raise OAuthError("invalid_grant", "Malformed auth code.")
        if code.grant.granted_at + _CODE_LIFETIME < self.clock():
            raise OAuthError("invalid_grant", "Bad Request")
        if code.redirect_uri != form.get("redirect_uri"):
            raise OAuthError("redirect_uri_mismatch", "Bad Request")
        _check_verifier(code, form.get("code_verifier", ""))
        return self.issue(code.grant, refresh=code.gives_refresh), code.grant

    def _refreshable(self, form: Mapping[str, str]) -> Grant:
        grant = self.refresh.get(form.get("refresh_token", ""))
        if not grant or grant.client_id != form["client_id"] or self._over(grant):
            raise OAuthError("invalid_grant", "Token has been expired or revoked.")
        return grant

    def _over(self, grant: Grant) -> bool:
        return self.grant_lifetime is not None and grant.granted_at + self.grant_lifetime < self.clock()

    # -- the end of a grant

    def revoke_token(self, token: str) -> None:
        """End the whole grant that a token belongs to, as Google does. Raises OAuthError for an unknown token."""
        grant = self.refresh.get(token) or self.access.get(token, (None, 0))[0]
        if not grant:
            raise OAuthError("invalid_token", "Token expired or revoked")
        self._drop(lambda each: _same_client(each, grant))

    def revoke_person(self, email: str) -> None:
        """The person takes every access back in their Google account."""
        self._drop(lambda each: each.email == email)

    def _drop(self, ended: Callable[[Grant], bool]) -> None:
        self.refresh = {token: grant for token, grant in self.refresh.items() if not ended(grant)}
        self.access = {token: kept for token, kept in self.access.items() if not ended(kept[0])}

    def expire_access(self, email: str) -> None:
        """Every access token of the person is over; refresh tokens go on."""
        self.access = {token: kept for token, kept in self.access.items() if kept[0].email != email}

    # -- use

    def bearer(self, header: str, *, any_of: Sequence[str] = ()) -> Grant:
        """The grant behind an Authorization header. Raises ApiError 401 or, without one of the scopes, 403."""
        grant, until = self.access.get(header.removeprefix("Bearer "), (None, 0.0))
        if not grant or until < self.clock():
            challenge = {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'}
            message = "Request had invalid authentication credentials."
            raise ApiError(401, reason="authError", message=message, headers=challenge)
        if any_of and not set(any_of) & set(grant.scopes):
            message = "Request had insufficient authentication scopes."
            raise ApiError(403, reason="insufficientPermissions", message=message)
        return grant

    # -- OpenID Connect

    @cached_property
    def key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def id_token(self, grant: Grant, mailbox: Mailbox) -> str:
        """A signed identity token for the client of `grant`."""
        now = int(self.clock())
        claims = {"iss": ISSUER, "aud": grant.client_id, "azp": grant.client_id, "iat": now, "exp": now + 3600}
        nonce = {"nonce": grant.nonce} if grant.nonce else {}
        return jwt.encode(claims | identity(mailbox) | nonce, self.key, algorithm="RS256", headers={"kid": _KEY_ID})

    def certificates(self) -> dict[str, str]:
        """The public keys by id, as PEM."""
        return {_KEY_ID: self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()}

    def key_set(self) -> dict[str, Any]:
        """The public keys as a JSON web key set."""
        key = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**key, "alg": "RS256", "use": "sig", "kid": _KEY_ID}]}


def identity(mailbox: Mailbox) -> dict[str, Any]:
    """What OpenID says of the person."""
    name = mailbox.name or mailbox.email.split("@")[0].title()
    return {"sub": mailbox.google_id, "email": mailbox.email, "email_verified": True, "name": name}


def _same_client(one: Grant, other: Grant) -> bool:
    return (one.email, one.client_id) == (other.email, other.client_id)


def _check_verifier(code: Code, verifier: str) -> None:
    if not code.challenge:
        return
    if not verifier:
        raise OAuthError("invalid_grant", "Missing code verifier.")
    digest = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    if code.challenge != (digest if code.method == "S256" else verifier):
        raise OAuthError("invalid_grant", "Invalid code verifier.")
