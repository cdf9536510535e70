"""Calling for help by the clock: when nobody pressed “Get help”, a timer does, by the same true path."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from porchlight.alerts import queries as alerts
from porchlight.alerts import service as alerting
from porchlight.alerts.values import Severity
from porchlight.core.actor import Actor
from porchlight.core.refused import Refused
from porchlight.crises import noticing, raising
from porchlight.crises.escalating import ADVANCE, locked
from porchlight.crises.raising import CrisisBody
from porchlight.crises.timeline import say
from porchlight.crises.values import Reason, State
from porchlight.people import queries as people


def call_in(
    session: Session,
    actor: Actor,
    crisis_id: UUID,
    reason: Reason,
    *,
    case_id: UUID | None,
    words: str,
    now: datetime,
) -> UUID | None:
    """Raise a crisis in this person's name and call their supervisor, too; safe to repeat with the same id.

    words: shown on the page of whoever is called, never in a push. None when the agency has nobody on call: then the
    supervisor got a notice all the same.
    """
    chief = people.who_reads(session, actor.account_id)
    try:
        with session.begin_nested():
            raising.raise_crisis(
                session, actor, CrisisBody(id=crisis_id, case_id=case_id, reason=reason, words=words), now=now
            )
    except Refused:
        noticing.tell(session, chief, noticing.HELP, crisis_id, now=now)
        return None
    call(session, crisis_id, chief, now=now)
    return crisis_id


def call(session: Session, crisis_id: UUID, account_id: UUID, *, now: datetime) -> None:
    """Call one more person to an open crisis, out of turn. Whoever was called already is not called again."""
    crisis = locked(session, crisis_id)
    if crisis is None or crisis.state == State.RESOLVED or alerts.alerted(session, crisis_id, account_id):
        return
    then = {"name": ADVANCE, "payload": {"crisis_id": str(crisis_id)}}
    alert_id, phones = alerting.call(session, account_id, Severity.CRISIS, crisis_id, now=now, then=then)
    # On the level that is called just now: the chain goes on from there, and counts this call with the others of it.
    where = {"position": "supervisor", "level": crisis.level, "round": crisis.round}
    say(session, crisis_id, "paging", account_id, at=now, alert_id=str(alert_id), phones=phones, **where)


def call_off(session: Session, actor: Actor, crisis_id: UUID, ending: str, *, now: datetime) -> None:
    """A crisis that a timer raised is over, because the person it was raised for says so. Nobody is called any more."""
    crisis = locked(session, crisis_id)
    if crisis is None or crisis.state == State.RESOLVED:
        return
    crisis.state, crisis.next_due_at = State.RESOLVED, None
    session.add(crisis)
    say(session, crisis_id, "resolved", actor.account_id, at=now, ending=ending, words="")
    alerting.close(session, crisis_id, now=now)
