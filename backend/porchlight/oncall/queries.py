"""Reading the rota: schedules, and who is on call when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.oncall import loading, rules
from porchlight.oncall.changing import CHANGED
from porchlight.oncall.models import Schedule
from porchlight.oncall.rules import Gap, Plan, Shift
from porchlight.people import staff


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    id: UUID
    name: str
    region: str
    zone: str
    positions: tuple[str, ...] = rules.POSITIONS
    last_resort_id: UUID | None = None
    duty_manager_id: UUID | None = None
    published_until: datetime | None = None
    revision: int = 0
    organization_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Rota:
    """Everything that decides who is on call by one schedule in one span. left: since when whom is gone."""

    schedule: ScheduleLine
    plan: Plan
    from_at: datetime
    to_at: datetime
    left: Mapping[UUID, datetime] = field(default_factory=dict)

    @property
    def positions(self) -> list[str]:
        return list(self.plan.positions)

    def shifts(self) -> list[Shift]:
        return rules.while_here(rules.shifts(self.plan, self.from_at, self.to_at), self.left)

    def gaps(self) -> list[Gap]:
        return rules.gaps(self.shifts(), self.positions, self.from_at, self.to_at)


@dataclass(frozen=True, slots=True)
class _Kept:
    """Who is on call from `from_at` up to and without `until_at`, by the schedule as it was at this revision."""

    revision: int
    from_at: datetime
    until_at: datetime
    who: dict[str, UUID]


KEPT_FOR = timedelta(days=1)
_kept: WeakKeyDictionary[Any, dict[UUID, _Kept]] = WeakKeyDictionary()  # by the engine


_SCHEDULES = (
    select(Schedule).where(col(Schedule.organization_id) == sa.bindparam("organization")).order_by(Schedule.name)
)


def schedules(session: Session, organization_id: UUID) -> list[ScheduleLine]:
    return [line_of(row) for row in session.exec(_SCHEDULES, params={"organization": organization_id})]


def schedule(session: Session, schedule_id: UUID) -> ScheduleLine | None:
    row = session.get(Schedule, schedule_id)
    return line_of(row) if row else None


def rotas(session: Session, found: Sequence[ScheduleLine], from_at: datetime, to_at: datetime) -> list[Rota]:
    """All that touches [from_at, to_at), of all these schedules at once."""
    plans = loading.plans(session, {one.id: (one.zone, one.positions) for one in found}, from_at, to_at)
    left = staff.left(session)
    return [Rota(one, plans[one.id], from_at, to_at, left) for one in found]


def rota(session: Session, schedule_id: UUID, from_at: datetime, to_at: datetime) -> Rota | None:
    found = schedule(session, schedule_id)
    return rotas(session, [found], from_at, to_at)[0] if found else None


def who(session: Session, schedule_id: UUID, at: datetime) -> dict[str, UUID]:
    """Who is on call by this schedule at this instant, by position; a position that nobody holds is absent.

    True until the next hand-off or the next change: what was found is kept until then, for a hundred alerts may ask in
    one second. Somebody who has left still has their turn here: whoever calls them looks at that in that moment.
    """
    line = schedule(session, schedule_id)
    if line is None:
        return {}
    kept = _kept.setdefault(session.get_bind(), {})
    found = kept.get(schedule_id)
    # What this transaction changes is nobody else's yet, and may never be.
    ours = session.info.get(CHANGED, False)
    if ours or found is None or found.revision != line.revision or not found.from_at <= at < found.until_at:
        found = _found(session, line, at)
        if not ours:
            kept[schedule_id] = found
    return dict(found.who)


def _found(session: Session, line: ScheduleLine, at: datetime) -> "_Kept":
    plan = loading.plans(session, {line.id: (line.zone, line.positions)}, at, at + KEPT_FOR)[line.id]
    shifts = rules.shifts(plan, at, at + KEPT_FOR)
    edges = [edge for one in shifts for edge in (one.start, one.end) if edge > at]
    now = {one.position: one.account_id for one in shifts if one.start <= at}
    return _Kept(line.revision, at, min(edges, default=at + KEPT_FOR), now)


def of_person(found: Sequence[Shift], account_id: UUID) -> list[Shift]:
    """This person's shifts by time."""
    return sorted((one for one in found if one.account_id == account_id), key=lambda one: one.start)


def line_of(row: Schedule) -> ScheduleLine:
    return ScheduleLine(
        row.id,
        row.name,
        row.region,
        row.time_zone,
        tuple(row.positions),
        row.last_resort_id,
        row.duty_manager_id,
        row.published_until,
        row.revision,
        row.organization_id,
    )
