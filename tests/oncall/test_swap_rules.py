"""What may become of a swap, and which part of a shift it is about: by table, on plain values."""

from datetime import UTC, datetime, timedelta

import pytest

from porchlight.core.refused import Refused
from porchlight.oncall.swaps import rules
from porchlight.oncall.swaps.values import Stretch, SwapState

S = SwapState
CHICAGO = "America/Chicago"
LORD_HOWE = "Australia/Lord_Howe"  # moves by half an hour


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def at(hour: float) -> datetime:
    return datetime(2026, 11, 28, tzinfo=UTC) + timedelta(hours=hour)


def stretch(start: float, end: float) -> Stretch:
    return Stretch(at(start), at(end))


NIGHT = [stretch(0, 8)]


@pytest.mark.parametrize(
    ("state", "held", "hour", "expected"),
    [
        (S.ASKED, NIGHT, -5, S.ASKED),
        (S.OFFERED, NIGHT, 7.9, S.OFFERED),
        (S.OFFERED, NIGHT, 8, S.EXPIRED),
        (S.ASKED, [], -5, S.VOID),
        (S.ASKED, [stretch(0, 4)], -5, S.VOID),
        (S.ASKED, [stretch(0, 4), stretch(5, 8)], -5, S.VOID),
        (S.ASKED, [stretch(0, 4), stretch(4, 8)], -5, S.ASKED),
        # Of a shift that has begun, only the rest still has to be whose it was.
        (S.ASKED, [stretch(3, 8)], 3, S.ASKED),
        (S.ASKED, [stretch(3, 8)], 2.9, S.VOID),
        (S.TAKEN, [], -5, S.TAKEN),
        (S.ASSIGNED, [], 9, S.ASSIGNED),
        (S.DECLINED, NIGHT, -5, S.DECLINED),
        (S.WITHDRAWN, NIGHT, 9, S.WITHDRAWN),
    ],
)
def test_an_open_swap_ends_when_its_time_is_over_or_the_rota_has_changed_under_it(
    state: SwapState, held: list[Stretch], hour: float, expected: SwapState
) -> None:
    assert rules.standing(state, start=at(0), end=at(8), held=held, now=at(hour)) == expected


def test_what_has_ended_stays_ended_and_says_why() -> None:
    for state in SwapState:
        for to in SwapState:
            if to in rules.NEXT[state]:
                rules.check_next(state, to)
                continue
            with pytest.raises(Refused) as refused:
                rules.check_next(state, to)
            assert refused.value.message


def test_only_who_was_asked_can_turn_a_swap_down() -> None:
    assert S.DECLINED in rules.NEXT[S.ASKED]
    assert S.DECLINED not in rules.NEXT[S.OFFERED]


@pytest.mark.parametrize(
    ("zone", "shift", "from_wall", "to_wall", "expected"),
    [
        # A plain night.
        (
            CHICAGO,
            ("2026-11-27T17:00-06:00", "2026-12-04T17:00-06:00"),
            "2026-11-28T22:00",
            "2026-11-29T06:00",
            ("2026-11-28T22:00-06:00", "2026-11-29T06:00-06:00"),
        ),
        # The spring leaves 2:30 out: it is the first instant after.
        (
            CHICAGO,
            ("2026-03-07T17:00-06:00", "2026-03-08T08:00-05:00"),
            "2026-03-08T02:30",
            "2026-03-08T08:00",
            ("2026-03-08T03:00-05:00", "2026-03-08T08:00-05:00"),
        ),
        (
            CHICAGO,
            ("2026-03-07T17:00-06:00", "2026-03-08T08:00-05:00"),
            "2026-03-07T17:00",
            "2026-03-08T02:30",
            ("2026-03-07T17:00-06:00", "2026-03-08T03:00-05:00"),
        ),
        # The autumn has 1:30 twice: a start means the first, an end the last, so that no hour is lost.
        (
            CHICAGO,
            ("2026-10-31T17:00-05:00", "2026-11-01T08:00-06:00"),
            "2026-11-01T01:30",
            "2026-11-01T08:00",
            ("2026-11-01T01:30-05:00", "2026-11-01T08:00-06:00"),
        ),
        (
            CHICAGO,
            ("2026-10-31T17:00-05:00", "2026-11-01T08:00-06:00"),
            "2026-10-31T17:00",
            "2026-11-01T01:30",
            ("2026-10-31T17:00-05:00", "2026-11-01T01:30-06:00"),
        ),
        # Of a shift that begins or ends within the fold, the reading that lies inside.
        (
            CHICAGO,
            ("2026-11-01T01:30-06:00", "2026-11-01T08:00-06:00"),
            "2026-11-01T01:30",
            "2026-11-01T08:00",
            ("2026-11-01T01:30-06:00", "2026-11-01T08:00-06:00"),
        ),
        (
            CHICAGO,
            ("2026-10-31T17:00-05:00", "2026-11-01T01:30-05:00"),
            "2026-10-31T17:00",
            "2026-11-01T01:30",
            ("2026-10-31T17:00-05:00", "2026-11-01T01:30-05:00"),
        ),
        # A clock that moves by half an hour.
        (
            LORD_HOWE,
            ("2026-04-04T20:00+11:00", "2026-04-05T08:00+10:30"),
            "2026-04-05T01:45",
            "2026-04-05T08:00",
            ("2026-04-05T01:45+11:00", "2026-04-05T08:00+10:30"),
        ),
    ],
)
def test_a_part_is_said_by_two_times_on_the_wall_clock(
    zone: str, shift: tuple[str, str], from_wall: str, to_wall: str, expected: tuple[str, str]
) -> None:
    whole = Stretch(utc(shift[0]), utc(shift[1]))

    found = rules.part(whole, datetime.fromisoformat(from_wall), datetime.fromisoformat(to_wall), zone)

    assert found == Stretch(utc(expected[0]), utc(expected[1]))


@pytest.mark.parametrize(
    ("from_wall", "to_wall", "field"),
    [
        ("2026-11-28T16:59", "2026-11-29T06:00", "from_at"),
        ("2026-11-29T08:00", "2026-11-29T08:00", "from_at"),
        ("2026-11-28T22:00", "2026-11-29T08:01", "to_at"),
        ("2026-11-28T22:00", "2026-11-28T22:00", "to_at"),
        ("2026-11-29T02:00", "2026-11-28T22:00", "to_at"),
    ],
)
def test_a_part_outside_of_the_shift_is_refused_beside_its_field(from_wall: str, to_wall: str, field: str) -> None:
    shift = Stretch(utc("2026-11-28T17:00-06:00"), utc("2026-11-29T08:00-06:00"))

    with pytest.raises(Refused) as refused:
        rules.part(shift, datetime.fromisoformat(from_wall), datetime.fromisoformat(to_wall), CHICAGO)

    assert refused.value.errors[0].field == field


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ([], 0),
        ([stretch(-4, 2)], 2),
        ([stretch(1, 3), stretch(2, 5)], 4),
        ([stretch(1, 9), stretch(2, 3)], 7),
        ([stretch(9, 12)], 0),
    ],
)
def test_hours_in_two_positions_at_once_count_once(held: list[Stretch], expected: float) -> None:
    assert rules.hours(held, stretch(0, 8)) == expected


def test_a_week_and_a_month_are_those_of_the_wall_clock() -> None:
    assert rules.week_of(utc("2026-11-01T23:59-06:00"), CHICAGO) == Stretch(
        utc("2026-10-26T00:00-05:00"), utc("2026-11-02T00:00-06:00")
    )
    assert rules.month_of(utc("2026-11-30T23:59-06:00"), CHICAGO) == Stretch(
        utc("2026-11-01T00:00-05:00"), utc("2026-12-01T00:00-06:00")
    )
    assert rules.month_of(utc("2026-12-31T23:59-06:00"), CHICAGO).end == utc("2027-01-01T00:00-06:00")


def test_sharing_an_end_is_not_meeting() -> None:
    assert not rules.meets([stretch(0, 4), stretch(8, 9)], at(4), at(8))
    assert rules.meets([stretch(0, 4.1)], at(4), at(8))
