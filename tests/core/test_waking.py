"""Waking the worker: at once on a commit, on every node, with a poll behind it; one lane looks, several jobs are one piece of work."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from porchlight import worker as working
from porchlight.core import jobs
from porchlight.core.db import Database
from porchlight.core.tools import Tools
from porchlight.worker import AT_ONCE, LANES, Worker
from tests.clocks import Clock

SLOW = 8.0  # seconds of a poll that would be too late


def leave(db: Database, clock: Clock, *numbers: int, later: float = 0) -> None:
    with db.transaction() as session:
        for n in numbers or (1,):
            jobs.enqueue(session, "room.act", {"n": n}, due_at=clock.moment + timedelta(seconds=later))


@contextmanager
def statements(db: Database, pattern: str) -> Iterator[list[str]]:
    """What is said to the database meanwhile that reads like that."""
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if re.match(pattern, statement):
            heard.append(statement)

    sa.event.listen(db.writer, "before_cursor_execute", hear)
    yield heard
    sa.event.remove(db.writer, "before_cursor_execute", hear)


@contextmanager
def running(worker: Worker) -> Iterator[None]:
    worker.start()
    try:
        yield
    finally:
        ending = threading.Thread(target=worker.stop)
        ending.start()
        leave(worker.tools.db, Clock(), later=1e6)  # whoever listens hears of it and ends
        ending.join()


def test_a_commit_wakes_once_it_is_there_and_what_was_given_up_wakes_nobody(db: Database, clock: Clock) -> None:
    woken: list[bool] = []

    def about_to(_connection: Any) -> None:
        woken.append(db.wake.is_set())

    sa.event.listen(db.writer, "commit", about_to)
    db.wake.clear()
    with db.transaction() as session:
        jobs.enqueue(session, "room.act", {}, due_at=clock.moment)
    woken.append(db.wake.is_set())
    sa.event.remove(db.writer, "commit", about_to)

    db.wake.clear()
    with pytest.raises(RuntimeError), db.transaction() as session:
        jobs.enqueue(session, "room.act", {}, due_at=clock.moment)
        raise RuntimeError
    with db.transaction() as session:
        assert jobs.waiting(session, now=clock.moment)  # nothing new was left
    woken.append(db.wake.is_set())

    assert woken == [False, True, False]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_commit_is_told_to_every_node_once_however_many_jobs_it_leaves(db: Database, clock: Clock) -> None:
    url = db.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as other, statements(db, "NOTIFY") as said:
        other.execute("LISTEN porchlight_jobs")
        leave(db, clock, 1, 2, 3)
        heard = [notice.channel for notice in other.notifies(timeout=5, stop_after=1)]
        with db.transaction() as session:
            jobs.waiting(session, now=clock.moment)

    assert heard == ["porchlight_jobs"]
    assert len(said) == 1


def test_a_job_is_begun_at_once_when_it_is_committed_here_or_on_another_node(
    tools: Tools, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "POLL", SLOW)
    done = threading.Semaphore(0)
    idle = threading.Event()
    claim = Worker._claim

    def looked(worker: Worker, *, others: bool) -> list[jobs.Job]:
        found = claim(worker, others=others)
        if others and not found:
            idle.set()
        return found

    monkeypatch.setattr(Worker, "_claim", looked)
    nodes = [tools.db]
    if tools.db.dialect == "postgresql":
        nodes.append(Database(tools.db.url.render_as_string(hide_password=False), clock=clock))
    with running(Worker(tools, {"room.act": lambda _tools, _payload: done.release()})):
        for node in nodes:
            assert idle.wait(5)
            time.sleep(0.5)  # until the lane waits, and whoever listens does
            idle.clear()
            began = time.monotonic()
            leave(node, clock)
            assert done.acquire(timeout=SLOW)
            assert time.monotonic() - began < SLOW / 2
    for node in nodes[1:]:
        node.close()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_falls_due_while_nobody_commits_is_found_by_the_poll(
    tools: Tools, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert working.POLL <= 1.0  # oncall.md, The escalation engine
    monkeypatch.setattr(working.watching, "watch", lambda *_given: None)  # its beat is a commit, too
    done = threading.Event()
    leave(tools.db, clock, later=60)
    with running(Worker(tools, {"room.act": lambda _tools, _payload: done.set()})):
        time.sleep(0.3)
        early = done.is_set()
        clock.move(seconds=60)
        found = done.wait(5)

    assert (early, found) == (False, True)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_while_there_is_nothing_to_do_one_lane_of_a_kind_looks(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "POLL", 0.02)
    looked: dict[str, int] = {}
    claim = Worker._claim

    def counting(worker: Worker, *, others: bool) -> list[jobs.Job]:
        name = threading.current_thread().name
        looked[name] = looked.get(name, 0) + 1
        return claim(worker, others=others)

    monkeypatch.setattr(Worker, "_claim", counting)
    worker = Worker(tools)
    worker.start()
    began = time.monotonic()
    while min(looked.values(), default=0) < 2 * LANES and time.monotonic() - began < 5:
        time.sleep(0.02)
    names = set(looked)  # when it stops, each of them may have a last look
    worker.stop()

    assert len(names) == 2
    assert "worker-urgent" in names


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Tools, list[dict[str, Any]]], None]], None]:
    """Says how several jobs of one kind are done together."""

    def become(act: Callable[[Tools, list[dict[str, Any]]], None]) -> None:
        monkeypatch.setattr(working, "TOGETHER", {"room.act": act})

    return become


def test_what_is_ready_to_be_sent_goes_first_then_what_is_urgent_then_the_rest(tools: Tools, clock: Clock) -> None:
    done: list[str] = []
    with tools.db.transaction() as session:
        for name in ("evidence.develop", "crises.advance", "alerts.send"):
            jobs.enqueue(session, name, {}, due_at=clock.moment)
            clock.move(seconds=1)
    worker = Worker(
        tools,
        {name: lambda _t, _p, name=name: done.append(name) for name in working.WORK},  # type: ignore[misc]
    )
    while worker.step():
        pass

    assert done == ["alerts.send", "crises.advance", "evidence.develop"]


def test_twelve_jobs_are_done_together_and_finished_with_one_statement(
    tools: Tools, clock: Clock, many: Callable[..., None]
) -> None:
    together: list[int] = []
    many(lambda _tools, payloads: together.append(len(payloads)))
    leave(tools.db, clock, *range(AT_ONCE + 1))
    worker = Worker(tools, {"room.act": lambda _tools, _payload: together.append(1)})

    with statements(tools.db, r"UPDATE jobs SET .*\bdone_at=") as said:
        worker.step()
    finished = len(said)
    worker.step()

    assert together == [AT_ONCE, 1]
    assert finished == 1
    assert not worker.step()


def test_one_of_several_that_fails_holds_up_none_of_the_others_and_comes_again(
    tools: Tools, clock: Clock, many: Callable[..., None]
) -> None:
    done: list[int] = []

    def act(_tools: Tools, payload: dict[str, Any]) -> None:
        if payload["n"] == 2:
            raise KeyError
        done.append(payload["n"])

    def together(_tools: Tools, _payloads: list[dict[str, Any]]) -> None:
        raise KeyError

    many(together)
    leave(tools.db, clock, 1, 2, 3)
    Worker(tools, {"room.act": act}).step()

    with tools.db.reading() as session:
        left = session.exec(select(jobs.Job).where(col(jobs.Job.done_at).is_(None))).all()
    assert sorted(done) == [1, 3]
    assert [(one.payload["n"], one.trouble) for one in left] == [(2, "KeyError")]
    assert left[0].due_at > clock.moment


def test_of_several_that_were_done_too_late_only_those_still_held_are_finished(db: Database, clock: Clock) -> None:
    leave(db, clock, 1, 2, 3)
    with db.transaction() as session:
        held = {one.id: one.fence for one in jobs.claim(session, now=clock.moment)}
    clock.move(seconds=10)
    with db.transaction() as session:
        taken = jobs.claim(session, now=clock.moment, most=1)[0]
    with db.transaction() as session:
        lost = jobs.finish(session, held, now=clock.moment)
        again = jobs.finish(session, held, now=clock.moment)

    with db.reading() as session:
        left = [one.id for one in session.exec(select(jobs.Job).where(col(jobs.Job.done_at).is_(None)))]
    assert lost == {taken.id}
    assert left == [taken.id]
    assert again == set(held)  # what is done is not done again
