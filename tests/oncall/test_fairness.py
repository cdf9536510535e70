"""Who has carried how much: whoever had at least half of a night, a weekend day or a holiday; and who might go next."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from porchlight.alerts.models import Alert, Delivery
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.oncall import queries as rota
from porchlight.oncall.fairness import queries, rules
from porchlight.oncall.fairness.rules import Carried
from porchlight.oncall.rules import Shift
from tests.browsing import Browser, text_of
from tests.world import MONDAY, World

Browsers = Callable[..., Browser]
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
CHICAGO = "America/Chicago"
ANN, BOB = UUID(int=1), UUID(int=2)
START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # Monday at midnight in Chicago; Thursday is Thanksgiving
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)


def held(who: UUID, start: float, end: float, position: str = "worker") -> Shift:
    return Shift(position, who, START + start * HOUR, START + end * HOUR)


def had(*shifts: Shift, holidays: set[date] | None = None, calls: dict[UUID, int] | None = None) -> dict[UUID, Carried]:
    found = rules.carried(shifts, CHICAGO, holidays or set(), calls or {}, START, START + WEEK)
    return {one.account_id: one for one in found}


def test_a_whole_week_has_six_whole_nights_two_weekend_days_and_its_holiday() -> None:
    one = had(held(ANN, 0, 168), holidays={date(2026, 11, 26)}, calls={ANN: 3})[ANN]

    assert (one.nights, one.weekend_days, one.holidays, one.hours, one.calls) == (6, 2, 1, 168, 3)


@pytest.mark.parametrize(("until", "ann", "bob"), [(26, 1, 1), (25.9, 0, 1), (30, 1, 0), (22, 0, 1)])
def test_a_night_is_whose_at_least_half_of_it_was(until: float, ann: int, bob: int) -> None:
    found = had(held(ANN, 20, until), held(BOB, until, 31))

    assert (found[ANN].nights, found[BOB].nights) == (ann, bob)


def test_two_positions_at_once_are_no_more_hours_than_one() -> None:
    assert had(held(ANN, 0, 10), held(ANN, 5, 12, "backup"))[ANN].hours == 12


def test_a_spring_night_is_a_night_although_it_has_seven_hours() -> None:
    start = datetime(2027, 3, 14, 4, 0, tzinfo=UTC)  # ten on Saturday

    assert [(end - begin) / HOUR for begin, end in rules.nights(CHICAGO, start, start + 7 * HOUR)] == [7]


@pytest.mark.parametrize(
    ("name", "year", "day"),
    [
        ("Thanksgiving Day", 2026, "2026-11-26"),
        ("Memorial Day", 2027, "2027-05-31"),
        ("Labor Day", 2026, "2026-09-07"),
        ("Juneteenth", 2020, None),
        ("Juneteenth", 2021, "2021-06-19"),
        ("Birthday of Martin Luther King, Jr.", 2027, "2027-01-18"),
        ("Christmas Day", 2026, "2026-12-25"),
    ],
)
def test_holidays_fall_on_their_days_once_they_count(name: str, year: int, day: str | None) -> None:
    rule = next(one for _, one in queries.shipped() if one.name == name)

    assert rule.on(year) == (date.fromisoformat(day) if day else None)
    assert rule.source


@pytest.mark.parametrize(
    ("who", "first"),
    [
        ({"ann": {"nights": 5}, "bob": {"nights": 4}}, "bob"),
        ({"ann": {"nights": 2, "hours": 9}, "bob": {"nights": 2, "hours": 10}}, "ann"),
        ({"ann": {"holidays": 1}, "bob": {"nights": 1, "calls": 0}}, "bob"),
        ({"ann": {"nights": 1}, "bob": None}, "bob"),
    ],
)
def test_who_has_carried_least_is_suggested(who: dict[str, dict[str, Any] | None], first: str) -> None:
    ids = {"ann": ANN, "bob": BOB}
    found = [Carried(ids[name], **had) for name, had in who.items() if had is not None]

    assert rules.next_in_turn(found, [ANN, BOB]) == ids[first]
    assert rules.next_in_turn(found, []) is None


@pytest.mark.duty("S2-32")
@on_sqlite
def test_call_outs_are_counted_once_a_crisis_and_tests_are_none(db: Database, world: World) -> None:
    crisis, at = new_id(), MONDAY - timedelta(days=2)
    with db.transaction() as session:
        for severity, subject in (("crisis", crisis), ("crisis", crisis), ("test", new_id())):
            alert = Alert(account_id=world.accounts["lee"], severity=severity, subject_id=subject, made_at=at)
            session.add(alert)
            session.flush()
            session.add(Delivery(alert_id=alert.id, account_id=alert.account_id, made_at=at, accepted_at=at))
        line = rota.schedules(session, world.agency)[0]
        found = queries.of_schedule(session, line, MONDAY - WEEK, MONDAY)

    assert {one.account_id: one.calls for one in found}[world.accounts["lee"]] == 1


@on_sqlite
def test_the_page_says_who_had_how_much_and_whom_one_might_ask(
    db: Database, world: World, browser_of: Browsers
) -> None:
    page = text_of(browser_of("priya").get(f"/oncall/schedules/{world.schedule}/fairness"))

    assert "Joss Wetherby Joss Wetherby Hours on call 2184 Nights 91 Weekend days 26 Holidays 3" in page
    assert "Of those who may have a shift now, " in page
    assert "has carried least. You might ask them for the next turn; nobody is put on it by itself." in page
