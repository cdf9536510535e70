"""What the worker looks after every minute: reminders that are due, and swaps that have ended by themselves."""

from datetime import datetime, timedelta

from sqlmodel import Session

from porchlight.alerts import queries as alerts
from porchlight.core.tools import Tools
from porchlight.oncall import shifts
from porchlight.oncall.reminders import queries, rules, service
from porchlight.oncall.shifts import Held
from porchlight.oncall.swaps import queries as swaps
from porchlight.oncall.swaps import service as swapping

EVERY = 60.0  # seconds


def go(tools: Tools) -> None:
    """One round; safe to repeat, and beside another worker's. Each thing is a transaction of its own."""
    with tools.db.reading() as session:
        now = tools.db.now(session)
        soon = [
            one for one in _soon(session, now) if not alerts.alerted(session, service.subject_of(one), one.account_id)
        ]
        ended = [one.id for one in swaps.left_open(session) if not swaps.line(session, one, now=now).is_open]
    for swap_id in ended:
        with tools.db.transaction() as session:
            swapping.settle(session, swap_id, now=tools.db.now(session))
    for shift in soon:
        with tools.db.transaction() as session:
            service.remind(session, shift, now=tools.db.now(session))


def _soon(session: Session, now: datetime) -> list[Held]:
    found: list[Held] = []
    for schedule, lead in queries.every_schedule(session):
        if lead > timedelta():
            found += rules.due(shifts.whole(session, schedule, now, now + lead + timedelta(seconds=1)), lead, now)
    return found
