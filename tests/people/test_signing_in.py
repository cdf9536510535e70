"""Signing in: who gets in, what a wrong try costs, how long it lasts."""

from collections.abc import Callable

import pytest
from argon2 import Type, extract_parameters
from sqlmodel import Session, select

from porchlight.audit.models import AuditEvent
from porchlight.core.db import Database
from porchlight.core.keys import sha256
from porchlight.people import passwords, service
from porchlight.people.models import SignIn
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.people.authenticator_app import App, type_code
from tests.world import PASSWORD, World

Browsers = Callable[..., Browser]


def acts(session: Session) -> list[str]:
    return list(session.exec(select(AuditEvent.act)))


def test_the_right_password_opens_the_door(browser_of: Browsers) -> None:
    browser = browser_of()

    answer = browser.sign_in("rowan@example.org")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in/code?next=/today"
    assert browser.get("/more").status_code == 200


@pytest.mark.asvs("6.3.8")
def test_a_wrong_password_and_an_unknown_person_look_the_same(browser_of: Browsers) -> None:
    wrong = browser_of().sign_in("rowan@example.org", "not it")
    unknown = browser_of().sign_in("nobody@example.org", "not it")

    assert wrong.status_code == unknown.status_code == 422
    same = wrong.text.replace("rowan@", "X@"), unknown.text.replace("nobody@", "X@")
    without_nonce = [text.split("<body")[1].split('hx-nonce="')[0] for text in same]
    assert without_nonce[0] == without_nonce[1]
    assert "set-cookie" not in wrong.headers


def test_an_empty_form_says_what_to_fill_in(browser_of: Browsers) -> None:
    answer = browser_of().sign_in("", "")

    assert answer.status_code == 422
    assert text_of(answer).count("Error: Fill this in.") == 2


def test_what_was_typed_stays_but_never_the_password(browser_of: Browsers) -> None:
    answer = browser_of().sign_in("rowan@example.org", "hunter-seven")

    assert "rowan@example.org" in answer.text
    assert "hunter-seven" not in answer.text


@pytest.mark.asvs("6.3.1")
def test_after_five_wrong_tries_the_sixth_waits_and_then_may_go_on(browser_of: Browsers, clock: Clock) -> None:
    browser = browser_of()
    for _ in range(5):
        assert browser.sign_in("rowan@example.org", "wrong").status_code == 422

    assert browser.sign_in("rowan@example.org", PASSWORD).status_code == 429
    clock.move(seconds=16)
    assert browser.sign_in("rowan@example.org", PASSWORD).status_code == 303


def guess(db: Database, clock: Clock, addresses: list[str]) -> None:
    with db.transaction() as session:
        for address in addresses:
            key = sha256(b"rowan@example.org")
            service.note_failure(session, account_key=key, address=address, now=clock.moment)


def test_a_kept_password_is_slow_to_guess() -> None:
    kept = extract_parameters(passwords.make_hash("porch"))

    assert (kept.type, kept.time_cost >= 2, kept.memory_cost >= 19 * 1024) == (Type.ID, True, True)


def test_whoever_guesses_slows_down_themselves_and_keeps_nobody_out(
    db: Database, browser_of: Browsers, clock: Clock
) -> None:
    guess(db, clock, ["203.0.113.7"] * 8)

    assert browser_of().sign_in("rowan@example.org", PASSWORD).status_code == 303


def test_guesses_from_everywhere_hold_an_account_up_for_seconds_and_no_longer(
    db: Database, browser_of: Browsers, clock: Clock
) -> None:
    guess(db, clock, [f"203.0.113.{number}" for number in range(200)])

    assert browser_of().sign_in("rowan@example.org", PASSWORD).status_code == 429
    clock.move(seconds=16)
    assert browser_of().sign_in("rowan@example.org", PASSWORD).status_code == 303


@pytest.mark.asvs("7.2.3")
def test_only_the_hash_of_a_session_token_is_kept(browser_of: Browsers, db: Database) -> None:
    browser = browser_of("rowan")

    token = browser.client.cookies["porchlight"]
    with db.reading() as session:
        row = session.exec(select(SignIn)).one()
    assert len(token) == 43
    assert token not in str(row)


@pytest.mark.asvs("7.2.4")
def test_signing_in_never_adopts_a_token_that_was_brought_along(browser_of: Browsers) -> None:
    browser = browser_of()
    browser.client.cookies.set("porchlight", "a" * 43)

    answer = browser.sign_in("rowan@example.org")

    assert "a" * 43 not in answer.headers["set-cookie"]


@pytest.mark.asvs("7.4.1")
def test_signing_out_ends_the_session_on_the_server(browser_of: Browsers, db: Database) -> None:
    browser = browser_of("rowan")
    token = browser.client.cookies["porchlight"]

    browser.post("/sign-out")
    browser.client.cookies.set("porchlight", token)

    assert browser.get("/more").status_code == 303
    with db.reading() as session:
        assert {"person.signed_in", "person.signed_out"} <= set(acts(session))


@pytest.mark.asvs("7.3.1")
def test_a_session_ends_after_half_an_hour_of_silence(browser_of: Browsers, clock: Clock) -> None:
    browser = browser_of("rowan")
    for _ in range(4):
        clock.move(minutes=20)
        assert browser.get("/more").status_code == 200

    clock.move(minutes=31)

    assert browser.get("/more").status_code == 303


@pytest.mark.asvs("7.3.2")
def test_a_session_ends_after_twelve_hours_however_busy(browser_of: Browsers, clock: Clock) -> None:
    browser = browser_of("rowan")
    for _ in range(35):
        clock.move(minutes=20)
        assert browser.get("/more").status_code == 200

    clock.move(minutes=20)

    assert browser.get("/more").status_code == 303


def test_a_page_that_needs_a_person_leads_to_the_door_and_back(browser_of: Browsers) -> None:
    answer = browser_of().get("/more")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/more"


def test_htmx_is_told_to_go_to_the_door_instead_of_swapping_it_in(browser_of: Browsers) -> None:
    answer = browser_of(**{"HX-Request": "true"}).get("/more")

    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/sign-in?next=/more"


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "/\\example.com", "javascript:x"])
def test_after_signing_in_nobody_is_sent_to_another_site(browser_of: Browsers, clock: Clock, elsewhere: str) -> None:
    data = {"email": "rowan@example.org", "password": PASSWORD, "next": elsewhere}

    browser = browser_of()
    answer = browser.post("/sign-in", data=data)
    app = App(browser.get("/sign-in/code"))

    assert answer.headers["location"] == "/sign-in/code?next=/today"
    done = type_code(browser, app.code(clock.moment), next=elsewhere)
    assert done.headers["location"] == "/today"


def test_the_demo_door_is_shut_outside_of_the_demo(browser_of: Browsers, world: World) -> None:
    answer = browser_of().post("/sign-in/demo", data={"account_id": str(world.accounts["rowan"])})

    assert answer.status_code == 404
