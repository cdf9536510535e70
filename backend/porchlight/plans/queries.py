"""Reading safety plans: the one that holds, and every one before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from porchlight.plans.models import SafetyPlan, SafetyPlanVersion


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """One version of one person's safety plan; `sections` as in `models.SafetyPlanVersion`."""

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
    SafetyPlanVersion.review_due_on,
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
