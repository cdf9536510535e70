"""What a phone takes along: one's own pages, each made by the function that makes it online."""

from datetime import timedelta

import pytest
from sqlmodel import select

from porchlight.audit.models import AuditEvent
from porchlight.cases.models import Assignment, Case, Family
from porchlight.core.db import Database
from porchlight.core.refused import NotFound
from porchlight.desk import pack
from porchlight.plans import service as plans
from tests.plans.test_rules import GOOD
from tests.world import MONDAY, World


def addresses(world: World, db: Database, name: str) -> list[str]:
    with db.reading() as session:
        return [path for path, _view in pack.pack_paths(session, world.actor(session, name), MONDAY)]


@pytest.mark.duty("S2-3")
def test_a_caseworker_takes_along_families_face_sheets_plans_and_forms(world: World, db: Database) -> None:
    with db.transaction() as session:
        plans.write_version(
            session,
            world.actor(session, "rowan"),
            world.children[0],
            sections=GOOD,
            valid_from=MONDAY.date(),
            after=0,
            now=MONDAY,
        )

    found = addresses(world, db, "rowan")

    first, second, third = sorted(world.children, key=world.children.index, reverse=True)
    assert found == [
        "/today",
        "/families",
        "/callbacks",
        "/mandated/new",
        f"/cases/{world.case}",
        f"/cases/{world.case}/visits/new",
        f"/people/{first}",
        f"/people/{second}",
        f"/people/{third}",
        f"/people/{third}/safety-plan",
    ]


def test_every_page_of_the_pack_can_be_made_and_names_no_other_family(world: World, db: Database) -> None:
    with db.reading() as session:
        made = [view() for _path, view in pack.pack_paths(session, world.actor(session, "rowan"), MONDAY)]

    assert len(made) == 9
    assert "Jolie" not in str([view.context for view in made])


def test_a_page_that_stopped_being_theirs_is_refused_when_it_is_made(world: World, db: Database) -> None:
    with db.reading() as session:
        listed = list(pack.pack_paths(session, world.actor(session, "rowan"), MONDAY))
    with db.transaction() as session:
        for row in session.exec(select(Assignment)).all():
            row.to_at = MONDAY

    with db.reading() as session:
        fresh = dict(pack.pack_paths(session, world.actor(session, "rowan"), MONDAY))
        assert f"/cases/{world.case}" not in fresh
        assert f"/cases/{world.case}" in dict(listed)
        with pytest.raises(NotFound):
            pack.family(session, world.actor(session, "rowan"), world.case, now=MONDAY)


@pytest.mark.parametrize("name", ["sunniva", "odell", "joss"])
def test_who_has_no_families_takes_only_today(name: str, world: World, db: Database) -> None:
    assert addresses(world, db, name) == ["/today"]


def test_a_reviewers_pack_holds_no_form(world: World, db: Database) -> None:
    assert not [path for path in addresses(world, db, "corin") if path.endswith("/new")]


def test_at_most_fifty_families_and_ones_own_first(world: World, db: Database) -> None:
    with db.transaction() as session:
        for number in range(60):
            family = Family(name=f"A {number:02}")
            session.add(family)
            session.flush()
            case = Case(family_id=family.id, organization_id=world.agency, program="in_home", opened_on=MONDAY.date())
            session.add(case)
            session.flush()
            past = MONDAY - timedelta(days=1)
            session.add(Assignment(case_id=case.id, account_id=world.accounts["tamsin"], from_at=past))

    cases = [path for path in addresses(world, db, "tamsin") if path.startswith("/cases/") and path.count("/") == 2]

    assert len(cases) == pack.MOST_CASES == len(set(cases))


def test_making_the_pack_names_in_the_audit_whom_it_shows(world: World, db: Database) -> None:
    with db.reading() as session:
        for _path, view in pack.pack_paths(session, world.actor(session, "rowan"), MONDAY):
            view()

    with db.reading() as session:
        named = {person for row in session.exec(select(AuditEvent)).all() for person in row.people}
    assert {str(child) for child in world.children} <= named
