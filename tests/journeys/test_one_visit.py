"""One visit from a kitchen table without signal to a verified receipt, and the foster parent's answer to it."""

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageStat
from playwright.sync_api import BrowserType, Page, expect
from sqlmodel import col, select

from porchlight.cases.models import Person, Task
from porchlight.evidence.models import Photo, Signature
from porchlight.visits.models import Confirmation, Contact, ContactChild
from tests.handset import Handset, launch_options
from tests.journeys import steps
from tests.journeys.conftest import Product
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
    # These siblings live in two homes, so nobody says by itself that this is where they live, or who was there.
    steps.choose(page, "in_residence", "yes")
    page.get_by_label("Sunniva Aldous").check(force=True)
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
    product: Product, handset: Callable[..., Handset], browser_type: BrowserType
) -> None:
    serving = product()
    phone = handset("rowan")
    page = phone.open()
    steps.sign_in(page, serving, "Rowan Ibarra")
    steps.wait_ready_offline(page)
    before = steps.count(serving, Contact)

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
    expect(page.locator("[data-draft-state]")).to_contain_text("Draft kept on this phone")
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
    steps.save_visit(page)
    expect(page.get_by_role("heading", name="Saved on this phone. Not sent yet.")).to_be_visible()
    assert refuses(serving.port)
    assert len(steps.outbox(page)) == 4

    # Signal again: everything arrives by itself, once, and the receipts are verified on the phone.
    serving.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#sync-chip")).to_contain_text("All sent", timeout=60_000)
    assert steps.outbox(page) == []
    receipts = steps.receipts(page)
    assert len(receipts) == 4

    _the_server_holds_what_the_phone_made(serving, before, receipts)
    _the_foster_parent_confirms(serving, browser_type)


def _the_server_holds_what_the_phone_made(serving: Serving, before: int, receipts: list[str]) -> None:
    assert steps.count(serving, Contact) == before + 1
    with steps.database(serving) as db, db.reading() as session:
        contact = session.get_one(Contact, *steps.having(serving, Contact.observations, SHARED))
    assert contact.agreed == [AGREED]
    assert contact.topics == ["health"]
    seen = steps.rows(
        serving,
        select(
            Person.first_name,
            ContactChild.seen,
            ContactChild.alone,
            ContactChild.alone_reason,
            ContactChild.not_seen_reason,
            ContactChild.private_note,
        )
        .join(Person, Person.id == ContactChild.person_id)
        .where(ContactChild.contact_id == contact.id)
        .order_by(Person.first_name),
    )
    assert seen == [
        ("Gideon", True, "yes", "", "", PRIVATE["Gideon"]),
        ("Hester", True, "not_possible", "Her brother wanted to stay", "", PRIVATE["Hester"]),
        ("Ignatius", False, "", "", "Lives in the other home", ""),
    ]
    assert len(steps.having(serving, Task.title, "Bring the lamp")) == 1
    with steps.database(serving) as db, db.reading() as session:
        signed = session.exec(select(Signature).where(Signature.contact_id == contact.id)).one()
        photos = session.exec(select(Photo).where(Photo.contact_id == contact.id)).all()
    assert (signed.summary_sha256, signed.method, signed.signer_name) == (
        contact.summary_sha256,
        "drawn",
        "Ottoline Fairweather",
    )
    assert len(signed.strokes[0]) > 5
    assert {(photo.state, photo.purpose) for photo in photos} == {("stored", "home"), ("stored", "safety")}
    for photo in photos:
        assert (photo.width, photo.height) == (1600, 1200)
        assert any(str(photo.id) in receipt for receipt in receipts)
        (clean,) = (serving.data / "media" / "clean").rglob(f"{photo.id}.jpg")
        picture = Image.open(io.BytesIO(clean.read_bytes()))
        assert picture.size == (1600, 1200)
        assert not picture.getexif()
        corner = ImageStat.Stat(picture.convert("RGB").crop((1000, 800, 1500, 1100))).mean
        wanted = {"home": (30, 80, 160), "safety": (160, 60, 20)}[photo.purpose]
        assert all(abs(is_ - should) < 6 for is_, should in zip(corner, wanted, strict=True))
    assert not list((serving.data / "media" / "incoming").rglob("*.*"))


def _the_foster_parent_confirms(serving: Serving, browser_type: BrowserType) -> None:
    """On a phone of their own, in a plain tab with scripts off, in two taps."""
    of_this_visit = (
        select(Confirmation.answer, Confirmation.summary_sha256 == Contact.summary_sha256)
        .join(Contact, Contact.id == Confirmation.contact_id)
        .where(col(Contact.id).in_(steps.having(serving, Contact.observations, SHARED)))
    )
    link = steps.links_printed(serving)[0]
    browser = browser_type.launch(**launch_options())
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(link)
    shown = page.locator("body").inner_text()
    assert AGREED in shown
    assert not any(words in shown for words in [SHARED, "Gideon", "Hester", "Ignatius", "Iggy", *PRIVATE.values()])
    page.goto(link)
    assert steps.rows(serving, of_this_visit) == []
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("Thank you")).to_be_visible()
    assert steps.rows(serving, of_this_visit) == [("confirmed", True)]
    browser.close()
