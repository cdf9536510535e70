"""Looking after whoever has a crisis: a nudge when they are silent, then the chain goes on; and giving it back."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.clock import iso
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound, Refused
from porchlight.crises import escalating
from porchlight.crises.escalating import set_timer
from porchlight.crises.handovers import lapsing
from porchlight.crises.handovers import queries as handovers
from porchlight.crises.holding.rules import Attention, Holding, attend
from porchlight.crises.models import Acknowledgement, Crisis, CrisisEntry
from porchlight.crises.rules import Policy
from porchlight.crises.timeline import hear, say
from porchlight.crises.values import State

NOT_FOUND = _("We could not find that alert. It may be for someone else.")
NOT_YOURS = _("Only the person who has this alert can do that.")

# What a timeline says of a person without a word of theirs.
NOT_THEIR_WORD = frozenset({"paging", "accepted", "shown", "opened", "failed", "taken", "nudged", "shift_over"})
NOT_THEIR_WORD |= {"unanswered", "unacknowledged", "given_back"}


def hold(session: Session, crisis: Crisis, account_id: UUID, via: str, *, now: datetime) -> None:
    """From now on this person has it, and is looked after. The crisis is locked and nobody has it."""
    session.add(Acknowledgement(crisis_id=crisis.id, account_id=account_id, at=now, via=via))
    crisis.state, crisis.next_due_at, crisis.nudged_at = State.TAKEN, None, None
    say(session, crisis.id, "taken", account_id, at=now, via=via)
    _look_again(session, crisis, now + Policy.of(crisis.policy).nudge)


def look_after(session: Session, crisis: Crisis, *, now: datetime) -> None:
    """Nudge a silent holder, or let the chain go on; safe to repeat, early and late. The crisis is locked and taken."""
    hear(session, crisis.id)
    escalating.press_on(session, crisis, now=now)
    holder = session.get(Acknowledgement, crisis.id)
    if holder is None or crisis.attend_at is None:
        return
    holding = Holding(holder.at, _heard_at(session, holder), crisis.nudged_at)
    what, due_at = attend(holding, Policy.of(crisis.policy), now)
    if what is Attention.LET_GO:
        let_go(session, crisis, "unacknowledged", now=now)
        return
    if what is Attention.NUDGE:
        crisis.nudged_at = now
        say(session, crisis.id, "nudged", holder.account_id, at=now)
        escalating.ring(session, crisis, holder.account_id, now=now)
    _look_again(session, crisis, due_at)


def still(session: Session, crisis: Crisis, account_id: UUID, *, now: datetime) -> None:
    """Whoever has it says that they are still on it. The crisis is locked."""
    say(session, crisis.id, "still", account_id, at=now)


def let_go(session: Session, crisis: Crisis, kind: str, *, now: datetime) -> None:
    """Nobody has it any more: it is raised again and the next person is called at once.

    Not the one who fell silent, and not those who were called before them without taking it; they come with the next
    round (docs/decisions/0018). kind: the line on the timeline, unacknowledged or given_back.
    """
    holder = session.get_one(Acknowledgement, crisis.id)
    say(session, crisis.id, kind, holder.account_id, at=now)
    release(session, crisis, now=now)
    crisis.state = State.RAISED
    escalating.start_anew(session, crisis, now=now)


def release(session: Session, crisis: Crisis, *, now: datetime) -> None:
    """Whoever has it has it no more, and what they offered to others has lapsed. The crisis is locked."""
    holder = session.get(Acknowledgement, crisis.id)
    if holder:
        session.delete(holder)
    crisis.attend_at, crisis.nudged_at = None, None
    session.add(crisis)
    lapsing.lapse(session, crisis.id, now=now)
    session.flush()


def over(session: Session, crisis: Crisis, *, now: datetime) -> None:
    """It is over; who had it last stays written down. The crisis is locked."""
    crisis.state, crisis.next_due_at, crisis.attend_at = State.RESOLVED, None, None
    session.add(crisis)
    lapsing.lapse(session, crisis.id, now=now)


def give_back(session: Session, actor: Actor, crisis_id: UUID, *, now: datetime) -> None:
    """“I can't do this one.” Saying it again changes nothing. Raises NotFound, Refused for whoever does not have it."""
    crisis = theirs(session, actor, crisis_id)
    if crisis.state != State.TAKEN:
        return
    let_go(session, crisis, "given_back", now=now)
    audit.record(session, actor, "crisis.given_back", crisis.id, now=now, number=crisis.number)


def still_on_it(session: Session, actor: Actor, crisis_id: UUID, *, now: datetime) -> None:
    """The answer to a nudge. Raises NotFound, Refused for whoever does not have it (any more)."""
    crisis = theirs(session, actor, crisis_id)
    if crisis.state == State.TAKEN:
        still(session, crisis, actor.account_id, now=now)
        audit.record(session, actor, "crisis.still", crisis.id, now=now, number=crisis.number)


def theirs(session: Session, actor: Actor, crisis_id: UUID) -> Crisis:
    """The crisis, locked, for the one who has it, or had it last when nobody has. Raises NotFound, Refused."""
    crisis = escalating.locked(session, crisis_id)
    if crisis is None:
        raise NotFound(NOT_FOUND)
    holder = session.get(Acknowledgement, crisis_id)
    if holder is not None and holder.account_id == actor.account_id:
        return crisis
    had = select(CrisisEntry.id).where(
        CrisisEntry.crisis_id == crisis_id, CrisisEntry.kind == "taken", CrisisEntry.account_id == actor.account_id
    )
    if session.exec(had).first() is None:
        raise NotFound(NOT_FOUND)
    if holder is not None:
        raise Refused(NOT_YOURS)
    return crisis


def _heard_at(session: Session, holder: Acknowledgement) -> datetime | None:
    query = select(sa.func.max(CrisisEntry.at)).where(
        CrisisEntry.crisis_id == holder.crisis_id,
        CrisisEntry.account_id == holder.account_id,
        CrisisEntry.at >= holder.at,
        col(CrisisEntry.kind).not_in(NOT_THEIR_WORD),
    )
    latest: list[datetime | None] = [
        session.exec(query).one(),
        handovers.last_offered(session, holder.crisis_id, holder.account_id, since=holder.at),
    ]
    return max((one for one in latest if one is not None), default=None)


def _look_again(session: Session, crisis: Crisis, due_at: datetime | None) -> None:
    crisis.attend_at = due_at
    session.add(crisis)
    if due_at:
        key = f"{escalating.ADVANCE}/{crisis.id}/{iso(due_at)}"
        set_timer(session, crisis, due_at, key=key)
