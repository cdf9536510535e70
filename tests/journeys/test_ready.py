"""One evening with a new phone: its person proves each line of the card, and the supervisor sees it."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.handset import Handset
from tests.journeys import steps
from tests.journeys.waking import Phone
from tests.pushing import Decrypting
from tests.serving import Serving

NAME = "Joss Wetherby"
PICTURE: FilePayload = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": b""}


@pytest.fixture
def serving(serve: Callable[..., Serving], demo_data: Path, decrypting: Decrypting) -> Serving:
    return serve(copy_of=demo_data, PORCHLIGHT_PUSH_HOSTS=decrypting.url)


def ask(serving: Serving, statement: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(serving.data / "porchlight.sqlite3", timeout=10) as database:
        return database.execute(statement).fetchall()


def row(page: Page, check: str) -> Any:
    return page.locator(f"[data-check={check}]")


def prove(page: Page, check: str, words: str, *, control: str = "prove", state: str = "proven") -> None:
    row(page, check).locator(f"[data-{control}]").click()
    expect(row(page, check).locator("[data-said]")).to_contain_text(words)
    expect(row(page, check)).to_have_attribute("data-state", state)


def take_a_picture(page: Page, check: str) -> None:
    with page.expect_file_chooser() as chooser:
        row(page, check).locator("[data-prove]").click()
    chooser.value.set_files(PICTURE | {"buffer": steps.a_photo((90, 90, 90), gps=False)})


def test_a_phone_proves_each_line_once_and_says_so_without_signal_too(
    serving: Serving, handset: Callable[..., Handset], decrypting: Decrypting
) -> None:
    joss = Phone(handset("joss"), decrypting, serving, NAME)
    page = joss.page
    page.goto(f"{serving.url}/today")
    expect(page.get_by_text("Is this phone ready? 0 of 6 proven")).to_be_visible()
    page.goto(f"{serving.url}/ready")

    prove(page, "storage", "The browser has not promised", state="not_proven")
    grants = {"origin": serving.url, "permissions": ["durableStorage", "notifications"]}
    joss.cdp.send("Browser.grantPermissions", grants)
    prove(page, "storage", "Protected.")
    expect(row(page, "storage").locator("[data-words]")).to_contain_text("Porchlight uses")
    prove(page, "offline", "pages opened from this phone, as of")

    # The camera closes the page before a picture was taken, and the app is opened again.
    with page.expect_file_chooser():
        row(page, "camera").locator("[data-prove]").click()
    page.reload()
    expect(row(page, "camera").locator("[data-said]")).to_have_text(
        "The camera closed this page, and everything is here again."
    )
    take_a_picture(page, "camera")
    expect(row(page, "camera").locator("[data-said]")).to_contain_text("all still here")

    take_a_picture(page, "gallery")
    prove(page, "gallery", "Then do this", control="present", state="not_proven")
    expect(row(page, "gallery").locator("[data-advice]")).to_contain_text("Delete that picture")
    take_a_picture(page, "gallery")
    prove(page, "gallery", "You said so", control="absent")

    expect(row(page, "call")).to_contain_text("Porchlight cannot ring you by itself yet")
    with page.expect_download() as card:
        row(page, "call").get_by_role("link", name="Get the on-call contact").click()
    assert b"TEL;TYPE=WORK,VOICE:+1555" in Path(card.value.path()).read_bytes()

    row(page, "alerts").locator("[data-test]").click()
    (message,) = joss.messages()
    joss.ring(message)
    expect(row(page, "alerts").locator("[data-said]")).to_contain_text("It has arrived. Now tap")
    expect(row(page, "alerts")).to_have_attribute("data-state", "not_proven")
    joss.notification("Test alert. Open to answer.")
    joss.tap("ack")
    expect(row(page, "alerts").locator("[data-said]")).to_contain_text("It works: answered after")
    expect(row(page, "alerts")).to_have_attribute("data-state", "proven")

    serving.stop()
    prove(page, "call", "You said so")  # said without signal
    page.reload()
    expect(page.locator("main > [data-count]")).to_have_text("6 of 6 proven")
    expect(page.locator(".as-of")).to_contain_text("As of")
    serving.start()
    page.goto(f"{serving.url}/today")
    kept = "SELECT kind FROM device_checks WHERE state = 'proven' ORDER BY kind"
    proven = [("call",), ("camera",), ("gallery",), ("offline",), ("storage",)]
    steps.until(page, lambda: ask(serving, kept), lambda found: found == proven)
    expect(page.get_by_text("Is this phone ready?")).to_be_hidden()
