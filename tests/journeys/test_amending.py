"""A visit is changed without signal: kept as it is typed, sealed, sent once, and shown beside the first words."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect
from sqlmodel import col

from porchlight.visits.models import Amendment
from tests.handset import Handset
from tests.journeys import steps
from tests.serving import Serving

FRESH = """SELECT families.name FROM contacts JOIN cases ON cases.id = contacts.case_id JOIN families ON families.id = cases.family_id
  JOIN accounts ON accounts.id = contacts.author_id JOIN assignments ON assignments.case_id = cases.id AND assignments.account_id = accounts.id
  WHERE accounts.name = 'Rowan Ibarra' AND contacts.started_at > datetime('now', '-5 days') AND assignments.to_at IS NULL ORDER BY contacts.started_at DESC LIMIT 1"""

UNENROL = """() => new Promise((done) => { const asked = indexedDB.open('porchlight-outbox'); asked.onsuccess = () => {
  const tx = asked.result.transaction('devices', 'readwrite'); tx.objectStore('devices').clear()
  tx.oncomplete = () => { asked.result.close(); done() } } })"""


def rows(serving: Serving, question: str) -> list[tuple[str, ...]]:
    with sqlite3.connect(f"file:{serving.data / 'porchlight.sqlite3'}?mode=ro", uri=True) as connection:
        return connection.execute(question).fetchall()


@pytest.mark.duty("S4-42")
def test_what_was_written_wrong_is_put_right_without_signal(
    serve: Callable[..., Serving], demo_data: Path, handset: Callable[..., Handset]
) -> None:
    serving = serve(copy_of=demo_data)
    ((family,),) = rows(serving, FRESH)
    page = handset("rowan").open()
    steps.sign_in(page, serving, "Rowan Ibarra")
    steps.wait_ready_offline(page)
    # Its script is one of those that come right after the phone is safe.
    steps.until(page, lambda: page.evaluate("caches.match('/js/visits/amend.js').then(Boolean)"), bool)
    steps.stop_for_real(serving)

    steps.open_family(page, family)
    page.locator("a[href$='/amend']").first.click()
    expect(page.get_by_role("heading", name="Change a visit")).to_be_visible()
    note = page.locator('[name="note"]')
    expect(page.locator("[data-js][data-asked] form:not([inert])")).to_be_visible()
    before = note.input_value()
    save = page.get_by_role("button", name="Save the change")
    save.click()
    expect(page.get_by_role("alert")).to_contain_text("Write why you change it.")
    note.fill("First change")
    expect(page.locator("[data-draft-state]")).to_contain_text("Draft kept")
    page.reload()
    expect(note).to_have_value("First change")
    page.locator('[name="reason"]').fill("I had it wrong.")
    save.click()
    expect(page.get_by_role("heading", name="Saved on this phone. Not sent yet.")).to_be_visible()

    # A second change, begun on the same stored page, has seen the first one.
    page.reload()
    expect(note).to_have_value("First change")
    note.fill("Second change")
    page.locator('[name="reason"]').fill("Better words.")
    save.click()
    expect(page.get_by_role("heading", name="Saved on this phone. Not sent yet.")).to_be_visible()
    page.goto(f"{serving.url}/phone")
    items = page.locator("#items > li")
    expect(items).to_have_count(2)
    expect(items.first).to_contain_text("Change to a visit")
    expect(items.first).to_contain_text(family)

    serving.start()
    page.get_by_role("button", name="Send now").click()
    expect(page.locator("#sync-chip")).to_contain_text("All sent", timeout=30_000)
    kept = steps.rows(serving, sa.select(Amendment.changes, Amendment.base).order_by(col(Amendment.id)))  # type: ignore[call-overload]
    assert [changes for changes, _base in kept] == [
        {"note": "First change"},
        {"note": "Second change"},
    ]
    assert [len(base) for _changes, base in kept] == [0, 1]
    items.first.get_by_role("link").click()
    history = page.get_by_role("region", name="Changed after it was saved")
    expect(history.get_by_role("cell")).to_have_text(
        [before or "Nothing", "First change", "First change", "Second change"]
    )
    expect(page.get_by_text(re.compile("Two changes did not know"))).to_have_count(0)
    # The stored form is older than what was sent: the server says what stands.
    page.get_by_role("link", name="Change this visit").click()
    expect(note).to_have_value("Second change")

    amend = page.url
    # A phone that was never enrolled sends a plain form: without signal nothing of it is lost, and it goes once it is there.
    note.fill("Third change")
    page.locator('[name="reason"]').fill("It was the cellar.")
    page.locator('[name="reason"]').blur()
    expect(page.locator("[data-draft-state]")).to_contain_text("Draft kept")
    steps.stop_for_real(serving)
    page.evaluate(UNENROL)
    save.click()
    expect(page.get_by_role("heading", name="Change a visit")).to_be_hidden()
    page.goto(amend)
    expect(note).to_have_value("Third change")
    page.evaluate(UNENROL)
    serving.start()
    save.click()
    expect(history.get_by_role("cell").last).to_have_text("Third change")
    page.get_by_role("link", name="Change this visit").click()
    expect(page.locator("[data-js][data-asked] form:not([inert])")).to_be_visible()
    expect(note).to_have_value("Third change")
    expect(page.locator("[data-resumed]")).to_be_hidden()
    expect(page.locator('[name="reason"]')).to_have_value("")
