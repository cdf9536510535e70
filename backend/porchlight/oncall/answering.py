"""Who is on call now, as the API says it: kept until the next hand-off or the next change, wherever that was made."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlmodel import Session, col

from porchlight.core.clock import iso
from porchlight.core.db import Database
from porchlight.oncall import queries
from porchlight.oncall.models import Schedule
from porchlight.oncall.rules import Shift
from porchlight.people import staff

LONGEST = timedelta(days=8)  # over the next hand-off of a week
State = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """state: of schedules and people when it was made. It is true from `from_at` up to and without `until_at`."""

    state: State
    from_at: datetime
    until_at: datetime
    schedules: dict[str, str]  # by id, in the order of their names, as JSON


_kept: WeakKeyDictionary[Database, dict[UUID, Answer]] = WeakKeyDictionary()
_STATE = sa.select(
    sa.select(sa.func.count()).where(col(Schedule.organization_id) == sa.bindparam("ours")).scalar_subquery(),
    sa.select(sa.func.sum(col(Schedule.revision)))
    .where(col(Schedule.organization_id) == sa.bindparam("ours"))
    .scalar_subquery(),
)


def now(db: Database, session: Session, organization_id: UUID, schedule_id: str = "") -> tuple[str | None, datetime]:
    """Who is on call in all schedules of the organization, or in one, and until when; None where that is not theirs."""
    at = db.now(session)
    kept = _kept.setdefault(db, {})
    found = kept.get(organization_id)
    state = _state(session, organization_id)
    if found is None or found.state != state or not found.from_at <= at < found.until_at:
        found = kept[organization_id] = _made(session, organization_id, state, at)
    return _said(found.schedules, at, schedule_id), found.until_at


def at(session: Session, organization_id: UUID, moment: datetime, schedule_id: str = "") -> str | None:
    """The same at any other moment, asked afresh."""
    return _said(_made(session, organization_id, (), moment).schedules, moment, schedule_id)


def _said(schedules: dict[str, str], moment: datetime, schedule_id: str) -> str | None:
    if schedule_id and schedule_id not in schedules:
        return None
    chosen = schedules[schedule_id] if schedule_id else ",".join(schedules.values())
    return f'{{"at":"{iso(moment)}","schedules":[{chosen}]}}'


def _state(session: Session, organization_id: UUID) -> State:
    """Changes whenever an answer may: a schedule was changed, or somebody's name, number or access."""
    row = session.connection().execute(_STATE, {"ours": organization_id}).one()
    return (*(int(one or 0) for one in row), staff.changes(session, organization_id))


def _made(session: Session, organization_id: UUID, state: State, moment: datetime) -> Answer:
    lines = queries.schedules(session, organization_id)
    rotas = queries.rotas(session, lines, moment, moment + LONGEST)
    shifts = {rota.schedule.id: rota.shifts() for rota in rotas}
    edges = [edge for found in shifts.values() for one in found for edge in (one.start, one.end) if edge > moment]
    current = {one: [shift for shift in found if shift.start <= moment] for one, found in shifts.items()}
    ids = {shift.account_id for found in current.values() for shift in found}
    known = staff.staff(session, [*ids, *(one.last_resort_id for one in lines if one.last_resort_id)])
    said = {str(one.id): json.dumps(_schedule(one, current[one.id], known)) for one in lines}
    return Answer(state, moment, min(edges, default=moment + LONGEST), said)


def _schedule(line: queries.ScheduleLine, held: list[Shift], known: dict[UUID, staff.StaffLine]) -> dict[str, Any]:
    last = known.get(line.last_resort_id) if line.last_resort_id else None
    return {
        "id": str(line.id),
        "name": line.name,
        "region": line.region,
        "zone": line.zone,
        "on_call": [
            {"position": one.position, **_person(known[one.account_id]), "until": iso(one.end)}
            for one in held
            if one.account_id in known and known[one.account_id].works_here
        ],
        "last_resort": _person(last) if last else None,
    }


def _person(one: staff.StaffLine) -> dict[str, str]:
    return {"account_id": str(one.id), "name": one.name, "phone": one.phone}
