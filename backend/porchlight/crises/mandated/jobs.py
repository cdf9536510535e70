"""Telling supervisors of a report: after the state was told, and when a clock has run out."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.core.tools import Tools
from porchlight.crises import noticing
from porchlight.crises.mandated import queries, rules
from porchlight.crises.mandated.models import MandatedReport
from porchlight.crises.mandated.sealing import Seal
from porchlight.crises.mandated.service import LATE, TOLD, add_late
from porchlight.crises.mandated.values import State, Step
from porchlight.people import queries as people


def told(tools: Tools, payload: dict[str, Any]) -> None:
    """The state was told: now a supervisor hears of it, by a notice without a word. payload: {"report_id"}."""
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        row = session.get(MandatedReport, UUID(payload["report_id"]), with_for_update=True)
        if row is None or row.supervisor_told_at:
            return
        row.supervisor_told_at = now
        session.add(row)
        for account_id in _supervisors(session, tools, row):
            noticing.tell(session, account_id, noticing.REPORT, row.id, now=now)
        audit.record(session, None, "mandated.supervisor_told", row.id, now=now)


def late(tools: Tools, payload: dict[str, Any]) -> None:
    """A clock has run out, if nothing stopped it. Each is said once. payload: {"report_id"}."""
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        row = session.get(MandatedReport, UUID(payload["report_id"]), with_for_update=True)
        if row is None or row.state != State.OPEN:
            return
        done = queries.steps(session, [row.id]).get(row.id, [])
        stands = queries.standing(row, done, now)
        oral = stands.oral.runs and stands.oral.late and rules.others_may_read(stands, now)
        if not oral and not (stands.written.runs and stands.written.late):
            return
        if any(one.step == Step.LATE and one.words == _which(oral=oral) for one in done):
            return
        add_late(session, row, _which(oral=oral), now=now)
        for account_id in _supervisors(session, tools, row):
            noticing.tell(session, account_id, noticing.REPORT, row.id, now=now)
        audit.record(session, None, "mandated.late", row.id, now=now, clock=_which(oral=oral))


def _which(*, oral: bool) -> str:
    return "oral" if oral else "written"


def _supervisors(session: Session, tools: Tools, row: MandatedReport) -> Iterable[UUID]:
    """Those over whoever works the case; without a case the one over the reporter, who is not written down anywhere for it."""
    now = row.written_at
    workers = cases.workers(session, [row.case_id], now=now).get(row.case_id, []) if row.case_id else []
    if not workers:
        workers = [UUID(Seal(tools.keys).open(row.id, row.sealed).account_id)]
    return dict.fromkeys(people.who_reads(session, one) for one in workers)


JOBS = {TOLD: told, LATE: late}
