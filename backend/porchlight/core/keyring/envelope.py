"""A sealed value: the suite, the key's id and AES-256-GCM text that opens in its own column of its own row alone."""

import re
import secrets
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from porchlight.core.keys import b64u, from_b64u

SUITE = "1"  # AES-256-GCM, 96 random bits as nonce
NONCE = 12
MARK = f"sealed:{SUITE}:"
SHAPE = re.compile(r"sealed:1:([A-Za-z0-9_-]{22}):([A-Za-z0-9_-]{38,})")


class SealBroken(Exception):
    """The value does not open here: it was changed, or moved, or its key is none of ours."""


@dataclass(frozen=True, slots=True)
class Place:
    """The column and the row that a value is bound to. row: the primary key as hex, several parted by a slash."""

    column: str
    row: str

    def bound(self, key_id: UUID) -> bytes:
        return f"{MARK}{key_id.hex}\n{self.column}\n{self.row}".encode()


def row_name(*parts: object) -> str:
    """The same for both databases: SQLite keeps an id as hex, PostgreSQL shows it with hyphens."""
    return "/".join(str(part).replace("-", "") for part in parts)


def close(cipher: AESGCM, key_id: UUID, place: Place, plain: str) -> str:
    nonce = secrets.token_bytes(NONCE)
    body = nonce + cipher.encrypt(nonce, plain.encode(), place.bound(key_id))
    return f"{MARK}{b64u(key_id.bytes)}:{b64u(body)}"


@lru_cache(maxsize=20_000)
def _named(text: str) -> UUID:
    return UUID(bytes=from_b64u(text))


def key_of(value: str) -> UUID | None:
    """The id of the key that sealed this; None for plain words."""
    found = SHAPE.fullmatch(value)
    return _named(found[1]) if found else None


def open_up(cipher: AESGCM, key_id: UUID, place: Place, value: str) -> str:
    """value: one of which `key_of` knows the key. Raises SealBroken."""
    body = from_b64u(value.rpartition(":")[2])
    try:
        return cipher.decrypt(body[:NONCE], body[NONCE:], place.bound(key_id)).decode()
    except InvalidTag as error:
        raise SealBroken from error
