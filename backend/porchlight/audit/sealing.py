"""The sealer: numbers rows and hangs each on the one before it, in small batches, soon after their commit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from porchlight.audit import canon
from porchlight.audit.models import AuditEvent, AuditPerson, AuditSeal, AuditUnsealed
from porchlight.core.db import Database

# So many that a hundred alerts a second are a batch or two, so few that nobody who raises one waits for it to be written.
MOST = 400
MOST_NAMED = 2000  # people in the rows of one batch; a row that names more is a batch of its own

_EVENTS = AuditEvent.__table__  # type: ignore[attr-defined]
_WAITING = (
    sa.select(*_EVENTS.c)
    .join(AuditUnsealed, col(AuditUnsealed.event_id) == col(AuditEvent.id))
    .outerjoin(AuditSeal, col(AuditSeal.event_id) == col(AuditEvent.id))
    .where(col(AuditSeal.number).is_(None))
    .order_by(col(AuditUnsealed.event_id))
    .limit(MOST)
)
_NO_LONGER = sa.select(col(AuditUnsealed.event_id)).where(
    col(AuditUnsealed.event_id).in_(sa.select(col(AuditSeal.event_id)))
)


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends. size: the number of its last seal, and so of all its seals."""

    size: int
    hash: str


def head(session: Session) -> Head:
    last = session.exec(select(AuditSeal).order_by(col(AuditSeal.number).desc()).limit(1)).one_or_none()
    return Head(last.number, last.hash) if last else Head(0, canon.START)


def hash_at(session: Session, number: int) -> str:
    """Of the seal of this number; empty when there is none."""
    if number == 0:
        return canon.START
    return session.exec(select(AuditSeal.hash).where(AuditSeal.number == number)).one_or_none() or ""


def seal(db: Database) -> Head | None:
    """Seal one batch. Returns the new end of the chain; None when nothing waits, or another worker was quicker.

    Reading and hashing keep nobody from writing; what is left for the transaction takes milliseconds.
    """
    with db.reading() as session:
        now = db.now(session)
        rows = list(_some(session.connection().execute(_WAITING).all()))
        end = head(session) if rows else None
    if end is None:
        _tidy(db)
        return None
    seals = list(_links(end, rows, now))
    try:
        with db.transaction() as session:
            if head(session) != end:
                return None
            connection = session.connection()
            connection.execute(sa.insert(AuditSeal), seals)
            if named := list(_named(end.size, rows)):
                connection.execute(sa.insert(AuditPerson), named)
            connection.execute(
                sa.delete(AuditUnsealed).where(col(AuditUnsealed.event_id).in_([row.id for row in rows]))
            )
    except IntegrityError:  # another worker wrote this number at the same moment
        return None
    return Head(seals[-1]["number"], seals[-1]["hash"])


def _some(rows: Sequence[Any]) -> Iterator[Any]:
    """From the beginning, as many as name MOST_NAMED people together, and at least one."""
    counts = accumulate(len(row.people) for row in rows)
    return (
        row for place, (row, named) in enumerate(zip(rows, counts, strict=True)) if not place or named <= MOST_NAMED
    )


def _links(end: Head, rows: Sequence[Any], now: datetime) -> Iterator[dict[str, Any]]:
    before = end.hash
    for number, row in enumerate(rows, end.size + 1):
        before = canon.link(before, number, now, canon.canonical(row), row.mark)
        yield {"number": number, "event_id": row.id, "sealed_at": now, "hash": before}


def _named(size: int, rows: Sequence[Any]) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(rows, size + 1):
        for person in people_of(row):
            yield {"number": number, "person_id": person, "at": row.at}


def people_of(row: Any) -> list[UUID]:
    """Whom a row names, each once; what is no id of a person is nobody."""
    found = set()
    for one in row.people:
        try:
            found.add(UUID(one))
        except (ValueError, TypeError, AttributeError):
            continue
    return sorted(found)


def _tidy(db: Database) -> None:
    """A row that has its number and waits all the same was put there by hand: it must not be looked at for ever."""
    with db.reading() as session:
        stray = session.connection().execute(_NO_LONGER.limit(1)).first()
    if stray:
        with db.transaction() as session:
            session.connection().execute(
                sa.delete(AuditUnsealed).where(col(AuditUnsealed.event_id).in_(_NO_LONGER.scalar_subquery()))
            )
