"""What each call leaves in the audit: exactly what is declared, naming whoever is shown; and refusals and sign-ins, too."""

import json
from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from porchlight.demo import DEMO_PASSWORD
from tests.browsing import Browser
from tests.web.conftest import Town
from tests.web.test_every_address import PEOPLE, gets
from tests.web.traces import LEAVES, NAMES_NOBODY

Rows = list[tuple[str, list[str]]]
ROWS = "SELECT act, people FROM audit_events ORDER BY rowid LIMIT -1 OFFSET :skip"


def size(session: Session) -> int:
    count: int = session.connection().execute(sa.text("SELECT count(*) FROM audit_events")).scalar_one()
    return count


@pytest.fixture
def left(town: Town) -> Callable[[], Rows]:
    """Act and people of each row since the last time it was asked."""
    with town.tools.db.reading() as session:
        seen = [size(session)]

    def since() -> Rows:
        with town.tools.db.reading() as session:
            rows = session.connection().execute(sa.text(ROWS), {"skip": seen[0]}).all()
        seen[0] += len(rows)
        return [(act, json.loads(people)) for act, people in rows]

    return since


@pytest.fixture(scope="module")
def children(town: Town) -> dict[str, str]:
    """Full name by id, of each child of the demo."""
    with town.tools.db.reading() as session:
        rows = session.connection().execute(
            sa.text("SELECT id, first_name, last_name FROM persons WHERE role = 'child'")
        )
        return {str(UUID(id_)): f"{first} {last}" for id_, first, last in rows}


@pytest.mark.asvs("16.3.2")
@pytest.mark.parametrize("name", PEOPLE)
def test_each_reading_leaves_exactly_its_row(
    town: Town, left: Callable[[], Rows], children: dict[str, str], name: str
) -> None:
    """And whoever's full name stands in the answer is named by it."""
    wrong, unnamed = {}, {}
    town.person(name)
    left()
    for one in gets(town):
        for path in one.paths:
            answer = town.person(name).get(path)
            rows = left()
            acts, named = (
                tuple(sorted(act for act, _people in rows)),
                {person for _act, people in rows for person in people},
            )
            wanted = LEAVES.get(one.template, ((),)) if answer.status_code == 200 else ((), ("access.refused",))
            if one.template == "/set-up/{token:str}":  # a wrong address of set-up is a wrong key, too
                wanted = (*wanted, ("access.refused", "person.sign_in_failed"))
            if acts not in wanted and one.template != "/board/live":
                wrong[path] = acts
            if answer.status_code == 200 and one.template not in NAMES_NOBODY:
                shown = {id_ for id_, full in children.items() if full in answer.text}
                if missing := {children[id_] for id_ in shown - named}:
                    unnamed[path] = missing

    assert wrong == {}
    assert unnamed == {}


def test_what_is_declared_is_an_address_and_was_read_by_somebody(town: Town) -> None:
    templates = {one.template for one in gets(town)}

    assert set(LEAVES) <= templates
    assert set(NAMES_NOBODY) <= templates


@pytest.mark.asvs("16.3.2")
def test_a_refusal_leaves_its_row_and_shows_nothing(town: Town, left: Callable[[], Rows]) -> None:
    with town.tools.db.reading() as session:
        case = UUID(
            session.connection()
            .execute(sa.text("SELECT case_id FROM assignments WHERE role = 'caseworker' LIMIT 1"))
            .scalar_one()
        )
    joss_at = town.person("joss")
    left()

    assert joss_at.get(f"/cases/{case}").status_code == 404

    assert [act for act, _people in left()] == ["access.refused"]
    with town.tools.db.reading() as session:
        query = "SELECT account_id, subject_id, detail FROM audit_events WHERE act = 'access.refused' ORDER BY rowid DESC LIMIT 1"
        account, subject, detail = session.connection().execute(sa.text(query)).one()
        joss = (
            session.connection()
            .execute(sa.text("SELECT id FROM accounts WHERE email = 'joss@example.org'"))
            .scalar_one()
        )
    assert (account, subject) == (joss, case.hex)
    assert json.loads(detail) == {"where": "/cases/{case_id}", "method": "GET", "status": 404}


def test_a_stranger_leaves_no_row_by_asking(town: Town, left: Callable[[], Rows]) -> None:
    """Whoever is nobody yet could fill the audit."""
    for one in gets(town):
        if (
            one.template != "/set-up/{token:str}"
        ):  # a wrong one counts as a sign-in that failed, and is slowed down as one
            town.person("").get(one.paths[0])

    assert left() == []


@pytest.mark.asvs("16.3.1")
def test_each_way_in_and_out_leaves_its_row(town: Town, left: Callable[[], Rows]) -> None:
    browser = Browser(town.person("").client.app)
    left()
    browser.sign_in("tamsin@example.org", "a wrong one")
    assert [act for act, _people in left()] == ["person.sign_in_failed"]

    browser.sign_in("nobody@example.org", "a wrong one")
    assert [act for act, _people in left()] == ["person.sign_in_failed"]

    browser.sign_in("tamsin@example.org", DEMO_PASSWORD)
    assert [act for act, _people in left()] == ["person.signed_in"]

    browser.post("/sign-out")
    assert [act for act, _people in left()] == ["person.signed_out"]
