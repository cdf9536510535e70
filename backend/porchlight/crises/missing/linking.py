"""Which alert a time of being missing belongs to, when somebody pressed “Get help” for it."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.alerts import queries as alerts
from porchlight.core.actor import Actor
from porchlight.crises.missing.models import MissingEpisode
from porchlight.crises.models import Crisis
from porchlight.crises.values import Reason, State


def candidates(session: Session, actor: Actor, case_id: UUID | None = None) -> dict[UUID, tuple[int, datetime]]:
    """Open alerts about a missing child that this person sent or was called to and that no record has yet, with their
    number and time. case_id: only those of this family, and those that name none.
    """
    linked = sa.select(col(MissingEpisode.crisis_id)).where(col(MissingEpisode.crisis_id).is_not(None))
    query = select(Crisis.id, Crisis.number, Crisis.raised_at).where(
        Crisis.reason == Reason.MISSING,
        Crisis.state != State.RESOLVED,
        sa.or_(col(Crisis.raised_by) == actor.account_id, col(Crisis.id).in_(alerts.subjects(actor.account_id))),
        col(Crisis.id).not_in(linked),
    )
    if case_id:
        query = query.where(sa.or_(col(Crisis.case_id) == case_id, col(Crisis.case_id).is_(None)))
    return {row[0]: (row[1], row[2]) for row in session.exec(query.order_by(col(Crisis.raised_at).desc()))}
