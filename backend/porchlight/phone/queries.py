"""Reading deposits: what never arrived, which receipts a visit has, what is held."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, or_, select

from porchlight.people import queries as people
from porchlight.phone import rules
from porchlight.phone.models import Deposit
from porchlight.phone.values import Outcome


@dataclass(frozen=True, slots=True)
class DepositLine:
    """One item of a phone as the server knows it; `receipt` is empty until it was accepted."""

    op_id: UUID
    device_id: UUID
    account_id: UUID
    seq: int
    kind: str
    captured_at: datetime
    received_at: datetime
    outcome: str
    why: str
    receipt: str


def gaps(session: Session, device_id: UUID) -> list[int]:
    """The numbers below the device's highest that never arrived, in any state."""
    device = people.device(session, device_id)
    if device is None:
        return []
    seen = session.exec(select(Deposit.seq).where(Deposit.device_id == device_id))
    return rules.gaps(seen, device.highest_seq)


def receipts_of_visit(session: Session, visit_id: UUID) -> list[DepositLine]:
    """The visit's own deposit and those of its signatures and photos, in the order in which the phone made them."""
    query = select(Deposit).where(or_(Deposit.op_id == visit_id, Deposit.parent_id == visit_id))
    return [_line(row) for row in session.exec(query.order_by(col(Deposit.seq)))]


def held(session: Session, account_ids: list[UUID]) -> list[DepositLine]:
    """What these people's phones sent and a supervisor should look at, the newest first."""
    query = select(Deposit).where(Deposit.outcome == Outcome.HELD, col(Deposit.account_id).in_(account_ids))
    return [_line(row) for row in session.exec(query.order_by(col(Deposit.received_at).desc()))]


def _line(row: Deposit) -> DepositLine:
    return DepositLine(**{name: getattr(row, name) for name in DepositLine.__slots__})
