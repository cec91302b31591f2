"""Whether an address has an account cannot be told from the work that is done, and so not from the time it takes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts import passwords, recovery, signin, signup, store
from accounts.signin import CredentialsError
from tests.counting import dynamodb_calls

PASSWORD, OTHER = "korvstroganoff-och-ris", "en-helt-annan-fras-8"
KNOWN, UNKNOWN = "alice@example.com", "nobody@example.com"

pytestmark = pytest.mark.usefixtures("aws")


def try_to_sign_in(email: str) -> None:
    with pytest.raises(CredentialsError):
        signin.authenticate(email, OTHER, source="198.51.100.1")


def ask_to_sign_up(email: str) -> None:
    signup.ask(email=email, name="X", password=OTHER, language="en", source="198.51.100.1")


def ask_for_a_reset(email: str) -> None:
    recovery.ask(email, language="en", source="198.51.100.1")


@pytest.mark.parametrize("work", [try_to_sign_in, ask_to_sign_up, ask_for_a_reset])
def test_a_known_and_an_unknown_address_cost_the_same_calls(work: Callable[[str], None]) -> None:
    store.create_user(email=KNOWN, name="Alice", password=PASSWORD)
    made = {}
    for email in (KNOWN, UNKNOWN):
        with dynamodb_calls() as calls:
            work(email)
        made[email] = dict(calls)
    assert made[KNOWN] == made[UNKNOWN] != {}


def test_the_decoy_costs_what_a_real_hash_costs() -> None:
    real = passwords.hashed(PASSWORD)
    assert passwords.DECOY.rsplit("$", 2)[0] == real.rsplit("$", 2)[0] and len(passwords.DECOY) == len(real)
