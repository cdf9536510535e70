"""Keeping the chain: a worker seals what was committed, every second, and puts a checkpoint away, every minute."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from porchlight.audit import checkpoints
from porchlight.audit.keyring import Ring
from porchlight.audit.models import AuditCheckpoint, AuditEvent, AuditSeal, AuditUnsealed
from porchlight.audit.sealing import Head, hash_at, head, seal
from porchlight.audit.shelves import Shelf, open_shelf
from porchlight.core.blobs import StoreDown
from porchlight.core.db import Database
from porchlight.core.tools import Tools

EVERY = timedelta(minutes=1)
AGAIN = 10.0  # seconds until a checkpoint is tried again that could not be put away
AT_ONCE = 25  # batches, so that a first start with a million old rows still puts checkpoints away in between
UNSEALED = timedelta(seconds=60)  # well above the 5 s that are promised: then no worker lives, or it cannot
UNKEPT = timedelta(minutes=3)
log = structlog.get_logger()


class Keeper:
    """One for each worker; any number of them may live at the same time."""

    def __init__(self, db: Database, shelf: Shelf, ring: Ring) -> None:
        self.db, self.shelf, self.ring = db, shelf, ring
        self._known: Head | None = None
        self._gone: Head | None = None
        self._not_before = 0.0

    @classmethod
    def of(cls, tools: Tools) -> "Keeper":
        return cls(tools.db, open_shelf(tools.settings), Ring.of(tools.keys))

    def step(self) -> None:
        """Seal what waits; a checkpoint when one is due."""
        self._look_back()
        for _ in range(AT_ONCE):
            end = seal(self.db)
            if end is None:
                break
            self._known = end
        if time.monotonic() >= self._not_before:
            self.keep()

    def keep(self, *, every: timedelta = EVERY) -> bool:
        """Put a checkpoint away if the chain has grown and the newest is old enough. Returns whether one was."""
        with self.db.reading() as session:
            now, end, newest = self.db.now(session), head(session), newest_checkpoint(session)
        self._known = self._known or end
        if self._gone and self._put(self._gone, now):
            self._gone = None
        if end.size == 0 or (newest and newest.head == end.hash):
            return False
        # What lies in the database may have been put there by hand: a moment to come must not keep us waiting.
        if newest and timedelta() <= now - newest.at < every:
            return False
        return self._put(end, now)

    def _put(self, end: Head, now: datetime) -> bool:
        try:
            self.shelf.put(checkpoints.make(self.ring, end, now).line, now=now)
        except StoreDown as error:
            self._not_before = time.monotonic() + AGAIN
            log.error("audit.checkpoint_not_kept", kind=type(error).__name__, size=end.size)
            return False
        try:
            with self.db.transaction() as session:
                session.add(AuditCheckpoint(size=end.size, head=end.hash, at=now))
        except IntegrityError:  # another worker put the same one away
            log.info("audit.checkpoint_twice", size=end.size)
        return True

    def _look_back(self) -> None:
        """What this worker saw sealed must still be there. If not, its last word goes where nobody can take it back."""
        if self._known is None:
            return
        with self.db.reading() as session:
            there = hash_at(session, self._known.size)
        if there != self._known.hash:
            log.error("audit.chain_changed", size=self._known.size)
            self._gone, self._known = self._known, None
            self._not_before = 0.0

    def close(self) -> None:
        """Before the worker ends: what is committed is sealed, and what is sealed is signed for."""
        self.step()
        self.keep(every=timedelta())


def newest_checkpoint(session: Session) -> AuditCheckpoint | None:
    return session.exec(select(AuditCheckpoint).order_by(col(AuditCheckpoint.at).desc()).limit(1)).one_or_none()


@dataclass(frozen=True, slots=True)
class Health:
    """unsealed_since, unkept_since: the oldest row without a number, and the oldest that no checkpoint covers."""

    sealed: int
    unsealed_since: datetime | None
    unkept_since: datetime | None
    well: bool


def health(session: Session, *, now: datetime) -> Health:
    """Whether rows are sealed and checkpoints put away in time; asked from outside."""
    waiting = select(sa.func.min(AuditEvent.at)).join(AuditUnsealed, col(AuditUnsealed.event_id) == col(AuditEvent.id))
    unsealed = session.exec(waiting).one()
    newest = newest_checkpoint(session)
    after = select(AuditSeal.sealed_at).where(col(AuditSeal.number) > (newest.size if newest else 0))
    unkept = session.exec(after.order_by(col(AuditSeal.number)).limit(1)).one_or_none()
    late = [
        since for since, most in ((unsealed, UNSEALED), (unkept, UNKEPT)) if since is not None and now - since > most
    ]
    return Health(head(session).size, unsealed, unkept, not late)
