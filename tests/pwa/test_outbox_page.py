"""On this phone: visits are counted, and nothing is taken back into a form that nobody can open."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.handset import Handset
from tests.pwa.conftest import until
from tests.pwa.porch import NEW_VISIT, ROWAN, Porch
from tests.pwa.test_outbox import TOOLS, Desk

CHIP = "document.querySelector('#sync-chip').innerText"
UNSENT = "document.querySelector('[data-slot=unsent]').innerText"
ROWS = "document.querySelectorAll('#items > li').length"
SIGNED = """const visit = log('x', { copy: { key: more.key, fields: { observations: ['x'] }, photos: [] } })
  const group = visit.op_id
  const more2 = ['visit.sign', 'visit.photo'].map((kind) => { const op_id = uuid7(); return { op_id, kind, group, lane: 'case', body: { visit_id: group } } })
  await saveOperations(person, [visit, ...more2]); return group
"""


class Outbox(Desk):
    """The outbox page, and beside it a bare one where one can call the modules, which a page's own policy forbids."""

    def __init__(self, page: Page, bare: Page) -> None:
        self.page, self.bare = page, bare

    def run(self, body: str, **given: Any) -> Any:
        return self.bare.evaluate(TOOLS % body, {"person": ROWAN, **given})

    def save(self, key: str = NEW_VISIT) -> Any:
        return self.run(SIGNED, key=key)

    def press(self, what: str) -> None:
        self.page.evaluate("(what) => document.querySelector(`#items [data-do=${what}]:not([hidden])`).click()", what)

    def kinds(self) -> list[str]:
        return sorted(item["kind"] for item in self.run("return all('items')"))


@pytest.fixture
def outbox(porch: Porch, phone: Handset) -> Outbox:
    """With the server gone."""
    page = phone.open()
    bare = page.context.new_page()
    bare.goto(f"{porch.url}/bare")
    page.goto(f"{porch.url}/phone")
    until(page, "document.querySelector('#sync-chip').dataset.state === 'sent'")
    porch.stop()
    return Outbox(page, bare)


def test_one_visit_with_its_signature_and_photo_is_counted_once(outbox: Outbox) -> None:
    outbox.save()

    until(outbox.page, f"{ROWS} === 3 && {CHIP}.endsWith('Visits not sent yet: 1')")
    assert outbox.page.evaluate(UNSENT) == "Visits on this phone, not sent yet: 1"


def test_a_visit_that_was_taken_back_is_not_counted_as_unsent(outbox: Outbox) -> None:
    outbox.save()
    until(outbox.page, f"{ROWS} === 3")

    outbox.press("undo")

    until(outbox.page, f"{UNSENT} === 'Taken back. We hear of it when you have signal.'")
    until(outbox.page, f"{CHIP} === 'Taken back. We hear of it when you have signal.'")
    assert outbox.kinds() == ["withdrawn"] * 3


def test_signed_out_it_is_visits_that_are_still_to_be_sent(porch: Porch, outbox: Outbox) -> None:
    outbox.save()
    porch.intake.devices.clear()
    porch.mode = "broken"
    porch.start()
    porch.person = None
    outbox.run("const { leave } = await import('/shared/device.js'); await leave()")

    outbox.page.goto(f"{porch.url}/sign-in")

    words = until(outbox.page, "document.querySelector('[data-kept]').innerText")
    assert words == "Visits that are locked on this phone and will still be sent: 1"


@pytest.mark.parametrize("act", ["undo", "correct"])
def test_what_cannot_be_opened_again_is_not_taken_back(act: str, porch: Porch, outbox: Outbox) -> None:
    outbox.save("/cases/0193a1b2-0000-7000-8000-00000000dead/visits/new")
    fix = "for (const item of await all('items')) await inOutbox('items', 'readwrite', (items) => items.put({ ...item, state: 'fix', why: 'No.' }))"
    outbox.run(fix)
    porch.start()
    outbox.page.reload()
    until(outbox.page, f"{ROWS} === 3 && document.querySelector('#items [data-do={act}]:not([hidden])')")

    outbox.press(act)

    until(
        outbox.page,
        "document.querySelector('#items').innerText.includes('The form of this family is not on this phone any more.')",
    )
    assert outbox.kinds() == ["visit.log", "visit.photo", "visit.sign"]
    assert outbox.page.evaluate("location.pathname") == "/phone"


def test_what_opens_from_the_phone_is_corrected_without_a_server(outbox: Outbox) -> None:
    outbox.save()
    outbox.run(
        "for (const item of await all('items')) await inOutbox('items', 'readwrite', (items) => items.put({ ...item, state: 'fix', why: 'No.' }))"
    )
    until(outbox.page, f"{ROWS} === 3")
    outbox.run("const { announce } = await import('/shared/store.js'); announce()")
    until(outbox.page, "document.querySelector('#items [data-do=correct]:not([hidden])')")

    outbox.press("correct")

    until(
        outbox.page,
        f"location.pathname === '{NEW_VISIT}' && document.querySelector('[data-resumed]')?.hidden === false",
    )


def test_a_visit_that_had_arrived_is_not_said_to_be_taken_back(porch: Porch, outbox: Outbox) -> None:
    porch.mode = "lost answer"
    porch.start()
    outbox.run(
        "const visit = log('x', { copy: { key: more.key, words: 'x', photos: [] } }); await saveOperations(person, [visit]); await flush(); await undo(person, visit.op_id)",
        key=NEW_VISIT,
    )
    porch.mode = "ok"

    outbox.run("await sendAll()")

    until(outbox.page, f"{UNSENT} === 'Nothing of yours is waiting here.'")
    row = until(outbox.page, "document.querySelector('#items > li[data-state=sent]')?.innerText")
    assert row.startswith("Visit")
    assert "It had arrived before you took it back. It counts as you sent it." in row
    assert "Taken back by you" not in row
