"""Reading swaps: one, those that are asked of a person, and those that a person has asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.core.actor import Actor
from porchlight.oncall import queries
from porchlight.oncall.models import Schedule, Swap
from porchlight.oncall.swaps import rules
from porchlight.oncall.swaps.values import Stretch, SwapState

SHOWN = timedelta(days=7)  # how long somebody sees what became of what they asked


@dataclass(frozen=True, slots=True)
class SwapLine:
    """A swap as it stands now: the state is what the rota and the clock make of the one that was kept."""

    id: UUID
    schedule_id: UUID
    position: str
    state: SwapState
    asked_by: UUID
    asked_to: UUID | None
    taken_by: UUID | None
    made_by: UUID
    start: datetime
    end: datetime
    reason: str
    asked_at: datetime
    settled_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state in rules.OPEN


def line(session: Session, row: Swap, *, now: datetime) -> SwapLine:
    kept = SwapState(row.state)
    held = (
        stretches(session, row.schedule_id, row.position, row.asked_by, row.from_at, row.to_at)
        if kept in rules.OPEN
        else []
    )
    return SwapLine(
        row.id,
        row.schedule_id,
        row.position,
        rules.standing(kept, start=row.from_at, end=row.to_at, held=held, now=now),
        row.asked_by,
        row.asked_to,
        row.taken_by,
        row.made_by,
        row.from_at,
        row.to_at,
        row.reason,
        row.asked_at,
        row.settled_at,
    )


def stretches(
    session: Session, schedule_id: UUID, position: str, account_id: UUID, from_at: datetime, to_at: datetime
) -> list[Stretch]:
    """Where this person is on call in this position within [from_at, to_at)."""
    rota = queries.rota(session, schedule_id, from_at, to_at)
    found = rota.shifts() if rota else []
    return [Stretch(one.start, one.end) for one in found if one.position == position and one.account_id == account_id]


def asked_of(session: Session, actor: Actor, *, now: datetime) -> list[SwapLine]:
    """What is open and this person may take: asked of them, or offered to everyone; by time."""
    to_me = sa.or_(
        col(Swap.asked_to) == actor.account_id,
        sa.and_(col(Swap.asked_to).is_(None), col(Swap.asked_by) != actor.account_id),
    )
    rows = _rows(session, actor, to_me, col(Swap.state).in_(rules.OPEN), col(Swap.to_at) > now)
    return [one for one in (line(session, row, now=now) for row in rows) if one.is_open]


def asked_by(session: Session, actor: Actor, *, now: datetime) -> list[SwapLine]:
    """What this person asked, or a supervisor for them: open ones, and what became of the last ones; newest first."""
    mine = sa.or_(col(Swap.asked_by) == actor.account_id, col(Swap.made_by) == actor.account_id)
    recent = sa.or_(col(Swap.state).in_(rules.OPEN), col(Swap.settled_at) > now - SHOWN)
    rows = _rows(session, actor, mine, recent, col(Swap.to_at) > now - SHOWN)
    return sorted((line(session, row, now=now) for row in rows), key=lambda one: one.asked_at, reverse=True)


def about(
    session: Session, schedule_id: UUID, position: str, start: datetime, end: datetime, *, now: datetime
) -> list[SwapLine]:
    """What is open for any part of [start, end) in this position, the first one first."""
    query = (
        select(Swap)
        .where(Swap.schedule_id == schedule_id, Swap.position == position, col(Swap.state).in_(rules.OPEN))
        .where(Swap.from_at < end, Swap.to_at > start)
        .order_by(col(Swap.asked_at), col(Swap.id))
    )
    return [one for one in (line(session, row, now=now) for row in session.exec(query)) if one.is_open]


def left_open(session: Session) -> list[Swap]:
    """Every row that is kept as open, whatever the rota makes of it."""
    query = select(Swap).where(col(Swap.state).in_(rules.OPEN)).order_by(col(Swap.id))
    return list(session.exec(query))


def _rows(session: Session, actor: Actor, *conditions: sa.ColumnElement[bool]) -> Iterable[Swap]:
    query = (
        select(Swap)
        .join(Schedule, col(Schedule.id) == Swap.schedule_id)
        .where(Schedule.organization_id == actor.organization_id, *conditions)
        .order_by(col(Swap.from_at), col(Swap.id))
    )
    return session.exec(query)
