"""Many at once: two workers, many callers, many answers; each thing happens once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.tools import Tools
from porchlight.crises import answering, raising
from porchlight.crises.escalating import ADVANCE
from porchlight.crises.jobs import advance
from porchlight.crises.models import Acknowledgement, Crisis, CrisisEntry
from porchlight.crises.raising import CrisisBody
from porchlight.crises.values import Reason, State
from porchlight.worker import Worker
from tests.clocks import Clock
from tests.pushing import Service
from tests.world import World

Phone = Callable[..., UUID]
MANY = 8


def together(acts: list[Callable[[], Any]]) -> list[Any]:
    """Do all of them at the same moment; a failure of one is a failure."""
    gate = threading.Barrier(len(acts))

    def go(act: Callable[[], Any]) -> Any:
        gate.wait(10)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(go, acts))


def body(crisis_id: UUID | None = None) -> CrisisBody:
    return CrisisBody(id=crisis_id or new_id(), reason=Reason.MISSING)


def call(db: Database, world: World, clock: Clock, said: CrisisBody) -> raising.Raised:
    with db.transaction() as session:
        return raising.raise_crisis(session, world.actor(session, "tamsin"), said, now=clock.moment)


def test_callers_at_the_same_moment_get_numbers_without_a_gap(db: Database, world: World, clock: Clock) -> None:
    made = together([lambda: call(db, world, clock, body()) for _ in range(MANY)])

    assert sorted(one.number for one in made) == list(range(1001, 1001 + MANY))


def test_a_caller_waits_for_nobody_who_has_a_number_and_is_not_stored_yet(
    db: Database, world: World, clock: Clock
) -> None:
    """On SQLite there is one writer anyway: then one number follows the other."""
    others: list[raising.Raised] = []
    calling = threading.Thread(target=lambda: others.append(call(db, world, clock, body())))
    with db.transaction() as session:
        mine = raising.raise_crisis(session, world.actor(session, "tamsin"), body(), now=clock.moment)
        calling.start()
        calling.join(3 if db.dialect == "postgresql" else 0.1)
        there = len(others)
    calling.join(10)

    assert there == (1 if db.dialect == "postgresql" else 0)
    assert [mine.number, others[0].number] == [1001, 1002]


def test_a_call_that_could_not_be_made_takes_no_number(
    db: Database, world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as nobody:
        nobody.setattr(raising, "begin", lambda *_given, **_named: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            call(db, world, clock, body())

    assert call(db, world, clock, body()).number == 1001


def test_the_same_call_sent_many_times_at_once_is_one_crisis(
    db: Database, world: World, clock: Clock, phone: Phone
) -> None:
    phone("lee")
    said = body()

    made = together([lambda: call(db, world, clock, said) for _ in range(MANY)])

    assert {one.number for one in made} == {1001}
    assert {one.reaching for one in made} == {1}
    assert [one.new for one in made].count(True) == 1
    assert call(db, world, clock, body()).number == 1002


def test_of_many_answers_at_once_one_stands(db: Database, world: World, clock: Clock) -> None:
    raised = call(db, world, clock, body())  # nobody has a phone, so that everybody was called

    def answer(name: str) -> answering.Taken:
        with db.transaction() as session:
            return answering.acknowledge(session, raised.id, world.accounts[name], "page", now=clock.moment)

    names = ["lee", "joss", "priya", "mara"]
    found = together([lambda name=name: answer(name) for name in names for _ in range(2)])  # type: ignore[misc]

    with db.reading() as session:
        holder = session.exec(select(Acknowledgement)).one()
        taken = session.exec(select(CrisisEntry).where(CrisisEntry.kind == "taken")).all()
    assert {one.account_id for one in found} == {holder.account_id}
    assert [one.yours for one in found].count(True) == 2  # whoever has it, asked twice
    assert len(taken) == 1


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_who_had_read_a_crisis_before_another_one_took_it_is_told_who_has_it(
    db: Database, world: World, clock: Clock
) -> None:
    raised = call(db, world, clock, body())

    with db.transaction() as session:
        read = session.get_one(Crisis, raised.id)
        before = read.state
        with db.transaction() as other:
            answering.acknowledge(other, raised.id, world.accounts["lee"], "page", now=clock.moment)
        found = answering.acknowledge(session, raised.id, world.accounts["joss"], "page", now=clock.moment)

    assert (before, read.state) == (State.RAISED, State.TAKEN)
    assert (found.account_id, found.yours) == (world.accounts["lee"], False)


@pytest.mark.duty("S2-10")
def test_two_workers_at_once_ring_each_phone_once(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, push: Service
) -> None:
    for name in ("lee", "joss"):
        phone(name)
    for _ in range(3):
        call(db, world, clock, body())
    workers = [Worker(sending) for _ in range(4)]

    def drain(worker: Worker) -> None:
        while worker.step():
            pass

    for minutes in (0, 5):
        clock.move(minutes=minutes)
        for _ in range(3):  # what one leaves, another may find
            together([lambda worker=worker: drain(worker) for worker in workers])  # type: ignore[misc]

    rung = sorted(path.split("/")[2].split("-")[0] for path in push.paths())
    assert rung == ["joss"] * 3 + ["lee"] * 3


def test_the_same_timer_run_by_many_at_once_calls_the_next_person_once(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone
) -> None:
    for name in ("lee", "joss"):
        phone(name)
    raised = call(db, world, clock, body())
    clock.move(minutes=5)

    together([lambda: advance(sending, {"crisis_id": str(raised.id)}) for _ in range(MANY)])

    with db.reading() as session:
        paged = session.exec(select(CrisisEntry).where(CrisisEntry.kind == "paging")).all()
        assert session.get_one(Crisis, raised.id).level == 1
    assert len(paged) == 2
    assert ADVANCE in Worker(sending).work
