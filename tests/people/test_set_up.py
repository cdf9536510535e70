"""A fresh installation has nobody in it, and one printed address lets the first person in; a demo is never mistaken for it."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from litestar import Litestar
from sqlmodel import select

from porchlight.app import furnish, make_tools
from porchlight.core.db import Database
from porchlight.core.tools import Tools
from porchlight.people.models import Account, AccountRole, Organization, SignIn
from porchlight.people.set_up import rules, service
from porchlight.people.set_up.models import SetUpAddress
from porchlight.serving import Stopped, check_place, prepare
from porchlight.settings import Settings
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.people.authenticator_app import set_up
from tests.people.first_day import JSON
from tests.serving import free_port
from tests.world import World

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
SAID = {
    "agency": "Alder County",
    "phone": "555-555-0100",
    "hotline": "(555) 555-0101",
    "time_zone": "America/Chicago",
    "jurisdiction": "Example",
    "name": "Priya Castellane",
    "reach": "priya@example.org",
}


@pytest.fixture
def fresh(routes: Litestar, tools: Tools) -> Callable[[], Browser]:
    """Browsers of an installation in which nobody is yet."""
    app = furnish(routes, tools)
    return lambda: Browser(app)


def address(db: Database, clock: Clock) -> str:
    with db.transaction() as session:
        token = service.new_address(session, now=clock.moment)
    assert token
    return f"/set-up/{token}"


@pytest.mark.asvs("6.3.2")
def test_the_first_person_makes_the_agency_and_their_own_way_in_and_then_the_address_is_dead(
    db: Database, fresh: Callable[[], Browser], clock: Clock
) -> None:
    here, spare = address(db, clock), address(db, clock)
    with db.reading() as session:
        assert session.exec(select(Account)).all() == []
        assert here.removeprefix("/set-up/") not in str(session.exec(select(SetUpAddress)).all())
    browser = fresh()
    assert browser.get(here).status_code == 200

    begun = browser.post(here, data=SAID)
    assert begun.headers.get("location") == "/join/how", begun.text
    assert "Priya Castellane" in browser.get("/join/how").text
    set_up(browser, clock, browser.post("/join/password", data={"password": "three words on porches"}))

    assert browser.get("/today").status_code == 200
    assert "Alder County" in browser.get("/more").text
    for dead in (here, spare):
        assert (fresh().get(dead).status_code, fresh().post(dead, data=SAID).status_code) == (404, 404)
    with db.transaction() as session:
        assert service.new_address(session, now=clock.moment) is None
        [agency] = session.exec(select(Organization)).all()
        assert (agency.phone, agency.hotline, agency.time_zone) == ("+15555550100", "+15555550101", "America/Chicago")
        [account] = session.exec(select(Account)).all()
        roles = session.exec(select(AccountRole.role).where(AccountRole.account_id == account.id))
        assert set(roles) == {"administrator", "supervisor"}
        assert account.demo is False


@pytest.mark.asvs("6.3.2")
@SQLITE
def test_an_address_runs_out_after_a_day_and_no_other_opens_anything(
    db: Database, fresh: Callable[[], Browser], clock: Clock
) -> None:
    here = address(db, clock)

    clock.move(hours=24)

    assert fresh().post(here, data=SAID).status_code == 404
    assert fresh().get(f"/set-up/{'x' * 43}").status_code == 404
    with db.reading() as session:
        assert session.exec(select(Account)).all() == []


@SQLITE
def test_whoever_stops_half_way_begins_again_at_the_next_address(
    db: Database, fresh: Callable[[], Browser], clock: Clock
) -> None:
    here = address(db, clock)
    first = fresh()
    first.post(here, data={**SAID, "reach": "wrong@example.org", "agency": "Aldr County"})
    assert first.get(here).status_code == 404  # used, though nobody has joined by it
    clock.move(minutes=31)
    assert first.post("/join/password", data={"password": "three words on porches"}).status_code == 403

    browser = fresh()
    browser.post(address(db, clock), data=SAID)
    set_up(browser, clock, browser.post("/join/password", data={"password": "three words on porches"}))

    with db.reading() as session:
        assert [one.name for one in session.exec(select(Organization))] == ["Alder County"]
        shut = {one.email: one.disabled_at is not None for one in session.exec(select(Account))}
        assert shut == {"wrong@example.org": True, "priya@example.org": False}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"phone": "911"}, "phone"), ({"hotline": "ring us"}, "hotline"), ({"time_zone": "Chicago"}, "time_zone"), ({"reach": "priya"}, "reach"), ({"agency": ""}, "agency")],
)  # fmt: skip
@SQLITE
def test_what_cannot_be_right_is_said_beside_its_field_and_the_address_stays(
    db: Database, fresh: Callable[[], Browser], clock: Clock, wrong: dict[str, str], field: str
) -> None:
    here, browser = address(db, clock), fresh()

    answer = browser.post(here, data={**SAID, **wrong})

    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)
    assert 'value="Example"' in answer.text
    assert browser.get(here).status_code == 200


@SQLITE
def test_where_somebody_has_joined_no_address_is_made(db: Database, world: World, clock: Clock) -> None:
    with db.transaction() as session:
        assert service.new_address(session, now=clock.moment) is None


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("555-555-0142", "+15555550142"), ("1 (555) 555-0142", "+15555550142"), ("+44 20 7946 0000", "+442079460000"),
        ("911", ""), ("", ""), ("055-555-0142", ""), ("+0123456789", ""), ("call 555-555-0142", ""),
    ],
)  # fmt: skip
def test_a_number_is_read_as_it_is_written(typed: str, number: str) -> None:
    assert rules.number(typed) == number


@pytest.mark.asvs("6.3.2")
def test_a_start_prints_an_address_until_it_is_used_and_an_installation_of_the_demo_and_a_real_one_never_mix(
    tmp_path: Path, routes: Litestar, capsys: pytest.CaptureFixture[str]
) -> None:
    real = Settings(data=tmp_path / "real", port=free_port(), worker=False)

    printed = [re.search(r"/set-up/([\w-]{43})$", prepare(real, greet=True), re.M) for _twice in range(2)]
    assert all(printed)
    assert printed[0][1] != printed[1][1]  # type: ignore[index]
    assert prepare(real) == ""
    tools = make_tools(real, clock=Clock())
    browser = Browser(furnish(routes, tools))
    with tools.db.transaction() as session:  # of the test's own clock
        token = service.new_address(session, now=Clock().moment)
    browser.post(f"/set-up/{token}", data=SAID)
    made = browser.post("/join/passkey/options", json={}, headers=JSON)
    assert made.status_code == 200
    with tools.db.transaction() as session:
        session.exec(select(Account)).one().password_hash = "x"
    tools.db.close()
    assert prepare(real, greet=True) == ""

    with pytest.raises(Stopped, match="holds real data"):
        prepare(replace(real, demo=True))
    shown = replace(real, data=tmp_path / "demo", demo=True)
    assert "one tap" in prepare(shown, greet=True)
    with pytest.raises(Stopped, match="invented caseload"):
        prepare(replace(shown, demo=False))
    prepare(replace(shown, demo=False), only_migrate=True)


@pytest.mark.parametrize(
    ("demo", "host", "demo_open", "starts"),
    [
        (True, "127.0.0.1", False, True),
        (True, "localhost", False, True),
        (True, "0.0.0.0", False, False),
        (True, "0.0.0.0", True, True),
        (False, "0.0.0.0", False, True),
    ],
)
def test_the_demo_is_open_to_a_network_only_where_somebody_said_so(
    demo: bool, host: str, demo_open: bool, starts: bool
) -> None:
    settings = Settings(demo=demo, host=host, demo_open=demo_open, port=free_port())

    if starts:
        check_place(settings)
    else:
        with pytest.raises(Stopped, match="PORCHLIGHT_DEMO_OPEN"):
            check_place(settings)


@SQLITE
def test_only_the_demo_says_that_it_is_one_and_offers_its_people(
    routes: Litestar, tools: Tools, world: World, db: Database
) -> None:
    with db.transaction() as session:
        for one in session.exec(select(Account)):
            one.demo = True
            session.add(one)
    real = Browser(furnish(routes, tools))
    seen = {path: real.get(path).text for path in ("/sign-in", "/join", "/help", "/nowhere", "/install")}
    assert real.post("/sign-in/demo", data={"account_id": str(world.accounts["rowan"])}).status_code == 404
    practice = Browser(furnish(routes, replace(tools, settings=replace(tools.settings, demo=True))))

    for path, text in seen.items():
        assert "Practice data" not in text, path
        assert "Practice data" in practice.get(path).text, path
    assert "Rowan Ibarra" not in seen["/sign-in"]
    assert "Rowan Ibarra" in text_of(practice.get("/sign-in"))
    with db.reading() as session:
        assert session.exec(select(SignIn)).all() == []
