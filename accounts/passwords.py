"""Passwords as argon2id strings in the form Django stores them, made and verified without Django.

The hasher and the list of common passwords are imported where they are used: every function that reads a person reaches this
module, and two of them deal with passwords.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from paypulse.core.errors import PayPulseError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# OWASP Password Storage Cheat Sheet (2026): argon2id, 19 MiB, two passes, one lane.
MEMORY_KIB: Final = 19456
PASSES: Final = 2
LANES: Final = 1
SHORTEST: Final = 12
LONGEST: Final = 256

# The hash of a password that was thrown away, made with the costs above.
DECOY: Final = (
    "argon2$argon2id$v=19$m=19456,t=2,p=1$IyeQ1xJgUqLdRoaPLGKeijtXMbNV5w$UIVH4z0BCyvogKqxr7GG/kYJbwoB0/GtCBIHiDfL6Ig"
)


class WeakPasswordError(PayPulseError):
    """The password breaks a rule; the message says which, for the person to read."""


def hashed(password: str) -> str:
    """`password` as Django would store it: `argon2$argon2id$v=19$...`, salted anew each time."""
    return "argon2" + _hasher().hash(password)


def verify(password: str, encoded: str) -> bool:
    """Whether `password` is the one `encoded` was made from. An unknown form of hash is never a match."""
    from argon2.exceptions import InvalidHashError, VerificationError

    algorithm, _, rest = encoded.partition("$")
    if algorithm != "argon2":
        return False
    try:
        return _hasher().verify("$" + rest, password)
    except (VerificationError, InvalidHashError):
        return False


def spend_time(password: str) -> None:
    """Take as long as a verification does, so that an unknown address answers no sooner than a known one."""
    verify(password, DECOY)


def check_strength(password: str, *, email: str = "", name: str = "") -> None:
    """Return when the password may be used; raise WeakPasswordError when it is short, common or made of name or address.

    The rules are NIST SP 800-63B's: length and what is tried first, no composition rules.
    """
    from accounts.common_passwords import is_common

    plain = password.casefold()
    if len(plain) < SHORTEST:
        raise WeakPasswordError(f"Use at least {SHORTEST} characters.")
    if len(plain) > LONGEST:
        raise WeakPasswordError(f"Use at most {LONGEST} characters.")
    if is_common(plain) or len(set(plain)) < 5:
        raise WeakPasswordError("This password is on the lists attackers try first.")
    if any(part in plain for part in _parts(email, name)):
        raise WeakPasswordError("Do not use your name or address in the password.")


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    # Twenty-two bytes, for Django takes a salt for characters of which it wants 128 bits.
    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES, salt_len=22)


def _parts(email: str, name: str) -> tuple[str, ...]:
    words = (email.casefold(), *email.casefold().split("@"), name.casefold(), *name.casefold().split())
    return tuple(word for word in words if len(word) >= 5)
