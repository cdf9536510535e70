"""Pages without a server: what is promised is there, for its own person only, and honest when it is not."""

import threading
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.handset import Handset
from tests.pwa.conftest import READY, until
from tests.pwa.porch import CASE, NEW_VISIT, ROWAN, TAMSIN, Porch
from tests.serving import refuses

FAMILY = f"/families/{CASE}"
CONTROLLED = "Boolean(navigator.serviceWorker.controller)"
PUT = """([base, store, value, key]) => new Promise((done) => {
  const opening = indexedDB.open(base)
  opening.onsuccess = () => { const tx = opening.result.transaction(store, 'readwrite'); tx.objectStore(store).put(value, key); tx.oncomplete = () => { opening.result.close(); done() } }
})"""
GET = """([base, store]) => new Promise((done) => {
  const opening = indexedDB.open(base)
  opening.onsuccess = () => { const asked = opening.result.transaction(store).objectStore(store).getAll(); asked.onsuccess = () => { opening.result.close(); done(asked.result) } }
})"""

LEAVING = f"({GET})(['porchlight-pages', 'settings']).then((found) => found.includes(true))"


def kept_urls(page: Page) -> list[str]:
    return sorted(row["url"] for row in page.evaluate(GET, ["porchlight-pages", "pages"]))


@pytest.fixture
def open_phone(phone: Handset) -> Page:
    return phone.open()


def test_after_one_visit_the_pages_open_without_a_server_in_a_new_browser(porch: Porch, open_phone: Page) -> None:
    porch.stop()
    assert refuses(porch.port)

    open_phone.goto(f"{porch.url}/today")
    today = open_phone.inner_text("h1")
    open_phone.goto(porch.url + FAMILY)

    assert today == "Three visits today"
    assert open_phone.inner_text("h1") == "Ansel likes frogs"
    assert until(open_phone, "document.querySelector('[data-as-of]').textContent").startswith("As of Mon 8:02")


def test_moving_about_offline_keeps_one_document_and_strips_nothing(porch: Porch, open_phone: Page) -> None:
    said: list[str] = []
    open_phone.on("console", lambda message: said.append(message.text))
    porch.stop()
    open_phone.goto(f"{porch.url}/today")
    open_phone.evaluate("globalThis.same = true")
    until(open_phone, "Boolean(globalThis.htmx)")

    open_phone.click("#visit")
    until(open_phone, "document.querySelector('h1').textContent === 'Log a visit'")
    open_phone.go_back()
    until(open_phone, "document.querySelector('h1').textContent === 'Three visits today'")

    assert open_phone.evaluate("globalThis.same")
    assert not [line for line in said if "hx-csp" in line or "htmx:error" in line]


def test_every_answer_from_the_store_bears_a_nonce_of_its_own(porch: Porch, open_phone: Page) -> None:
    porch.stop()
    open_phone.goto(f"{porch.url}/today")
    ask = "fetch('/today', { headers: { Accept: 'text/html' } }).then(async (a) => [a.headers.get('content-security-policy'), await a.text()])"

    answers = [open_phone.evaluate(ask) for _ in range(2)]

    nonces = [header.split("'nonce-")[1].split("'")[0] for header, _ in answers]
    assert len(set(nonces)) == 2
    for nonce, (header, body) in zip(nonces, answers, strict=True):
        assert body.count(nonce) == body.count("nonce=")
        assert header.count("nonce-") == 1


def test_a_page_that_is_not_on_the_phone_says_so_and_shows_whom_to_ring(porch: Porch, open_phone: Page) -> None:
    porch.stop()

    open_phone.goto(f"{porch.url}/families/0193a1b2-0000-7000-8000-00000000dead")

    assert open_phone.inner_text("h1") == "This page is not on this phone"
    assert open_phone.get_attribute("a.warn", "href") == "tel:911"


@pytest.mark.fault(6, shows="0 of the first person’s words on 6 pages: online, offline, by Back")
def test_another_person_on_this_phone_sees_nothing_of_the_first(porch: Porch, open_phone: Page) -> None:
    open_phone.goto(porch.url + FAMILY)
    porch.person = TAMSIN
    porch.notes = {"/today": "Nothing due"}

    open_phone.goto(f"{porch.url}/sign-in")
    open_phone.evaluate("fetch('/sign-in', { method: 'POST', redirect: 'manual' })")
    open_phone.goto(f"{porch.url}/today")
    online = open_phone.inner_text("body")
    until(open_phone, READY)
    seen = [online]
    porch.stop()
    for path in ("/today", FAMILY, NEW_VISIT):
        open_phone.goto(porch.url + path)
        seen.append(open_phone.inner_text("body"))
    open_phone.go_back()
    open_phone.go_back()
    seen.append(open_phone.inner_text("body"))

    assert "Nothing due" in online
    assert not [words for words in seen if "Ansel likes frogs" in words or "Three visits" in words or ROWAN in words]


def test_after_a_sign_in_nothing_is_shown_until_a_page_says_who_is_here(porch: Porch, open_phone: Page) -> None:
    open_phone.goto(f"{porch.url}/today")
    until(open_phone, READY)
    open_phone.evaluate("fetch('/sign-in', { method: 'POST', redirect: 'manual' })")
    porch.stop()

    open_phone.goto(f"{porch.url}/today")
    unknown = open_phone.inner_text("h1")
    porch.start()
    open_phone.goto(f"{porch.url}/today")
    until(open_phone, READY)
    porch.stop()
    open_phone.goto(porch.url + FAMILY)

    assert unknown == "This page is not on this phone"
    assert open_phone.inner_text("h1") == "Ansel likes frogs"


def test_a_sign_in_page_is_never_kept_under_another_address(porch: Porch, open_phone: Page) -> None:
    open_phone.goto(f"{porch.url}/today")
    porch.person = None
    open_phone.goto(f"{porch.url}/tasks")
    assert open_phone.url.endswith("/sign-in")

    kept = kept_urls(open_phone)

    assert kept == sorted(["/today", "/lock", "/help", FAMILY, NEW_VISIT])


def test_a_page_asked_with_words_in_its_address_is_not_kept(porch: Porch, open_phone: Page) -> None:
    open_phone.goto(f"{porch.url}/today?q=Ansel")

    assert open_phone.inner_text("h1") == "Three visits today"
    assert not [url for url in kept_urls(open_phone) if "Ansel" in url]


def test_a_page_of_the_pack_that_was_just_changed_comes_from_the_server(porch: Porch, open_phone: Page) -> None:
    open_phone.goto(f"{porch.url}/today")
    porch.notes["/today"] = "Two visits today"

    open_phone.evaluate("fetch('/tasks/1', { method: 'POST', redirect: 'manual' })")
    open_phone.goto(f"{porch.url}/today")

    assert open_phone.inner_text("h1") == "Two visits today"


def test_a_newer_page_is_offered_and_not_pushed(porch: Porch, open_phone: Page) -> None:
    porch.notes["/today"] = "Two visits today"

    open_phone.goto(f"{porch.url}/today")

    assert open_phone.inner_text("h1") == "Three visits today"
    until(open_phone, "document.querySelector('[data-as-of] a')?.textContent === 'Show the newest'")
    open_phone.click("[data-as-of] a")
    until(open_phone, "document.querySelector('h1').textContent === 'Two visits today'")


def test_a_newer_page_is_offered_that_the_page_before_had_asked_for(porch: Porch, open_phone: Page) -> None:
    asked, answered, now = threading.Event(), threading.Event(), porch.now

    def when_let() -> datetime:
        asked.set()
        answered.wait(15)
        return now()

    porch.notes["/today"], porch.now = "Two visits today", when_let
    open_phone.goto(porch.url + FAMILY)
    assert asked.wait(15)

    open_phone.goto(f"{porch.url}/today")
    assert open_phone.inner_text("h1") == "Three visits today"
    answered.set()

    until(open_phone, "document.querySelector('[data-as-of] a')?.textContent === 'Show the newest'")


def test_what_left_the_caseload_leaves_the_phone(porch: Porch, open_phone: Page) -> None:
    del porch.notes[FAMILY]

    open_phone.goto(f"{porch.url}/today")
    until(open_phone, READY)

    assert kept_urls(open_phone) == sorted(["/help", "/lock", "/today", NEW_VISIT])


@pytest.mark.fault(22, shows="0 words of a person, with the server stopped")
def test_signing_out_without_a_server_hides_everything_and_the_server_hears_of_it_first(
    porch: Porch, open_phone: Page
) -> None:
    open_phone.goto(f"{porch.url}/today")
    until(open_phone, READY)
    porch.stop()

    # The battery dies in the middle of it: the next start finishes what was begun.
    open_phone.evaluate("void (IDBObjectStore.prototype.delete = () => { throw new Error('dead') })")
    open_phone.click("#out")
    until(open_phone, LEAVING)
    assert kept_urls(open_phone)
    open_phone.goto(f"{porch.url}/today")
    offline = open_phone.inner_text("body")
    kept = open_phone.evaluate(GET, ["porchlight-pages", "wraps"])
    open_phone.go_back()
    back = open_phone.inner_text("body")
    porch.start()
    porch.asked.clear()
    open_phone.goto(f"{porch.url}/today")

    assert "Three visits" not in offline + back
    assert kept == []
    asked = [(method, path) for method, path, _ in porch.asked if not path.endswith("/order")]
    assert asked[:2] == [("POST", "/sign-out"), ("GET", "/today")]
    assert open_phone.inner_text("h1") == "Sign in"


def test_a_pack_that_comes_after_signing_out_signs_nobody_in_again(
    porch: Porch, open_phone: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_phone.goto(f"{porch.url}/today")
    until(open_phone, READY)
    made, asked, go = porch.pack, threading.Event(), threading.Event()

    def late(*what: Any, **more: Any) -> dict[str, Any]:
        found = made(*what, **more)
        asked.set()
        go.wait(20)
        return found

    porch.notes["/people/1"] = "Birdie, 7"
    monkeypatch.setattr(porch, "pack", late)
    open_phone.goto(f"{porch.url}/today")
    while not asked.is_set():
        open_phone.wait_for_timeout(20)
    open_phone.click("#out")
    until(open_phone, "location.pathname !== '/today' && document.querySelector('h1')")
    go.set()
    open_phone.evaluate("navigator.locks.request('porchlight-pack', () => {})")

    assert kept_urls(open_phone) == []
    assert [one for one in open_phone.evaluate(GET, ["porchlight-pages", "settings"]) if "person_id" in str(one)] == []


def test_pages_are_erased_after_five_days_without_a_word_from_the_server(porch: Porch, open_phone: Page) -> None:
    open_phone.goto(f"{porch.url}/today")
    until(open_phone, READY)
    # Whoever has it sets its clock back each time: what had passed by then still counts.
    now = open_phone.evaluate("Date.now()")
    day = 24 * 3_600_000
    pack = {"as_of": "2026-11-18T14:02:00Z", "at": now + 300 * day, "last": now - day}
    open_phone.evaluate(PUT, ["porchlight-pages", "settings", pack | {"silent": 3 * day}, f"pack {ROWAN}"])
    porch.stop()

    open_phone.goto(f"{porch.url}/today")
    after_four = open_phone.inner_text("h1")
    [known] = [one for one in open_phone.evaluate(GET, ["porchlight-pages", "settings"]) if "silent" in str(one)]
    set_back = known | {"last": known["last"] + day}
    open_phone.evaluate(PUT, ["porchlight-pages", "settings", set_back, f"pack {ROWAN}"])
    open_phone.goto(porch.url + FAMILY)
    still_four = open_phone.inner_text("h1")
    open_phone.evaluate(PUT, ["porchlight-pages", "settings", known | {"last": now - day}, f"pack {ROWAN}"])
    open_phone.goto(f"{porch.url}/today")

    assert (after_four, still_four) == ("Three visits today", "Ansel likes frogs")
    assert open_phone.inner_text("h1") == "This page is not on this phone"
    assert kept_urls(open_phone) == []

    # A clock that ran years ahead is right again at the first contact.
    porch.start()
    open_phone.goto(f"{porch.url}/today")
    until(open_phone, READY)
    [anew] = [one for one in open_phone.evaluate(GET, ["porchlight-pages", "settings"]) if "as_of" in str(one)]
    assert anew["silent"] < day
    porch.stop()
    open_phone.goto(porch.url + FAMILY)
    assert open_phone.inner_text("h1") == "Ansel likes frogs"


def test_a_new_release_waits_while_somebody_types_and_comes_when_they_are_done(porch: Porch, open_phone: Page) -> None:
    open_phone.goto(porch.url + NEW_VISIT)
    until(open_phone, CONTROLLED)
    until(open_phone, "document.querySelector('[data-script]')?.disabled === false")
    open_phone.fill("#observations", "half a sentence")
    porch.version = "2"
    state: dict[str, Any] = {"waiting": "navigator.serviceWorker.getRegistration().then((r) => Boolean(r.waiting))"}

    open_phone.evaluate("navigator.serviceWorker.getRegistration().then((r) => r.update())")
    until(open_phone, state["waiting"])
    # It may take over where there is no signal: what opens a locked phone is there before.
    assert open_phone.evaluate("caches.open('porchlight-2').then((one) => one.match('/unlock/en')).then(Boolean)")
    open_phone.evaluate("dispatchEvent(new Event('visibilitychange'))")
    open_phone.wait_for_timeout(300)
    still = open_phone.evaluate(state["waiting"])
    open_phone.goto(f"{porch.url}/today")

    assert still
    until(open_phone, f"{state['waiting']}.then((waiting) => !waiting)")
    assert until(open_phone, "caches.keys().then((names) => names.join() === 'porchlight-2')")


NEXT = "navigator.serviceWorker.getRegistration().then((r) => r.update())"
HOLD = "(name) => { navigator.locks.request(name, () => new Promise((done) => (globalThis.letGo = done))) }"
HANDED = """(handed) => new Promise((done) => { const o = indexedDB.open('porchlight-outbox'); o.onsuccess = () => {
  const tx = o.result.transaction('drafts', 'readwrite'), drafts = tx.objectStore('drafts')
  handed ? drafts.put({ person_id: '', key: 'handed', person: 'x', path: '/x' }) : drafts.delete(['', 'handed'])
  tx.oncomplete = () => { o.result.close(); done() } } })"""
HALF_SENT = """(half) => new Promise((done) => { const o = indexedDB.open('porchlight-outbox'); o.onsuccess = () => {
  const tx = o.result.transaction('items', 'readwrite'), items = tx.objectStore('items')
  half ? items.put({ op_id: 'x', person_id: 'x', kind: 'visit.photo', state: 'waiting', next_at: Date.now() + 1e6, upload: [{ part: 1 }], upload_until: Date.now() + 1e6 }) : items.delete('x')
  tx.oncomplete = () => { o.result.close(); done() } } })"""


def test_a_release_that_comes_while_the_app_is_used_is_offered_and_taken_only_when_it_is_safe(
    porch: Porch, open_phone: Page
) -> None:
    open_phone.goto(f"{porch.url}/today")
    until(open_phone, READY)
    until(open_phone, CONTROLLED)
    porch.version = "2"
    open_phone.evaluate(NEXT)
    until(open_phone, "document.querySelector('[data-update] button')")
    waits = "navigator.serviceWorker.getRegistration().then((r) => Boolean(r.waiting))"
    said = "document.querySelector('[data-update] p').textContent"
    assert open_phone.evaluate(said) == "A new version of the app is ready."

    for begin, end in (
        (lambda: open_phone.evaluate(HOLD, "porchlight-busy"), lambda: open_phone.evaluate("letGo()")),
        (lambda: open_phone.evaluate(HOLD, "porchlight-flush"), lambda: open_phone.evaluate("letGo()")),
        (lambda: open_phone.evaluate(HALF_SENT, True), lambda: open_phone.evaluate(HALF_SENT, False)),
        (lambda: open_phone.evaluate(HANDED, True), lambda: open_phone.evaluate(HANDED, False)),
    ):
        begin()
        open_phone.evaluate(f"{said.removesuffix('.textContent')}.textContent = ''")
        open_phone.click("[data-update] button")
        until(open_phone, f"{said}.startsWith('Not yet: something is being written or sent.')")
        assert open_phone.evaluate(waits)
        end()

    open_phone.evaluate("globalThis.before = true")
    open_phone.click("[data-update] button")
    until(open_phone, "globalThis.before === undefined && document.querySelector('h1')")
    assert until(open_phone, "caches.keys().then((names) => names.join() === 'porchlight-2')")
    assert not open_phone.evaluate(waits)


def test_the_shell_is_complete_or_not_there(porch: Porch, phone: Handset) -> None:
    page = phone.open()
    page.goto(f"{porch.url}/today")
    until(page, READY)
    porch.version = "2"
    gone = porch.files.pop("/js/visits/visit.js")
    porch.shell_extra = ["/js/visits/visit.js"]

    page.evaluate("navigator.serviceWorker.getRegistration().then((r) => r.update()).catch(() => {})")
    page.wait_for_timeout(1000)

    assert page.evaluate("caches.match('/js/visits/visit.js').then((found) => found.ok)")
    assert page.evaluate("navigator.serviceWorker.getRegistration().then((r) => r.waiting === null)")
    porch.files["/js/visits/visit.js"] = gone


def test_ready_offline_is_not_said_when_a_page_cannot_be_opened(porch: Porch, open_phone: Page) -> None:
    open_phone.goto(f"{porch.url}/today")
    until(open_phone, READY)
    (row, *_rest) = open_phone.evaluate(GET, ["porchlight-pages", "pages"])
    porch.stop()
    spoiled = """([base, url]) => new Promise((done) => { const o = indexedDB.open(base); o.onsuccess = () => {
      const tx = o.result.transaction('pages', 'readwrite'); const all = tx.objectStore('pages').getAll()
      all.onsuccess = () => { const row = all.result.find((r) => r.url === url); new Uint8Array(row.data)[9] ^= 1; tx.objectStore('pages').put(row) }
      tx.oncomplete = () => { o.result.close(); done() } } })"""
    open_phone.evaluate(spoiled, ["porchlight-pages", row["url"]])

    open_phone.goto(f"{porch.url}/today" if row["url"] != "/today" else porch.url + FAMILY)

    until(open_phone, "document.querySelector('[data-ready-offline]').textContent === 'Not ready offline yet'")
