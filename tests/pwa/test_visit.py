"""The visit page: written without signal, safe against a dead battery, signed, saved at once, and only then sent."""

import io
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.handset import Handset
from tests.pwa.conftest import AMERICAN, READY, until
from tests.pwa.intake import sha256
from tests.pwa.porch import CASE, CHILDREN, NEW_VISIT, ROWAN, Porch
from tests.serving import refuses

ANSEL, BIRDIE, CALLUM = CHILDREN
# What has come last is the page that says it in full (LATER in porchlight/pwa.py).
SIGNED_OUT = "/^(You are signed out|This page is not on this phone)$/.test(document.querySelector('h1')?.textContent)"
STARTED = "document.querySelector('[data-script]')?.disabled === false && !document.querySelector('[data-script]').closest('form').inert"
DRAFTS = """() => new Promise((done) => { const o = indexedDB.open('porchlight-outbox'); o.onsuccess = () => {
  const all = o.result.transaction('drafts').objectStore('drafts').getAllKeys(); all.onsuccess = () => { o.result.close(); done(all.result.map(([, key]) => key)) } } })"""
ITEMS = (
    DRAFTS.replace("'drafts'", "'items'")
    .replace("getAllKeys", "getAll")
    .replace("map(([, key]) => key)", "map((item) => item.kind)")
)
CHECKED = "!document.querySelector('[data-check]').hidden"
SAVED = "!document.querySelector('[data-saved]').hidden"


@pytest.fixture
def visit(porch: Porch, phone: Handset) -> Page:
    """The form, open from the phone's own store, with the server gone."""
    porch.stop()
    assert refuses(porch.port)
    page = phone.open()
    page.goto(porch.url + NEW_VISIT)
    until(page, STARTED)
    return page


def choose(page: Page, name: str, value: str) -> None:
    page.evaluate(
        '([name, value]) => document.querySelector(`[name="${name}"][value="${value}"]`).click()', [name, value]
    )


def fill_in(page: Page) -> None:
    """A home visit to three children: one seen alone, one with others near, one not seen."""
    page.click("[data-now=started_at]")
    page.click("[data-now=ended_at]")
    choose(page, "place", "home")
    for child, seen in ((ANSEL, "yes"), (BIRDIE, "yes"), (CALLUM, "no")):
        choose(page, f"child-{child}-seen", seen)
    choose(page, f"child-{ANSEL}-alone", "yes")
    choose(page, f"child-{BIRDIE}-alone", "not_possible")
    page.fill(f"[name='child-{BIRDIE}-alone_reason']", "Did not want to leave the kitchen")
    page.fill(f"[name='child-{CALLUM}-not_seen_reason']", "At practice")
    page.fill(f"[name='child-{ANSEL}-private_note']", "Ansel told me about the creek")
    page.fill(f"[name='child-{BIRDIE}-private_note']", "Birdie is worried about the bus")
    page.fill("#observations", "Warm kitchen, smoke alarm works")
    choose(page, "topics", "school")
    page.fill("#agreed", "Dentist for B. by December\nCall the school")
    page.fill("#note", "Thank you for the tea")


def picture(folder: Path, size: tuple[int, int] = (4000, 3000)) -> Path:
    """A JPEG as a camera makes it: large, turned by its EXIF, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (41.0, 36.0, 0.0)
    file = folder / "camera.jpg"
    Image.effect_noise((size[0] // 8, size[1] // 8), 60).resize(size).convert("RGB").save(file, exif=exif, quality=92)
    return file


DEAD_AFTER_A_PHOTO = """() => { const { put, delete: drop } = IDBObjectStore.prototype
  IDBObjectStore.prototype.delete = function (...keys) { if (!globalThis.dead) return drop.call(this, ...keys); throw new Error("dead") }
  IDBObjectStore.prototype.put = function (row, ...more) {
    if (globalThis.dead) throw new Error("dead")
    if (!row.key?.startsWith("photo/")) return put.call(this, row, ...more)
    const asked = put.call(this, row, ...more)
    this.transaction.addEventListener("complete", () => (globalThis.dead = true))
    return asked
  } }"""


def take_photo(page: Page, file: Path, *, expected: int) -> None:
    page.set_input_files("input[type=file]", file)
    until(page, f"document.querySelectorAll('[data-photo-list] figure').length === {expected}", seconds=30)
    page.locator("[data-name=consent_by]").last.fill("Odessa Vance")


def yesterday() -> date:
    return datetime.now(ZoneInfo("America/Chicago")).date() - timedelta(days=1)


def hand_over(page: Page, code: str = "4711") -> None:
    page.fill("#signer", "Odessa Vance")
    page.fill("#signer_relation", "Mother")
    page.fill("#code", code)
    page.click("[data-hand-over]")
    until(page, "!document.querySelector('[data-gate]').hidden")


def draw(page: Page) -> None:
    page.locator("canvas").scroll_into_view_if_needed()
    box = page.locator("canvas").bounding_box()
    assert box
    for stroke in ((0.2, 0.5), (0.6, 0.3)):
        page.mouse.move(box["x"] + box["width"] * stroke[0], box["y"] + box["height"] * stroke[1])
        page.mouse.down()
        for step in range(8):
            page.mouse.move(box["x"] + box["width"] * (stroke[0] + step * 0.03), box["y"] + 60 + 10 * (step % 3))
        page.mouse.up()


def sign(page: Page, code: str = "4711") -> None:
    page.check("[data-consent]")
    draw(page)
    page.click("[data-sign]")
    until(page, "!document.querySelector('[data-step=code]').hidden")
    page.fill("[data-code]", code)
    until(page, "document.querySelector('[data-gate]').hidden")


def read_back(page: Page) -> dict[str, str]:
    """The screen before a visit is saved: what stands in each of its rows."""
    page.click("form .hold button")
    until(page, CHECKED)
    return {
        row.get_attribute("data-row") or "": row.inner_text()
        for row in page.locator("[data-row]").all()
        if row.is_visible()
    }


def save(page: Page) -> None:
    read_back(page)
    page.click("[data-save]:visible")
    until(page, SAVED)


def come_home(porch: Porch, page: Page, operations: int) -> None:
    porch.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    until(page, "document.querySelector('#sync-chip').dataset.state === 'sent'", seconds=60)
    assert len(porch.intake.arrived) == operations


def test_a_visit_without_signal_arrives_whole_and_once(
    porch: Porch, phone: Handset, visit: Page, tmp_path: Path
) -> None:
    fill_in(visit)
    take_photo(visit, picture(tmp_path), expected=1)
    take_photo(visit, picture(tmp_path, (1200, 900)), expected=2)
    visit.locator("[data-name=purpose]").nth(0).select_option("safety")
    visit.locator("[data-name=consent_by]").nth(0).fill("Odessa Vance")
    hand_over(visit)
    sign(visit)
    save(visit)
    assert visit.inner_text("[data-saved-title]") == "Saved on this phone. Not sent yet."
    phone.close()

    page = phone.open()
    porch.start()
    page.goto(f"{porch.url}/today")
    until(page, "document.querySelector('#sync-chip').innerText.startsWith('All sent')", seconds=60)

    (log,) = porch.intake.of_kind("visit.log")
    assert [(child["person_id"], child["seen"], child["alone"]) for child in log.body["children"]] == [
        (ANSEL, True, "yes"),
        (BIRDIE, True, "not_possible"),
        (CALLUM, False, ""),
    ]
    assert log.body["children"][0]["private_note"] == "Ansel told me about the creek"
    assert log.body["summary"] == {
        "came": "Rowan I.",
        "agreed": ["Dentist for B. by December", "Call the school"],
        "next_visit": None,
        "note": "Thank you for the tea",
    }
    assert (log.body["zone"], log.body["place"], log.body["in_residence"]) == ("America/Chicago", "home", True)
    assert log.body["visit_id"] == log.said["op_id"]
    (signature,) = porch.intake.of_kind("visit.sign")
    assert signature.body["summary_sha256"] == sha256(signature.body["summary_text"].encode())
    assert signature.body["summary_text"].startswith(f"porchlight-summary/1\nvisit {log.said['op_id']}\nfrom ")
    assert "creek" not in json.dumps(signature.body)
    assert len(signature.body["strokes"]) == 2
    assert all(len(point) == 3 for stroke in signature.body["strokes"] for point in stroke)
    photos = porch.intake.of_kind("visit.photo")
    assert sorted(photo.body["purpose"] for photo in photos) == ["home", "safety"]
    assert [photo.body["consent"] for photo in photos if photo.body["purpose"] == "safety"] == [
        {"given": True, "by": "Odessa Vance"}
    ]
    assert len(porch.intake.arrived) == 4


def test_a_photo_is_made_small_upright_and_loses_its_place(porch: Porch, visit: Page, tmp_path: Path) -> None:
    fill_in(visit)
    take_photo(visit, picture(tmp_path), expected=1)
    save(visit)
    come_home(porch, visit, 2)

    (photo,) = porch.intake.of_kind("visit.photo")

    with Image.open(io.BytesIO(photo.picture)) as image:
        assert image.format == "JPEG"
        assert image.size == (1200, 1600)
        assert not image.getexif()
    assert len(photo.picture) < 500_000
    assert (photo.body["width"], photo.body["height"], photo.body["size"]) == (1200, 1600, len(photo.picture))


def test_every_keystroke_survives_a_dead_battery(porch: Porch, phone: Handset, visit: Page) -> None:
    words = "She walked to the creek and back, sixty signs are in here ok"
    visit.click("#observations")
    visit.keyboard.type(words, delay=40)

    phone.kill()

    page = phone.open()
    page.goto(porch.url + NEW_VISIT)
    until(page, STARTED)
    assert page.input_value("#observations") == words
    assert page.is_visible("[data-resumed]")


def test_what_was_typed_just_before_leaving_is_kept(porch: Porch, visit: Page) -> None:
    for round_ in range(5):
        words = f"ten letter {round_}"
        visit.fill("#observations", "")
        visit.click("#observations")
        visit.keyboard.type(words)
        visit.goto(f"{porch.url}/today")
        visit.goto(porch.url + NEW_VISIT)

        until(visit, f"{STARTED} && document.querySelector('#observations').value === {json.dumps(words)}")


def test_an_unfinished_visit_is_offered_when_the_app_is_opened(porch: Porch, phone: Handset, visit: Page) -> None:
    visit.fill("#observations", "half a visit")
    until(visit, "document.querySelector('[data-draft-state]').textContent.startsWith('Draft kept on this phone')")
    phone.kill()

    page = phone.open()
    page.goto(f"{porch.url}/today")
    until(page, "document.querySelector('[data-drafts] a')")
    page.click("[data-drafts] a")
    until(page, STARTED)

    assert page.input_value("#observations") == "half a visit"


def test_photos_of_a_draft_survive_too(porch: Porch, phone: Handset, visit: Page, tmp_path: Path) -> None:
    take_photo(visit, picture(tmp_path, (1200, 900)), expected=1)
    visit.locator("[data-name=consent_by]").fill("Odessa")
    until(visit, "document.querySelector('[data-draft-state]').textContent.startsWith('Draft kept on this phone')")
    # Dead as soon as the bytes of a second one lie there: no photo is kept that no draft knows of.
    visit.evaluate(DEAD_AFTER_A_PHOTO)
    visit.set_input_files("input[type=file]", picture(tmp_path, (900, 1200)))
    until(visit, "Boolean(globalThis.dead)")

    phone.kill()

    page = phone.open()
    page.goto(porch.url + NEW_VISIT)
    until(page, STARTED)
    assert page.locator("[data-photo-list] figure").count() == 2
    assert page.locator("[data-name=consent_by]").first.input_value() == "Odessa"


def test_starting_over_leaves_nothing_of_the_draft(visit: Page, tmp_path: Path) -> None:
    visit.fill("#observations", "not this")
    take_photo(visit, picture(tmp_path, (1200, 900)), expected=1)
    visit.reload()
    until(visit, STARTED)

    visit.focus("[data-resumed] summary")
    at_first = visit.is_visible("[data-start-over]")
    visit.keyboard.press("Enter")
    visit.keyboard.press("Tab")
    assert visit.evaluate("document.activeElement.innerText") == "Throw away what I wrote"
    visit.keyboard.press("Enter")
    until(
        visit,
        "document.querySelector('[data-resumed]')?.hidden && document.querySelector('#observations').value === ''",
    )

    assert not at_first
    assert visit.evaluate(DRAFTS) == []


def test_saving_is_durable_within_a_tenth_of_a_second(visit: Page) -> None:
    fill_in(visit)
    visit.evaluate(
        """() => { const check = document.querySelector('[data-check]'); const panel = document.querySelector('[data-saved]')
        check.addEventListener('click', () => { globalThis.began = performance.now() }, true)
        new MutationObserver(() => { globalThis.took ??= performance.now() - globalThis.began }).observe(panel, { attributes: true }) }"""
    )

    save(visit)

    assert visit.evaluate("globalThis.took") < 100


def test_two_taps_on_save_make_one_visit(porch: Porch, visit: Page) -> None:
    fill_in(visit)

    visit.dblclick("form .hold button")
    until(visit, CHECKED)
    visit.evaluate(
        "() => { const button = document.querySelector('[data-save][data-if-void]'); button.click(); button.click() }"
    )
    until(visit, SAVED)
    come_home(porch, visit, 1)

    (log,) = porch.intake.of_kind("visit.log")
    assert log.said["seq"] == 1
    assert porch.intake.deposits == 1


def test_what_is_lacking_is_said_in_a_summary_that_has_the_focus(visit: Page) -> None:
    visit.fill("#observations", "kept")

    visit.click("form .hold button")
    until(visit, "document.querySelector('.errors')")

    assert visit.evaluate("document.activeElement.className") == "errors"
    assert visit.title().startswith("Error: Log a visit")
    lines = visit.locator(".errors li").all_inner_texts()
    assert lines[0] == "Write when the visit began."
    assert "Choose where you were." in lines
    assert [line for line in lines if line.endswith(": Say whether you saw this child.")] == [
        f"{child}: Say whether you saw this child." for child in ("Ansel", "Birdie", "Callum")
    ]
    assert visit.locator(".errors a").count() == len(lines)
    for link in visit.locator(".errors a").all():
        target = link.get_attribute("href") or ""
        assert visit.locator(f"[id='{target[1:]}']").count() == 1
    assert visit.input_value("#observations") == "kept"
    assert visit.evaluate(ITEMS) == []


def test_a_visit_of_last_week_asks_why_it_is_late(porch: Porch, visit: Page) -> None:
    fill_in(visit)
    for name in ("started_at", "ended_at"):
        visit.fill(f"#{name}", "2026-01-05T16:10")

    visit.click("form .hold button")
    until(visit, "document.querySelector('.errors')")
    lines = visit.locator(".errors li").all_inner_texts()
    visit.fill("#late_reason", "No signal all week")
    save(visit)
    come_home(porch, visit, 1)

    assert lines == ["This visit is more than 3 days ago. Write why you enter it late."]
    (log,) = porch.intake.of_kind("visit.log")
    assert log.body["late_reason"] == "No signal all week"
    assert log.body["started_at"] == "2026-01-05T22:10:00.000Z"


def test_nobody_is_said_to_have_been_there_until_somebody_ticks_them(porch: Porch, visit: Page) -> None:
    fill_in(visit)
    nobody = read_back(visit)["persons"]
    visit.click("[data-change]")

    visit.check("[name=persons]", force=True)
    somebody = read_back(visit)["persons"]
    visit.click("[data-save]:visible")
    until(visit, SAVED)
    come_home(porch, visit, 1)

    assert (nobody, somebody) == ("Nobody is ticked", "Odessa Vance")
    (log,) = porch.intake.of_kind("visit.log")
    assert log.body["persons_seen"] == ["0193a1b2-0000-7000-8000-0000000000ad"]


def test_all_that_will_be_kept_is_read_back_before_it_is_saved(porch: Porch, visit: Page, tmp_path: Path) -> None:
    fill_in(visit)
    for name, time in (("started_at", "16:10"), ("ended_at", "17:20")):
        visit.fill(f"#{name}", f"{yesterday()}T{time}")
    visit.evaluate("document.querySelector('#follow_up-0-title').closest('details').open = true")
    visit.fill("#follow_up-0-title", "Bring the lamp")
    visit.fill("#follow_up-0-due_on", "2026-11-30")
    take_photo(visit, picture(tmp_path, (1200, 900)), expected=1)
    hand_over(visit)
    sign(visit)

    rows = read_back(visit)

    assert visit.evaluate("document.activeElement.textContent") == "Check before you save"
    assert visit.evaluate(ITEMS) == []
    assert rows["when"].endswith("pm (1 h 10 min)")
    assert f"{yesterday():%A}" in rows["when"]
    assert rows[f"child-{ANSEL}"] == "Seen, and talked with alone.\nPrivate note: Ansel told me about the creek"
    assert rows[f"child-{BIRDIE}"].startswith(
        "Seen. Talking alone was not possible: Did not want to leave the kitchen\nPrivate note: "
    )
    assert rows[f"child-{CALLUM}"] == "Not seen: At practice\nNo private note."
    assert {name: rows[name] for name in ("kind", "place", "in_residence", "topics", "photos", "next_visit")} == {
        "kind": "Home visit",
        "place": "At home",
        "in_residence": "Yes",
        "topics": "School",
        "photos": "1",
        "next_visit": "No day is written",
    }
    assert rows["agreed"] == "Dentist for B. by December\nCall the school"
    assert rows["observations"] == "Warm kitchen, smoke alarm works"
    assert rows["follow_ups"] == "Bring the lamp, by Monday, November 30, 2026"
    assert rows["signature"].startswith("Signed by Odessa Vance at ")
    visit.click("[data-save]:visible")
    until(visit, SAVED)
    assert visit.is_hidden("[data-check]")
    assert visit.is_visible("[data-undo]")


def test_whoever_changes_something_is_back_where_they_were(visit: Page) -> None:
    fill_in(visit)
    visit.focus("form .hold button")
    visit.keyboard.press("Enter")
    until(visit, CHECKED)

    visit.click("[data-change]")
    back = visit.evaluate("document.activeElement.innerText.trim()")
    read_back(visit)
    visit.click("[data-check] a[href='#observations']")
    field = visit.evaluate("document.activeElement.id")
    visit.keyboard.type("Also: ")

    assert (back, field) == ("Check and save", "observations")
    assert read_back(visit)["observations"] != "Warm kitchen, smoke alarm works"


def test_a_visit_of_yesterday_without_an_end_is_asked_when_it_ended(visit: Page) -> None:
    fill_in(visit)
    visit.fill("#started_at", f"{yesterday()}T09:00")
    visit.fill("#ended_at", "")

    visit.click("form .hold button")
    until(visit, "document.querySelector('.errors')")

    assert visit.locator(".errors li").all_inner_texts() == ["Write when the visit ended."]
    assert visit.input_value("#ended_at") == ""


def test_what_is_not_asked_any_more_stays_in_the_draft_and_is_not_sent(porch: Porch, visit: Page) -> None:
    fill_in(visit)
    visit.fill("#ended_at", f"{yesterday() - timedelta(days=9)}T10:00")
    visit.fill("#late_reason", "Typed by mistake")
    visit.click("[data-now=ended_at]")
    choose(visit, f"child-{BIRDIE}-seen", "no")
    visit.fill(f"[name='child-{BIRDIE}-not_seen_reason']", "Asleep")
    note_shown = visit.is_visible(f"[name='child-{BIRDIE}-private_note']")

    rows = read_back(visit)
    visit.click("[data-save]:visible")
    until(visit, SAVED)
    come_home(porch, visit, 1)

    assert note_shown
    assert rows[f"child-{BIRDIE}"] == "Not seen: Asleep\nPrivate note: Birdie is worried about the bus"
    assert "late_reason" not in rows
    (log,) = porch.intake.of_kind("visit.log")
    birdie = log.body["children"][1]
    assert (birdie["alone"], birdie["alone_reason"], birdie["not_seen_reason"]) == ("", "", "Asleep")
    assert birdie["private_note"] == "Birdie is worried about the bus"
    assert log.body["late_reason"] == ""


def test_a_mistake_goes_as_it_is_mended_and_the_focus_stays(visit: Page) -> None:
    visit.fill("#observations", "kept")
    visit.click("form .hold button")
    until(visit, "document.querySelector('.errors')")
    assert visit.inner_text("[data-draft-state]").startswith("Draft kept on this phone, ")
    before = visit.locator(".errors li").count()

    visit.click("[data-now=started_at]")
    choose(visit, f"child-{ANSEL}-seen", "no")
    one_more = visit.locator(".errors li").all_inner_texts()
    visit.click(f"[name='child-{ANSEL}-not_seen_reason']")
    visit.keyboard.type("At practice")

    assert before - len(one_more) == 2
    assert "Write when the visit began." not in one_more
    assert visit.locator(".field.wrong:has(#started_at)").count() == 0
    assert visit.evaluate("document.activeElement.name") == f"child-{ANSEL}-not_seen_reason"
    assert visit.title().startswith("Error: ")
    visit.click("[data-now=ended_at]")
    choose(visit, "place", "home")
    for child in (BIRDIE, CALLUM):
        choose(visit, f"child-{child}-seen", "no")
    assert visit.locator(".errors, .wrong, [data-mistake]").count() == 0
    assert visit.title().startswith("Log a visit")


def test_at_home_says_by_itself_that_it_is_where_they_live_only_if_all_live_there(
    porch: Porch, handset: Callable[..., Handset]
) -> None:
    porch.person = ROWAN
    ticked = []
    for porch.one_home in (True, False):
        page = handset(f"home-{porch.one_home}", **AMERICAN, service_workers="block").open()
        page.goto(porch.url + NEW_VISIT)
        until(page, STARTED)
        choose(page, "place", "home")
        ticked.append(page.is_checked("#in_residence"))
        page.uncheck("#in_residence", force=True)
        page.click("#observations")
        assert not page.is_checked("#in_residence")

    assert ticked == [True, False]


def test_whoever_is_handed_the_phone_sees_the_summary_and_nothing_else(visit: Page) -> None:
    fill_in(visit)
    hand_over(visit)

    seen = visit.inner_text("body")

    assert "Dentist for B. by December" in seen
    assert "Thank you for the tea" in seen
    for hidden in ("creek", "Warm kitchen", "bus", "Vance-Moreau", "Callum", "Get help", "Today"):
        assert hidden not in seen


def test_the_signer_chooses_the_language(porch: Porch, visit: Page) -> None:
    fill_in(visit)
    hand_over(visit)

    visit.click("[data-speak=es]")
    until(visit, "document.querySelector('#gate-title').textContent === 'Por favor lea esto'")
    sign(visit)
    save(visit)
    come_home(porch, visit, 2)

    (signature,) = porch.intake.of_kind("visit.sign")
    assert signature.body["locale"] == "es"


def test_without_the_four_digits_the_phone_does_not_come_back(visit: Page) -> None:
    fill_in(visit)
    hand_over(visit, "4711")

    visit.click("[data-to-code]")
    visit.fill("[data-code]", "0000")
    wrong = visit.inner_text("[data-code-error]")
    visit.reload()
    until(visit, "!document.querySelector('[data-step=code]').hidden")
    after_reload = visit.inner_text("body")
    visit.fill("[data-code]", "4711")
    until(visit, "document.querySelector('[data-gate]').hidden")

    assert wrong == "These are not the four digits."
    assert "creek" not in after_reload
    assert visit.is_visible("#observations")


def test_whoever_forgot_the_digits_signs_in_anew_and_finds_everything(
    porch: Porch, visit: Page, phone: Handset
) -> None:
    fill_in(visit)
    hand_over(visit, "4711")
    visit.click("[data-to-code]")
    visit.click("[data-step=code] summary")
    visit.click("[data-step=code] form button")
    until(visit, SIGNED_OUT)
    porch.start()
    visit.goto(f"{porch.url}/today")
    signed_out = visit.inner_text("body")
    porch.person = ROWAN

    visit.goto(f"{porch.url}/today")
    until(visit, READY)
    visit.goto(porch.url + NEW_VISIT)
    until(visit, STARTED)

    assert "Three visits" not in signed_out
    assert visit.is_hidden("[data-gate]")
    assert visit.input_value("#observations") == "Warm kitchen, smoke alarm works"


def test_a_visit_that_crossed_a_time_zone_before_it_was_saved_keeps_its_hour(
    porch: Porch, visit: Page, phone: Handset
) -> None:
    fill_in(visit)
    for name, hour in (("started_at", 8), ("ended_at", 9)):
        visit.fill(f"#{name}", f"{yesterday()}T{hour:02}:00")
    until(visit, "document.querySelector('[data-draft-state]').textContent.length")
    visit.wait_for_timeout(500)  # it may still speak of what was filled in before
    phone.close()
    phone.settings["timezone_id"] = "America/New_York"

    page = phone.open()
    page.goto(porch.url + NEW_VISIT)
    until(page, STARTED)
    save(page)
    come_home(porch, page, 1)

    (log,) = porch.intake.of_kind("visit.log")
    began = datetime.fromisoformat(log.body["started_at"])
    assert began.astimezone(ZoneInfo("America/Chicago")).hour == 8
    assert log.body["zone"] == "America/Chicago"


def test_a_signature_can_be_typed_with_the_keyboard_alone(porch: Porch, visit: Page) -> None:
    fill_in(visit)
    hand_over(visit)

    visit.focus("[data-consent]")
    visit.keyboard.press("Space")
    choose(visit, "sign-how", "typed")
    visit.focus("[data-typed]")
    visit.keyboard.type("Odessa Vance")
    visit.focus("[data-sign]")
    visit.keyboard.press("Enter")
    until(visit, "!document.querySelector('[data-step=code]').hidden")
    visit.fill("[data-code]", "4711")
    until(visit, "document.querySelector('[data-gate]').hidden")
    save(visit)
    come_home(porch, visit, 2)

    (signature,) = porch.intake.of_kind("visit.sign")
    assert (signature.body["method"], signature.body["typed_name"], signature.body["strokes"]) == (
        "typed",
        "Odessa Vance",
        [],
    )


def test_whoever_does_not_want_to_sign_is_not_made_to(porch: Porch, visit: Page) -> None:
    fill_in(visit)
    hand_over(visit)

    choose(visit, "sign-how", "declined")
    visit.fill("[data-declined]", "Wants to read it at home")
    visit.click("[data-sign]")
    visit.fill("[data-code]", "4711")
    until(visit, "document.querySelector('[data-gate]').hidden")
    save(visit)
    come_home(porch, visit, 2)

    (signature,) = porch.intake.of_kind("visit.sign")
    assert (signature.body["method"], signature.body["declined_reason"]) == ("declined", "Wants to read it at home")
    assert signature.body["consent_text"] == ""


def test_nobody_signs_without_agreeing_or_without_a_mark(visit: Page) -> None:
    fill_in(visit)
    hand_over(visit)

    visit.click("[data-sign]")
    unticked = visit.inner_text("[data-gate-error]")
    visit.check("[data-consent]")
    ticked = visit.inner_text("[data-gate-error]")
    visit.click("[data-sign]")

    assert unticked.startswith("Tick that you agree")
    assert ticked == ""
    assert visit.inner_text("[data-gate-error]") == "Draw or type your name first."
    draw(visit)
    assert visit.inner_text("[data-gate-error]") == ""
    assert visit.is_hidden("[data-step=code]")


def test_a_turned_phone_keeps_the_strokes(porch: Porch, visit: Page) -> None:
    fill_in(visit)
    hand_over(visit)
    visit.check("[data-consent]")
    draw(visit)

    visit.set_viewport_size({"width": 844, "height": 390})
    visit.wait_for_timeout(200)
    drawn = visit.evaluate(
        "() => { const c = document.querySelector('canvas'); return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v) }"
    )
    visit.click("[data-sign]")
    visit.fill("[data-code]", "4711")
    until(visit, "document.querySelector('[data-gate]').hidden")
    save(visit)
    come_home(porch, visit, 2)

    (signature,) = porch.intake.of_kind("visit.sign")
    assert drawn
    assert len(signature.body["strokes"]) == 2


def test_only_a_change_of_what_was_signed_voids_the_signature(porch: Porch, visit: Page) -> None:
    fill_in(visit)
    hand_over(visit)
    sign(visit)

    visit.fill("#observations", "Another shared note")
    visit.wait_for_timeout(200)
    still = visit.is_visible("[data-signed]")
    visit.fill("#agreed", "Something else")
    until(visit, "!document.querySelector('[data-void]').hidden")
    rows = read_back(visit)
    ways = visit.locator("[data-check] button:visible").all_inner_texts()
    visit.click("[data-save]:visible")
    until(visit, SAVED)
    come_home(porch, visit, 1)

    assert still
    assert rows["signature"] == "The signature no longer counts, because this changed: what was agreed."
    assert [way.strip() for way in ways] == ["Get it again", "Save without it", "Change something"]
    assert porch.intake.of_kind("visit.sign") == []


def test_a_signature_that_no_longer_counts_is_got_again_from_the_read_back(porch: Porch, visit: Page) -> None:
    fill_in(visit)
    hand_over(visit)
    sign(visit)
    visit.fill("#agreed", "Something else")
    read_back(visit)

    visit.click("[data-sign-again]")
    until(visit, "!document.querySelector('[data-gate]').hidden")
    sign(visit)
    signed = read_back(visit)["signature"]
    ways = visit.locator("[data-check] button:visible").all_inner_texts()
    visit.click("[data-save]:visible")
    until(visit, SAVED)
    come_home(porch, visit, 2)

    assert signed.startswith("Signed by Odessa Vance at ")
    assert [way.strip() for way in ways] == ["Save visit", "Change something"]
    (signature,) = porch.intake.of_kind("visit.sign")
    assert "agreed Something else" in signature.body["summary_text"]


def test_neither_the_read_back_nor_what_was_kept_is_wider_than_a_small_phone(visit: Page) -> None:
    fill_in(visit)
    visit.fill("#observations", "x" * 200)
    visit.fill(f"[name='child-{ANSEL}-private_note']", "https://example.org/" + "y" * 90)
    hand_over(visit)
    sign(visit)
    visit.fill("#agreed", "Something else")
    visit.set_viewport_size({"width": 320, "height": 640})
    wide = []

    read_back(visit)
    wide.append(visit.evaluate("document.documentElement.scrollWidth"))
    visit.reload()
    until(visit, STARTED)
    visit.click("[data-resumed] summary")
    wide.append(visit.evaluate("document.documentElement.scrollWidth"))

    assert wide == [320, 320]


def test_undo_gives_back_the_words_and_the_photos(porch: Porch, visit: Page, tmp_path: Path) -> None:
    fill_in(visit)
    take_photo(visit, picture(tmp_path, (1200, 900)), expected=1)
    save(visit)

    visit.click("[data-undo]")
    until(visit, f"{STARTED} && document.querySelector('#observations').value === 'Warm kitchen, smoke alarm works'")

    assert visit.locator("[data-photo-list] figure").count() == 1
    save(visit)
    come_home(porch, visit, 4)
    assert sorted(one.said["kind"] for one in porch.intake.arrived.values()) == [
        "visit.log",
        "visit.photo",
        "withdrawn",
        "withdrawn",
    ]
    assert sorted(one.said["seq"] for one in porch.intake.arrived.values()) == [1, 2, 3, 4]


def test_the_page_says_sent_only_after_the_receipt(porch: Porch, visit: Page) -> None:
    fill_in(visit)
    save(visit)
    before = visit.inner_text("[data-saved-title]")

    come_home(porch, visit, 1)
    until(visit, "document.querySelector('[data-saved-title]').textContent.startsWith('Sent')")

    assert before == "Saved on this phone. Not sent yet."
    assert visit.is_hidden("[data-undo]")


def test_a_full_phone_declines_the_photo_before_the_camera_and_keeps_the_words(porch: Porch, phone: Handset) -> None:
    porch.stop()
    page = phone.open()
    page.add_init_script("navigator.storage.estimate = async () => ({ quota: 5_000_000, usage: 1_000_000 })")
    page.goto(porch.url + NEW_VISIT)
    until(page, STARTED)
    page.evaluate(
        "document.querySelector('input[type=file]').addEventListener('click', () => { globalThis.camera = true })"
    )

    page.click("[data-take-photo]")

    assert page.inner_text("[data-photo-error]") == "This phone is almost full. Make room first. Your words still fit."
    assert not page.evaluate("globalThis.camera")
    fill_in(page)
    save(page)


def test_a_file_that_is_no_picture_is_declined_in_words(visit: Page, tmp_path: Path) -> None:
    (tmp_path / "no.jpg").write_text("<html>")

    visit.set_input_files("input[type=file]", tmp_path / "no.jpg")
    until(visit, "document.querySelector('[data-photo-error]').textContent")

    assert visit.inner_text("[data-photo-error]") == "This picture could not be read. Take it again."
    assert visit.locator("[data-photo-list] figure").count() == 0


def test_a_phone_that_was_never_set_up_sends_the_form_as_it_stands(
    porch: Porch, handset: Callable[..., Handset]
) -> None:
    porch.person = ROWAN
    page = handset("new", **AMERICAN, service_workers="block").open()
    porch.refuse_devices = True
    page.goto(porch.url + NEW_VISIT)
    until(page, STARTED)
    fill_in(page)
    choose(page, f"child-{BIRDIE}-seen", "no")
    page.fill(f"[name='child-{BIRDIE}-not_seen_reason']", "Asleep")

    read_back(page)
    page.click("[data-save]:visible")
    until(page, "location.pathname === '/today'")

    (posted,) = porch.posted
    assert posted["observations"] == ["Warm kitchen, smoke alarm works"]
    assert not {"signer", "how_known", "code"} & set(posted)
    assert not {f"child-{BIRDIE}-alone", f"child-{BIRDIE}-alone_reason"} & set(posted)


def test_the_form_works_without_scripts(porch: Porch, handset: Callable[..., Handset]) -> None:
    porch.person = ROWAN
    page = handset("plain", **AMERICAN, java_script_enabled=False).open()
    page.goto(porch.url + NEW_VISIT)
    page.fill("#started_at", "2026-11-23T16:10")
    page.fill("#observations", "Typed without a script")
    page.locator(f"label.pick:has([name='child-{ANSEL}-seen'][value=yes])").click()

    page.click("form .hold button")

    (posted,) = porch.posted
    names = {name: values for name, values in posted.items() if any(values)}
    assert names["started_at"] == ["2026-11-23T16:10"]
    assert names[f"child-{ANSEL}-seen"] == ["yes"]
    assert names["kind"] == ["caseworker_visit"]
    allowed = {
        "visit_id",
        "kind",
        "started_at",
        "ended_at",
        "place",
        "in_residence",
        "persons",
        "observations",
        "topics",
    }
    allowed |= {"agreed", "next_visit", "note", "late_reason"}
    assert {name for name in posted if not name.startswith(("child-", "follow_up-"))} <= allowed


def test_signing_out_with_a_draft_keeps_it_for_its_own_person(porch: Porch, phone: Handset, visit: Page) -> None:
    visit.fill("#observations", "half a visit")
    until(visit, "document.querySelector('[data-draft-state]').textContent.startsWith('Draft kept on this phone')")
    visit.goto(f"{porch.url}/today")
    until(visit, "document.querySelector('[data-drafts] a')")
    visit.click("#out")
    until(visit, SIGNED_OUT)
    porch.start()
    porch.person = ROWAN

    visit.goto(porch.url + NEW_VISIT)
    porch.person = ROWAN
    visit.goto(porch.url + NEW_VISIT)
    until(visit, STARTED)

    assert visit.input_value("#observations") == "half a visit"


@pytest.mark.fault(19, shows="1 of 1 arrives")
def test_signing_out_with_unsent_work_locks_it_and_still_sends_it(porch: Porch, visit: Page) -> None:
    fill_in(visit)
    save(visit)
    visit.goto(f"{porch.url}/today")
    until(visit, "document.querySelector('#sync-chip').dataset.state === 'waiting'")
    visit.click("#out")
    until(visit, SIGNED_OUT)
    porch.start()
    wraps: Any = visit.evaluate(DRAFTS.replace("porchlight-outbox", "porchlight-pages").replace("'drafts'", "'wraps'"))

    visit.goto(f"{porch.url}/sign-in")
    for _ in range(200):
        if porch.intake.arrived:
            break
        visit.wait_for_timeout(50)

    assert wraps == []
    assert [one.said["kind"] for one in porch.intake.arrived.values()] == ["visit.log"]
    assert CASE in json.dumps([one.body for one in porch.intake.arrived.values()])
