"""The end of a shift: an open crisis is not left behind; who comes on is asked to take it over."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from porchlight.core.ids import new_id
from porchlight.crises import escalating
from porchlight.crises.handovers import service
from porchlight.crises.handovers.models import Handover
from porchlight.crises.models import Acknowledgement, Crisis
from porchlight.crises.values import State
from porchlight.oncall import queries as oncall
from porchlight.people.here import is_here


def ask_at_shift_ends(session: Session, *, now: datetime) -> None:
    """For each crisis whose holder's shift has ended: ask who is on call now in their place, once a shift; safe to repeat."""
    query = (
        select(Crisis, Acknowledgement)
        .join(Acknowledgement, Acknowledgement.crisis_id == Crisis.id)  # type: ignore[arg-type]
        .where(Crisis.state == State.TAKEN)
    )
    for crisis, holder in session.exec(query).all():
        incoming = _incoming(session, crisis, holder, now)
        if incoming is None:
            continue
        locked = escalating.locked(session, crisis.id)
        if locked and locked.state == State.TAKEN and not _asked(session, holder):
            _ask(session, locked, holder, incoming, now)


def _incoming(session: Session, crisis: Crisis, holder: Acknowledgement, now: datetime) -> UUID | None:
    """Who has the holder's place now; None while the holder is on call, or never was."""
    schedule_id = UUID(crisis.policy["schedule_id"])
    here = oncall.who(session, schedule_id, now)
    if holder.account_id in here.values():
        return None
    before = oncall.who(session, schedule_id, holder.at)
    place = next((position for position, one in before.items() if one == holder.account_id), None)
    if place is None:
        return None
    order = [here[place], *here.values()] if place in here else here.values()
    return next((one for one in order if is_here(session, one)), None) or UUID(crisis.policy["last_resort_id"])


def _asked(session: Session, holder: Acknowledgement) -> bool:
    """Whether this holder has offered it already, or was asked for it."""
    query = select(Handover.id).where(
        Handover.crisis_id == holder.crisis_id,
        Handover.from_id == holder.account_id,
        Handover.offered_at >= holder.at,
    )
    return session.exec(query).first() is not None


def _ask(session: Session, crisis: Crisis, holder: Acknowledgement, to_id: UUID, now: datetime) -> None:
    row = Handover(
        id=new_id(), crisis_id=crisis.id, from_id=holder.account_id, to_id=to_id, by_hand=False, offered_at=now
    )
    service.ask(session, crisis, row, "shift_over", now=now)
