"""Phones cannot be recalled: what any release has sealed and signed is accepted by today's server."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from joserfc.jwk import ECKey

from porchlight.app import create
from porchlight.cases.models import Assignment, Case, Family, Person
from porchlight.core.keys import sha256
from porchlight.core.tools import Tools
from porchlight.people.models import Device
from porchlight.phone.kinds import KINDS
from porchlight.visits.models import Contact, DoorCode
from tests.browsing import Browser
from tests.phone.fake_phone import Item, Phone
from tests.phone.releasing import CASE, CHILD, DEVICE, FOLDER, KEY, KEYS, TOKEN, VISIT, released
from tests.phone.test_deposit import column
from tests.sealed import words
from tests.working import work
from tests.world import MONDAY, World


@pytest.fixture
def then(tools: Tools, world: World) -> Tools:
    """The server with the fixtures' keys, phone and family."""
    with tools.db.transaction() as session:
        family = Family(name="Vance")
        session.add(family)
        session.flush()
        session.add(Case(id=UUID(CASE), family_id=family.id, organization_id=world.agency, program="foster_care", opened_on=date(2026, 1, 5)))  # fmt: skip
        session.flush()
        session.add(Person(id=UUID(CHILD), case_id=UUID(CASE), role="child", first_name="Ansel", last_name="Vance", born_on=date(2020, 5, 4)))  # fmt: skip
        rowan = world.accounts["rowan"]
        session.add(Assignment(case_id=UUID(CASE), account_id=rowan, from_at=MONDAY.replace(year=2025)))
        public = {name: KEY.as_dict(private=False)[name] for name in ("kty", "crv", "x", "y")}
        session.add(Device(id=UUID(DEVICE), account_id=rowan, public_key=public, enrolled_at=MONDAY, last_seen_at=MONDAY))  # fmt: skip
    return replace(tools, keys=KEYS)


@pytest.fixture
def phone(then: Tools) -> Iterator[tuple[Phone, Browser]]:
    """That phone of then, and its way to today's server."""
    one = Phone.__new__(Phone)
    one.key, one.device_id, one.kid = KEY, DEVICE, KEYS.intake_kid
    one.receipt_key = ECKey.import_key(KEYS.receipt.public_key())
    browser = Browser(create(tools=then), {"Accept": "application/json"})
    yield one, browser
    browser.close()


def test_every_kind_and_schema_that_we_take_was_kept_when_it_was_released() -> None:
    kept = {file.stem for file in FOLDER.glob("*.json")}

    assert kept == {f"{kind}-{schema}" for kind, schema in KINDS}
    assert set(released()) == set(KINDS)


@pytest.mark.fault(17, shows="0 refused of every kind and schema")
def test_every_released_item_is_accepted_today_with_a_receipt(
    then: Tools, world: World, phone: tuple[Phone, Browser]
) -> None:
    handset, browser = phone
    items = released().values()
    for item in items:
        send(then, handset, browser, item)
        if item.kind == "visit.log":
            show_a_code(then, world)

    assert [item.receipt is not None for item in items] == [True] * len(items)
    outcomes = dict(
        zip(
            column(then.db, "SELECT kind FROM deposits ORDER BY seq"),
            column(then.db, "SELECT outcome FROM deposits ORDER BY seq"),
            strict=True,
        )
    )
    assert outcomes == {
        kind: {"withdrawn": "withdrawn", "draft.rescued": "held"}.get(kind, "accepted") for kind, _ in KINDS
    }
    assert words(then.db, Contact.observations)[0] == "The heating works again. The boiler is new."
    assert column(then.db, "SELECT answer FROM confirmations") == ["confirmed"]
    assert column(then.db, "SELECT state FROM photos") == ["stored"]


def show_a_code(then: Tools, world: World) -> None:
    """The visit of then was confirmed at the door, too."""
    with then.db.transaction() as session:
        now = then.db.now(session)
        session.add(DoorCode(contact_id=UUID(VISIT), caregiver_id=world.caregiver, token_hash=sha256(TOKEN.encode()), code_hash="", shown_at=MONDAY, ends_at=now + timedelta(days=7), asks_at=now))  # fmt: skip


def send(then: Tools, handset: Phone, browser: Browser, item: Item) -> None:
    """As a phone does: deposit, send the parts, wait for the check, deposit."""
    answer = handset.deposit(browser.request, item)
    if item.parts:
        handset.upload(browser.request, item, answer)
        handset.deposit(browser.request, item)
        work(then)
        answer = handset.deposit(browser.request, item)
    assert answer.status_code == 201, answer.text
