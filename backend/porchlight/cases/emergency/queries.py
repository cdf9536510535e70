"""Reading emergency access: whether one is open, whose wait for a review."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.cases import queries as cases
from porchlight.cases.emergency import rules
from porchlight.cases.emergency.models import EmergencyAccess
from porchlight.cases.emergency.values import State
from porchlight.cases.models import Case
from porchlight.core.actor import Actor
from porchlight.people import access
from porchlight.people import queries as people
from porchlight.people.access import Role

MOST = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One use. family: "" where it is not open to the reader. late: its review is overdue."""

    id: UUID
    case_id: UUID
    person: str
    mine: bool
    family: str
    reason: str
    opened_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    review_due_at: datetime
    state: State
    late: bool
    reviewed_at: datetime | None
    reviewed_by: str
    finding: str
    finding_words: str


def state_of(row: EmergencyAccess, now: datetime) -> State:
    return rules.state(ends_at=row.ends_at, ended_at=row.ended_at, reviewed_at=row.reviewed_at, now=now)


def running(session: Session, account_id: UUID, case_id: UUID, now: datetime) -> EmergencyAccess | None:
    """The one that is open to this person for this case now."""
    query = select(EmergencyAccess).where(
        EmergencyAccess.account_id == account_id,
        EmergencyAccess.case_id == case_id,
        EmergencyAccess.opened_at <= now,
        EmergencyAccess.ends_at > now,
        col(EmergencyAccess.ended_at).is_(None),
    )
    return session.exec(query).first()


def is_open(session: Session, account_id: UUID, case_id: UUID, now: datetime) -> bool:
    """Whether this person has opened this case in an emergency (the access table's emergency relation)."""
    return running(session, account_id, case_id, now) is not None


def opened_since(session: Session, account_id: UUID, since: datetime) -> int:
    query = select(sa.func.count()).where(
        EmergencyAccess.account_id == account_id, col(EmergencyAccess.opened_at) > since
    )
    return session.exec(query).one()


def openable(organization_id: UUID) -> sa.Select[Any]:
    """Ids of the cases of an organization that an emergency may open."""
    return sa.select(col(Case.id)).where(
        col(Case.organization_id) == organization_id, col(Case.program).not_in(sorted(rules.EXCLUDED))
    )


def own_open(session: Session, actor: Actor, now: datetime) -> list[Line]:
    """What this person has open now."""
    query = select(EmergencyAccess).where(EmergencyAccess.account_id == actor.account_id, EmergencyAccess.ends_at > now)
    rows = session.exec(query.order_by(col(EmergencyAccess.opened_at).desc())).all()
    return [one for one in lines(session, actor, rows, now) if one.state == State.OPEN]


def to_review(session: Session, actor: Actor, *, now: datetime) -> list[Line]:
    """What waits for this person's review, the longest first: of their people, or put to them; never their own."""
    query = _reviewable(actor).where(col(EmergencyAccess.reviewed_at).is_(None))
    rows = session.exec(query.order_by(col(EmergencyAccess.opened_at)).limit(MOST)).all()
    return lines(session, actor, rows, now)


def reviewed(session: Session, actor: Actor, *, now: datetime) -> list[Line]:
    """What was reviewed, the newest first."""
    query = _reviewable(actor).where(col(EmergencyAccess.reviewed_at).is_not(None))
    rows = session.exec(query.order_by(col(EmergencyAccess.opened_at).desc()).limit(MOST)).all()
    return lines(session, actor, rows, now)


def may_review(session: Session, actor: Actor, row: EmergencyAccess) -> bool:
    ids = _reviewable(actor).where(EmergencyAccess.id == row.id)
    return actor.has(Role.SUPERVISOR, Role.DIRECTOR) and session.exec(ids).first() is not None


def _reviewable(actor: Actor) -> Any:
    """A director's are all of the organization, a supervisor's those of their people and those put to them."""
    theirs = col(EmergencyAccess.account_id).in_(people.staff_under(actor.account_id))
    put = col(EmergencyAccess.reviewer_id) == actor.account_id
    every: sa.ColumnElement[bool] = sa.false()
    if actor.has(Role.DIRECTOR) and actor.organization_id:
        every = col(EmergencyAccess.case_id).in_(
            sa.select(col(Case.id)).where(col(Case.organization_id) == actor.organization_id)
        )
    not_own = col(EmergencyAccess.account_id) != actor.account_id
    return select(EmergencyAccess).where(sa.or_(theirs, put, every), not_own)


def lines(session: Session, actor: Actor, rows: Sequence[EmergencyAccess], now: datetime) -> list[Line]:
    known = people.accounts(session, [one for row in rows for one in (row.account_id, row.reviewed_by) if one])
    open_to = {
        row.case_id for row in rows if access.fields(session, actor, row.case_id, access.Capability.FACE_SHEET, now=now)
    }
    families = cases.names(session, list(open_to))
    found = []
    for row in rows:
        stands = state_of(row, now)
        found.append(
            Line(
                id=row.id,
                case_id=row.case_id,
                person=known[row.account_id].name,
                mine=row.account_id == actor.account_id,
                family=families.get(row.case_id, ""),
                reason=row.reason,
                opened_at=row.opened_at,
                ends_at=row.ends_at,
                ended_at=row.ended_at,
                review_due_at=row.review_due_at,
                state=stands,
                late=stands != State.REVIEWED and now > row.review_due_at,
                reviewed_at=row.reviewed_at,
                reviewed_by=known[row.reviewed_by].name if row.reviewed_by else "",
                finding=row.finding,
                finding_words=row.finding_words,
            )
        )
    return found
