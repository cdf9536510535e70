"""What waits on a phone is told truly, can be taken back until it is sent, and says when it has arrived."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from porchlight.core.keys import b64u
from tests.handset import Handset
from tests.journeys import steps
from tests.serving import Serving

FAMILY = "Quintrell"
BROKEN_STORE = """IDBFactory.prototype.open = new Proxy(IDBFactory.prototype.open, {
  apply(open, factory, given) { if (given[0] === "porchlight-outbox") throw new DOMException("gone", "UnknownError"); return Reflect.apply(open, factory, given) }
})"""

A_CHILD = """SELECT persons.id, persons.case_id FROM persons JOIN cases ON cases.id = persons.case_id
  JOIN families ON families.id = cases.family_id WHERE families.name = 'Quintrell' AND role = 'child'"""
ANOTHER_CASE = "SELECT case_id FROM assignments JOIN accounts ON accounts.id = account_id WHERE name = 'Tamsin Okafor'"


def ask(serving: Serving, question: str) -> tuple[object, ...]:
    with sqlite3.connect(f"file:{serving.data / 'porchlight.sqlite3'}?mode=ro", uri=True) as connection:
        return connection.execute(question).fetchone()


def save_a_visit(page: Page, note: str) -> None:
    """As short as a visit may be: nobody was at home."""
    steps.nobody_at_home(page, FAMILY, note)
    steps.save_visit(page)
    expect(page.get_by_role("heading", name="Saved on this phone. Not sent yet.")).to_be_visible()


@pytest.fixture
def rowan(serve: Callable[..., Serving], demo_data: Path, handset: Callable[..., Handset]) -> tuple[Serving, Page]:
    """Rowan's phone, ready, and the server gone."""
    serving = serve(copy_of=demo_data)
    page = handset("rowan").open()
    steps.sign_in(page, serving, "Rowan Ibarra")
    steps.wait_ready_offline(page)
    steps.stop_for_real(serving)
    return serving, page


def test_a_visit_that_is_taken_back_before_it_is_sent_never_arrives(rowan: tuple[Serving, Page]) -> None:
    serving, page = rowan
    before = ask(serving, "SELECT count(*) FROM contacts")
    save_a_visit(page, "Taken back")
    page.goto(f"{serving.url}/phone")
    row = page.locator("#items > li")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Visit")
    expect(row).to_contain_text(FAMILY)
    expect(row).to_have_attribute("data-state", "waiting")
    expect(row.get_by_text("On this phone, not sent yet")).to_be_visible()
    expect(page.locator("[data-slot=unsent]")).to_have_text("Visits on this phone, not sent yet: 1")

    row.get_by_role("button", name="Undo").click()

    expect(row).to_have_attribute("data-state", "withdrawn")
    expect(row.get_by_text("Taken back by you")).to_be_visible()
    expect(page.locator("[data-drafts] a")).to_be_visible()
    serving.start()
    page.get_by_role("button", name="Send now").click()
    expect(page.locator("#sync-chip")).to_contain_text("All sent", timeout=30_000)
    expect(page.locator("[data-slot=unsent]")).to_have_text("Nothing of yours is waiting here.")
    assert ask(serving, "SELECT count(*) FROM contacts") == before
    assert ask(serving, "SELECT kind FROM deposits ORDER BY received_at DESC LIMIT 1") == ("withdrawn",)


def test_an_item_says_why_it_waits_and_then_that_its_receipt_was_checked(rowan: tuple[Serving, Page]) -> None:
    serving, page = rowan
    save_a_visit(page, "Nobody there")
    page.goto(f"{serving.url}/phone")
    row = page.locator("#items > li")
    expect(row).to_contain_text("No answer from us yet", timeout=20_000)
    expect(row).to_contain_text("last try")
    expect(row.get_by_role("button", name="Try again")).to_be_visible()
    serving.start()

    row.get_by_role("button", name="Try again").click()

    expect(row).to_have_attribute("data-state", "sent", timeout=30_000)
    expect(row.get_by_text("Sent, receipt checked")).to_be_visible()
    expect(row.get_by_role("button", name="Undo")).to_be_hidden()
    row.get_by_role("link", name="Open it").click()
    expect(page.get_by_text("Nobody there", exact=True)).to_be_visible()


def test_a_store_that_cannot_be_read_is_not_said_to_be_empty(rowan: tuple[Serving, Page]) -> None:
    serving, page = rowan
    save_a_visit(page, "Still here")
    page.add_init_script(BROKEN_STORE)

    page.goto(f"{serving.url}/phone")

    expect(page.get_by_role("alert").get_by_text("We could not look into this phone's store.")).to_be_visible()
    expect(page.locator("#outbox-empty")).to_be_hidden()
    expect(page.locator("[data-slot=unsent]")).to_have_text("We do not know what is on this phone.")


def test_a_visit_that_the_server_refuses_is_corrected_in_its_form(rowan: tuple[Serving, Page]) -> None:
    serving, page = rowan
    before = ask(serving, "SELECT count(*) FROM contacts")
    save_a_visit(page, "Every word is kept")
    (first,) = steps.outbox(page)
    # While the phone was away, a child of this family was moved into a file that is not Rowan's.
    with sqlite3.connect(serving.data / "porchlight.sqlite3") as connection:
        (child, case), (other,) = (connection.execute(question).fetchone() for question in (A_CHILD, ANOTHER_CASE))
        connection.execute("UPDATE persons SET case_id = ? WHERE id = ?", (other, child))
    serving.start()
    page.goto(f"{serving.url}/phone")
    row = page.locator("#items > li")
    expect(row).to_have_attribute("data-state", "fix", timeout=30_000)
    expect(row.locator("[data-slot=why]")).not_to_be_empty()
    with sqlite3.connect(serving.data / "porchlight.sqlite3") as connection:
        connection.execute("UPDATE persons SET case_id = ? WHERE id = ?", (case, child))

    row.get_by_role("button", name="Correct").click()

    expect(page.locator("[data-take-photo]")).to_be_visible()
    expect(page.locator('[name="observations"]')).to_have_value("Every word is kept")
    steps.save_visit(page)
    expect(page.locator("[data-saved]")).to_be_visible()
    page.goto(f"{serving.url}/phone")
    expect(page.locator("#sync-chip")).to_contain_text("All sent", timeout=30_000)
    (after,) = ask(serving, "SELECT count(*) FROM contacts")
    assert (after,) == (before[0] + 1,)
    kept = ask(serving, f"SELECT outcome FROM deposits WHERE op_id = '{UUID(json.loads(first)['op_id']).hex}'")
    assert kept == ("withdrawn",)


def test_a_receipt_that_our_server_did_not_sign_lets_nothing_go(rowan: tuple[Serving, Page]) -> None:
    serving, page = rowan
    header, payload = (b64u(json.dumps(part).encode()) for part in ({"alg": "ES256", "typ": "receipt"}, {"v": 1}))
    forged = {"outcome": "accepted", "receipt": f"{header}.{payload}.{'A' * 86}"}
    page.context.route("**/api/v1/deposits", lambda route: route.fulfill(status=201, json=forged))
    save_a_visit(page, "Not let go")

    page.goto(f"{serving.url}/phone")
    page.get_by_role("button", name="Send now").click()
    row = page.locator("#items > li")

    expect(row.locator("[data-slot=why]")).to_have_text(
        "The receipt did not match, so this stays here and is sent again."
    )
    assert len(steps.outbox(page)) == 1
    assert steps.receipts(page) == []
    page.context.unroute("**/api/v1/deposits")
    serving.start()
    page.get_by_role("button", name="Send now").click()
    expect(row).to_have_attribute("data-state", "sent", timeout=30_000)
