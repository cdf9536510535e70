"""The database: one kind of session on SQLite and PostgreSQL, transactions opened at the edge, the database's own clock."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from porchlight.core.keyring.current import CURRENT, RING

# Named constraints, so that a migration can change them on both databases.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# An error tells of no value: it may be a word of a person.
POOLED: dict[str, Any] = {"pool_pre_ping": True, "hide_parameters": True}
ASIDE = "aside"  # session.info: where `aside` finds its connections

Clock = Callable[[Session], datetime]

SQLITE_MARK = "PRAGMA data_version", "SELECT strftime('%Y-%m-%dT%H:%M:%f','now')"
POSTGRES_MARK = "SELECT clock_timestamp(), CAST(pg_current_snapshot() AS text)"

RECORDS = "records"  # session.info: rows that must be written before a reading may be answered
WAKE = "wake"  # session.info: the worker has something to do after the commit
DESTROYED = "destroyed"  # session.info: ids of keys that nobody may use after the commit


def database_clock(session: Session) -> datetime:
    """Aware UTC from the database, so that many nodes share one clock."""
    if session.get_bind().dialect.name == "sqlite":
        text = session.connection().exec_driver_sql("SELECT strftime('%Y-%m-%dT%H:%M:%f','now')").scalar_one()
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    moment: datetime = session.connection().exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    return moment.astimezone(UTC)


@contextmanager
def aside(session: Session) -> Iterator[sa.Connection]:
    """A connection for what everybody wants at once, as the next number, and must not wait for until this session's
    transaction ends. What is done with it stays done, also when that transaction is given up.

    Its commit waits for no disk: the session's own, which comes later, makes both durable. On SQLite, which has one
    writer, it is the session's own connection.
    """
    engine = session.info.get(ASIDE)
    if engine is None:
        yield session.connection()
        return
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
        yield connection


@contextmanager
def _reads(session: Session) -> Iterator[None]:
    """Sealed values ask this session for their keys."""
    before = CURRENT.get()
    CURRENT.set(session)
    try:
        yield
    finally:
        CURRENT.set(before)


class Database:
    """Opens transactions; nothing else commits.

    Writers on SQLite take BEGIN IMMEDIATE (the default lost 154 of 200 concurrent increments); readers have
    an engine of their own that cannot write.
    """

    def __init__(self, url: str, *, clock: Clock = database_clock) -> None:
        self.url = sa.make_url(url)
        self.dialect = self.url.get_backend_name()
        if self.dialect == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
        self._clock = clock
        self.facts: dict[str, Any] = {}  # of this installation; each session finds them in its `info`
        self.wake = threading.Event()
        # SQLite has one writer, and whoever finds it busy sleeps up to 0.1 s; in one process a lock hands on at once.
        self._turn = threading.RLock() if self.dialect == "sqlite" else nullcontext()
        self._marking = threading.Lock()
        self._marker: sqlite3.Connection | None = None
        from porchlight.core.keyring import writing  # its tables need the names of constraints above

        if self.dialect == "sqlite":
            self.writer = self._sqlite("BEGIN IMMEDIATE", read_only=False)
            self.reader = self._sqlite("BEGIN", read_only=True)
        else:
            self.writer = sa.create_engine(self.url, pool_size=10, max_overflow=20, **POOLED)
            self.reader = self.writer.execution_options(postgresql_readonly=True)
            # A pool of its own: whoever holds a connection of the other may wait here, and nobody here waits there.
            self.facts[ASIDE] = sa.create_engine(self.url, pool_size=2, max_overflow=2, **POOLED)
        writing.listen(self.writer, self.facts)

    def _sqlite(self, begin: str, *, read_only: bool) -> sa.Engine:
        engine = sa.create_engine(
            self.url, pool_size=20, hide_parameters=True, connect_args={"timeout": 15, "check_same_thread": False}
        )

        @sa.event.listens_for(engine, "connect")
        def prepare(connection: Any, _: object) -> None:
            connection.isolation_level = None
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
                connection.execute(f"PRAGMA {pragma}")
            if read_only:
                connection.execute("PRAGMA query_only=ON")

        @sa.event.listens_for(engine, "begin")
        def start(connection: sa.Connection) -> None:
            connection.exec_driver_sql(begin)

        return engine

    def now(self, session: Session) -> datetime:
        return self._clock(session)

    def mark(self) -> tuple[datetime, str]:
        """The moment, and a mark that is another one as soon as anybody has committed anything, on whatever node.

        Two equal marks: nothing has changed in between. Costs 10 microseconds on SQLite and one round trip on PostgreSQL.
        """
        if self.dialect == "sqlite":
            with self._marking:
                if self._marker is None:
                    # A connection of its own: SQLite counts what other connections have committed.
                    self._marker = sqlite3.connect(
                        str(self.url.database), timeout=15, isolation_level=None, check_same_thread=False
                    )
                version, text = self._marker.execute(SQLITE_MARK[0]).fetchone()[0], ""
                if self._clock is database_clock:
                    text = self._marker.execute(SQLITE_MARK[1]).fetchone()[0]
            mark, moment = str(version), datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
        else:
            with self.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                moment, mark = connection.exec_driver_sql(POSTGRES_MARK).one()
        if self._clock is not database_clock or moment is None:
            with self.reading() as session:
                moment = self._clock(session)
        return moment.astimezone(UTC), mark

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Commits at the end, or leaves nothing; wakes the worker when it was given something to do."""
        with Session(self.writer, expire_on_commit=False, info=self.facts) as session:
            with self._turn, session.begin(), _reads(session):
                yield session
                session.add_all(session.info.pop(RECORDS, []))
                if session.info.get(WAKE) and self.dialect == "postgresql":
                    session.connection().exec_driver_sql("NOTIFY porchlight_jobs")
            if destroyed := session.info.pop(DESTROYED, ()):
                session.info[RING].forget(destroyed)
            if session.info.pop(WAKE, False):
                self.wake.set()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A read that may leave audit rows: they are committed before the answer leaves, or there is no answer."""
        with Session(self.reader, expire_on_commit=False, info=self.facts) as session:
            with session.begin(), _reads(session):
                yield session
            records = session.info.pop(RECORDS, [])
        if records:
            with self.transaction() as writing:
                writing.add_all(records)

    def close(self) -> None:
        if self._marker is not None:
            self._marker.close()
            self._marker = None
        self.writer.dispose()
        if aside := self.facts.get(ASIDE):
            aside.dispose()
        self.reader.dispose()
