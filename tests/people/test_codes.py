"""A password opens nothing alone: six digits of an authenticator app come after it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session, select

from porchlight.audit.models import AuditEvent
from porchlight.core.db import Database
from porchlight.core.jobs import Job
from porchlight.core.tools import Tools
from porchlight.people import telling
from porchlight.people.models import SignIn
from porchlight.people.second import codes, rules
from porchlight.people.second.models import CodeSecret
from tests.authenticator import Authenticator
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.people.authenticator_app import App, set_up, type_code
from tests.people.first_day import JSON
from tests.world import MONDAY, PASSWORD, World

Browsers = Callable[..., Browser]
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def told(session: Session) -> list[str]:
    return [job.payload["what"] for job in session.exec(select(Job)) if job.name == telling.TELL]


def sessions(db: Database) -> int:
    with db.reading() as session:
        return len(session.exec(select(SignIn)).all())


@pytest.fixture
def rowan(browser_of: Browsers, clock: Clock) -> tuple[Browser, App]:
    """Rowan, signed in with a password and the code of an app that was set up on the way."""
    browser = browser_of()
    return browser, set_up(browser, clock, browser.type_password("rowan@example.org"))


# RFC 6238, appendix B, for SHA-1 and its six last digits.
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
]


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    assert codes.code_at(secret, seconds // rules.STEP) == code


@pytest.mark.asvs("6.3.3")
@pytest.mark.parametrize("path", ["/today", "/families", "/more", "/api/v1/oncall", "/codes", "/sessions"])
@SQLITE
def test_a_password_alone_opens_no_page(browser_of: Browsers, db: Database, world: World, path: str) -> None:
    browser = browser_of()
    answer = browser.type_password("rowan@example.org")

    assert answer.headers["location"] == "/sign-in/code?next=/today"
    assert "porchlight=" not in answer.headers["set-cookie"]
    assert browser.get(path, headers=JSON).status_code == 401
    assert browser.get("/sign-in/code").status_code == 200
    assert sessions(db) == 0


@pytest.mark.asvs("6.3.3")
@pytest.mark.asvs("6.3.7")
@pytest.mark.asvs("7.2.4")
def test_the_first_code_sets_the_app_up_and_opens_the_door(
    rowan: tuple[Browser, App], browser_of: Browsers, db: Database, clock: Clock
) -> None:
    browser, app = rowan
    assert browser.get("/today").status_code == 200
    with db.reading() as session:
        assert told(session) == ["codes_set_up"]
        assert {"codes.set_up", "person.half_signed_in"} <= set(session.exec(select(AuditEvent.act)))
        assert [row.how for row in session.exec(select(SignIn))] == ["code"]

    clock.move(seconds=30)
    other = browser_of()
    asked = other.get(other.type_password("rowan@example.org").headers["location"])
    assert app.secret not in asked.text.replace(" ", "")
    done = type_code(other, app.code(clock.moment), next="/families")

    assert (done.status_code, done.headers["location"]) == (303, "/families")
    assert other.get("/today").status_code == 200
    with db.reading() as session:
        assert told(session) == ["codes_set_up", "new_browser"]


@pytest.mark.asvs("6.5.1")
def test_a_code_works_once(rowan: tuple[Browser, App], browser_of: Browsers, clock: Clock) -> None:
    _, app = rowan
    other = browser_of()
    other.type_password("rowan@example.org")

    again = type_code(other, app.code(clock.moment))  # the very code that set it up
    assert (again.status_code, "does not fit" in text_of(again)) == (422, True)

    clock.move(seconds=60)
    assert type_code(other, app.code(clock.moment)).status_code == 303
    third = browser_of()
    third.type_password("rowan@example.org")
    assert type_code(third, app.code(clock.moment)).status_code == 422


@pytest.mark.asvs("6.5.5")
@pytest.mark.parametrize(("off", "status"), [(-60, 422), (-30, 303), (0, 303), (30, 303), (60, 422)])
@SQLITE
def test_a_phones_clock_may_be_half_a_minute_wrong_and_no_more(
    rowan: tuple[Browser, App], browser_of: Browsers, clock: Clock, off: int, status: int
) -> None:
    _, app = rowan
    clock.move(minutes=10)
    other = browser_of()
    other.type_password("rowan@example.org")
    shown = clock.moment

    clock.move(seconds=-off)

    assert type_code(other, app.code(shown)).status_code == status


@pytest.mark.asvs("6.5.5")
@pytest.mark.parametrize(
    ("wait", "status"), [({"minutes": 9, "seconds": 59}, 303), ({"minutes": 10, "seconds": 1}, 403)]
)
@SQLITE
def test_what_a_password_opened_is_shut_again_after_ten_minutes(
    rowan: tuple[Browser, App], browser_of: Browsers, clock: Clock, wait: dict[str, int], status: int
) -> None:
    _, app = rowan
    other = browser_of()
    other.type_password("rowan@example.org")

    clock.move(**wait)

    assert type_code(other, app.code(clock.moment)).status_code == status


@pytest.mark.asvs("6.3.1")
@pytest.mark.asvs("6.3.5")
def test_five_wrong_codes_need_the_password_again_and_the_person_hears_of_it(
    rowan: tuple[Browser, App], browser_of: Browsers, db: Database, clock: Clock
) -> None:
    _, app = rowan
    clock.move(minutes=1)
    thief = browser_of()
    thief.type_password("rowan@example.org")
    wrong = f"{(int(app.code(clock.moment)) + 1) % 1_000_000:06d}"

    assert [type_code(thief, wrong).status_code for _try in range(5)] == [422] * 5
    with db.reading() as session:
        assert told(session)[-1] == "wrong_codes"
    assert type_code(thief, app.code(clock.moment)).status_code == 403
    thief.type_password("rowan@example.org")
    assert type_code(thief, app.code(clock.moment)).status_code == 429
    clock.move(seconds=16)
    assert type_code(thief, app.code(clock.moment)).status_code == 303


@SQLITE
def test_whoever_guesses_codes_from_everywhere_keeps_nobody_out_for_more_than_a_minute(
    rowan: tuple[Browser, App], browser_of: Browsers, db: Database, world: World, clock: Clock
) -> None:
    from porchlight.core.keys import sha256
    from porchlight.people import service

    _, app = rowan
    with db.transaction() as session:
        for number in range(30):
            key = sha256(b"code " + world.accounts["rowan"].bytes)
            service.note_failure(session, account_key=key, address=f"203.0.113.{number}", now=clock.moment)
    browser = browser_of()
    browser.type_password("rowan@example.org")

    assert type_code(browser, app.code(clock.moment)).status_code == 429
    clock.move(seconds=61)
    assert type_code(browser, app.code(clock.moment)).status_code == 303


@pytest.mark.asvs("6.3.4")
def test_a_password_is_no_way_around_a_passkey(browser_of: Browsers, db: Database, clock: Clock) -> None:
    """Else whoever knows the password would set up an app of their own."""
    thief, browser = browser_of(), browser_of("rowan")
    app = App(thief.get(thief.type_password("rowan@example.org").headers["location"]))
    made = browser.post("/passkeys/options", json={}, headers=JSON).json()
    browser.post("/passkeys", json=Authenticator().make(made), headers=JSON)

    early, late = type_code(thief, app.code(clock.moment)), browser_of().type_password("rowan@example.org")

    assert (early.status_code, late.status_code) == (422, 422)
    assert "needs a code now" in text_of(late)
    with db.reading() as session:
        assert [row.confirmed_at for row in session.exec(select(CodeSecret))] == [None]


def test_a_secret_is_sealed_for_its_row_and_person(rowan: tuple[Browser, App], db: Database, tools: Tools) -> None:
    _, app = rowan
    with db.reading() as session:
        row = session.exec(select(CodeSecret)).one()

    assert app.secret not in row.sealed
    assert codes.Seal(tools.keys).open(row.id, row.account_id, row.sealed) == app.secret
    with pytest.raises(codes.SealBroken):
        codes.Seal(tools.keys).open(row.account_id, row.id, row.sealed)


@SQLITE
def test_another_app_takes_the_place_of_the_first_once_its_code_was_typed(
    rowan: tuple[Browser, App], browser_of: Browsers, clock: Clock
) -> None:
    browser, old = rowan
    assert browser.post("/codes/new").headers["location"] == "/codes/new"
    new = App(browser.get("/codes/new"))
    clock.move(minutes=1)
    other = browser_of()
    other.type_password("rowan@example.org")
    assert type_code(other, old.code(clock.moment)).status_code == 303

    assert type_code(browser, new.code(clock.moment), "/codes").headers["location"] == "/codes"

    clock.move(minutes=1)
    third = browser_of()
    third.type_password("rowan@example.org")
    assert type_code(third, old.code(clock.moment)).status_code == 422
    assert type_code(third, new.code(clock.moment)).status_code == 303


@pytest.mark.asvs("7.5.1")
@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/codes/new", {}),
        ("/codes", {"code": "123456"}),
        ("/codes/remove", {}),
        ("/password", {"password": "four words on a porch"}),
    ],
)
@SQLITE
def test_how_one_signs_in_is_changed_only_right_after_signing_in(
    rowan: tuple[Browser, App], clock: Clock, path: str, data: dict[str, Any]
) -> None:
    browser, _ = rowan
    browser.post("/codes/new")
    clock.move(minutes=5)

    assert browser.post(path, data={**data, "current": PASSWORD} if path == "/password" else data).status_code == 403
    assert browser.get("/codes/new").headers["location"] == "/codes"


@SQLITE
def test_the_password_and_the_codes_go_together_and_never_as_the_last_way_in(
    rowan: tuple[Browser, App], browser_of: Browsers, db: Database, clock: Clock
) -> None:
    browser, _ = rowan
    assert browser.post("/codes/remove").status_code == 422

    made = browser.post("/passkeys/options", json={}, headers=JSON).json()
    browser.post("/passkeys", json=Authenticator().make(made), headers=JSON)
    assert browser.post("/codes/remove").headers["location"] == "/codes"

    assert browser_of().type_password("rowan@example.org").status_code == 422
    with db.reading() as session:
        assert session.exec(select(CodeSecret)).all() == []


@pytest.mark.asvs("6.2.2")
@pytest.mark.asvs("6.2.3")
def test_a_password_is_changed_with_the_one_before_and_ends_every_other_session(
    rowan: tuple[Browser, App], browser_of: Browsers
) -> None:
    browser, _ = rowan
    elsewhere = browser_of("rowan")
    new = "four words on a porch"

    wrong = browser.post("/password", data={"current": "not it", "password": new})
    common = browser.post("/password", data={"current": PASSWORD, "password": "password1"})
    right = browser.post("/password", data={"current": PASSWORD, "password": new})

    assert (wrong.status_code, common.status_code, right.status_code) == (422, 422, 303)
    assert browser.get("/more").status_code == 200
    assert elsewhere.get("/more").status_code == 303
    assert browser_of().type_password("rowan@example.org").status_code == 422
    assert browser_of().type_password("rowan@example.org", new).status_code == 303


@pytest.mark.parametrize("typed", ["12345", "1234567", "12a456", "", "１２３４５６"])
@SQLITE
def test_what_is_no_code_is_no_try(rowan: tuple[Browser, App], browser_of: Browsers, clock: Clock, typed: str) -> None:
    _, app = rowan
    clock.move(minutes=1)
    browser = browser_of()
    browser.type_password("rowan@example.org")

    for _try in range(6):
        assert type_code(browser, typed).status_code == 422
    code = app.code(clock.moment)
    assert type_code(browser, f"{code[:3]} {code[3:]}").status_code == 303


def test_only_good_steps_that_were_not_used_are_compared() -> None:
    here = rules.step_of(MONDAY)

    assert rules.good_steps(MONDAY, 0) == [here - 1, here, here + 1]
    assert rules.good_steps(MONDAY, here) == [here + 1]
    assert rules.good_steps(MONDAY, here + 1) == []
