"""Django's argon2 hasher with the costs that the rest of the code uses, so that nobody hashes a password a second time."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher

from accounts import passwords


class PasswordHasher(Argon2PasswordHasher):
    """Reads and writes the same strings as accounts.passwords."""

    time_cost = passwords.PASSES
    memory_cost = passwords.MEMORY_KIB
    parallelism = passwords.LANES
