"""Work for later: a job is a row with a lease and a fencing token, one design on SQLite and PostgreSQL."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Session, SQLModel, col, select

from porchlight.core.columns import JSON
from porchlight.core.db import WAKE
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


# Questions that are built once, for a hundred alerts may come in a second: building them takes ten times as long as asking.
_BY_KEY = sa.select(col(Job.id)).where(col(Job.key) == sa.bindparam("of_key"))
_NEW = sa.insert(Job)
_FINISH = (
    sa.update(Job)
    .where(sa.tuple_(col(Job.id), col(Job.fence)).in_(sa.bindparam("held", expanding=True)), col(Job.done_at).is_(None))
    .values(done_at=sa.bindparam("now"), key=None)
    .returning(col(Job.id))
)
_IN_ORDER = (
    sa.select(col(Job.id))
    .where(col(Job.id).in_(sa.bindparam("ids", expanding=True)))
    .order_by(col(Job.id))
    .with_for_update()
)
_NOW = sa.bindparam("now", type_=sa.inspect(Job).columns["due_at"].type)
_MOST = sa.bindparam("most", type_=sa.Integer())


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
    connection = session.connection()
    if key is not None and not fresh and connection.execute(_BY_KEY, {"of_key": key}).first():
        return
    row = {"id": new_id(), "name": name, "payload": dict(payload), "due_at": due_at, "key": key}
    connection.execute(_NEW, {**row, "tries": 0, "fence": 0, "trouble": ""})
    session.info[WAKE] = True


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
    return _take(session, _due(tuple(urgent), others, tuple(foremost)), now, most)


def claim_more(session: Session, name: str, *, now: datetime, most: int) -> list[Job]:
    """Take more due jobs of this kind."""
    return _take(session, _due_of(name), now, most)


def _free() -> Any:
    free = sa.or_(col(Job.leased_until).is_(None), col(Job.leased_until) <= _NOW)
    return select(Job).where(col(Job.done_at).is_(None), col(Job.failed_at).is_(None), col(Job.due_at) <= _NOW, free)


@cache
def _due(urgent: tuple[str, ...], others: bool, foremost: tuple[str, ...]) -> Any:
    first = col(Job.name).in_(urgent)
    place = sa.case((col(Job.name).in_(foremost), 0), (first, 1), else_=2)
    query = _free().where(sa.true() if others else first).order_by(place, col(Job.due_at))
    return query.limit(_MOST).with_for_update(skip_locked=True)


@cache
def _due_of(name: str) -> Any:
    return _free().where(Job.name == name).order_by(col(Job.due_at)).limit(_MOST).with_for_update(skip_locked=True)


@cache
def _is_due(urgent: tuple[str, ...], others: bool) -> Any:
    query = _free().with_only_columns(col(Job.id))
    return query.where(sa.true() if others else col(Job.name).in_(urgent)).limit(1)


def _take(session: Session, query: Any, now: datetime, most: int) -> list[Job]:
    jobs = list(session.exec(query, params={"now": now, "most": most}))
    for job in jobs:
        job.fence += 1
        job.tries += 1
        job.leased_until = now + LEASE
        session.add(job)
    session.flush()
    return jobs


def waiting(session: Session, *, now: datetime, urgent: Collection[str] = (), others: bool = True) -> bool:
    """Whether `claim` would find something: a look that keeps nobody from writing."""
    return session.exec(_is_due(tuple(urgent), others), params={"now": now}).first() is not None


def hold(session: Session, job_id: UUID, fence: int) -> Job:
    """The job, locked, if this fence still owns it. Raises LeaseLost."""
    query = select(Job).where(Job.id == job_id).with_for_update()
    job = session.exec(query).one_or_none()
    if job is None or job.fence != fence or job.done_at is not None:
        raise LeaseLost
    return job


def keep(session: Session, held: Mapping[UUID, int], *, now: datetime) -> None:
    """Hold on to jobs that take longer than LEASE, while their worker lives. held: fence by id."""
    for job_id, fence in sorted(held.items()):
        job = session.exec(select(Job).where(Job.id == job_id).with_for_update()).one_or_none()
        if job and job.fence == fence and job.leased_until and job.done_at is None:
            job.leased_until = now + LEASE
            session.add(job)


def finish(session: Session, held: Mapping[UUID, int], *, now: datetime) -> frozenset[UUID]:
    """held: fence by id. Returns those that another worker has by now: what became of them is that one's to say."""
    # In one order with `keep`, or the two may wait for each other.
    session.connection().execute(_IN_ORDER, {"ids": list(held)}).all()
    done = session.connection().execute(_FINISH, {"held": list(held.items()), "now": now})
    return frozenset(held) - {row[0] for row in done}


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
