"""One visit from a kitchen table without signal to a verified receipt, and the foster parent's answer to it."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageStat
from playwright.sync_api import BrowserType, Page, expect

from tests.handset import Handset, launch_options
from tests.journeys import steps
from tests.serving import Serving, refuses

FAMILY = "Quintrell"
SHARED = "The kitchen was warm. All three ate soup and told jokes."
PRIVATE = {"Gideon": "Gideon says he misses his old school.", "Hester": "Hester would like a lamp by her bed."}
AGREED = "Soup night again on the 7th"


def fill_in(page: Page) -> None:
    """A home visit to three siblings: two were seen, one of them alone; one was not there."""
    steps.choose(page, "kind", "caseworker_visit")
    page.locator("[data-now=started_at]").click()
    steps.choose(page, "place", "home")
    child = steps.children(page)
    assert set(child) == {"Gideon", "Hester", "Iggy"}
    steps.choose(page, f"{child['Gideon']}-seen", "yes")
    steps.choose(page, f"{child['Gideon']}-alone", "yes")
    page.locator(f'[name="{child["Gideon"]}-private_note"]').fill(PRIVATE["Gideon"])
    steps.choose(page, f"{child['Hester']}-seen", "yes")
    steps.choose(page, f"{child['Hester']}-alone", "not_possible")
    page.locator(f'[name="{child["Hester"]}-alone_reason"]').fill("Her brother wanted to stay")
    page.locator(f'[name="{child["Hester"]}-private_note"]').fill(PRIVATE["Hester"])
    steps.choose(page, f"{child['Iggy']}-seen", "no")
    page.locator(f'[name="{child["Iggy"]}-not_seen_reason"]').fill("Lives in the other home")
    steps.choose(page, "topics", "health")
    page.locator('[name="agreed"]').fill(AGREED)
    page.locator("summary", has_text="Things to do after this visit").click()
    page.locator('[name="follow_up-0-title"]').fill("Bring the lamp")
    page.locator("[data-in-days='7'][data-for='follow_up-0-due_on']").click()


def sign(page: Page) -> None:
    page.locator('[name="signer"]').fill("Ottoline Fairweather")
    page.locator('[name="signer_relation"]').fill("foster mother")
    page.locator("#code").fill("4711")
    page.get_by_role("button", name="Get a signature").click()
    gate = page.locator("[data-gate]")
    expect(gate).to_be_visible()
    shown = page.locator("body").inner_text()
    assert AGREED in shown
    assert not any(words in shown for words in [SHARED, *PRIVATE.values()])
    gate.locator("[data-consent]").check(force=True)
    steps.draw_signature(page)
    gate.locator("[data-sign]").click()
    gate.locator("[data-code]").fill("1111")
    expect(gate).to_be_visible()
    gate.locator("[data-code]").fill("4711")
    expect(gate).to_be_hidden()
    expect(page.locator("[data-signed]")).to_be_visible()


@pytest.mark.duty("S2-3")
def test_a_visit_without_signal_arrives_whole_once_and_is_confirmed(
    serve: Callable[..., Serving], demo_data: Path, handset: Callable[..., Handset], browser_type: BrowserType
) -> None:
    serving = serve(copy_of=demo_data)
    phone = handset("rowan")
    page = phone.open()
    steps.sign_in(page, serving, "Rowan Ibarra")
    steps.wait_ready_offline(page)
    before = steps.rows(serving, "SELECT count(*) FROM contacts")[0][0]

    # The server is gone, and so is the browser; the app opens from the phone alone.
    steps.stop_for_real(serving)
    phone.close()
    page = phone.open()
    page.goto(f"{serving.url}/today")
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    steps.open_visit_form(page, FAMILY)
    fill_in(page)

    # The battery is pulled in the middle of a sentence.
    notes = page.locator('[name="observations"]')
    notes.press_sequentially(SHARED, delay=15)
    expect(page.locator("[data-draft-state]")).to_contain_text("Saved on this phone")
    phone.kill()
    page = phone.open()
    page.goto(f"{serving.url}/today")
    page.locator("[data-drafts] a").click()
    expect(page.locator('[name="observations"]')).to_have_value(SHARED)
    child = steps.children(page)
    expect(page.locator(f'[name="{child["Gideon"]}-private_note"]')).to_have_value(PRIVATE["Gideon"])

    steps.take_photo(page, steps.a_photo((30, 80, 160)), "home", "Ottoline Fairweather")
    steps.take_photo(page, steps.a_photo((160, 60, 20)), "safety", "Ottoline Fairweather")
    sign(page)
    page.get_by_role("button", name="Save visit").click()
    expect(page.get_by_role("heading", name="Saved on this phone. Not sent yet.")).to_be_visible()
    assert refuses(serving.port)
    assert len(_what_waits(page)) == 4

    # Signal again: everything arrives by itself, once, and the receipts are verified on the phone.
    serving.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#sync-chip")).to_contain_text("All sent", timeout=60_000)
    assert _what_waits(page) == []
    receipts = _receipts(page)
    assert len(receipts) == 4

    _the_server_holds_what_the_phone_made(serving, before, receipts)
    _the_foster_parent_confirms(serving, browser_type)


def _what_waits(page: Page) -> list[str]:
    return page.evaluate("""() => new Promise((done) => {
      const asked = indexedDB.open("porchlight-outbox")
      asked.onsuccess = () => {
        const all = asked.result.transaction("items").objectStore("items").getAll()
        all.onsuccess = () => { asked.result.close(); done(all.result.map((item) => item.op_id)) }
      }
    })""")


def _receipts(page: Page) -> list[str]:
    return page.evaluate("""() => new Promise((done) => {
      const asked = indexedDB.open("porchlight-outbox")
      asked.onsuccess = () => {
        const all = asked.result.transaction("receipts").objectStore("receipts").getAll()
        all.onsuccess = () => { asked.result.close(); done(all.result.map((one) => JSON.stringify(one))) }
      }
    })""")


def _the_server_holds_what_the_phone_made(serving: Serving, before: int, receipts: list[str]) -> None:
    assert steps.rows(serving, "SELECT count(*) FROM contacts")[0][0] == before + 1
    contact = steps.rows(
        serving,
        "SELECT id, observations, agreed, topics, in_residence, summary_sha256 FROM contacts ORDER BY received_at DESC LIMIT 1",
    )[0]
    assert contact[1] == SHARED
    assert json.loads(contact[2]) == [AGREED]
    assert json.loads(contact[3]) == ["health"]
    seen = steps.rows(
        serving,
        "SELECT first_name, seen, alone, alone_reason, not_seen_reason, private_note FROM contact_children"
        " JOIN persons ON persons.id = person_id WHERE contact_id = ? ORDER BY first_name",
        contact[0],
    )
    assert seen == [
        ("Gideon", 1, "yes", "", "", PRIVATE["Gideon"]),
        ("Hester", 1, "not_possible", "Her brother wanted to stay", "", PRIVATE["Hester"]),
        ("Ignatius", 0, "", "", "Lives in the other home", ""),
    ]
    assert steps.rows(serving, "SELECT title FROM tasks WHERE title = 'Bring the lamp'") == [("Bring the lamp",)]
    signed = steps.rows(serving, "SELECT summary_sha256, method, signer_name, strokes FROM signatures")[-1]
    assert signed[:3] == (contact[5], "drawn", "Ottoline Fairweather")
    assert len(json.loads(signed[3])[0]) > 5
    photos = steps.rows(
        serving, "SELECT id, state, purpose, sha256, width, height FROM photos WHERE contact_id = ?", contact[0]
    )
    assert {(state, purpose) for _id, state, purpose, *_rest in photos} == {("stored", "home"), ("stored", "safety")}
    for number, (photo, _state, _purpose, sha256, width, height) in enumerate(sorted(photos)):
        assert (width, height) == (1600, 1200)
        assert any(sha256 in receipt or photo in receipt.replace("-", "") for receipt in receipts)
        files = [path for path in (serving.data / "media").rglob("*.jpg") if photo in path.name.replace("-", "")]
        clean = next(path for path in files if "clean" in path.parts)
        picture = Image.open(io.BytesIO(clean.read_bytes()))
        assert picture.size == (1600, 1200)
        assert not picture.getexif()
        corner = ImageStat.Stat(picture.convert("RGB").crop((1000, 800, 1500, 1100))).mean
        wanted = [(30, 80, 160), (160, 60, 20)][number]
        assert all(abs(is_ - should) < 6 for is_, should in zip(corner, wanted, strict=True))
    assert not list((serving.data / "media" / "incoming").rglob("*.*"))


def _the_foster_parent_confirms(serving: Serving, browser_type: BrowserType) -> None:
    """On a phone of their own, in a plain tab with scripts off, in two taps."""
    link = steps.links_printed(serving)[0]
    browser = browser_type.launch(**launch_options())
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(link)
    shown = page.locator("body").inner_text()
    assert AGREED in shown
    assert not any(words in shown for words in [SHARED, "Gideon", "Hester", "Ignatius", "Iggy", *PRIVATE.values()])
    page.goto(link)
    assert steps.rows(serving, "SELECT count(*) FROM confirmations WHERE answered_at > datetime('now', '-1 hour')") == [
        (0,)
    ]
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("Thank you")).to_be_visible()
    answers = steps.rows(
        serving,
        "SELECT answer, confirmations.summary_sha256 = contacts.summary_sha256 FROM confirmations"
        " JOIN contacts ON contacts.id = contact_id WHERE observations = ?",
        SHARED,
    )
    assert answers == [("confirmed", 1)]
    browser.close()
