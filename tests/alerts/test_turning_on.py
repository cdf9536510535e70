"""Alerts on a phone: a subscription that vanished is made again at the next opening, and a test says how fast it came."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.handset import Handset
from tests.journeys import steps
from tests.journeys.waking import Phone
from tests.pushing import Decrypting
from tests.serving import Serving

NAME = "Joss Wetherby"


@pytest.fixture
def serving(serve: Callable[..., Serving], demo_data: Path, decrypting: Decrypting) -> Serving:
    return serve(copy_of=demo_data, PORCHLIGHT_PUSH_HOSTS=decrypting.url)


def ask(serving: Serving, statement: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(serving.data / "porchlight.sqlite3", timeout=10) as database:
        return database.execute(statement).fetchall()


@pytest.mark.duty("S4-31")
@pytest.mark.fault(26, shows="noticed and renewed at the next open")
def test_a_test_alert_wakes_the_phone_and_says_how_fast_and_a_lost_subscription_comes_back(
    serving: Serving, handset: Callable[..., Handset], decrypting: Decrypting
) -> None:
    joss = Phone(handset("joss"), decrypting, serving, NAME)
    state = joss.page.locator("[data-alerts-state]")
    expect(state).to_have_text("On, but not tested yet")

    joss.page.locator("[data-test-alert]").click()
    (message,) = joss.messages()
    joss.ring(message)
    joss.notification("Test alert. Open to answer.")
    expect(state).to_contain_text("It works:", timeout=15_000)
    assert ask(serving, "SELECT count(*) FROM devices WHERE last_proven_at IS NOT NULL") == [(1,)]

    # The push service has forgotten it, the server has noticed, and a new session knows nothing of this phone yet.
    ask(serving, "UPDATE push_subscriptions SET dead_at = made_at")
    joss.context.clear_cookies()
    steps.sign_in(joss.page, serving, NAME)

    live = "SELECT count(*) FROM push_subscriptions WHERE dead_at IS NULL"
    steps.until(joss.page, lambda: ask(serving, live), lambda found: found == [(1,)])
    joss.page.goto(f"{serving.url}/more")
    expect(state).to_contain_text("On. Last worked", timeout=15_000)


PERMISSION = """globalThis.asked = 0
Notification.requestPermission = async () => (asked += 1, sessionStorage.denied = "yes", "denied")
Object.defineProperty(Notification, "permission", { get: () => (sessionStorage.denied ? "denied" : "default") })"""


def test_nobody_is_asked_for_permission_before_a_tap_and_who_said_no_is_told_how_to_change_it(
    serving: Serving, handset: Callable[..., Handset]
) -> None:
    page = handset("joss").open()
    page.add_init_script(PERMISSION)
    steps.sign_in(page, serving, NAME)
    page.goto(f"{serving.url}/more")
    expect(page.locator("[data-turn-on-alerts]")).to_be_visible(timeout=15_000)
    expect(page.locator("[data-alerts-why]")).to_be_visible()
    assert page.evaluate("asked") == 0
    page.goto(f"{serving.url}/ready")
    alerts = page.locator("[data-check=alerts]")
    expect(alerts).to_contain_text("never a name. Your phone will ask if you allow it.")
    button = alerts.locator("[data-turn-on]")
    expect(button).to_be_visible()
    assert page.evaluate("asked") == 0

    button.click()

    steps.until(page, lambda: page.evaluate("asked"), lambda times: times == 1)
    expect(alerts.locator("[data-denied]")).to_contain_text("iPhone: open Settings")
    expect(button).to_be_hidden()
    expect(alerts).to_have_attribute("data-state", "not_proven")
    page.goto(f"{serving.url}/more")
    expect(page.locator("[data-alerts-state]")).to_contain_text("Alerts are blocked")
