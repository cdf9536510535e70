"""While somebody else holds the phone, every way leads back to the gate, until the digits come or the person signs in anew."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.handset import Handset
from tests.pwa.conftest import AMERICAN, READY, until
from tests.pwa.porch import CASE, NEW_VISIT, ROWAN, TAMSIN, Porch
from tests.pwa.test_visit import STARTED, fill_in, hand_over

FAMILY = f"/families/{CASE}"
GATE = f"location.pathname === '{NEW_VISIT}' && !document.querySelector('[data-gate]')?.hidden && !document.body.hidden"
AT_DIGITS = GATE.replace("[data-gate]", "[data-step=code]")
PACK = """() => navigator.serviceWorker.ready.then((registration) => new Promise((done) => {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = ({ data }) => "done" in data && done()
  registration.active.postMessage({ ask: "pack" }, [port2])
}))"""
SECRET = ("Three visits today", "Ansel likes frogs", "creek", "Callum")


TURN = """new Promise((done) => { const o = indexedDB.open('porchlight-outbox'); o.onsuccess = () => {
  const all = o.result.transaction('drafts').objectStore('drafts').getAll()
  all.onsuccess = () => { o.result.close(); done(Math.max(...all.result.map(({ turn }) => turn ?? 0))) } } })"""


def shows_the_gate_alone(page: Page) -> bool:
    until(page, GATE)
    seen = page.inner_text("body")
    return not [words for words in SECRET if words in seen]


@pytest.fixture
def handed(porch: Porch, phone: Handset) -> Page:
    """Rowan's phone in a caregiver's hands: from Today to the form as people go, then filled in and handed over."""
    page = phone.open()
    page.goto(f"{porch.url}/today")
    until(page, "Boolean(globalThis.htmx)")
    page.click("#visit")
    until(page, STARTED)
    fill_in(page)
    hand_over(page)
    return page


def test_back_stays_at_the_gate(handed: Page) -> None:
    for _ in range(4):
        handed.go_back()
        handed.wait_for_timeout(200)

        assert shows_the_gate_alone(handed)


def test_back_out_of_a_page_that_came_whole_stays_at_the_gate(porch: Porch, phone: Handset) -> None:
    page = phone.open()
    for path in (FAMILY, "/today", NEW_VISIT):
        page.goto(porch.url + path)
    until(page, STARTED)
    fill_in(page)
    hand_over(page)

    for _ in range(4):
        page.go_back()
        page.wait_for_timeout(200)

        assert shows_the_gate_alone(page)


@pytest.mark.parametrize("signal", [True, False])
def test_every_other_address_leads_to_the_gate(signal: bool, porch: Porch, handed: Page) -> None:
    if not signal:
        porch.stop()

    for path in ("/today", FAMILY, "/", "/families?q=a", "/api/v1/cases", "/media/1", "/phone", "/help"):
        handed.goto(porch.url + path)

        until(handed, AT_DIGITS)
        assert shows_the_gate_alone(handed)


def test_a_page_that_is_asked_for_by_a_script_is_not_given(handed: Page) -> None:
    asked = "fetch('/today').then(async (a) => [a.status, a.headers.get('HX-Redirect'), await a.text()])"

    assert handed.evaluate(asked) == [401, NEW_VISIT, ""]


def test_a_new_browser_opens_at_the_gate(porch: Porch, phone: Handset, handed: Page) -> None:
    before = handed.evaluate(TURN)
    handed.click("[data-speak=es]")
    until(handed, f"{TURN}.then((turn) => turn > {before})")
    porch.stop()
    phone.kill()

    page = phone.open()
    page.goto(f"{porch.url}/today")

    until(page, AT_DIGITS)
    assert shows_the_gate_alone(page)
    assert page.get_attribute("[data-gate]", "lang") == "es"  # whoever holds it goes on in their language


def test_another_open_page_of_ours_goes_to_the_gate(porch: Porch, phone: Handset) -> None:
    other = phone.open()
    other.goto(f"{porch.url}/today")
    until(other, "document.querySelector('#sync-chip').dataset.state === 'sent'")
    page = other.context.new_page()
    page.goto(porch.url + NEW_VISIT)
    until(page, STARTED)
    fill_in(page)
    hand_over(page)

    until(other, AT_DIGITS)
    assert shows_the_gate_alone(other)


def test_a_wrong_password_does_not_open_the_gate(porch: Porch, handed: Page) -> None:
    handed.goto(f"{porch.url}/sign-in")
    handed.evaluate("fetch('/sign-in', { method: 'POST', redirect: 'manual' })")

    for _ in range(2):
        handed.goto(f"{porch.url}/today")
        until(handed, AT_DIGITS)
        handed.wait_for_timeout(500)

    assert shows_the_gate_alone(handed)


def test_the_digits_open_every_page_again(porch: Porch, handed: Page) -> None:
    handed.goto(f"{porch.url}/today")
    until(handed, AT_DIGITS)
    handed.fill("[data-code]", "4711")
    until(handed, "document.querySelector('[data-gate]').hidden")

    handed.goto(f"{porch.url}/today")

    assert handed.inner_text("h1") == "Three visits today"


def test_help_can_be_called_at_the_digits(handed: Page) -> None:
    handed.click("[data-to-code]")

    assert handed.get_by_role("link", name="call 911").get_attribute("href") == "tel:911"
    assert handed.get_by_role("link", name="call 911").is_visible()


def test_doors_and_the_shell_stay_open(porch: Porch, handed: Page) -> None:
    seen = []
    for path in ("/sign-in", "/offline"):
        handed.goto(porch.url + path)
        seen.append(handed.inner_text("h1"))

    assert seen == ["Sign in", "This page is not on this phone"]


def test_whoever_signs_in_as_another_is_not_held_up(porch: Porch, handed: Page) -> None:
    porch.notes["/today"] = "Nothing due"
    porch.person = TAMSIN
    handed.goto(f"{porch.url}/sign-in")

    until(handed, READY)
    handed.goto(f"{porch.url}/today")

    assert handed.inner_text("h1") == "Nothing due"


def test_a_family_that_left_the_caseload_meanwhile_signs_the_phone_out(porch: Porch, handed: Page) -> None:
    porch.packed_visit = False
    handed.evaluate(PACK)

    handed.goto(f"{porch.url}/today")

    until(handed, "document.querySelector('h1')?.textContent === 'Sign in'")
    assert porch.person is None


def test_without_a_worker_the_page_itself_leads_back(porch: Porch, handset: Callable[..., Handset]) -> None:
    porch.person = ROWAN
    page = handset("plain", **AMERICAN, service_workers="block").open()
    page.goto(porch.url + NEW_VISIT)
    until(page, STARTED)
    fill_in(page)
    hand_over(page)

    page.goto(f"{porch.url}/today")

    until(page, AT_DIGITS)
    page.click("[data-step=code] summary")
    page.click("[data-step=code] form button")
    until(page, "document.querySelector('h1')?.textContent === 'Sign in'")
    porch.person = ROWAN
    page.goto(f"{porch.url}/today")
    until(page, "document.querySelector('#sync-chip').dataset.state === 'sent'")
    assert page.inner_text("h1") == "Three visits today"
