"""A whole response on a phone: at most fourteen taps; and what fails says so, with a number to ring, and keeps the words."""

from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from porchlight.alerts import service as alerting
from porchlight.cases import queries as cases
from porchlight.core.ids import new_id
from porchlight.crises import raising
from porchlight.crises.models import CrisisEntry
from porchlight.crises.raising import CrisisBody
from porchlight.crises.values import Reason
from porchlight.people import queries as people
from porchlight.people.models import Account
from porchlight.plans.models import SafetyPlan
from porchlight.relations import relate
from tests.handset import Handset
from tests.journeys import steps
from tests.serving import Serving

MOST_TAPS = 14  # screens.md, journey (d)


def alert_for_joss(serving: Serving) -> UUID:
    """Joss, who is on call this week in the demo, is called about a child who has a safety plan. The alert's id."""
    relate()
    with steps.database(serving) as db, db.transaction() as session:
        now = db.now(session)
        plan = session.exec(select(SafetyPlan)).first()
        assert plan
        joss = session.exec(select(Account.id).where(Account.email == "joss@example.org")).one()
        worker = people.actor_of(session, cases.workers(session, [plan.case_id], now=now)[plan.case_id][0])
        assert worker
        body = CrisisBody(id=new_id(), case_id=plan.case_id, reason=Reason.THREAT, words="He throws plates")
        raising.raise_crisis(session, worker, body, now=now)
        return alerting.call(session, joss, alerting.Severity.CRISIS, body.id, now=now)[0]


class Thumb:
    """Counts what it taps."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def button(self, name: str) -> None:
        self.taps += 1
        self.page.get_by_role("button", name=name).click()

    def chip(self, step: str) -> None:
        """A chip and the button under it: two taps; words in between would be a third."""
        self.taps += 1
        self.page.locator("label").filter(has=self.page.locator(f'[name="step"][value="{step}"]')).click()
        self.button("Add to the log")
        expect(self.page.locator(f'[name="step"][value="{step}"]:checked')).to_have_count(0)


def also_in_another_tab(page: Page) -> None:
    """Nobody reloads it, and all of it is there, at work, with what was being typed."""
    expect(page.get_by_text("You have it")).to_be_visible()
    expect(page.get_by_role("link", name="Hand over")).to_be_visible()
    expect(page.locator("summary").get_by_text("It is over")).to_be_visible()
    expect(page.locator('[name="step"][value="left"]')).to_be_attached()
    page.get_by_role("button", name="Add to the log").click()
    expect(page.locator(".timeline").get_by_text("Nobody opens the door")).to_be_attached()
    page.close()


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.duty("S4-31", "S4-45")
def test_a_response_takes_at_most_fourteen_taps_and_never_loses_a_word(
    demo_data: object, serve: Callable[..., Serving], handset: Callable[..., Handset], database_kind: str
) -> None:
    serving = serve(copy_of=demo_data)
    phone = handset("joss")
    page = phone.open()
    steps.sign_in(page, serving, "Joss Wetherby")
    alert = alert_for_joss(serving)
    page.goto(f"{serving.url}/alerts/{alert}")
    thumb = Thumb(page)

    second = page.context.new_page()
    second.goto(f"{serving.url}/alerts/{alert}")
    second.locator('[name="words"]').first.fill("Nobody opens the door")
    page.bring_to_front()

    ack = page.get_by_role("button", name="I've got it")
    box, height = ack.bounding_box(), page.viewport_size
    assert box
    assert height
    assert box["height"] >= 64
    assert box["y"] > height["height"] / 2
    thumb.button("I've got it")
    expect(page.get_by_text("You have it")).to_be_visible()
    expect(page.get_by_role("heading", name="Safety plan of").first).to_be_attached()
    also_in_another_tab(second)

    for step in ("spoke", "left", "arrived", "plan_yes", "stable"):
        thumb.chip(step)
    page.locator('[name="words"]').first.fill("The plates are gone")
    page.context.set_offline(True)
    page.get_by_role("button", name="Add to the log").click()
    failed = page.locator("form[action$='/log'] [data-failed]")
    expect(failed).to_be_visible(timeout=6_000)
    expect(failed).to_contain_text("NOT SENT")
    assert failed.locator("a").get_attribute("href") == "tel:+15550100"
    assert page.locator('[name="words"]').first.input_value() == "The plates are gone"
    page.context.set_offline(False)
    page.locator("summary").get_by_text("It is over").click()
    thumb.taps += 1
    thumb.button("Calm again, everyone stays")
    expect(page.locator("#alert-now").get_by_text("It is over")).to_be_visible()

    assert thumb.taps <= MOST_TAPS
    kinds = [one[0] for one in steps.rows(serving, select(CrisisEntry.kind).order_by(CrisisEntry.at, CrisisEntry.id))]
    assert [one for one in kinds if one in ("spoke", "left", "arrived", "plan_yes", "stable", "resolved")][-6:] == [
        "spoke",
        "left",
        "arrived",
        "plan_yes",
        "stable",
        "resolved",
    ]
    assert "note" not in kinds[-3:]
