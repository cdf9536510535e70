"""Who is on call from when to when: one pure function that paging, screens, shifts and gaps all ask."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from porchlight.oncall.rota.layers import Span
from porchlight.oncall.rota.layers import gaps as nobody
from porchlight.oncall.rota.plan import on_call
from porchlight.oncall.rota.turns import Grid, whose

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
        layers += [[Span(o.account_id, o.from_at, o.to_at)] for o in overrides if o.position == position]
        laid = on_call(enumerate(layers), from_at, to_at)
        found += [Shift(position, one.who, one.start, one.end) for one in laid]
    return found


def who(rotations: Sequence[Turns], overrides: Sequence[StandIn], zone: str, at: datetime) -> dict[str, UUID]:
    """Who is on call at this instant, by position; a position that nobody holds is absent."""
    return {one.position: one.account_id for one in shifts(rotations, overrides, zone, at, at + MOMENT)}


def gaps(found: Sequence[Shift], positions: Iterable[str], from_at: datetime, to_at: datetime) -> list[Gap]:
    """Where nobody is on call in [from_at, to_at); `found` is what `shifts` answered for the same span."""
    holes: list[Gap] = []
    for position in in_order(positions):
        held = [Span(one.account_id, one.start, one.end) for one in found if one.position == position]
        holes += [Gap(position, start, end) for start, end in nobody(held, from_at, to_at)]
    return holes


def in_order(positions: Iterable[str]) -> list[str]:
    """Worker first, director last; unknown names after them by alphabet."""
    return sorted(positions, key=lambda p: (POSITIONS.index(p) if p in POSITIONS else len(POSITIONS), p))


def _turns(turns: Turns, zone: str, from_at: datetime, to_at: datetime) -> list[Span[UUID]]:
    if not turns.members:
        return []
    anchor = turns.first_on - timedelta(days=(turns.first_on.weekday() - turns.weekday) % WEEK)
    grid = Grid("weekly", turns.weeks, datetime.combine(anchor, turns.hand_off), zone)
    return [Span(whose(turns.members, grid, turn), start, end) for turn, start, end in grid.shifts(from_at, to_at)]
