"""When turns begin and whose they are: a grid on the wall clock of a zone, in both directions without an end."""

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from porchlight.core.clock import at_wall, local

W = TypeVar("W")
STEPS = {"hourly": timedelta(hours=1), "daily": timedelta(days=1), "weekly": timedelta(weeks=1)}
KINDS = (*STEPS, "monthly")
MONTHS = 12
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Grid:
    """Turn 0 begins at `start`, naive, on the wall clock of `zone`; each lasts `length` hours, days, weeks or months.

    Of a day that a month does not have, its last day is taken; the next month has the day again.
    """

    kind: str
    length: int
    start: datetime
    zone: str

    def wall(self, turn: int) -> datetime:
        """Where on the wall clock this turn begins, naive."""
        if self.kind != "monthly":
            return self.start + STEPS[self.kind] * self.length * turn
        years, month = divmod(self.start.month - 1 + self.length * turn, MONTHS)
        year = self.start.year + years
        day = min(self.start.day, monthrange(year, month + 1)[1])
        return self.start.replace(year=year, month=month + 1, day=day)

    def begins(self, turn: int) -> datetime:
        """The instant of it: in a spring gap the first after it, in an autumn fold the first (oncall.md)."""
        return at_wall(self.wall(turn), self.zone)

    def turn_at(self, at: datetime) -> int:
        """The turn that is under way at this instant. One without a length is never under way."""
        turn = self._about(local(at, self.zone).replace(tzinfo=None))
        while self.begins(turn + 1) <= at:
            turn += 1
        while self.begins(turn) > at:
            turn -= 1
        return turn

    def rank(self, turn: int) -> int:
        """How many turns that have a length lie between turn 0 and this one: who loses theirs in a spring gap, whole,
        has the next one."""
        lost = self._lost(min(turn, 0), max(turn, 0))
        return turn - lost if turn > 0 else turn + lost

    def shifts(self, from_at: datetime, to_at: datetime) -> Iterator[tuple[int, datetime, datetime]]:
        """(turn, its start, its end) of each that touches [from_at, to_at), whole, by time."""
        turn = self.turn_at(from_at)
        start = self.begins(turn)
        while start < to_at:
            end = self.begins(turn + 1)
            if start < end:
                yield turn, start, end
            turn, start = turn + 1, end

    def _about(self, wall: datetime) -> int:
        if self.kind != "monthly":
            return (wall - self.start) // (STEPS[self.kind] * self.length)
        months = (wall.year - self.start.year) * MONTHS + wall.month - self.start.month
        return months // self.length

    def _lost(self, first: int, end: int) -> int:
        """How many of the turns in [first, end) begin and end within one spring gap."""
        if self.kind not in ("hourly", "daily") or STEPS[self.kind] * self.length > DAY:
            return 0
        step, lost = STEPS[self.kind] * self.length, 0
        for gap_from, gap_to in _gaps(self.zone, self.wall(first).year, self.wall(end).year):
            # Every turn that would begin within the gap begins where it ends: all but the last have no length.
            earliest, latest = -((self.start - gap_from) // step), (gap_to - self.start) // step
            lost += max(0, min(latest, end) - max(earliest, first))
        return lost


def whose(members: Sequence[W], grid: Grid, turn: int, *, first: int = 0) -> W:
    """Who has this turn; first: the turn that is the first member's."""
    return members[(grid.rank(turn) - grid.rank(first)) % len(members)]


def _gaps(zone: str, first: int, last: int) -> Iterator[tuple[datetime, datetime]]:
    for year in range(first - 1, last + 2):
        yield from gaps_of(zone, year)


@lru_cache(maxsize=4096)
def gaps_of(zone: str, year: int) -> tuple[tuple[datetime, datetime], ...]:
    """The wall times that a zone leaves out in a year of UTC: [from, to), naive."""
    info, found = ZoneInfo(zone), []
    begin = datetime(year, 1, 1, tzinfo=UTC)
    days = [begin + DAY * n for n in range((datetime(year + 1, 1, 1, tzinfo=UTC) - begin).days + 1)]

    def offset(at: datetime) -> timedelta:
        return at.astimezone(info).utcoffset() or timedelta()

    for day in days[:-1]:
        before, after = offset(day), offset(day + DAY)
        if after > before:
            at = (day + timedelta(seconds=_moved(day, before, offset))).replace(tzinfo=None)
            found.append((at + before, at + after))
    return tuple(found)


def _moved(day: datetime, before: timedelta, offset: Callable[[datetime], timedelta]) -> int:
    """After how many seconds of this day the clocks are no longer where they were."""
    seconds = range(int(DAY.total_seconds()) + 1)
    return bisect_left(seconds, True, key=lambda second: offset(day + timedelta(seconds=second)) != before)
