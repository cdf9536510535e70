"""Work for later: a job is a row with a lease and a fencing token, one design on SQLite and PostgreSQL."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Session, SQLModel, col, select

from porchlight.core.db import JSON, WAKE
from porchlight.core.ids import new_id

# A killed worker's job comes due again and is done within 10 s (trust.md, Faults); whoever lives keeps it each second.
LEASE = timedelta(seconds=6)
MOST_TRIES = 48


class Job(SQLModel, table=True):
    __tablename__ = "jobs"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str
    payload: dict[str, Any] = Field(sa_type=JSON)
    due_at: datetime = Field(index=True)
    key: str | None = Field(default=None, unique=True)
    tries: int = 0
    fence: int = 0
    leased_until: datetime | None = None
    done_at: datetime | None = Field(default=None, index=True)
    failed_at: datetime | None = None
    trouble: str = ""


class LeaseLost(Exception):
    """Another worker has the job now; what this one did must not be recorded."""


def enqueue(
    session: Session,
    name: str,
    payload: Mapping[str, Any],
    *,
    due_at: datetime,
    key: str | None = None,
    fresh: bool = False,
) -> None:
    """Leave a job in the caller's transaction. With a key, a second one of the same key is not made.

    fresh: what the key names was made in this transaction, so that nobody can have left it before.
    """
    if key is not None and not fresh and session.exec(select(Job.id).where(Job.key == key)).first():
        return
    session.add(Job(name=name, payload=dict(payload), due_at=due_at, key=key))
    session.info[WAKE] = True
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql("NOTIFY porchlight_jobs")


def claim(
    session: Session,
    *,
    now: datetime,
    most: int = 10,
    urgent: Collection[str] = (),
    others: bool = True,
    foremost: Collection[str] = (),
) -> list[Job]:
    """Take due jobs for LEASE; each comes with a new fence.

    urgent: names of jobs that go before all others, however long those have been due. others: take those, too.
    foremost: of the urgent ones, those that go before even them.
    """
    first = col(Job.name).in_(urgent)
    query = (
        _free(now)
        .where(sa.true() if others else first)
        .order_by(sa.case((col(Job.name).in_(foremost), 0), (first, 1), else_=2), col(Job.due_at))
        .limit(most)
    )
    return _take(session, query, now)


def claim_more(session: Session, name: str, *, now: datetime, most: int) -> list[Job]:
    """Take more due jobs of this kind."""
    return _take(session, _free(now).where(Job.name == name).order_by(col(Job.due_at)).limit(most), now)


def _free(now: datetime) -> Any:
    free = sa.or_(col(Job.leased_until).is_(None), col(Job.leased_until) <= now)
    return select(Job).where(col(Job.done_at).is_(None), col(Job.failed_at).is_(None), col(Job.due_at) <= now, free)


def _take(session: Session, query: Any, now: datetime) -> list[Job]:
    jobs = list(session.exec(query.with_for_update(skip_locked=True)))
    for job in jobs:
        job.fence += 1
        job.tries += 1
        job.leased_until = now + LEASE
        session.add(job)
    session.flush()
    return jobs


def waiting(session: Session, *, now: datetime, urgent: Collection[str] = (), others: bool = True) -> bool:
    """Whether `claim` would find something: a look that keeps nobody from writing."""
    query = _free(now).with_only_columns(col(Job.id)).where(sa.true() if others else col(Job.name).in_(urgent))
    return session.exec(query.limit(1)).first() is not None


def hold(session: Session, job_id: UUID, fence: int) -> Job:
    """The job, locked, if this fence still owns it. Raises LeaseLost."""
    query = select(Job).where(Job.id == job_id).with_for_update()
    job = session.exec(query).one_or_none()
    if job is None or job.fence != fence or job.done_at is not None:
        raise LeaseLost
    return job


def keep(session: Session, held: Mapping[UUID, int], *, now: datetime) -> None:
    """Hold on to jobs that take longer than LEASE, while their worker lives. held: fence by id."""
    for job_id, fence in held.items():
        job = session.exec(select(Job).where(Job.id == job_id).with_for_update()).one_or_none()
        if job and job.fence == fence and job.leased_until and job.done_at is None:
            job.leased_until = now + LEASE
            session.add(job)


def finish(session: Session, job_id: UUID, fence: int, *, now: datetime) -> None:
    job = hold(session, job_id, fence)
    job.done_at = now
    job.key = None
    session.add(job)


def again(session: Session, job_id: UUID, fence: int, *, due_at: datetime, trouble: str, now: datetime) -> bool:
    """Put it off after a failure. False when it has had its last try, and then it stands as failed."""
    job = hold(session, job_id, fence)
    job.trouble = trouble[:200]
    job.leased_until = None
    job.due_at = due_at
    if job.tries >= MOST_TRIES:
        job.failed_at = now
        job.key = None
    session.add(job)
    return job.failed_at is None


def oldest_due(session: Session, *, now: datetime) -> datetime | None:
    """When the oldest unfinished due job fell due: the engine's health."""
    query = select(sa.func.min(Job.due_at)).where(
        col(Job.done_at).is_(None), col(Job.failed_at).is_(None), col(Job.due_at) <= now
    )
    return session.exec(query).one()
