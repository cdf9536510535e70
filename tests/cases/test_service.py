"""Tasks are made once and ticked off by those whose they are."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from porchlight.audit.models import AuditEvent
from porchlight.cases import queries, rules, service
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.refused import NotFound, Refused
from tests.world import MONDAY, World


def make(world: World, db: Database, owner: str = "rowan", **more: Any) -> UUID:
    with db.transaction() as session:
        values: dict[str, Any] = {
            "kind": "follow_up",
            "title": "Dentist",
            "due_on": None,
            "source_id": new_id(),
            **more,
        }
        task = service.add_task(session, case_id=world.case, owner_id=world.accounts[owner], now=MONDAY, **values)
        return task.id


def test_a_task_from_the_same_source_is_made_once(world: World, db: Database) -> None:
    source = new_id()

    first, second = (make(world, db, source_id=source) for _ in range(2))
    other = make(world, db, source_id=source, kind="something_is_different")

    assert first == second != other
    with db.reading() as session:
        assert len(queries.tasks(session, world.actor(session, "rowan"), now=MONDAY)) == 2
        assert queries.has_open_task(session, source, "follow_up")


@pytest.mark.duty("S2-36")
def test_ticking_a_task_off_takes_it_from_the_list_and_leaves_a_trace(world: World, db: Database) -> None:
    task = make(world, db)

    for _ in range(2):
        with db.transaction() as session:
            service.complete_task(session, world.actor(session, "rowan"), task, now=MONDAY)

    with db.reading() as session:
        assert queries.tasks(session, world.actor(session, "rowan"), now=MONDAY) == []
        done = session.exec(select(AuditEvent).where(AuditEvent.act == "task.done")).all()
    assert [(row.account_id, row.subject_id) for row in done] == [(world.accounts["rowan"], task)]


def test_a_tick_is_taken_back_and_the_task_is_open_as_it_was(world: World, db: Database) -> None:
    task_id = make(world, db)

    def listed(now: datetime) -> tuple[list[UUID], list[UUID]]:
        with db.reading() as session:
            mine = world.actor(session, "rowan")
            done = queries.tasks(session, mine, now=now, done_since=now - rules.UNDO)
            return [one.id for one in queries.tasks(session, mine, now=now)], [one.id for one in done]

    with db.transaction() as session:
        service.complete_task(session, world.actor(session, "rowan"), task_id, now=MONDAY)
    assert listed(MONDAY) == ([], [task_id])
    assert listed(MONDAY + timedelta(minutes=11)) == ([], [])

    for _ in range(2):
        with db.transaction() as session:
            service.reopen_task(session, world.actor(session, "rowan"), task_id, now=MONDAY)

    assert listed(MONDAY) == ([task_id], [])
    with db.reading() as session:
        acts = [one.act for one in session.exec(select(AuditEvent)) if one.act.startswith("task.")]
    assert acts == ["task.made", "task.done", "task.reopened"]


def test_a_supervisor_may_tick_off_what_her_worker_has_to_do(world: World, db: Database) -> None:
    task = make(world, db)

    with db.transaction() as session:
        service.complete_task(session, world.actor(session, "priya"), task, now=MONDAY)

    with db.reading() as session:
        assert queries.tasks(session, world.actor(session, "rowan"), now=MONDAY) == []


def test_a_worker_cannot_tick_off_what_the_supervisor_is_to_do(world: World, db: Database) -> None:
    task = make(world, db, owner="priya")

    with pytest.raises(Refused, match="someone else's"), db.transaction() as session:
        service.complete_task(session, world.actor(session, "rowan"), task, now=MONDAY)

    with db.reading() as session:
        assert len(queries.tasks(session, world.actor(session, "priya"), now=MONDAY)) == 1


@pytest.mark.parametrize("name", ["tamsin", "corin", "joss", "odell", "sunniva"])
def test_a_task_of_another_case_is_not_there(name: str, world: World, db: Database) -> None:
    task = make(world, db)

    with pytest.raises(NotFound), db.transaction() as session:
        service.complete_task(session, world.actor(session, name), task, now=MONDAY)


def test_a_task_that_never_was_is_not_there(world: World, db: Database) -> None:
    with pytest.raises(NotFound), db.transaction() as session:
        service.complete_task(session, world.actor(session, "rowan"), new_id(), now=MONDAY)
