"""How children stand: from real rows, on the wall clock where the visit was."""

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from porchlight.cases import queries as cases
from porchlight.core.clock import local_day
from porchlight.core.db import Database
from porchlight.standards import queries
from porchlight.standards.models import ContactRule
from porchlight.standards.rules import MonthState, Standing
from tests.history import visited, wall
from tests.world import MONDAY, World

TODAY = date(2026, 11, 23)


def standings(world: World, db: Database, today: date = TODAY) -> dict[UUID, Standing]:
    with db.reading() as session:
        family = cases.case(session, world.case)
        assert family
        return queries.standings(session, [family], today=today, zone="America/Chicago")


def test_a_child_never_seen_is_due_so_many_days_after_coming(world: World, db: Database) -> None:
    found = standings(world, db)[world.children[0]]

    assert found.last_seen_on is None
    assert found.due_on == TODAY - timedelta(days=170)
    assert found.days_left == -170


@pytest.mark.duty("S2-3")
def test_a_visit_late_in_the_evening_counts_for_that_day_where_it_was(world: World, db: Database) -> None:
    with db.transaction() as session:
        visited(session, world, wall(2026, 10, 31, 23, 30))  # in UTC it is November already

    found = standings(world, db)[world.children[0]]

    assert found.last_seen_on == date(2026, 10, 31)
    assert found.due_on == date(2026, 11, 30)
    assert [month.state for month in found.months][-2:] == [MonthState.HOME, MonthState.NONE]


def test_another_zones_wall_clock_says_which_day_it_was(world: World, db: Database) -> None:
    at = wall(2026, 10, 31, 23, 30, ZoneInfo("Pacific/Honolulu"))  # November 1 in Chicago
    with db.transaction() as session:
        visited(session, world, at, zone="Pacific/Honolulu")

    found = standings(world, db)[world.children[0]]

    assert local_day(at, "America/Chicago") == date(2026, 11, 1)
    assert found.last_seen_on == date(2026, 10, 31)


def test_what_is_older_than_the_picture_still_counts(world: World, db: Database) -> None:
    with db.transaction() as session:
        visited(session, world, wall(2026, 4, 1, 10))

    found = standings(world, db)[world.children[0]]

    assert found.last_seen_on == date(2026, 4, 1)
    assert found.months[0].state == MonthState.MISSED


@pytest.mark.duty("S4-22")
@pytest.mark.parametrize("kind", ["video", "phone", "attempted", "transport", "family_time"])
def test_what_is_no_visit_moves_nothing(kind: str, world: World, db: Database) -> None:
    with db.transaction() as session:
        visited(session, world, MONDAY - timedelta(days=20))
        visited(session, world, MONDAY - timedelta(days=2), kind=kind)

    assert standings(world, db)[world.children[0]].days_since == 20


def test_each_child_stands_for_itself(world: World, db: Database) -> None:
    with db.transaction() as session:
        visited(session, world, MONDAY - timedelta(days=38))
        visited(session, world, MONDAY - timedelta(days=8), world.children[:2])
        visited(session, world, MONDAY - timedelta(days=8), world.children[2:], seen=False)

    found = standings(world, db)

    assert [found[child].days_left for child in world.children] == [22, 22, -8]
    with db.reading() as session:
        family = cases.case(session, world.case)
        assert family
        first = queries.most_pressing(family, found)
    assert first == found[world.children[2]]


def test_the_rules_of_another_jurisdiction_do_not_hold_here(world: World, db: Database) -> None:
    with db.transaction() as session:
        session.add(
            ContactRule(
                jurisdiction="Elsewhere",
                program="foster_care",
                every_days=7,
                source="x",
                valid_from=date(2026, 1, 1),
            )
        )
        visited(session, world, MONDAY - timedelta(days=20))

    assert standings(world, db)[world.children[0]].days_left == 10
