"""Reading addresses of calendars, and when a schedule last changed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.core.keys import sha256
from porchlight.oncall.feeds.models import CalendarFeed
from porchlight.oncall.models import Override, Publication, Rotation, Swap, TemporarySchedule

# What may change who is on call, and when that was.
MOMENTS = (
    (Rotation, Rotation.made_at),
    (Override, Override.made_at),
    (Override, Override.withdrawn_at),
    (TemporarySchedule, TemporarySchedule.made_at),
    (TemporarySchedule, TemporarySchedule.withdrawn_at),
    (Swap, Swap.settled_at),
    (Publication, Publication.published_at),
)


@dataclass(frozen=True, slots=True)
class FeedLine:
    """schedule_id: None for the person's own shifts."""

    id: UUID
    account_id: UUID
    schedule_id: UUID | None
    made_at: datetime


def feed_of(session: Session, token: str) -> FeedLine | None:
    """The feed at this address, while it has not been given up."""
    query = select(CalendarFeed).where(
        CalendarFeed.token_hash == sha256(token.encode()), col(CalendarFeed.ended_at).is_(None)
    )
    row = session.exec(query).first()
    return _line(row) if row else None


def live(session: Session, account_id: UUID) -> list[FeedLine]:
    query = (
        select(CalendarFeed)
        .where(CalendarFeed.account_id == account_id, col(CalendarFeed.ended_at).is_(None))
        .order_by(col(CalendarFeed.id))
    )
    return [_line(row) for row in session.exec(query)]


def changed_at(session: Session, schedule_id: UUID) -> datetime:
    """When somebody last changed this schedule; when it was made, where nobody has."""
    latest = [
        session.exec(select(sa.func.max(column)).where(table.schedule_id == schedule_id)).one()
        for table, column in MOMENTS
    ]
    return max([one for one in latest if one], default=_made_at(schedule_id))


def _made_at(id_: UUID) -> datetime:
    """A UUIDv7 begins with its moment, in milliseconds (RFC 9562, 5.7)."""
    return datetime.fromtimestamp((id_.int >> 80) / 1000, UTC)


def _line(row: CalendarFeed) -> FeedLine:
    return FeedLine(row.id, row.account_id, row.schedule_id, row.made_at)
