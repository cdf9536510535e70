"""Who was left a notice, for tests: a notice leads somewhere and says what it is about; what rings says neither."""

from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.alerts.models import Notice


def noticed(session: Session, href: str) -> list[UUID]:
    """The accounts that have a notice whose address ends so, in the order in which they were told."""
    query = select(Notice.account_id).where(col(Notice.href).endswith(href)).order_by(col(Notice.id))
    return list(session.exec(query))
