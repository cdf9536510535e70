"""Reading check-ins: a person's own, and those that a supervisor's people have missed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.core.actor import Actor
from porchlight.crises.checkins.models import CheckIn, CheckInEntry
from porchlight.crises.checkins.values import State
from porchlight.people import queries as people

PAGE = 30


@dataclass(frozen=True, slots=True)
class Missed:
    """A check-in whose time is over. heard_at: when any phone of theirs was last in touch."""

    id: UUID
    name: str
    phone: str
    place: str
    out_by: datetime
    page_at: datetime
    state: str
    heard_at: datetime | None


def missed(session: Session, actor: Actor, *, now: datetime) -> list[Missed]:
    """For a supervisor: whose time is over among their people, the longest first; whatever the timer has done so far."""
    late = sa.and_(col(CheckIn.state) != State.OVER, col(CheckIn.out_by) <= now)
    query = select(CheckIn).where(late, col(CheckIn.account_id).in_(people.staff_under(actor.account_id)))
    return _missed(session, session.exec(query.order_by(col(CheckIn.out_by), col(CheckIn.id))).all())


def _missed(session: Session, rows: Sequence[CheckIn]) -> list[Missed]:
    known = people.accounts(session, [row.account_id for row in rows])
    return [
        Missed(
            row.id,
            known[row.account_id].name,
            known[row.account_id].phone,
            row.place,
            row.out_by,
            row.page_at,
            row.state,
            heard_at(session, row.account_id),
        )
        for row in rows
    ]


def heard_at(session: Session, account_id: UUID) -> datetime | None:
    """When any phone of this person was last in touch with us."""
    return max((one.last_seen_at for one in people.devices_of(session, account_id)), default=None)


def own(session: Session, account_id: UUID, *, page: int = 0) -> tuple[list[CheckIn], bool]:
    """One page of this person's check-ins that are over, the newest first; whether there are more."""
    query = select(CheckIn).where(CheckIn.account_id == account_id, CheckIn.state == State.OVER)
    query = query.order_by(col(CheckIn.started_at).desc(), col(CheckIn.id)).offset(page * PAGE).limit(PAGE + 1)
    rows = list(session.exec(query))
    return rows[:PAGE], len(rows) > PAGE


def entries(session: Session, check_in_id: UUID) -> list[CheckInEntry]:
    """What happened, the newest first."""
    query = select(CheckInEntry).where(CheckInEntry.check_in_id == check_in_id)
    return list(session.exec(query.order_by(col(CheckInEntry.at).desc(), col(CheckInEntry.id).desc())))
