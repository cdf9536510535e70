"""Reading what is held: whose it is to decide, how it stands, and who took a visit into the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound
from porchlight.people import queries as people
from porchlight.people.phones import queries as phones
from porchlight.phone import rules
from porchlight.phone.models import Deposit, HeldDecision
from porchlight.phone.values import Decision, Held, Outcome

FOLLOWING = ("visit.amend", "visit.sign", "visit.photo", "visit.door")  # kinds that go into the record with their visit


@dataclass(frozen=True, slots=True)
class HeldLine:
    """One held item. why: device, person or visit; owner_id: the supervisor who is to decide; decided: the last decision."""

    op_id: UUID
    kind: str
    account_id: UUID
    device_id: UUID
    parent_id: UUID | None
    captured_at: datetime
    received_at: datetime
    why: str
    state: Held
    owner_id: UUID
    decided: HeldDecision | None


def held_for(session: Session, actor: Actor) -> list[HeldLine]:
    """What this supervisor is to decide or has set aside, the oldest first. Raises NotFound for whoever is none."""
    _check_supervisor(actor)
    query = select(Deposit).where(Deposit.outcome == Outcome.HELD, col(Deposit.sealed).is_not(None))
    rows = list(session.exec(query.order_by(col(Deposit.received_at), col(Deposit.seq))))
    decisions = _decisions(session, [row.op_id for row in rows])
    lines = [_line(session, row, decisions.get(row.op_id, [])) for row in rows]
    return [one for one in lines if one.owner_id == actor.account_id and one.state is not Held.TAKEN]


def held(session: Session, actor: Actor, op_id: UUID, *, to_decide: bool = False) -> tuple[Deposit, HeldLine]:
    """One held item, for whoever is to decide it and whoever supervises its author. Raises NotFound.

    to_decide: only for its owner, and locked until the commit.
    """
    _check_supervisor(actor)
    query = select(Deposit).where(Deposit.op_id == op_id)
    row = session.exec(query.with_for_update() if to_decide else query).one_or_none()
    if row and row.outcome == Outcome.HELD:
        line = _line(session, row, _decisions(session, [op_id]).get(op_id, []))
        over = not to_decide and phones.supervises(session, actor, row.account_id)
        if line.owner_id == actor.account_id or over:
            return row, line
    raise NotFound(_("We could not find that page. It may have moved, or it may not be on your caseload."))


def _check_supervisor(actor: Actor) -> None:
    if not actor.has("supervisor"):
        raise NotFound(_("We could not find that page. It may have moved, or it may not be on your caseload."))


def hanging_on(session: Session, visit_id: UUID) -> list[Deposit]:
    """What the same person's phones sent for this visit, is held with it and is not in the record yet."""
    author = select(Deposit.account_id).where(Deposit.op_id == visit_id).scalar_subquery()
    query = select(Deposit).where(
        Deposit.parent_id == visit_id,
        Deposit.account_id == author,
        Deposit.outcome == Outcome.HELD,
        col(Deposit.sealed).is_not(None),
        col(Deposit.kind).in_(FOLLOWING),
    )
    rows = list(session.exec(query.order_by(col(Deposit.seq))))
    decisions = _decisions(session, [row.op_id for row in rows])
    return [row for row in rows if _state(decisions.get(row.op_id, [])) is not Held.TAKEN]


def draft_around(session: Session, row: Deposit) -> Deposit | None:
    """The unfinished visit with which this photo was sent; None where it was sent with a visit, or that is not here."""
    query = _sent_with(row, "draft.rescued").order_by(col(Deposit.seq))
    return session.exec(query).first() if row.kind == "visit.photo" and not _of_a_visit(session, row) else None


def photos_in(session: Session, row: Deposit) -> list[UUID]:
    """The photos that are held with an unfinished visit, in the order in which they were taken."""
    if _of_a_visit(session, row):
        return []
    return [one.op_id for one in session.exec(_sent_with(row, "visit.photo").order_by(col(Deposit.seq)))]


def _of_a_visit(session: Session, row: Deposit) -> bool:
    """Whether it belongs to a visit that came: what is unfinished then is a change of it, and a change has no photos."""
    return row.parent_id is None or session.get(Deposit, row.parent_id) is not None


def _sent_with(row: Deposit, kind: str) -> SelectOfScalar[Deposit]:
    return select(Deposit).where(
        Deposit.parent_id == row.parent_id,
        Deposit.device_id == row.device_id,
        Deposit.kind == kind,
        Deposit.outcome == Outcome.HELD,
        col(Deposit.sealed).is_not(None),
    )


def taken(session: Session, visit_id: UUID) -> tuple[str, datetime] | None:
    """By whom and when a visit was taken into the record that had been held."""
    query = select(HeldDecision).where(HeldDecision.op_id == visit_id, HeldDecision.decision == Decision.TAKE)
    row = session.exec(query).first()
    by = people.account(session, row.by) if row else None
    return (by.name, row.at) if row and by else None


def _decisions(session: Session, op_ids: Sequence[UUID]) -> dict[UUID, list[HeldDecision]]:
    query = select(HeldDecision).where(col(HeldDecision.op_id).in_(list(op_ids)))
    found: dict[UUID, list[HeldDecision]] = {}
    for row in session.exec(query.order_by(col(HeldDecision.at), col(HeldDecision.id))):
        found.setdefault(row.op_id, []).append(row)
    return found


def _state(decisions: Sequence[HeldDecision]) -> Held:
    return rules.held_after(one.decision for one in decisions)


def _line(session: Session, row: Deposit, decisions: Sequence[HeldDecision]) -> HeldLine:
    return HeldLine(
        op_id=row.op_id,
        kind=row.kind,
        account_id=row.account_id,
        device_id=row.device_id,
        parent_id=row.parent_id,
        captured_at=row.captured_at,
        received_at=row.received_at,
        why=row.why,
        state=_state(decisions),
        owner_id=_owner(session, row, decisions),
        decided=decisions[-1] if decisions else None,
    )


def _owner(session: Session, row: Deposit, decisions: Sequence[HeldDecision]) -> UUID:
    """To whom it was handed last, while they are here; else who looks at its author's work."""
    handed = [one.to_id for one in decisions if one.to_id]
    if handed and people.actor_of(session, handed[-1]):
        return handed[-1]
    return people.who_reads(session, row.account_id)
