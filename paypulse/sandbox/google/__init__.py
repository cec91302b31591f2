"""A Google for one machine: OAuth consent and tokens, OpenID Connect, and Gmail v1, as Google's own client libraries speak them."""

from paypulse.sandbox.google.faults import Fault
from paypulse.sandbox.google.oauth import Tokens
from paypulse.sandbox.google.person import approve
from paypulse.sandbox.google.server import GMAIL_SCOPES, FakeGoogle

__all__ = ["GMAIL_SCOPES", "FakeGoogle", "Fault", "Tokens", "approve"]
