"""A webhook goes out signed, and never into our own network."""

from __future__ import annotations

import hashlib
import hmac
import json
import ssl
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from invoices.webhooks import Webhook, WebhookAddressError, WebhookError, is_public, post, signature
from paypulse.core.clock import now


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


class Receiver(BaseHTTPRequestHandler):
    """Somebody's server: keeps what it got, and answers as its path says."""

    got: ClassVar[list[tuple[str, str, bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.path, self.headers["PayPulse-Signature"], body))
        self.send_response(int(self.path[1:4]))
        self.send_header("Location", "/200")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server on loopback with a certificate that is trusted here alone."""
    file = tmp_path / "both.pem"
    file.write_bytes(_certificate())
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Receiver.got.clear()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"https://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _certificate() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    day = timedelta(days=1)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now() - day, now() + day)
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    plain = serialization.NoEncryption()
    shown = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return shown + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def test_a_receiver_gets_the_message_with_a_signature_it_can_check(receiver: str):
    post(Webhook(f"{receiver}/200?of=alice", "secret"), {"kind": "new-rent"}, allowed=lambda _: True)

    [(path, signed, body)] = Receiver.got
    at = int(signed.partition(",")[0].removeprefix("t="))
    assert (path, json.loads(body)) == ("/200?of=alice", {"kind": "new-rent"})
    assert signed == signature("secret", body, at=at) and abs(at - now().timestamp()) < 60


@pytest.mark.parametrize("status", [302, 404, 500])
def test_any_other_answer_can_be_tried_again_and_nothing_is_followed(receiver: str, status: int):
    with pytest.raises(WebhookError):
        post(Webhook(f"{receiver}/{status}", "secret"), {}, allowed=lambda _: True)

    assert len(Receiver.got) == 1


def test_the_signature_covers_time_and_body():
    expected = hmac.new(b"secret", b'17.{"a": 1}', hashlib.sha256).hexdigest()

    assert signature("secret", b'{"a": 1}', at=17) == f"t=17,v1={expected}"


@pytest.mark.parametrize(
    "preferences",
    [{}, {"webhook": None}, {"webhook": {"url": "https://x.example"}}, {"webhook": {"url": 1, "secret": "s"}}],
)
def test_a_person_without_a_whole_webhook_has_none(preferences: dict[str, object]):
    assert Webhook.of(preferences) is None
