"""A webhook goes out signed, and never into our own network."""

from __future__ import annotations

import hashlib
import hmac
from ipaddress import ip_address

import pytest

from invoices.webhooks import Webhook, WebhookAddressError, WebhookError, is_public, post, signature


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.8",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "224.0.0.1",
    ],
)
def test_addresses_that_are_not_out_there(address: str):
    assert not is_public(ip_address(address))


def test_an_address_out_there():
    assert is_public(ip_address("93.184.216.34"))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "https://127.0.0.1/",
        "https://localhost:8443/x",
        "https://u:p@127.0.0.1/",
        "ftp://x",
        "https:///x",
        "https://[::1]/",
    ],
)
def test_what_is_not_called(url: str):
    with pytest.raises(WebhookAddressError):
        post(Webhook(url, "secret"), {})


def test_a_receiver_that_is_not_there_can_be_tried_again():
    with pytest.raises(WebhookError) as refused:
        post(Webhook("https://127.0.0.1:1/", "secret"), {}, allowed=lambda _: True)

    assert refused.value.retryable


def test_the_signature_covers_time_and_body():
    expected = hmac.new(b"secret", b'17.{"a": 1}', hashlib.sha256).hexdigest()

    assert signature("secret", b'{"a": 1}', at=17) == f"t=17,v1={expected}"


@pytest.mark.parametrize(
    "preferences",
    [{}, {"webhook": None}, {"webhook": {"url": "https://x.example"}}, {"webhook": {"url": 1, "secret": "s"}}],
)
def test_a_person_without_a_whole_webhook_has_none(preferences: dict[str, object]):
    assert Webhook.of(preferences) is None
