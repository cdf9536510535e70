"""One short way for each role, on one phone: what they come for is there, and signing out ends all reading."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlmodel import col, select

from porchlight.cases.models import Case, Family, Task
from porchlight.oncall.models import Schedule
from porchlight.people.models import Account
from porchlight.visits.models import Contact
from tests.handset import Handset
from tests.journeys import steps
from tests.serving import Serving

Handsets = Callable[..., Handset]


@pytest.fixture(scope="module")
def serving(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One server for all of them, as in an agency."""
    data = tmp_path_factory.mktemp("roles") / "data"
    shutil.copytree(demo_data, data)
    with Serving(data) as running:
        yield running


def go(page: Page, place: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=place, exact=True).click()


def top(one: Locator) -> float:
    box = one.first.bounding_box()
    assert box is not None
    return box["y"]


def test_a_caseworker_ticks_off_a_task_and_reads_what_matters_first(serving: Serving, handset: Handsets) -> None:
    page = handset("rowan").open()
    steps.sign_in(page, serving, "Rowan Ibarra")
    task = page.get_by_role("listitem").filter(has_text="Book the dentist for Callum")
    expect(task).to_have_count(1)

    task.get_by_role("button", name="Done").click()

    expect(page.get_by_role("heading", name="To do")).to_be_visible()
    expect(task.get_by_role("button", name="Done")).to_have_count(0)
    expect(task.get_by_role("button", name="Undo")).to_be_visible()
    open_ = len(steps.having(serving, Task.title, "Book the dentist for Callum", col(Task.done_at).is_(None)))
    assert open_ == 0

    steps.open_family(page, "Vance-Moreau")
    page.get_by_role("link", name="Callum").first.click()
    alert = page.get_by_text("Leaves the house when voices get loud.")
    assert top(alert) < top(page.get_by_role("heading", name="Likes"))
    assert top(alert) < 844


def test_a_safety_plan_is_three_taps_from_today(serving: Serving, handset: Handsets) -> None:
    page = handset("rowan").open()
    steps.sign_in(page, serving, "Rowan Ibarra")

    steps.open_family(page, "Vance-Moreau")
    page.get_by_role("region", name="Safety plans").get_by_role("link", name="Callum").click()

    expect(page.get_by_text("Say: I am in the kitchen when you want me")).to_be_visible()


@pytest.mark.duty("S2-4")
def test_what_a_foster_parent_says_in_four_taps_the_supervisor_reads_and_the_words_stay(
    serving: Serving, handset: Handsets
) -> None:
    link = steps.a_link(serving, author="rowan")
    written = select(Contact).join(Account, col(Account.id) == Contact.author_id).order_by(col(Contact.id))
    with steps.database(serving) as db, db.reading() as session:
        before = [row.model_dump() for row in session.exec(written)]
    home = handset("home", java_script_enabled=False).open()

    home.goto(serving.url + link)  # 1
    home.get_by_role("link", name="Something is different").click()  # 2
    home.locator("label", has_text="It was another day or time").click()  # 3
    home.get_by_role("button", name="Send").click()  # 4

    expect(home.get_by_text("Thank you")).to_be_visible()
    priya = handset("priya").open()
    steps.sign_in(priya, serving, "Priya Castellane")
    go(priya, "Board")
    block = priya.get_by_role("region", name="Something is different")
    expect(block.get_by_role("listitem")).to_have_count(2)  # the demo's own, and this one
    block.get_by_role("listitem").first.get_by_role("link").click()
    expect(priya.get_by_text("Something is different").first).to_be_visible()
    with steps.database(serving) as db, db.reading() as session:
        assert [row.model_dump() for row in session.exec(written)] == before


def test_an_oversight_reviewer_sees_all_78_families(serving: Serving, handset: Handsets) -> None:
    page = handset("corin").open()
    steps.sign_in(page, serving, "Corin Halvorsen")

    go(page, "Families")

    expect(page.locator("tbody tr")).to_have_count(78)
    expect(page.get_by_text("of 78 due this week")).to_be_visible()
    page.locator("tbody a").first.click()
    expect(page.locator("#main h1")).to_be_visible()


def test_a_foster_parent_with_an_account_sees_who_comes_and_no_file(serving: Serving, handset: Handsets) -> None:
    page = handset("wenna").open()
    steps.sign_in(page, serving, "Wenna Marlow")

    home = page.get_by_role("region", name="Visits to your home")
    expect(home.get_by_text("comes to see you").first).to_be_visible()
    assert page.get_by_role("navigation").get_by_role("link").all_inner_texts() == ["Today", "More"]
    page.goto(f"{serving.url}/families")
    families = {name for (name,) in steps.rows(serving, select(Family.name))}
    shown = page.locator("#main").inner_text()
    assert not [name for name in families if name in shown]
    [(case_id,)] = steps.rows(serving, select(Case.id).limit(1))
    answer = page.goto(f"{serving.url}/cases/{case_id}")
    assert answer is not None
    assert answer.status == 404


STAND_IN = """async ([schedule, body]) => (await fetch(`/api/v1/oncall/${schedule}/stand-ins`, {
  method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(body)
})).status"""


def test_the_one_on_call_sees_their_shift_and_who_stands_in(serving: Serving, handset: Handsets) -> None:
    joss = handset("joss").open()
    steps.sign_in(joss, serving, "Joss Wetherby")
    go(joss, "On call")
    now = joss.get_by_role("region", name="On call now")
    expect(now.get_by_role("listitem").filter(has_text="First on call")).to_contain_text("Tamsin Okafor")
    expect(now.get_by_role("listitem").filter(has_text="Backup")).to_contain_text("You")
    priya = handset("priya").open()
    steps.sign_in(priya, serving, "Priya Castellane")
    with steps.database(serving) as db, db.reading() as session:
        schedule = session.exec(select(Schedule)).one()
        lindell = session.exec(select(Account).where(Account.email == "lindell@example.org")).one()
        now_ = db.now(session)
    body = {
        "position": "worker",
        "account_id": str(lindell.id),
        "from_at": (now_ - timedelta(minutes=1)).isoformat(),
        "to_at": (now_ + timedelta(hours=2)).isoformat(),
    }

    assert joss.evaluate(STAND_IN, [str(schedule.id), body]) == 404
    assert priya.evaluate(STAND_IN, [str(schedule.id), body]) == 201

    joss.reload()
    # The page may come from the phone's own store; then a newer one is offered as soon as it is there.
    newest = joss.get_by_role("link", name="Show the newest")
    first = now.get_by_role("listitem").filter(has_text="First on call")
    expect(newest.or_(first.filter(has_text="Lindell Farrow"))).to_be_visible(timeout=20_000)
    if newest.is_visible():
        newest.click()
    expect(first).to_contain_text("Lindell Farrow")


@pytest.mark.parametrize("way", ["with a server", "without"])
@pytest.mark.asvs("14.3.1")
def test_signing_out_ends_reading_at_once(
    way: str, serve: Callable[..., Serving], demo_data: Path, handset: Handsets
) -> None:
    serving = serve(copy_of=demo_data)
    page = handset("rowan").open()
    steps.sign_in(page, serving, "Rowan Ibarra")
    steps.wait_ready_offline(page)
    steps.open_family(page, "Vance-Moreau")
    expect(page.get_by_role("link", name="Callum").first).to_be_visible()
    if way == "without":
        steps.stop_for_real(serving)
    go(page, "More")

    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: url.rstrip("/") in {serving.url, f"{serving.url}/sign-in"})

    for _ in range(3):
        page.go_back()
        page.wait_for_load_state()
        shown = page.locator("body").inner_text()
        assert not [name for name in ("Callum", "Vance-Moreau", "Quintrell", "Delia") if name in shown]
    for path in ("/today", "/families"):
        page.goto(serving.url + path)
        assert "Vance-Moreau" not in page.locator("body").inner_text()
