"""What a first load weighs on the wire: every byte through a counting proxy, from the first request to a phone that is safe offline."""

from dataclasses import dataclass

from playwright.sync_api import BrowserType, Page, ViewportSize

from tests.counting import Counting, Request
from tests.handset import SCREEN, launch_options

PHONE: ViewportSize = {"width": SCREEN["width"], "height": SCREEN["height"]}
PACK = "/offline/pack"
PAINTED = """() => new Promise((done) => {
  const paint = () => performance.getEntriesByName("first-contentful-paint")[0]
  if (paint()) return done(performance.timeOrigin + paint().startTime)
  new PerformanceObserver(() => paint() && done(performance.timeOrigin + paint().startTime)).observe({ type: "paint", buffered: true })
})"""

READY = """() => new Promise((done) => {
  const ready = () => document.querySelector('[data-ready-offline][data-state="ready"]')
  const look = () => ready() && done(performance.timeOrigin + performance.now())
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true })
  look()
})"""


@dataclass
class Load:
    """until_paint: requests that began before the first contentful paint. shell: bytes until “Ready offline”, without the pack and
    without the browser's own look, now and then, whether the worker's files have changed (answers 304)."""

    until_paint: list[Request]
    shell: int
    pack: int
    requests: list[Request]


def painted_at(page: Page) -> float:
    return float(page.evaluate(PAINTED)) / 1000


def ready_at(page: Page) -> float:
    return float(page.evaluate(READY)) / 1000


def weigh_first_load(browser_type: BrowserType, port: int, name: str) -> Load:
    """A new phone opens the sign-in page, signs in as an invented person and waits until it is ready offline."""
    with Counting(port) as wire:
        browser = browser_type.launch(**launch_options())
        page = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True).new_page()
        page.goto(f"http://localhost:{wire.port}/sign-in")
        painted = painted_at(page)
        until_paint = [request for request in wire.requests if request.at <= painted]
        page.get_by_role("button", name=name).click()
        page.wait_for_url("**/today")
        ready = ready_at(page)
        page.wait_for_timeout(1500)  # swaps and the other language come after that
        browser.close()
        until_ready = [request for request in wire.requests if request.at <= ready and not request.unchanged]
        pack = sum(request.down for request in until_ready if request.path == PACK)
        return Load(until_paint, sum(request.down for request in until_ready) - pack, pack, list(wire.requests))


def weigh_page(browser_type: BrowserType, port: int, path: str) -> list[Request]:
    """One page alone, on a new phone."""
    with Counting(port) as wire:
        browser = browser_type.launch(**launch_options())
        page = browser.new_context(viewport=PHONE).new_page()
        page.goto(f"http://localhost:{wire.port}{path}")
        page.wait_for_load_state("networkidle")
        browser.close()
        return list(wire.requests)
