"""Work that is still on a phone, and phones that fell silent, are named to the supervisor in words, and to nobody else's."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

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
        (Known({4: LONG_AGO}, {5: LONG_AGO}, {}, (), revoked=True), {"gone": {4: LONG_AGO, 5: LONG_AGO}}),
        (Known({}, {}, {6: LONG_AGO}, (), revoked=True), {"waiting": {6: LONG_AGO}}),
        (Known({}, {}, {6: LONG_AGO}, (), revoked=True, emptied=True), {"gone": {6: LONG_AGO}}),
        (Known({}, {}, {6: LONG_AGO}, {6}, revoked=True, emptied=True), {}),
        (Known({4: LONG_AGO}, {5: LONG_AGO}, {}, {4, 5}), {}),  # a supervisor has looked into them
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
    before = board(browser_of, "mara").split("Work still on phones")[0]
    # Among those whose alerts are off, for a turn begins soon; nowhere else.
    assert "Rowan Ibarra" not in before.split("Phones that may not wake anyone")[0] + before.split("Test alerts")[1]


@pytest.mark.parametrize("erased", [False, True])
def test_what_never_came_stays_named_until_somebody_has_settled_it_also_when_its_phone_is_erased(
    erased: bool, db: Database, world: World, phone: Phone, send: Send, clock: Clock, browser_of: Browsers
) -> None:
    phone.seq = 2
    phone.deposit(send, phone.visit(world))
    if erased:
        browser_of("priya").post(f"/devices/{phone.device_id}/erase")
    clock.move(hours=2)
    words = "2 things were lost with a phone" if erased else "2 things never came"
    path, act = f"/devices/team/{world.accounts['rowan']}/missing", f"/devices/{phone.device_id}/missing"
    field = f"reason-{phone.device_id}"
    assert words in board(browser_of)
    assert f'href="{path}"' in browser_of("priya").get("/board").text
    others = [browser_of(name) for name in ("rowan", "tamsin", "corin")]
    assert {other.get(path).status_code for other in others} == {404}
    assert {other.post(act, data={field: "x", "numbers": "1 2"}).status_code for other in others} == {404}

    priya = browser_of("priya")
    listed = text_of(priya.get(path))
    bare = priya.post(act, data={field: " ", "numbers": "1 2"})
    one = priya.post(act, data={field: "A visit, written again", "numbers": "1"})
    still = board(browser_of)
    both = priya.post(act, data={field: "A photo\x00, gone", "numbers": "1 2"})
    twice = priya.post(act, data={field: "Again", "numbers": "1 2"})

    assert "Number 1, skipped since" in listed
    assert "Number 2, skipped since" in listed
    assert [answer.status_code for answer in (bare, one, both, twice)] == [422, 303, 303, 422]
    assert words.replace("2 things were", "1 thing was").replace("2 things", "1 thing") in still
    assert "Nothing is waiting on a phone." in board(browser_of)
    assert "Number 1: A visit, written again (Priya Castellane" in text_of(priya.get(path))
    assert "Number 2: A photo, gone (Priya Castellane" in text_of(priya.get(path))
    with db.reading() as session:
        acts = session.scalars(sa.text("SELECT act FROM audit_events WHERE act LIKE 'device.missing%'")).all()
    assert sorted(set(acts)) == ["device.missing_seen", "device.missing_settled"]
    # Should it come after all, it is taken.
    phone.seq = 0
    assert phone.deposit(send, phone.visit(world)).status_code == 201


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


def test_of_a_phone_that_skipped_very_many_numbers_the_rest_is_named_once_the_first_are_settled(
    world: World, phone: Phone, send: Send, clock: Clock, browser_of: Browsers
) -> None:
    phone.seq = rules.MOST_GAPS + 2
    phone.deposit(send, phone.visit(world))
    clock.move(hours=2)
    priya = browser_of("priya")
    first = " ".join(map(str, range(1, rules.MOST_GAPS + 1)))

    settled = priya.post(
        f"/devices/{phone.device_id}/missing", data={f"reason-{phone.device_id}": "It was broken", "numbers": first}
    )

    assert settled.status_code == 303
    assert "2 things never came" in board(browser_of)


def test_what_was_settled_and_comes_after_all_is_named_when_it_needs_a_fix(
    world: World, phone: Phone, send: Send, clock: Clock, browser_of: Browsers
) -> None:
    late = phone.visit(world, place="moon")
    phone.deposit(send, phone.visit(world))
    clock.move(hours=2)
    reason = {f"reason-{phone.device_id}": "Written again", "numbers": "1"}
    assert browser_of("priya").post(f"/devices/{phone.device_id}/missing", data=reason).status_code == 303

    clock.move(minutes=1)
    assert phone.deposit(send, late).status_code == 422
    clock.move(hours=72)

    assert "1 thing needs a fix" in board(browser_of)


def test_two_who_settle_the_same_at_once_are_told_so_and_words_that_are_too_many_are_not_cut(
    db: Database, world: World, phone: Phone, send: Send, clock: Clock, browser_of: Browsers
) -> None:
    phone.seq = 1
    phone.deposit(send, phone.visit(world))
    clock.move(hours=2)
    act, field = f"/devices/{phone.device_id}/missing", f"reason-{phone.device_id}"
    browsers = [browser_of("priya"), browser_of("priya")]
    too_long = browsers[0].post(act, data={field: "A" * 501, "numbers": "1"})
    start = threading.Barrier(2)

    def settle(browser: Browser) -> int:
        start.wait()
        return browser.post(act, data={field: "A visit", "numbers": "1"}).status_code

    with ThreadPoolExecutor(2) as two:
        answers = sorted(two.map(settle, browsers))

    assert too_long.status_code == 422
    assert "A" * 501 in too_long.text
    assert answers == [303, 422]


@pytest.mark.parametrize(
    "data",
    [{}, {"numbers": "1"}, {"numbers": ["1", "2"]}, {"numbers": "-1 1e3 99999999999999999999 \u0661 x"},
     {"numbers": "9" * 900_000}],
)  # fmt: skip
def test_odd_numbers_settle_nothing(
    data: dict[str, object], db: Database, world: World, phone: Phone, send: Send, clock: Clock, browser_of: Browsers
) -> None:
    phone.seq = 1
    phone.deposit(send, phone.visit(world))
    clock.move(hours=2)
    field = "numbers" if data == {"numbers": "1"} else f"reason-{phone.device_id}"

    answer = browser_of("priya").post(f"/devices/{phone.device_id}/missing", data={field: "x", **data})

    assert answer.status_code == 422
    assert "1 thing never came" in board(browser_of)


def test_what_a_lost_phone_still_holds_is_settled_when_nobody_finds_it(
    world: World, phone: Phone, clock: Clock, browser_of: Browsers
) -> None:
    told = {"have": {}, "waiting": [[phone.visit(world).seq, 73 * 3600]]}
    enrolled(browser_of, phone).post("/offline/pack", json=told)
    path, act = f"/devices/team/{world.accounts['rowan']}/missing", f"/devices/{phone.device_id}/missing"
    data = {f"reason-{phone.device_id}": "Written again", "numbers": "1"}
    priya = browser_of("priya")
    early = priya.post(act, data=data)  # it is on a phone that is in use
    priya.post(f"/devices/{phone.device_id}/erase")
    assert "1 thing not sent" in board(browser_of)

    listed = text_of(priya.get(path))

    assert "Number 1, " in listed
    assert [early.status_code, priya.post(act, data=data).status_code] == [422, 303]
    assert "Nothing is waiting on a phone." in board(browser_of)
