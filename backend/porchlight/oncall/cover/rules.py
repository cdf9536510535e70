"""Cover proof: where nobody is, day by day; what has changed since it was published; who is not eligible."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from porchlight.core.clock import at_wall, local_day
from porchlight.oncall.rules import Gap, Shift

PROVEN = timedelta(days=30)  # oncall.md, Cover proof
AHEAD = timedelta(days=7)  # Maine OCFS policy IV.C-1: the schedule is handed in 7 days ahead
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayOf:
    """One day on the wall clock of the schedule, with the parts of shifts and gaps that lie in it, by position."""

    day: date
    shifts: tuple[Shift, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """From `start` to `end` it was `before`, and is `after`; None: nobody."""

    position: str
    start: datetime
    end: datetime
    before: UUID | None
    after: UUID | None


def days(
    shifts: Sequence[Shift], gaps: Sequence[Gap], zone: str, from_at: datetime, to_at: datetime
) -> Iterator[DayOf]:
    """Each day that touches [from_at, to_at); a day has 23 or 25 hours where the clocks change."""
    day = local_day(from_at, zone)
    while (start := max(from_at, midnight(day, zone))) < to_at:
        end = min(to_at, midnight(day + DAY, zone))
        if start < end:
            held = (Shift(one.position, one.account_id, *_cut(one, start, end)) for one in shifts)
            holes = (Gap(one.position, *_cut(one, start, end)) for one in gaps)
            yield DayOf(day, tuple(o for o in held if o.start < o.end), tuple(o for o in holes if o.start < o.end))
        day += DAY


def midnight(day: date, zone: str) -> datetime:
    return at_wall(datetime(day.year, day.month, day.day), zone)  # noqa: DTZ001 - a wall clock's


def _cut(one: Shift | Gap, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    return max(one.start, start), min(one.end, end)


def differences(
    before: Sequence[Shift], after: Sequence[Shift], from_at: datetime, to_at: datetime
) -> list[Difference]:
    """Where somebody else is on call than was published, by time; spans that follow each other alike are one."""
    found: list[Difference] = []
    for position in dict.fromkeys(one.position for one in (*before, *after)):
        was = [one for one in before if one.position == position]
        is_now = [one for one in after if one.position == position]
        found += _of_position(position, was, is_now, from_at, to_at)
    return sorted(found, key=lambda one: one.start)


def _of_position(
    position: str, before: Sequence[Shift], after: Sequence[Shift], from_at: datetime, to_at: datetime
) -> list[Difference]:
    edges = {edge for one in (*before, *after) for edge in (one.start, one.end) if from_at < edge < to_at}
    marks = [from_at, *sorted(edges), to_at]
    found: list[Difference] = []
    for start, end in pairwise(marks):
        was, is_now = _at(before, start), _at(after, start)
        if was == is_now:
            continue
        last = found[-1] if found else None
        if last and last.end == start and (last.before, last.after) == (was, is_now):
            found[-1] = Difference(position, last.start, end, was, is_now)
        else:
            found.append(Difference(position, start, end, was, is_now))
    return found


def _at(shifts: Iterable[Shift], at: datetime) -> UUID | None:
    return next((one.account_id for one in shifts if one.start <= at < one.end), None)


def unpublished(published_until: datetime | None, now: datetime) -> bool:
    """Whether some of the next seven days have not been published."""
    return published_until is None or published_until < now + AHEAD
