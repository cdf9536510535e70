"""Inviting a foster parent: only those of one's own children, tied to their home, with a code like everybody."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.homes.models import Caregiver, Placement, ResourceHome
from porchlight.people.models import Account, AccountRole
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.people.authenticator_app import set_up
from tests.people.first_day import code_on, entered
from tests.world import World

Browsers = Callable[..., Browser]
GOOD = "three words on porches"


@pytest.fixture
def bram(db: Database, world: World) -> Caregiver:
    """A second foster parent of the three children, without an account."""
    with db.transaction() as session:
        row = Caregiver(home_id=world.home, name="Bram Aldous", phone="+15550134", locale="es")
        session.add(row)
    return row


def test_a_foster_parent_joins_by_code_and_sees_who_comes_to_their_home(
    db: Database, browser_of: Browsers, world: World, bram: Caregiver, clock: Clock
) -> None:
    priya = browser_of("priya")
    assert "Bram Aldous" in priya.get("/homes/caregivers").text
    assert "+15550134" in priya.get(f"/homes/caregivers/{bram.id}/invite").text

    code = code_on(priya.post(f"/homes/caregivers/{bram.id}/invite", data={"reach": "bram@example.org"}))
    browser = entered(browser_of, code)
    set_up(browser, clock, browser.post("/join/password", data={"password": GOOD}))

    assert browser.get("/today").status_code == 200
    assert browser.get("/families").text.count("Quintrell") == 0
    assert browser.get(f"/cases/{world.case}").status_code == 404
    with db.reading() as session:
        account = session.exec(select(Account).where(Account.email == "bram@example.org")).one()
        roles = list(session.exec(select(AccountRole.role).where(AccountRole.account_id == account.id)))
        assert session.get_one(Caregiver, bram.id).account_id == account.id
    assert (roles, account.locale, account.supervisor_id) == (["caregiver"], "es", None)
    assert "Has joined" in text_of(priya.get("/homes/caregivers"))
    assert priya.post(f"/homes/caregivers/{bram.id}/invite", data={"reach": "b@example.org"}).status_code == 422


@pytest.mark.asvs("8.2.2")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_foster_parent_of_others_is_not_there_and_neither_is_one_whose_child_has_moved(
    db: Database, browser_of: Browsers, world: World, bram: Caregiver, clock: Clock
) -> None:
    with db.transaction() as session:
        other = ResourceHome(code="H9", name="Far home", address="9 Far Row", beds=1)
        session.add(other)
        session.flush()
        session.add(stranger := Caregiver(home_id=other.id, name="Nobody of Ours"))
        stranger_id = stranger.id
    priya = browser_of("priya")
    assert "Nobody of Ours" not in priya.get("/homes/caregivers").text
    for method in ("GET", "POST"):
        answer = priya.request(method, f"/homes/caregivers/{stranger_id}/invite", data={"reach": "n@example.org"})
        assert answer.status_code == 404

    with db.transaction() as session:
        for stay in session.exec(select(Placement)):
            stay.to_on = (clock.moment - timedelta(days=1)).date()
            session.add(stay)

    assert priya.get(f"/homes/caregivers/{bram.id}/invite").status_code == 404
    assert "No child of your team" in text_of(priya.get("/homes/caregivers"))


@pytest.mark.asvs("8.3.2")
@pytest.mark.parametrize("name", ["rowan", "corin", "odell", "sunniva"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nobody_but_a_supervisor_invites_a_foster_parent(browser_of: Browsers, bram: Caregiver, name: str) -> None:
    path = f"/homes/caregivers/{bram.id}/invite"

    assert browser_of(name).get(path).status_code == 404
    assert browser_of(name).post(path, data={"reach": "bram@example.org"}).status_code == 404


@pytest.mark.asvs("8.2.2")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_whoever_answers_a_crisis_of_others_may_not_invite_their_foster_parents(
    db: Database, browser_of: Browsers, world: World, bram: Caregiver
) -> None:
    with db.transaction() as session:
        session.add(AccountRole(account_id=world.accounts["lee"], role="supervisor"))
    crisis = {"id": str(new_id()), "case_id": str(world.case), "reason": "missing", "words": ""}
    assert browser_of("rowan").post("/api/v1/crises", json=crisis).status_code == 201
    lee = browser_of("lee")
    assert lee.get(f"/cases/{world.case}").status_code == 200  # while it is open

    assert "Aldous" not in lee.get("/homes/caregivers").text
    assert lee.post(f"/homes/caregivers/{bram.id}/invite", data={"reach": "b@example.org"}).status_code == 404
