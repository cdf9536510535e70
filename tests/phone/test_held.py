"""Items of people, phones and cases that are not what they were: kept, marked, never lost."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from porchlight.cases.models import Task
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.tools import Tools
from porchlight.phone.settling import HANDED_ON
from tests.browsing import Browser
from tests.clocks import Clock
from tests.phone.fake_phone import Phone, Send, photograph, summary_of, visit_body
from tests.phone.test_deposit import column, count
from tests.sealed import words
from tests.working import work
from tests.world import World


def say(db: Database, statement: str, **values: object) -> None:
    with db.transaction() as session:
        session.execute(sa.text(statement), values)


def unassign(db: Database, world: World, when: datetime) -> None:
    from sqlmodel import select

    from porchlight.cases.models import Assignment

    with db.transaction() as session:
        query = select(Assignment).where(Assignment.case_id == world.case, Assignment.role == "caseworker")
        for row in session.exec(query):
            row.to_at = when
            session.add(row)


BLOCKED = {
    "the phone was revoked": "UPDATE devices SET revoked_at = '2026-11-23 17:30:00'",
    "the person was disabled": "UPDATE accounts SET disabled_at = '2026-11-23 17:30:00' WHERE email LIKE 'rowan%'",
}


def test_a_late_entry_of_somebody_without_a_supervisor_is_told_to_another_one(
    db: Database, world: World, clock: Clock, phone: Phone, send: Send
) -> None:
    say(db, "UPDATE accounts SET supervisor_id = NULL WHERE email LIKE 'rowan%'")
    visit = phone.visit(world)
    clock.move(hours=1)
    unassign(db, world, clock.moment)

    phone.deposit(send, visit)

    told = "SELECT accounts.email FROM tasks JOIN accounts ON accounts.id = owner_id WHERE kind = 'held_item'"
    assert column(db, told) in (["mara@example.org"], ["priya@example.org"])


@pytest.mark.parametrize("why", BLOCKED)
def test_what_a_blocked_phone_sends_is_kept_sealed_for_a_supervisor(
    why: str, db: Database, world: World, phone: Phone, send: Send
) -> None:
    say(db, BLOCKED[why])
    visit = phone.visit(world)

    first, second = phone.deposit(send, visit), phone.deposit(send, visit)

    assert (first.status_code, second.status_code) == (201, 200)
    assert visit.receipt
    assert visit.receipt["held"] is True
    assert count(db, "contacts") == 0
    assert [bytes(sealed) for sealed in column(db, "SELECT sealed FROM deposits")] == [visit.sealed]
    assert column(db, "SELECT kind FROM tasks") == ["held_item"]


def test_what_belongs_to_a_held_visit_is_held_with_it(db: Database, world: World, phone: Phone, send: Send) -> None:
    say(db, BLOCKED["the person was disabled"])
    body = visit_body(world)
    visit = phone.save("visit.log", body, op_id=body["visit_id"])
    phone.deposit(send, visit)
    say(db, "UPDATE accounts SET disabled_at = NULL")
    signature = phone.signature(visit, summary_of(body))

    phone.deposit(send, signature)

    assert signature.receipt
    assert signature.receipt["held"] is True
    assert count(db, "signatures") == 0


def test_a_photo_of_a_blocked_phone_is_let_go_only_when_all_of_it_is_here(
    db: Database, tools: Tools, world: World, phone: Phone, send: Send
) -> None:
    say(db, BLOCKED["the phone was revoked"])
    visit = phone.visit(world)
    phone.deposit(send, visit)
    photo = phone.photo(visit, photograph())

    announced = phone.deposit(send, photo)
    phone.upload(send, photo, announced)
    work(tools)
    held = phone.deposit(send, photo)

    assert (announced.status_code, announced.json()["why"]) == (202, "parts")
    assert held.status_code == 201
    assert photo.receipt
    assert photo.receipt["held"] is True
    assert photo.receipt["media_sha256"] == photo.media_sha256
    assert phone.deposit(send, photo).json() == held.json()
    assert count(db, "photos") == 0
    assert [tools.blobs.get(f"incoming/{photo.op_id}/{n}") for n in range(len(photo.parts))] == photo.parts


def test_a_photo_of_a_blocked_phone_that_is_not_whole_is_not_let_go(
    db: Database, tools: Tools, world: World, phone: Phone, send: Send
) -> None:
    say(db, BLOCKED["the phone was revoked"])
    visit = phone.visit(world)
    photo = phone.photo(visit, photograph())
    phone.upload(send, photo, phone.deposit(send, photo))
    damaged = bytearray(photo.parts[0])
    damaged[99] ^= 1
    tools.blobs.put(f"incoming/{photo.op_id}/0", bytes(damaged), content_type="")

    waiting = phone.deposit(send, photo)
    again = phone.deposit(send, photo)

    assert (waiting.status_code, again.status_code) == (202, 202)
    assert [part["part"] for part in again.json()["upload"]] == [0]
    assert photo.receipt is None


def test_a_forged_item_of_a_revoked_phone_is_not_held(db: Database, world: World, phone: Phone, send: Send) -> None:
    say(db, BLOCKED["the phone was revoked"])
    visit = phone.visit(world)
    head, payload, signature = visit.jws.split(".")
    visit.jws = ".".join([head, payload, signature[::-1]])

    answer = phone.deposit(send, visit)

    assert answer.status_code == 422
    assert count(db, "deposits") == 0


@pytest.mark.asvs("8.3.2")
@pytest.mark.fault(20, shows="accepted, as a late entry")
@pytest.mark.parametrize("heard_of_it", [True, False], ids=["saved before", "saved after, unheard"])
def test_a_visit_for_a_case_that_left_the_caseload_becomes_a_late_entry(
    heard_of_it: bool, db: Database, world: World, phone: Phone, send: Send, clock: Clock
) -> None:
    if not heard_of_it:
        unassign(db, world, clock.moment - timedelta(days=1))
    body = visit_body(world)
    visit = phone.save("visit.log", body, op_id=body["visit_id"])
    signature = phone.signature(visit, summary_of(body))
    if heard_of_it:
        unassign(db, world, clock.move(minutes=10))
    clock.move(days=2)

    answers = [phone.deposit(send, item) for item in (visit, signature)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert visit.receipt
    assert visit.receipt["held"] is True
    assert signature.receipt
    assert signature.receipt["held"] is True
    assert (count(db, "contacts"), count(db, "signatures")) == (1, 1)
    assert column(db, "SELECT kind FROM tasks WHERE kind = 'held_item'") == ["held_item"]
    assert column(db, "SELECT sealed FROM deposits WHERE sealed IS NOT NULL") == []


def test_the_numbers_that_never_came_are_told_to_the_supervisor_and_nobody_else(
    db: Database, world: World, phone: Phone, send: Send, browser_of: Callable[..., Browser]
) -> None:
    phone.seq = 3
    phone.deposit(send, phone.visit(world))
    phone.seq = 6
    phone.deposit(send, phone.visit(world, place="moon"))
    path = f"/api/v1/devices/{phone.device_id}/gaps"

    told = {name: browser_of(name).get(path) for name in ("rowan", "priya", "tamsin", "corin", "sunniva")}

    assert told["priya"].json() == {"missing": [1, 2, 3, 5, 6]}
    assert told["rowan"].json() == told["priya"].json()
    assert {told[name].status_code for name in ("tamsin", "corin", "sunniva")} == {404}


def test_an_unfinished_visit_that_is_handed_on_takes_its_photos_with_it_and_is_told_to_the_supervisor(
    db: Database, tools: Tools, world: World, phone: Phone, send: Send, clock: Clock
) -> None:
    unassign(db, world, clock.moment)
    visit_id = str(new_id())
    body = {"visit_id": visit_id, "case_id": str(world.case), "fields": {"observations": ["The kitchen was warm"]}}
    draft = phone.save("draft.rescued", body, op_id=visit_id)
    photo = phone.photo(draft, photograph(), visit_id=visit_id)

    answers = [phone.deposit(send, draft)]
    phone.upload(send, photo, phone.deposit(send, photo))
    answers.append(phone.deposit(send, photo))

    assert [answer.status_code for answer in answers] == [201, 201]
    assert [item.receipt["held"] for item in (draft, photo) if item.receipt] == [True, True]
    assert words(db, Task.title, Task.kind == "held_item")[0] == HANDED_ON
