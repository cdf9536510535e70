"""A swap between two people, each with a phone of their own: asked in four taps, taken in two, and then it is in the schedule."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlmodel import Session, col, select

from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.oncall import service as rota
from porchlight.oncall import shifts
from porchlight.oncall.models import Swap
from porchlight.oncall.shifts import Held
from porchlight.people import queries as people
from porchlight.people.models import Account
from tests.handset import Handset
from tests.journeys import steps
from tests.journeys.thumb import Thumb
from tests.serving import Serving

MOST_TAPS, MOST_SECONDS = 4, 20  # screens.md, journey (e)

Handsets = Callable[..., Handset]


@pytest.fixture
def serving(demo_data: object, serve: Callable[..., Serving]) -> Serving:
    return serve(copy_of=demo_data)


def actor_of(session: Session, name: str) -> Actor:
    found = session.exec(select(Account.id).where(Account.email == f"{name}@example.org")).one()
    actor = people.actor_of(session, found)
    assert actor is not None
    return actor


def to_come(serving: Serving, name: str) -> list[Held]:
    """This person's shifts of the next weeks, without the one that runs."""
    with steps.database(serving) as db, db.reading() as session:
        now = db.now(session)
        found = shifts.mine(session, actor_of(session, name), now, now + timedelta(days=30))
        return [one for one in found if one.start > now]


def my_shifts(page: Page, serving: Serving, wanted: Locator) -> Thumb:
    """My shifts may come from the phone's own store; then a newer one is offered as soon as it is there."""
    page.goto(f"{serving.url}/oncall/mine")
    thumb, newest = Thumb(), page.get_by_role("link", name=re.compile("Show the newest|Mostrar lo más nuevo"))
    expect(newest.or_(wanted).first).to_be_visible(timeout=steps.READY)
    if not wanted.is_visible():
        thumb.tap(newest)
    expect(wanted).to_be_visible()
    return thumb


def row_of(page: Page, shift: Held) -> Locator:
    return page.locator(f'main a[href="{shift.path}"]')


def ask(page: Page, serving: Serving, shift: Held, whom: str, *, swap: str = "Swap", send: str = "Ask") -> Thumb:
    my_shifts(page, serving, row_of(page, shift))
    thumb = Thumb()
    thumb.tap(row_of(page, shift))
    thumb.tap(page.get_by_role("main").get_by_role("link", name=swap, exact=True))
    thumb.tap(page.locator("label.choice", has_text=whom))
    thumb.tap(page.get_by_role("button", name=send, exact=True))
    page.wait_for_url("**/oncall/mine")
    return thumb


def newest_swap(serving: Serving) -> UUID:
    found: UUID = steps.rows(serving, select(Swap.id).order_by(col(Swap.asked_at).desc()).limit(1))[0][0]
    return found


def take_button(page: Page, swap_id: UUID) -> Locator:
    return page.locator(f'form[action="/oncall/swaps/{swap_id}/take"] button')


def a_day_within(page: Page, serving: Serving, shift: Held) -> Locator:
    """What the schedule's page says of one whole day of the shift."""
    with steps.database(serving) as db, db.reading() as session:
        today = local_day(db.now(session), shift.zone)
    page.goto(f"{serving.url}/oncall/schedules/{shift.schedule.id}")
    ahead = (shift.from_on + timedelta(days=2) - today).days
    return page.get_by_role("region", name="Day by day").get_by_role("listitem").nth(ahead)


@pytest.mark.duty("S4-31")
def test_asked_in_four_taps_and_taken_in_one_it_is_in_the_schedule(serving: Serving, handset: Handsets) -> None:
    shift = to_come(serving, "lindell")[1]
    lindell, tamsin = handset("lindell").open(), handset("tamsin").open()
    steps.sign_in(lindell, serving, "Lindell Farrow")
    steps.sign_in(tamsin, serving, "Tamsin Okafor")

    asking = ask(lindell, serving, shift, "Tamsin Okafor")

    assert asking.taps <= MOST_TAPS
    assert asking.seconds() <= MOST_SECONDS
    expect(lindell.get_by_role("region", name="What you asked")).to_contain_text("Waiting for Tamsin Okafor")
    # Until it is taken, whoever asked has it.
    expect(a_day_within(tamsin, serving, shift)).to_contain_text("First on call: Lindell Farrow")
    take = take_button(tamsin, newest_swap(serving))
    taking = my_shifts(tamsin, serving, take)
    taking.tap(take)
    expect(take).to_have_count(0)
    assert taking.taps <= 2

    expect(a_day_within(lindell, serving, shift)).to_contain_text("First on call: Tamsin Okafor")
    answered = lindell.get_by_role("region", name="What you asked")
    my_shifts(lindell, serving, answered.get_by_text("Tamsin Okafor has it"))
    expect(row_of(lindell, shift)).to_have_count(0)


def test_who_may_not_take_it_is_told_why_and_nothing_changes(serving: Serving, handset: Handsets) -> None:
    """Before it is asked, beside their name; and where it has come to be so since, on the button itself. Asked in Spanish."""
    shift = to_come(serving, "tamsin")[0]
    tamsin, lindell = handset("tamsin").open(), handset("lindell").open()
    steps.sign_in(lindell, serving, "Lindell Farrow")
    steps.sign_in(tamsin, serving, "Tamsin Okafor")
    tamsin.get_by_role("button", name="Español").click()
    expect(tamsin.get_by_role("button", name="English")).to_be_visible()
    tamsin.goto(f"{serving.url}{shift.path}/swap")
    expect(tamsin.locator("label.choice", has_text="Joss Wetherby")).to_have_count(0)
    why = tamsin.get_by_role("region", name="Quién no puede tomarlo y por qué").get_by_role("listitem")
    expect(why.filter(has_text="Joss Wetherby")).to_contain_text("Ya está de guardia a esa hora.")

    asking = ask(tamsin, serving, shift, "Lindell Farrow", swap="Cambiar", send="Preguntar")
    assert asking.taps <= MOST_TAPS
    expect(tamsin.get_by_role("main")).to_contain_text("Lindell Farrow")
    take = take_button(lindell, newest_swap(serving))
    my_shifts(lindell, serving, take)
    with steps.database(serving) as db, db.transaction() as session:
        priya, person = actor_of(session, "priya"), actor_of(session, "lindell").account_id
        span = {"from_at": shift.start, "to_at": shift.end, "now": db.now(session)}
        rota.stand_in(session, priya, shift.schedule.id, "backup", person, **span)
    take.click()

    expect(lindell.get_by_role("alert")).to_contain_text("Already on call then.")
    expect(a_day_within(lindell, serving, shift)).to_contain_text("First on call: Tamsin Okafor")
