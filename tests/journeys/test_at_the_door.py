"""At the door without signal: two phones and no server; the foster parent answers on their own, and both meet later."""

import io
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from porchlight.cases.models import Case, Family
from porchlight.visits.models import Confirmation, ConfirmationLink, Contact, EarlyAnswer
from tests.handset import Handset
from tests.journeys import steps
from tests.journeys.screens import AXE
from tests.serving import Serving, refuses

FAMILY = "Quintrell"
FIRST, SECOND = "The kitchen was warm.", "The lamp is on the wall."
PRIVATE = "Gideon says he misses his old school."
AGREED = "Soup night again on the 7th"
SAVE = "Save, and let Sunniva Aldous confirm at the door"
CACHED = """async () => {
  const names = ["/door", "/js/visits/door_page.js", "/vendor/lean-qr.js", "/words/es.json"]
  return (await Promise.all(names.map((name) => caches.match(name)))).every(Boolean)
}"""
KEPT = """() => new Promise((done) => {
  const asked = indexedDB.open("porchlight-door", 1)
  asked.onsuccess = () => {
    const all = asked.result.transaction("codes").objectStore("codes").getAll()
    all.onsuccess = () => (asked.result.close(), done(JSON.stringify(all.result)))
  }
})"""


def scanned(page: Page) -> str:
    """What a camera reads from the worker's screen."""
    picture = page.locator("[data-door-shown] svg[role=img], details[open] svg[role=img]").first
    picture.scroll_into_view_if_needed()
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.screenshot())))
    return str(found.text)


def readable(page: Page) -> None:
    """What only a script shows, by day and by night, and nothing wider than the narrowest phone."""
    page.evaluate(AXE.read_text())
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = page.evaluate(
            "async () => (await axe.run({ resultTypes: ['violations'] })).violations.map((one) => one.id)"
        )
        assert found == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 390, "height": 844})


def code_on(page: Page) -> str:
    return page.locator("p.code").first.inner_text()


def save_with_a_code(page: Page, serving: Serving, words: str) -> tuple[str, str]:
    """A visit of Rowan's, with no server; the address that the picture holds, and the short code."""
    page.goto(f"{serving.url}/cases/{case_of(serving)}/visits/new")
    expect(page.locator("[data-take-photo]")).to_be_visible()
    fill_in(page)
    page.locator('[name="observations"]').fill(words)
    steps.check_and_save(page)
    page.get_by_role("button", name=SAVE).click()
    expect(page.get_by_role("heading", name="Saved on this phone. Not sent yet.")).to_be_visible()
    expect(page.get_by_role("heading", name="Sunniva Aldous confirms on their own phone")).to_be_focused()
    assert refuses(serving.port)
    return scanned(page), code_on(page)


def case_of(serving: Serving) -> UUID:
    family = select(Case.id).join(Family, col(Family.id) == Case.family_id).where(Family.name == FAMILY)
    return UUID(str(steps.rows(serving, family)[0][0]))


def fill_in(page: Page) -> None:
    """At home, with one child seen in Sunniva's."""
    steps.choose(page, "kind", "caseworker_visit")
    page.locator("[data-now=started_at]").click()
    steps.choose(page, "place", "home")
    steps.choose(page, "in_residence", "yes")
    page.get_by_label("Sunniva Aldous").check(force=True)
    for name, child in steps.children(page).items():
        steps.choose(page, f"{child}-seen", "yes" if name == "Gideon" else "no")
        if name == "Gideon":
            steps.choose(page, f"{child}-alone", "yes")
            page.locator(f'[name="{child}-private_note"]').fill(PRIVATE)
        else:
            page.locator(f'[name="{child}-not_seen_reason"]').fill("At school")
    page.locator('[name="agreed"]').fill(AGREED)


@pytest.fixture
def phones(
    serve: Callable[..., Serving], demo_data: Path, handset: Callable[..., Handset]
) -> tuple[Serving, Page, Page]:
    """Rowan's phone, and that of a foster parent who has opened the page of the door before. The server is gone."""
    serving = serve(copy_of=demo_data)
    worker, hers = handset("rowan").open(), handset("sunniva").open()
    hers.goto(f"{serving.url}/door")
    expect(hers.get_by_role("heading", name="Confirm a home visit")).to_be_visible()
    steps.sign_in(worker, serving, "Rowan Ibarra")
    steps.wait_ready_offline(worker)
    for page in (hers, worker):
        steps.until(page, lambda page=page: page.evaluate(CACHED), bool, seconds=40)
    steps.stop_for_real(serving)
    return serving, worker, hers


def stands(serving: Serving, words: str) -> list[tuple[str, str, bool]]:
    """The answers of a visit: what, on which way, and whether over its very summary."""
    found = select(Confirmation.answer, Confirmation.way, Confirmation.summary_sha256 == Contact.summary_sha256)
    return steps.rows(
        serving,
        found.join(Contact, col(Contact.id) == Confirmation.contact_id).where(
            col(Contact.id).in_(steps.having(serving, Contact.observations, words))
        ),
    )


def send(page: Page) -> None:
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")


def all_sent(page: Page) -> None:
    expect(page.locator("#sync-chip")).to_contain_text("All sent", timeout=40_000)


def she_answers(hers: Page, address: str, code: str, serving: Serving) -> None:
    """Her phone has no signal: the page is on it, and she sees what he wrote for her, and no more."""
    hers.goto("about:blank")
    hers.goto(address)
    expect(hers.get_by_role("heading", name="Did Rowan I. visit your home on")).to_be_visible()
    assert hers.url == f"{serving.url}/door"
    assert code_on(hers) == code
    shown = hers.locator("body").inner_text()
    assert AGREED in shown
    assert not [words for words in (FIRST, SECOND, PRIVATE, "Gideon", "Hester") if words in shown]


@pytest.mark.duty("S2-4")
def test_two_phones_without_signal_meet_on_the_server_and_nothing_more_is_asked(
    phones: tuple[Serving, Page, Page],
) -> None:
    serving, worker, hers = phones
    # A code that is typed needs signal: she is told what does not, and that it will be looked up.
    hers.get_by_label("Code from the worker's phone").fill("7K4QM-2XT9R")
    hers.get_by_role("button", name="Show the visit").click()
    expect(hers.get_by_role("alert")).to_contain_text("Scan the picture on the worker's phone instead")
    serving.start()
    hers.evaluate("dispatchEvent(new Event('online'))")
    expect(hers.get_by_text("We do not know this code yet.").first).to_be_visible()
    steps.stop_for_real(serving)
    address, code = save_with_a_code(worker, serving, FIRST)
    assert address.startswith(f"{serving.url}/door#")
    assert not [words for words in ("Rowan", "Sunniva", AGREED) if words in address]
    readable(worker)
    she_answers(hers, address, code, serving)
    readable(hers)
    hers.get_by_role("button", name="Español").click()
    expect(hers.get_by_role("heading", name="¿Le visitó Rowan I. en su casa")).to_be_visible()
    hers.get_by_role("button", name="English").click()
    hers.get_by_role("button", name="Yes, this is right").dblclick()
    expect(hers.get_by_text("Your answer is kept on this phone.")).to_be_visible()

    # Her phone is the first to find signal, after its page was closed; the visit itself is not here yet.
    hers.goto("about:blank")
    worker.context.set_offline(True)
    serving.start()
    hers.goto(f"{serving.url}/door")
    expect(hers.get_by_text("It has reached us.")).to_be_visible(timeout=20_000)
    assert steps.count(serving, EarlyAnswer) == 1
    assert stands(serving, FIRST) == []
    send(worker)
    all_sent(worker)
    assert stands(serving, FIRST) == [("confirmed", "door", True)]
    assert steps.count(serving, EarlyAnswer) == 0
    # Scanned once more, it is the page of the link, with what was answered.
    hers.goto("about:blank")
    hers.goto(address)
    hers.wait_for_url("**/v/*")
    expect(hers.get_by_text("You said: yes, this is right")).to_be_visible()

    # Another visit. What she finds different the worker is not the first to hear; then they talk, and she says yes.
    steps.stop_for_real(serving)
    address, code = save_with_a_code(worker, serving, SECOND)
    she_answers(hers, address, code, serving)
    hers.get_by_role("button", name="Something is different").click()
    hers.get_by_role("button", name="Send").click()
    expect(hers.get_by_role("alert").filter(has_text="Choose what is different.")).to_be_visible()
    readable(hers)
    hers.get_by_text("It was another day or time").click()
    hers.get_by_label("Tell us more").fill("It was closer to five.")
    hers.get_by_role("button", name="Send").click()
    expect(hers.get_by_text("A supervisor reads this first")).to_be_visible()
    assert hers.locator("p.code").count() == 0
    hers.get_by_role("button", name="Change my answer").click()
    hers.get_by_role("button", name="Yes, this is right").click()
    expect(hers.get_by_text("these six digits")).to_be_visible()
    digits = code_on(hers).replace(" ", "")
    assert "closer to five" not in hers.evaluate(KEPT)

    # The six digits of her phone go home with the visit; the code is shown again where the visit waits.
    worker.goto(f"{serving.url}/phone")
    worker.locator("summary", has_text="Code for Sunniva Aldous").first.click()  # the newest
    assert scanned(worker) == address
    for typed, said in ((f"{(int(digits) + 1) % 1_000_000:06}", "These digits do not fit."), (digits, "said yes at")):
        worker.get_by_label("Six digits on their phone").fill(typed)
        worker.get_by_role("button", name="Keep their answer").click()
        expect(worker.get_by_text(said)).to_be_visible()
    expect(worker.locator("#items > li").filter(has_text="Answer at the door")).to_be_visible()
    hers.context.set_offline(True)
    serving.start()
    send(worker)
    all_sent(worker)
    assert stands(serving, SECOND) == [("confirmed", "digits", True)]
    send(hers)
    hers.wait_for_url("**/thanks")
    expect(hers.get_by_text("Nothing more to do.")).to_be_visible()

    assert stands(serving, SECOND) == [("confirmed", "digits", True)]
    worker.reload()
    expect(worker.locator("#items > li").first).to_be_visible()
    expect(worker.locator("summary", has_text="Code for Sunniva Aldous")).to_have_count(0)
    mine = [found for words in (FIRST, SECOND) for found in steps.having(serving, Contact.observations, words)]
    assert len(mine) == 2
    written = select(ConfirmationLink.id).where(col(ConfirmationLink.contact_id).in_(mine))
    assert steps.rows(serving, written.where(col(ConfirmationLink.sent_at).is_not(None))) == []
