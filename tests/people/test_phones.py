"""Phones from afar: who may lock and erase which, what ends at once, and ending somebody's access."""

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa

from porchlight.alerts import queries as alerts
from porchlight.core.db import Database
from porchlight.core.refused import Conflict
from porchlight.core.tools import Tools
from porchlight.people import queries as people
from porchlight.people import rules, service
from porchlight.people.phones import service as orders
from porchlight.people.values import DeviceState
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.devices import jwk
from tests.phones import Phone
from tests.working import work
from tests.world import World

Browsers = Callable[..., Browser]
S = DeviceState


@pytest.mark.parametrize(
    ("state", "ended", "order"),
    [
        (S.ACTIVE, False, ""),
        (S.ACTIVE, True, "lock"),
        (S.LOCKED, False, "lock"),
        (S.LOCKED, True, "lock"),
        (S.WIPING, False, "wipe"),
        (S.WIPING, True, "wipe"),
        (S.ERASED, False, "wipe"),
        (S.WIPED, True, "wipe"),  # a copy of its profile that comes back to life
    ],
)
def test_what_a_phone_is_told_follows_from_how_it_stands(state: str, ended: bool, order: str) -> None:
    assert rules.order_for(state, access_ended=ended) == order


def test_a_phone_with_sealed_work_left_is_erased_but_not_confirmed() -> None:
    assert (rules.confirmed(2), rules.confirmed(0)) == (S.ERASED, S.WIPED)


def enrol(browser: Browser, device_id: UUID) -> int:
    """What its page does after signing in; always with the same key."""
    return browser.post("/devices", json={"id": str(device_id), "public_key": KEY}).status_code


KEY = jwk()


def state_of(db: Database, device_id: UUID) -> str:
    with db.reading() as session:
        found = people.device(session, device_id)
    assert found
    return found.state


def give_key(db: Database, device_id: UUID) -> None:
    from porchlight.people.models import Device

    with db.transaction() as session:
        session.get_one(Device, device_id).public_key = KEY


@pytest.mark.parametrize("act", ["lock", "erase"])
def test_locking_or_erasing_ends_the_phones_session_and_its_alerts_at_once(
    act: str, db: Database, world: World, phone: Phone, browser_of: Browsers, tools: Tools
) -> None:
    device_id = phone("rowan")
    give_key(db, device_id)
    on_phone, desk, priya = browser_of("rowan"), browser_of("rowan"), browser_of("priya")
    assert enrol(on_phone, device_id) == 201
    assert enrol(desk, world.case) == 201  # another browser of hers, by any other id

    answer = priya.post(f"/devices/{device_id}/{act}")

    assert (answer.status_code, answer.headers["location"]) == (303, f"/devices/{device_id}")
    assert on_phone.get("/today").status_code == 303  # to sign in
    assert desk.get("/today").status_code == 200
    with db.reading() as session:
        assert alerts.live_subscriptions(session, world.accounts["rowan"]) == []
    work(tools)
    with db.reading() as session:
        assert not alerts.subscribed(session, device_id)
        acts = session.scalars(sa.text("SELECT act FROM audit_events WHERE subject_id IS NOT NULL")).all()
    assert {"lock": "device.locked", "erase": "device.wipe_ordered"}[act] in acts


def test_signing_in_on_a_locked_phone_opens_it_again_and_an_erased_one_must_be_set_up_anew(
    db: Database, phone: Phone, browser_of: Browsers
) -> None:
    locked, erased = phone("rowan"), phone("rowan")
    for one in (locked, erased):
        give_key(db, one)
    priya = browser_of("priya")
    priya.post(f"/devices/{locked}/lock")
    priya.post(f"/devices/{erased}/erase")

    again = browser_of("rowan")
    answers = [enrol(again, locked), enrol(again, erased)]

    assert answers == [201, 409]
    assert (state_of(db, locked), state_of(db, erased)) == (S.ACTIVE, S.WIPING)


@pytest.mark.parametrize("who", ["tamsin", "corin", "sunniva", "joss"])
def test_whoever_is_neither_its_person_nor_their_supervisor_finds_no_phone(
    who: str, db: Database, world: World, phone: Phone, browser_of: Browsers
) -> None:
    device_id, other = phone("rowan"), browser_of(who)
    pages = [f"/devices/{device_id}", f"/devices/{device_id}/erase", "/devices/team", "/held"]
    acts = [f"/devices/{device_id}/lock", f"/devices/{device_id}/erase"]
    acts += [f"/devices/team/{world.accounts['rowan']}/{act}" for act in ("end", "restore")]

    assert {path: other.get(path).status_code for path in pages} == dict.fromkeys(pages, 404)
    assert {path: other.post(path, data={"reason": "x"}).status_code for path in acts} == dict.fromkeys(acts, 404)
    assert state_of(db, device_id) == S.ACTIVE
    assert other.get("/devices").status_code == 200
    assert "Ibarra" not in text_of(other.get("/devices"))


def test_a_person_erases_their_own_phone_and_the_page_says_plainly_that_it_is_not_confirmed(
    db: Database, world: World, phone: Phone, browser_of: Browsers, clock: Clock
) -> None:
    device_id, rowan = phone("rowan"), browser_of("rowan")
    clock.move(hours=3)
    rowan = browser_of("rowan")

    asked = text_of(rowan.get(f"/devices/{device_id}/erase"))
    page = browser_of("priya").get(f"/devices/{device_id}/erase")
    assert "Erasing a phone does not end access. Rowan Ibarra can still sign in on any phone" in text_of(page)
    assert f'href="/devices/team/{world.accounts["rowan"]}"' in page.text
    assert "/devices/team" not in rowan.get(f"/devices/{device_id}/erase").text
    assert 'href="/passkeys"' in rowan.get(f"/devices/{device_id}/erase").text
    rowan.post(f"/devices/{device_id}/erase")
    twice = rowan.post(f"/devices/{device_id}/erase")
    said = text_of(rowan.get(f"/devices/{device_id}"))

    assert "Until it says so, do not count on it." in asked
    assert twice.status_code == 422
    assert "Not confirmed" in said
    assert "We have not heard from this phone since Nov 23, 2026, 12:00 pm. An offline phone cannot be reached." in said
    assert "Yes, erase it" not in text_of(rowan.get(f"/devices/{device_id}/erase"))


def test_ended_access_ends_every_session_and_can_be_given_back_on_the_same_page(
    db: Database, world: World, browser_of: Browsers
) -> None:
    rowan, priya = browser_of("rowan"), browser_of("priya")
    path = f"/devices/team/{world.accounts['rowan']}"

    without_reason = priya.post(f"{path}/end", data={"reason": " "})
    assert without_reason.status_code == 422
    assert rowan.get("/today").status_code == 200

    priya.post(f"{path}/end", data={"reason": "Left the agency"})

    assert rowan.get("/today").status_code == 303
    assert browser_of().sign_in("rowan@example.org").status_code == 422
    assert "Left the agency" in text_of(priya.get(path))
    assert "Access ended" in text_of(priya.get("/devices/team"))

    priya.post(f"{path}/restore", data={"reason": "A mistake"})

    assert browser_of().sign_in("rowan@example.org").status_code == 303
    assert rowan.get("/today").status_code == 303  # the old session stays dead


def test_nobody_ends_their_own_access_or_that_of_who_is_above_them(world: World, browser_of: Browsers) -> None:
    priya = browser_of("priya")

    answers = [
        priya.post(f"/devices/team/{world.accounts[who]}/end", data={"reason": "x"}).status_code
        for who in ("priya", "mara")
    ]

    assert answers == [404, 404]


def test_a_live_session_keeps_its_phones_last_seen_fresh(
    db: Database, phone: Phone, browser_of: Browsers, clock: Clock
) -> None:
    device_id = phone("rowan")
    give_key(db, device_id)
    rowan = browser_of("rowan")
    enrol(rowan, device_id)
    seen = clock.move(minutes=10)

    rowan.get("/today")

    with db.reading() as session:
        found = people.device(session, device_id)
    assert found
    assert found.last_seen_at == seen


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_an_order_to_erase_is_not_undone_by_signing_in_at_the_same_moment(
    db: Database, world: World, phone: Phone, clock: Clock
) -> None:
    device_id, answers = phone("rowan"), []
    give_key(db, device_id)
    with db.transaction() as session:
        orders.lock(session, world.actor(session, "priya"), device_id, now=clock.moment)

    def sign_in() -> None:
        with db.transaction() as session:
            try:
                service.enrol(session, world.actor(session, "rowan"), device_id, KEY, "", now=clock.moment)
            except Conflict as refused:
                answers.append(refused.status)

    thread = threading.Thread(target=sign_in)
    with db.transaction() as session:
        orders.wipe(session, world.actor(session, "priya"), device_id, now=clock.moment)
        session.flush()
        thread.start()
        while not waits(db):
            assert thread.is_alive()
    thread.join()

    assert answers == [409]
    assert state_of(db, device_id) == S.WIPING


def waits(db: Database) -> bool:
    """Whether somebody waits for a row that another transaction holds."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with db.reading() as session:
        return bool(session.scalar(sa.text(query)))


def test_a_sign_that_no_database_keeps_does_not_keep_anybodys_access(
    db: Database, world: World, browser_of: Browsers
) -> None:
    answer = browser_of("priya").post(f"/devices/team/{world.accounts['rowan']}/end", data={"reason": "Le\x00ft"})

    assert answer.status_code == 303
    with db.reading() as session:
        assert session.scalars(sa.text("SELECT reason FROM access_changes")).all() == ["Left"]


def test_whose_access_has_ended_can_be_woken_no_more_and_the_board_names_the_hours_without_anybody(
    db: Database, world: World, phone: Phone, browser_of: Browsers
) -> None:
    phone("lee")
    priya = browser_of("priya")
    before = text_of(priya.get("/board"))

    priya.post(f"/devices/team/{world.accounts['lee']}/end", data={"reason": "Left the agency"})

    with db.reading() as session:
        assert alerts.live_subscriptions(session, world.accounts["lee"]) == []
    after = text_of(priya.get("/board"))
    assert "Nobody from Nov 23, 2026, 12:00 pm" in after
    assert "Nobody from Nov 23, 2026, 12:00 pm" not in before
    assert "Lee Marchetti" not in after
