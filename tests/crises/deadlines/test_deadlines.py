"""Deadlines by jurisdiction and day: elapsed hours, dated rows, and an agency's own before the product's."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from porchlight.core.db import Database
from porchlight.crises.deadlines import queries
from porchlight.crises.deadlines.law import DEADLINES
from porchlight.crises.deadlines.models import DeadlineRule
from porchlight.crises.deadlines.rules import Clock, Rule, When, due, overdue, rule_on
from porchlight.people.models import Organization
from tests.world import MONDAY, World

CHICAGO = ZoneInfo("America/Chicago")
DAY = date(2026, 11, 23)
HOUR = 60


@pytest.mark.duty("S4-32")
@pytest.mark.parametrize(
    ("state", "oral", "written", "when", "form"),
    [
        ("California", 0, 36 * HOUR, When.ALWAYS, "SS 8572"),
        ("New York", 0, 48 * HOUR, When.ALWAYS, "LDSS-2221A"),
        ("Pennsylvania", 0, 48 * HOUR, When.NOT_IF_ELECTRONIC, "CY-47"),
        ("Minnesota", 24 * HOUR, 72 * HOUR, When.ALWAYS, ""),
        ("New Hampshire", 0, 48 * HOUR, When.IF_ASKED, ""),
        ("Nevada", 24 * HOUR, None, When.NEVER, ""),
        ("Missouri", 0, None, When.VARIES, ""),
        ("Nebraska", 0, None, When.VARIES, ""),
        ("Oregon", 0, None, When.VARIES, ""),
        ("Nowhere", 0, None, When.VARIES, ""),
    ],
)
def test_each_state_has_its_two_clocks(state: str, oral: int, written: int | None, when: When, form: str) -> None:
    by_phone, paper = (rule_on(DEADLINES, clock, state, DAY) for clock in (Clock.ORAL, Clock.WRITTEN))

    assert by_phone
    assert paper
    assert by_phone.minutes == oral
    assert (paper.minutes, paper.when, paper.form) == (written, when, form)


@pytest.mark.parametrize(("state", "hours"), [("Missouri", 2), ("Example", 24), ("", 24)])
@pytest.mark.parametrize("clock", [Clock.POLICE, Clock.NCMEC])
def test_a_missing_child_is_reported_within_a_day_and_in_missouri_within_two_hours(
    clock: Clock, state: str, hours: int
) -> None:
    rule = rule_on(DEADLINES, clock, state, DAY)

    assert rule
    assert rule.minutes == hours * HOUR


def test_every_rule_names_its_source_and_its_day() -> None:
    assert [rule for rule in DEADLINES if not rule.source or rule.valid_from > DAY] == []


@pytest.mark.duty("S4-57")
@pytest.mark.parametrize(
    ("began", "ends"),
    [
        (datetime(2026, 3, 7, 10, 0, tzinfo=CHICAGO), datetime(2026, 3, 8, 11, 0, tzinfo=CHICAGO)),
        (datetime(2026, 10, 31, 10, 0, tzinfo=CHICAGO), datetime(2026, 11, 1, 9, 0, tzinfo=CHICAGO)),
        (datetime(2026, 6, 1, 10, 0, tzinfo=CHICAGO), datetime(2026, 6, 2, 10, 0, tzinfo=CHICAGO)),
    ],
)
def test_a_day_has_24_elapsed_hours_whatever_the_wall_clock_does(began: datetime, ends: datetime) -> None:
    rule = rule_on(DEADLINES, Clock.CALLBACK, "", began.date())

    assert due(rule, began.astimezone(ZoneInfo("UTC"))) == ends.astimezone(ZoneInfo("UTC"))


def test_the_last_moment_is_in_time_and_the_next_is_late() -> None:
    assert not overdue(MONDAY, MONDAY)
    assert overdue(MONDAY, MONDAY + timedelta(milliseconds=1))
    assert not overdue(None, MONDAY)


def test_a_rule_holds_from_its_day_up_to_and_without_the_other() -> None:
    old = Rule(Clock.ORAL, "X", 60, "old", valid_from=date(2020, 1, 1), valid_to=date(2026, 1, 1))
    new = Rule(Clock.ORAL, "X", 30, "new", valid_from=date(2026, 1, 1))

    assert rule_on([old, new], Clock.ORAL, "X", date(2025, 12, 31)) is old
    assert rule_on([old, new], Clock.ORAL, "X", date(2026, 1, 1)) is new
    assert rule_on([old], Clock.ORAL, "X", date(2026, 1, 1)) is None
    assert rule_on([new], Clock.ORAL, "X", date(2019, 1, 1)) is None


def test_an_agencys_own_row_goes_before_the_products(world: World, db: Database) -> None:
    with db.transaction() as session:
        row = {"jurisdiction": "Example", "source": "Alder County Code 4.1", "valid_from": date(2026, 1, 1)}
        session.add(DeadlineRule(clock=Clock.CALLBACK, minutes=4 * HOUR, **row))
        session.add(DeadlineRule(clock=Clock.ORAL, minutes=9, jurisdiction="Elsewhere", source="x", valid_from=DAY))

    with db.reading() as session:
        assert queries.span(session, Clock.CALLBACK, MONDAY) == timedelta(hours=4)
        assert queries.span(session, Clock.CALLBACK, MONDAY - timedelta(days=400)) == timedelta(hours=24)
        assert queries.span(session, Clock.ORAL, MONDAY) == timedelta()


def test_the_agencys_state_decides(world: World, db: Database) -> None:
    with db.transaction() as session:
        agency = session.get_one(Organization, world.agency)
        agency.jurisdiction = "Missouri"
        session.add(agency)

    with db.reading() as session:
        assert queries.span(session, Clock.POLICE, MONDAY) == timedelta(hours=2)
