"""A phone that cannot send: its work leaves it as a file, a supervisor takes it in, and the receipts let the phone let go."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from porchlight.visits.models import Contact
from tests.handset import Handset
from tests.journeys import steps
from tests.journeys.test_outbox import save_a_visit
from tests.serving import Serving

BADGES = "globalThis.badges = []; navigator.setAppBadge = async (n) => badges.push(n); navigator.clearAppBadge = async () => badges.push(0)"
TWO_DAYS_AGO = """() => new Promise((done) => { const o = indexedDB.open('porchlight-outbox'); o.onsuccess = () => {
  const items = o.result.transaction('items', 'readwrite').objectStore('items'), all = items.getAll()
  all.onsuccess = () => all.result.forEach((item) => items.put({ ...item, saved_at: Date.now() - 49 * 3600_000 }))
  items.transaction.oncomplete = () => { o.result.close(); done() } } })"""


def saved(page: Page, tap: Callable[[], None], folder: Path) -> Path:
    with page.expect_download() as coming:
        tap()
    file = folder / coming.value.suggested_filename
    coming.value.save_as(file)
    return file


def test_what_a_phone_cannot_send_is_carried_over_and_the_phone_lets_go_for_true_receipts(
    serve: Callable[..., Serving], demo_data: Path, handset: Callable[..., Handset], tmp_path: Path
) -> None:
    serving = serve(copy_of=demo_data)
    page = handset("rowan").open()
    page.add_init_script(BADGES)
    steps.sign_in(page, serving, "Rowan Ibarra")
    steps.wait_ready_offline(page)
    page.context.route("**/api/v1/deposits", lambda route: route.abort())
    before = steps.count(serving, Contact)
    save_a_visit(page, "Carried by hand")
    page.evaluate(TWO_DAYS_AGO)
    page.goto(f"{serving.url}/phone")
    row = page.locator("#items > li")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("KB")
    notice = page.locator(".banner[data-old-work]")
    expect(notice).to_contain_text("Not sent for over a day: 1")
    expect(page.locator(".nav [data-old-work]")).to_contain_text("1")
    assert page.evaluate("badges.at(-1)") == 1

    page.get_by_role("button", name="Make a file").click()
    file = saved(page, page.get_by_role("link", name="Save file 1 of 1").click, tmp_path)

    assert file.name.startswith("porchlight-unsent-20")
    with zipfile.ZipFile(file) as opened:
        manifest = json.loads(opened.read("manifest.json"))
        whole = b"".join(opened.read(name) for name in opened.namelist())
        assert {entry.compress_type for entry in opened.infolist()} == {zipfile.ZIP_STORED}
    assert (manifest["format"], manifest["v"], len(manifest["items"])) == ("porchlight-outbox", 1, 1)
    assert not [words for words in (b"Quintrell", b"Rowan", b"Carried", b"opened") if words in whole]

    priya = handset("priya").open()
    steps.sign_in(priya, serving, "Priya Castellane")
    priya.goto(f"{serving.url}/board")
    priya.get_by_role("link", name="Take in a file from a phone").click()
    priya.locator("input[type=file]").set_input_files(file)
    priya.get_by_role("button", name="Take it in").click()
    expect(priya.get_by_text("1 thing is safe with us.")).to_be_visible()
    expect(priya.get_by_role("listitem").filter(has_text="Visit").get_by_text("Arrived")).to_be_visible()
    assert steps.count(serving, Contact) == before + 1
    receipts = saved(priya, priya.get_by_role("button", name="Get the receipts").click, tmp_path)
    given = json.loads(receipts.read_text())
    head, payload, mark = given["receipts"][0].split(".")
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps({**given, "receipts": [f"{head}.{payload}.{mark[::-1]}"]}))

    page.locator("[data-receipts]").set_input_files(forged)
    expect(page.locator("[data-file-state]")).to_have_text("Receipts that fit: 0. Everything else stays here.")
    assert len(steps.outbox(page)) == 1
    page.locator("[data-receipts]").set_input_files(receipts)

    expect(row).to_have_attribute("data-state", "sent")
    assert steps.outbox(page) == []
    assert len(steps.receipts(page)) == 1
    expect(notice).to_have_count(0)
    assert page.evaluate("badges.at(-1)") == 0
