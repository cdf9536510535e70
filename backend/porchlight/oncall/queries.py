"""Reading the rota: schedules, and who is on call when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.oncall import rules
from porchlight.oncall.models import Override, Rotation, Schedule
from porchlight.oncall.rules import Gap, Shift, StandIn, Turns


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    id: UUID
    name: str
    region: str
    zone: str


@dataclass(frozen=True, slots=True)
class Rota:
    """Everything that decides who is on call by one schedule in one span."""

    schedule: ScheduleLine
    rotations: tuple[Turns, ...]
    overrides: tuple[StandIn, ...]
    from_at: datetime
    to_at: datetime

    @property
    def positions(self) -> list[str]:
        return rules.in_order({one.position for one in self.rotations})

    def shifts(self) -> list[Shift]:
        return rules.shifts(self.rotations, self.overrides, self.schedule.zone, self.from_at, self.to_at)

    def gaps(self) -> list[Gap]:
        return rules.gaps(self.shifts(), self.positions, self.from_at, self.to_at)


def schedules(session: Session, organization_id: UUID) -> list[ScheduleLine]:
    query = select(Schedule).where(Schedule.organization_id == organization_id).order_by(Schedule.name)
    return [_line(row) for row in session.exec(query)]


def rota(session: Session, schedule_id: UUID, from_at: datetime, to_at: datetime) -> Rota | None:
    """The rotations of a schedule, and the overrides that touch [from_at, to_at) in the order they were made."""
    row = session.get(Schedule, schedule_id)
    if row is None:
        return None
    turns = select(Rotation).where(Rotation.schedule_id == schedule_id).order_by(col(Rotation.id))
    stand_ins = (
        select(Override)
        .where(Override.schedule_id == schedule_id, Override.from_at < to_at, Override.to_at > from_at)
        .order_by(col(Override.made_at), col(Override.id))
    )
    return Rota(
        _line(row),
        tuple(_turns(one) for one in session.exec(turns)),
        tuple(StandIn(o.position, o.account_id, o.from_at, o.to_at) for o in session.exec(stand_ins)),
        from_at,
        to_at,
    )


def who(session: Session, schedule_id: UUID, at: datetime) -> dict[str, UUID]:
    """Who is on call by this schedule at this instant, by position; a position that nobody holds is absent."""
    found = rota(session, schedule_id, at, at + rules.MOMENT)
    return {one.position: one.account_id for one in found.shifts()} if found else {}


def of_person(found: Sequence[Shift], account_id: UUID) -> list[Shift]:
    """This person's shifts by time."""
    return sorted((one for one in found if one.account_id == account_id), key=lambda one: one.start)


def _line(row: Schedule) -> ScheduleLine:
    return ScheduleLine(row.id, row.name, row.region, row.time_zone)


def _turns(row: Rotation) -> Turns:
    members = tuple(UUID(one) for one in row.members)
    return Turns(row.position, members, row.first_on, row.weekday, row.hand_off, row.weeks)
