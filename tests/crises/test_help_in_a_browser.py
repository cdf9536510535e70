"""Getting help on a phone: every answer that is not our own number is NOT SENT within six seconds, and never put aside."""

import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserType, Page, Route, expect

from tests.handset import Handset
from tests.serving import Serving

CRISES = "**/api/v1/crises"
WRONG = [
    "is out of reach",
    "hangs",
    "answers 500",
    "is a captive portal",
    "sends elsewhere",
    "says yes without a number",
    "answers for another alert",
    "answers 202",
]
HTML = "<!doctype html><title>Welcome</title><h1>Sign in to this Wi-Fi</h1>"


@pytest.fixture(scope="module")
def serving(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    data = tmp_path_factory.mktemp("help") / "data"
    shutil.copytree(demo_data, data)
    with Serving(data) as running:
        yield running


@pytest.fixture(scope="module")
def phone(serving: Serving, browser_type: BrowserType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Rowan's phone: set up, and ready for having no signal."""
    folder = tmp_path_factory.mktemp("rowan")
    with Handset(browser_type, folder, locale="en-US", timezone_id="America/Chicago") as handset:
        page = handset.open()
        sign_in(page, serving)
        expect(page.locator("[data-ready-offline]").first).to_have_attribute("data-state", "ready", timeout=60_000)
        yield page


@pytest.fixture
def page(phone: Page, serving: Serving) -> Page:
    """On Get help, signed in, with everything filled in."""
    if not phone.context.cookies():
        sign_in(phone, serving)
    get_help(phone, serving)
    return phone


def sign_in(page: Page, serving: Serving) -> None:
    page.goto(f"{serving.url}/sign-in")
    page.get_by_role("button", name="Rowan Ibarra").click()
    page.wait_for_url("**/today")


def get_help(page: Page, serving: Serving, query: str = "") -> None:
    page.goto(f"{serving.url}/help{query}")
    expect(page.locator("form[data-crisis][data-taken]")).to_have_count(1)
    page.locator('input[name="reason"][value="threat"]').set_checked(True, force=True)
    page.locator("#words").fill("He has a knife")


def send(page: Page) -> float:
    page.get_by_role("button", name="Send alert").click()
    return time.monotonic()


def rows(serving: Serving, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(f"file:{serving.data / 'porchlight.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute(query).fetchall()


def crises(serving: Serving) -> list[tuple[object, ...]]:
    return rows(serving, "SELECT number, words FROM crises WHERE words = 'He has a knife' ORDER BY number")


def outbox(page: Page) -> int:
    """How many things wait on this phone to be sent later."""
    return int(
        page.evaluate("""() => new Promise((done) => {
          const opening = indexedDB.open("porchlight-outbox")
          opening.onsuccess = () => {
            const asked = opening.result.transaction("items").objectStore("items").count()
            asked.onsuccess = () => { opening.result.close(); done(asked.result) }
          }
        })""")
    )


def break_it(page: Page, how: str) -> None:
    answers: dict[str, Callable[[Route], None]] = {
        "hangs": lambda route: None,
        "answers 500": lambda route: route.fulfill(status=500, json={"detail": "x"}),
        "is a captive portal": lambda route: route.fulfill(status=200, content_type="text/html", body=HTML),
        "sends elsewhere": lambda route: route.fulfill(status=302, headers={"Location": "/sign-in"}),
        "says yes without a number": lambda route: route.fulfill(status=200, json={"ok": True}),
        "answers for another alert": lambda route: route.fulfill(
            status=201, json={"id": "x", "number": 7, "reaching": 2}
        ),
        "answers 202": lambda route: route.fulfill(status=202, json={"number": 7, "reaching": 1}),
    }
    if how == "is out of reach":
        page.context.set_offline(True)
    else:
        page.route(CRISES, answers[how])


def mend(page: Page, how: str) -> None:
    if how == "is out of reach":
        page.context.set_offline(False)
    else:
        page.unroute(CRISES)


def check_not_sent(page: Page, serving: Serving, how: str) -> None:
    """Breaks it, presses, is told within six seconds; mends it, and it goes by itself, once."""
    before = len(crises(serving))
    break_it(page, how)
    pressed = send(page)
    not_sent = page.locator("#crisis-not-sent")
    expect(not_sent).to_be_visible(timeout=7_000)
    assert time.monotonic() - pressed < 6, how

    assert not_sent.get_attribute("role") == "alert"
    expect(not_sent).to_be_focused()
    expect(not_sent).to_contain_text("NOT SENT. Call now.")
    links = not_sent.locator("a").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    assert links[0].startswith("tel:+1555")
    assert links[1] == "tel:911"
    assert re.match(r"sms:\+1555\d+\?body=Please%20call%20me%20now", links[2])
    assert "knife" not in " ".join(links)
    box = not_sent.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (390, 844)
    assert outbox(page) == 0
    expect(page.locator("#crisis-sent")).to_be_hidden()

    mend(page, how)
    sent = page.locator("#crisis-sent")
    expect(sent).to_be_visible(timeout=40_000)
    expect(sent).to_contain_text(re.compile(r"Sent at \d+:\d\d [AP]M after \d+ tries"))
    numbers = [number for number, _ in crises(serving)]
    assert len(numbers) == before + 1, how  # once, however often it was tried
    expect(sent).to_contain_text(f"Alert {numbers[-1]}")


@pytest.mark.duty("S2-10")
def test_no_answer_but_our_own_number_is_ever_taken_for_sent(page: Page, serving: Serving) -> None:
    for how in WRONG:
        check_not_sent(page, serving, how)
        get_help(page, serving)


def test_an_alert_that_went_through_says_its_number_and_whom_it_calls(page: Page, serving: Serving) -> None:
    sent = page.locator("#crisis-sent")

    pressed = send(page)
    expect(sent).to_be_visible(timeout=5_000)
    assert time.monotonic() - pressed < 5

    number, _ = crises(serving)[-1]
    expect(sent).to_contain_text(f"Alert {number}")
    expect(sent).not_to_contain_text("tries")
    expect(sent.locator("[data-slot=follow]")).not_to_be_empty(timeout=10_000)
    sent.get_by_role("link", name="See who has it").click()
    expect(page.get_by_role("heading", name=f"Alert {number}")).to_be_visible()


def test_signed_out_by_time_the_form_is_still_there_on_a_phone_that_can_sign(page: Page, serving: Serving) -> None:
    before = len(crises(serving))
    page.context.clear_cookies()
    get_help(page, serving, "?again")
    expect(page.locator("[data-crisis-form]")).to_be_visible()

    send(page)

    expect(page.locator("#crisis-sent")).to_be_visible(timeout=6_000)
    assert len(crises(serving)) == before + 1


def test_a_stranger_sees_the_numbers_and_no_form(serving: Serving, handset: Callable[..., Handset]) -> None:
    page = handset("stranger", locale="en-US").open()
    page.goto(f"{serving.url}/help")
    page.wait_for_timeout(1_000)

    expect(page.get_by_role("link", name="Call 911").first).to_be_visible()
    expect(page.locator("[data-crisis-form]")).to_be_hidden()


def test_nothing_is_sent_before_a_reason_is_chosen(page: Page, serving: Serving) -> None:
    before = crises(serving)
    page.goto(f"{serving.url}/help?anew")
    expect(page.locator("form[data-crisis][data-taken]")).to_have_count(1)
    page.locator("#words").fill("He has a knife")

    send(page)

    expect(page.locator("[data-choose-reason]")).to_be_visible()
    expect(page.locator("#crisis-sending")).to_be_hidden()
    assert page.locator("#words").input_value() == "He has a knife"
    assert crises(serving) == before


def test_going_back_to_what_was_written_ends_the_tries_and_keeps_every_word(page: Page, serving: Serving) -> None:
    before = crises(serving)
    break_it(page, "answers 500")
    send(page)
    expect(page.locator("#crisis-not-sent")).to_be_visible(timeout=7_000)

    page.locator("[data-crisis-back]").click()
    mend(page, "answers 500")

    expect(page.locator("#crisis-not-sent")).to_be_hidden()
    assert page.locator("#words").input_value() == "He has a knife"
    page.wait_for_timeout(6_000)
    assert crises(serving) == before


def test_pressing_twice_sends_once(page: Page, serving: Serving) -> None:
    before = len(crises(serving))

    page.get_by_role("button", name="Send alert").dblclick()

    expect(page.locator("#crisis-sent")).to_be_visible(timeout=6_000)
    assert len(crises(serving)) == before + 1


def test_a_call_for_help_never_enters_the_outbox() -> None:
    scripts = Path(__file__).parents[2] / "pwa" / "js" / "crises"
    for script in scripts.glob("*.js"):
        for word in ("outbox.js", "flush.js", "sync.register", "localStorage", "indexedDB", "inOutbox"):
            assert word not in script.read_text(), (script.name, word)
