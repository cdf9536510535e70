"""Handing a crisis over: offered, accepted or declined; until somebody accepts, whoever has it has it."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.audit import service as audit
from porchlight.core import jobs
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound, Refused
from porchlight.crises import escalating
from porchlight.crises.handovers.models import Handover
from porchlight.crises.handovers.rules import NEXT, NO_ANSWER
from porchlight.crises.handovers.values import Offer
from porchlight.crises.holding import service as holding
from porchlight.crises.models import Acknowledgement, Crisis
from porchlight.crises.timeline import say
from porchlight.crises.values import State
from porchlight.people import queries as people
from porchlight.people.access import Role

UNANSWERED = "crises.handover_unanswered"
NOT_FOUND = _("We could not find that hand-over. It may be for someone else.")
NOT_OPEN = _("This alert is no longer yours to hand over. Open it to see who has it.")
GONE = _("This hand-over is not open any more. Open the alert to see who has it.")


def offer(
    session: Session, actor: Actor, crisis_id: UUID, handover_id: UUID, *, to_id: UUID, words: str = "", now: datetime
) -> None:
    """Ask somebody to take a crisis over; they are called by the true path. Until they accept, it stays with the actor.

    The same id again changes nothing; another person asked takes the place of the one before. handover_id: made with
    the form. Raises NotFound, Refused.
    """
    crisis = holding.theirs(session, actor, crisis_id)
    known = session.get(Handover, handover_id)
    if known is not None:
        if (known.crisis_id, known.from_id) != (crisis_id, actor.account_id):
            raise NotFound(NOT_FOUND)
        return
    if crisis.state != State.TAKEN:
        raise Refused(NOT_OPEN)
    _check_person(session, actor.account_id, to_id)
    open_ = open_offer(session, crisis_id)
    if open_ and open_.to_id == to_id:
        return
    if open_:
        _answer(session, open_, Offer.WITHDRAWN, now)
    row = Handover(
        id=handover_id, crisis_id=crisis_id, from_id=actor.account_id, to_id=to_id, words=words, offered_at=now
    )
    ask(session, crisis, row, "asked", now=now)
    audit.record(session, actor, "crisis.offered", crisis.id, now=now, number=crisis.number, to=str(to_id))


def ask(session: Session, crisis: Crisis, row: Handover, kind: str, *, now: datetime) -> None:
    """Keep the offer and call whom it is for. kind: the line on the timeline, asked or shift_over."""
    session.add(row)
    say(session, crisis.id, kind, row.to_id, at=now)
    escalating.ring(session, crisis, row.to_id, now=now)
    jobs.enqueue(session, UNANSWERED, {"handover_id": str(row.id)}, due_at=now + NO_ANSWER)


def accept(session: Session, actor: Actor, handover_id: UUID, *, now: datetime) -> UUID:
    """“I'll take it over.” Only now is the other one released. Repeating it changes nothing. Returns the crisis' id.

    Raises NotFound for somebody else's offer, Refused when it is not open any more.
    """
    row, crisis = _mine(session, actor, handover_id)
    if row.state == Offer.ACCEPTED:
        return crisis.id
    holder = session.get(Acknowledgement, crisis.id)
    if (
        not _may(row, Offer.ACCEPTED)
        or crisis.state != State.TAKEN
        or holder is None
        or holder.account_id != row.from_id
    ):
        raise Refused(GONE)
    _answer(session, row, Offer.ACCEPTED, now)
    holding.release(session, crisis, now=now)
    holding.hold(session, crisis, actor.account_id, "handover", now=now)
    audit.record(session, actor, "crisis.accepted", crisis.id, now=now, number=crisis.number, of=str(row.from_id))
    return crisis.id


def decline(session: Session, actor: Actor, handover_id: UUID, *, now: datetime) -> UUID:
    """“I can't.” It stays where it is, and whoever asked is called to hear it. Returns the crisis' id."""
    row, crisis = _mine(session, actor, handover_id)
    if row.state == Offer.DECLINED:
        return crisis.id
    if not _may(row, Offer.DECLINED):
        raise Refused(GONE)
    _answer(session, row, Offer.DECLINED, now)
    say(session, crisis.id, "declined", actor.account_id, at=now)
    escalating.ring(session, crisis, row.from_id, now=now)
    audit.record(session, actor, "crisis.declined", crisis.id, now=now, number=crisis.number)
    return crisis.id


def unanswered(session: Session, handover_id: UUID, *, now: datetime) -> None:
    """Nobody has answered for a while: whoever has the crisis is called to hear it; the offer stands. Safe to repeat."""
    row = session.get(Handover, handover_id)
    crisis = escalating.locked(session, row.crisis_id) if row else None
    if row is None or crisis is None:
        return
    session.refresh(row)  # as it stands now that nobody else can answer it
    if row.state != Offer.OFFERED:
        return
    say(session, crisis.id, "unanswered", row.to_id, at=now)
    escalating.ring(session, crisis, row.from_id, now=now)
    if not row.by_hand:
        # A shift is over and nobody takes it on: somebody above has to hear of it.
        escalating.breach(session, crisis, f"handover/{row.id}", now=now)


def open_offer(session: Session, crisis_id: UUID) -> Handover | None:
    query = select(Handover).where(Handover.crisis_id == crisis_id, Handover.state == Offer.OFFERED)
    return session.exec(query.order_by(col(Handover.offered_at).desc())).first()


def _mine(session: Session, actor: Actor, handover_id: UUID) -> tuple[Handover, Crisis]:
    """The offer made to this person, with its crisis locked."""
    row = session.get(Handover, handover_id)
    crisis = escalating.locked(session, row.crisis_id) if row and row.to_id == actor.account_id else None
    if row is None or crisis is None:
        raise NotFound(NOT_FOUND)
    session.refresh(row)  # as it stands now that nobody else can answer it
    return row, crisis


def _may(row: Handover, to: Offer) -> bool:
    return to in NEXT[Offer(row.state)]


def _answer(session: Session, row: Handover, state: Offer, now: datetime) -> None:
    row.state, row.answered_at = state, now
    session.add(row)
    session.flush()


def _check_person(session: Session, from_id: UUID, to_id: UUID) -> None:
    """Somebody who works here and takes alerts. Raises Refused."""
    outgoing, person = people.actor_of(session, from_id), people.actor_of(session, to_id)
    ours = person and outgoing and person.organization_id == outgoing.organization_id
    if person is None or not ours or not person.has(Role.ON_CALL, Role.SUPERVISOR) or to_id == from_id:
        raise Refused(_("This person cannot take over an alert. Choose someone who is on call."), field="to_id")
