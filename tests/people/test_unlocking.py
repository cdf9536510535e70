"""The server's share of a phone's lock: for a live session of its own person, on a phone that is not revoked, and traced."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlmodel import select

from porchlight.audit.models import AuditEvent
from porchlight.core.clock import iso
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.keys import from_b64u
from porchlight.people import unlocking
from porchlight.people.models import Device, DeviceShare
from tests.browsing import Browser
from tests.clocks import Clock
from tests.world import World

Browsers = Callable[..., Browser]
KEY = {"kty": "EC", "crv": "P-256", "x": "A", "y": "B"}


@pytest.fixture
def phone(db: Database, world: World, clock: Clock) -> UUID:
    """Rowan's."""
    with db.transaction() as session:
        at = {"enrolled_at": clock.moment, "last_seen_at": clock.moment}
        device = Device(id=new_id(), account_id=world.accounts["rowan"], public_key=KEY, **at)
        session.add(device)
        return device.id


def acts(db: Database) -> list[str]:
    with db.reading() as session:
        return [act for act in session.exec(select(AuditEvent.act).order_by(AuditEvent.at)) if "share" in act]


def test_the_share_is_made_once_and_given_to_its_own_person(browser_of: Browsers, db: Database, phone: UUID) -> None:
    rowan, path = browser_of("rowan"), f"/api/v1/devices/{phone}/share"
    none_yet = rowan.get(path)

    made, again, given = rowan.post(path), rowan.post(path), rowan.get(path)

    assert none_yet.status_code == 404
    assert made.json() == again.json() == given.json()
    assert len(from_b64u(made.json()["share"])) == 32
    assert sorted(acts(db)) == ["device.share_given"] * 3 + ["device.share_made"]
    assert "no-store" in given.headers["cache-control"]


def test_what_lies_in_the_database_is_not_the_share(browser_of: Browsers, db: Database, phone: UUID) -> None:
    share = browser_of("rowan").post(f"/api/v1/devices/{phone}/share").json()["share"]

    with db.reading() as session:
        row = session.exec(select(DeviceShare)).one()
    assert share not in (row.seed, str(row.device_id))


def test_nobody_else_gets_it_and_nobody_without_a_session(browser_of: Browsers, db: Database, phone: UUID) -> None:
    path = f"/api/v1/devices/{phone}/share"
    browser_of("rowan").post(path)

    answers = [browser_of(who).get(path).status_code for who in ("tamsin", "priya", "")]
    writes = [browser_of(who).post(path).status_code for who in ("tamsin", "")]

    assert answers == [404, 404, 401]
    assert writes == [404, 401]
    assert acts(db).count("device.share_given") == 1


def test_a_revoked_phone_gets_none_and_an_ended_share_is_another_one_next_time(
    browser_of: Browsers, db: Database, phone: UUID, clock: Clock
) -> None:
    rowan, path = browser_of("rowan"), f"/api/v1/devices/{phone}/share"
    first = rowan.post(path).json()
    with db.transaction() as session:
        unlocking.end_share(session, phone)

    gone, second = rowan.get(path).status_code, rowan.post(path).json()
    with db.transaction() as session:
        device = session.get(Device, phone)
        assert device
        device.revoked_at = clock.moment

    assert gone == 404
    assert second != first
    assert [rowan.get(path).status_code, rowan.post(path).status_code] == [404, 404]


def test_the_phone_learns_who_is_signed_in_and_since_when(browser_of: Browsers, world: World, clock: Clock) -> None:
    rowan = browser_of("rowan")

    said = rowan.get("/api/v1/session").json()

    assert said == {
        "person_id": str(world.accounts["rowan"]),
        "signed_in_at": iso(clock.moment),
        "server_time": iso(clock.moment),
    }
    assert browser_of().get("/api/v1/session").status_code == 401


@pytest.mark.parametrize("code", ["en", "es"])
def test_what_a_locked_phone_shows_is_the_same_for_everybody(browser_of: Browsers, code: str) -> None:
    signed_in, nobody = browser_of("rowan"), browser_of()

    for page in ("unlock", "left", "help"):
        bodies = [one.get(f"/{page}/{code}").text.split("<main")[1].split("</main")[0] for one in (signed_in, nobody)]
        same = [body.split('hx-nonce="')[0] for body in bodies]

        assert same[0] == same[1]
        assert "Quintrell" not in bodies[0]
        assert "x-page-person" not in signed_in.get(f"/{page}/{code}").headers
    assert f'<html lang="{code}">' in signed_in.get(f"/unlock/{code}").text
    assert signed_in.get("/unlock/xx").status_code == 404


@pytest.mark.parametrize(("act", "kept"), [("lock", 1), ("erase", 0)])
def test_a_phone_that_is_locked_or_erased_from_afar_gets_no_share(
    act: str, kept: int, browser_of: Browsers, db: Database, phone: UUID
) -> None:
    rowan, path = browser_of("rowan"), f"/api/v1/devices/{phone}/share"
    rowan.post(path)

    browser_of("priya").post(f"/devices/{phone}/{act}")

    again = browser_of("rowan")
    assert [again.get(path).status_code, again.post(path).status_code] == [404, 404]
    with db.reading() as session:
        assert len(session.exec(select(DeviceShare)).all()) == kept
