"""Watching the engine itself: a beat of the worker, and crises that nobody looks after any more."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.core import jobs
from porchlight.core.clock import iso
from porchlight.core.tools import Tools
from porchlight.crises.escalating import ADVANCE, set_timer
from porchlight.crises.models import Crisis, EngineBeat

LOOK_AROUND = "crises.look_around"
EVERY = timedelta(minutes=1)
BEAT_EVERY = timedelta(seconds=5)
LATE = timedelta(seconds=10)  # oncall.md, Self-watch
SILENT = timedelta(seconds=30)
OVERDUE = timedelta(seconds=5)
FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Health:
    """late: how long the oldest unfinished work has been due. well: nothing is too late, and a worker is alive."""

    oldest_due_at: datetime | None
    late: timedelta
    last_beat_at: datetime | None
    well: bool


def watch(tools: Tools, name: str) -> None:
    """For the worker's loop, as often as it likes: leaves a beat every few seconds and picks up what was dropped."""
    with tools.db.reading() as session:
        now = tools.db.now(session)
        beat = session.get(EngineBeat, name)
    if beat and now - beat.at < BEAT_EVERY:
        return
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        session.merge(EngineBeat(name=name, at=now))
        session.connection().execute(sa.delete(EngineBeat).where(col(EngineBeat.at) < now - FORGOTTEN))
        pick_up(session, now=now)
        minute = now.replace(second=0, microsecond=0) + EVERY
        jobs.enqueue(session, LOOK_AROUND, {}, due_at=minute, key=f"{LOOK_AROUND}/{iso(minute)}")


def pick_up(session: Session, *, now: datetime) -> None:
    """A crisis whose time is over and that no timer looks after (a job that was given up) gets a timer for now."""
    late = now - OVERDUE
    query = select(Crisis).where(sa.or_(col(Crisis.next_due_at) <= late, col(Crisis.attend_at) <= late))
    for crisis in session.exec(query):
        set_timer(session, crisis, now, key=f"{ADVANCE}/{crisis.id}/overdue")


def health(session: Session, *, now: datetime) -> Health:
    """How the engine is; asked from outside, so that silence is noticed."""
    due = jobs.oldest_due(session, now=now)
    beat = session.exec(select(sa.func.max(EngineBeat.at))).one()
    late = now - due if due else timedelta()
    well = late <= LATE and beat is not None and now - beat <= SILENT
    return Health(due, late, beat, well)
