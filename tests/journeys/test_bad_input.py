"""What goes wrong under a thumb: times the wrong way round, a double tap, a change of mind; nothing typed is lost."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from porchlight.people.models import Device
from porchlight.phone.models import Deposit
from porchlight.visits.models import Contact
from tests.handset import Handset
from tests.journeys import steps
from tests.serving import Serving

Handsets = Callable[..., Handset]
NOTES = "A long talk\nabout “rice & beans” <and> the bus."


@pytest.fixture
def serving(serve: Callable[..., Serving], demo_data: Path) -> Serving:
    return serve(copy_of=demo_data)


def wall(page: Page, back: timedelta) -> str:
    """A moment before now, as the page's own clock field wants it."""
    minutes = back.total_seconds() / 60
    return str(
        page.evaluate(
            "(m) => { const d = new Date(Date.now() - m * 60000);"
            " return new Date(d - d.getTimezoneOffset() * 60000).toISOString().slice(0, 16) }",
            minutes,
        )
    )


def fill_in(page: Page, *, began: timedelta, ended: timedelta, notes: str = NOTES) -> dict[str, str]:
    """A visit to the Quintrells where nobody opened. Returns what was typed, by field."""
    typed = {
        "started_at": wall(page, began),
        "ended_at": wall(page, ended),
        "observations": notes,
        "agreed": "To try again on Friday",
        "note": "We knocked twice.",
    }
    steps.choose(page, "kind", "attempted")
    steps.choose(page, "place", "home")
    for child in steps.children(page).values():
        steps.choose(page, f"{child}-seen", "no")
        typed[f"{child}-not_seen_reason"] = "Nobody opened"
    for name, words in typed.items():
        page.locator(f'[name="{name}"]').fill(words)
    return typed


def check_kept(page: Page, typed: dict[str, str]) -> None:
    for name, words in typed.items():
        expect(page.locator(f'[name="{name}"]')).to_have_value(words)
    for name, value in [
        ("kind", "attempted"),
        ("place", "home"),
        *[(f"{c}-seen", "no") for c in steps.children(page).values()],
    ]:
        expect(page.locator(f'[name="{name}"][value="{value}"]')).to_be_checked()


WRONG = {"began": timedelta(hours=1), "ended": timedelta(hours=2)}
RIGHT = {"began": timedelta(hours=2), "ended": timedelta(hours=1)}


def test_times_the_wrong_way_round_are_said_in_words_and_every_value_stays(serving: Serving, handset: Handsets) -> None:
    page = handset("rowan").open()
    steps.sign_in(page, serving, "Rowan Ibarra")
    steps.wait_ready_offline(page)
    steps.open_visit_form(page, "Quintrell")
    typed = fill_in(page, **WRONG)

    page.get_by_role("button", name="Check and save").click()

    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("The end is before the beginning.")
    assert page.title().startswith("Error: ")
    expect(page.locator(".wrong").get_by_text("Error: The end is before the beginning.")).to_be_visible()
    check_kept(page, typed)
    assert steps.outbox(page) == []
    summary.get_by_role("link").click()
    expect(page.locator('[name="ended_at"]')).to_be_focused()


def test_the_same_without_a_script_comes_back_whole(serving: Serving, handset: Handsets) -> None:
    before = steps.count(serving, Contact)
    # Without a script a time is read in the agency's zone.
    page = handset("rowan", java_script_enabled=False, timezone_id="America/Chicago").open()
    steps.sign_in(page, serving, "Rowan Ibarra")
    steps.open_family(page, "Quintrell")
    page.get_by_role("link", name="Log a visit").first.click()
    typed = fill_in(page, **WRONG)

    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        page.get_by_role("button", name="Check and save").click()

    assert answered.value.status == 422
    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    expect(summary).to_contain_text("The end is before the beginning.")
    assert page.title().startswith("Error: ")
    check_kept(page, typed)
    assert steps.count(serving, Contact) == before

    page.locator('[name="started_at"]').fill(wall(page, RIGHT["began"]))
    page.locator('[name="ended_at"]').fill(wall(page, RIGHT["ended"]))
    page.get_by_role("button", name="Check and save").click()
    page.wait_for_url(re.compile(r"/visits/[0-9a-f-]{36}$"))
    expect(page.get_by_text("about “rice & beans” <and> the bus.")).to_be_visible()
    assert steps.count(serving, Contact) == before + 1


def test_a_double_tap_on_save_is_one_visit(serving: Serving, handset: Handsets) -> None:
    before = steps.count(serving, Contact)
    page = handset("rowan").open()
    steps.sign_in(page, serving, "Rowan Ibarra")
    steps.wait_ready_offline(page)
    steps.open_visit_form(page, "Quintrell")
    fill_in(page, **RIGHT)

    page.get_by_role("button", name="Check and save").dblclick()
    expect(page.get_by_role("heading", name="Check before you save")).to_be_visible()
    assert steps.outbox(page) == []
    page.get_by_role("button", name="Save visit").dblclick()

    expect(page.locator("[data-saved-title]")).to_contain_text("It has arrived", timeout=30_000)
    expect(page.locator("#sync-chip")).to_contain_text("All sent", timeout=30_000)
    assert steps.count(serving, Contact) == before + 1
    assert steps.count(serving, Deposit) == 1


GAPS = "(id) => fetch(`/api/v1/devices/${id}/gaps`, { headers: { Accept: 'application/json' } }).then((answer) => answer.json())"


@pytest.mark.duty("S2-3")
def test_what_is_undone_before_it_was_sent_never_arrives_and_leaves_no_gap(serving: Serving, handset: Handsets) -> None:
    before = steps.count(serving, Contact)
    page = handset("rowan").open()
    steps.sign_in(page, serving, "Rowan Ibarra")
    steps.wait_ready_offline(page)
    steps.stop_for_real(serving)
    page.goto(f"{serving.url}/today")
    steps.open_visit_form(page, "Quintrell")
    fill_in(page, **RIGHT, notes="A slip of the thumb")
    steps.save_visit(page)
    expect(page.get_by_role("heading", name="Saved on this phone. Not sent yet.")).to_be_visible()

    page.get_by_role("button", name="Undo").click()

    expect(page.locator('[name="observations"]')).to_have_value("A slip of the thumb")
    page.locator('[name="observations"]').fill(NOTES)
    steps.save_visit(page)
    expect(page.get_by_role("heading", name="Saved on this phone. Not sent yet.")).to_be_visible()
    serving.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#sync-chip")).to_contain_text("All sent", timeout=60_000)

    arrived = steps.rows(serving, select(Deposit.seq, Deposit.kind).order_by(col(Deposit.seq)))
    assert arrived == [(1, "withdrawn"), (2, "visit.log")]
    [(device,)] = steps.rows(serving, select(Device.id))
    assert page.evaluate(GAPS, str(device))["missing"] == []
    assert steps.count(serving, Contact) == before + 1
    assert not steps.having(serving, Contact.observations, "A slip of the thumb")
