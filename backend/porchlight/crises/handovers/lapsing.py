"""An offer to take a crisis over that nobody needs to answer any more."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from porchlight.crises.handovers.models import Handover
from porchlight.crises.handovers.values import Offer


def lapse(session: Session, crisis_id: UUID, *, now: datetime) -> None:
    """No hand-over of this crisis is open any more."""
    open_ = sa.update(Handover).where(col(Handover.crisis_id) == crisis_id, col(Handover.state) == Offer.OFFERED)
    session.connection().execute(open_.values(state=Offer.LAPSED, answered_at=now))
