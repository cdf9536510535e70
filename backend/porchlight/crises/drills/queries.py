"""Reading drills: whose phone failed, how the latest ones ended."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.crises.drills.models import Drill
from porchlight.crises.drills.values import DrillState

_NEWEST = (
    sa.select(col(Drill.account_id), sa.func.max(col(Drill.ended_at)).label("at"))
    .where(col(Drill.account_id).in_(sa.bindparam("accounts", expanding=True)), col(Drill.ended_at).is_not(None))
    .group_by(col(Drill.account_id))
    .subquery()
)
_LATEST = (
    select(Drill)
    .join(_NEWEST, sa.and_(col(Drill.account_id) == _NEWEST.c.account_id, col(Drill.ended_at) == _NEWEST.c.at))
    .order_by(col(Drill.made_at))
)


@dataclass(frozen=True, slots=True)
class DrillLine:
    """answered: seconds from the alert to “I've got it”; None when nobody pressed it in time."""

    id: UUID
    account_id: UUID
    alert_id: UUID | None
    why: str
    for_at: datetime
    made_at: datetime
    due_at: datetime
    state: str
    trouble: str
    answered: float | None


def failing(session: Session, account_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those whose latest finished drill failed: their phone is rung first all the same, and the next person's with it."""
    return frozenset(one.account_id for one in latest(session, account_ids) if one.state == DrillState.FAILED)


def latest(session: Session, account_ids: Collection[UUID]) -> list[DrillLine]:
    """Each person's latest finished drill, for the boards; people who never had one are absent."""
    if not account_ids:
        return []
    rows = session.exec(_LATEST, params={"accounts": list(account_ids)})
    return list({row.account_id: _line(row) for row in rows}.values())


def running(session: Session, account_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those whose phone is being tried now."""
    query = select(Drill.account_id).where(
        col(Drill.account_id).in_(account_ids), Drill.state == DrillState.RUNNING, col(Drill.ended_at).is_(None)
    )
    return frozenset(session.exec(query))


def last_made(session: Session, account_id: UUID) -> datetime | None:
    """When this person's latest drill began."""
    return session.exec(select(sa.func.max(col(Drill.made_at))).where(Drill.account_id == account_id)).one()


def drill(session: Session, drill_id: UUID) -> DrillLine | None:
    row = session.get(Drill, drill_id)
    return _line(row) if row else None


def _line(row: Drill) -> DrillLine:
    passed = row.state == DrillState.PASSED and row.ended_at is not None
    answered = (row.ended_at - row.made_at).total_seconds() if passed and row.ended_at else None
    return DrillLine(
        row.id,
        row.account_id,
        row.alert_id,
        row.why,
        row.for_at,
        row.made_at,
        row.due_at,
        row.state,
        row.trouble,
        answered,
    )
