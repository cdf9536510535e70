"""Reading times of being missing: those of the cases open to a person, and one with its clocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.cases import queries as cases
from porchlight.core.actor import Actor
from porchlight.crises.deadlines.rules import Clock
from porchlight.crises.missing import rules
from porchlight.crises.missing.models import MissingEpisode, MissingStep
from porchlight.crises.missing.rules import Running
from porchlight.crises.missing.values import State, Step
from porchlight.people import access
from porchlight.people.access import Capability

PAGE = 30


@dataclass(frozen=True, slots=True)
class Line:
    """A time of being missing as a list shows it. next_due_at: of the clock that runs out first, None when none runs."""

    id: UUID
    case_id: UUID
    person_id: UUID
    child: str
    family: str
    learned_at: datetime
    state: str
    next_due_at: datetime | None
    late: bool


def open_ones(session: Session, actor: Actor, *, now: datetime) -> list[Line]:
    """Children who are missing now, of the cases open to this person, the longest first."""
    query = _theirs(actor, now).where(MissingEpisode.state == State.MISSING)
    return _lines(session, session.exec(query.order_by(col(MissingEpisode.learned_at))).all(), now)


def past(session: Session, actor: Actor, *, now: datetime, page: int = 0) -> tuple[list[Line], bool]:
    """Those who were found, the newest first, one page of them; whether there are more."""
    query = _theirs(actor, now).where(MissingEpisode.state != State.MISSING)
    query = query.order_by(col(MissingEpisode.learned_at).desc(), col(MissingEpisode.id))
    rows = session.exec(query.offset(page * PAGE).limit(PAGE + 1)).all()
    return _lines(session, rows[:PAGE], now), len(rows) > PAGE


def clocks(session: Session, row: MissingEpisode, *, now: datetime) -> tuple[Running, ...]:
    """Both clocks; once the child is found nothing is late any more that was not before."""
    done = [(Step(one.step), one.at) for one in steps(session, row.id)]
    due = {Clock.POLICE: row.police_due_at, Clock.NCMEC: row.ncmec_due_at}
    return rules.clocks(due, done, row.found_at or now)


def steps(session: Session, episode_id: UUID) -> list[MissingStep]:
    """What was done, the newest first."""
    query = select(MissingStep).where(MissingStep.episode_id == episode_id)
    return list(session.exec(query.order_by(col(MissingStep.at).desc(), col(MissingStep.written_at).desc())))


def of_person(session: Session, person_id: UUID) -> list[MissingEpisode]:
    query = select(MissingEpisode).where(MissingEpisode.person_id == person_id)
    return list(session.exec(query.order_by(col(MissingEpisode.learned_at).desc())))


def _theirs(actor: Actor, now: datetime) -> Any:
    return select(MissingEpisode).where(
        col(MissingEpisode.case_id).in_(access.cases(actor, Capability.MISSING, now=now))
    )


def _lines(session: Session, rows: Sequence[MissingEpisode], now: datetime) -> list[Line]:
    children = cases.person_lines(session, [row.person_id for row in rows])
    families = cases.names(session, [row.case_id for row in rows])
    found = []
    for row in rows:
        held = clocks(session, row, now=now)
        runs = [one.due_at for one in held if one.told_at is None] if row.state == State.MISSING else []
        found.append(
            Line(
                row.id,
                row.case_id,
                row.person_id,
                children[row.person_id].name,
                families[row.case_id],
                row.learned_at,
                row.state,
                min(runs, default=None),
                any(one.late and one.told_at is None for one in held) and bool(runs),
            )
        )
    return found
