"""Telling a person's own server: a signed POST to an address that is really out there.

The signature is HMAC-SHA256 over the time and the body, so that a receiver can tell ours from others' and old from new.
The address is resolved once and the connection made to what was checked, so that no name leads into our own network.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from paypulse.core.clock import epoch
from paypulse.core.errors import PayPulseError

_TIMEOUT_S: Final = 5.0
_HEADERS: Final = {"Content-Type": "application/json", "User-Agent": "PayPulse"}
Address = IPv4Address | IPv6Address


class WebhookError(PayPulseError):
    """The receiver did not take it; another try can help."""

    retryable = True


class WebhookAddressError(PayPulseError):
    """The address is none that we call: not https, or not public."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a person wants to be told, and the secret that signs it."""

    url: str
    secret: str

    @classmethod
    def of(cls, preferences: Mapping[str, Any]) -> Webhook | None:
        """The webhook among a person's preferences, if there is one."""
        chosen = preferences.get("webhook") or {}
        url, secret = chosen.get("url"), chosen.get("secret")
        return cls(url, secret) if isinstance(url, str) and isinstance(secret, str) and url and secret else None


def signature(secret: str, body: bytes, *, at: int) -> str:
    """The header that proves the sender: `t={epoch second},v1={hex HMAC-SHA256 of "t.body"}`."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def is_public(address: Address) -> bool:
    """Whether an address is one of the open network's: not private, loopback, link-local, multicast or reserved."""
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_global and not (mapped or address).is_multicast


def post(hook: Webhook, message: Mapping[str, Any], *, allowed: Callable[[Address], bool] = is_public) -> None:
    """Send `message` as signed JSON. Raises WebhookAddressError, and WebhookError unless the answer is 2xx; follows nothing."""
    parts = urlsplit(hook.url)
    if parts.scheme != "https" or not parts.hostname or parts.username:
        raise WebhookAddressError("a webhook is an https address")
    port = parts.port or 443
    body = json.dumps(dict(message), sort_keys=True).encode()
    signed = signature(hook.secret, body, at=epoch())
    connection = _Pinned(parts.hostname, port, address=_resolved(parts.hostname, port, allowed))
    try:
        connection.request("POST", _target(parts), body=body, headers={**_HEADERS, "PayPulse-Signature": signed})
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        raise WebhookError("the receiver cannot be reached") from error
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise WebhookError("the receiver refused it", status=status)


def _target(parts: SplitResult) -> str:
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path


class _Pinned(HTTPSConnection):
    """A connection to the address that was checked, proving itself by the name."""

    def __init__(self, host: str, port: int, *, address: str) -> None:
        super().__init__(host, port, timeout=_TIMEOUT_S, context=ssl.create_default_context())
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), timeout=_TIMEOUT_S)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


def _resolved(host: str, port: int, allowed: Callable[[Address], bool]) -> str:
    """The first address of `host`, when every one of them is allowed."""
    try:
        found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError as error:
        raise WebhookError("the receiver has no address") from error
    if not found or not all(allowed(ip_address(each.partition("%")[0])) for each in found):
        raise WebhookAddressError("a webhook is an address of the open network")
    return found[0]
