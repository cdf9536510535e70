"""An order from afar: only the phone itself may ask for it, only our key can give it, and its word is answered with a receipt."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.people import queries as people
from porchlight.people.values import DeviceState
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.phone.fake_phone import Phone, Send
from tests.world import World

Browsers = Callable[..., Browser]


def tell(phone: Phone, send: Send, what: str, *, asked: str = "", **other: Any) -> httpx.Response:
    """The phone asks ("order") or says ("wiped", "clear"); `other` replaces parts of what it signs."""
    device_id = other.pop("address", phone.device_id)
    path = f"/api/v1/devices/{device_id}/{what}"
    key = other.pop("signing_key", phone.key)
    head = {
        "alg": "ES256",
        "typ": other.pop("typ", "porchlight-device"),
        "kid": other.get("device_id", phone.device_id),
    }
    claims = {"v": 1, "device_id": phone.device_id, "asked": asked or str(new_id()), "path": path, **other}
    signed = jws.serialize_compact(head, json.dumps(claims), key, algorithms=["ES256"])
    return send("GET" if what == "order" else "POST", path, headers={"Porchlight-Device": signed})


def opened(phone: Phone, word: str, typ: str) -> dict[str, Any]:
    """What the server signed with the key that the phone pinned."""
    found = jws.deserialize_compact(word, phone.receipt_key, algorithms=["ES256"])
    assert found.headers()["typ"] == typ
    said: dict[str, Any] = json.loads(found.payload)
    return said


def device(db: Database, phone: Phone) -> people.DeviceLine:
    with db.reading() as session:
        found = people.device(session, UUID(phone.device_id))
    assert found
    return found


def test_a_phone_that_nobody_has_ordered_anything_is_told_nothing(phone: Phone, send: Send) -> None:
    assert tell(phone, send, "order").status_code == 204
    assert tell(phone, send, "wiped").status_code == 404
    assert tell(phone, send, "clear").status_code == 404


@pytest.mark.parametrize(("act", "order"), [("lock", "lock"), ("erase", "wipe")])
def test_an_order_is_signed_names_the_phone_and_answers_this_very_question(
    act: str, order: str, phone: Phone, send: Send, browser_of: Browsers
) -> None:
    browser_of("priya").post(f"/devices/{phone.device_id}/{act}")
    asked = str(new_id())

    said = opened(phone, tell(phone, send, "order", asked=asked).json()["order"], "porchlight-order")

    assert said == {
        "v": 1, "device_id": phone.device_id, "asked": asked, "order": order, "issued_at": "2026-11-23T18:00:00.000Z",
    }  # fmt: skip


def test_ended_access_locks_each_phone_of_that_person(
    world: World, phone: Phone, send: Send, browser_of: Browsers
) -> None:
    path = f"/devices/team/{world.accounts['rowan']}"
    priya = browser_of("priya")

    priya.post(f"{path}/end", data={"reason": "Left"})
    ended = tell(phone, send, "order")
    priya.post(f"{path}/restore", data={"reason": "Back"})

    assert opened(phone, ended.json()["order"], "porchlight-order")["order"] == "lock"
    assert tell(phone, send, "order").status_code == 204


@pytest.mark.parametrize(
    "forged",
    [
        {"signing_key": ECKey.generate_key("P-256")},
        {"typ": "porchlight-deposit"},
        {"path": "/api/v1/devices/x/clear"},
        {"address": "0193a1b2-0000-7000-8000-00000000abcd"},
        {"v": 2},
        {"asked": "me"},
        {"more": True},
    ],
    ids=lambda forged: next(iter(forged)),
)
@pytest.mark.parametrize("what", ["order", "wiped", "clear"])
def test_what_the_phone_has_not_signed_for_this_looks_like_a_phone_that_is_not_there(
    what: str, forged: dict[str, Any], phone: Phone, send: Send, browser_of: Browsers, db: Database
) -> None:
    browser_of("priya").post(f"/devices/{phone.device_id}/erase")

    answer = tell(phone, send, what, **forged)
    unsigned = send("GET" if what == "order" else "POST", f"/api/v1/devices/{phone.device_id}/{what}")

    assert (answer.status_code, unsigned.status_code) == (404, 404)
    assert answer.json()["detail"] == unsigned.json()["detail"]
    assert device(db, phone).state == DeviceState.WIPING


def test_a_wipe_has_two_phases_and_is_confirmed_only_when_nothing_is_left(
    db: Database, phone: Phone, send: Send, browser_of: Browsers, clock: Clock
) -> None:
    priya, page = browser_of("priya"), f"/devices/{phone.device_id}"
    priya.post(f"{page}/erase")
    asked, erased_at = str(new_id()), clock.move(minutes=5)

    first = tell(phone, send, "wiped", asked=asked, sealed=2, lost=1)
    half = text_of(priya.get(page))
    early = tell(phone, send, "clear")
    confirmed_at = clock.move(minutes=5)
    last = [tell(phone, send, "wiped", sealed=0) for _ in range(2)]
    late = tell(phone, send, "wiped", sealed=7)  # an old word of it, sent again by somebody
    cleared = tell(phone, send, "clear")

    said = opened(phone, first.json()["receipt"], "porchlight-erased")
    assert said == {
        "v": 1, "device_id": phone.device_id, "asked": asked, "sealed": 2, "received_at": "2026-11-23T18:05:00.000Z",
    }  # fmt: skip
    assert "Erased, 2 items still sealed on it" in half
    assert "1 unfinished visit was lost" in half
    assert early.status_code == 404
    assert {answer.status_code for answer in [*last, late]} == {200}
    found = device(db, phone)
    assert (found.state, found.erased_at, found.confirmed_at) == (DeviceState.WIPED, erased_at, confirmed_at)
    assert "Confirmed Nov 23, 2026, 12:10 pm" in text_of(priya.get(page))
    assert (cleared.status_code, cleared.headers["clear-site-data"]) == (204, '"cache", "cookies", "storage"')


def test_no_other_site_can_have_a_phone_cleared(phone: Phone, browser_of: Browsers) -> None:
    browser_of("priya").post(f"/devices/{phone.device_id}/erase")
    tell(phone, browser_of(Accept="application/json").request, "wiped")
    elsewhere = browser_of(**{"Sec-Fetch-Site": "cross-site"}).request

    assert tell(phone, elsewhere, "clear").status_code == 403
    assert elsewhere("GET", f"/api/v1/devices/{phone.device_id}/clear").status_code == 405


def test_what_an_erased_phone_still_sends_is_held_and_its_asking_is_noted_as_seen(
    db: Database, world: World, phone: Phone, send: Send, browser_of: Browsers, clock: Clock
) -> None:
    browser_of("priya").post(f"/devices/{phone.device_id}/erase")
    seen = clock.move(hours=2)

    tell(phone, send, "order")
    rescued = phone.save("draft.rescued", {"visit_id": str(new_id()), "case_id": str(world.case), "fields": {}})
    visit = phone.visit(world)
    answers = [phone.deposit(send, item) for item in (rescued, visit)]

    assert device(db, phone).last_seen_at == seen
    assert [answer.status_code for answer in answers] == [201, 201]
    assert [item.receipt["held"] for item in (rescued, visit) if item.receipt] == [True, True]
