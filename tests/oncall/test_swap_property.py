"""Whatever swaps are taken, in whatever order, exactly one person is on call in each position at each instant."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from porchlight.oncall.rules import Exchange, Plan, Shift, Turns, shifts, who
from porchlight.oncall.swaps import rules
from porchlight.oncall.swaps.values import Stretch

PEOPLE = [UUID(int=n) for n in range(1, 8)]
POSITIONS = ("worker", "backup", "supervisor")
HOUR = timedelta(hours=1)
# Each with both changes of its clocks within a year; Lord Howe's are half an hour.
ZONES = ["America/Chicago", "Australia/Lord_Howe", "Africa/Casablanca"]
START = datetime(2026, 2, 27, tzinfo=UTC)
SPAN = timedelta(days=60)

Try = tuple[int, float, float, int]  # which shift, from where to where in it (shares), who takes it
tries = st.lists(
    st.tuples(st.integers(0, 10_000), st.floats(0, 1), st.floats(0, 1), st.sampled_from(range(len(PEOPLE)))),
    max_size=25,
)


def plan(zone: str, swaps: Sequence[Exchange]) -> Plan:
    def turns(position: str, members: Sequence[UUID], kind: str, length: int) -> Turns:
        return Turns(position, tuple(members), date(2026, 1, 2), time(2, 30), kind=kind, length=length)

    rotations = (
        turns("worker", PEOPLE[:3], "weekly", 1),
        turns("backup", PEOPLE[3:5], "daily", 1),
        turns("supervisor", PEOPLE[5:6], "monthly", 1),
    )
    return Plan(zone, POSITIONS, rotations, swaps=tuple(swaps))


def after(zone: str, wanted: Sequence[Try]) -> list[Exchange]:
    """Each try as the service would have it: about a shift as it is by then, by somebody who is free."""
    taken: list[Exchange] = []
    for which, first, last, person in wanted:
        found = shifts(plan(zone, taken), START, START + SPAN)
        shift, taker = found[which % len(found)], PEOPLE[person]
        start, end = (shift.start + (shift.end - shift.start) * share for share in sorted((first, last)))
        held = [Stretch(one.start, one.end) for one in found if one.account_id == taker]
        own = [
            Stretch(one.start, one.end)
            for one in found
            if (one.position, one.account_id) == (shift.position, shift.account_id)
        ]
        if start < end and rules.covers(own, start, end) and not rules.meets(held, start, end):
            taken.append(Exchange(shift.position, shift.account_id, taker, start, end))
    return taken


def by_position(found: Sequence[Shift]) -> dict[str, list[Shift]]:
    return {
        place: sorted((one for one in found if one.position == place), key=lambda one: one.start) for place in POSITIONS
    }


@pytest.mark.parametrize("zone", ZONES)
@settings(deadline=None, max_examples=60)
@given(wanted=tries)
def test_every_instant_has_exactly_one_in_each_position_and_nobody_has_two_positions(
    zone: str, wanted: list[Try]
) -> None:
    taken = after(zone, wanted)

    found = shifts(plan(zone, taken), START, START + SPAN)

    for held in by_position(found).values():
        assert (held[0].start, held[-1].end) == (START, START + SPAN)
        assert all(one.start < one.end == following.start for one, following in pairwise(held))
    ordered = {
        person: sorted((one for one in found if one.account_id == person), key=lambda one: one.start)
        for person in PEOPLE
    }
    assert all(one.end <= following.start for held in ordered.values() for one, following in pairwise(held))


@settings(deadline=None, max_examples=60)
@given(wanted=tries)
def test_the_last_word_counts_and_what_no_swap_is_about_stays_as_it_was(wanted: list[Try]) -> None:
    zone = ZONES[0]
    taken = after(zone, wanted)
    before, now = plan(zone, ()), plan(zone, taken)

    for edge in {
        moment for one in taken for moment in (one.from_at, one.to_at, one.from_at + (one.to_at - one.from_at) / 2)
    }:
        for at in (edge - timedelta(seconds=1), edge):
            if not START <= at < START + SPAN:
                continue
            about = {
                place: [one for one in taken if one.position == place and one.from_at <= at < one.to_at]
                for place in POSITIONS
            }
            expected = {
                place: about[place][-1].taken_by if about[place] else who(before, at)[place] for place in POSITIONS
            }
            assert who(now, at) == expected
