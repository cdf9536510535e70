"""Bringing the database to today's shape, from empty or from any earlier release; all of it or nothing."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from porchlight.core.db import Database


class NewerDatabase(Exception):
    """The database was made by a later release than this one."""


def config(connection: sa.Connection | None = None) -> Config:
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.attributes["connection"] = connection
    return made


def migrate(db: Database) -> bool:
    """Upgrade in one transaction. True when something changed. Raises NewerDatabase."""
    with db.writer.begin() as connection:
        if db.dialect == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7060418)")
        script = ScriptDirectory.from_config(config())
        now_at = MigrationContext.configure(connection).get_current_revision()
        if now_at == script.get_current_head():
            return False
        if now_at is not None and now_at not in {revision.revision for revision in script.walk_revisions()}:
            raise NewerDatabase
        command.upgrade(config(connection), "head")
    return True
