"""What is of use for a while only goes by itself, some rows at a time."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from porchlight.core.db import Database
from porchlight.core.keyring import erasing
from porchlight.core.keyring.classes import tables
from porchlight.records.queries import built_in

AT_ONCE = 1000  # rows a transaction


def purge(db: Database) -> dict[str, int]:
    """By table, how many rows went."""
    counts: dict[str, int] = {}
    for row in built_in()["row"]:
        if count := _purge(db, row["table"], row["column"], row["hours"]):
            counts[row["table"]] = counts.get(row["table"], 0) + count
    return counts


def _purge(db: Database, table_name: str, column: str, hours: int) -> int:
    table = SQLModel.metadata.tables[table_name]
    key = table.primary_key.columns.values()[0]
    total = 0
    while True:
        with db.transaction() as session:
            now = db.now(session)
            before = now - timedelta(hours=hours)
            old = list(session.scalars(sa.select(key).where(table.c[column] < before).limit(AT_ONCE)))
            for below in _hanging_on(key):
                session.execute(sa.delete(below.table).where(below.in_(old)))
            session.execute(sa.delete(table).where(key.in_(old)))
            if "id" in tables()[table_name].of:  # sealed under keys of their own
                erasing.destroy(session, old, now=now)
        total += len(old)
        if len(old) < AT_ONCE:
            return total


def _hanging_on(key: sa.Column[Any]) -> list[sa.Column[Any]]:
    """Columns of other tables that point at these rows, such as what the agency's own sign-in knows of a session."""
    every = SQLModel.metadata.tables.values()
    return [one.parent for table in every for one in table.foreign_keys if one.column is key]
