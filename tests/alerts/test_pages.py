"""Turning alerts on over HTTP, and the test alert that proves a phone."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from sqlmodel import select

from porchlight.alerts.models import Alert, Delivery, PushSubscription
from porchlight.alerts.tokens import token_of
from porchlight.app import create
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.keys import b64u, from_b64u, point
from porchlight.core.tools import Tools
from tests.browsing import Browser, proving, text_of
from tests.clocks import Clock
from tests.devices import jwk
from tests.pushing import Decrypting, Service, browser_keys
from tests.working import work
from tests.world import World

Browsers = Callable[..., Browser]
Phone = Callable[..., UUID]


@pytest.fixture
def lee(sending: Tools, world: World) -> Browser:
    """Lee, signed in, on a phone that is set up."""
    browser = Browser(create(tools=sending), {"Accept": "application/json"}, prove=proving(sending))
    browser.sign_in("lee@example.org")
    assert browser.post("/devices", json={"id": str(new_id()), "public_key": jwk()}).status_code == 201
    return browser


def subscription(endpoint: str) -> dict[str, object]:
    return {"endpoint": endpoint, "expirationTime": None, "keys": browser_keys()}


def test_the_key_is_the_point_that_browsers_ask_for(browser_of: Browsers, tools: Tools) -> None:
    key = browser_of().get("/push/key").json()["key"]

    assert from_b64u(key) == point(tools.keys.vapid.public_key())
    assert from_b64u(key)[0] == 4
    assert len(from_b64u(key)) == 65


def test_a_phone_turns_alerts_on_and_off(lee: Browser, push: Service, db: Database) -> None:
    assert lee.get("/push/state").json() == {"subscribed": False, "proven_at": None, "answered_at": None}

    made = lee.post("/push/subscriptions", json=subscription(push.endpoint("ok")))
    assert made.status_code == 201
    assert lee.get("/push/state").json()["subscribed"] is True

    assert lee.request("DELETE", f"/push/subscriptions/{made.json()['id']}").status_code == 204
    assert lee.get("/push/state").json()["subscribed"] is False


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/latest/meta-data/",
        "https://localhost/x",
        "http://localhost:5432/x",
        "https://example.org/x",
        "http://127.0.0.1:1/x",
        "gopher://fcm.googleapis.com/x",
        "javascript:alert(1)",
    ],
)
@pytest.mark.asvs("1.3.6")
def test_an_address_that_is_no_push_service_is_refused_in_words(lee: Browser, db: Database, endpoint: str) -> None:
    answer = lee.post("/push/subscriptions", json=subscription(endpoint))

    assert answer.status_code == 422
    assert "alert service we do not know" in answer.json()["detail"]
    with db.reading() as session:
        assert session.exec(select(PushSubscription)).all() == []


def test_signed_out_nobody_subscribes(browser_of: Browsers) -> None:
    answer = browser_of(Accept="application/json").post(
        "/push/subscriptions", json=subscription("https://fcm.googleapis.com/x")
    )

    assert answer.status_code == 401


def test_a_session_without_a_device_is_told_what_to_do(sending: Tools, world: World, push: Service) -> None:
    browser = Browser(create(tools=sending), {"Accept": "application/json"}, prove=proving(sending))
    browser.sign_in("lee@example.org")

    answer = browser.post("/push/subscriptions", json=subscription(push.endpoint("ok")))

    assert answer.status_code == 422
    assert "Set up this phone first" in answer.json()["detail"]


@pytest.mark.duty("S4-31")
def test_a_test_alert_goes_the_true_path_and_proves_the_phone(
    lee: Browser, sending: Tools, db: Database, clock: Clock, decrypting: Decrypting
) -> None:
    client, keys = decrypting.subscribe(b64u(point(sending.keys.vapid.public_key())))
    with Service(behind=decrypting.url) as relay:
        allowed = replace(sending, settings=replace(sending.settings, push_hosts=(relay.url,)))
        browser = Browser(create(tools=allowed), {"Accept": "application/json"}, prove=proving(allowed))
        browser.client.cookies = lee.client.cookies
        endpoint = f"{relay.url}/relay/notify/{client}"
        browser.post("/push/subscriptions", json={"endpoint": endpoint, "keys": keys})
        made = browser.post("/alerts/test").json()
        work(allowed)

    (said,) = decrypting.messages(client)
    assert (said["severity"], said["alert"], made["phones"]) == ("test", made["alert"], 1)
    assert lee.get("/push/state").json()["proven_at"] is None

    clock.move(seconds=4)
    shown = Browser(create(tools=sending), prove=proving(sending)).post(
        "/api/v1/deliveries/shown", json={"token": said["token"]}
    )

    assert shown.json() == {"taken": True, "yours": True}
    assert lee.get("/push/state").json()["proven_at"] == "2026-11-23T18:00:04.000Z"


def test_the_page_of_a_test_alert_says_that_it_is_one(sending: Tools, world: World, phone: Phone) -> None:
    phone("lee")
    browser = Browser(create(tools=sending), prove=proving(sending))
    browser.sign_in("lee@example.org")

    went = browser.post("/alerts/test")

    assert went.status_code == 303
    page = browser.get(went.headers["location"])
    assert "This is a test alert" in text_of(page)


def test_a_test_alert_of_somebody_else_is_not_there(
    sending: Tools, db: Database, world: World, browser_of: Browsers
) -> None:
    browser_of("lee").post("/alerts/test")
    with db.reading() as session:
        alert_id = session.exec(select(Alert.id)).one()

    assert browser_of("joss").get(f"/alerts/{alert_id}").status_code == 404


def test_a_receipt_of_a_test_alert_needs_its_token(
    browser_of: Browsers, sending: Tools, db: Database, phone: Phone
) -> None:
    phone("lee")
    browser_of("lee").post("/alerts/test")
    work(sending)
    with db.reading() as session:
        token = token_of(sending.keys, session.exec(select(Delivery.id)).one())
    signed_out = browser_of()

    def tell(what: str, body: object) -> int:
        return signed_out.post(f"/api/v1/deliveries/{what}", json=body).status_code

    assert tell("shown", {"token": token}) == 200
    assert tell("opened", {"token": token}) == 200
    assert tell("shown", {"token": "t" * 43}) == 404
    assert tell("shown", {}) == 422
    assert tell("shown", {"token": token, "more": 1}) == 422
    assert tell("accepted", {"token": token}) == 400
    assert tell("failed", {"token": token}) == 400
