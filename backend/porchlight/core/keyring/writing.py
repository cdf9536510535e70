"""On its way into the database each sealed value gets the key of whom its row is about."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from porchlight.core.keyring.classes import tables
from porchlight.core.keyring.current import RING
from porchlight.core.keyring.envelope import Place, row_name
from porchlight.core.keyring.ring import Found, Ring, newest_root
from porchlight.core.keyring.sealed import Bound, Sealed, Unbound

Row = Mapping[str, Any]


@cache
def sealed_columns(table: sa.Table) -> tuple[str, ...]:
    return tuple(column.key for column in table.columns if isinstance(column.type, Sealed))


def owner(connection: sa.Connection, table: sa.Table, row: Row) -> UUID:
    """Whose this row is. Raises Unbound when it does not say so."""
    for step in tables()[table.name].of:
        column, _, parent = step.partition(":")
        value = row.get(column)
        if value is not None:
            return owner_of(connection, table.metadata.tables[parent], value) if parent else UUID(str(value))
    raise Unbound(f"Nobody can be told whose this row of {table.name} is.")


def owner_of(connection: sa.Connection, table: sa.Table, *key: Any) -> UUID:
    """Whose the row with this primary key is."""
    wanted = [table.c[step.partition(":")[0]] for step in tables()[table.name].of]
    where = [column == value for column, value in zip(table.primary_key.columns, key, strict=True)]
    found = connection.execute(sa.select(*wanted).where(*where)).mappings().first()
    if found is None:
        raise Unbound(f"The row of {table.name} is not there.")
    return owner(connection, table, dict(found))


class Writing:
    """One statement: whose its rows are is asked once each."""

    def __init__(self, ring: Ring | None, connection: sa.Connection, table: sa.Table) -> None:
        self.ring, self.connection, self.table = ring, connection, table
        self.classes = tables()[table.name]
        self._found: dict[UUID, Found] = {}
        self._owners: dict[Any, UUID] = {}

    def inserted(self, row: dict[str, Any]) -> dict[str, Any]:
        if not (words := self._words(row)):
            return row
        of = tuple(row.get(step.partition(":")[0]) for step in self.classes.of)
        if of not in self._owners:
            self._owners[of] = owner(self.connection, self.table, row)
        name = row_name(*(row[column.key] for column in self.table.primary_key.columns))
        return row | {column: self._bound(column, row[column], name, self._owners[of]) for column in words}

    def updated(self, row: dict[str, Any]) -> dict[str, Any]:
        """The ORM names what it looks a row up by `table_column`."""
        if not (words := self._words(row)):
            return row
        try:
            key = tuple(row[f"{self.table.name}_{column.key}"] for column in self.table.primary_key.columns)
        except KeyError:
            raise Unbound(f"{self.table.name} is written without saying which row.") from None
        mine = owner_of(self.connection, self.table, *key)
        return row | {column: self._bound(column, row[column], row_name(*key), mine) for column in words}

    def _words(self, row: Row) -> list[str]:
        return [c for c in sealed_columns(self.table) if row.get(c) and not isinstance(row[c], Bound)]

    def _bound(self, column: str, value: Any, name: str, subject: UUID) -> Bound:
        only = self.classes.when.get(column)
        if self.ring is None:
            if newest_root(self.connection):
                raise Unbound("This database was opened without its keys.")
            return Bound(value)
        if self.ring.root(self.connection) is None or (only and not any(value.get(part) for part in only)):
            return Bound(value)
        if subject not in self._found:
            self._found[subject] = self.ring.current(self.connection, subject)
        return Bound(value, self._found[subject], Place(f"{self.table.name}.{column}", name))


def listen(engine: sa.Engine, facts: Mapping[str, Any]) -> None:
    """Each INSERT and UPDATE of this engine is looked at; what holds no sealed column passes as it is."""

    @sa.event.listens_for(engine, "before_execute", retval=True)
    def before(connection: sa.Connection, statement: Any, many: Any, one: Any, _options: Any) -> Any:
        insert = isinstance(statement, sa.Insert)
        if not (insert or isinstance(statement, sa.Update)):
            return statement, many, one
        table = statement.table
        if not isinstance(table, sa.Table) or not sealed_columns(table):
            return statement, many, one
        writing = Writing(facts.get(RING), connection, table)
        change = writing.inserted if insert else writing.updated
        return statement, [change(row) for row in many], change(one) if one else one
