"""Reading safety plans: the one that holds, and every one before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from porchlight.plans.models import SafetyPlan, SafetyPlanUse, SafetyPlanVersion


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """One version of one person's safety plan; `sections` as in `models.SafetyPlanVersion`.

    review_due_on: earlier than was written down where there was a crisis since.
    """

    id: UUID
    plan_id: UUID
    case_id: UUID
    person_id: UUID
    number: int
    sections: dict[str, Any]
    written_by: UUID
    written_at: datetime
    valid_from: date
    review_due_on: date


@dataclass(frozen=True, slots=True)
class Use:
    """A crisis in which this plan held. used: yes | part | no | "" (nobody said)."""

    at: datetime
    used: str


_AFTER_A_CRISIS = (
    sa.select(sa.func.min(col(SafetyPlanUse.review_due_on)))
    .where(
        col(SafetyPlanUse.plan_id) == col(SafetyPlanVersion.plan_id),
        col(SafetyPlanUse.at) >= col(SafetyPlanVersion.written_at),
    )
    .correlate(SafetyPlanVersion)
    .scalar_subquery()
)
_REVIEW_DUE = sa.case(
    (col(SafetyPlanVersion.review_due_on) > _AFTER_A_CRISIS, _AFTER_A_CRISIS),
    else_=col(SafetyPlanVersion.review_due_on),
)
_COLUMNS: tuple[Any, ...] = (
    SafetyPlanVersion.id,
    SafetyPlanVersion.plan_id,
    SafetyPlan.case_id,
    SafetyPlan.person_id,
    SafetyPlanVersion.number,
    SafetyPlanVersion.sections,
    SafetyPlanVersion.written_by,
    SafetyPlanVersion.written_at,
    SafetyPlanVersion.valid_from,
    _REVIEW_DUE,
)


def _versions(*where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    query = sa.select(*_COLUMNS).join(SafetyPlan, col(SafetyPlan.id) == SafetyPlanVersion.plan_id).where(*where)
    return query.order_by(col(SafetyPlanVersion.number).desc())


def current(session: Session, person_id: UUID) -> PlanVersion | None:
    """The plan that holds now: the newest version. An overdue review does not end it."""
    row = session.execute(_versions(col(SafetyPlan.person_id) == person_id).limit(1)).first()
    return PlanVersion(*row) if row else None


def currents(session: Session, person_ids: Sequence[UUID]) -> dict[UUID, PlanVersion]:
    """The plans that hold now, of those persons who have one."""
    found: dict[UUID, PlanVersion] = {}
    for row in session.execute(_versions(col(SafetyPlan.person_id).in_(person_ids))):
        found.setdefault(row[3], PlanVersion(*row))
    return found


def versions(session: Session, person_id: UUID) -> list[PlanVersion]:
    """Every version, newest first."""
    return [PlanVersion(*row) for row in session.execute(_versions(col(SafetyPlan.person_id) == person_id))]


def version(session: Session, person_id: UUID, number: int) -> PlanVersion | None:
    query = _versions(col(SafetyPlan.person_id) == person_id, col(SafetyPlanVersion.number) == number)
    row = session.execute(query).first()
    return PlanVersion(*row) if row else None


def last_use(session: Session, shown: PlanVersion) -> Use | None:
    """The latest crisis since this version was written, and what was said last of the plan in it."""
    query = (
        sa.select(col(SafetyPlanUse.at), col(SafetyPlanUse.used))
        .where(col(SafetyPlanUse.plan_id) == shown.plan_id, col(SafetyPlanUse.at) >= shown.written_at)
        .order_by(col(SafetyPlanUse.at).desc(), col(SafetyPlanUse.id).desc())
    )
    row = session.execute(query.limit(1)).first()
    return Use(*row) if row else None


def held_in(
    session: Session, case_ids: sa.Select[Any] | sa.CompoundSelect[Any], *, most: int
) -> tuple[dict[UUID, date], int]:
    """Whose plan holds in these cases, with the day of its newest version, the newest plans first; and how many in all."""
    newest = (
        sa.select(col(SafetyPlan.person_id), sa.func.max(col(SafetyPlanVersion.valid_from)).label("since"))
        .join(SafetyPlanVersion, col(SafetyPlanVersion.plan_id) == SafetyPlan.id)
        .where(col(SafetyPlan.case_id).in_(case_ids))
        .group_by(col(SafetyPlan.person_id))
    )
    rows = newest.subquery()
    total = session.scalar(sa.select(sa.func.count()).select_from(rows)) or 0
    found = session.execute(sa.select(rows).order_by(rows.c.since.desc(), rows.c.person_id).limit(most))
    return {row[0]: row[1] for row in found}, total
