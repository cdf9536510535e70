"""What may become of a swap, and which time it may be about; pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from porchlight.core.clock import at_wall, last_at_wall, local, local_day
from porchlight.core.i18n import _
from porchlight.core.refused import Refused
from porchlight.oncall.swaps.values import Stretch, SwapState

S = SwapState

NEXT: Mapping[SwapState, frozenset[SwapState]] = {
    S.ASKED: frozenset({S.TAKEN, S.ASSIGNED, S.DECLINED, S.WITHDRAWN, S.EXPIRED, S.VOID}),
    S.OFFERED: frozenset({S.TAKEN, S.ASSIGNED, S.WITHDRAWN, S.EXPIRED, S.VOID}),
    # What was taken is undone by another swap: whoever was on call at a time past stays on record.
    S.TAKEN: frozenset(),
    S.ASSIGNED: frozenset(),
    S.DECLINED: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.EXPIRED: frozenset(),
    S.VOID: frozenset(),
}
OPEN = frozenset(state for state, following in NEXT.items() if following)
COUNTS = frozenset({S.TAKEN, S.ASSIGNED})

LONGEST_REASON = 200  # characters
DAY = timedelta(days=1)
WEEK = 7

OVER = _("This shift is over. Look at My shifts for what comes next.")
CHANGED = _("The schedule has changed, so this swap is off. Look at My shifts for what is true now.")
ENDED = {
    S.TAKEN: _("Someone has already taken this shift. You do not have to do anything."),
    S.ASSIGNED: _("Your supervisor has already given this shift to someone. You do not have to do anything."),
    S.DECLINED: _("This swap was already turned down. Ask someone else."),
    S.WITHDRAWN: _("This swap was taken back. You do not have to do anything."),
    S.EXPIRED: OVER,
    S.VOID: CHANGED,
}


def standing(state: SwapState, *, start: datetime, end: datetime, held: Iterable[Stretch], now: datetime) -> SwapState:
    """Where a swap stands now. held: what the rota gives to who asked, in that position.

    One that is open ends by itself when its time is over, and when the rota no longer gives its time to who asked:
    an override, another rota, or another swap came first.
    """
    if state not in OPEN:
        return state
    if now >= end:
        return S.EXPIRED
    return state if covers(held, max(start, now), end) else S.VOID


def check_next(standing: SwapState, to: SwapState) -> None:
    """Raises Refused with what the person needs to know instead."""
    if to not in NEXT[standing]:
        raise Refused(ENDED.get(standing, _("This was offered to everyone. Nobody has to turn it down.")))


def covers(held: Iterable[Stretch], start: datetime, end: datetime) -> bool:
    """Whether somebody with these stretches is on call at every instant of [start, end)."""
    reached = start
    for one in sorted(held, key=lambda one: one.start):
        if one.start > reached:
            break
        reached = max(reached, one.end)
    return reached >= end


def meets(held: Iterable[Stretch], start: datetime, end: datetime) -> bool:
    """Whether any of these stretches shares an instant with [start, end)."""
    return any(one.start < end and one.end > start for one in held)


def part(shift: Stretch, from_wall: datetime | None, to_wall: datetime | None, zone: str) -> Stretch:
    """A part of a shift by two times on the wall clock of the schedule's zone (naive); None: where the shift itself begins
    or ends. Raises Refused.

    A time that the autumn shows twice means the first one where the part starts and the last one where it ends, so
    that no hour is lost, unless only the other one lies within the shift. One that the spring leaves out means the
    first instant after it (oncall.md, Rota arithmetic).
    """
    start, end = shift.start, shift.end
    if from_wall:
        start = _within(shift, at_wall(from_wall, zone), last_at_wall(from_wall, zone))
    if to_wall:
        end = _within(shift, last_at_wall(to_wall, zone), at_wall(to_wall, zone))
    if not shift.start <= start < shift.end:
        raise Refused(_("Choose a start inside this shift."), field="from_at")
    if not shift.start < end <= shift.end:
        raise Refused(_("Choose an end inside this shift."), field="to_at")
    if end <= start:
        raise Refused(_("The end must be after the start."), field="to_at")
    return Stretch(start, end)


def _within(shift: Stretch, first: datetime, other: datetime) -> datetime:
    return other if not shift.start <= first <= shift.end and shift.start <= other <= shift.end else first


def check_time(end: datetime, now: datetime) -> None:
    """Only what is still to come can be swapped. Raises Refused."""
    if end <= now:
        raise Refused(OVER)


def week_of(moment: datetime, zone: str) -> Stretch:
    """The week, from Monday, that holds this moment on the wall clock of a zone."""
    day = local_day(moment, zone)
    monday = datetime.combine(day - DAY * day.weekday(), datetime.min.time())
    return Stretch(at_wall(monday, zone), at_wall(monday + DAY * WEEK, zone))


def month_of(moment: datetime, zone: str) -> Stretch:
    """The calendar month that holds this moment on the wall clock of a zone."""
    first = local(moment, zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    following = (first + DAY * 32).replace(day=1)
    return Stretch(at_wall(first, zone), at_wall(following, zone))


def hours(held: Iterable[Stretch], within: Stretch) -> float:
    """Elapsed hours of these stretches in a span; two at once, in two positions, count once."""
    total, reached = timedelta(), within.start
    for one in sorted(held, key=lambda one: one.start):
        start, end = max(one.start, reached), min(one.end, within.end)
        if start < end:
            total += end - start
            reached = end
    return total / timedelta(hours=1)
