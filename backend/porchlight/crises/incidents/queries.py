"""Reading incidents: those of the cases open to a person, and one with all that belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.cases import queries as cases
from porchlight.core.actor import Actor
from porchlight.crises.incidents.models import (
    Incident,
    IncidentFollowUp,
    IncidentReview,
    IncidentTold,
    IncidentVersion,
)
from porchlight.crises.incidents.values import State
from porchlight.people import access
from porchlight.people import queries as people
from porchlight.people.access import Capability

PAGE = 30


@dataclass(frozen=True, slots=True)
class Line:
    """An incident as a list shows it, by its latest version."""

    id: UUID
    kind: str
    severity: str
    happened_at: datetime
    state: str
    family: str
    writer: str


def listed(
    session: Session, actor: Actor, *, now: datetime, case_id: UUID | None = None, page: int = 0
) -> tuple[list[Line], bool]:
    """One page, the latest first; whether there are more. case_id: of this family only."""
    query = _theirs(actor, now)
    if case_id:
        query = query.where(Incident.case_id == case_id)
    query = query.order_by(col(Incident.happened_at).desc(), col(Incident.id)).offset(page * PAGE).limit(PAGE + 1)
    rows = session.exec(query).all()
    return _lines(session, rows[:PAGE]), len(rows) > PAGE


def to_review(session: Session, actor: Actor, *, now: datetime) -> list[Line]:
    """For a supervisor: what waits for a review and was written by somebody else, the oldest first."""
    under = list(session.scalars(people.staff_under(actor.account_id)))
    query = _theirs(actor, now).where(Incident.state == State.WRITTEN, col(Incident.written_by).in_(under))
    return _lines(session, session.exec(query.order_by(col(Incident.happened_at))).all())


def versions(session: Session, incident_id: UUID) -> list[IncidentVersion]:
    """All of them, the newest first."""
    query = select(IncidentVersion).where(IncidentVersion.incident_id == incident_id)
    return list(session.exec(query.order_by(col(IncidentVersion.number).desc())))


def told(session: Session, incident_id: UUID) -> list[IncidentTold]:
    query = select(IncidentTold).where(IncidentTold.incident_id == incident_id)
    return list(session.exec(query.order_by(col(IncidentTold.at), col(IncidentTold.id))))


def reviews(session: Session, incident_id: UUID) -> list[IncidentReview]:
    query = select(IncidentReview).where(IncidentReview.incident_id == incident_id)
    return list(session.exec(query.order_by(col(IncidentReview.at).desc())))


def follow_ups(session: Session, incident_id: UUID) -> list[tuple[IncidentFollowUp, datetime | None]]:
    """What follows, with when it was done."""
    query = select(IncidentFollowUp).where(IncidentFollowUp.incident_id == incident_id)
    rows = list(session.exec(query.order_by(col(IncidentFollowUp.at), col(IncidentFollowUp.id))))
    done = cases.done_at(session, [row.id for row in rows])
    return [(row, done.get(row.id)) for row in rows]


def _theirs(actor: Actor, now: datetime) -> Any:
    return select(Incident).where(col(Incident.case_id).in_(access.cases(actor, Capability.INCIDENTS, now=now)))


def _lines(session: Session, rows: Sequence[Incident]) -> list[Line]:
    ids = [row.id for row in rows]
    newest = sa.select(col(IncidentVersion.incident_id), sa.func.max(IncidentVersion.number).label("number"))
    last = newest.where(col(IncidentVersion.incident_id).in_(ids)).group_by(col(IncidentVersion.incident_id)).subquery()
    same = sa.and_(col(IncidentVersion.incident_id) == last.c.incident_id, col(IncidentVersion.number) == last.c.number)
    now = {one.incident_id: one for one in session.exec(select(IncidentVersion).join(last, same))}
    families = cases.names(session, [row.case_id for row in rows])
    names = people.accounts(session, [row.written_by for row in rows])
    return [
        Line(
            row.id,
            now[row.id].kind,
            now[row.id].severity,
            row.happened_at,
            row.state,
            families[row.case_id],
            names[row.written_by].name,
        )
        for row in rows
    ]
