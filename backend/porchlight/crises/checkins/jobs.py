"""The clock of a check-in: it asks the worker, and then calls others, whether or not a phone has signal."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _, say_moment, translate
from porchlight.core.ids import new_id
from porchlight.core.tools import Tools
from porchlight.crises import calling, noticing
from porchlight.crises.checkins import queries, rules
from porchlight.crises.checkins.models import CheckIn
from porchlight.crises.checkins.service import LOOK, locked, look_at, say
from porchlight.crises.checkins.values import State
from porchlight.crises.values import Reason
from porchlight.people import queries as people

MISSED = _(
    "{name} should have been out by {out_by} and has not checked in. Where: {place}. Last heard of a phone: {heard}."
)
NEVER = _("never")


def look(tools: Tools, payload: dict[str, Any]) -> None:
    """Early, late or repeated, it does what the moment asks for. payload: {"check_in_id"}."""
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        row = locked(session, UUID(payload["check_in_id"]))
        if row is None:
            return
        decided = rules.look(State(row.state), row.out_by, row.page_at, now)
        if decided.nudge:
            noticing.tell(session, row.account_id, noticing.CHECK_IN, row.id, now=now)
            say(session, row, "nudged", now=now)
        if decided.page:
            _page(session, row, now)
        row.state = decided.state
        session.add(row)
        if decided.next_at:
            look_at(session, row.id, decided.next_at)


def _page(session: Session, row: CheckIn, now: datetime) -> None:
    worker = people.actor_of(session, row.account_id, even_ended=True)
    if worker is None:
        return
    words = _words(session, worker, row)
    row.alarm_id = calling.call_in(session, worker, new_id(), Reason.WORKER, case_id=row.case_id, words=words, now=now)
    say(session, row, "paged", now=now)
    audit.record(session, None, "checkin.missed", row.id, now=now)


def _words(session: Session, worker: Actor, row: CheckIn) -> str:
    heard = queries.heard_at(session, row.account_id)
    return translate(
        MISSED,
        worker.locale,
        name=worker.name,
        out_by=say_moment(row.out_by, worker.time_zone, worker.locale),
        place=row.place,
        heard=say_moment(heard, worker.time_zone, worker.locale) if heard else translate(NEVER, worker.locale),
    )


JOBS = {LOOK: look}
