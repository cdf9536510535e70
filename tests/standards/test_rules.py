"""When a visit is due, what counts as one, and what a month of them was."""

from datetime import date, timedelta

import pytest

from porchlight.standards import rules
from porchlight.standards.rules import Due, MonthState, Rule, Seen

MONTHLY = Rule("foster_care", 30, "guide", date(2023, 10, 1), None)
QUARTERLY = Rule("tcm", 90, "manual", date(2020, 1, 1), None)
TODAY = date(2026, 11, 23)
LONG_AGO = date(2024, 1, 1)


def seen(day: date, kind: str = "caseworker_visit", *, home: bool = True, there: bool = True) -> Seen:
    return Seen(day, kind, home, there)


@pytest.mark.duty("S4-21")
@pytest.mark.parametrize(
    ("seen_on", "started_on", "due_on"),
    [
        (date(2026, 10, 31), LONG_AGO, date(2026, 11, 30)),
        (date(2026, 1, 31), LONG_AGO, date(2026, 3, 2)),
        (date(2028, 1, 31), LONG_AGO, date(2028, 3, 1)),
        (date(2026, 12, 31), LONG_AGO, date(2027, 1, 30)),
        (None, date(2026, 11, 2), date(2026, 12, 2)),
        (date(2026, 10, 20), date(2026, 11, 2), date(2026, 12, 2)),
    ],
)
def test_the_next_visit_is_due_so_many_days_after_the_last_or_after_the_beginning(
    seen_on: date | None, started_on: date, due_on: date
) -> None:
    assert rules.due(MONTHLY, started_on=started_on, seen_on=seen_on) == due_on


def test_without_a_rule_nothing_is_due() -> None:
    assert rules.due(None, started_on=LONG_AGO, seen_on=None) is None
    standing = rules.standing(None, [], started_on=LONG_AGO, seen_on=None, today=TODAY)
    assert (standing.due, standing.days_left) == (Due.LATER, None)
    assert {month.state for month in standing.months} == {MonthState.NONE}


@pytest.mark.parametrize(
    ("days_ago", "left", "due"),
    [(31, -1, Due.LATE), (30, 0, Due.TODAY), (29, 1, Due.SOON), (23, 7, Due.SOON), (22, 8, Due.LATER)],
)
def test_the_last_day_is_still_in_time(days_ago: int, left: int, due: Due) -> None:
    last = TODAY - timedelta(days=days_ago)

    standing = rules.standing(MONTHLY, [seen(last)], started_on=LONG_AGO, seen_on=last, today=TODAY)

    assert (standing.days_left, standing.due, standing.days_since) == (left, due, days_ago)


@pytest.mark.duty("S2-3")
@pytest.mark.parametrize("kind", ["video", "phone", "attempted", "family_time", "collateral", "transport"])
def test_only_a_caseworkers_visit_counts(kind: str) -> None:
    assert not rules.counts(seen(TODAY, kind))
    assert rules.counts(seen(TODAY))


def test_a_child_who_was_not_seen_does_not_count() -> None:
    assert not rules.counts(seen(TODAY, there=False))


@pytest.mark.duty("S2-23")
def test_the_rule_of_the_day_holds_not_the_one_before_it() -> None:
    old = Rule("foster_care", 45, "guide 2019", date(2019, 7, 1), date(2023, 10, 1))
    held = [old, MONTHLY, QUARTERLY]

    assert rules.rule_on(held, "foster_care", date(2023, 9, 30)) == old
    assert rules.rule_on(held, "foster_care", date(2023, 10, 1)) == MONTHLY
    assert rules.rule_on(held, "foster_care", date(2019, 6, 30)) is None
    assert rules.rule_on(held, "wraparound", TODAY) is None


@pytest.mark.parametrize(
    ("contacts", "state"),
    [
        ([seen(date(2026, 8, 31))], MonthState.HOME),
        ([seen(date(2026, 8, 1), home=False)], MonthState.ELSEWHERE),
        ([seen(date(2026, 8, 2), home=False), seen(date(2026, 8, 9))], MonthState.HOME),
        ([seen(date(2026, 8, 2), "video", home=False)], MonthState.REMOTE),
        ([seen(date(2026, 8, 2), "phone", home=False), seen(date(2026, 8, 9), home=False)], MonthState.ELSEWHERE),
        ([seen(date(2026, 8, 2), "attempted", there=False)], MonthState.MISSED),
        ([seen(date(2026, 8, 2), there=False)], MonthState.MISSED),
        ([seen(date(2026, 8, 2), "transport")], MonthState.MISSED),
        ([seen(date(2026, 7, 31)), seen(date(2026, 9, 1))], MonthState.MISSED),
        ([], MonthState.MISSED),
    ],
)
def test_a_month_shows_the_best_that_it_held(contacts: list[Seen], state: MonthState) -> None:
    months = rules.months(MONTHLY, contacts, started_on=LONG_AGO, today=TODAY)

    assert [month.month for month in months] == [date(2026, n, 1) for n in range(6, 12)]
    assert months[2].state == state


def test_only_full_months_in_care_ask_for_a_visit() -> None:
    months = rules.months(MONTHLY, [], started_on=date(2026, 8, 2), today=TODAY)

    assert [month.state for month in months][:5] == [
        MonthState.NONE,
        MonthState.NONE,
        MonthState.NONE,
        MonthState.MISSED,
        MonthState.MISSED,
    ]


def test_the_running_month_is_missed_once_the_visit_is_late() -> None:
    in_time = rules.months(MONTHLY, [seen(date(2026, 10, 24))], started_on=LONG_AGO, today=TODAY)
    late = rules.months(MONTHLY, [seen(date(2026, 10, 23))], started_on=LONG_AGO, today=TODAY)

    assert in_time[-1].state == MonthState.NONE
    assert late[-1].state == MonthState.MISSED


def test_a_rule_of_ninety_days_asks_only_in_the_month_in_which_it_fell_due() -> None:
    months = rules.months(QUARTERLY, [seen(date(2026, 5, 20))], started_on=LONG_AGO, today=TODAY)

    states = {month.month.month: month.state for month in months}
    assert [states[month] for month in (6, 7)] == [MonthState.NONE, MonthState.NONE]
    assert states[8] == MonthState.MISSED


@pytest.mark.parametrize(
    ("day", "back", "first"),
    [
        (date(2026, 1, 31), 1, date(2025, 12, 1)),
        (date(2026, 3, 31), 1, date(2026, 2, 1)),
        (date(2026, 12, 31), -1, date(2027, 1, 1)),
        (date(2026, 5, 31), 5, date(2025, 12, 1)),
    ],
)
def test_months_are_counted_over_the_turn_of_the_year(day: date, back: int, first: date) -> None:
    assert rules.first_of_month(day, back) == first
