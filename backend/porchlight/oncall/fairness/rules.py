"""Who has carried how much: a night, a weekend day or a holiday is counted for whoever had at least half of it."""

from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from porchlight.core.clock import at_wall, local_day
from porchlight.oncall.eligibility.rules import NIGHT_FROM, NIGHT_TO
from porchlight.oncall.rules import Shift

DAY = timedelta(days=1)
SATURDAY = 5
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class HolidayRule:
    """Either `day`, or the nth `weekday` (0 = Monday) of the month; nth -1: the last one."""

    name: str
    month: int
    source: str
    valid_from: date
    day: int | None = None
    weekday: int | None = None
    nth: int = 1

    def on(self, year: int) -> date | None:
        """None in a year in which it did not count yet."""
        found = self._of(year)
        return found if found >= self.valid_from else None

    def _of(self, year: int) -> date:
        if self.day is not None:
            return date(year, self.month, self.day)
        weekday = self.weekday or 0
        if self.nth < 0:
            last = date(year, self.month, monthrange(year, self.month)[1])
            return last - DAY * ((last.weekday() - weekday) % 7)
        first = date(year, self.month, 1)
        return first + DAY * ((weekday - first.weekday()) % 7 + 7 * (self.nth - 1))


@dataclass(frozen=True, slots=True)
class Carried:
    """What one person had. calls: how often a crisis called them."""

    account_id: UUID
    nights: int = 0
    weekend_days: int = 0
    holidays: int = 0
    hours: float = 0
    calls: int = 0

    @property
    def weight(self) -> int:
        """What is compared first: sleep and days that others have off."""
        return self.nights + self.weekend_days + 2 * self.holidays + self.calls


def carried(
    shifts: Sequence[Shift],
    zone: str,
    holidays: Collection[date],
    calls: Mapping[UUID, int],
    from_at: datetime,
    to_at: datetime,
) -> list[Carried]:
    """What each of these people had in [from_at, to_at), in any position; the most burdened first."""
    by_person: dict[UUID, list[Shift]] = {}
    for one in shifts:
        by_person.setdefault(one.account_id, []).append(one)
    kinds: dict[str, list[tuple[datetime, datetime]]] = {
        "nights": list(nights(zone, from_at, to_at)),
        "weekend_days": [(a, b) for day, a, b in _days(zone, from_at, to_at) if day.weekday() >= SATURDAY],
        "holidays": [(a, b) for day, a, b in _days(zone, from_at, to_at) if day in holidays],
    }
    found = [
        Carried(
            one,
            **{kind: sum(_has_half(held, *span) for span in spans) for kind, spans in kinds.items()},
            hours=_overlap(held, from_at, to_at) / HOUR,
            calls=calls.get(one, 0),
        )
        for one, held in by_person.items()
    ]
    return sorted(found, key=lambda one: (-one.weight, -one.hours, str(one.account_id)))


def next_in_turn(found: Sequence[Carried], who: Iterable[UUID]) -> UUID | None:
    """Who of these has carried least; a suggestion, never more."""
    had = {one.account_id: one for one in found}
    chosen = [had.get(one, Carried(one)) for one in who]
    return min(chosen, key=lambda one: (one.weight, one.hours)).account_id if chosen else None


def nights(zone: str, from_at: datetime, to_at: datetime) -> Iterator[tuple[datetime, datetime]]:
    for day in _each(zone, from_at, to_at):
        start, end = _wall(day, NIGHT_FROM, zone), _wall(day + DAY, NIGHT_TO, zone)
        if from_at <= start and end <= to_at:
            yield start, end


def _days(zone: str, from_at: datetime, to_at: datetime) -> Iterator[tuple[date, datetime, datetime]]:
    for day in _each(zone, from_at, to_at):
        start, end = _wall(day, time(0), zone), _wall(day + DAY, time(0), zone)
        if from_at <= start < end <= to_at:
            yield day, start, end


def _each(zone: str, from_at: datetime, to_at: datetime) -> Iterator[date]:
    day, last = local_day(from_at, zone) - DAY, local_day(to_at, zone)
    while day <= last:
        yield day
        day += DAY


def _wall(day: date, clock: time, zone: str) -> datetime:
    return at_wall(datetime.combine(day, clock), zone)


def _has_half(held: Sequence[Shift], start: datetime, end: datetime) -> bool:
    return 2 * _overlap(held, start, end) >= end - start


def _overlap(held: Sequence[Shift], start: datetime, end: datetime) -> timedelta:
    """Two positions at once are no more hours than one."""
    total, done = timedelta(), start
    for one in sorted(held, key=lambda one: one.start):
        begins, ends = max(one.start, done), min(one.end, end)
        if begins < ends:
            total += ends - begins
            done = ends
    return total
