"""What an earlier release left plain is sealed, a few rows at a time, while both releases run."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from porchlight.core.db import Database
from porchlight.core.keyring.classes import tables
from porchlight.core.keyring.envelope import MARK
from porchlight.core.keyring.writing import sealed_columns

AT_ONCE = 200  # rows a transaction
NOTHING = ("", "{}", "[]", "null")


def places() -> Iterator[tuple[sa.Table, str]]:
    """Every sealed column."""
    for table in SQLModel.metadata.sorted_tables:
        for column in sealed_columns(table):
            yield table, column


def raw(table: sa.Table, column: str) -> Any:
    """The column as it lies, as text."""
    return sa.cast(sa.type_coerce(table.c[column], sa.Text), sa.Text)


def plain(table: sa.Table, column: str) -> Any:
    """Rows whose words lie open."""
    text = raw(table, column)
    wanted = [text.not_in(NOTHING), text.not_like(f"%{MARK}%")]
    if only := tables()[table.name].when.get(column):
        wanted.append(sa.or_(*(text.like(f'%"{name}": "%') for name in only)))
    return sa.and_(*wanted)


def seal_some(db: Database, table: sa.Table, column: str, *, most: int = AT_ONCE) -> int:
    """Seal up to so many rows of a column. Returns how many there were."""
    key = list(table.primary_key.columns)
    where = [part == sa.bindparam(f"{table.name}_{part.key}", type_=part.type) for part in key]
    with db.transaction() as session:
        found = sa.select(*key, table.c[column]).where(plain(table, column)).limit(most).with_for_update()
        rows = session.execute(found).all()
        given = [
            {f"{table.name}_{part.key}": value for part, value in zip(key, row, strict=False)} | {column: row[-1]}
            for row in rows
        ]
        if given:
            session.connection().execute(sa.update(table).where(*where), given)
    return len(rows)


def seal_all(db: Database) -> dict[str, int]:
    """By table.column, how many rows were sealed."""
    counts: dict[str, int] = {}
    for table, column in places():
        while done := seal_some(db, table, column):
            counts[f"{table.name}.{column}"] = counts.get(f"{table.name}.{column}", 0) + done
    return counts


def left_open(db: Database) -> dict[str, int]:
    """By table.column, how many rows still lie open."""
    with db.reading() as session:
        counts = {
            f"{table.name}.{column}": session.execute(
                sa.select(sa.func.count()).select_from(table).where(plain(table, column))
            ).scalar_one()
            for table, column in places()
        }
    return {name: count for name, count in counts.items() if count}
