"""Passwords, kept as Argon2id (RFC 9106); a missing account costs the same time as a wrong password."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's floor (Password Storage Cheat Sheet): 19 MiB, two passes, one lane.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def make_hash(password: str) -> str:
    return HASHER.hash(password)


@cache
def _nobody() -> str:
    return HASHER.hash("nobody signs in with this")


def fits(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash or _nobody(), password) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _common() -> frozenset[str]:
    # Ten megabytes that only somebody who chooses a password needs.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])


def is_common(password: str) -> bool:
    """Whether it is one of the 30,000 that leaked most often, in whatever case; asked of a list that lies here."""
    return password.lower() in _common()
