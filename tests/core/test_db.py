"""The database: nothing lost under contention, reads that cannot write, migrations that leave nothing half."""

import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from porchlight import migrations
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.tables import METADATA
from porchlight.visits.models import EarlyAnswer


def test_two_hundred_concurrent_increments_are_all_kept(database_url: str) -> None:
    db = Database(database_url)
    with db.transaction() as session:
        session.connection().exec_driver_sql("CREATE TABLE tally (n INTEGER)")
        session.connection().exec_driver_sql("INSERT INTO tally VALUES (0)")

    def add() -> None:
        for _ in range(20):
            with db.transaction() as session:
                lock = " FOR UPDATE" if db.dialect == "postgresql" else ""
                now = session.connection().exec_driver_sql(f"SELECT n FROM tally{lock}").scalar_one()
                session.connection().exec_driver_sql(f"UPDATE tally SET n = {now + 1}")

    threads = [threading.Thread(target=add) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with db.reading() as session:
        assert session.connection().exec_driver_sql("SELECT n FROM tally").scalar_one() == 200
    db.close()


def test_a_reading_cannot_write(db: Database) -> None:
    with pytest.raises(SQLAlchemyError), db.reading() as session:
        session.connection().exec_driver_sql("DELETE FROM jobs")


def test_the_databases_clock_is_aware_and_moves(database_url: str) -> None:
    db = Database(database_url)
    with db.reading() as session:
        first, second = db.now(session), db.now(session)
    db.close()

    assert first.tzinfo is not None
    assert second >= first


def test_after_migrating_a_second_autogenerate_is_empty(database_url: str) -> None:
    db = Database(database_url)

    assert migrations.migrate(db) is True
    assert migrations.migrate(db) is False
    with db.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    db.close()


def test_an_answer_that_waits_for_its_visit_outlives_the_migration(database_url: str) -> None:
    db = Database(database_url)
    with db.writer.begin() as connection:
        migrations.command.upgrade(migrations.config(connection), "0002")
        connection.execute(
            sa.text(
                "INSERT INTO early_answers (token_hash, visit_id, caregiver_id, device_id, summary_sha256, answer, different,"
                " words, said_at, received_at) VALUES ('a', :id, :id, :id, 'b', 'different', 'other_time', 'Five.', :at, :at)"
            ),
            {"id": new_id().hex, "at": "2026-11-23 17:00:00"},
        )

    assert migrations.migrate(db) is True

    with db.reading() as session:
        [row] = session.exec(select(EarlyAnswer))
        assert (row.token_hash, row.words, row.said_at) == ("a", "Five.", datetime(2026, 11, 23, 17, tzinfo=UTC))
    db.close()


def test_a_failed_migration_leaves_nothing_behind(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    db = Database(database_url)
    made = migrations.command.upgrade

    def fails(*given: object, **named: object) -> None:
        made(*given, **named)  # type: ignore[arg-type]
        raise RuntimeError("the power went")

    monkeypatch.setattr(migrations.command, "upgrade", fails)

    with pytest.raises(RuntimeError):
        migrations.migrate(db)
    assert sa.inspect(db.writer).get_table_names() == []
    db.close()


def test_a_newer_database_is_recognized(database_url: str) -> None:
    db = Database(database_url)
    migrations.migrate(db)
    with db.transaction() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(migrations.NewerDatabase):
        migrations.migrate(db)
    db.close()
