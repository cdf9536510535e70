"""The keys of people in hand: made at the first word, opened by id, kept for half a minute, gone when they are destroyed."""

import secrets
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.dialects import postgresql, sqlite

from porchlight.core.ids import new_id
from porchlight.core.keyring.envelope import NONCE, SealBroken
from porchlight.core.keyring.models import KeyRoot, PersonKey
from porchlight.core.keys import Keys, b64u, from_b64u

KEPT = 30.0  # seconds; a key that was destroyed on another node is gone here within these
MOST = 20_000  # keys at hand
WRAP = "1"  # AES-256-GCM under the root; goes before the wrapped key

_KEYS: sa.Table = PersonKey.__table__  # type: ignore[attr-defined]
_ROOTS: sa.Table = KeyRoot.__table__  # type: ignore[attr-defined]
_BY_ID = sa.select(_KEYS.c.subject_id, _KEYS.c.root, _KEYS.c.wrapped, _KEYS.c.destroyed_at).where(
    _KEYS.c.id == sa.bindparam("key_id")
)
_NEWEST = (
    sa.select(_KEYS.c.id, _KEYS.c.number, _KEYS.c.root, _KEYS.c.wrapped, _KEYS.c.destroyed_at)
    .where(_KEYS.c.subject_id == sa.bindparam("subject"))
    .order_by(_KEYS.c.number.desc())
    .limit(1)
)
_ROOT = sa.select(_ROOTS.c.id).where(_ROOTS.c.retired_at.is_(None)).order_by(_ROOTS.c.made_at.desc()).limit(1)

Found = tuple[UUID, AESGCM]


class Ring:
    """One a database. Writing asks the database in its own transaction which key holds; reading may keep an opened one."""

    def __init__(self, keys: Keys, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self.keys = keys
        self._seconds = seconds
        self._held: dict[UUID, tuple[AESGCM | None, float]] = {}
        self._lock = threading.Lock()
        self._root: tuple[str, float] | None = None

    def root(self, connection: sa.Connection) -> str | None:
        """What wraps new keys. None: words are not sealed here yet, for not every node may be of a release that reads them."""
        if self._root is None or self._seconds() - self._root[1] >= KEPT:
            found = newest_root(connection)
            self._root = (found, self._seconds()) if found else None
        return self._root[0] if self._root else None

    def current(self, connection: sa.Connection, subject: UUID) -> Found:
        """The key under which words of this subject are sealed now; made where there is none, or where it was destroyed."""
        row = connection.execute(_NEWEST, {"subject": subject}).first()
        if row is None or row.destroyed_at is not None:
            self._make(connection, subject, row.number + 1 if row else 1)
            row = connection.execute(_NEWEST, {"subject": subject}).one()
        return row.id, self._cipher(row.id, subject, row.root, row.wrapped)

    def opened(self, connection: Callable[[], sa.Connection], key_id: UUID) -> AESGCM | None:
        """The key of this id; None once it was destroyed. Raises SealBroken when there never was one."""
        held = self._held.get(key_id)
        if held and self._seconds() - held[1] < KEPT:
            return held[0]
        row = connection().execute(_BY_ID, {"key_id": key_id}).first()
        if row is None:
            raise SealBroken
        cipher = None if row.destroyed_at else self._cipher(key_id, row.subject_id, row.root, row.wrapped)
        with self._lock:
            if len(self._held) >= MOST:
                self._held.clear()
            self._held[key_id] = cipher, self._seconds()
        return cipher

    def forget(self, key_ids: Iterable[UUID]) -> None:
        with self._lock:
            for key_id in key_ids:
                self._held.pop(key_id, None)

    def wrap(self, key_id: UUID, subject: UUID, root: str, plain: bytes) -> str:
        """The key under this root. Raises KeyError when the secret of that root is not here."""
        nonce = secrets.token_bytes(NONCE)
        sealed = AESGCM(self.keys.root(root)).encrypt(nonce, plain, _bound(key_id, subject))
        return f"{WRAP}.{b64u(nonce + sealed)}"

    def unwrap(self, key_id: UUID, subject: UUID, root: str, wrapped: str) -> bytes:
        """Raises SealBroken, also when the secret of that root is not here."""
        data = from_b64u(wrapped.removeprefix(f"{WRAP}."))
        try:
            return AESGCM(self.keys.root(root)).decrypt(data[:NONCE], data[NONCE:], _bound(key_id, subject))
        except (InvalidTag, KeyError, ValueError) as error:
            raise SealBroken from error

    def _cipher(self, key_id: UUID, subject: UUID, root: str, wrapped: str) -> AESGCM:
        return AESGCM(self.unwrap(key_id, subject, root, wrapped))

    def _make(self, connection: sa.Connection, subject: UUID, number: int) -> None:
        """Two that make one at once: the second waits for the first, and finds it."""
        key_id, root = new_id(), self.root(connection) or ""
        wrapped = self.wrap(key_id, subject, root, AESGCM.generate_key(256))
        insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        values = {"id": key_id, "subject_id": subject, "number": number, "root": root, "wrapped": wrapped}
        connection.execute(insert(_KEYS).on_conflict_do_nothing(), values | {"made_at": datetime.now(UTC)})


def newest_root(connection: sa.Connection) -> str | None:
    """What wraps new keys here; None where words are not sealed."""
    row = connection.execute(_ROOT).first()
    return str(row.id) if row else None


def _bound(key_id: UUID, subject: UUID) -> bytes:
    return f"porchlight/person-key/{WRAP}\n{key_id.hex}\n{subject.hex}".encode()
