"""Whose case it is, and what each person finds in their list."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from porchlight.cases import queries
from porchlight.cases.models import Assignment, Case, Family, Person, Task
from porchlight.core.db import Database
from porchlight.people.models import Account
from tests.world import MONDAY, World


def held(session: Session, query: sa.Select[Any]) -> set[UUID]:
    return set(session.scalars(query))


@pytest.mark.duty("S2-1")
def test_a_case_is_its_workers_and_nobody_elses(world: World, db: Database) -> None:
    with db.reading() as session:
        assert held(session, queries.assigned(world.accounts["rowan"], MONDAY)) == {world.case}
        assert held(session, queries.assigned(world.accounts["tamsin"], MONDAY)) == {world.other_case}
        assert held(session, queries.assigned(world.accounts["corin"], MONDAY)) == set()
        assert held(session, queries.overseen(world.accounts["corin"], MONDAY)) == {world.case}


def test_a_supervisor_has_the_cases_of_everyone_below(world: World, db: Database) -> None:
    with db.reading() as session:
        for name in ("priya", "mara"):
            found = held(session, queries.supervised(world.accounts[name], MONDAY))
            assert found == {world.case, world.other_case}, name
        assert held(session, queries.supervised(world.accounts["rowan"], MONDAY)) == set()


def test_two_who_supervise_each_other_do_not_hang_the_product(world: World, db: Database) -> None:
    with db.transaction() as session:
        mara = session.get(Account, world.accounts["mara"])
        assert mara
        mara.supervisor_id = world.accounts["priya"]
        session.add(mara)

    with db.reading() as session:
        assert held(session, queries.supervised(world.accounts["mara"], MONDAY)) == {world.case, world.other_case}


@pytest.mark.asvs("8.3.2")
def test_an_assignment_holds_from_its_first_moment_to_its_last(world: World, db: Database) -> None:
    with db.transaction() as session:
        for row in session.exec(select(Assignment).where(Assignment.account_id == world.accounts["rowan"])):
            row.to_at = MONDAY
        later = Assignment(
            case_id=world.case, account_id=world.accounts["tamsin"], from_at=MONDAY + timedelta(seconds=1)
        )
        session.add(later)

    with db.reading() as session:
        rowan, tamsin = world.accounts["rowan"], world.accounts["tamsin"]
        assert held(session, queries.assigned(rowan, MONDAY - timedelta(seconds=1))) == {world.case}
        assert held(session, queries.assigned(rowan, MONDAY)) == set()
        assert held(session, queries.assigned(tamsin, MONDAY)) == {world.other_case}
        assert held(session, queries.assigned(tamsin, later.from_at)) == {world.case, world.other_case}


def test_a_list_holds_families_with_those_served_the_youngest_first(world: World, db: Database) -> None:
    with db.transaction() as session:
        session.add(Person(case_id=world.case, role="parent", first_name="Lionel", last_name="Quintrell"))

    with db.reading() as session:
        found = queries.families(session, world.actor(session, "rowan"), now=MONDAY)

    assert found.total == 1
    assert [family.family for family in found.families] == ["Quintrell"]
    assert [child.first_name for child in found.families[0].persons] == ["Ignatius", "Hester", "Gideon"]


def test_a_search_finds_a_family_by_a_child_and_only_among_ones_own(world: World, db: Database) -> None:
    with db.reading() as session:
        rowan = world.actor(session, "rowan")
        assert queries.families(session, rowan, now=MONDAY, search="hest").total == 1
        assert queries.families(session, rowan, now=MONDAY, search="jolie").total == 0
        assert queries.families(session, world.actor(session, "priya"), now=MONDAY, search="jolie").total == 1


def test_a_long_list_says_how_many_there_are(world: World, db: Database) -> None:
    with db.transaction() as session:
        for number in range(4):
            family = Family(name=f"Family {number}")
            session.add(family)
            session.flush()
            case = Case(family_id=family.id, organization_id=world.agency, program="in_home", opened_on=MONDAY.date())
            session.add(case)
            session.flush()
            session.add(Assignment(case_id=case.id, account_id=world.accounts["rowan"], from_at=MONDAY))

    with db.reading() as session:
        found = queries.families(session, world.actor(session, "rowan"), now=MONDAY, most=3)

    assert found.total == 5
    assert [family.family for family in found.families] == ["Family 0", "Family 1", "Family 2"]


@pytest.mark.duty("S0-10")
def test_a_caseload_is_counted_in_families_and_in_persons(world: World, db: Database) -> None:
    with db.reading() as session:
        found = queries.counts(session, [world.accounts["rowan"], world.accounts["tamsin"]], now=MONDAY)

    assert (found[world.accounts["rowan"]].families, found[world.accounts["rowan"]].persons) == (1, 3)
    assert (found[world.accounts["tamsin"]].families, found[world.accounts["tamsin"]].persons) == (1, 1)


def test_a_supervisors_own_task_about_a_case_stays_hers(world: World, db: Database) -> None:
    with db.transaction() as session:
        for owner in ("rowan", "priya"):
            session.add(Task(case_id=world.case, owner_id=world.accounts[owner], title=f"of {owner}", made_at=MONDAY))

    def titles(session: Session, name: str) -> list[str]:
        return [
            task.title for task in queries.tasks(session, world.actor(session, name), now=MONDAY, case_id=world.case)
        ]

    with db.reading() as session:
        assert titles(session, "rowan") == ["of rowan"]
        assert sorted(titles(session, "priya")) == ["of priya", "of rowan"]


def test_tasks_stand_by_their_day_and_those_without_one_come_last(world: World, db: Database) -> None:
    with db.transaction() as session:
        for title, days in (("later", 5), ("undated", None), ("late", -1)):
            due = MONDAY.date() + timedelta(days=days) if days is not None else None
            session.add(
                Task(
                    case_id=world.case,
                    owner_id=world.accounts["rowan"],
                    title=title,
                    due_on=due,
                    made_at=MONDAY,
                )
            )

    with db.reading() as session:
        titles = [task.title for task in queries.tasks(session, world.actor(session, "rowan"), now=MONDAY)]

    assert titles == ["late", "later", "undated"]


@pytest.mark.asvs("8.3.2")
def test_the_tasks_of_a_family_leave_the_list_with_the_family(world: World, db: Database) -> None:
    with db.transaction() as session:
        owner = {"case_id": world.case, "owner_id": world.accounts["rowan"], "made_at": MONDAY}
        session.add(Task(**owner, title="Ring the school"))
        session.add(Task(**owner, title="Work that is held for you", kind="held_item"))
        worked = select(Assignment).where(Assignment.case_id == world.case, Assignment.role == "caseworker")
        session.exec(worked).one().to_at = MONDAY

    with db.reading() as session:
        left = queries.tasks(session, world.actor(session, "rowan"), now=MONDAY)

    assert [one.kind for one in left] == ["held_item"]
