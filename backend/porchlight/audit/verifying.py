"""Checking the audit from end to end: rows against marks, seals against rows, checkpoints against seals."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.audit import canon, checkpoints, guards
from porchlight.audit.findings import Kind, Report, said, spell
from porchlight.audit.keeping import UNKEPT, UNSEALED
from porchlight.audit.keyring import Ring
from porchlight.audit.models import AuditEvent, AuditPerson, AuditSeal, AuditUnsealed
from porchlight.audit.sealing import hash_at, head, people_of
from porchlight.audit.shelves import Shelf
from porchlight.core.db import Database

AT_ONCE = 2000  # rows in memory at a time
PROMISED = timedelta(seconds=5)
GRACE = timedelta(days=1)  # after an update the release before it may still write rows without a mark

_EVENTS = AuditEvent.__table__  # type: ignore[attr-defined]
_SEALED = (
    sa.select(col(AuditSeal.number), col(AuditSeal.event_id), col(AuditSeal.sealed_at), col(AuditSeal.hash), *_EVENTS.c)
    .outerjoin(AuditEvent, col(AuditEvent.id) == col(AuditSeal.event_id))
    .order_by(col(AuditSeal.number))
    .limit(AT_ONCE)
)
_WAITING = (
    sa.select(col(AuditUnsealed.event_id), *_EVENTS.c)
    .outerjoin(AuditEvent, col(AuditEvent.id) == col(AuditUnsealed.event_id))
    .outerjoin(AuditSeal, col(AuditSeal.event_id) == col(AuditUnsealed.event_id))
    .where(col(AuditSeal.number).is_(None))
    .order_by(col(AuditUnsealed.event_id))
    .limit(AT_ONCE)
)
_STRAY = (
    sa.select(col(AuditEvent.id), col(AuditEvent.at))
    .outerjoin(AuditSeal, col(AuditSeal.event_id) == col(AuditEvent.id))
    .outerjoin(AuditUnsealed, col(AuditUnsealed.event_id) == col(AuditEvent.id))
    .where(col(AuditSeal.number).is_(None), col(AuditUnsealed.event_id).is_(None))
)


class Verifier:
    """Streams: memory does not grow with the audit. since: begin with the first row sealed then, not at the beginning."""

    def __init__(self, db: Database, ring: Ring, shelf: Shelf, *, since: datetime | None = None) -> None:
        self.db, self.ring, self.shelf, self.since = db, ring, shelf, since
        self.report = Report()
        self._marked_from: datetime | None = None

    def run(self) -> Report:
        """Raises StoreDown when the checkpoints cannot be read."""
        began = time.monotonic()
        with self.db.reading() as session:
            self.end, self.now = head(session), self.db.now(session)
            first = _first_since(session, self.since, self.end.size)
            self._marked_from = _first_marked(session)
            for name in guards.missing(session):
                self.report.found(Kind.UNGUARDED, f"The table {name}")
        self._sealed(first)
        self._others()
        self._checkpoints()
        self.report.took = time.monotonic() - began
        return self.report

    def _sealed(self, first: int) -> None:
        """Every seal from `first` on, and what it seals."""
        with self.db.reading() as session:
            before = hash_at(session, first - 1) or canon.START
        last = first - 1
        while last < self.end.size:
            with self.db.reading() as session:
                rows = session.connection().execute(
                    _SEALED.where(col(AuditSeal.number) > last, col(AuditSeal.number) <= self.end.size)
                )
                batch = rows.all()
                named = _index(session, last, batch[-1].number if batch else self.end.size)
            if not batch:
                break
            for row in batch:
                self._one(row, last, before, named)
                last, before = row.number, row.hash
            self.report.rows += len(batch)
            self.report.last, self.report.last_at = last, batch[-1].sealed_at

    def _one(self, row: Any, last: int, before: str, named: dict[int, set[UUID]]) -> None:
        found = self.report.found
        if row.number != last + 1:
            found(Kind.DELETED, f"What lay between the rows {last:,} and {row.number:,}")
        if row.id is None:
            found(Kind.DELETED, f"Row {row.number:,} (sealed {said(row.sealed_at)})")
            return
        data = canon.canonical(row)
        if canon.link(before, row.number, row.sealed_at, data, row.mark) != row.hash:
            found(Kind.CHANGED, f"Row {row.number:,} of {said(row.at)}")
        if not self._ours(data, row.mark, row.sealed_at):
            found(Kind.NOT_OURS, f"Row {row.number:,} of {said(row.at)}")
        if named[row.number] != set(people_of(row)):
            found(Kind.HIDDEN, f"Row {row.number:,} of {said(row.at)}")

    def _ours(self, data: bytes, mark: str, sealed_at: datetime) -> bool:
        """Rows of a release that knew no marks have none; a day after the first one has it, all must."""
        if mark:
            return canon.mark_fits(data, mark, self.ring.marks)
        return self._marked_from is None or sealed_at <= self._marked_from + GRACE

    def _others(self) -> None:
        """Rows that have no seal: those that wait for one, and those that should not be there."""
        with self.db.reading() as session:
            for row in session.connection().execution_options(yield_per=AT_ONCE).execute(_STRAY):
                self.report.found(Kind.INSERTED, f"A row of {said(row.at)}")
        oldest, after = self.now, UUID(int=0)
        while True:
            with self.db.reading() as session:
                batch = session.connection().execute(_WAITING.where(col(AuditUnsealed.event_id) > after)).all()
            if not batch:
                break
            after = batch[-1].event_id
            self.report.waiting += len(batch)
            for row in batch:
                if row.id is None:
                    self.report.found(Kind.DELETED, "A row that waited for its number")
                    continue
                oldest = min(oldest, row.at)
                if not self._ours(canon.canonical(row), row.mark, self.now):
                    self.report.found(Kind.NOT_OURS, f"A row of {said(row.at)} that waits for its number")
        if self.now - oldest > UNSEALED:
            words = f"Rows have waited {spell(self.now - oldest)} for their number, not the {spell(PROMISED)} promised:"
            self.report.late.append(f"{words} is a worker running?")

    def _checkpoints(self) -> None:
        lines = self.shelf.lines()
        while batch := list(islice(lines, AT_ONCE)):
            self._signed_for([point for point in self._ours_of(batch) if point.head.size])
        with self.db.reading() as session:
            after = select(AuditSeal.sealed_at).where(col(AuditSeal.number) > self.report.covered)
            unkept = session.exec(after.order_by(col(AuditSeal.number)).limit(1)).one_or_none()
        if unkept and self.now - unkept > UNKEPT:
            self.report.late.append(
                f"The rows after number {self.report.covered:,} were sealed {said(unkept)} and no checkpoint covers them:"
                " is a worker running, and can it write where the checkpoints lie (PORCHLIGHT_AUDIT_STORE)?"
            )

    def _ours_of(self, lines: Iterable[str]) -> Iterator[checkpoints.Checkpoint]:
        for line in lines:
            point = checkpoints.read(line)
            if point is None:
                self.report.broken_lines += bool(line)
            elif not point.holds(self.ring):
                self.report.found(Kind.UNSIGNED, f"The line of {said(point.at)}")
            else:
                yield point

    def _signed_for(self, points: list[checkpoints.Checkpoint]) -> None:
        with self.db.reading() as session:
            query = select(AuditSeal.number, AuditSeal.hash)
            there = dict(
                session.exec(query.where(col(AuditSeal.number).in_({point.head.size for point in points}))).all()
            )
        for point in points:
            self.report.checkpoints += 1
            stands = there.get(point.head.size)
            what = f"Row {point.head.size:,} (checkpoint of {said(point.at)})"
            if stands is None:
                self.report.found(Kind.CUT, what)
            elif stands != point.head.hash:
                self.report.found(Kind.REWRITTEN, what)
            else:
                self.report.covered = max(self.report.covered, point.head.size)


def _index(session: Session, after: int, upto: int) -> dict[int, set[UUID]]:
    """Whom the index of people has for these numbers."""
    query = sa.select(col(AuditPerson.number), col(AuditPerson.person_id)).where(
        col(AuditPerson.number) > after, col(AuditPerson.number) <= upto
    )
    found: dict[int, set[UUID]] = defaultdict(set)
    for number, person in session.connection().execute(query):
        found[number].add(person)
    return found


def _first_marked(session: Session) -> datetime | None:
    query = select(AuditSeal.sealed_at).join(AuditEvent, col(AuditEvent.id) == col(AuditSeal.event_id))
    return session.exec(query.where(AuditEvent.mark != "").order_by(col(AuditSeal.number)).limit(1)).one_or_none()


def _first_since(session: Session, since: datetime | None, size: int) -> int:
    """The number of the first seal not older than `since`: halved again and again, for moments grow with numbers."""
    low, high = 1, size + 1
    while since and low < high:
        middle = (low + high) // 2
        query = select(AuditSeal.sealed_at).where(col(AuditSeal.number) >= middle)
        at = session.exec(query.order_by(col(AuditSeal.number)).limit(1)).first()
        if at is not None and at < since:
            low = middle + 1
        else:
            high = middle
    return low
