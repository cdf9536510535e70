"""Reading deposits: what never arrived, what is not settled, which receipts a visit has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, or_, select

from porchlight.desk.board import Unsent
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


def unsent(session: Session, account_ids: Sequence[UUID], _now: datetime) -> list[Unsent]:
    """Who has work that is not safely here: numbers that never came, and items that wait or need a fix."""
    found: dict[UUID, list[datetime]] = {}
    open_items = select(Deposit.account_id, Deposit.received_at).where(
        col(Deposit.account_id).in_(account_ids), col(Deposit.outcome).in_([Outcome.WAITING, Outcome.NEEDS_FIX])
    )
    for account_id, since in session.exec(open_items):
        found.setdefault(account_id, []).append(since)
    arrived = select(Deposit.device_id, func.count()).where(col(Deposit.account_id).in_(account_ids))
    counted = dict(session.exec(arrived.group_by(col(Deposit.device_id))).all())
    for account_id in account_ids:
        for device in people.devices_of(session, account_id):
            if not device.revoked_at and counted.get(device.id, 0) < device.highest_seq:
                found.setdefault(account_id, []).extend(_missing_since(session, device))
    return [Unsent(account_id, len(since), min(since)) for account_id, since in found.items()]


def _missing_since(session: Session, device: people.DeviceLine) -> list[datetime]:
    """For each number that never came, when we first knew: a later one arrived."""
    query = select(Deposit.seq, Deposit.received_at).where(Deposit.device_id == device.id)
    rows = sorted(session.exec(query).all())
    missing = rules.gaps([seq for seq, _at in rows], device.highest_seq)
    return [min((at for seq, at in rows if seq > number), default=device.last_seen_at) for number in missing]


def _line(row: Deposit) -> DepositLine:
    return DepositLine(**{name: getattr(row, name) for name in DepositLine.__slots__})
