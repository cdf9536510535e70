"""Reading: the sessions of a person that live now."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.people import rules
from porchlight.people.models import Device, SignIn


@dataclass(frozen=True, slots=True)
class SessionLine:
    """how: values.How, or empty. label: of the phone that was set up in it, else the machine's own name."""

    id: UUID
    how: str
    label: str
    started_at: datetime
    last_seen_at: datetime
    here: bool


def alive(session: Session, account_id: UUID, *, now: datetime, here: UUID | None = None) -> list[SessionLine]:
    """Those that may still be used, the latest seen first. here: the session that asks."""
    query = (
        select(SignIn, Device.label)
        .join(Device, col(Device.id) == SignIn.device_id, isouter=True)
        .where(SignIn.account_id == account_id, col(SignIn.ended_at).is_(None))
        .where(col(SignIn.last_seen_at) > now - rules.IDLE)
        .order_by(col(SignIn.last_seen_at).desc(), col(SignIn.id))
    )
    return [
        SessionLine(row.id, row.how, label or row.label, row.started_at, row.last_seen_at, row.id == here)
        for row, label in session.exec(query)
        if rules.session_lives(row.started_at, row.last_seen_at, now)
    ]


def how_of(session: Session, session_id: UUID | None) -> str:
    """What was shown at the door when this session began."""
    row = session.get(SignIn, session_id) if session_id else None
    return row.how if row else ""
