"""A locked phone shows nothing of a person, opens for its own person without signal, and goes on sending meanwhile."""

import contextlib
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Error, Page

from tests.faces import Face
from tests.handset import Handset
from tests.pwa.conftest import READY, until
from tests.pwa.porch import CASE, NEW_VISIT, ROWAN, TAMSIN, Porch
from tests.pwa.test_pages import GET
from tests.pwa.test_visit import STARTED, fill_in, hand_over, save
from tests.serving import refuses

FAMILY = f"/families/{CASE}"
SECRET = ("Three visits today", "Ansel", "frogs", "Vance-Moreau", "kitchen", "Rowan", "Odessa")
LOCKED = "location.pathname === '/unlock' && document.readyState === 'complete' && !document.documentElement.hidden"
TO_UNLOCK = "!document.querySelector('[data-way=open]')?.hidden"
DUE = """() => new Promise((done) => { const o = indexedDB.open('porchlight-outbox'); o.onsuccess = () => {
  const tx = o.result.transaction('items', 'readwrite'), items = tx.objectStore('items'), all = items.getAll()
  all.onsuccess = () => all.result.forEach((item) => items.put({ ...item, attempts: 0, next_at: 0 }))
  tx.oncomplete = () => { o.result.close(); done() } } })"""
ON = "!document.querySelector('[data-face=on]')?.hidden"


def turn_on(page: Page, porch: Porch) -> None:
    porch.now = lambda: datetime.now(UTC)
    page.goto(f"{porch.url}/today")
    until(page, READY)
    page.goto(f"{porch.url}/lock")
    until(page, "!document.querySelector('[data-face=off]')?.hidden")
    page.click("[data-turn-on]")
    until(page, ON)


def lock_now(page: Page, porch: Porch) -> None:
    page.goto(f"{porch.url}/lock")
    until(page, "!document.querySelector('[data-lock-now]')?.hidden")
    page.click("[data-lock-now]")
    until(page, LOCKED)


def unlock(page: Page) -> None:
    until(page, TO_UNLOCK)
    page.click("[data-unlock]")
    until(page, "location.pathname !== '/unlock'")


def shows_nothing(page: Page) -> bool:
    until(page, LOCKED)
    seen = page.content() + page.title() + page.url
    return not [words for words in SECRET if words in seen]


def kinds(page: Page) -> set[tuple[str, str]]:
    return {(row["purpose"], row["kind"]) for row in page.evaluate(GET, ["porchlight-pages", "wraps"])}


def test_a_locked_phone_shows_nothing_and_its_own_face_opens_it_without_signal(porch: Porch, phone: Handset) -> None:
    page = phone.open()
    face = Face(page)
    turn_on(page, porch)
    assert kinds(page) == {("root", "prf"), ("root", "share"), ("pages", "root")}

    porch.stop()
    assert refuses(porch.port)
    page.goto(porch.url + NEW_VISIT)
    until(page, STARTED)
    fill_in(page)
    assert ("work", "device") not in kinds(page)
    other = page.context.new_page()
    other.goto(porch.url + FAMILY)
    assert other.inner_text("h1") == "Ansel likes frogs"
    lock_now(other, porch)
    assert shows_nothing(other)
    assert shows_nothing(page)
    # Neither by its address nor by a script, nor with signal and a session that still lives.
    for path in (FAMILY, NEW_VISIT, "/", "/nowhere"):
        other.goto(porch.url + path)
        assert shows_nothing(other)
    porch.start()
    other.goto(porch.url + FAMILY)
    assert shows_nothing(other)
    asked = other.evaluate("path => fetch(path).then(async (a) => [a.status, a.headers.get('HX-Redirect')])", FAMILY)
    assert asked == [401, f"/unlock#{FAMILY}"]
    porch.stop()

    # Help can be called, and the numbers to ring stand there, without the name of a family.
    other.goto(f"{porch.url}/help")
    assert "Call 911" in other.inner_text("main")
    assert "Vance-Moreau" not in other.content()
    until(other, "!document.querySelector('[data-crisis-form]').hidden")
    other.close()

    # Its own person's face opens it without a server, and what was being written is there.
    unlock(page)
    until(page, STARTED)
    assert page.url == porch.url + NEW_VISIT
    assert page.input_value("#observations") == "Warm kitchen, smoke alarm works"

    # A stranger's opens nothing.
    lock_now(page, porch)
    until(page, TO_UNLOCK)
    face.known(False)
    page.click("[data-unlock]")
    until(page, "document.querySelector('[data-slot=trouble]').textContent")
    assert shows_nothing(page)


def forget_in_worker(page: Page) -> None:
    """As a browser does after half a minute of quiet: the worker is gone, and with it what it knew."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("ServiceWorker.enable")
    cdp.send("ServiceWorker.stopAllWorkers")
    cdp.detach()


@pytest.mark.fault(27, shows="3 kills: its own page twice, the unlock page once")
def test_the_key_goes_from_page_to_worker_and_the_sealed_outbox_needs_none(porch: Porch, phone: Handset) -> None:
    page = phone.open()
    Face(page)
    turn_on(page, porch)
    porch.stop()
    page.goto(porch.url + NEW_VISIT)
    until(page, STARTED)
    fill_in(page)
    save(page)

    # The worker is gone while a page is open: the page gives the next worker the key.
    keeper = page.context.new_page()
    keeper.goto(f"{porch.url}/today")
    until(keeper, "Boolean(document.querySelector('#sync-chip')?.dataset.state !== 'unknown')")
    keeper.wait_for_timeout(300)
    for path, words in ((FAMILY, "Ansel likes frogs"), ("/today", "Three visits today")):
        forget_in_worker(page)
        page.goto(porch.url + path)
        assert page.inner_text("h1") == words
    # Nobody is left who has it: at worst the page that unlocks, never a page in the clear.
    keeper.close()
    forget_in_worker(page)
    page.goto("about:blank")
    forget_in_worker(page)
    page.goto(porch.url + FAMILY)
    assert shows_nothing(page)

    # Locked, and without any key, the worker sends what waits; no page is there that might have tried in vain meanwhile.
    (worker,) = page.context.service_workers
    page.goto("about:blank")
    porch.start()
    worker.evaluate(DUE)
    worker.evaluate("() => void dispatchEvent(new SyncEvent('sync', { tag: 'porchlight-flush' }))")
    for _ in range(200):
        if porch.intake.arrived:
            break
        page.wait_for_timeout(50)
    assert len(porch.intake.arrived) == 1


def clocked(phone: Handset) -> Page:
    page = phone.open()
    page.clock.install()
    return page


def test_it_locks_by_itself_but_never_under_somebody_elses_hands(porch: Porch, phone: Handset) -> None:
    page = clocked(phone)
    porch.stop()
    page.goto(porch.url + NEW_VISIT)
    until(page, STARTED)
    fill_in(page)
    page.clock.run_for("14:00")
    page.fill("#note", "A touch in time")
    page.clock.run_for("14:00")
    assert page.evaluate("location.pathname") == NEW_VISIT

    # Whoever signs is not thrown out.
    hand_over(page)
    page.clock.fast_forward("59:00")
    page.clock.run_for(6_000)
    assert page.evaluate("location.pathname") == NEW_VISIT
    assert not page.evaluate("document.querySelector('[data-gate]').hidden")
    page.click("[data-to-code]")
    page.fill("[data-code]", "4711")
    until(page, "document.querySelector('[data-gate]').hidden")

    page.clock.fast_forward("15:01")
    page.clock.run_for(6_000)
    assert shows_nothing(page)
    # This phone has no face to ask for: one tap, and what was written is there.
    unlock(page)
    until(page, STARTED)
    assert page.input_value("#note") == "A touch in time"

    # Behind other apps nothing of it shows, and after five minutes it is locked.
    front = page.context.new_page()
    front.goto("about:blank")
    front.bring_to_front()
    page.evaluate(
        "Object.defineProperty(document, 'hidden', { get: () => globalThis.away ?? true, configurable: true })"
    )
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert page.evaluate("getComputedStyle(document.documentElement).opacity") == "0"
    page.evaluate("globalThis.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    until(page, "getComputedStyle(document.documentElement).opacity === '1'")
    page.evaluate("globalThis.away = true; document.dispatchEvent(new Event('visibilitychange'))")
    page.clock.fast_forward("05:01")
    page.clock.run_for(6_000)
    assert shows_nothing(page)


@pytest.mark.parametrize("who", [ROWAN, TAMSIN])
def test_whoever_signs_in_anew_needs_no_face(who: str, porch: Porch, phone: Handset) -> None:
    page = phone.open()
    Face(page)
    turn_on(page, porch)
    lock_now(page, porch)
    page.goto(f"{porch.url}/unlock#/today")
    until(page, TO_UNLOCK)  # the session from before it was locked opens nothing

    page.goto(f"{porch.url}/sign-in")
    porch.person, porch.signed_in_at = who, datetime.now(UTC)
    page.evaluate("fetch('/sign-in', { method: 'POST', redirect: 'manual' })")
    with contextlib.suppress(Error):  # the page that unlocks leads on at once
        page.goto(f"{porch.url}/today")

    until(page, "location.pathname === '/today' && document.querySelector('#whose')?.textContent")
    assert page.inner_text("#whose") == who
    until(page, READY)
    mine = {row["person_id"] for row in page.evaluate(GET, ["porchlight-pages", "pages"])}
    assert mine == {who}


def test_where_the_agency_is_strict_a_phone_without_a_face_reads_until_it_is_closed(
    porch: Porch, phone: Handset
) -> None:
    porch.lock["strict"] = True
    porch.now = lambda: datetime.now(UTC)
    page = phone.open()
    page.goto(f"{porch.url}/today")
    until(page, READY)
    page.goto(porch.url + NEW_VISIT)
    until(page, STARTED)
    page.fill("#note", "Kept without a face")
    for _ in range(200):
        if kinds(page) == {("root", "share"), ("pages", "root"), ("work", "device")}:
            break
        page.wait_for_timeout(50)
    porch.stop()
    page.goto(porch.url + FAMILY)
    assert page.inner_text("h1") == "Ansel likes frogs"

    phone.close()
    page = phone.open()
    page.goto(porch.url + FAMILY)
    until(page, "!document.querySelector('[data-way=sign-in]')?.hidden")
    assert shows_nothing(page)

    porch.start()
    porch.signed_in_at = datetime.now(UTC)
    with contextlib.suppress(Error):
        page.goto(porch.url + NEW_VISIT)
    until(page, STARTED)
    assert page.input_value("#note") == "Kept without a face"
