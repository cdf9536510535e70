"""What is of use for a while only goes by itself, some rows at a time."""

from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import SQLModel

from porchlight.core.db import Database
from porchlight.records.queries import built_in

AT_ONCE = 1000  # rows a transaction


def purge(db: Database) -> dict[str, int]:
    """By table, how many rows went."""
    return {
        row["table"]: count
        for row in built_in()["row"]
        if (count := _purge(db, row["table"], row["column"], row["hours"]))
    }


def _purge(db: Database, table_name: str, column: str, hours: int) -> int:
    table = SQLModel.metadata.tables[table_name]
    key = table.primary_key.columns.values()[0]
    total = 0
    while True:
        with db.transaction() as session:
            before = db.now(session) - timedelta(hours=hours)
            old = sa.select(key).where(table.c[column] < before).limit(AT_ONCE)
            done = session.connection().execute(sa.delete(table).where(key.in_(old))).rowcount
        total += done
        if done < AT_ONCE:
            return total
