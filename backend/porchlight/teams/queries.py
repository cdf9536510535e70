"""Reading a team: who belongs to a family's or a child's team, and how to ring them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from porchlight.teams.models import TeamMember


@dataclass(frozen=True, slots=True)
class Member:
    """phone: E.164, or empty. is_natural: one of the family's own people, unpaid."""

    id: UUID
    person_id: UUID | None
    account_id: UUID | None
    name: str
    role: str
    phone: str
    is_natural: bool


def members(session: Session, case_id: UUID, *, person_id: UUID | None = None) -> list[Member]:
    """The team of a whole case; with a person, those who are for everybody or for this child. In the team's own order."""
    columns: tuple[Any, ...] = (TeamMember.id, TeamMember.person_id, TeamMember.account_id, TeamMember.name)
    columns += (TeamMember.role, TeamMember.phone, TeamMember.is_natural)
    query = sa.select(*columns).where(col(TeamMember.case_id) == case_id)
    if person_id:
        query = query.where(sa.or_(col(TeamMember.person_id).is_(None), col(TeamMember.person_id) == person_id))
    rows = session.execute(query.order_by(col(TeamMember.position), TeamMember.name, col(TeamMember.id)))
    return [Member(*row) for row in rows]
