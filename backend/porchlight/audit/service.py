"""Leaving a trace: `record` for what was changed, `saw` for what was shown."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import canon
from porchlight.audit.keyring import Ring
from porchlight.audit.models import AuditEvent
from porchlight.core.actor import Actor
from porchlight.core.db import RECORDS, Database
from porchlight.core.keys import Keys

RING = "audit"  # session.info: the keys that rows are marked with


def furnish(db: Database, keys: Keys) -> None:
    """From now on rows of this database carry our mark. Whoever opens it to write calls this first."""
    db.facts[RING] = Ring.of(keys)


def record(
    session: Session,
    actor: Actor | None,
    act: str,
    subject_id: UUID | None,
    *,
    now: datetime,
    people: Iterable[UUID] = (),
    **detail: str | int | bool | None,
) -> None:
    """One row in the caller's transaction. `detail` holds no words of a person, only ids, states and numbers."""
    session.add(_row(session, actor, act, subject_id, now, people, detail))


def saw(
    session: Session,
    actor: Actor | None,
    act: str,
    subject_id: UUID | None,
    *,
    now: datetime,
    people: Iterable[UUID] = (),
) -> None:
    """One row for what a page shows, naming the people; committed before the answer leaves (`Database.reading`)."""
    session.info.setdefault(RECORDS, []).append(_row(session, actor, act, subject_id, now, people, {}))


def _row(
    session: Session,
    actor: Actor | None,
    act: str,
    subject_id: UUID | None,
    now: datetime,
    people: Iterable[UUID],
    detail: dict[str, str | int | bool | None],
) -> AuditEvent:
    row = AuditEvent(
        at=now,
        account_id=actor.account_id if actor else None,
        device_id=actor.device_id if actor else None,
        act=act,
        subject_id=subject_id,
        people=[str(person) for person in people],
        detail=detail,
    )
    ring: Ring | None = session.info.get(RING)
    if ring:
        row.mark = canon.marked(row, ring.mark_kid, ring.marks[ring.mark_kid])
    return row
