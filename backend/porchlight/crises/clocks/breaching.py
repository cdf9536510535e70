"""Calling somebody more when a response is late or gets worse: the supervisor first, then the director, then the last resort."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, select

from porchlight.alerts import service as alerting
from porchlight.alerts.values import Severity
from porchlight.crises.escalating import ADVANCE, paged, say
from porchlight.crises.models import Crisis, CrisisEntry
from porchlight.crises.values import State
from porchlight.oncall import queries as oncall
from porchlight.people import queries as people

ABOVE = ("supervisor", "director")
OF_A_BREACH = -1  # the round of a call beside the chain
ONE_PRESS = timedelta(minutes=1)


def breach(session: Session, crisis: Crisis, clock: str, *, now: datetime) -> bool:
    """One of the crisis' clocks has run out: the next one above is called by the true path. Each clock once.

    clock: its name. The crisis is locked. Returns whether this was news; a crisis that is over calls nobody.
    """
    known = select(CrisisEntry.detail).where(CrisisEntry.crisis_id == crisis.id, CrisisEntry.kind == "breach")
    if crisis.state == State.RESOLVED or clock in {one.get("clock") for one in session.exec(known)}:
        return False
    say(session, crisis.id, "breach", at=now, clock=clock)
    _press(session, crisis, now)
    return True


def worse(session: Session, crisis: Crisis, account_id: UUID, *, now: datetime) -> bool:
    """“Worse now”: the next one at once. One press counts once a minute; returns whether this one did."""
    latest = select(CrisisEntry.at).where(CrisisEntry.crisis_id == crisis.id, CrisisEntry.kind == "worse")
    said = max(session.exec(latest), default=None)
    if crisis.state == State.RESOLVED or (said is not None and now - said < ONE_PRESS):
        return False
    say(session, crisis.id, "worse", account_id, at=now)
    _press(session, crisis, now)
    return True


def _press(session: Session, crisis: Crisis, now: datetime) -> None:
    """Each further call goes one higher; the last resort is always there."""
    called = {one.account_id for one in paged(session, crisis.id) if one.detail["round"] == OF_A_BREACH}
    on_call = oncall.who(session, UUID(crisis.policy["schedule_id"]), now)
    here = [(one, on_call[one]) for one in ABOVE if one in on_call and people.actor_of(session, on_call[one])]
    chain = [*here, ("", UUID(crisis.policy["last_resort_id"]))]
    position, account_id = next((one for one in chain if one[1] not in called), chain[-1])
    alert_id = alerting.make_alert(session, account_id, Severity.CRISIS, crisis.id, now=now)
    then = {"name": ADVANCE, "payload": {"crisis_id": str(crisis.id)}}
    phones = alerting.make_deliveries(session, alert_id, now=now, then=then)
    where = {"alert_id": str(alert_id), "position": position, "level": len(called), "round": OF_A_BREACH}
    say(session, crisis.id, "paging", account_id, at=now, phones=phones, **where)
    if not phones:
        say(session, crisis.id, "failed", account_id, at=now, alert_id=str(alert_id), why="no_phone")
