"""Alerts on a phone: fixed words, shown at once, told to the server, and honest when taking one fails."""

from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, Worker

from tests.handset import Handset
from tests.pwa.conftest import READY, until
from tests.pwa.porch import Porch

ALERT = "QmFsbG9vbg"
TOKEN = "dG9rZW4tb2YtdGhpcy1hbGVydC1hbmQtdGhpcy1kZXZpY2U"
PAYLOAD = f'{{"v":1,"alert":"{ALERT}","severity":"crisis","at":"2026-11-24T09:02:00Z","token":"{TOKEN}","lang":"en","child":"Ansel"}}'
SHOWN = """navigator.serviceWorker.getRegistration().then(async (r) => (await r.getNotifications()).map((n) =>
  ({ title: n.title, body: n.body, tag: n.tag, silent: n.silent, actions: n.actions.map((a) => a.action) })))"""
CLICK = """async ([action]) => {
  const [notification] = await registration.getNotifications()
  const event = new NotificationEvent('notificationclick', { notification, action })
  dispatchEvent(event)
}"""


class Ringing:
    """Rowan's phone with its worker, and a way to push to it as the push service would."""

    def __init__(self, page: Page, porch: Porch) -> None:
        self.page, self.porch = page, porch
        page.context.grant_permissions(["notifications"], origin=porch.url)
        page.goto(f"{porch.url}/today")
        until(page, READY)
        self.worker: Worker = page.context.service_workers[0]
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.registrations: list[dict[str, Any]] = []
        self.session.on(
            "ServiceWorker.workerRegistrationUpdated", lambda e: self.registrations.extend(e["registrations"])
        )
        self.session.send("ServiceWorker.enable")
        for _ in range(100):
            if self.registrations:
                break
            page.wait_for_timeout(50)

    def deliver(self, payload: str) -> None:
        registration = self.registrations[-1]["registrationId"]
        message = {"origin": self.porch.url, "registrationId": registration, "data": payload}
        self.session.send("ServiceWorker.deliverPushMessage", message)

    def push(self, payload: str) -> Any:
        """What is shown once it has come."""
        # Whoever asks the browser for its notices while one is on its way to the screen makes it lose that one:
        # so the list is read once before, and again only when the worker has told that it was shown.
        self.page.evaluate(SHOWN)
        before = len(self.porch.told)
        self.deliver(payload)
        for _ in range(30):
            if len(self.porch.told) > before:
                break
            self.page.wait_for_timeout(50)
        return until(self.page, f"{SHOWN}.then((all) => all.length && all)")

    def told(self, what: str) -> dict[str, Any]:
        for _ in range(200):
            if found := [said for name, said in self.porch.told if name == what]:
                return found[-1]
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{what} was never told")

    def click(self, action: str) -> None:
        self.worker.evaluate(CLICK, [action])


@pytest.fixture
def ringing(porch: Porch, phone: Handset) -> Ringing:
    return Ringing(phone.open(), porch)


def test_a_crisis_is_shown_in_fixed_words_and_told_to_the_server(ringing: Ringing) -> None:
    (shown,) = ringing.push(PAYLOAD)

    assert shown == {
        "title": "Crisis alert. Open to see.",
        "body": "",
        "tag": ALERT,
        "silent": False,
        "actions": ["ack"],
    }
    assert ringing.told("shown") == {"token": TOKEN}


@pytest.mark.parametrize(
    ("payload", "title"),
    [
        (PAYLOAD.replace("crisis", "test"), "Test alert. Open to answer."),
        (PAYLOAD.replace("crisis", "notice"), "New notice. Open to read."),
        (PAYLOAD.replace("crisis", "Ansel ran away"), "New notice. Open to read."),
        ("not even JSON: Ansel", "New notice. Open to read."),
    ],
)
def test_whatever_is_pushed_something_is_shown_and_never_what_it_says(
    payload: str, title: str, ringing: Ringing
) -> None:
    (shown,) = ringing.push(payload)

    assert shown["title"] == title
    assert "Ansel" not in str(shown)


HANGS = "IDBDatabase.prototype.transaction = () => ({ objectStore: () => ({ get: () => new Promise(() => {}) }) })"


def test_an_alert_waits_neither_for_the_phones_own_store_nor_for_a_server_that_is_silent(ringing: Ringing) -> None:
    until(ringing.page, "caches.match('/words/es.json').then(Boolean)")
    ringing.worker.evaluate(f"() => {{ {HANGS} }}")
    ringing.porch.stop()

    (shown,) = ringing.push(PAYLOAD.replace('"en"', '"es"'))

    assert shown["title"] == "Alerta de crisis. Ábrala para ver."
    assert shown["silent"] is False


def test_an_alert_that_comes_twice_stands_there_once_and_rings_once(ringing: Ringing) -> None:
    ringing.push(PAYLOAD)
    ringing.told("shown")

    ringing.deliver(PAYLOAD)

    (shown,) = until(ringing.page, f"{SHOWN}.then((all) => all[0].silent && all)")
    assert shown["tag"] == ALERT


def test_taking_it_from_the_notification_tells_the_server(ringing: Ringing) -> None:
    ringing.push(PAYLOAD)

    ringing.click("ack")

    assert ringing.told("acknowledged") == {"token": TOKEN}
    until(ringing.page, f"{SHOWN}.then(([one]) => one.title === 'You have it. Open to see.')")


def test_taking_what_somebody_else_has_says_so(ringing: Ringing) -> None:
    ringing.push(PAYLOAD)
    ringing.porch.yours = False

    ringing.click("ack")

    shown = until(ringing.page, f"{SHOWN}.then((all) => all[0].title.startsWith('Someone') && all)")
    assert [(one["title"], one["actions"]) for one in shown] == [("Someone else has it. Open to see.", [])]


def test_taking_it_without_an_answer_says_not_acknowledged(ringing: Ringing) -> None:
    ringing.push(PAYLOAD)
    ringing.porch.stop()

    ringing.click("ack")

    shown = until(ringing.page, f"{SHOWN}.then((all) => all[0].title.startsWith('NOT') && all)")
    assert [one["title"] for one in shown] == ["NOT ACKNOWLEDGED. Open."]
    assert shown[0]["actions"] == ["ack"]


def test_opening_it_tells_the_server_and_leads_to_its_page(ringing: Ringing) -> None:
    ringing.push(PAYLOAD)

    ringing.click("")

    assert ringing.told("opened") == {"token": TOKEN}
    for _ in range(200):
        if any(f"/alerts/{ALERT}" in path for _, path, _ in ringing.porch.asked):
            break
        ringing.page.wait_for_timeout(50)
    assert ("GET", f"/alerts/{ALERT}") in [(method, path) for method, path, _ in ringing.porch.asked]
