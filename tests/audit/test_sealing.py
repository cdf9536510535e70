"""The sealer: no row without a number, no number twice, and nobody waits for it."""

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import select

from porchlight import migrations
from porchlight.audit import sealing
from porchlight.audit import service as audit
from porchlight.audit.findings import Report
from porchlight.audit.keeping import Keeper
from porchlight.audit.models import AuditEvent, AuditPerson, AuditSeal, AuditUnsealed
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.tools import Tools
from porchlight.worker import Worker
from tests.clocks import Clock

Leave = Callable[..., list[UUID]]
on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


def subjects(db: Database) -> list[UUID | None]:
    """In the order of their numbers."""
    with db.reading() as session:
        query = select(AuditEvent.subject_id).join(AuditSeal, AuditSeal.event_id == AuditEvent.id)
        return list(session.exec(query.order_by(AuditSeal.number)))


def numbers(db: Database) -> list[int]:
    with db.reading() as session:
        return list(session.exec(select(AuditSeal.number).order_by(AuditSeal.number)))


@pytest.mark.asvs("16.4.2")
def test_each_row_gets_its_number_in_the_order_in_which_it_was_made(db: Database, leave: Leave) -> None:
    made = leave(5)

    sealing.seal(db)

    assert subjects(db) == made
    assert numbers(db) == [1, 2, 3, 4, 5]
    assert sealing.seal(db) is None


def test_the_chain_goes_on_where_it_ended(db: Database, leave: Leave, verify: Callable[[], Report]) -> None:
    leave(3)
    first = sealing.seal(db)
    leave(2)
    second = sealing.seal(db)

    assert first
    assert second
    assert (first.size, second.size) == (3, 5)
    assert verify().counts == {}


def test_more_than_a_batch_is_sealed_batch_by_batch(
    db: Database, leave: Leave, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "_WAITING", sealing._WAITING.limit(4))
    made = leave(10)

    sizes = []
    while end := sealing.seal(db):
        sizes.append(end.size)

    assert sizes == [4, 8, 10]
    assert subjects(db) == made


def test_rows_that_name_many_people_make_small_batches(
    db: Database, leave: Leave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "MOST_NAMED", 7)
    leave(1, people=9)
    leave(3, people=3)

    sizes = []
    while end := sealing.seal(db):
        sizes.append(end.size)

    assert sizes == [1, 3, 4]


@on_postgresql
def test_a_row_that_is_committed_late_is_not_skipped(
    db: Database, leave: Leave, clock: Clock, verify: Callable[[], Report]
) -> None:
    """On SQLite there is one writer at a time, so none can be late."""
    late = new_id()
    with db.transaction() as session:
        audit.record(session, None, "visit.seen", late, now=clock.moment)
        session.flush()
        later = leave(3)
        sealing.seal(db)
        assert subjects(db) == later
    sealing.seal(db)

    assert subjects(db) == [*later, late]
    assert verify().counts == {}


def test_what_was_given_up_is_never_sealed(db: Database, clock: Clock) -> None:
    with pytest.raises(ZeroDivisionError), db.transaction() as session:
        audit.record(session, None, "visit.seen", new_id(), now=clock.moment)
        session.flush()
        1 / 0  # noqa: B018

    assert sealing.seal(db) is None


def test_many_workers_at_once_make_one_chain(db: Database, leave: Leave, verify: Callable[[], Report]) -> None:
    made = leave(60)
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            sealing.seal(db)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    made += leave(60)
    while len(numbers(db)) < len(made):
        stop.wait(0.05)
    stop.set()
    for thread in threads:
        thread.join()

    assert numbers(db) == list(range(1, 121))
    assert set(subjects(db)) == set(made)
    assert verify().counts == {}


def test_of_two_workers_that_saw_the_same_end_only_one_goes_on(
    db: Database, leave: Leave, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slower one is stopped by the number itself, whatever it believed."""
    leave(2)
    end = sealing.Head(0, sealing.canon.START)
    sealing.seal(db)
    leave(1)
    monkeypatch.setattr(sealing, "head", lambda _session: end)

    assert sealing.seal(db) is None
    assert numbers(db) == [1, 2]


def test_who_is_named_is_found_by_person(db: Database, clock: Clock) -> None:
    child = new_id()
    with db.transaction() as session:
        audit.record(session, None, "visit.seen", None, now=clock.moment, people=[child, new_id(), child])
    sealing.seal(db)

    with db.reading() as session:
        assert session.exec(select(AuditPerson.number).where(AuditPerson.person_id == child)).all() == [1]
        assert len(session.exec(select(AuditPerson)).all()) == 2


def test_a_row_that_waits_although_it_has_its_number_holds_nobody_up(db: Database, leave: Leave) -> None:
    leave(1)
    sealing.seal(db)
    with db.transaction() as session:
        (seal,) = session.exec(select(AuditSeal)).all()
        session.add(AuditUnsealed(event_id=seal.event_id))
    made = leave(1)

    sealing.seal(db)
    sealing.seal(db)

    assert numbers(db) == [1, 2]
    assert made[0] in subjects(db)
    with db.reading() as session:
        assert session.exec(select(AuditUnsealed)).all() == []


@pytest.mark.asvs("16.4.2")
def test_a_running_worker_seals_within_five_seconds(tools: Tools, leave: Leave, clock: Clock) -> None:
    worker = Worker(tools, {})
    worker.start()
    made = leave(3)
    until = threading.Event()
    waited = 0.0
    while len(numbers(tools.db)) < len(made) and waited < 5:
        until.wait(0.1)
        waited += 0.1
    worker.stop()

    assert set(made) <= set(subjects(tools.db))


def test_rows_of_before_the_chain_are_sealed_too(database_url: str, clock: Clock) -> None:
    db = Database(database_url)
    with db.writer.begin() as connection:
        migrations.command.upgrade(migrations.config(connection), "0010")
        connection.execute(
            sa.text(
                "INSERT INTO audit_events (id, at, act, people, detail) VALUES (:id, :at, 'visit.seen', '[]', '{}')"
            ),
            [{"id": new_id().hex, "at": clock.moment - timedelta(days=n)} for n in range(3)],
        )
    migrations.migrate(db)

    sealing.seal(db)

    assert numbers(db) == [1, 2, 3]
    db.close()


@pytest.mark.asvs("16.4.2")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET act = 'visit.logged'",
        "DELETE FROM audit_events",
        "UPDATE audit_seals SET hash = ''",
        "DELETE FROM audit_seals",
        "DELETE FROM audit_people",
        "UPDATE audit_checkpoints SET head = ''",
    ],
)
def test_the_database_itself_refuses_to_change_a_row(
    db: Database, leave: Leave, keeper: Keeper, statement: str
) -> None:
    leave(2)
    keeper.close()

    with pytest.raises(sa.exc.DBAPIError, match=r"only ever added to|permission denied"), db.transaction() as session:
        session.connection().exec_driver_sql(statement)
