"""Rota arithmetic: exactly one person a position, at every instant, over both edges of daylight-saving time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from porchlight.core.clock import at_wall, local
from porchlight.oncall import rules
from porchlight.oncall.rules import Gap, Plan, Shift, StandIn, Turns

LEE, ROWAN, JOSS, PRIYA = (UUID(int=n) for n in (1, 2, 3, 4))
CHICAGO = "America/Chicago"
# A whole hour, a half hour and no change at all; south of the equator; a change at midnight.
ZONES = [CHICAGO, "America/St_Johns", "Australia/Lord_Howe", "Europe/Dublin", "America/Asuncion", "UTC"]
START = datetime(2020, 1, 1, tzinfo=UTC)
TEN_YEARS = timedelta(days=3653)


def weekly(*members: UUID, position: str = "worker", hand_off: time = time(17, 0), weeks: int = 1) -> Turns:
    """Changes on Fridays; the first member's turn began on November 20, 2026."""
    return Turns(position, members, date(2026, 11, 20), hand_off, length=weeks)


def plan(rotations: Sequence[Turns], overrides: Sequence[StandIn] = (), zone: str = CHICAGO, **more: Any) -> Plan:
    return Plan(zone, rules.POSITIONS, tuple(rotations), tuple(overrides), **more)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def on_call(rotations: list[Turns], overrides: list[StandIn], zone: str, at: datetime) -> list[UUID]:
    return [
        s.account_id
        for s in rules.shifts(plan(rotations, overrides, zone), START, START + TEN_YEARS)
        if s.start <= at < s.end
    ]


def test_a_week_begins_at_the_hand_off_on_the_wall_clock() -> None:
    rota = [weekly(LEE, ROWAN)]

    first = rules.shifts(plan(rota, [], CHICAGO), utc("2026-11-20T17:00-06:00"), utc("2026-12-04T17:00-06:00"))

    assert first == [
        Shift("worker", LEE, utc("2026-11-20T17:00-06:00"), utc("2026-11-27T17:00-06:00")),
        Shift("worker", ROWAN, utc("2026-11-27T17:00-06:00"), utc("2026-12-04T17:00-06:00")),
    ]


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2026-11-27T16:59:59-06:00", LEE),
        ("2026-11-27T17:00:00-06:00", ROWAN),
        ("2026-12-04T16:59:59-06:00", ROWAN),
        ("2026-12-04T17:00:00-06:00", LEE),
        ("2026-11-20T16:59:59-06:00", ROWAN),  # the order goes on before the first day
    ],
)
def test_at_the_hand_off_second_the_next_person_has_it_alone(at: str, who: UUID) -> None:
    assert rules.who(plan([weekly(LEE, ROWAN)], [], CHICAGO), utc(at)) == {"worker": who}


def test_a_week_with_a_spring_edge_has_167_hours_and_one_with_an_autumn_edge_169() -> None:
    rota = [weekly(LEE, ROWAN)]

    spring = rules.shifts(plan(rota, [], CHICAGO), utc("2027-03-12T17:00-06:00"), utc("2027-03-19T17:00-05:00"))
    autumn = rules.shifts(plan(rota, [], CHICAGO), utc("2027-11-05T17:00-05:00"), utc("2027-11-12T17:00-06:00"))

    assert [one.end - one.start for one in spring] == [timedelta(hours=167)]
    assert [one.end - one.start for one in autumn] == [timedelta(hours=169)]


def test_a_hand_off_in_the_spring_gap_happens_at_the_first_instant_after_it() -> None:
    rota = [Turns("worker", (LEE, ROWAN), date(2027, 3, 7), time(2, 30))]

    assert rules.who(plan(rota, [], CHICAGO), utc("2027-03-14T01:59:59-06:00")) == {"worker": LEE}
    assert rules.who(plan(rota, [], CHICAGO), utc("2027-03-14T03:00:00-05:00")) == {"worker": ROWAN}


def test_a_hand_off_in_the_autumn_fold_happens_the_first_time() -> None:
    rota = [Turns("worker", (LEE, ROWAN), date(2027, 10, 31), time(1, 30))]

    assert rules.who(plan(rota, [], CHICAGO), utc("2027-11-07T01:29:59-05:00")) == {"worker": LEE}
    assert rules.who(plan(rota, [], CHICAGO), utc("2027-11-07T01:30:00-05:00")) == {"worker": ROWAN}
    assert rules.who(plan(rota, [], CHICAGO), utc("2027-11-07T01:30:00-06:00")) == {"worker": ROWAN}


def test_two_week_turns_last_two_weeks() -> None:
    found = rules.shifts(
        plan([weekly(LEE, ROWAN, weeks=2)], [], CHICAGO), utc("2026-11-20T17:00-06:00"), utc("2026-12-18T17:00-06:00")
    )

    assert [(one.account_id, (one.end - one.start).days) for one in found] == [(LEE, 14), (ROWAN, 14)]


def test_an_override_hides_whoever_has_the_turn_and_gives_it_back() -> None:
    stand_in = StandIn("worker", PRIYA, utc("2026-11-21T08:00-06:00"), utc("2026-11-22T08:00-06:00"))

    found = rules.shifts(
        plan([weekly(LEE)], [stand_in], CHICAGO), utc("2026-11-20T17:00-06:00"), utc("2026-11-23T17:00-06:00")
    )

    assert [(one.account_id, one.start, one.end) for one in found] == [
        (LEE, utc("2026-11-20T17:00-06:00"), utc("2026-11-21T08:00-06:00")),
        (PRIYA, utc("2026-11-21T08:00-06:00"), utc("2026-11-22T08:00-06:00")),
        (LEE, utc("2026-11-22T08:00-06:00"), utc("2026-11-23T17:00-06:00")),
    ]


def test_of_two_overrides_the_later_one_counts() -> None:
    day = utc("2026-11-21T08:00-06:00"), utc("2026-11-22T08:00-06:00")
    made = [StandIn("worker", PRIYA, *day), StandIn("worker", JOSS, *day)]

    assert rules.who(plan([weekly(LEE)], made, CHICAGO), utc("2026-11-21T12:00-06:00")) == {"worker": JOSS}


def test_an_override_of_one_position_leaves_the_others_alone() -> None:
    rota = [weekly(LEE), weekly(JOSS, position="backup")]
    stand_in = StandIn("backup", PRIYA, utc("2026-11-21T08:00-06:00"), utc("2026-11-22T08:00-06:00"))

    at = utc("2026-11-21T12:00-06:00")

    assert rules.who(plan(rota, [stand_in], CHICAGO), at) == {"worker": LEE, "backup": PRIYA}


def test_a_position_without_members_is_a_gap_and_an_override_fills_it() -> None:
    rota, span = [weekly()], (utc("2026-11-21T00:00-06:00"), utc("2026-11-22T00:00-06:00"))
    stand_in = StandIn("worker", LEE, utc("2026-11-21T06:00-06:00"), utc("2026-11-21T22:00-06:00"))

    empty = rules.gaps(rules.shifts(plan(rota, [], CHICAGO), *span), ["worker"], *span)
    partly = rules.gaps(rules.shifts(plan(rota, [stand_in], CHICAGO), *span), ["worker"], *span)

    assert empty == [Gap("worker", *span)]
    assert partly == [
        Gap("worker", utc("2026-11-21T00:00-06:00"), utc("2026-11-21T06:00-06:00")),
        Gap("worker", utc("2026-11-21T22:00-06:00"), utc("2026-11-22T00:00-06:00")),
    ]


def test_a_full_rota_has_no_gap() -> None:
    span = (START, START + TEN_YEARS)

    assert rules.gaps(rules.shifts(plan([weekly(LEE, ROWAN)], [], CHICAGO), *span), ["worker"], *span) == []


def test_positions_stand_in_the_order_of_calling() -> None:
    found = ["director", "backup", "night watch", "worker", "supervisor"]

    assert rules.in_order(found) == ["worker", "backup", "supervisor", "director", "night watch"]


zones = st.sampled_from(ZONES)
turns = st.builds(
    Turns,
    position=st.sampled_from(["worker", "backup"]),
    members=st.lists(st.sampled_from([LEE, ROWAN, JOSS]), min_size=1, max_size=3).map(tuple),
    first_on=st.dates(date(2019, 1, 1), date(2031, 1, 1)),
    hand_off=st.times().map(lambda t: t.replace(microsecond=0)),
    length=st.integers(1, 8),
)
instants = st.integers(0, int(TEN_YEARS.total_seconds()) - 1).map(lambda s: START + timedelta(seconds=s))
stand_ins = st.builds(
    lambda at, hours: StandIn("worker", PRIYA, at, at + timedelta(hours=hours)), instants, st.integers(1, 200)
)


@given(rota=turns, overrides=st.lists(stand_ins, max_size=4), zone=zones)
@pytest.mark.duty("S2-10", "S4-31")
def test_exactly_one_person_holds_a_position_at_every_instant_of_ten_years(
    rota: Turns, overrides: list[StandIn], zone: str
) -> None:
    found = rules.shifts(plan([replace(rota, position="worker")], overrides, zone), START, START + TEN_YEARS)

    # Each shift begins where the one before it ends: no instant is without a person, none has two.
    assert found[0].start == START
    assert found[-1].end == START + TEN_YEARS
    assert all(before.end == after.start and before.start < before.end for before, after in pairwise(found))


@given(rota=turns, overrides=st.lists(stand_ins, max_size=3), zone=zones, at=instants)
def test_who_is_on_call_now_agrees_with_the_whole_rota(
    rota: Turns, overrides: list[StandIn], zone: str, at: datetime
) -> None:
    rotations = [replace(rota, position="worker")]

    assert [rules.who(plan(rotations, overrides, zone), at)["worker"]] == on_call(rotations, overrides, zone, at)


@given(rota=turns, zone=zones, turn=st.integers(0, 400))
def test_every_hand_off_happens_at_its_wall_time_to_the_second(rota: Turns, zone: str, turn: int) -> None:
    day = date(2020, 1, 5) + timedelta(days=turn)
    hand_off = at_wall(datetime.combine(day, rota.hand_off), zone)
    rotations = [Turns("worker", (LEE, ROWAN), day, rota.hand_off)]

    before = rules.who(plan(rotations, [], zone), hand_off - timedelta(seconds=1))
    after = rules.who(plan(rotations, [], zone), hand_off)

    assert (before, after) == ({"worker": ROWAN}, {"worker": LEE})
    wall = local(hand_off, zone)
    assert wall.date() == day
    assert wall.time() >= rota.hand_off  # later only where the clock sprang over it
