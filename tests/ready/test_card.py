"""The card over HTTP: what a phone says is kept for that phone, and a supervisor sees whose phone is not there yet."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from porchlight.alerts.models import Alert, Delivery, PushSubscription
from porchlight.alerts.values import Severity
from porchlight.audit.models import AuditEvent
from porchlight.core.clock import iso
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.people.models import Device
from porchlight.ready.models import DeviceCheck
from porchlight.ready.values import Check
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.devices import jwk
from tests.world import MONDAY, World

Browsers = Callable[..., Browser]
JSON = {"Accept": "application/json"}


def enrol(browser: Browser) -> UUID:
    device_id = new_id()
    made = browser.post("/devices", json={"id": str(device_id), "public_key": jwk(), "label": "Android"}, headers=JSON)
    assert made.status_code == 201
    return device_id


def say(browser: Browser, check: str, state: str = "proven", at: datetime = MONDAY) -> Any:
    return browser.post("/ready/checks", json={"check": check, "state": state, "at": iso(at)}, headers=JSON)


def called(db: Database, world: World, name: str, device_id: UUID, *, severity: str = Severity.TEST) -> UUID:
    """An alert that went to this phone. The alert's id."""
    with db.transaction() as session:
        phone = PushSubscription(
            device_id=device_id,
            account_id=world.accounts[name],
            endpoint=str(new_id()),
            p256dh="",
            auth="",
            made_at=MONDAY,
        )
        alert = Alert(account_id=world.accounts[name], severity=severity, subject_id=new_id(), made_at=MONDAY)
        session.add_all([phone, alert])
        session.flush()
        session.add(Delivery(alert_id=alert.id, account_id=alert.account_id, subscription_id=phone.id, made_at=MONDAY))
        return alert.id


def checks(db: Database) -> list[DeviceCheck]:
    with db.reading() as session:
        return list(session.exec(select(DeviceCheck)).all())


def state_of(browser: Browser, check: str) -> str:
    return browser.get("/ready").text.split(f'data-check="{check}" data-state="')[1].split('"')[0]


@pytest.fixture
def rowan(browser_of: Browsers) -> Browser:
    return browser_of("rowan")


def test_what_a_phone_says_is_kept_with_who_said_it_and_when_and_shown_on_its_card(
    rowan: Browser, db: Database, world: World, clock: Clock
) -> None:
    device_id = enrol(rowan)
    assert state_of(rowan, "call") == "not_proven"
    clock.moment = MONDAY + timedelta(minutes=20)

    answer = say(rowan, "call")

    assert answer.status_code == 204
    (row,) = checks(db)
    assert (row.device_id, row.kind, row.state) == (device_id, "call", "proven")
    assert (row.at, row.proven_at, row.account_id) == (MONDAY, MONDAY, world.accounts["rowan"])
    assert state_of(rowan, "call") == "proven"
    assert "Last proven Nov 23, 2026, 12:00 pm" in text_of(rowan.get("/ready"))
    with db.reading() as session:
        (event,) = session.exec(select(AuditEvent).where(AuditEvent.act == "phone.checked")).all()
    assert event.detail == {"check": "call", "state": "proven"}
    assert event.subject_id == device_id


def test_what_stopped_being_so_keeps_when_it_was_last_proven_and_old_news_changes_nothing(
    rowan: Browser, db: Database, clock: Clock
) -> None:
    enrol(rowan)
    clock.moment = MONDAY + timedelta(minutes=20)
    say(rowan, "gallery", "proven", MONDAY)

    say(rowan, "gallery", "not_proven", MONDAY + timedelta(minutes=9))
    say(rowan, "gallery", "proven", MONDAY)

    (row,) = checks(db)
    assert (row.state, row.at, row.proven_at) == ("not_proven", MONDAY + timedelta(minutes=9), MONDAY)


def test_a_phone_whose_clock_is_two_years_ahead_has_proven_it_now(rowan: Browser, db: Database, clock: Clock) -> None:
    enrol(rowan)

    say(rowan, "storage", "proven", MONDAY + timedelta(days=730))

    assert checks(db)[0].proven_at == clock.moment


@pytest.mark.parametrize(
    "body",
    [
        {"check": "alerts", "state": "proven", "at": iso(MONDAY)},
        {"check": "luck", "state": "proven", "at": iso(MONDAY)},
        {"check": "call", "state": "fine", "at": iso(MONDAY)},
        {"check": "call", "state": "proven", "at": "yesterday"},
        {"check": "call", "state": "proven"},
        {"check": "call", "state": "proven", "at": iso(MONDAY), "device_id": str(UUID(int=1))},
    ],
)
def test_what_no_phone_may_say_is_refused(body: dict[str, str], rowan: Browser, db: Database) -> None:
    enrol(rowan)

    assert rowan.post("/ready/checks", json=body, headers=JSON).status_code == 422
    assert checks(db) == []


def test_a_session_without_a_phone_and_a_stranger_say_nothing(
    rowan: Browser, browser_of: Browsers, db: Database
) -> None:
    assert say(rowan, "call").status_code == 422
    assert say(browser_of(), "call").status_code == 401
    assert browser_of().get("/ready").status_code in {302, 303, 401}
    assert checks(db) == []


def test_one_phone_does_not_speak_for_another_of_the_same_person(browser_of: Browsers) -> None:
    first, second = browser_of("rowan"), browser_of("rowan")
    enrol(first)
    enrol(second)

    say(first, "call")

    assert state_of(first, "call") == "proven"
    assert state_of(second, "call") == "not_proven"


@pytest.mark.duty("S4-31")
def test_alerts_are_proven_by_answering_a_test_on_that_phone_and_by_nothing_else(
    browser_of: Browsers, db: Database, world: World
) -> None:
    lee, elsewhere, joss = browser_of("lee"), browser_of("lee"), browser_of("joss")
    device_id = enrol(lee)
    enrol(elsewhere)
    enrol(joss)
    alert_id = called(db, world, "lee", device_id)
    answer = f"/alerts/{alert_id}/answer"
    assert state_of(lee, "alerts") == "not_proven"
    assert answer in lee.get(f"/alerts/{alert_id}").text
    assert answer not in elsewhere.get(f"/alerts/{alert_id}").text

    assert elsewhere.post(answer, headers=JSON).status_code == 422
    assert joss.post(answer, headers=JSON).status_code == 404
    assert state_of(lee, "alerts") == "not_proven"
    done = lee.post(answer)

    assert (done.status_code, done.headers["location"]) == (303, "/ready")
    assert lee.post(answer).status_code == 303
    assert state_of(lee, "alerts") == "proven"
    assert state_of(elsewhere, "alerts") == "not_proven"
    assert lee.get("/push/state").json()["answered_at"] == iso(MONDAY)
    assert answer not in lee.get(f"/alerts/{alert_id}").text
    with db.reading() as session:
        phone = session.get_one(Device, device_id)
        assert phone.last_proven_at == MONDAY
        answered = session.exec(select(AuditEvent).where(AuditEvent.act == "alert.test_answered")).all()
    assert len(answered) == 1


def test_a_crisis_is_not_answered_like_a_test(browser_of: Browsers, db: Database, world: World) -> None:
    lee = browser_of("lee")
    alert_id = called(db, world, "lee", enrol(lee), severity=Severity.CRISIS)

    assert lee.post(f"/alerts/{alert_id}/answer", headers=JSON).status_code == 404


def test_a_subscription_that_died_takes_the_proof_away(browser_of: Browsers, db: Database, world: World) -> None:
    lee = browser_of("lee")
    alert_id = called(db, world, "lee", enrol(lee))
    lee.post(f"/alerts/{alert_id}/answer")

    with db.transaction() as session:
        phone = session.exec(select(PushSubscription)).one()
        phone.dead_at = MONDAY
        session.add(phone)

    assert state_of(lee, "alerts") == "not_proven"
    assert "Last proven" in text_of(lee.get("/ready"))


def prove_all(browser: Browser, db: Database, world: World, name: str) -> None:
    device_id = enrol(browser)
    for check in Check:
        if check != Check.ALERTS:
            assert say(browser, check).status_code == 204
    browser.post(f"/alerts/{called(db, world, name, device_id)}/answer")


@pytest.mark.parametrize("name", ["rowan", "priya", "corin", "sunniva", "odell"])
def test_today_says_in_one_line_what_is_missing_until_nothing_is(
    name: str, browser_of: Browsers, db: Database, world: World
) -> None:
    browser = browser_of(name)
    assert "Is this phone ready? 0 of 6 proven" in text_of(browser.get("/today"))
    assert 'href="/ready"' in browser.get("/more").text

    prove_all(browser, db, world, name)

    assert "Is this phone ready?" not in browser.get("/today").text
    assert "6 of 6 proven" in text_of(browser.get("/ready"))
    assert 'href="/ready"' in browser.get("/more").text


@pytest.mark.asvs("8.2.2")
def test_a_supervisor_sees_who_lacks_what_and_nobody_else_does(
    browser_of: Browsers, db: Database, world: World
) -> None:
    rowan, priya = browser_of("rowan"), browser_of("priya")
    prove_all(rowan, db, world, "rowan")
    lee = browser_of("lee")
    enrol(lee)
    say(lee, "offline")
    enrol(browser_of("lee"))  # a second phone, of which nothing is proven: the better one counts

    seen = text_of(priya.get("/ready/team"))

    assert "Rowan Ibarra" not in seen
    _before, _name, of_lee = seen.partition("Lee Marchetti")
    of_lee = of_lee.partition("Call")[0]
    assert "Alerts reach this phone" in of_lee
    assert "Works without signal" not in of_lee
    assert "No phone is set up" in seen.partition("Joss Wetherby")[2].partition("Call")[0]
    assert "Mara" not in seen  # who is above her is not hers to see
    for name in ("rowan", "corin", "sunniva"):
        assert browser_of(name).get("/ready/team").status_code == 404
    assert 'href="/ready/team"' in priya.get("/board").text
    assert 'href="/ready/team"' not in rowan.get("/ready").text


def test_a_revoked_phone_proves_nothing_for_its_person(browser_of: Browsers, db: Database, world: World) -> None:
    rowan, priya = browser_of("rowan"), browser_of("priya")
    prove_all(rowan, db, world, "rowan")
    with db.transaction() as session:
        phone = session.exec(select(Device)).one()
        phone.revoked_at = MONDAY
        session.add(phone)

    assert "Rowan Ibarra" in text_of(priya.get("/ready/team"))
