"""A phone that a push service reaches: alerts turned on by its own page, and what its service worker makes of a message."""

import json
from typing import Any

from playwright.sync_api import CDPSession, Worker, expect

from tests.handset import Handset
from tests.journeys import steps
from tests.pushing import Decrypting
from tests.serving import Serving

# A browser of a test has no push service. Ours gives it the subscription that the page's own key asks for.
SUBSCRIBE = """
PushManager.prototype.subscribe = async function ({ userVisibleOnly, applicationServerKey }) {
  if (!userVisibleOnly) throw new DOMException("A push must be seen.", "NotAllowedError")
  const bytes = String.fromCharCode(...new Uint8Array(applicationServerKey))
  const key = btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
  const made = await globalThis.subscribeAtPushService(key)
  return { ...made, options: { applicationServerKey }, toJSON: () => made }
}"""
SHOWN = """() => navigator.serviceWorker.ready.then((one) => one.getNotifications()).then((all) =>
  all.map(({ title, body, actions, data }) => ({ title, body, actions: actions.map((one) => one.title), data })))"""
# Counts what has come to the screen: whoever asks for the notices while one is on its way there makes the browser lose it.
COUNT = """() => {
  globalThis.cameToScreen = 0
  registration.showNotification = async (...said) => {
    await ServiceWorkerRegistration.prototype.showNotification.apply(registration, said)
    globalThis.cameToScreen += 1
  }
}"""
# An event that no finger made may not be extended by waitUntil: the test waits for its work itself.
TAP = """async (action) => {
  const [notification] = await registration.getNotifications()
  const event = new NotificationEvent("notificationclick", { notification, action })
  let work
  event.waitUntil = (given) => (work = given)
  dispatchEvent(event)
  await work
}"""


class Phone:
    """One person's phone, signed in, with alerts turned on."""

    def __init__(self, handset: Handset, service: Decrypting, serving: Serving, name: str) -> None:
        self.service, self.serving = service, serving
        self.client = ""
        self.page = handset.open()
        assert handset.context is not None
        self.context = handset.context
        self.context.grant_permissions(["notifications"], origin=serving.url)
        self.context.expose_function("subscribeAtPushService", self._subscribe)
        self.context.add_init_script(SUBSCRIBE)
        self.cdp: CDPSession = self.context.new_cdp_session(self.page)
        self.registration = ""
        self.cdp.on("ServiceWorker.workerRegistrationUpdated", self._registered)
        self.cdp.send("ServiceWorker.enable")
        steps.sign_in(self.page, serving, name)
        steps.wait_ready_offline(self.page)
        self.page.goto(f"{serving.url}/more")
        expect(self.page.locator("[data-alerts-state]")).to_contain_text("On", timeout=15_000)

    def _subscribe(self, key: str) -> dict[str, Any]:
        if not self.client:
            self.client, self.keys = self.service.subscribe(key)
        return {"endpoint": f"{self.service.url}/notify/{self.client}", "keys": self.keys, "expirationTime": None}

    def _registered(self, event: dict[str, Any]) -> None:
        for one in event["registrations"]:
            if not one["isDeleted"] and one["scopeURL"].startswith(self.serving.url):
                self.registration = one["registrationId"]

    def messages(self, wanted: int = 1) -> list[dict[str, Any]]:
        """What the push service has decrypted for this phone, once there are so many."""
        messages = lambda: self.service.messages(self.client)  # noqa: E731
        return steps.until(self.page, messages, lambda found: len(found) >= wanted, what="decrypted")

    def ring(self, message: dict[str, Any]) -> None:
        """Hands the message to the service worker as the browser does, and waits until it is on the screen."""
        assert self.registration
        # The browser's own list of notices is read at the first question; what is shown in that moment would be lost.
        self.notifications()
        self._worker().evaluate(COUNT)
        how = {"origin": self.serving.url, "registrationId": self.registration, "data": json.dumps(message)}
        self.cdp.send("ServiceWorker.deliverPushMessage", how)
        come = lambda: self._worker().evaluate("globalThis.cameToScreen")  # noqa: E731
        steps.until(self.page, come, lambda times: times != 0, what="on the screen")  # None: another worker has begun

    def notifications(self) -> list[dict[str, Any]]:
        return self.page.evaluate(SHOWN)

    def notification(self, title: str) -> dict[str, Any]:
        """The only notification, once it has this title."""
        right = lambda found: [one["title"] for one in found] == [title]  # noqa: E731
        return steps.until(self.page, self.notifications, right, what="shown")[0]

    def tap(self, action: str = "") -> None:
        """Taps the notification, or one of its buttons."""
        self._worker().evaluate(TAP, action)

    def _worker(self) -> Worker:
        return next(one for one in self.context.service_workers if one.url == f"{self.serving.url}/sw.js")
