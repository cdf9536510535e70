"""Reading deposits: what never arrived, what is not settled, which receipts a visit has."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, or_, select

from porchlight.core.clock import parse_iso
from porchlight.desk.phones import Unsent
from porchlight.people import queries as people
from porchlight.people.values import DeviceState
from porchlight.phone import rules
from porchlight.phone.models import Deposit, MissingSettled, PhoneReport
from porchlight.phone.values import Outcome

OPEN = [Outcome.WAITING, Outcome.NEEDS_FIX]


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
    parent_id: UUID | None


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


def deposits(session: Session, op_ids: Sequence[UUID]) -> list[DepositLine]:
    """Those of these items that came, in the order in which their phone made them."""
    query = select(Deposit).where(col(Deposit.op_id).in_(op_ids)).order_by(col(Deposit.device_id), col(Deposit.seq))
    return [_line(row) for row in session.exec(query)]


def unsent(session: Session, account_ids: Sequence[UUID], now: datetime) -> list[Unsent]:
    """What these people's phones have not sent, by person and problem (see rules.left_behind)."""
    found: dict[tuple[UUID, str], list[datetime]] = {}
    for device in people.devices_of_all(session, account_ids):
        for problem, numbers in rules.left_behind(_phone(session, device), now).items():
            found.setdefault((device.account_id, problem), []).extend(numbers.values())
    return [Unsent(account_id, problem, len(since), min(since)) for (account_id, problem), since in found.items()]


@dataclass(frozen=True, slots=True)
class Missing:
    """What never came from one phone: number -> since when we know; and what was settled of it before."""

    device: people.DeviceLine
    numbers: dict[int, datetime]
    settled: list[MissingSettled]


def missing(session: Session, account_id: UUID, now: datetime) -> list[Missing]:
    """Of each phone of this person from which something never came, those that were revoked, too."""
    found = []
    for device in people.devices_of_all(session, [account_id]):
        told = rules.left_behind(_phone(session, device), now)
        settled = session.exec(
            select(MissingSettled).where(MissingSettled.device_id == device.id).order_by(col(MissingSettled.seq))
        )
        # What a lost phone still holds comes only if it is found.
        problems = ("missing", "gone", "waiting") if device.revoked_at else ("missing",)
        numbers = {number: at for problem in problems for number, at in told.get(problem, {}).items()}
        one = Missing(device, numbers, list(settled))
        if one.numbers or one.settled:
            found.append(one)
    return found


def _phone(session: Session, device: people.DeviceLine) -> rules.Phone:
    of_this = select(Deposit.seq, Deposit.received_at).where(Deposit.device_id == device.id)
    unsettled = dict(session.exec(of_this.where(col(Deposit.outcome).in_(OPEN))).all())
    report = session.get(PhoneReport, device.id)
    reported = {number: parse_iso(at) for number, at in report.waiting} if report else {}
    receipted = of_this.where(col(Deposit.seq).in_(list(reported)), col(Deposit.outcome).not_in(OPEN))
    of_hand = select(MissingSettled.seq, MissingSettled.at).where(MissingSettled.device_id == device.id)
    by_hand = dict(session.exec(of_hand).all())
    return rules.Phone(
        missing=_missing(session, device, by_hand),
        unsettled=unsettled,
        reported=reported,
        # What came after it was settled is news.
        settled={seq for seq, _at in session.exec(receipted)}
        | {seq for seq, at in by_hand.items() if unsettled.get(seq, at) <= at},
        revoked=device.revoked_at is not None,
        emptied=device.state == DeviceState.WIPED,
    )


def _missing(session: Session, device: people.DeviceLine, settled: Collection[int]) -> dict[int, datetime]:
    """Each number that never came and is not settled, with when we first knew: a later one arrived."""
    of_this = Deposit.device_id == device.id
    if session.exec(select(func.count()).select_from(Deposit).where(of_this)).one() >= device.highest_seq:
        return {}
    rows = session.exec(select(Deposit.seq, Deposit.received_at).where(of_this)).all()
    missing = rules.gaps([*(seq for seq, _at in rows), *settled], device.highest_seq)
    return {number: min((at for seq, at in rows if seq > number), default=device.last_seen_at) for number in missing}


def _line(row: Deposit) -> DepositLine:
    return DepositLine(**{name: getattr(row, name) for name in DepositLine.__slots__})
