"""Whose turn it is to send the bytes of a photo: so many a minute and device, counted in the database for all nodes."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.phone import rules
from porchlight.phone.models import UploadTurn


def take(session: Session, device_id: UUID, op_id: UUID, *, now: datetime) -> int:
    """0 when this photo may be sent now; else in how many seconds to ask again. Asking again for one that has its turn
    takes no other."""
    mine = session.get(UploadTurn, op_id)
    if mine and now - mine.at < rules.TURN_KEPT:
        return 0
    taken = session.exec(select(UploadTurn.at).where(UploadTurn.device_id == device_id)).all()
    wait = rules.seconds_before_turn(taken, now)
    if wait:
        return wait
    old = sa.delete(UploadTurn).where(
        col(UploadTurn.device_id) == device_id, col(UploadTurn.at) <= now - rules.TURN_KEPT
    )
    session.execute(old)
    session.merge(UploadTurn(op_id=op_id, device_id=device_id, at=now))
    return 0
