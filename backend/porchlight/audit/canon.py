"""What a row of the audit is, byte for byte, and how rows hang together: keyed marks and a chain of hashes."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from porchlight.core.keys import b64u, from_b64u

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
START = b64u(bytes(32))
"""What the first seal hangs on."""


class Traced(Protocol):
    """A row of the audit, from whichever database."""

    id: UUID
    at: datetime
    account_id: UUID | None
    device_id: UUID | None
    act: str
    subject_id: UUID | None
    people: list[str]
    detail: dict[str, Any]
    mark: str


def micros(moment: datetime) -> int:
    """Whole microseconds since 1970: the same on both databases."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment_of(count: int) -> datetime:
    return EPOCH + timedelta(microseconds=count)


def canonical(row: Traced) -> bytes:
    """JSON of version 1, in one order, in ASCII, without blanks; the mark is not part of it."""
    ids = [one and one.hex for one in (row.id, row.account_id, row.device_id, row.subject_id)]
    said = [1, micros(row.at), *ids, row.act, row.people, row.detail]
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def marked(row: Traced, kid: str, key: bytes) -> str:
    """`1.KEY.MAC`: HMAC-SHA256 over the row, 128 bits of it. Who has the database and not the key cannot make one."""
    return _marked(canonical(row), kid, key)


def _marked(data: bytes, kid: str, key: bytes) -> str:
    return f"1.{kid}.{b64u(hmac.digest(key, data, 'sha256')[:16])}"


def mark_fits(data: bytes, mark: str, keys: Mapping[str, bytes]) -> bool:
    """data: the canonical row. keys: by their ids."""
    kid = mark.split(".")[1] if mark.count(".") == 2 else ""
    return kid in keys and hmac.compare_digest(mark.encode(), _marked(data, kid, keys[kid]).encode())


def link(before: str, number: int, sealed_at: datetime, data: bytes, mark: str) -> str:
    """The hash of a seal (b64u of a sha256) over the one before it, its own number and moment, and its row."""
    row = hashlib.sha256(data + b"\n" + mark.encode()).digest()
    numbers = number.to_bytes(8, "big") + micros(sealed_at).to_bytes(8, "big", signed=True)
    return b64u(hashlib.sha256(b"porchlight/seal/1" + from_b64u(before) + numbers + row).digest())
