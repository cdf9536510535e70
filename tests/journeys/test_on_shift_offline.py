"""On call without signal: the alert, its plans and numbers open from the phone; after the hand-off they are gone from it."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import Session, select

from porchlight.alerts import service as alerting
from porchlight.cases.models import Case, Family
from porchlight.core.actor import Actor
from porchlight.core.ids import new_id
from porchlight.crises import answering, raising
from porchlight.crises.answering import ResolveBody
from porchlight.crises.raising import CrisisBody
from porchlight.crises.values import Reason
from porchlight.oncall import service as rota
from porchlight.oncall.models import Schedule
from porchlight.people import queries as people
from porchlight.people.models import Account
from porchlight.relations import relate
from tests.handset import Handset
from tests.journeys import steps
from tests.serving import Serving

WORDS = "He throws plates"
STORED = """() => new Promise((done) => {
  const asked = indexedDB.open("porchlight-pages")
  asked.onsuccess = () => {
    const all = asked.result.transaction("pages").objectStore("pages").getAllKeys()
    all.onsuccess = () => { asked.result.close(); done(all.result.map(([, url]) => url)) }
  }
})"""

Handsets = Callable[..., Handset]


def actor_of(session: Session, name: str) -> Actor:
    found = session.exec(select(Account.id).where(Account.email == f"{name}@example.org")).one()
    actor = people.actor_of(session, found)
    assert actor is not None
    return actor


def alert_for(serving: Serving, name: str) -> tuple[UUID, UUID]:
    """Somebody on call is called about Gideon's family, where one child has no safety plan. Ids of the alert and the crisis."""
    relate()
    with steps.database(serving) as db, db.transaction() as session:
        now = db.now(session)
        case_id = session.exec(select(Case.id).join(Family).where(Family.name == "Quintrell")).one()
        body = CrisisBody(id=new_id(), case_id=case_id, reason=Reason.THREAT, words=WORDS)
        raising.raise_crisis(session, actor_of(session, "rowan"), body, now=now)
        mine = actor_of(session, name).account_id
        return alerting.call(session, mine, alerting.Severity.CRISIS, body.id, now=now)[0], body.id


def hand_off(serving: Serving, name: str, crisis_id: UUID) -> None:
    """It is over, and Lindell has come on in this person's place."""
    with steps.database(serving) as db, db.transaction() as session:
        now = db.now(session)
        answering.acknowledge(session, crisis_id, actor_of(session, name).account_id, "page", now=now)
        answering.resolve(session, actor_of(session, name), crisis_id, ResolveBody(ending="calm"), now=now)
        schedule = session.exec(select(Schedule.id)).one()
        until = now + timedelta(days=10)
        lindell = actor_of(session, "lindell").account_id
        rota.stand_in(
            session, actor_of(session, "priya"), schedule, "backup", lindell, from_at=now, to_at=until, now=now
        )


def stored(page: Page) -> set[str]:
    return set(page.evaluate(STORED))


def of_the_shift(urls: set[str]) -> set[str]:
    """What lies on the phone for the shift alone: Joss has no caseload."""
    return {url for url in urls if url.startswith(("/people/", "/alerts/", "/cases/")) or url == "/oncall/plans"}


@pytest.mark.duty("S0-6", "S4-31")
def test_plan_and_numbers_open_without_signal_and_leave_the_phone_with_the_shift(
    demo_data: object, serve: Callable[..., Serving], handset: Handsets
) -> None:
    serving = serve(copy_of=demo_data)
    alert_id, crisis_id = alert_for(serving, "joss")
    page = handset("joss").open()
    steps.sign_in(page, serving, "Joss Wetherby")
    steps.wait_ready_offline(page)

    steps.stop_for_real(serving)
    page.goto(f"{serving.url}/today")
    page.locator(f'main a[href="/alerts/{alert_id}"]').first.click()

    expect(page.locator("blockquote").first).to_contain_text(WORDS)
    expect(page.get_by_role("region", name="Safety plan of Gideon")).to_contain_text("What calms")
    # One child of the family has no plan: whom to ring stands in its place.
    without = page.get_by_role("region", name="Safety plan of Iggy")
    expect(without).to_contain_text("No safety plan yet")
    expect(without.get_by_role("link", name="Call Rowan Ibarra")).to_have_attribute("href", "tel:+15550106")
    phones = page.get_by_role("region", name="People and phones")
    expect(phones.get_by_role("link", name="Call Rowan Ibarra")).to_have_attribute("href", "tel:+15550106")
    assert phones.locator("a[href^='tel:']").count() >= 3
    page.goto(f"{serving.url}/oncall")
    page.get_by_role("link", name="Safety plans of your shift").click()
    ring = page.get_by_role("region", name="A child is not on this list?")
    expect(ring.get_by_role("link", name="Call Priya Castellane")).to_have_attribute("href", "tel:+15550105")
    page.get_by_role("link", name="Callum").click()
    expect(page.get_by_text("A bike to fix")).to_be_visible()
    before = of_the_shift(stored(page))
    assert len(before) > 2

    serving.start()
    hand_off(serving, "joss", crisis_id)
    page.goto(f"{serving.url}/today")
    steps.until(page, lambda: of_the_shift(stored(page)), lambda left: not left, seconds=steps.READY / 1000)

    steps.stop_for_real(serving)
    for path in before:
        page.goto(serving.url + path)
        expect(page.get_by_role("heading", name="This page is not on this phone")).to_be_visible()
        assert not [word for word in ("Gideon", "Callum", WORDS) if word in page.locator("body").inner_text()]
