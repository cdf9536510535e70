"""Whoever looks after accounts sees how people sign in and where they are signed in, ends both, and sees no file."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from porchlight.audit.models import AuditEvent
from porchlight.core.db import Database
from porchlight.core.tools import Tools
from porchlight.people import service
from porchlight.people.models import Account, AccountRole, Passkey, SignIn
from porchlight.people.values import How
from tests.authenticator import Authenticator
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.people.first_day import JSON
from tests.world import World

Browsers = Callable[..., Browser]
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def odell(db: Database, browser_of: Browsers, world: World) -> Browser:
    """Odell, who looks after accounts and nothing else."""
    with db.transaction() as session:
        for held in session.exec(select(AccountRole).where(AccountRole.account_id == world.accounts["odell"])):
            session.delete(held)
        session.flush()
        session.add(AccountRole(account_id=world.accounts["odell"], role="administrator"))
    return browser_of("odell")


def page_of(world: World, name: str) -> str:
    return f"/accounts/{world.accounts[name]}"


@pytest.mark.asvs("7.4.5")
@pytest.mark.asvs("7.5.2")
def test_an_administrator_ends_one_session_of_somebody_or_all_of_them(
    odell: Browser, browser_of: Browsers, db: Database, world: World
) -> None:
    first, second = browser_of("rowan"), browser_of("rowan")
    here = page_of(world, "rowan")
    assert "Rowan Ibarra" in odell.get("/accounts").text
    with db.reading() as session:
        ids = [row.id for row in session.exec(select(SignIn)) if row.account_id == world.accounts["rowan"]]
        other = next(row.id for row in session.exec(select(SignIn)) if row.account_id != world.accounts["rowan"])

    assert odell.post(f"{here}/sessions/{other}/end").status_code == 404
    assert odell.post(f"{here}/sessions/{ids[0]}/end").headers["location"] == here
    assert sorted(one.get("/more").status_code for one in (first, second)) == [200, 303]
    odell.post(f"{here}/sessions/end")

    assert [one.get("/more").status_code for one in (first, second)] == [303, 303]
    assert odell.get("/more").status_code == 200
    with db.reading() as session:
        acts = set(session.exec(select(AuditEvent.act)))
    assert {"accounts.listed", "session.ended", "sessions.ended"} <= acts


@pytest.mark.asvs("6.5.6")
def test_a_passkey_that_was_lost_is_revoked_and_everything_that_it_opened_is_shut(
    odell: Browser, browser_of: Browsers, db: Database, world: World
) -> None:
    rowan, phone = browser_of("rowan"), Authenticator()
    made = rowan.post("/passkeys/options", json={}, headers=JSON).json()
    rowan.post("/passkeys", json=phone.make(made), headers=JSON)
    with db.reading() as session:
        passkey = session.exec(select(Passkey)).one().id
    here = page_of(world, "rowan")
    assert "Revoke" in odell.get(here).text

    assert odell.post(f"{here}/passkeys/{passkey}/revoke").status_code == 303
    assert odell.post(f"{here}/codes/revoke").status_code == 303

    assert rowan.get("/api/v1/oncall", headers=JSON).status_code == 401
    options = browser_of().post("/sign-in/passkey/options", json={}, headers=JSON).json()
    assert browser_of().post("/sign-in/passkey", json=phone.sign(options), headers=JSON).status_code == 422
    assert browser_of().type_password("rowan@example.org").status_code == 422
    assert "has not joined" in text_of(odell.get(here))


@pytest.mark.asvs("8.4.2")
@pytest.mark.parametrize("name", ["rowan", "priya", "mara", "joss", "sunniva", "corin"])
@SQLITE
def test_nobody_else_finds_these_pages(browser_of: Browsers, db: Database, world: World, name: str) -> None:
    browser = browser_of(name)
    here = page_of(world, "rowan")

    assert {browser.get(path).status_code for path in ("/accounts", here)} == {404}
    for path in ("sessions/end", "codes/revoke", f"passkeys/{world.agency}/revoke", f"sessions/{world.agency}/end"):
        assert browser.post(f"{here}/{path}").status_code == 404
    assert "/accounts" not in browser.get("/more").text


@pytest.mark.asvs("8.4.2")
@pytest.mark.parametrize(
    ("how", "status"), [(How.PASSKEY, 200), (How.CODE, 200), (How.AGENCY, 200), (How.PRACTICE, 403), ("", 403)]
)
@SQLITE
def test_the_role_alone_is_not_enough(
    odell: Browser, db: Database, tools: Tools, world: World, clock: Clock, how: str, status: int
) -> None:
    with db.transaction() as session:
        token = service.sign_in(session, world.accounts["odell"], device_id=None, how=how, now=clock.moment)
    odell.client.cookies.clear()
    odell.client.cookies.set("porchlight", token)

    assert odell.get("/accounts").status_code == status
    assert odell.get(page_of(world, "rowan")).status_code == status


@pytest.mark.asvs("8.4.2")
@SQLITE
def test_whoever_looks_after_accounts_sees_no_file_and_nobody_of_another_organization(
    odell: Browser, db: Database, world: World
) -> None:
    for path in (f"/cases/{world.case}", f"/people/{world.children[0]}", "/board", page_of(world, "corin")):
        assert odell.get(path).status_code == 404, path
    assert "Quintrell" not in odell.get("/today").text + odell.get("/families").text
    assert "Corin" not in odell.get("/accounts").text
    with db.reading() as session:
        assert session.get_one(Account, world.accounts["corin"]).password_hash


@pytest.mark.asvs("7.5.1")
@SQLITE
def test_ways_to_sign_in_are_revoked_only_right_after_signing_in(odell: Browser, world: World, clock: Clock) -> None:
    clock.move(minutes=5)
    here = page_of(world, "rowan")

    assert odell.post(f"{here}/codes/revoke").status_code == 403
    assert "Sign in again" in text_of(odell.get(here))
    assert odell.post(f"{here}/sessions/end").status_code == 303


@SQLITE
def test_an_administrator_invites_another_and_no_one_else(odell: Browser, world: World) -> None:
    def said(role: str) -> dict[str, object]:
        return {"name": "Sam", "reach": f"{role}@example.org", "roles": role, "team": str(world.accounts["priya"])}

    assert odell.post("/invitations", data=said("administrator")).status_code == 200
    assert odell.post("/invitations", data=said("supervisor")).status_code == 422
