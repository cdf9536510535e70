"""Changing the caseload: tasks are made by other rooms' work and ticked off by people."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.audit import service as audit
from porchlight.cases import rules
from porchlight.cases.models import Task
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound
from porchlight.people import access
from porchlight.people import queries as people


def add_task(
    session: Session,
    *,
    case_id: UUID,
    owner_id: UUID,
    kind: str,
    title: str,
    due_on: date | None,
    source_id: UUID | None,
    now: datetime,
) -> Task:
    """Something to do for a person. While one of the same source and kind is open, no second is made: that is returned.

    kind: follow_up | something_is_different | held_item. source_id: what it came from (a contact, a follow-up's own id).
    """
    if source_id is not None:
        same = select(Task).where(Task.source_id == source_id, Task.kind == kind, col(Task.done_at).is_(None))
        already = session.exec(same).first()
        if already:
            return already
    task = Task(
        case_id=case_id, owner_id=owner_id, kind=kind, title=title, due_on=due_on, source_id=source_id, made_at=now
    )
    session.add(task)
    session.flush()
    audit.record(session, None, "task.made", task.id, now=now, kind=kind)
    return task


def complete_task(session: Session, actor: Actor, task_id: UUID, *, now: datetime) -> Task:
    """Tick a task off. Ticking it twice changes nothing. Raises NotFound, Refused."""
    task = _task(session, actor, task_id, now)
    if task.done_at is None:
        task.done_at = now
        session.add(task)
        audit.record(session, actor, "task.done", task.id, now=now)
    return task


def reopen_task(session: Session, actor: Actor, task_id: UUID, *, now: datetime) -> Task:
    """Take a tick back: the task is open as it was. Twice changes nothing. Raises NotFound, Refused."""
    task = _task(session, actor, task_id, now)
    if task.done_at is not None:
        task.done_at = None
        session.add(task)
        audit.record(session, actor, "task.reopened", task.id, now=now)
    return task


def settle(session: Session, actor: Actor, source_id: UUID, kind: str, *, now: datetime) -> None:
    """What came from this source was dealt with elsewhere: its tasks are done. The caller has checked the access."""
    same = select(Task).where(Task.source_id == source_id, Task.kind == kind, col(Task.done_at).is_(None))
    for task in session.exec(same.with_for_update()):
        task.done_at = now
        session.add(task)
        audit.record(session, actor, "task.done", task.id, now=now)


def _task(session: Session, actor: Actor, task_id: UUID, now: datetime) -> Task:
    task = session.exec(select(Task).where(Task.id == task_id).with_for_update()).first()
    if task is None:
        raise NotFound(_("We could not find that page. It may have moved, or it may not be on your caseload."))
    access.check(session, actor, task.case_id, access.Capability.TASKS, now=now)
    over = people.supervises(session, actor.account_id, task.owner_id)
    rules.check_can_complete(owner_id=task.owner_id, account_id=actor.account_id, supervises_owner=over)
    return task
