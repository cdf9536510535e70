"""Two visits are begun with two families; neither the camera nor the battery takes a word of them, and they never mix."""

import time
from collections.abc import Callable
from pathlib import Path

import psutil
from playwright.sync_api import Page, expect

from tests.handset import Handset
from tests.journeys import steps
from tests.serving import Serving

FIRST, SECOND = "Quintrell", "Vance-Moreau"
PLACE = "document.querySelector('[name=place]:checked')?.value"


def begin(page: Page, family: str, words: str) -> str:
    """The address of a form in which something was written."""
    steps.open_visit_form(page, family)
    steps.choose(page, "kind", "attempted")
    page.locator('[name="observations"]').press_sequentially(words)
    expect(page.locator("[data-draft-state]")).to_contain_text("Draft kept on this phone")
    return page.url


def crash_while_the_camera_is_open(phone: Handset, page: Page) -> Page:
    """The phone takes the memory of every page and worker for its camera. A new page, as after coming back."""
    with page.expect_file_chooser():
        page.locator("[data-take-photo]").click()
    ours = [process for process in psutil.process_iter() if phone.carries(process)]
    below = {child for process in ours for child in process.children(recursive=True)}
    renderers = [process for process in below if "--type=renderer" in process.cmdline()]
    with page.expect_event("crash"):
        for process in renderers:
            process.kill()
    # A page that the browser puts into a renderer of whose death it has not heard yet never comes.
    psutil.wait_procs(renderers, timeout=10)
    time.sleep(0.5)
    assert phone.context
    return phone.context.new_page()


def test_what_was_begun_outlives_camera_and_battery_and_another_visit_keeps_only_family_and_place(
    serve: Callable[..., Serving], demo_data: Path, handset: Callable[..., Handset]
) -> None:
    serving = serve(copy_of=demo_data)
    phone = handset("rowan")
    page = phone.open()
    steps.sign_in(page, serving, "Rowan Ibarra")
    steps.wait_ready_offline(page)
    first = begin(page, FIRST, "Warm kitchen, dogs asleep")

    page = crash_while_the_camera_is_open(phone, page)

    page.goto(first)
    expect(page.locator('[name="observations"]')).to_have_value("Warm kitchen, dogs asleep")
    second = begin(page, SECOND, "Nobody opened")
    steps.stop_for_real(serving)
    phone.kill()

    page = phone.open()
    page.goto(f"{serving.url}/today")
    offered = page.locator("[data-drafts]")
    expect(offered).to_contain_text("You have 2 unfinished visits.")
    expect(offered.get_by_role("link")).to_have_count(2)
    offered.get_by_role("link", name=SECOND).click()
    expect(page.locator('[name="observations"]')).to_have_value("Nobody opened")
    assert page.url.split("#")[0] == second
    page.goto(f"{serving.url}/today")
    offered.get_by_role("link", name=FIRST).click()
    expect(page.locator("[data-resumed]")).to_be_visible()
    expect(page.locator('[name="observations"]')).to_have_value("Warm kitchen, dogs asleep")
    assert page.url == first

    steps.choose(page, "place", "school")
    page.locator("[data-now=started_at]").click()
    for child in steps.children(page).values():
        steps.choose(page, f"{child}-seen", "no")
        page.locator(f'[name="{child}-not_seen_reason"]').fill("Nobody opened")
    steps.save_visit(page)
    page.get_by_role("button", name="Log another visit with this family").click()

    expect(page.locator('[name="observations"]')).to_have_value("")
    expect(page.locator("[data-take-photo]")).to_be_visible()
    assert page.url.split("#")[0] == first
    assert steps.until(page, lambda: page.evaluate(PLACE), bool) == "school"
    expect(page.locator("[data-resumed]")).to_be_hidden()
    written = page.evaluate(
        """[...document.querySelectorAll('form [name]')].filter((one) => one.type !== 'hidden' && one.name !== 'kind' && one.name !== 'place'
           && (/radio|checkbox/.test(one.type) ? one.checked : one.value && one.tagName !== 'SELECT')).map((one) => one.name)"""
    )
    assert written == []
    page.goto(f"{serving.url}/today")
    expect(offered.get_by_role("link")).to_have_count(1)
    expect(offered).to_contain_text(SECOND)
