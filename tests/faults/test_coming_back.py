"""A phone that comes back: after its session, after a month, with a wrong clock, in a browser that does nothing by itself."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from porchlight.visits.models import Contact
from tests.faults.conftest import Record
from tests.faults.field import Field
from tests.journeys import steps
from tests.serving import refuses

FAMILY = "Quintrell"
CHICAGO = ZoneInfo("America/Chicago")
PACKED = """() => new Promise((done) => {
  const opening = indexedDB.open('porchlight-pages')
  opening.onsuccess = () => { const asked = opening.result.transaction('pages').objectStore('pages').getAllKeys()
    asked.onsuccess = () => { opening.result.close(); done(asked.result.map(([, url]) => url)) } }
})"""
# Every page that this phone keeps, opened as the worker opens it, and every file of the shell.
OPENED = """async (urls) => {
  const found = {}
  for (const url of urls) found[url] = await (await fetch(url, { headers: { Accept: 'text/html' } })).text()
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys())
      found[name + ' ' + request.url] = await (await caches.match(request, { cacheName: name })).text()
  return found
}"""
# In the file of the shell that draws it, there is no form; and its words are in the page alone.
SIGN_IN = 'action="/sign-in"'


@pytest.mark.soak
@pytest.mark.fault(4, 5)
def test_a_dead_session_stops_no_item_and_leaves_no_sign_in_page_on_the_phone(
    field: Field, record_property: Record
) -> None:
    steps.wait_ready_offline(field.page)
    steps.stop_for_real(field.serving)
    field.run("await save(...Array.from({ length: 5 }, () => visit('after the session')))")
    field.context.clear_cookies()
    field.tell("DELETE FROM sign_ins")
    field.handset.close()
    field.serving.start()
    field.reopen()

    steps.until(field.page, lambda: len(field.arrived()), lambda n: n == 5, seconds=40)

    assert field.context.cookies() == []
    assert field.ask("SELECT count(*) FROM sign_ins") == [(0,)]
    record_property("figure 4", "5 of 5 arrived, with no cookie and no session on either side")
    # Reading ends as soon as our server has said that the session is over; what lies on the phone stays.
    expect(field.page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=30_000)
    # Whatever is opened now, the server leads to its sign-in page; a hotel's wifi has one of its own.
    kept = list(field.page.evaluate(PACKED))
    for trouble in ("", "portal"):
        field.road.trouble = trouble
        for path in [*kept[:6], "/tasks", "/on-call", "/families?q=x"]:
            field.page.goto(field.road.url + path)
    field.road.trouble = ""
    steps.stop_for_real(field.serving)
    field.page.goto(f"{field.road.url}/today")
    pages = field.page.evaluate(OPENED, list(field.page.evaluate(PACKED)))
    doors = [url for url, text in pages.items() if SIGN_IN in text or "Welcome to our hotel" in text]
    assert set(kept) <= set(pages)
    assert doors == []
    record_property("figure 5", f"0 of {len(pages)} stored pages and files, after {len(kept)} pages of the pack")


@pytest.mark.soak
@pytest.mark.fault(8)
def test_what_has_lain_on_the_phone_for_a_month_is_sent(field: Field, record_property: Record) -> None:
    field.context.clock.install(time=datetime.now(UTC) - timedelta(days=30))
    field.page.reload()
    steps.stop_for_real(field.serving)
    field.run("await save(visit('a month ago'))")
    steps.until(field.page, lambda: field.run("return (await all('items'))[0].attempts"), bool, seconds=60)
    # A phone that was opened every day has tried often.
    field.run(
        "await inOutbox('items', 'readwrite', async (items) => { const item = await new Promise((done) => {\n"
        "const asked = items.getAll(); asked.onsuccess = () => done(asked.result[0]) }); items.put({ ...item, attempts: 400 }) })"
    )
    field.handset.kill()
    field.serving.start()
    field.reopen()

    steps.until(field.page, field.arrived, lambda found: len(found) == 1, seconds=40)

    ((captured, received, late),) = field.ask(
        "SELECT deposits.captured_at, deposits.received_at, late_reason FROM deposits JOIN contacts ON contacts.id = op_id"
    )
    assert late == ""
    age = datetime.fromisoformat(received) - datetime.fromisoformat(captured)
    assert age.days in (29, 30)
    record_property("figure", f"1 of 1, {age.days} days old, after 400 tries")


@pytest.mark.soak
@pytest.mark.fault(9)
def test_without_background_sync_it_arrives_as_soon_as_the_app_is_opened(field: Field, record_property: Record) -> None:
    steps.wait_ready_offline(field.page)
    gone = "delete globalThis.SyncManager; delete ServiceWorkerRegistration.prototype.sync"
    field.context.add_init_script(gone)
    field.page.reload()
    assert field.page.evaluate("'sync' in ServiceWorkerRegistration.prototype || 'SyncManager' in globalThis") is False
    steps.stop_for_real(field.serving)
    field.run("await save(visit('no sync'))")
    steps.until(field.page, lambda: field.run("return (await all('items'))[0].attempts"), bool, seconds=60)
    field.handset.close()
    field.serving.start()
    field.page = field.handset.open()
    field.context.add_init_script(gone)
    began = time.monotonic()

    field.page.goto(f"{field.road.url}/today", wait_until="commit")
    steps.until(field.page, field.arrived, lambda found: len(found) == 1, seconds=60)

    took = time.monotonic() - began
    record_property("figure", f"{took:.1f} s after opening")
    assert took < 5


# A phone's wrong clock is that of its worker, too, which measures how far it is off.
SHIFT = "(by) => { const now = Date.now; Date.now = () => now() + by }"


def set_clock(field: Field, days: int) -> None:
    field.context.service_workers[0].evaluate(SHIFT, days * 86_400_000)
    field.context.clock.install(time=datetime.now(UTC) + timedelta(days=days))
    field.page.goto(f"{field.road.url}/today")
    steps.wait_ready_offline(field.page)
    measured = "const { drift } = await import('/shared/device.js'); return Math.round(await drift() / 86_400_000)"
    steps.until(field.page, lambda: field.run(measured), lambda found: found == days, seconds=30)


def write_visit(page: Page) -> None:
    """Through the form, which asks for times and warns of those that cannot be."""
    steps.nobody_at_home(page, FAMILY, "By a wrong clock")
    save(page)


def save(page: Page) -> None:
    """A form that takes it for a late entry asks why, when it is to be saved."""
    page.get_by_role("button", name="Check and save").click()
    # The question stands there before the form has judged what is still unanswered.
    wrong, check = (
        page.get_by_role("heading", name=words) for words in ("There is a problem", "Check before you save")
    )
    expect(wrong.or_(check).filter(visible=True).first).to_be_visible()
    if wrong.is_visible():
        page.locator('[name="late_reason"]').fill("The clock of my phone was wrong")
        page.get_by_role("button", name="Check and save").click()
    page.get_by_role("button", name="Save visit").click()
    expect(page.locator("[data-saved]")).to_be_visible()


def correct_times(field: Field) -> None:
    """The server does not take a visit from the future; its person reads why, and writes what a wall clock said."""
    page = field.page
    page.goto(f"{field.road.url}/phone")
    row = page.locator("#items > li[data-state=fix]")
    expect(row.locator("[data-slot=why]")).to_contain_text("check the clock of this phone")
    row.get_by_role("button", name="Correct").click()
    expect(page.locator("[data-take-photo]")).to_be_visible()
    expect(page.locator('[name="observations"]')).to_have_value("By a wrong clock")
    before = datetime.now(UTC) - timedelta(hours=1)
    for name, moment in (("started_at", before), ("ended_at", before + timedelta(minutes=30))):
        page.locator(f'[name="{name}"]').fill(moment.astimezone(CHICAGO).strftime("%Y-%m-%dT%H:%M"))
    save(page)


@pytest.mark.soak
@pytest.mark.fault(11)
@pytest.mark.parametrize("days", [730, -730], ids=["ahead", "behind"])
def test_a_visit_of_a_phone_whose_clock_is_two_years_off_arrives(
    days: int, field: Field, record_property: Record
) -> None:
    steps.wait_ready_offline(field.page)
    set_clock(field, days)
    steps.stop_for_real(field.serving)
    assert refuses(field.serving.port)
    write_visit(field.page)
    field.serving.start()
    settled = "await sendNow(); return (await all('items')).every((item) => item.state === 'fix')"
    steps.until(field.page, lambda: field.run(settled), bool, seconds=60)

    refused = not field.arrived()
    if refused:
        correct_times(field)
    field.drain()

    found = steps.rows(field.serving, sa.select(Contact.observations))  # type: ignore[call-overload]
    assert found == [("By a wrong clock",)]
    ((received,),) = field.ask("SELECT max(received_at) FROM deposits")
    assert abs(datetime.fromisoformat(received).replace(tzinfo=UTC) - datetime.now(UTC)) < timedelta(hours=1)
    how = "was told why, corrected, and arrived once" if refused else "arrived once, labelled as late"
    record_property("figure", f"{abs(days)} days {'ahead' if days > 0 else 'behind'}: {how}")
