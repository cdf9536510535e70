"""What wraps the keys of people: begun once, changed for a newer secret, retired when nothing hangs on it."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.core.db import Database
from porchlight.core.keyring.current import RING
from porchlight.core.keyring.models import KeyRoot, PersonKey
from porchlight.core.keyring.ring import KEPT, Ring
from porchlight.core.keys import Keys

AT_ONCE = 500  # keys a transaction


def begin(session: Session, keys: Keys, *, now: datetime) -> bool:
    """From here on words are sealed. True when they were not before."""
    if session.exec(select(KeyRoot.id).where(col(KeyRoot.retired_at).is_(None))).first():
        return False
    session.add(KeyRoot(id=keys.roots()[-1], made_at=now))
    return True


def at_hand(session: Session, keys: Keys) -> bool:
    """Whether the secret of every root in use is here."""
    return all(row in keys.roots() for row in session.exec(select(KeyRoot.id).where(col(KeyRoot.retired_at).is_(None))))


def take_newest(db: Database, keys: Keys) -> str:
    """New keys come under the newest secret from here on. Returns the root's name."""
    newest = keys.roots()[-1]
    with db.transaction() as session:
        if session.get(KeyRoot, newest) is None:
            session.add(KeyRoot(id=newest, made_at=db.now(session)))
    return newest


def rewrap(db: Database, ring: Ring, root: str, *, most: int = AT_ONCE) -> int:
    """Bring up to so many keys under this root; what they sealed stays as it is. Returns how many there were."""
    with db.transaction() as session:
        older = select(PersonKey).where(PersonKey.root != root, PersonKey.wrapped != "").limit(most)
        rows = list(session.exec(older.with_for_update(skip_locked=True)))
        for row in rows:
            plain = ring.unwrap(row.id, row.subject_id, row.root, row.wrapped)
            row.root, row.wrapped = root, ring.wrap(row.id, row.subject_id, root, plain)
    return len(rows)


def rotate(db: Database, keys: Keys, *, wait: Callable[[float], None] = time.sleep) -> int:
    """Everything under the newest root, and the older ones retired. Returns how many keys were wrapped anew.

    It waits until no node makes a key under an older root any more.
    """
    ring: Ring = db.facts[RING]
    root, count = take_newest(db, keys), 0
    wait(KEPT + 1)
    while done := rewrap(db, ring, root):
        count += done
    with db.transaction() as session:
        now = db.now(session)
        used = {row.root for row in uses(session) if row.keys}
        for row in session.exec(select(KeyRoot).where(KeyRoot.id != root, col(KeyRoot.retired_at).is_(None))):
            if row.id not in used:
                row.retired_at = now
    return count


def uses(session: Session) -> list[Any]:
    """Each root, the oldest first: root, made_at, retired_at, and how many living keys it wraps."""
    root, living = (col(KeyRoot.id), col(KeyRoot.made_at), col(KeyRoot.retired_at)), sa.func.count(col(PersonKey.id))
    mine = sa.and_(col(PersonKey.root) == root[0], col(PersonKey.wrapped) != "")
    query: Any = sa.select(root[0].label("root"), *root[1:], living.label("keys")).select_from(KeyRoot)
    return list(session.execute(query.outerjoin(PersonKey, mine).group_by(*root).order_by(root[1])))
