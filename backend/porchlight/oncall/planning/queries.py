"""Reading what a rota is made of, as a supervisor changes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.oncall.models import Override, Rotation, TemporarySchedule


@dataclass(frozen=True, slots=True)
class TurnsLine:
    """A rotation that counts now or will; windows as in its table."""

    id: UUID
    position: str
    name: str
    kind: str
    length: int
    first_on: date
    hand_off: time
    priority: int
    windows: Sequence[dict[str, Any]]
    members: tuple[UUID, ...]
    from_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """An override or a temporary schedule that has not ended. Of a temporary one account_id and instead_of are None."""

    id: UUID
    temporary: bool
    positions: tuple[str, ...]
    account_id: UUID | None
    instead_of: UUID | None
    from_at: datetime
    to_at: datetime
    reason: str


def turns(session: Session, schedule_id: UUID, *, now: datetime) -> list[TurnsLine]:
    query = (
        select(Rotation)
        .where(Rotation.schedule_id == schedule_id)
        .where(sa.or_(col(Rotation.until_at).is_(None), col(Rotation.until_at) > now))
        .order_by(col(Rotation.priority).desc(), col(Rotation.id))
    )
    return [
        TurnsLine(
            row.id,
            row.position,
            row.name,
            row.kind,
            row.length,
            row.first_on,
            row.hand_off,
            row.priority,
            row.windows,
            tuple(UUID(one) for one in row.members),
            row.from_at,
        )
        for row in session.exec(query)
    ]


def changes(session: Session, schedule_id: UUID, *, now: datetime) -> list[ChangeLine]:
    """Those that count now or will, by time."""
    overrides = session.exec(
        select(Override).where(
            Override.schedule_id == schedule_id, Override.to_at > now, col(Override.withdrawn_at).is_(None)
        )
    )
    temporary = session.exec(
        select(TemporarySchedule).where(
            TemporarySchedule.schedule_id == schedule_id,
            TemporarySchedule.to_at > now,
            col(TemporarySchedule.withdrawn_at).is_(None),
        )
    )
    found = [
        ChangeLine(o.id, False, (o.position,), o.account_id, o.instead_of, o.from_at, o.to_at, o.reason)
        for o in overrides
    ]
    found += [ChangeLine(t.id, True, tuple(t.positions), None, None, t.from_at, t.to_at, t.reason) for t in temporary]
    return sorted(found, key=lambda one: one.from_at)
