"""The arithmetic of a rota: turns on the wall clock, windows of the week, and layers over each other."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from porchlight.core.clock import at_wall, last_at_wall, local
from porchlight.oncall.rota import layers, temporary, turns, windows
from porchlight.oncall.rota.layers import Change, Span, Swap, Temporary
from porchlight.oncall.rota.plan import on_call
from porchlight.oncall.rota.turns import Grid
from porchlight.oncall.rota.windows import EVERY_DAY, Window

CHICAGO = "America/Chicago"
# A whole hour, a half hour, none; the south; a change at midnight; a day that never was (30 December 2011).
ZONES = [CHICAGO, "Australia/Lord_Howe", "UTC", "America/Santiago", "Africa/Cairo", "Pacific/Apia"]
TEN_YEARS = timedelta(days=3653)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def at(hour: float) -> datetime:
    """An hour of one day."""
    return datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=hour)


def span(who: str, start: float, end: float) -> Span[str]:
    return Span(who, at(start), at(end))


def said(spans: Sequence[Span[str]]) -> list[tuple[str, float, float]]:
    return [
        (one.who, (one.start - at(0)) / timedelta(hours=1), (one.end - at(0)) / timedelta(hours=1)) for one in spans
    ]


class TestTurns:
    @pytest.mark.parametrize("zone", ZONES)
    @pytest.mark.parametrize(
        ("kind", "length"), [("hourly", 1), ("hourly", 12), ("daily", 1), ("weekly", 2), ("monthly", 1)]
    )
    def test_every_instant_of_ten_years_is_in_exactly_one_turn_that_has_a_length(
        self, kind: str, length: int, zone: str
    ) -> None:
        grid = Grid(kind, length, wall("2020-02-29T02:30"), zone)
        years = timedelta(days=740) if (kind, length) == ("hourly", 1) else TEN_YEARS
        start = utc("2009-05-01T00:00+00:00")

        found = list(grid.shifts(start, start + years))

        assert found[0][1] <= start < found[0][2]
        assert found[-1][2] >= start + years
        assert all(one[1] < one[2] == after[1] for one, after in pairwise(found))

    @settings(deadline=None, max_examples=150)
    @given(
        kind=st.sampled_from(turns.KINDS),
        length=st.integers(1, 30),
        start=st.datetimes(wall("2000-01-01T00:00"), wall("2030-01-01T00:00")),
        zone=st.sampled_from(ZONES),
        moment=st.datetimes(wall("2000-01-01T00:00"), wall("2035-01-01T00:00")),
    )
    def test_a_turn_holds_the_instant_it_is_asked_for(
        self, kind: str, length: int, start: datetime, zone: str, moment: datetime
    ) -> None:
        grid, instant = Grid(kind, length, start.replace(microsecond=0), zone), moment.replace(tzinfo=UTC)

        turn = grid.turn_at(instant)

        assert grid.begins(turn) <= instant < grid.begins(turn + 1)

    @pytest.mark.parametrize("zone", ZONES)
    def test_nobody_loses_a_turn_that_the_spring_swallowed_and_nobody_has_two_in_a_row(self, zone: str) -> None:
        for grid in (
            Grid("hourly", 1, wall("2011-01-01T00:00"), zone),
            Grid("daily", 1, wall("2011-01-01T00:00"), zone),
        ):
            start = utc("2010-06-01T00:00+00:00")
            ranks = [grid.rank(turn) for turn, _, _ in grid.shifts(start, start + timedelta(days=800))]
            assert all(after == one + 1 for one, after in pairwise(ranks))

    def test_a_month_without_a_31st_hands_over_on_its_last_day_and_does_not_drift(self) -> None:
        grid = Grid("monthly", 1, wall("2026-01-31T08:00"), CHICAGO)

        days = [
            local(start, CHICAGO).date().isoformat()
            for _, start, _ in grid.shifts(utc("2026-01-31T08:00-06:00"), utc("2026-06-01T00:00-05:00"))
        ]

        assert days == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]

    def test_hours_are_those_of_the_wall_clock(self) -> None:
        grid = Grid("hourly", 1, wall("2026-03-06T02:30"), CHICAGO)

        lengths = [
            end - start for _, start, end in grid.shifts(utc("2026-03-08T00:30-06:00"), utc("2026-03-08T05:30-05:00"))
        ]

        assert lengths == [timedelta(minutes=m) for m in (60, 30, 30, 60, 60)]

    def test_the_first_member_has_the_turn_that_is_said_to_be_theirs(self) -> None:
        grid = Grid("weekly", 1, wall("2026-11-20T17:00"), CHICAGO)
        members = ("ann", "bob", "cem")

        assert [turns.whose(members, grid, turn, first=5) for turn in (4, 5, 6, 7, 8)] == [
            "cem",
            "ann",
            "bob",
            "cem",
            "ann",
        ]


class TestWindows:
    def test_a_wall_time_of_the_autumn_fold_comes_twice_and_one_of_the_spring_gap_right_after_it(self) -> None:
        fold, gap = wall("2026-11-01T01:30"), wall("2026-03-08T02:30")

        assert last_at_wall(fold, CHICAGO) - at_wall(fold, CHICAGO) == timedelta(hours=1)
        assert last_at_wall(gap, CHICAGO) == at_wall(gap, CHICAGO) == utc("2026-03-08T03:00-05:00")

    def test_a_window_that_ends_in_the_fold_loses_no_hour(self) -> None:
        window = Window(EVERY_DAY, time(22), time(1, 30))

        found = windows.spans(window, CHICAGO, utc("2026-10-31T12:00-05:00"), utc("2026-11-01T12:00-06:00"))

        assert [end - start for start, end in found] == [timedelta(hours=4, minutes=30)]

    def test_a_night_belongs_to_the_day_on_which_it_begins(self) -> None:
        monday = Window(frozenset({0}), time(20), time(8))

        found = {hour: windows.is_open(monday, "UTC", at(hour)) for hour in (7.9, 19.9, 20, 31.9, 32, 44)}

        assert found == {7.9: False, 19.9: False, 20: True, 31.9: True, 32: False, 44: False}

    def test_days_that_touch_are_one_span_and_the_next_one_is_found_from_outside(self) -> None:
        working = Window(frozenset(range(5)), time(8), time(8))
        week = (utc("2026-11-23T08:00+00:00"), utc("2026-11-28T08:00+00:00"))

        assert windows.span_at(working, "UTC", utc("2026-11-25T12:00+00:00")) == week
        assert windows.span_at(working, "UTC", utc("2026-11-28T08:00+00:00")) == tuple(
            day + timedelta(days=7) for day in week
        )

    def test_a_window_that_is_always_or_never_open_has_no_span(self) -> None:
        always, never = Window(EVERY_DAY, time(8), time(8)), Window(frozenset(), time(8), time(9))

        assert windows.span_at(always, "UTC", at(3)) is windows.span_at(never, "UTC", at(3)) is None
        assert windows.spans(always, "UTC", at(3), at(5)) == [(at(3), at(5))]
        assert windows.spans(never, "UTC", at(3), at(50)) == []

    @pytest.mark.parametrize(
        ("now", "days", "expected"),
        [
            ("2026-11-23T03:59:59+00:00", EVERY_DAY, "2026-11-23T04:00+00:00"),
            ("2026-11-23T04:00:00+00:00", EVERY_DAY, "2026-11-24T04:00+00:00"),
            ("2026-11-23T04:00:00+00:00", {0}, "2026-11-30T04:00+00:00"),
            ("2026-11-23T04:00:00+00:00", set(), None),
        ],
    )
    def test_the_next_notice_comes_strictly_after_now(self, now: str, days: set[int], expected: str | None) -> None:
        assert windows.next_at(time(4), days, "UTC", utc(now)) == (utc(expected) if expected else None)


class TestLayers:
    def test_a_higher_layer_hides_a_lower_one_and_those_of_one_layer_stand_side_by_side(self) -> None:
        laid = layers.by_priority([(2, [span("cem", 15, 18)]), (1, [span("ann", 10, 20)]), (1, [span("bob", 12, 16)])])

        assert said(laid) == [("ann", 10, 15), ("bob", 12, 15), ("cem", 15, 18), ("ann", 18, 20)]

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            (Change("bob", None, at(3), at(4)), [("ann", 0, 8), ("bob", 3, 4)]),
            (Change(None, "ann", at(3), at(4)), [("ann", 0, 3), ("ann", 4, 8)]),
            (Change("bob", "ann", at(7), at(12)), [("ann", 0, 7), ("bob", 7, 8)]),
            (Change("bob", "cem", at(3), at(4)), [("ann", 0, 8)]),
            (Change("bob", "ann", at(4), at(4)), [("ann", 0, 8)]),
        ],
        ids=["added", "taken out", "in the place of somebody", "of somebody who is not on call", "for no time"],
    )
    def test_an_override_changes_only_what_it_names(self, change: Change[str], expected: list[Any]) -> None:
        assert said(on_call([(0, [span("ann", 0, 8)])], at(0), at(24), changes=[change])) == expected

    def test_a_temporary_schedule_replaces_all_in_its_span_overrides_too(self) -> None:
        other = Temporary(at(2), at(6), (span("cem", 1, 3), span("cem", 5, 9)))
        stands_in = Change("bob", "ann", at(0), at(24))

        found = on_call([(0, [span("ann", 0, 8)])], at(0), at(24), changes=[stands_in], temporary=[other])

        assert said(found) == [("bob", 0, 2), ("cem", 2, 3), ("cem", 5, 6), ("bob", 6, 8)]
        assert layers.gaps(found, at(0), at(8)) == [(at(3), at(5))]

    def test_a_swap_counts_once_somebody_has_taken_it_and_may_be_of_a_part(self) -> None:
        asked, taken = Swap("ann", None, at(3), at(5)), Swap("ann", "bob", at(6), at(30))

        found = on_call([(0, [span("ann", 0, 8), span("cem", 8, 9)])], at(0), at(24), swaps=[asked, taken])

        assert said(found) == [("ann", 0, 6), ("bob", 6, 8), ("cem", 8, 9)]
        assert [flag for _, flag in layers.swapped([span("ann", 0, 8)], [asked])] == [False, True, False]

    @settings(deadline=None)
    @given(
        st.lists(
            st.tuples(st.sampled_from("abc"), st.integers(0, 40), st.integers(0, 40))
            .map(lambda one: span(one[0], min(one[1:]), max(one[1:])))
            .filter(lambda one: one.start < one.end),
            max_size=12,
        )
    )
    def test_one_over_the_other_leaves_at_most_one_at_every_instant(self, spans: list[Span[str]]) -> None:
        laid: list[Span[str]] = []
        for one in spans:
            laid = layers.over(laid, [one])

        assert all(one.end <= after.start for one, after in pairwise(laid))
        covered = sum((one.end - one.start for one in laid), timedelta())
        holes = sum((end - start for start, end in layers.gaps(laid, at(0), at(41))), timedelta())
        assert covered + holes == timedelta(hours=41)


class TestTemporarySchedules:
    WHOLE = Temporary(at(10), at(20), (span("ann", 12, 18), span("bob", 12, 15)))

    def test_one_is_cut_and_opened_with_everybodys_spans(self) -> None:
        before, after = temporary.delete_between([self.WHOLE], at(14), at(16))

        assert (before.start, before.end, said(before.spans)) == (at(10), at(14), [("ann", 12, 14), ("bob", 12, 14)])
        assert (after.start, after.end, said(after.spans)) == (at(16), at(20), [("ann", 16, 18)])
        assert temporary.delete_between([self.WHOLE], at(16), at(16)) == [self.WHOLE]
        assert temporary.keep_before([self.WHOLE], at(10)) == temporary.keep_after([self.WHOLE], at(20)) == []

    def test_those_that_touch_are_joined_and_nobody_is_on_call_outside_of_them(self) -> None:
        next_to_it = Temporary(at(20), at(22), (span("ann", 18, 23),))
        apart = Temporary(at(23), at(24), ())

        first, second = temporary.joined([apart, next_to_it, self.WHOLE])

        assert (first.start, first.end) == (at(10), at(22))
        assert said(first.spans) == [("ann", 12, 18), ("bob", 12, 15), ("ann", 20, 22)]
        assert second == apart
