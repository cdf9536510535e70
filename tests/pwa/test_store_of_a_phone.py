"""When the phone's store is small, cut off, cleared or only for this window: what is kept, and what is promised."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, BrowserType, Page

from tests.handset import SCREEN, Handset, launch_options
from tests.pwa.conftest import AMERICAN, READY, until
from tests.pwa.porch import CASE, NEW_VISIT, ROWAN, Porch
from tests.pwa.test_pages import kept_urls
from tests.pwa.test_visit import STARTED, come_home, fill_in, save

FAMILY = f"/families/{CASE}"
CHIP = "document.querySelector('[data-ready-offline]')"
SAID = f"""(() => {{ globalThis.said = []; const chip = {CHIP}
  new MutationObserver(() => said.push(chip.textContent)).observe(chip, {{ childList: true, subtree: true, characterData: true }}) }})()"""
PACK = """() => navigator.serviceWorker.ready.then((registration) => new Promise((done) => {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = ({ data }) => "done" in data && done(data.done)
  registration.active.postMessage({ ask: "pack" }, [port2])
}))"""
# What the page's own modules hold is closed under them, as a browser does that has lost its store for a moment.
HOLD = """const begin = IDBDatabase.prototype.transaction
globalThis.held = new Set()
IDBDatabase.prototype.transaction = function (...how) {
  const begun = begin.apply(this, how)
  held.add(this)
  return begun
}"""

LOSE = "(() => { const n = held.size; for (const db of held) db.close(); held.clear(); return n })()"


def limit(page: Page, porch: Porch, size: int) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": porch.url, "quotaSize": size})


def promised(page: Page) -> str:
    until(page, READY)
    return page.inner_text("[data-ready-offline]")


def test_a_pack_that_is_cut_keeps_what_came_and_asks_only_for_the_rest(porch: Porch, phone: Handset) -> None:
    page = phone.open()
    page.goto(f"{porch.url}/today")
    until(page, READY)
    del porch.notes[FAMILY]  # which left the caseload
    porch.notes |= {f"/people/{n}": f"Child {n}" for n in range(20)}
    porch.per_piece, porch.pieces_before_cut = 4, len(porch.sent) + 2

    cut = page.evaluate(PACK)
    came = kept_urls(page)
    porch.sent, porch.pieces_before_cut = [], 1000
    page.goto(f"{porch.url}/today")
    page.evaluate(SAID)
    until(page, READY)
    whole = page.evaluate(PACK)

    assert cut["unreached"] is True
    assert len(cut["changed"]) == 8
    assert FAMILY not in came
    assert set(cut["changed"]) <= set(came)
    again = [url for piece in porch.sent for url in piece]
    assert len(again) == len(set(again)) == 12
    assert not set(again) & set(came)
    assert whole["ready"]
    assert whole["pages"] == 24
    assert whole["changed"] == []
    told = page.evaluate("said")
    assert any(words.startswith("Getting ready: ") and " of 24 pages, about " in words for words in told), told


@pytest.mark.fault(12)
def test_five_megabytes_keep_every_word_and_decline_the_photo_in_words(
    porch: Porch, phone: Handset, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Failure mode 12: nothing that was typed is lost, before or after the photo that does not fit."""
    large = tmp_path / "camera.jpg"
    Image.effect_noise((1600, 1200), 120).convert("RGB").save(large, quality=95)
    porch.stop()
    page = phone.open()
    limit(page, porch, 5_000_000)
    page.goto(porch.url + NEW_VISIT)
    until(page, STARTED)
    fill_in(page)

    photos = 0
    answered = """document.querySelector('[data-photo-error]').textContent
      || document.querySelectorAll('[data-photo-list] figure').length > {}"""
    while photos < 12:
        page.set_input_files("input[type=file]", large)
        if (found := until(page, answered.format(photos), seconds=30)) is not True:
            break
        photos += 1
    assert found == "This phone is full. The photo was not kept."
    words = "After the photo that did not fit, a long account of the visit. " * 140
    page.fill("#observations", words)
    until(page, "document.querySelector('[data-draft-state]').textContent.startsWith('Draft kept')")
    page.goto(porch.url + NEW_VISIT)
    until(page, f"{STARTED} && document.querySelector('#observations').value.length > 100")
    assert page.input_value("#observations") == words
    for _ in range(photos):
        page.locator("[data-drop-photo]").first.click()
    until(page, "!document.querySelector('[data-photo-list] figure')")
    save(page)
    come_home(porch, page, 1)

    (arrived,) = porch.intake.arrived.values()
    record_property(
        "figure", f"{photos} photos were kept, {len(words)} of {len(arrived.body['observations'])} signs arrived"
    )
    assert arrived.body["observations"] == words.strip()


@pytest.mark.fault(15, shows="10 losses, 0 characters lost")
def test_a_store_that_is_lost_under_an_open_form_is_opened_again_and_the_form_kept(
    porch: Porch, phone: Handset
) -> None:
    """Failure mode 15: of ten losses while somebody types, none costs a word."""
    porch.stop()
    page = phone.open()
    page.add_init_script(HOLD)
    page.goto(porch.url + NEW_VISIT)
    until(page, STARTED)
    page.click("#observations")

    for number in range(10):
        page.keyboard.type(f"word{number} ")
        until(page, LOSE)
        # One key alone, so that no later one puts right what this one has lost.
        page.keyboard.press("-")
        until(page, "document.querySelector('[data-draft-state]').textContent.startsWith('Draft kept')")
    page.goto(porch.url + NEW_VISIT)
    until(page, f"{STARTED} && document.querySelector('#observations').value.endsWith('9 -')")

    assert page.input_value("#observations") == "".join(f"word{number} -" for number in range(10))


@pytest.fixture
def private(browser_type: BrowserType) -> Any:
    """A private window: its store is gone when it is closed, and the browser promises nothing, whoever asks."""
    browser = browser_type.launch(**launch_options())
    yield browser.new_context(viewport=SCREEN, **AMERICAN)
    browser.close()


def grant(page: Page, porch: Porch) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Browser.grantPermissions", {"origin": porch.url, "permissions": ["durableStorage"]})


@pytest.mark.fault(14, shows="not promised in a private window")
def test_offline_is_promised_only_where_the_browser_has_promised_to_keep(
    porch: Porch, private: BrowserContext, handset: Callable[..., Handset]
) -> None:
    """Failure mode 14: a private window works without signal, and says that this is no promise."""
    porch.person = ROWAN
    page = private.new_page()
    page.goto(f"{porch.url}/today")
    grant(page, porch)
    page.goto(f"{porch.url}/today")
    alone = promised(page)
    phone = handset("own", **AMERICAN).open()
    grant(phone, porch)
    phone.goto(f"{porch.url}/today")
    kept = promised(phone)
    porch.stop()
    page.goto(porch.url + FAMILY)

    assert alone == "Works offline now, not promised. As of 8:02 am"
    assert kept == "Ready offline, as of 8:02 am"
    assert page.inner_text("h1") == "Ansel likes frogs"
