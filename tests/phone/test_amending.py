"""A change of a visit from a phone: parked until its visit is here, never doubled, the same visit in every order of arrival."""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, select

from porchlight.cases.models import Assignment, Task
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.tools import Tools
from porchlight.evidence import queries as evidence
from porchlight.phone import service
from porchlight.phone.models import Deposit
from porchlight.visits import history
from porchlight.visits import queries as visits
from porchlight.visits.models import Amendment, Contact
from tests.clocks import Clock
from tests.phone.fake_phone import Item, Phone, Send, summary_of, visit_body
from tests.phone.test_deposit import column, count
from tests.phone.test_held import BLOCKED, say, unassign
from tests.sealed import words
from tests.world import MONDAY, World

PhoneOf = Callable[..., Phone]


def change(world: World, phone: Phone, visit: str, base: list[str] | None = None, **changes: Any) -> Item:
    """Sealed and numbered by this phone."""
    op_id = str(new_id())
    body = {"amendment_id": op_id, "visit_id": visit, "case_id": str(world.case), "base": base or []}
    return phone.save("visit.amend", {**body, "changes": changes, "reason": "I had it wrong."}, op_id=op_id)


def works_here_too(session: Session, world: World, name: str = "tamsin") -> None:
    since = MONDAY - timedelta(days=1)
    session.add(Assignment(case_id=world.case, account_id=world.accounts[name], from_at=since))


def test_a_change_waits_for_its_visit_and_arrives_with_it_once(
    db: Database, world: World, phone: Phone, send: Send
) -> None:
    visit = phone.visit(world)
    made = change(world, phone, visit.op_id, note="Thank you all.")

    early = phone.deposit(send, made)
    assert (early.status_code, early.json()["why"]) == (202, "parent")
    phone.deposit(send, visit)
    first, second = phone.deposit(send, made), phone.deposit(send, made)

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["receipt"] == second.json()["receipt"]
    assert made.receipt
    assert made.receipt["record"] == f"/visits/{visit.op_id}"
    assert words(db, Contact.family_note) == ["Thank you all."]
    assert count(db, "amendments") == 1


def test_other_words_under_the_number_of_a_change_are_refused_with_the_first_receipt(
    world: World, phone: Phone, send: Send
) -> None:
    visit = phone.visit(world)
    phone.deposit(send, visit)
    made = change(world, phone, visit.op_id, note="Thank you all.")
    first = phone.deposit(send, made).json()["receipt"]
    body = {"amendment_id": made.op_id, "visit_id": visit.op_id, "case_id": str(world.case), "base": []}

    again = phone.save("visit.amend", {**body, "changes": {"note": "x"}, "reason": "y"}, op_id=made.op_id, seq=made.seq)
    answer = phone.deposit(send, again)

    assert (answer.status_code, answer.json()["receipt"]) == (409, first)


def test_a_part_that_we_do_not_know_is_refused_in_words(db: Database, world: World, phone: Phone, send: Send) -> None:
    visit = phone.visit(world)
    phone.deposit(send, visit)

    answer = phone.deposit(send, change(world, phone, visit.op_id, case_id=str(world.other_case)))

    assert (answer.status_code, answer.json()["outcome"]) == (422, "needs_fix")
    assert count(db, "amendments") == 0


def test_a_visit_that_is_not_theirs_looks_like_one_that_is_not_here(
    db: Database, world: World, phone: Phone, phone_of: PhoneOf, send: Send
) -> None:
    visit = phone.visit(world)
    phone.deposit(send, visit)
    stranger = phone_of("tamsin")

    there = stranger.deposit(send, change(world, stranger, visit.op_id, note="Mine"))
    nowhere = stranger.deposit(send, change(world, stranger, str(UUID(int=5)), note="Mine"))

    assert there.json() == nowhere.json()
    assert there.status_code == 202
    assert count(db, "amendments") == 0


def test_a_change_by_somebody_whose_case_it_is_no_more_is_held_for_a_supervisor(
    db: Database, world: World, clock: Clock, phone: Phone, send: Send
) -> None:
    visit = phone.visit(world)
    phone.deposit(send, visit)
    made = change(world, phone, visit.op_id, note="Thank you all.")
    clock.move(hours=1)
    unassign(db, world, clock.moment)

    phone.deposit(send, made)

    assert made.receipt
    assert made.receipt["held"] is True
    assert words(db, Contact.family_note) == ["Thank you all."]
    titles = words(db, Task.title, Task.kind == "held_item")
    assert titles == ["A change to a visit came in late, from someone who no longer works this case"]


@pytest.mark.parametrize("why", BLOCKED)
def test_a_change_from_a_blocked_phone_is_kept_sealed_and_changes_nothing(
    why: str, db: Database, world: World, phone: Phone, send: Send
) -> None:
    visit = phone.visit(world)
    phone.deposit(send, visit)
    say(db, BLOCKED[why])
    made = change(world, phone, visit.op_id, note="Thank you all.")

    phone.deposit(send, made)

    assert made.receipt
    assert made.receipt["held"] is True
    assert count(db, "amendments") == 0
    assert column(db, "SELECT kind FROM tasks WHERE kind = 'held_item'") == ["held_item"]


def test_a_signature_under_the_first_words_is_kept_and_shown_as_that(
    db: Database, world: World, phone: Phone, send: Send
) -> None:
    body = visit_body(world)
    visit = phone.save("visit.log", body, op_id=body["visit_id"])
    signed = phone.signature(visit, summary_of(body))
    phone.deposit(send, visit)
    phone.deposit(send, change(world, phone, visit.op_id, note="Thank you all."))

    assert phone.deposit(send, signed).status_code == 201
    forged = phone.deposit(send, phone.signature(visit, summary_of(body).replace("bed rail", "new bed")))

    assert forged.status_code == 422
    with db.reading() as session:
        (kept,) = evidence.signatures_of_visit(session, UUID(visit.op_id))
        contact = session.get_one(Contact, UUID(visit.op_id))
        assert not kept.stands(contact.summary_sha256)
        assert history.changed_since(session, contact, kept.summary_sha256) == ("note",)


def state(session: Session, world: World, visit: str) -> str:
    """All that is kept of a visit and its items but when they came: what anybody can read, and what later ones meet."""
    items = sorted(
        repr((row.op_id, row.outcome, row.why, row.parent_id, row.sealed, row.reason))
        for row in session.exec(select(Deposit))
    )
    contact = session.get(Contact, UUID(visit))
    if contact is None:
        return repr(items)
    shown = visits.visit(session, world.actor(session, "rowan"), contact.id, now=MONDAY)
    notes = sorted(repr(row.model_dump()) for row in history.children_of(session, contact))
    signed = [(one.id, one.stands(shown.summary_sha256)) for one in evidence.signatures_of_visit(session, shown.id)]
    changes = sorted(repr(row.model_dump()) for row in session.exec(select(Amendment)))
    first_is_known = any(
        "\nnote Thank you for the tea." in text for text in history.summaries(session, contact).values()
    )
    return repr((shown, notes, signed, changes, items, first_is_known))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.fault(24, shows="1 state after 720 orders through the server")
def test_all_720_orders_in_which_six_items_of_two_phones_arrive_are_one_visit(
    db: Database, tools: Tools, world: World, phone: Phone, phone_of: PhoneOf
) -> None:
    """Orders that have brought the same items must have left the same state; what follows is then the same for all of
    them, and one of them goes on. With PORCHLIGHT_LONG each of the 720 goes its whole way by itself.
    """
    other = phone_of("tamsin")
    body = visit_body(world, place="office", in_residence=False)  # nobody is to be asked, which takes its time
    visit = phone.save("visit.log", body, op_id=body["visit_id"])
    first = str(world.children[0])
    mine = change(world, phone, visit.op_id, note="Mine", came="Rowan and Tamsin", observations="Mine")
    how = {"seen": False, "not_seen_reason": "Asleep"}
    theirs = change(
        world,
        other,
        visit.op_id,
        note="Theirs",
        children=[{"person_id": first, "how_seen": how, "private_note": "Hers"}],
    )
    later = change(world, other, visit.op_id, [theirs.op_id], agreed=["A bed rail by Monday"], note="Theirs, too")
    taken_back = phone.withdraw(change(world, phone, visit.op_id, observations="Never sent"))
    six = [visit, phone.signature(visit, summary_of(body)), mine, theirs, later, taken_back]
    found: dict[frozenset[str], str] = {}
    ends: list[frozenset[str]] = []
    whole_ways = "PORCHLIGHT_LONG" in os.environ

    def arrive(session: Session, before: tuple[Item, ...]) -> None:
        for item in six:
            if item in before:
                continue
            here = frozenset(one.op_id for one in (*before, item))
            with session.begin_nested() as attempt:
                service.deposit(session, tools.keys, item.jws, item.sealed, now=MONDAY)
                now = state(session, world, visit.op_id)
                new = here not in found
                assert found.setdefault(here, now) == now, [one.kind for one in (*before, item)]
                ends.append(here)
                if new or whole_ways:
                    arrive(session, (*before, item))
                attempt.rollback()

    with db.transaction() as session:
        works_here_too(session, world)
        arrive(session, ())

    everything = frozenset(item.op_id for item in six)
    assert len(found) == 63
    assert found[everything].count("'accepted'") == 5
    assert "Undecided(part='note'" in found[everything]
    assert ends.count(everything) == (720 if whole_ways else 6)
