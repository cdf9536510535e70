"""When a clock of a missing child runs out and nobody was told: the supervisor is called, by the true path."""

from typing import Any
from uuid import UUID

from porchlight.audit import service as audit
from porchlight.core import jobs
from porchlight.core.i18n import _, translate
from porchlight.core.ids import new_id
from porchlight.core.tools import Tools
from porchlight.crises import calling
from porchlight.crises import queries as crises
from porchlight.crises.deadlines.rules import Clock
from porchlight.crises.missing import queries
from porchlight.crises.missing.service import LOOK, add_step, locked
from porchlight.crises.missing.values import State, Step
from porchlight.crises.values import Reason
from porchlight.crises.values import State as CrisisState
from porchlight.people import queries as people

LATE = {
    Clock.POLICE: _("A child is missing and the police were not told in time."),
    Clock.NCMEC: _("A child is missing and the national center for missing children was not told in time."),
}


def look(tools: Tools, payload: dict[str, Any]) -> None:
    """payload: {"episode_id", "clock"}. Repeated, it calls nobody twice."""
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        clock = Clock(payload["clock"])
        row = locked(session, UUID(payload["episode_id"]))
        if row is None or row.state != State.MISSING:
            return
        running = next(one for one in queries.clocks(session, row, now=now) if one.clock is clock)
        said = {one.words for one in queries.steps(session, row.id) if one.step == Step.LATE}
        if running.told_at or clock in said:
            return
        if now < running.due_at:
            # The clock went back a little: this timer rang too early, and it was the only one.
            jobs.enqueue(session, LOOK, payload, due_at=running.due_at)
            return
        add_step(session, row, Step.LATE, None, at=now, now=now, words=clock)
        author = people.actor_of(session, row.written_by, even_ended=True)
        crisis = crises.crisis(session, row.crisis_id) if row.crisis_id else None
        if crisis and crisis.state != CrisisState.RESOLVED:
            calling.call(session, crisis.id, people.who_reads(session, row.written_by), now=now)
        elif author:
            words = translate(LATE[clock], author.locale)
            row.crisis_id = (
                calling.call_in(session, author, new_id(), Reason.MISSING, case_id=row.case_id, words=words, now=now)
                or row.crisis_id
            )
            session.add(row)
        audit.record(session, None, "missing.late", row.id, now=now, clock=clock)


JOBS = {LOOK: look}
