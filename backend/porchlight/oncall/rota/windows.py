"""Windows of the week: on which weekdays, from which wall time to which, somebody is to be on call at all."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from porchlight.core.clock import at_wall, last_at_wall, local_day

EVERY_DAY = frozenset(range(7))  # 0 = Monday
DAY = timedelta(days=1)
ROUND = 8  # days: after so many each weekday has come again, whatever today's window has done


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` to `end` on the wall clock; one that ends at or before its start ends on the next day."""

    weekdays: frozenset[int]
    start: time
    end: time

    @property
    def always(self) -> bool:
        return self.start == self.end and self.weekdays == EVERY_DAY


def spans(window: Window, zone: str, from_at: datetime, to_at: datetime) -> list[tuple[datetime, datetime]]:
    """Where the window is open within [from_at, to_at), by time. Windows that touch are one."""
    if window.always:
        return [(from_at, to_at)] if from_at < to_at else []
    cut = ((max(start, from_at), min(end, to_at)) for start, end in _joined(window, zone, from_at, to_at))
    return [(start, end) for start, end in cut if start < end]


def is_open(window: Window, zone: str, at: datetime) -> bool:
    return bool(spans(window, zone, at, at + timedelta(microseconds=1)))


def span_at(window: Window, zone: str, at: datetime) -> tuple[datetime, datetime] | None:
    """The span that is open now, whole, else the next one; None of a window that is always or never open."""
    if window.always:
        return None
    found = _joined(window, zone, at - DAY * ROUND, at + DAY * 2 * ROUND)
    return next((one for one in found if one[1] > at), None)


def next_at(clock: time, weekdays: Collection[int], zone: str, now: datetime) -> datetime | None:
    """The next instant at which the wall clock says so on one of these weekdays, after now; None without a weekday."""
    today = local_day(now, zone)
    for day in (today + DAY * n for n in range(ROUND + 1)):
        at = at_wall(datetime.combine(day, clock), zone)
        if day.weekday() in weekdays and at > now:
            return at
    return None


def _joined(window: Window, zone: str, from_at: datetime, to_at: datetime) -> Iterator[tuple[datetime, datetime]]:
    held: tuple[datetime, datetime] | None = None
    for start, end in _days(window, zone, from_at, to_at):
        if held and start <= held[1]:
            held = held[0], max(held[1], end)
            continue
        if held:
            yield held
        held = start, end
    if held:
        yield held


def _days(window: Window, zone: str, from_at: datetime, to_at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """One by one. A start in the autumn fold means the first time, an end the last: no hour is lost."""
    day, last = local_day(from_at, zone) - DAY * 2, local_day(to_at, zone) + DAY
    over_night = timedelta() if window.start < window.end else DAY
    while day <= last:
        if day.weekday() in window.weekdays:
            start = at_wall(datetime.combine(day, window.start), zone)
            end = last_at_wall(datetime.combine(day + over_night, window.end), zone)
            if start < end:
                yield start, end
        day += DAY
