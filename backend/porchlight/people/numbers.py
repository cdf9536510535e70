"""Finding people by the number that they ring from."""

from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.people.models import Account


def ending_like(session: Session, number: str) -> list[tuple[UUID, str]]:
    """Accounts in use whose number ends as this one does, each with the number as it was typed: the caller compares."""
    query = select(Account.id, Account.phone).where(
        col(Account.disabled_at).is_(None), col(Account.phone).like(f"%{number[-2:]}%")
    )
    return [(row[0], row[1]) for row in session.exec(query.order_by(Account.name))]
