"""Work that is still on a phone, and phones that fell silent, are named to the supervisor in words, and to nobody else's."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from porchlight.core.db import Database
from porchlight.people import queries as people
from porchlight.people.models import Device
from porchlight.phone import rules
from porchlight.phone.rules import Phone as Known
from porchlight.visits.models import PlannedVisit
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.devices import jwk
from tests.phone.fake_phone import Phone, Send
from tests.world import MONDAY, World

Browsers = Callable[..., Browser]
HOUR = timedelta(hours=1)
LONG_AGO, LATELY = MONDAY - 73 * HOUR, MONDAY - 71 * HOUR


@pytest.mark.parametrize(
    ("phone", "told"),
    [
        (Known({}, {}, {}, ()), {}),
        (Known({4: MONDAY - 2 * HOUR}, {}, {}, ()), {"missing": {4: MONDAY - 2 * HOUR}}),
        (Known({4: MONDAY - HOUR / 2}, {}, {}, ()), {}),  # on its way, behind the next visit
        (Known({}, {5: LONG_AGO}, {}, ()), {"stuck": {5: LONG_AGO}}),
        (Known({}, {5: LATELY}, {}, ()), {}),
        (Known({}, {}, {6: LONG_AGO, 7: LATELY}, ()), {"waiting": {6: LONG_AGO}}),
        (Known({}, {}, {6: LONG_AGO}, {6}), {}),  # it has come since the phone spoke
        (Known({6: LONG_AGO}, {}, {6: LATELY}, ()), {}),  # a gap that the phone explains is none
        (Known({6: LATELY}, {}, {6: LONG_AGO}, ()), {"waiting": {6: LONG_AGO}}),
        (Known({}, {6: LONG_AGO}, {6: LONG_AGO}, ()), {"stuck": {6: LONG_AGO}}),
    ],
)
def test_each_number_is_told_once_and_not_before_its_time(phone: Known, told: dict[str, object]) -> None:
    assert rules.left_behind(phone, MONDAY) == told


def board(browser_of: Browsers, name: str = "priya") -> str:
    return text_of(browser_of(name).get("/board"))


def enrolled(browser_of: Browsers, phone: Phone) -> Browser:
    """Rowan's browser on that phone: the session is told which device it is."""
    browser = browser_of("rowan", Accept="application/json")
    body = {"id": phone.device_id, "public_key": jwk(phone.key), "label": "Phone"}
    assert browser.post("/devices", json=body).status_code == 201
    return browser


def test_numbers_that_were_skipped_are_named_with_what_to_do(
    db: Database, world: World, phone: Phone, send: Send, clock: Clock, browser_of: Browsers
) -> None:
    phone.deposit(send, phone.visit(world))
    phone.seq = 3
    phone.deposit(send, phone.visit(world))
    assert "never came" not in board(browser_of)

    clock.move(hours=2)

    page = board(browser_of)
    assert "2 things never came" in page
    assert "Ring Rowan Ibarra: open the app with signal" in page
    assert "Rowan Ibarra" not in board(browser_of, "mara").split("Work still on phones")[0]


def test_what_a_phone_says_that_it_still_holds_is_named_after_72_hours_until_it_comes(
    db: Database, world: World, phone: Phone, send: Send, clock: Clock, browser_of: Browsers
) -> None:
    old, young = phone.visit(world), phone.visit(world)
    browser = enrolled(browser_of, phone)
    told = {"have": {}, "waiting": [[old.seq, 73 * 3600], [young.seq, 3600]]}

    assert browser.post("/offline/pack", json=told).status_code == 200

    page = board(browser_of)
    assert "1 thing not sent" in page
    assert "On the phone since Nov 20, 2026" in page
    assert "Ring Rowan Ibarra" in page
    phone.deposit(send, old)
    assert "Nothing is waiting on a phone." in board(browser_of)


def test_a_report_is_believed_of_its_own_phone_only_and_may_be_left_out(
    db: Database, world: World, phone: Phone, phone_of: Callable[..., Phone], browser_of: Browsers
) -> None:
    browser = enrolled(browser_of, phone)
    tamsins = phone_of("tamsin")

    answers = [
        browser.post("/offline/pack", json={"have": {}}),
        browser.post("/offline/pack", json={"have": {}, "waiting": [[1, 300_000]], "device_id": tamsins.device_id}),
        browser.post("/offline/pack", json={"have": {}, "waiting": [[0, 5]]}),
        browser.post("/offline/pack", json={"have": {}, "waiting": [[1, -5]]}),
        browser.post("/offline/pack", json={"have": {}, "waiting": [[n, 5] for n in range(1, 502)]}),
        browser_of("tamsin", Accept="application/json").post(
            "/offline/pack", json={"have": {}, "waiting": [[1, 300_000]]}
        ),
    ]

    assert [answer.status_code for answer in answers] == [200, 422, 422, 422, 422, 200]
    assert "Nothing is waiting on a phone." in board(browser_of)


def test_what_needs_a_fix_for_three_days_is_named(
    world: World, phone: Phone, send: Send, clock: Clock, browser_of: Browsers
) -> None:
    phone.deposit(send, phone.visit(world, place="moon"))
    assert "needs a fix" not in board(browser_of)

    clock.move(hours=72)

    assert "1 thing needs a fix" in board(browser_of)


@pytest.mark.parametrize(
    ("heard", "planned", "done", "named"),
    [(-20, -14, False, True), (-10, -14, False, False), (-20, -8, False, False), (-20, -14, True, False)],
)
def test_a_phone_that_is_silent_since_a_planned_visit_is_named(
    heard: float, planned: float, done: bool, named: bool, db: Database, world: World, phone: Phone, clock: Clock,
    browser_of: Browsers,
) -> None:  # fmt: skip
    with db.transaction() as session:
        session.add(
            PlannedVisit(
                case_id=world.case,
                account_id=world.accounts["rowan"],
                starts_at=MONDAY + timedelta(hours=planned),
                contact_id=UUID(int=7) if done else None,
            )
        )
    seen(db, phone, MONDAY + timedelta(hours=heard))

    page = board(browser_of)

    assert ("Silent since a planned visit" in page) is named
    if named:
        assert "Ring Rowan Ibarra: ask if all is well" in page


def seen(db: Database, phone: Phone, at: datetime) -> None:
    with db.transaction() as session:
        row = session.get(Device, UUID(phone.device_id))
        assert row
        row.last_seen_at = at
        session.add(row)


def test_asking_for_pages_counts_as_a_word_from_the_phone(
    db: Database, world: World, phone: Phone, clock: Clock, browser_of: Browsers
) -> None:
    browser = enrolled(browser_of, phone)
    seen(db, phone, MONDAY - timedelta(hours=20))
    browser.post("/offline/pack", json={"have": {}, "waiting": []})

    with db.reading() as session:
        found = people.device(session, UUID(phone.device_id))
    assert found
    assert found.last_seen_at == MONDAY
