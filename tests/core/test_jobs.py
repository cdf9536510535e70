"""Jobs: one worker owns each, a dead one's job comes again, a late one is fenced off."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from porchlight.core import jobs
from porchlight.core.db import Database
from porchlight.core.tools import Tools
from porchlight.worker import Worker
from tests.clocks import Clock


def leave(db: Database, clock: Clock, key: str | None = None) -> None:
    with db.transaction() as session:
        jobs.enqueue(session, "room.act", {"n": 1}, due_at=clock.moment, key=key)


def take(db: Database, clock: Clock) -> list[jobs.Job]:
    with db.transaction() as session:
        return jobs.claim(session, now=clock.moment)


def test_a_job_is_claimed_once(db: Database, clock: Clock) -> None:
    leave(db, clock)

    assert len(take(db, clock)) == 1
    assert take(db, clock) == []


on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


@on_postgresql
def test_who_claims_waits_for_nobody_who_is_claiming(db: Database, clock: Clock) -> None:
    """On SQLite there is one writer anyway."""
    leave(db, clock)
    leave(db, clock)
    with db.transaction() as one, db.transaction() as other:
        other.connection().exec_driver_sql("SET LOCAL lock_timeout = '2s'")
        claimed = [jobs.claim(session, now=clock.moment, most=1)[0].id for session in (one, other)]

    assert len(set(claimed)) == 2


@on_postgresql
def test_who_finishes_several_waits_with_none_of_them_in_hand(db: Database, clock: Clock) -> None:
    """`keep` takes the same rows one after the other: each would wait for the other."""
    low, high = UUID(int=1), UUID(int=2)
    with db.transaction() as session:
        for id_ in (high, low):  # the database comes upon the higher one first
            session.add(jobs.Job(id=id_, name="room.act", payload={}, due_at=clock.moment, fence=1))
            session.flush()
    lost: list[frozenset[UUID]] = []

    def finish() -> None:
        with db.transaction() as session:
            lost.append(jobs.finish(session, {high: 1, low: 1}, now=clock.moment))

    finishing = threading.Thread(target=finish)
    with db.transaction() as session:
        session.connection().exec_driver_sql("SET LOCAL lock_timeout = '2s'")
        session.exec(select(jobs.Job).where(jobs.Job.id == low).with_for_update()).one()
        finishing.start()
        finishing.join(0.5)
        session.exec(select(jobs.Job).where(jobs.Job.id == high).with_for_update()).one()
    finishing.join(10)

    assert lost == [frozenset()]


def test_urgent_work_goes_before_whatever_was_due_earlier(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        for name in ("photo", "alarm", "photo", "alarm"):
            jobs.enqueue(session, name, {}, due_at=clock.moment)
            clock.move(seconds=1)

    def take_one(*, others: bool) -> list[str]:
        with db.transaction() as session:
            return [one.name for one in jobs.claim(session, now=clock.moment, most=1, urgent=["alarm"], others=others)]

    assert take_one(others=True) == ["alarm"]
    assert take_one(others=False) == ["alarm"]
    assert take_one(others=False) == []
    assert [take_one(others=True) for _ in range(3)] == [["photo"], ["photo"], []]


def test_a_dead_workers_job_comes_again_within_ten_seconds(db: Database, clock: Clock) -> None:
    leave(db, clock)
    first = take(db, clock)[0]

    clock.move(seconds=10)
    second = take(db, clock)[0]

    assert second.id == first.id
    assert second.fence == first.fence + 1


def test_a_worker_that_wakes_up_late_is_fenced_off(db: Database, clock: Clock) -> None:
    leave(db, clock)
    late = take(db, clock)[0]
    clock.move(seconds=10)
    take(db, clock)

    with db.transaction() as session:
        assert jobs.finish(session, {late.id: late.fence}, now=clock.moment) == {late.id}
    with pytest.raises(jobs.LeaseLost), db.transaction() as session:
        jobs.again(session, late.id, late.fence, due_at=clock.moment, trouble="", now=clock.moment)


def test_a_second_job_of_the_same_key_is_not_made(db: Database, clock: Clock) -> None:
    leave(db, clock, key="one")
    leave(db, clock, key="one")

    assert len(take(db, clock)) == 1


def test_a_finished_key_may_be_used_again(db: Database, clock: Clock) -> None:
    leave(db, clock, key="one")
    job = take(db, clock)[0]
    with db.transaction() as session:
        assert jobs.finish(session, {job.id: job.fence}, now=clock.moment) == frozenset()

    leave(db, clock, key="one")

    assert len(take(db, clock)) == 1


def test_a_job_that_fails_for_good_stops_and_is_named(db: Database, clock: Clock) -> None:
    leave(db, clock)
    goes_on = True
    tries = 0
    while goes_on:
        job = take(db, clock)[0]
        with db.transaction() as session:
            later = clock.moment + timedelta(seconds=1)
            goes_on = jobs.again(session, job.id, job.fence, due_at=later, trouble="KeyError", now=clock.moment)
        clock.move(seconds=1)
        tries += 1

    assert tries == jobs.MOST_TRIES
    assert take(db, clock) == []
    with db.reading() as session:
        assert jobs.oldest_due(session, now=clock.moment) is None


def test_a_refused_transaction_leaves_no_job(db: Database, clock: Clock) -> None:
    with pytest.raises(RuntimeError), db.transaction() as session:
        jobs.enqueue(session, "room.act", {}, due_at=clock.moment)
        raise RuntimeError

    assert take(db, clock) == []


def test_a_job_that_takes_longer_than_its_lease_stays_with_its_living_worker(tools: Tools, clock: Clock) -> None:
    leave(tools.db, clock)
    found: list[int] = []

    def act(_tools: Tools, _payload: dict[str, Any]) -> None:
        clock.move(seconds=5)
        worker.keep_leases()
        clock.move(seconds=5)
        found.append(len(take(tools.db, clock)))

    worker = Worker(tools, {"room.act": act})
    worker.step()

    assert found == [0]
    clock.move(minutes=1)
    assert take(tools.db, clock) == []


def test_a_lease_that_was_lost_is_not_kept(db: Database, clock: Clock) -> None:
    leave(db, clock)
    late = take(db, clock)[0]
    clock.move(seconds=10)
    taken = take(db, clock)[0]

    clock.move(seconds=5)
    with db.transaction() as session:
        jobs.keep(session, {late.id: late.fence}, now=clock.moment)

    clock.move(seconds=2)
    assert [job.id for job in take(db, clock)] == [taken.id]
