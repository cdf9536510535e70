"""Who is on call from when to when: one pure function that paging, screens, shifts, gaps, hours and calendars all ask."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from porchlight.oncall.rota import windows as week
from porchlight.oncall.rota.layers import Change, Span, Swap, Temporary, settled, within
from porchlight.oncall.rota.layers import gaps as nobody
from porchlight.oncall.rota.plan import on_call
from porchlight.oncall.rota.turns import Grid, whose
from porchlight.oncall.rota.windows import Window

POSITIONS = ("worker", "backup", "supervisor", "director")
MOMENT = timedelta(microseconds=1)
YEARS = range(2000, 2100)  # no rota is older, and none is planned so far ahead


@dataclass(frozen=True, slots=True)
class Turns:
    """Who takes turns in one position: `length` times `kind` each, from the wall time `first_on` at `hand_off`.

    The turn that begins there is the first member's; the order goes on before and after it without an end. It counts
    from `from_at` up to and without `until_at`, and where one of its windows is open; without windows always.
    """

    position: str
    members: tuple[UUID, ...]
    first_on: date
    hand_off: time
    kind: str = "weekly"
    length: int = 1
    priority: int = 0
    windows: tuple[Window, ...] = ()
    from_at: datetime | None = None
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StandIn:
    """An override of one position, from one moment up to and without another.

    account_id alone: they are on call, whoever's turn it is. With instead_of: only where that person would be.
    instead_of alone: that person is not, and nobody comes in their place.
    """

    position: str
    account_id: UUID | None
    from_at: datetime
    to_at: datetime
    instead_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """A temporary schedule of some positions; of two spans in one position the later one counts."""

    positions: tuple[str, ...]
    from_at: datetime
    to_at: datetime
    shifts: tuple["Shift", ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A swap that was taken: in this position and time whoever asked is replaced by whoever took it."""

    position: str
    asked_by: UUID
    taken_by: UUID
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


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides who is on call by one schedule. zone: IANA name. Overrides, temporary schedules and swaps stand in
    the order in which they were made: the last word counts."""

    zone: str
    positions: tuple[str, ...]
    rotations: tuple[Turns, ...]
    overrides: tuple[StandIn, ...] = ()
    temporary: tuple[Meanwhile, ...] = ()
    swaps: tuple[Exchange, ...] = ()


def shifts(plan: Plan, from_at: datetime, to_at: datetime) -> list[Shift]:
    """Who is on call in [from_at, to_at), by position and time; at every instant at most one person a position.

    Rotations by priority, and of one priority the later one over the earlier one; then overrides, temporary schedules and
    swaps (oncall.md, Rota arithmetic; decision 0017).
    """
    return [
        Shift(position, one.who, one.start, one.end)
        for position in plan.positions
        for one in _held(plan, position, from_at, to_at)
    ]


def _held(plan: Plan, position: str, from_at: datetime, to_at: datetime) -> list[Span[UUID]]:
    """The layers that are put on each other are numbered afresh, so that no two are of one priority."""
    turns = sorted((one for one in plan.rotations if one.position == position), key=lambda one: one.priority)
    return on_call(
        enumerate(_turns(one, plan.zone, from_at, to_at) for one in turns),
        from_at,
        to_at,
        changes=[
            Change(one.account_id, one.instead_of, one.from_at, one.to_at, alone=one.instead_of is None)
            for one in plan.overrides
            if one.position == position
        ],
        temporary=[_replacing(one, position) for one in plan.temporary if position in one.positions],
        swaps=[
            Swap(one.asked_by, one.taken_by, one.from_at, one.to_at) for one in plan.swaps if one.position == position
        ],
    )


def _replacing(one: Meanwhile, position: str) -> Temporary[UUID]:
    own = [Span(shift.account_id, shift.start, shift.end) for shift in one.shifts if shift.position == position]
    return Temporary(one.from_at, one.to_at, tuple(settled(own)))


def _turns(turns: Turns, zone: str, from_at: datetime, to_at: datetime) -> list[Span[UUID]]:
    start = max(from_at, turns.from_at or from_at)
    end = min(to_at, turns.until_at or to_at)
    if not turns.members or start >= end:
        return []
    grid = Grid(turns.kind, turns.length, datetime.combine(turns.first_on, turns.hand_off), zone)
    spans = [Span(whose(turns.members, grid, turn), a, b) for turn, a, b in grid.shifts(start, end)]
    if turns.from_at or turns.until_at:
        spans = within(spans, turns.from_at or spans[0].start, turns.until_at or spans[-1].end)
    return list(_open(spans, turns.windows, zone)) if turns.windows else spans


def _open(spans: Sequence[Span[UUID]], windows: Iterable[Window], zone: str) -> Iterator[Span[UUID]]:
    """What is left of turns inside the windows; where two windows overlap it is there once."""
    if not spans:
        return
    first, last = spans[0].start, spans[-1].end
    held = sorted(one for window in windows for one in week.spans(window, zone, first, last))
    at, done = 0, first
    for start, end in held:
        while at < len(spans) and spans[at].end <= start:
            at += 1
        under = at
        while under < len(spans) and spans[under].start < end:
            yield from within([spans[under]], max(start, done), end)
            under += 1
        done = max(done, end)


def who(plan: Plan, at: datetime) -> dict[str, UUID]:
    """Who is on call at this instant, by position; a position that nobody holds is absent."""
    return {one.position: one.account_id for one in shifts(plan, at, at + MOMENT)}


def while_here(found: Iterable[Shift], left: Mapping[UUID, datetime]) -> list[Shift]:
    """Whoever has left is on call up to then and no longer (decision 0021). left: since when whom is gone."""
    cut = (replace(one, end=min(one.end, left.get(one.account_id, one.end))) for one in found)
    return [one for one in cut if one.start < one.end]


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
