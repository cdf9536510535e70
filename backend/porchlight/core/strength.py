"""A secret that everybody knows, or could guess, is refused before anything hangs on it."""

import itertools
import re
from urllib.parse import unquote, urlsplit

from porchlight.core.keys import from_b64u

# Six letters and more: of a true secret one in ten million has one of these by chance.
SAMPLES = re.compile(r"example|changeme|change-me|password|porchlight|placeholder|sample|your-?secret", re.IGNORECASE)
WEAK_PASSWORDS = frozenset(
    {"password", "passwd", "postgres", "secret", "changeme", "example", "admin", "porchlight", "test", "user"}
)
HERE = frozenset({"", "localhost", "127.0.0.1", "::1"})
FEW = 16  # kinds of bytes among 32; of 32 random ones never fewer


class Weak(ValueError):
    """Nobody must rely on this secret."""


def check_secret(secret: str) -> None:
    """Each line of the installation's secret. Raises Weak; what is too short or no base64url is for `Keys` to say."""
    lines = re.split(r"[\s,]+", secret.strip())
    if len(set(lines)) < len(lines) or any(_is_weak(one) for one in lines):
        raise Weak


def _is_weak(secret: str) -> bool:
    data = from_b64u(secret)
    steps = {(later - earlier) % 256 for earlier, later in itertools.pairwise(data)}
    half = len(data) // 2
    return (
        SAMPLES.search(secret) is not None
        or len(set(data)) < FEW
        or len(steps) < FEW // 2  # counted up, or a pattern
        or data[:half] == data[half : 2 * half]
        or all(32 <= byte < 127 for byte in data)  # somebody typed a sentence
    )


def weak_password(address: str) -> bool:
    """Whether an address of another machine holds a password out of a manual."""
    parts = urlsplit(address)
    there = (parts.hostname or "") not in HERE
    return there and parts.password is not None and unquote(parts.password).lower() in WEAK_PASSWORDS
