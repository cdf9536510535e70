"""A family that left the caseload and a session that ended: what was begun goes to the supervisor, and reading ends."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import expect
from sqlmodel import col, delete, select, update

from porchlight.cases.models import Assignment, Case, Family, Task
from porchlight.people.models import SignIn
from porchlight.phone.models import Deposit
from tests.handset import Handset
from tests.journeys import steps
from tests.serving import Serving

HALF = "She showed me the room under the roof"
DRAFTS = """() => new Promise((done) => { const o = indexedDB.open('porchlight-outbox'); o.onsuccess = () => {
  const all = o.result.transaction('drafts').objectStore('drafts').getAllKeys(); all.onsuccess = () => { o.result.close(); done(all.result.length) } } })"""


def unassign(serving: Serving, family: str) -> None:
    with steps.database(serving) as db, db.transaction() as session:
        cases = select(Case.id).join(Family, col(Family.id) == Case.family_id).where(Family.name == family)
        ended = update(Assignment).where(col(Assignment.case_id).in_(cases)).values(to_at=datetime.now(UTC))
        session.execute(ended)


def test_what_was_begun_for_a_family_that_left_is_handed_on_and_an_ended_session_ends_reading(
    serve: Callable[..., Serving], demo_data: Path, handset: Callable[..., Handset]
) -> None:
    serving = serve(copy_of=demo_data)
    page = handset("rowan").open()
    steps.sign_in(page, serving, "Rowan Ibarra")
    steps.wait_ready_offline(page)
    for family in ("Vance-Moreau", "Quintrell"):
        page.goto(f"{serving.url}/today")
        steps.open_visit_form(page, family)
        page.locator('[name="observations"]').fill(f"{HALF} {family}")
        if family == "Vance-Moreau":
            steps.take_photo(page, steps.a_photo((30, 80, 160)), "safety", "")
        expect(page.locator("[data-draft-state]")).to_contain_text("Draft kept on this phone")
    before = set(steps.rows(serving, select(Deposit.op_id)))
    unassign(serving, "Vance-Moreau")
    unassign(serving, "Quintrell")

    page.goto(f"{serving.url}/today")

    gone = page.locator("[data-drafts] li").filter(has_text="This family is not on your caseload any more")
    expect(gone).to_have_count(2, timeout=30_000)
    hers, theirs = (gone.filter(has_text=family) for family in ("Vance-Moreau", "Quintrell"))
    theirs.get_by_role("button", name="Throw it away").click()
    page.get_by_role("button", name="Keep it").click()
    expect(theirs).to_be_visible()
    hers.get_by_role("button", name="Hand it to my supervisor").click()
    expect(page.locator("[data-drafts]")).to_contain_text("It goes to your supervisor, sealed")

    def came() -> list[tuple[str, str]]:
        found = steps.rows(serving, select(Deposit.op_id, Deposit.kind, Deposit.outcome))
        return sorted((kind, outcome) for op, kind, outcome in found if (op,) not in before)

    held = [("draft.rescued", "held"), ("visit.photo", "held")]
    assert steps.until(page, came, lambda found: found == held, seconds=40) == held
    titles = [title for (title,) in steps.rows(serving, select(Task.title).where(Task.kind == "held_item"))]
    assert "An unfinished visit was handed on by someone who no longer works this case" in titles
    assert page.evaluate(DRAFTS) == 1
    theirs.get_by_role("button", name="Throw it away").click()
    page.get_by_role("button", name="Throw it away").click()
    expect(page.locator("[data-drafts]")).to_contain_text("It is thrown away.")
    assert page.evaluate(DRAFTS) == 0

    # The session has ended; the phone still has its pages, and its person reads on once they have signed in.
    with steps.database(serving) as db, db.transaction() as session:
        session.execute(delete(SignIn))
    page.goto(f"{serving.url}/today")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=30_000)
    page.goto(f"{serving.url}/families")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    steps.stop_for_real(serving)
    page.goto(f"{serving.url}/families")
    expect(page.get_by_role("heading", name="Families")).to_be_visible()
