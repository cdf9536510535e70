"""Who is still here: the cheap question, for what is asked a hundred times a second."""

from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.people.models import Account


def is_here(session: Session, account_id: UUID) -> bool:
    """Whether this person has not left; `queries.actor_of` also says who they are."""
    query = select(Account.id).where(Account.id == account_id, col(Account.disabled_at).is_(None))
    return session.exec(query).first() is not None
