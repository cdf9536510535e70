"""Writing a plan makes a new version; the old ones stay."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from porchlight.audit.models import AuditEvent
from porchlight.core.db import Database
from porchlight.core.refused import Conflict, Invalid, NotFound
from porchlight.plans import queries, service
from porchlight.plans.models import SafetyPlanVersion
from tests.plans.test_rules import GOOD
from tests.world import MONDAY, World

TODAY = date(2026, 11, 23)


def write(world: World, db: Database, name: str = "rowan", *, after: int = 0, **more: Any) -> int:
    with db.transaction() as session:
        version = service.write_version(
            session,
            world.actor(session, name),
            more.pop("person_id", world.children[0]),
            sections={**GOOD, **more},
            valid_from=TODAY,
            after=after,
            now=MONDAY,
        )
        return version.number


@pytest.mark.duty("S0-6")
def test_each_version_stays_readable(world: World, db: Database) -> None:
    write(world, db)
    write(world, db, after=1, helps=["A walk", "Cocoa"])

    with db.reading() as session:
        newest = queries.current(session, world.children[0])
        numbers = [one.number for one in queries.versions(session, world.children[0])]
        first = queries.version(session, world.children[0], 1)
    assert newest
    assert first
    assert numbers == [2, 1]
    assert (newest.sections["helps"], first.sections["helps"]) == (["A walk", "Cocoa"], ["A walk"])
    assert newest.review_due_on == TODAY + timedelta(days=90)


def test_two_who_write_at_once_do_not_lose_each_others_words(world: World, db: Database) -> None:
    write(world, db)
    write(world, db, after=1, helps=["The first"])

    with pytest.raises(Conflict, match="Somebody wrote this plan"):
        write(world, db, "priya", after=1, helps=["The second"])

    with db.reading() as session:
        assert len(session.exec(select(SafetyPlanVersion)).all()) == 2


@pytest.mark.parametrize("name", ["tamsin", "corin", "joss", "odell", "sunniva"])
def test_only_the_worker_and_those_above_write_a_plan(name: str, world: World, db: Database) -> None:
    with pytest.raises(NotFound):
        write(world, db, name)

    with db.reading() as session:
        assert queries.current(session, world.children[0]) is None


def test_a_plan_that_lacks_its_steps_leaves_nothing_behind(world: World, db: Database) -> None:
    with pytest.raises(Invalid):
        write(world, db, steps=[])

    with db.reading() as session:
        assert queries.versions(session, world.children[0]) == []


def test_writing_leaves_a_trace_without_words(world: World, db: Database) -> None:
    write(world, db)

    with db.reading() as session:
        row = session.exec(select(AuditEvent).where(AuditEvent.act == "plan.written")).one()
    assert row.people == [str(world.children[0])]
    assert row.detail == {"number": 1}


def test_plans_of_several_are_read_at_once(world: World, db: Database) -> None:
    write(world, db)
    write(world, db, after=1)
    write(world, db, person_id=world.children[1])

    with db.reading() as session:
        found = queries.currents(session, world.children)

    assert {person: plan.number for person, plan in found.items()} == {world.children[0]: 2, world.children[1]: 1}
