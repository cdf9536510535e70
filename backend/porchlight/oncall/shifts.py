"""Whole shifts: with their true ends, also where only a part of them lies in the time that is asked for."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound
from porchlight.oncall import queries
from porchlight.oncall.queries import ScheduleLine
from porchlight.oncall.rules import YEARS, Shift

EDGE, WIDER, WIDEST = timedelta(days=40), 4, timedelta(days=800)  # a turn of some months is rare, but it has two ends
SECOND = timedelta(seconds=1)
GONE = _("This shift has changed or is not yours. Look at My shifts for what is true now.")


@dataclass(frozen=True, slots=True)
class Held:
    """One shift of one schedule."""

    schedule: ScheduleLine
    position: str
    account_id: UUID
    start: datetime
    end: datetime

    # Pages say a time by its day and its wall clock there; the names are those of every row of a page.
    @property
    def from_at(self) -> datetime:
        return self.start

    @property
    def to_at(self) -> datetime:
        return self.end

    @property
    def from_on(self) -> date:
        return local_day(self.start, self.zone)

    @property
    def to_on(self) -> date:
        return local_day(self.end, self.zone)

    @property
    def zone(self) -> str:
        return self.schedule.zone

    @property
    def file_path(self) -> str:
        """Where it can be had as a file for a calendar."""
        return self.path.replace("/oncall/shifts/", "/calendar/")

    @property
    def path(self) -> str:
        """Its address, which says nothing about anybody."""
        return f"/oncall/shifts/{self.schedule.id}/{self.position}/{self.second}"

    @property
    def second(self) -> int:
        """Whole seconds since 1970 at which it begins; a change in the middle of a shift may begin within one."""
        return int(self.start.timestamp())


def whole(session: Session, schedule: ScheduleLine, from_at: datetime, to_at: datetime) -> list[Held]:
    """The shifts that touch [from_at, to_at), by position and time."""
    edge = EDGE
    while True:
        first, last = from_at - edge, to_at + edge
        found = queries.rotas(session, [schedule], first, last)[0].shifts()
        near = [one for one in found if one.start < to_at and one.end > from_at]
        if edge > WIDEST or not any(one.start <= first or one.end >= last for one in near):
            return [_held(schedule, one) for one in near]
        edge *= WIDER


def of_organization(session: Session, actor: Actor, from_at: datetime, to_at: datetime) -> list[Held]:
    """Of every schedule of the person's organization."""
    mine = queries.schedules(session, actor.organization_id) if actor.organization_id else []
    return [one for schedule in mine for one in whole(session, schedule, from_at, to_at)]


def mine(session: Session, actor: Actor, from_at: datetime, to_at: datetime) -> list[Held]:
    """This person's own, by time."""
    found = of_organization(session, actor, from_at, to_at)
    return sorted((one for one in found if one.account_id == actor.account_id), key=lambda one: (one.start, one.end))


def find(session: Session, actor: Actor, schedule_id: UUID, position: str, start: int) -> Held:
    """The shift of this position that begins in this second since 1970, else the one that runs then: an address that
    somebody kept, or one from a page that knows only a moment of the shift, leads to who has it now. Raises NotFound.
    """
    at = _moment(start)
    schedule = queries.schedule(session, schedule_id)
    if schedule is None or at is None or schedule.organization_id != actor.organization_id:
        raise NotFound(GONE)
    found = [one for one in whole(session, schedule, at, at + SECOND) if one.position == position]
    if not found:
        raise NotFound(GONE)
    return next((one for one in found if one.second == start), found[0])


def _held(schedule: ScheduleLine, one: Shift) -> Held:
    return Held(schedule, one.position, one.account_id, one.start, one.end)


def _moment(seconds: int) -> datetime | None:
    try:
        at = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if at.year in YEARS else None
