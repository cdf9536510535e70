"""Reading mandated reports: the reporter's own at any time, others' once the state was told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.cases import queries as cases
from porchlight.core.actor import Actor
from porchlight.crises.deadlines.rules import When
from porchlight.crises.mandated import rules
from porchlight.crises.mandated.models import MandatedChild, MandatedReport, MandatedStep, SealOpening
from porchlight.crises.mandated.rules import Demand, Done, Standing
from porchlight.crises.mandated.sealing import Seal
from porchlight.crises.mandated.values import State, Step
from porchlight.people import access
from porchlight.people.access import Capability, Role

PAGE = 30


@dataclass(frozen=True, slots=True)
class Line:
    """A report as a list shows it. mine: the reader is the reporter, which no other page says. about: names, or the words."""

    id: UUID
    about: str
    family: str
    witnessed_at: datetime
    state: str
    standing: Standing
    mine: bool


def steps(session: Session, report_ids: Sequence[UUID]) -> dict[UUID, list[MandatedStep]]:
    """Each report's steps, the first one first."""
    query = select(MandatedStep).where(col(MandatedStep.report_id).in_(report_ids))
    found: dict[UUID, list[MandatedStep]] = {}
    for row in session.exec(query.order_by(col(MandatedStep.at), col(MandatedStep.written_at))):
        found.setdefault(row.report_id, []).append(row)
    return found


def standing(row: MandatedReport, done: Sequence[MandatedStep], now: datetime) -> Standing:
    demand = Demand(row.oral_due_at, row.written_due_at, When(row.written))
    return rules.standing(demand, (Done(Step(one.step), one.at) for one in done), now)


def children(session: Session, report_id: UUID) -> list[UUID]:
    query = select(MandatedChild.person_id).where(MandatedChild.report_id == report_id)
    return list(session.exec(query))


def openings(session: Session, report_id: UUID) -> list[SealOpening]:
    """Who read the reporter's name, the latest first."""
    query = select(SealOpening).where(SealOpening.report_id == report_id)
    return list(session.exec(query.order_by(col(SealOpening.at).desc())))


def running(session: Session, actor: Actor, seal: Seal, *, now: datetime) -> list[Line]:
    """Reports that are not closed and that this person may read, the one that is due first before the others."""
    query = _readable(actor, seal, now).where(MandatedReport.state == State.OPEN)
    found = lines(session, actor, seal, session.exec(query).all(), now)
    return sorted(found, key=lambda one: (_due(one.standing) or one.witnessed_at, one.id))


def of_others(session: Session, actor: Actor, *, now: datetime) -> list[Line]:
    """For a board: open reports of others' that this person may read; whose they are is not said and not looked at."""
    query = select(MandatedReport).where(_theirs(actor, now), MandatedReport.state == State.OPEN)
    found = lines(session, actor, None, session.exec(query).all(), now)
    return sorted(found, key=lambda one: (_due(one.standing) or one.witnessed_at, one.id))


def own(session: Session, actor: Actor, seal: Seal, *, now: datetime) -> list[Line]:
    """The open reports that this person is the reporter of."""
    query = select(MandatedReport).where(MandatedReport.of == seal.of(actor.account_id))
    rows = session.exec(
        query.where(MandatedReport.state == State.OPEN).order_by(col(MandatedReport.witnessed_at))
    ).all()
    return lines(session, actor, seal, rows, now)


def closed(session: Session, actor: Actor, seal: Seal, *, now: datetime, page: int = 0) -> tuple[list[Line], bool]:
    """One page of those that are closed, the newest first; whether there are more."""
    query = _readable(actor, seal, now).where(MandatedReport.state == State.CLOSED)
    query = query.order_by(col(MandatedReport.closed_at).desc(), col(MandatedReport.id))
    rows = session.exec(query.offset(page * PAGE).limit(PAGE + 1)).all()
    return lines(session, actor, seal, rows[:PAGE], now), len(rows) > PAGE


def lines(
    session: Session, actor: Actor, seal: Seal | None, rows: Sequence[MandatedReport], now: datetime
) -> list[Line]:
    """Those of the rows that this person may read by now."""
    done = steps(session, [row.id for row in rows])
    families = cases.names(session, [row.case_id for row in rows if row.case_id])
    found = []
    for row in rows:
        stands = standing(row, done.get(row.id, []), now)
        mine = seal is not None and row.of == seal.of(actor.account_id)
        if not mine and not rules.others_may_read(stands, now):
            continue
        names = cases.person_lines(session, children(session, row.id))
        about = ", ".join(one.name for one in names.values()) or row.child_words
        family = families.get(row.case_id, "") if row.case_id else ""
        found.append(Line(row.id, about, family, row.witnessed_at, row.state, stands, mine))
    return found


def _due(stands: Standing) -> datetime | None:
    runs = [one.due_at for one in (stands.oral, stands.written) if one.runs and one.due_at]
    return min(runs, default=None)


def _readable(actor: Actor, seal: Seal, now: datetime) -> Any:
    return select(MandatedReport).where(
        sa.or_(col(MandatedReport.of) == seal.of(actor.account_id), _theirs(actor, now))
    )


def _theirs(actor: Actor, now: datetime) -> sa.ColumnElement[bool]:
    """Of a case that is open to this person for this; without a case it is every supervisor's to look after."""
    in_case = col(MandatedReport.case_id).in_(access.cases(actor, Capability.MANDATED, now=now))
    if not actor.has(Role.SUPERVISOR):
        return in_case
    ours = col(MandatedReport.organization_id) == actor.organization_id
    return sa.or_(in_case, sa.and_(col(MandatedReport.case_id).is_(None), ours))
