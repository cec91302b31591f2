"""The cast of the API's tests plays here too."""

from tests.feature.api.conftest import alice, as_alice, as_bob, bob, nobody

__all__ = ["alice", "as_alice", "as_bob", "bob", "nobody"]
