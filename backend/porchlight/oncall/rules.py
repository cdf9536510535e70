"""Who is on call from when to when: one pure function that paging, screens, shifts and gaps all ask."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from porchlight.core.clock import at_wall, local_day

POSITIONS = ("worker", "backup", "supervisor", "director")
WEEK = 7
MOMENT = timedelta(microseconds=1)
YEARS = range(2000, 2100)  # no rota is older, and none is planned so far ahead


@dataclass(frozen=True, slots=True)
class Turns:
    """Who takes turns in one position: `weeks` weeks each, changing on a weekday (0 = Monday) at a wall time.

    The turn that holds `first_on` is the first member's; the order goes on before and after it without an end.
    """

    position: str
    members: tuple[UUID, ...]
    first_on: date
    weekday: int
    hand_off: time
    weeks: int = 1


@dataclass(frozen=True, slots=True)
class StandIn:
    """One person instead of whoever's turn it is, from one moment up to and without another."""

    position: str
    account_id: UUID
    from_at: datetime
    to_at: datetime


@dataclass(frozen=True, slots=True)
class Shift:
    """Half-open: at `end` the next one has it."""

    position: str
    account_id: UUID
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    position: str
    start: datetime
    end: datetime


def shifts(
    rotations: Sequence[Turns], overrides: Sequence[StandIn], zone: str, from_at: datetime, to_at: datetime
) -> list[Shift]:
    """Who is on call in [from_at, to_at), by position and time; at every instant at most one person a position.

    Each layer hides the one before it: the rotations in their order, then the overrides in the order in which
    they were made. zone: IANA name; hand-offs are wall-clock times in it (oncall.md, Rota arithmetic).
    """
    found: list[Shift] = []
    for position in in_order({one.position for one in rotations} | {one.position for one in overrides}):
        layers = [_turns(r, zone, from_at, to_at) for r in rotations if r.position == position]
        stand_ins = [Shift(position, o.account_id, o.from_at, o.to_at) for o in overrides if o.position == position]
        layers += [_within([one], from_at, to_at) for one in stand_ins]
        laid: list[Shift] = []
        for layer in layers:
            laid = _laid_over(laid, layer)
        found += laid
    return found


def who(rotations: Sequence[Turns], overrides: Sequence[StandIn], zone: str, at: datetime) -> dict[str, UUID]:
    """Who is on call at this instant, by position; a position that nobody holds is absent."""
    return {one.position: one.account_id for one in shifts(rotations, overrides, zone, at, at + MOMENT)}


def gaps(found: Sequence[Shift], positions: Iterable[str], from_at: datetime, to_at: datetime) -> list[Gap]:
    """Where nobody is on call in [from_at, to_at); `found` is what `shifts` answered for the same span."""
    holes: list[Gap] = []
    for position in in_order(positions):
        free = from_at
        for one in (s for s in found if s.position == position):
            if one.start > free:
                holes.append(Gap(position, free, one.start))
            free = max(free, one.end)
        if free < to_at:
            holes.append(Gap(position, free, to_at))
    return holes


def in_order(positions: Iterable[str]) -> list[str]:
    """Worker first, director last; unknown names after them by alphabet."""
    return sorted(positions, key=lambda p: (POSITIONS.index(p) if p in POSITIONS else len(POSITIONS), p))


def _turns(turns: Turns, zone: str, from_at: datetime, to_at: datetime) -> list[Shift]:
    if not turns.members:
        return []
    length = WEEK * turns.weeks
    anchor = turns.first_on - timedelta(days=(turns.first_on.weekday() - turns.weekday) % WEEK)

    def starts(turn: int) -> datetime:
        return at_wall(datetime.combine(anchor + timedelta(days=turn * length), turns.hand_off), zone)

    turn = (local_day(from_at, zone) - anchor).days // length - 1
    found = []
    start = starts(turn)
    while start < to_at:
        end = starts(turn + 1)
        found.append(Shift(turns.position, turns.members[turn % len(turns.members)], start, end))
        turn, start = turn + 1, end
    return _within(found, from_at, to_at)


def _within(found: Sequence[Shift], from_at: datetime, to_at: datetime) -> list[Shift]:
    cut = [replace(one, start=max(one.start, from_at), end=min(one.end, to_at)) for one in found]
    return [one for one in cut if one.start < one.end]


def _laid_over(below: list[Shift], above: list[Shift]) -> list[Shift]:
    """Both, where the upper hides the lower."""
    seen = list(below)
    for one in above:
        before = [replace(s, end=min(s.end, one.start)) for s in seen]
        after = [replace(s, start=max(s.start, one.end)) for s in seen]
        seen = [s for s in (*before, *after) if s.start < s.end]
    return sorted([*seen, *above], key=lambda s: s.start)
