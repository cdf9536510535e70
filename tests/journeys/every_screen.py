"""Every screen of the running product, for each role, in one language, by day and by night."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from porchlight.core.keys import sha256
from tests.handset import launch_options
from tests.house.tree import told
from tests.journeys import steps
from tests.journeys.screens import Looker, one, pattern
from tests.journeys.test_file import TWO_DAYS_AGO
from tests.serving import Serving

ROWAN, JOSS, PRIYA, CORIN, WENNA = (
    "Rowan Ibarra",
    "Joss Wetherby",
    "Priya Castellane",
    "Corin Halvorsen",
    "Wenna Marlow",
)
NOBODY = UUID(int=0)
# What the crawl must at least have met, so that it cannot shrink unseen.
ALL = {
    "/today", "/families", "/cases/*", "/cases/*/visits", "/cases/*/visits/new", "/people/*", "/people/*/safety-plan",
    "/visits/*", "/visits/*/amend", "/v/*", "/v/*/different", "/oncall", "/board", "/oversight", "/more", "/phone", "/lock", "/phone/take-in",
    "/help", "/offline", "/crises/*", "/alerts/*", "/sign-in", "/door", "/sign-in/passkey", "/join", "/install", "/install/iphone",
    "/install/android", "/passkeys", "/invitations", "/invitations/new", "/homes/caregivers", "/homes/caregivers/*/invite",
    "/oncall/mine", "/oncall/shifts/*/worker/*", "/oncall/shifts/*/worker/*/swap", "/oncall/calendar", "/oncall/sheet", "/oncall/reminders",
    "/ready", "/ready/team", "/devices", "/devices/*", "/devices/*/erase", "/devices/team", "/devices/team/*", "/devices/team/*/missing", "/held",
}  # fmt: skip
# From role to role.
DIFFERENT = {"/today", "/help", "/more", "/oncall", "/oncall/mine", "/oncall/shifts/*/worker/*"}
PLANNED = """SELECT p.person_id FROM safety_plans p JOIN assignments a ON a.case_id = p.case_id
  JOIN accounts c ON c.id = a.account_id WHERE c.name = ? AND a.to_at IS NULL"""
WOKEN = "SELECT c.name FROM alerts a JOIN accounts c ON c.id = a.account_id ORDER BY a.made_at LIMIT 1"
ALERT = "SELECT a.id FROM alerts a JOIN accounts c ON c.id = a.account_id WHERE c.name = ? AND a.closed_at IS NULL ORDER BY a.made_at LIMIT 1"
PLAIN_VISIT = {"kind": "attempted", "place": "home"}


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(**launch_options())
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def serving(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The demo of its own, for all that follows."""
    data = tmp_path_factory.mktemp("screens") / "data"
    shutil.copytree(demo_data, data)
    with Serving(data) as serving:
        yield serving


def expired_link(serving: Serving, author: str) -> str:
    link = steps.a_link(serving, author)
    token_hash = sha256(link.removeprefix("/v/").encode())
    with sqlite3.connect(serving.data / "porchlight.sqlite3") as connection:
        past = "UPDATE confirmation_links SET expires_at = made_at WHERE token_hash = ?"
        assert connection.execute(past, (token_hash,)).rowcount == 1
    return link


def the_foster_parents_way(looker: Looker, serving: Serving) -> set[str]:
    """From the link in their message to the thanks, and a mistake on the way."""
    context, page = looker.open()
    # Each language has a visit of its own: an answer once given is shown, and no mistake any more.
    link = steps.a_link(serving, "rowan" if looker.locale == "en" else "tamsin")
    page.goto(serving.url + expired_link(serving, "rowan"))
    expect(page.locator("form[action$='/again'] button")).to_be_visible()
    looker.look(page, help_too=False)
    for path in (link, f"{link}/different"):
        page.goto(serving.url + path)
        looker.look(page, help_too=False)
    looker.deaf = True  # to what a browser says of an answer 422
    page.locator("main form button").first.click()
    expect(page.locator(".errors")).to_be_visible()
    looker.look(page, help_too=False)
    looker.deaf = False
    page.locator("[name=different]").first.check()
    page.locator("main form button").first.click()
    page.wait_for_url("**/thanks")
    looker.look(page, help_too=False)
    context.close()
    return {"/v/*/different", "/v/*/thanks"}


def raise_an_alert(page: Page, serving: Serving) -> str:
    """Through the form; the address of the page that follows along."""
    page.goto(f"{serving.url}/help")
    steps.choose(page, "reason", "missing")
    page.locator("form[data-crisis] .button.warn").click()
    expect(page.locator("#crisis-sent")).to_be_visible(timeout=15_000)
    return urlsplit(page.locator("a[data-slot=status]").get_attribute("href") or "").path


def walk_through(chromium: Browser, serving: Serving, locale: str) -> None:
    """Every page that each role reaches by its links is readable and reachable, and keeps names to itself."""
    looker = Looker(chromium, serving, locale)
    met: set[str] = set()

    def walk(person: str, *starts: str) -> None:
        context, page = looker.open(person)
        looker.seen -= DIFFERENT
        for start in starts:
            met.update(pattern(path) for path in looker.crawl(page, start))
        if person == ROWAN:
            following = raise_an_alert(page, serving)
            looker.look(page, help_too=False)
            met.update(pattern(path) for path in looker.crawl(page, following))
        context.close()

    context, page = looker.open(ROWAN, workers="allow")
    steps.wait_ready_offline(page)  # enrolled, so that there is a phone to be listed
    context.close()
    child = one(serving, PLANNED, ROWAN)
    walk(ROWAN, f"/people/{child}/safety-plan", "/today", f"/cases/{NOBODY}")
    woken = one(serving, WOKEN)
    walk(woken, f"/alerts/{one(serving, ALERT, woken)}")
    walk(JOSS, "/today")
    walk(PRIYA, "/today")
    walk(CORIN, "/oversight")
    walk(WENNA, "/today")
    walk("", "/sign-in", "/sign-in/passkey", "/help", "/offline", "/door", f"/v/{'x' * 43}")
    met |= the_foster_parents_way(looker, serving)

    assert not looker.complaints, told(looker.complaints)
    assert len(looker.help_at) == 1, looker.help_at
    assert not ALL - met, told(sorted(ALL - met))


def what_scripts_show(chromium: Browser, serving: Serving, locale: str) -> None:
    """Mistakes, the phone in the caregiver's hand, what was saved, what waits, and NOT SENT."""
    looker = Looker(chromium, serving, locale)
    context, page = looker.open(ROWAN, workers="allow")
    steps.wait_ready_offline(page)
    page.goto(f"{serving.url}/families")
    page.get_by_role("link", name="Quintrell").first.click()
    page.locator(".hold a").click()
    expect(page.locator("[data-take-photo]")).to_be_visible()
    page.locator(".hold button").click()
    expect(page.locator(".errors")).to_be_visible()
    looker.look(page)

    for name, value in PLAIN_VISIT.items():
        steps.choose(page, name, value)
    page.locator("[data-now=started_at]").click()
    for prefix in steps.children(page).values():
        steps.choose(page, f"{prefix}-seen", "no")
        page.locator(f'[name="{prefix}-not_seen_reason"]').fill("–")
    page.locator('[name="signer"]').fill("Anahit Petrosyan")
    page.locator("#code").fill("4711")
    page.locator("[data-hand-over]").click()
    gate = page.locator("[data-gate]")
    expect(gate).to_be_visible()
    looker.look(page, help_too=False)
    gate.locator('[name="sign-how"][value="typed"]').check()
    gate.locator("[data-typed]").fill("Anahit Petrosyan")
    gate.locator("[data-consent]").check()
    gate.locator("[data-sign]").click()
    expect(gate.locator("[data-code]")).to_be_visible()
    looker.look(page, help_too=False)
    gate.locator("[data-code]").fill("4711")

    no_road = "**/api/v1/{deposits,crises}"
    context.route(no_road, lambda route: route.abort())
    looker.deaf = True  # to what a browser says of a road that is cut
    page.locator(".hold button").click()
    expect(page.locator("[data-check]")).to_be_visible()
    looker.look(page)
    page.locator("[data-save]:visible").click()
    expect(page.locator("[data-saved]")).to_be_visible()
    looker.look(page)
    page.goto(f"{serving.url}/phone")
    expect(page.locator("#items > li").first).to_be_visible()
    page.evaluate(TWO_DAYS_AGO)
    page.reload()
    expect(page.locator(".banner[data-old-work]")).to_be_visible()
    page.locator("[data-make-file]").click()
    with page.expect_download() as file:
        page.locator("[data-files] a").click()
    looker.look(page)
    page.goto(f"{serving.url}/phone/take-in")
    page.locator("input[type=file]").set_input_files(file.value.path())
    page.locator("main form button").click()
    expect(page.locator("main .rows")).to_be_visible()
    looker.look(page)
    page.goto(f"{serving.url}/help")
    steps.choose(page, "reason", "missing")
    page.locator("form[data-crisis] .button.warn").click()
    expect(page.locator("#crisis-not-sent")).to_be_visible(timeout=10_000)
    looker.look(page, help_too=False)
    context.unroute(no_road)
    expect(page.locator("#crisis-sent")).to_be_visible(timeout=15_000)
    looker.look(page, help_too=False)
    page.goto(f"{serving.url}/lock")
    page.locator("[data-lock-now]").click()
    expect(page.locator("[data-unlock]")).to_be_visible()
    looker.look(page)
    context.close()

    assert not looker.complaints, told(looker.complaints)
