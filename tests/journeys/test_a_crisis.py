"""A crisis, from "Get help" to "I've got it": sent with a number, or NOT SENT in full; never put aside, never silent."""

import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserType, Page, expect
from sqlmodel import Session, select

from porchlight.alerts import service as alerting
from porchlight.cases.models import Family, Person
from porchlight.core.ids import new_id
from porchlight.crises.models import Acknowledgement, Crisis, CrisisEntry, EscalationPolicy
from porchlight.oncall.models import Rotation
from porchlight.people import queries as people
from porchlight.people.models import Account, Device
from tests.handset import SCREEN, Handset, launch_options
from tests.journeys import steps
from tests.journeys.conftest import Product
from tests.journeys.waking import Phone
from tests.pushing import Decrypting
from tests.road import Road
from tests.serving import Serving, refuses

WORDS = "Callum ran toward the river path after a quarrel with Ansel."
FAMILY = "Vance-Moreau"
SENT_WITHIN = 5_000  # milliseconds: screens.md, journey (c)
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

Handsets = Callable[..., Handset]


@pytest.fixture
def serving(product: Product, decrypting: Decrypting) -> Serving:
    return product(PORCHLIGHT_PUSH_HOSTS=decrypting.url)


def open_help(page: Page) -> None:
    page.get_by_role("link", name="Get help").click()
    expect(page.locator("form[data-crisis]")).to_be_visible()
    # The script has the form once its module has run; before that, the form would post by itself.
    steps.until(page, lambda: page.evaluate(HELP_LOADED), bool)


HELP_LOADED = """() => performance.getEntriesByType("resource").some(({ name }) => name.includes("/js/crises/reach"))
  && document.readyState === "complete\""""


def call_for_help(page: Page, *, family: str = FAMILY, reason: str = "missing", words: str = WORDS) -> None:
    page.locator("#case_id").select_option(label=family)
    steps.choose(page, "reason", reason)
    page.locator('[name="words"]').fill(words)
    page.locator("form[data-crisis] button").click()


def sent_number(page: Page) -> int:
    """The alert's number on the screen, which had to come in time."""
    expect(page.locator("#crisis-sent")).to_be_visible(timeout=SENT_WITHIN)
    return int(page.locator("#crisis-sent [data-slot=number]").inner_text())


def raised(serving: Serving, after: int = 0) -> list[Crisis]:
    with steps.database(serving) as db, db.reading() as session:
        return list(session.exec(select(Crisis).where(Crisis.number > after).order_by(Crisis.number)))


def last_number(serving: Serving) -> int:
    return int(steps.rows(serving, select(sa.func.max(Crisis.number)))[0][0])


def story(serving: Serving, crisis_id: UUID) -> list[tuple[str, str]]:
    """The timeline in order: what happened, and whose it is."""
    names = (
        select(CrisisEntry.kind, Account.name)
        .join(Account, Account.id == CrisisEntry.account_id, isouter=True)
        .where(CrisisEntry.crisis_id == crisis_id)
        .order_by(CrisisEntry.at, CrisisEntry.id)
    )
    return [(kind, (name or "").split(" ")[0]) for kind, name in steps.rows(serving, names)]


def names_planted(serving: Serving) -> set[str]:
    """Every name of a person or a family in the caseload, and every person's of the agency."""
    found = steps.rows(serving, select(Person.first_name, Person.last_name))
    whole = [*found, *steps.rows(serving, select(Family.name)), *steps.rows(serving, select(Account.name))]
    return {word for row in whole for text in row for word in text.replace("-", " ").split() if len(word) > 3}


def account(session: Session, name: str) -> Account:
    return session.exec(select(Account).where(Account.email == f"{name}@example.org")).one()


def give_phone(serving: Serving, service: Decrypting, name: str, key: str) -> str:
    """A phone of this person that is somewhere else; returns its name at the push service."""
    client, keys = service.subscribe(key)
    with steps.database(serving) as db, db.transaction() as session:
        now = db.now(session)
        device = Device(
            id=new_id(), account_id=account(session, name).id, public_key={}, enrolled_at=now, last_seen_at=now
        )
        session.add(device)
        session.flush()
        actor = people.actor_of(session, device.account_id, device_id=device.id)
        assert actor is not None
        alerting.subscribe(session, actor, f"{service.url}/notify/{client}", **keys, now=now)
    return client


# -- Signed out -------------------------------------------------------------------------------------------------


@on_sqlite
@pytest.mark.duty("S2-10")
def test_signed_out_get_help_shows_whom_to_ring_before_any_form(serving: Serving, browser_type: BrowserType) -> None:
    browser = browser_type.launch(**launch_options())
    page = browser.new_context(viewport=SCREEN, java_script_enabled=False).new_page()

    for path in ("/sign-in", "/help", "/offline", "/there-is-no-such-page"):
        page.goto(serving.url + path)
        page.get_by_role("link", name="Get help").click()
        expect(page.get_by_role("heading", name="Get help")).to_be_visible()

        numbers = page.locator("main a[href^='tel:']:visible")
        assert numbers.evaluate_all("(all) => all.map((one) => one.getAttribute('href'))") == [
            "tel:911",
            "tel:+15550100",
            "tel:988",
            "tel:+15550101",
        ]
        lowest = max(box["y"] + box["height"] for one in numbers.all() if (box := one.bounding_box()))
        assert lowest < SCREEN["height"]
        forms = [box["y"] for one in page.locator("main form").all() if (box := one.bounding_box())]
        assert all(lowest <= top for top in forms)
    browser.close()


# -- Sent -------------------------------------------------------------------------------------------------------


@pytest.mark.duty("S2-10")
def test_a_call_wakes_the_one_on_call_who_takes_it_from_the_notification(
    serving: Serving, handset: Handsets, decrypting: Decrypting
) -> None:
    tamsin = Phone(handset("tamsin"), decrypting, serving, "Tamsin Okafor")
    before = last_number(serving)
    rowan = handset("rowan").open()
    steps.sign_in(rowan, serving, "Rowan Ibarra")
    open_help(rowan)

    call_for_help(rowan)
    number = sent_number(rowan)

    assert number == before + 1
    expect(rowan.locator("#crisis-sent [data-slot=reaching]")).to_have_text("Calling 1 person.")
    (crisis,) = raised(serving, before)
    assert (crisis.number, crisis.words, crisis.reason) == (number, WORDS, "missing")

    # The push that arrived can be read by that browser alone, and names nobody.
    (message,) = tamsin.messages()
    assert set(message) == {"v", "alert", "severity", "at", "token", "lang"}
    carried = json.dumps({**message, "token": ""}).lower()
    assert not [name for name in names_planted(serving) if name.lower() in carried]
    assert "river" not in carried

    # The service worker shows fixed words, and says that it did.
    tamsin.ring(message)
    shown = tamsin.notification("Crisis alert. Open to see.")
    assert (shown["body"], shown["actions"]) == ("", ["I've got it"])
    assert not [name for name in names_planted(serving) if name in shown["title"]]
    follow = rowan.locator("#crisis-sent [data-slot=follow]")
    expect(follow).to_have_text("Reached the phone of Tamsin", timeout=10_000)

    # The same message again rings no second time.
    tamsin.ring(message)
    tamsin.tap("ack")

    assert tamsin.notification("You have it. Open to see.")["actions"] == []
    expect(follow).to_contain_text("Tamsin Okafor has it, ", timeout=10_000)
    with steps.database(serving) as db, db.reading() as session:
        assert session.get_one(Acknowledgement, crisis.id).via == "notification"
    assert story(serving, crisis.id) == [
        ("raised", "Rowan"),
        ("paging", "Tamsin"),
        ("accepted", "Tamsin"),
        ("shown", "Tamsin"),
        ("taken", "Tamsin"),
    ]
    rowan.get_by_role("link", name="See who has it").click()
    expect(rowan.get_by_role("heading", name="Tamsin Okafor has it")).to_be_visible()
    told = [line.inner_text().split("\n")[0] for line in rowan.locator("ol.timeline li").all()]
    assert [line.split(" ")[0] for line in told][::-1] == ["Rowan", "Calling", "On", "Reached", "Tamsin"]
    assert not any(secret in serving.said() for secret in (WORDS, message["token"], "Callum"))


@on_sqlite
@pytest.mark.duty("S2-10")
def test_the_page_that_a_tap_opens_has_the_safety_plan_and_one_largest_control(
    serving: Serving, handset: Handsets, decrypting: Decrypting
) -> None:
    tamsin = Phone(handset("tamsin"), decrypting, serving, "Tamsin Okafor")
    before = last_number(serving)
    rowan = handset("rowan").open()
    steps.sign_in(rowan, serving, "Rowan Ibarra")
    open_help(rowan)
    call_for_help(rowan)
    sent_number(rowan)
    (crisis,) = raised(serving, before)
    tamsin.ring(tamsin.messages()[0])
    tamsin.notification("Crisis alert. Open to see.")
    # The phone has said that it showed it, before anybody taps.
    expect(rowan.locator("#crisis-sent [data-slot=follow]")).to_contain_text("Reached", timeout=10_000)

    tamsin.tap()
    page = tamsin.page
    page.wait_for_url("**/alerts/*")

    assert page.locator("blockquote").inner_text().strip("“”") == WORDS
    plan = page.get_by_role("region", name="Safety plan of Callum")
    for line in ("A bike to fix", "Following close behind him", "Bee stings: use the injector, call 911"):
        expect(plan.get_by_text(line)).to_be_attached()
    sizes = page.locator("a, button, summary, input").evaluate_all(
        "(all) => all.map((one) => [one.getBoundingClientRect(), one.textContent.trim()])"
        ".map(([box, words]) => [box.width * box.height, box.height, box.top, words])"
        ".filter(([size]) => size).sort((a, b) => b[0] - a[0])"
    )
    assert sizes[0][3] == "I've got it"
    assert sizes[0][0] > sizes[1][0]
    assert sizes[0][1] >= 64
    assert SCREEN["height"] / 2 < sizes[0][2] < SCREEN["height"]
    page.get_by_role("button", name="I've got it").click()

    expect(page.get_by_text("You have it")).to_be_visible()
    expect(page.get_by_role("button", name="I've got it")).to_have_count(0)
    expect(page.get_by_role("region", name="Safety plan of Callum")).to_be_visible()
    follow = rowan.locator("#crisis-sent [data-slot=follow]")
    expect(follow).to_contain_text("Tamsin Okafor has it, ", timeout=10_000)
    kinds = [kind for kind, _ in story(serving, crisis.id)]
    assert kinds[:4] == ["raised", "paging", "accepted", "shown"]
    assert set(kinds[4:]) == {"opened", "taken"}


# -- Not acknowledged -------------------------------------------------------------------------------------------


def vapid_key(page: Page) -> str:
    return str(page.evaluate("fetch('/push/key').then((answer) => answer.json()).then(({ key }) => key)"))


@pytest.mark.duty("S2-10")
@on_sqlite
def test_who_does_not_answer_in_time_is_not_waited_for(
    serving: Serving, handset: Handsets, decrypting: Decrypting
) -> None:
    before = last_number(serving)
    rowan = handset("rowan").open()
    steps.sign_in(rowan, serving, "Rowan Ibarra")
    key = vapid_key(rowan)
    clients = {name: give_phone(serving, decrypting, name, key) for name in ("tamsin", "joss", "priya")}
    times = {"worker": 0, "backup": 2, "supervisor": 4}
    levels = [{"position": position, "after_seconds": seconds} for position, seconds in times.items()]
    with steps.database(serving) as db, db.transaction() as session:
        session.exec(select(EscalationPolicy)).one().levels = levels
    open_help(rowan)

    call_for_help(rowan)
    sent_number(rowan)

    for client in clients.values():
        steps.until(rowan, lambda client=client: decrypting.messages(client), bool)  # type: ignore[misc]
    expect(rowan.locator("#crisis-sent [data-slot=follow]")).to_contain_text("Nobody has taken it yet", timeout=10_000)
    (crisis,) = raised(serving, before)
    calls = select(CrisisEntry).where(CrisisEntry.crisis_id == crisis.id, CrisisEntry.kind == "paging")
    with steps.database(serving) as db, db.reading() as session:
        paged = sorted(session.exec(calls), key=lambda entry: entry.at)
    late = [paging.at - crisis.raised_at for paging in paged]
    for took, due in zip(late, times.values(), strict=True):
        assert timedelta(seconds=due) <= took < timedelta(seconds=due + 3)
    assert [name for kind, name in story(serving, crisis.id) if kind == "paging"] == ["Tamsin", "Joss", "Priya"]


@on_sqlite
@pytest.mark.duty("S2-10")
def test_where_nobody_is_on_call_the_last_resort_is_woken_and_where_no_phone_is_the_caller_is_told(
    serving: Serving, handset: Handsets, decrypting: Decrypting
) -> None:
    before = last_number(serving)
    rowan = handset("rowan").open()
    steps.sign_in(rowan, serving, "Rowan Ibarra")
    with steps.database(serving) as db, db.transaction() as session:
        for rotation in session.exec(select(Rotation)):
            session.delete(rotation)
    open_help(rowan)
    call_for_help(rowan)
    sent_number(rowan)
    expect(rowan.locator("#crisis-sent [data-slot=reaching]")).to_have_text("Nobody could be woken.")
    expect(rowan.locator("#crisis-sent [data-slot=ring] a").first).to_have_attribute(
        "href", "tel:+15550104", timeout=10_000
    )
    mara = give_phone(serving, decrypting, "mara", vapid_key(rowan))

    rowan.goto(f"{serving.url}/help")
    open_help(rowan)
    call_for_help(rowan)
    sent_number(rowan)

    expect(rowan.locator("#crisis-sent [data-slot=reaching]")).to_have_text("Calling 1 person.")
    steps.until(rowan, lambda: decrypting.messages(mara), bool)
    silent, woken = raised(serving, before)
    assert story(serving, silent.id) == [
        ("raised", "Rowan"),
        *[("nobody", "")] * 4,
        ("paging", "Mara"),
        ("failed", "Mara"),
        ("paging", "Priya"),  # the duty manager of the schedule, with the last resort
        ("failed", "Priya"),
    ]
    assert [kind for kind, _ in story(serving, woken.id)][:6] == ["raised", *["nobody"] * 4, "paging"]


# -- Not sent ---------------------------------------------------------------------------------------------------


def check_not_sent(page: Page, began: float) -> None:
    """Full screen, in time, with the numbers to ring; and nothing was put aside for later."""
    panel = page.locator("#crisis-not-sent")
    expect(panel).to_be_visible(timeout=SENT_WITHIN + 1_000)
    assert time.monotonic() - began < SENT_WITHIN / 1000 + 1  # the screen, and a busy machine to look at it
    assert panel.evaluate("(one) => document.activeElement === one && one.getAttribute('role') === 'alert'")
    box = panel.bounding_box()
    assert box is not None
    assert box["width"] >= SCREEN["width"]
    assert box["height"] >= SCREEN["height"]
    hrefs = panel.locator("a:visible").evaluate_all("(all) => all.map((one) => one.getAttribute('href').split('?')[0])")
    assert hrefs == ["tel:+15550100", "tel:911", "sms:+15550100"]
    assert steps.outbox(page) == []


def check_it_came_through(serving: Serving, page: Page, before: int) -> None:
    expect(page.locator("#crisis-sent")).to_be_visible(timeout=20_000)
    late = page.locator("#crisis-sent [data-slot=late]").inner_text()
    assert late.startswith("Sent at ")
    tries = int(late.split(" after ")[1].split(" ")[0])
    assert tries > 1
    crises = raised(serving, before)
    assert [(one.number, one.words) for one in crises] == [(before + 1, WORDS)]


@on_sqlite
@pytest.mark.duty("S2-10")
def test_without_a_server_it_says_not_sent_and_is_sent_once_when_the_server_is_back(
    serving: Serving, handset: Handsets
) -> None:
    before = last_number(serving)
    rowan = handset("rowan").open()
    steps.sign_in(rowan, serving, "Rowan Ibarra")
    steps.wait_ready_offline(rowan)
    steps.stop_for_real(serving)
    rowan.goto(f"{serving.url}/today")
    open_help(rowan)
    began = time.monotonic()

    call_for_help(rowan)

    check_not_sent(rowan, began)
    expect(rowan.get_by_role("heading", name="NOT SENT. Call now.")).to_be_visible()
    assert refuses(serving.port)
    serving.start()
    check_it_came_through(serving, rowan, before)


@pytest.fixture
def road(product: Product, demo_port: int) -> Iterator[tuple[Road, Serving]]:
    with Road(demo_port) as one:
        yield one, product(port=demo_port, PORCHLIGHT_URL=one.url)


@on_sqlite
@pytest.mark.duty("S2-10")
def test_a_road_that_leads_nowhere_says_not_sent_until_an_answer_comes(
    road: tuple[Road, Serving], handset: Handsets
) -> None:
    """What else is no answer is tried in tests/crises/test_help_in_a_browser.py."""
    way, serving = road
    before = last_number(serving)
    rowan = handset("rowan").open()
    steps.sign_in(rowan, serving, "Rowan Ibarra")
    open_help(rowan)
    way.trouble = "silent"
    began = time.monotonic()

    call_for_help(rowan)

    check_not_sent(rowan, began)
    assert way.met > 0
    assert raised(serving, before) == []
    way.trouble = ""
    check_it_came_through(serving, rowan, before)


# -- A dead session, and Spanish -----------------------------------------------------------------------------------


@on_sqlite
@pytest.mark.duty("S2-10")
def test_a_dead_session_still_calls_for_help_by_the_phones_own_signature(serving: Serving, handset: Handsets) -> None:
    before = last_number(serving)
    phone = handset("rowan")
    rowan = phone.open()
    steps.sign_in(rowan, serving, "Rowan Ibarra")
    steps.wait_ready_offline(rowan)
    open_help(rowan)
    assert phone.context is not None
    phone.context.clear_cookies()

    call_for_help(rowan)
    number = sent_number(rowan)

    (crisis,) = raised(serving, before)
    with steps.database(serving) as db, db.reading() as session:
        me = account(session, "rowan")
        (device,) = session.exec(select(Device).where(Device.account_id == me.id)).all()
    assert (crisis.number, crisis.raised_by, crisis.raised_device_id) == (number, me.id, device.id)
    assert phone.context.cookies() == []


@on_sqlite
@pytest.mark.duty("S2-10")
def test_in_spanish_too(road: tuple[Road, Serving], handset: Handsets) -> None:
    way, serving = road
    rowan = handset("rowan").open()
    rowan.goto(f"{serving.url}/sign-in")
    rowan.get_by_role("button", name="Español").click()
    expect(rowan.get_by_role("button", name="English")).to_be_visible()
    rowan.get_by_role("button", name="Rowan Ibarra").click()
    rowan.wait_for_url("**/today")
    steps.wait_ready_offline(rowan)
    rowan.goto(f"{serving.url}/help")
    steps.until(rowan, lambda: rowan.evaluate(HELP_LOADED), bool)
    expect(rowan.get_by_role("heading", name="Pedir ayuda", exact=True)).to_be_visible()
    way.trouble = "500"

    call_for_help(rowan)

    panel = rowan.locator("#crisis-not-sent")
    expect(panel.get_by_role("heading")).to_have_text("NO SE ENVIÓ. Llame ahora.")
    expect(panel.locator("[data-slot=tries]")).to_contain_text("Intentos")
    way.trouble = ""
    sent = rowan.locator("#crisis-sent")
    expect(sent).to_be_visible(timeout=20_000)
    said: Any = sent.inner_text()
    assert not re.findall(r"\b(Sent|Alert|Calling|No phone|Call on-call|See who)\b", said)
    expect(sent.get_by_role("heading")).to_contain_text("Enviada")
