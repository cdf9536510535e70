"""Where a child lives on a day, and whose home it is."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from porchlight.core.db import Database
from porchlight.homes import queries
from porchlight.homes.models import Placement, ResourceHome
from tests.world import MONDAY, World

TODAY = date(2026, 11, 23)


def move(session: Session, world: World, day: date, kind: str = "kin_home") -> None:
    """The first child moves to another home on that day."""
    placement = session.exec(select(Placement).where(Placement.person_id == world.children[0])).one()
    placement.to_on = day
    other = ResourceHome(code="H5", name="Lund home", address="15 Weathervane Road", beds=2, kin=True)
    session.add_all([placement, other])
    session.flush()
    session.add(Placement(person_id=world.children[0], home_id=other.id, kind=kind, from_on=day))


def cared_for(session: Session, world: World, now: datetime) -> set[object]:
    return set(session.scalars(queries.cared_for(world.accounts["sunniva"], now)))


def test_a_placement_comes_with_address_and_caregivers(world: World, db: Database) -> None:
    with db.reading() as session:
        found = queries.placement_on(session, world.children[0], TODAY)

    assert found
    assert (found.kind, found.name, found.address) == ("foster_home", "Aldous home", "4 Lantern Row")
    assert [one.name for one in found.caregivers] == ["Sunniva Aldous"]


def test_on_the_day_of_moving_a_child_lives_in_the_new_place(world: World, db: Database) -> None:
    with db.transaction() as session:
        move(session, world, TODAY)

    with db.reading() as session:
        days = [queries.placement_on(session, world.children[0], TODAY + timedelta(days=n)) for n in (-1, 0, 1)]

    assert [one.name if one else "" for one in days] == ["Aldous home", "Lund home", "Lund home"]


def test_before_the_first_stay_a_child_lives_nowhere_we_know(world: World, db: Database) -> None:
    with db.reading() as session:
        assert queries.placement_on(session, world.children[0], date(2020, 1, 1)) is None
        assert queries.first_days(session, world.children)[world.children[0]] == TODAY - timedelta(days=200)


def test_an_own_home_keeps_its_own_address(world: World, db: Database) -> None:
    with db.transaction() as session:
        own = Placement(
            person_id=world.other_child, kind="own_home", address="52 Almond Street", from_on=date(2026, 1, 1)
        )
        session.add(own)

    with db.reading() as session:
        found = queries.placement_on(session, world.other_child, TODAY)

    assert found
    assert (found.address, found.caregivers) == ("52 Almond Street", ())


def test_a_caregiver_has_the_cases_of_the_children_who_live_there(world: World, db: Database) -> None:
    with db.reading() as session:
        assert cared_for(session, world, MONDAY) == {world.case}
        assert set(session.scalars(queries.cared_for(world.accounts["rowan"], MONDAY))) == set()


def test_help_is_not_refused_in_the_evening_before_a_move(world: World, db: Database) -> None:
    late_evening = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)  # 23:30 on Monday in Chicago, Tuesday in UTC
    with db.transaction() as session:
        for row in session.exec(select(Placement).where(col(Placement.person_id).in_(world.children))):
            row.to_on = date(2026, 11, 24)
            session.add(row)

    with db.reading() as session:
        assert cared_for(session, world, late_evening) == {world.case}
        assert cared_for(session, world, late_evening + timedelta(days=1)) == set()


def test_on_the_moving_day_far_east_of_greenwich_the_new_home_is_not_refused(world: World, db: Database) -> None:
    with db.transaction() as session:
        for row in session.exec(select(Placement)):
            row.from_on = date(2026, 11, 24)

    with db.reading() as session:
        morning_in_guam = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)  # 8 am on Tuesday
        assert cared_for(session, world, morning_in_guam) == {world.case}
        assert cared_for(session, world, morning_in_guam - timedelta(days=1)) == set()


def test_siblings_in_two_homes_are_not_both_seen_where_they_live(world: World, db: Database) -> None:
    with db.transaction() as session:
        move(session, world, TODAY)

    with db.reading() as session:
        assert queries.is_residence(session, world.children[1:], TODAY, "home")
        assert not queries.is_residence(session, world.children, TODAY, "home")
        assert queries.is_residence(session, world.children, TODAY - timedelta(days=1), "home")
        assert not queries.is_residence(session, world.children[1:], TODAY, "office")


@pytest.mark.parametrize("kind", ["missing", "respite"])
def test_a_child_who_is_away_is_not_seen_at_home(kind: str, world: World, db: Database) -> None:
    with db.transaction() as session:
        move(session, world, TODAY, kind)

    with db.reading() as session:
        assert not queries.is_residence(session, [world.children[0]], TODAY, "home")
