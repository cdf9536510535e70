"""Reading: who is known at the agency's own sign-in."""

from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.people.agency.models import AgencyIdentity


def is_linked(session: Session, account_id: UUID) -> bool:
    """Whether this person has signed in at their agency and may do so again."""
    query = select(AgencyIdentity.id).where(
        AgencyIdentity.account_id == account_id, col(AgencyIdentity.shut_at).is_(None)
    )
    return session.exec(query.limit(1)).first() is not None


def anybody(session: Session) -> bool:
    """Whether anybody has signed in at the agency before."""
    return session.exec(select(AgencyIdentity.id).limit(1)).first() is not None
