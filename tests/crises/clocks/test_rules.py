"""Which clock runs, when it is due, whether it is over: by table, over both nights on which a wall clock jumps."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from porchlight.core.clock import parse_iso
from porchlight.core.refused import Refused
from porchlight.crises.clocks import rules
from porchlight.crises.clocks.figures import ALWAYS, CLOCKS, COUNTRY, FIGURES, OURS, Figure, figure, may_be_later
from porchlight.crises.clocks.rules import Facts
from porchlight.crises.clocks.values import Clock, Event, Running, Stage, Step
from porchlight.crises.values import Reason, State

NIGHT = datetime(2026, 11, 24, 9, 4, tzinfo=UTC)  # 3:04 in Chicago
TODAY = date(2026, 11, 24)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def facts(**other: Any) -> Facts:
    given = {
        "reason": Reason.HURT,
        "state": State.TAKEN,
        "raised_at": NIGHT,
        "jurisdiction": "",
        "zone": "America/Chicago",
    }
    return Facts(**{**given, **other})


def events(**minutes: float) -> list[Event]:
    """Events by kind, so many minutes after the alert; in their order."""
    return sorted((Event(kind, NIGHT + at * MINUTE) for kind, at in minutes.items()), key=lambda one: one.at)


def at(found: list[Running], clock: Clock) -> Running:
    return next(one for one in found if one.clock == clock)


@pytest.mark.parametrize(
    ("clock", "jurisdiction", "later", "hours"),
    [
        (Clock.ARRIVED, "New Jersey", False, 1),
        (Clock.ARRIVED, "New Jersey", True, 24),
        (Clock.ARRIVED, "California", False, 3),
        (Clock.ARRIVED, "California", True, 3),
        (Clock.ARRIVED, "Ohio", False, 1),
        (Clock.ARRIVED, "Ohio", True, 24),
        (Clock.POLICE, "Ohio", False, 24),
        (Clock.NCMEC, "Ohio", False, 24),
        (Clock.POLICE, "Missouri", False, 2),
        (Clock.NCMEC, "Missouri", False, 2),
        (Clock.STABLE, "New Jersey", False, 72),
        (Clock.FOLLOWED_UP, "Missouri", False, 72),
    ],
)
@pytest.mark.duty("S4-54")
def test_each_jurisdiction_has_its_own_time(clock: Clock, jurisdiction: str, later: bool, hours: int) -> None:
    rule = figure(clock, jurisdiction, TODAY, later=later)

    assert rule
    assert rule.within == hours * HOUR
    assert rule.source


@pytest.mark.parametrize("clock", [Clock.LEFT, Clock.RESOLVED])
def test_where_no_rule_sets_a_time_none_is_invented(clock: Clock) -> None:
    assert figure(clock, "New Jersey", TODAY) is None


def test_a_rule_holds_from_its_first_day_and_a_newer_one_replaces_it() -> None:
    old = Figure(Clock.ARRIVED, "Utah", 2 * HOUR, "old", date(2026, 1, 1))
    new = Figure(Clock.ARRIVED, "Utah", HOUR / 2, "new", date(2026, 11, 24))
    rows = [new, old, Figure(Clock.ARRIVED, OURS, HOUR, "ours")]

    found = [
        figure(Clock.ARRIVED, "Utah", date(*day), rows=rows) for day in ((2025, 12, 31), (2026, 11, 23), (2026, 11, 24))
    ]

    assert [one and one.source for one in found] == ["ours", "old", "new"]


def test_a_state_may_be_stricter_than_the_country_but_not_laxer() -> None:
    rows = [
        Figure(Clock.POLICE, COUNTRY, 24 * HOUR, "country"),
        Figure(Clock.POLICE, "Lax", 48 * HOUR, "lax"),
        Figure(Clock.POLICE, "Strict", 2 * HOUR, "strict"),
    ]

    assert [
        one.source for place in ("Lax", "Strict", "") if (one := figure(Clock.POLICE, place, TODAY, rows=rows))
    ] == [
        "country",
        "strict",
        "country",
    ]


def test_every_figure_names_where_it_comes_from() -> None:
    assert all(one.source and one.valid_from >= ALWAYS and one.within > timedelta() for one in FIGURES)
    assert set(CLOCKS) == set(Reason)


def test_a_familys_wish_moves_the_clock_only_where_the_rule_knows_it() -> None:
    assert may_be_later("New Jersey", TODAY)
    assert not may_be_later("California", TODAY)


@pytest.mark.parametrize(
    ("zone", "raised", "due"),
    [
        # Spring: 2026-03-08, 2 am does not exist.
        ("America/Chicago", "2026-03-08T01:30-06:00", "2026-03-08T03:30-05:00"),
        ("America/New_York", "2026-03-08T01:59-05:00", "2026-03-08T03:59-04:00"),
        # Autumn: 2026-11-01, 1 am comes twice.
        ("America/Chicago", "2026-11-01T01:30-05:00", "2026-11-01T01:30-06:00"),
        ("America/Phoenix", "2026-11-01T01:30-07:00", "2026-11-01T02:30-07:00"),
    ],
)
def test_hours_are_elapsed_hours_whatever_the_wall_clock_does(zone: str, raised: str, due: str) -> None:
    start = parse_iso(raised).astimezone(UTC)

    found = at(rules.clocks(facts(raised_at=start, zone=zone), [], start), Clock.ARRIVED)

    assert found.due_at == parse_iso(due)


def test_24_hours_over_the_night_in_spring_end_an_hour_later_by_the_wall_clock() -> None:
    start = datetime(2026, 3, 7, 10, 0, tzinfo=ZoneInfo("America/Chicago")).astimezone(UTC)

    found = at(rules.clocks(facts(reason=Reason.MISSING, raised_at=start), [], start), Clock.POLICE)

    assert found.due_at
    assert found.due_at.astimezone(ZoneInfo("America/Chicago")).hour == 11


@pytest.mark.parametrize(
    ("after", "happened", "overdue"),
    [
        (59.99, {"taken": 2}, False),
        (60, {"taken": 2}, True),
        (61, {"taken": 2, "left": 5}, True),
        (61, {"taken": 2, "left": 5, "arrived": 50}, False),
        (61, {"taken": 2, "later": 5}, False),
        (1441, {"taken": 2, "later": 5}, True),
        (61, {"taken": 2, "stable": 30}, True),  # safe by telephone is not there in person
        (61, {"taken": 2, "resolved": 30}, False),
    ],
)
def test_there_in_person_within_the_hour(after: float, happened: dict[str, float], overdue: bool) -> None:
    now = NIGHT + after * MINUTE

    assert at(rules.clocks(facts(), events(**happened), now), Clock.ARRIVED).overdue is overdue


def test_what_was_done_too_late_stays_late_but_calls_nobody() -> None:
    one = at(rules.clocks(facts(), events(taken=2, arrived=75), NIGHT + 2 * HOUR), Clock.ARRIVED)

    assert (one.overdue, one.late) == (False, True)


def test_an_alert_that_was_given_back_waits_to_be_taken_again() -> None:
    found = rules.clocks(facts(state=State.RAISED), events(taken=2), NIGHT + 20 * MINUTE)

    assert at(found, Clock.TAKEN).overdue
    assert rules.stage(State.RAISED, events(taken=2, left=4)) == Stage.RAISED


def test_who_takes_it_anew_has_not_left_yet() -> None:
    story = [*events(taken=2, left=4), Event("taken", NIGHT + 30 * MINUTE)]

    assert rules.stage(State.TAKEN, story) == Stage.TAKEN
    assert at(rules.clocks(facts(), events(taken=2, left=4), NIGHT + HOUR), Clock.LEFT).done_at
    assert at(rules.clocks(facts(), story, NIGHT + HOUR), Clock.LEFT).done_at is None
    there = [*events(taken=2, left=4, arrived=9), Event("taken", NIGHT + 30 * MINUTE)]
    assert at(rules.clocks(facts(), there, NIGHT + HOUR), Clock.LEFT).done_at


@pytest.mark.parametrize("found", ["stable", "resolved"])
def test_a_child_who_is_back_needs_no_search(found: str) -> None:
    story = events(taken=2, **{found: 40})

    clocks = rules.clocks(facts(reason=Reason.MISSING), story, NIGHT + 48 * HOUR)

    assert not at(clocks, Clock.POLICE).overdue
    assert not at(clocks, Clock.NCMEC).overdue


def test_what_only_the_end_has_stopped_nobody_has_done() -> None:
    missing = rules.clocks(facts(reason=Reason.MISSING), events(taken=2, police=9, stable=40), NIGHT + HOUR)
    settled = rules.clocks(facts(), events(taken=2, resolved=30), NIGHT + HOUR)
    there = rules.clocks(facts(), events(taken=2, arrived=20, resolved=30), NIGHT + HOUR)

    assert (at(missing, Clock.POLICE).logged, at(missing, Clock.NCMEC).logged) == (True, False)
    assert [at(settled, one).logged for one in (Clock.TAKEN, Clock.LEFT, Clock.ARRIVED)] == [True, False, False]
    assert [at(there, one).logged for one in (Clock.LEFT, Clock.ARRIVED, Clock.STABLE)] == [True, True, False]


@pytest.mark.parametrize(("ending", "runs"), [("calm", True), ("mistake", False)])
def test_afterwards_somebody_looks_after_the_family_unless_it_was_a_mistake(ending: str, runs: bool) -> None:
    over = facts(state=State.RESOLVED, ending=ending)

    found = rules.clocks(over, events(taken=2, arrived=30, resolved=90), NIGHT + 100 * HOUR)

    assert any(one.clock == Clock.FOLLOWED_UP and one.overdue for one in found) is runs


def test_every_screen_shows_the_clock_that_is_due_first() -> None:
    missing = rules.first(rules.clocks(facts(reason=Reason.MISSING, jurisdiction="Missouri"), events(taken=1), NIGHT))
    hurt = rules.first(rules.clocks(facts(), events(taken=1), NIGHT))
    there = rules.first(rules.clocks(facts(), events(taken=1, arrived=20), NIGHT))

    assert [one and one.clock for one in (missing, hurt, there)] == [Clock.POLICE, Clock.ARRIVED, Clock.STABLE]
    assert rules.first(rules.clocks(facts(), events(taken=1, resolved=2, followed_up=3), NIGHT)) is None


@pytest.mark.parametrize(
    ("happened", "stage"),
    [
        ({}, Stage.TAKEN),
        ({"left": 3}, Stage.LEFT),
        ({"arrived": 3}, Stage.ARRIVED),
        ({"left": 3, "arrived": 9, "stable": 12}, Stage.STABLE),
        ({"stable": 3, "left": 9}, Stage.LEFT),  # it got worse again
        ({"arrived": 3, "spoke": 9, "police": 12}, Stage.ARRIVED),
    ],
)
def test_the_stage_is_what_was_last_reached(happened: dict[str, float], stage: Stage) -> None:
    assert rules.stage(State.TAKEN, events(taken=1, **happened)) == stage


@pytest.mark.parametrize(
    ("reason", "stage", "step", "fits"),
    [
        (Reason.HURT, Stage.TAKEN, Step.LEFT, True),
        (Reason.HURT, Stage.RAISED, Step.LEFT, False),
        (Reason.HURT, Stage.RAISED, Step.POLICE, True),
        (Reason.HURT, Stage.TAKEN, Step.NCMEC, False),
        (Reason.MISSING, Stage.TAKEN, Step.NCMEC, True),
        (Reason.MISSING, Stage.TAKEN, Step.LATER, False),
        (Reason.HURT, Stage.ARRIVED, Step.LATER, False),
        (Reason.HURT, Stage.RESOLVED, Step.SPOKE, False),
        (Reason.HURT, Stage.RESOLVED, Step.FOLLOWED_UP, True),
        (Reason.HURT, Stage.STABLE, Step.FOLLOWED_UP, False),
        (Reason.HURT, Stage.FOLLOWED_UP, Step.FOLLOWED_UP, False),
    ],
)
def test_only_what_fits_may_be_logged_and_only_that_has_a_chip(
    reason: Reason, stage: Stage, step: Step, fits: bool
) -> None:
    shown = step in rules.steps(reason, stage, may_be_later=True)

    if not fits:
        with pytest.raises(Refused):
            rules.check_can_log(reason, stage, step)
    else:
        rules.check_can_log(reason, stage, step)
    assert shown is fits


def test_no_chip_offers_a_wish_that_the_rule_does_not_know() -> None:
    assert Step.LATER not in rules.steps(Reason.HURT, Stage.TAKEN, may_be_later=False)
