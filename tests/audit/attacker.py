"""Somebody with every right in the database, who knows how seals are made; without the secret and the checkpoints' place."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa

from porchlight.audit import canon
from porchlight.audit.findings import Kind
from porchlight.audit.models import AuditEvent, AuditPerson, AuditSeal
from porchlight.core.ids import new_id


@dataclass(frozen=True)
class Way:
    """One variant of one of the seven tamperings, and what a check may call it."""

    name: str
    tampering: str
    kinds: set[Kind]


class Attacker:
    """Works on the database's address alone, through a connection of their own."""

    WAYS: ClassVar[list[Way]] = [
        Way("the act of an old row", "edit", {Kind.CHANGED, Kind.NOT_OURS}),
        Way("who did it", "edit", {Kind.CHANGED, Kind.NOT_OURS}),
        Way("when it was", "edit", {Kind.CHANGED, Kind.NOT_OURS}),
        Way("whom it names", "edit", {Kind.CHANGED, Kind.NOT_OURS}),
        Way("the list of whom it names", "edit", {Kind.HIDDEN}),
        Way("the moment of a seal", "edit", {Kind.CHANGED}),
        Way("one row", "delete", {Kind.DELETED}),
        Way("one row and its seal", "delete", {Kind.DELETED}),
        Way("one row, later ones moved up", "delete", {Kind.REWRITTEN, Kind.CUT}),
        Way("everything", "delete", {Kind.CUT}),
        Way("a row past the sealer", "insert", {Kind.INSERTED}),
        Way("a row in the middle, later ones moved down", "insert", {Kind.NOT_OURS}),
        Way("two neighbours", "swap", {Kind.CHANGED}),
        Way("two neighbours, chain made anew", "swap", {Kind.REWRITTEN}),
        Way("what two rows say", "swap", {Kind.CHANGED, Kind.NOT_OURS}),
        Way("the last rows", "truncate", {Kind.CUT}),
        Way("the last seals", "truncate", {Kind.CUT, Kind.INSERTED}),
        Way("the last rows, others after them", "truncate-and-append", {Kind.NOT_OURS, Kind.REWRITTEN}),
        Way("the last rows, as many old ones again", "truncate-and-append", {Kind.REWRITTEN, Kind.NOT_OURS}),
        Way("an edited row and all seals from there", "re-stamp", {Kind.REWRITTEN, Kind.NOT_OURS}),
        Way("all seals, with other moments", "re-stamp", {Kind.REWRITTEN}),
    ]

    def __init__(self, url: str) -> None:
        self.engine = sa.create_engine(url, poolclass=sa.NullPool)
        self._triggers: list[tuple[str, str]] = []
        self.sqlite = self.engine.dialect.name == "sqlite"
        self.events: sa.Table = AuditEvent.__table__  # type: ignore[attr-defined]
        self.seals: sa.Table = AuditSeal.__table__  # type: ignore[attr-defined]
        self.people: sa.Table = AuditPerson.__table__  # type: ignore[attr-defined]
        acts: list[Callable[[], None]] = [
            lambda: self.edit(act="visit.logged"),
            lambda: self.edit(account_id=new_id()),
            lambda: self.edit(at=self.rows()[2].at - timedelta(minutes=1)),
            lambda: self.edit(people=[str(new_id())]),
            lambda: self.run("DELETE FROM audit_people WHERE number = 3"),
            lambda: self.stamp(self.rows()[2], moved=timedelta(seconds=1)),
            lambda: self.delete([self.rows()[2]], seals=False),
            lambda: self.delete([self.rows()[2]]),
            lambda: self.again([row for row in self.rows() if row.number != 3]),
            self.everything,
            self.insert_past_the_sealer,
            self.insert_in_the_middle,
            lambda: self.again(self.swapped(), chain=False),
            lambda: self.again(self.swapped()),
            self.swap_words,
            lambda: self.cut(3),
            lambda: self.cut(3, events=False),
            lambda: self.cut_and_append(forged=True),
            lambda: self.cut_and_append(forged=False),
            self.edit_and_stamp,
            lambda: self.again(self.rows(), moved=timedelta(seconds=1)),
        ]
        self._acts = {way.name: act for way, act in zip(self.WAYS, acts, strict=True)}

    def __enter__(self) -> "Attacker":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cover()
        self.engine.dispose()

    def do(self, name: str) -> None:
        self.free()
        self._acts[name]()
        self.cover()

    def free(self) -> None:
        """Takes away what would refuse; puts it back again when done, so that nothing shows."""
        with self.engine.begin() as connection:
            if self.sqlite:
                found = connection.exec_driver_sql(
                    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit_%'"
                )
                self._triggers = [(name, text) for name, text in found if not name.endswith("_wait")]
                for name, _text in self._triggers:
                    connection.exec_driver_sql(f"DROP TRIGGER {name}")
            else:
                for table in ("audit_events", "audit_seals", "audit_people", "audit_checkpoints"):
                    connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER {table}_only_added")

    def cover(self) -> None:
        with self.engine.begin() as connection:
            for _name, text in self._triggers:
                connection.exec_driver_sql(text)
            self._triggers = []
            if not self.sqlite:
                for table in ("audit_events", "audit_seals", "audit_people", "audit_checkpoints"):
                    connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER {table}_only_added")

    def run(self, statement: Any, values: Any = None) -> None:
        with self.engine.begin() as connection:
            if isinstance(statement, str):
                connection.exec_driver_sql(statement)
            else:
                connection.execute(statement, values)

    def rows(self) -> list[Any]:
        query = sa.select(self.seals.c.number, self.seals.c.sealed_at, self.seals.c.hash, *self.events.c)
        query = query.join(self.events, self.events.c.id == self.seals.c.event_id).order_by(self.seals.c.number)
        with self.engine.connect() as connection:
            return list(connection.execute(query))

    def edit(self, number: int = 3, **values: Any) -> None:
        row = self.rows()[number - 1]
        self.run(sa.update(self.events).where(self.events.c.id == row.id).values(**values))

    def edit_and_stamp(self) -> None:
        self.edit(act="visit.logged")
        self.again(self.rows())

    def stamp(self, row: Any, *, moved: timedelta) -> None:
        where = self.seals.c.number == row.number
        self.run(sa.update(self.seals).where(where).values(sealed_at=row.sealed_at + moved))

    def delete(self, rows: list[Any], *, seals: bool = True) -> None:
        ids = [row.id for row in rows]
        if seals:
            self.run(sa.delete(self.seals).where(self.seals.c.event_id.in_(ids)))
            for row in rows:
                self.run(f"DELETE FROM audit_people WHERE number = {row.number}")
        self.run(sa.delete(self.events).where(self.events.c.id.in_(ids)))

    def everything(self) -> None:
        for table in ("audit_seals", "audit_people", "audit_checkpoints", "audit_unsealed", "audit_events"):
            self.run(f"DELETE FROM {table}")

    def again(self, rows: list[Any], *, chain: bool = True, moved: timedelta = timedelta()) -> None:
        """Writes the whole chain over these rows, in this order, with the moments that stood at each place; and the lists
        of people, too. chain: with hashes that hang together, else with those that the rows had."""
        old = self.rows()
        kept = {row.id for row in rows}
        before = canon.START
        seals, named = [], []
        for number, row in enumerate(rows, 1):
            sealed_at: datetime = old[min(number, len(old)) - 1].sealed_at + moved
            made = canon.link(before, number, sealed_at, canon.canonical(row), row.mark)
            before = made if chain else row.hash
            seals.append({"number": number, "event_id": row.id, "sealed_at": sealed_at, "hash": before})
            named += [{"number": number, "person_id": UUID(one), "at": row.at} for one in set(row.people)]
        with self.engine.begin() as connection:
            for table in ("audit_seals", "audit_people", "audit_checkpoints"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
            gone = [row.id for row in old if row.id not in kept]
            connection.execute(sa.delete(self.events).where(self.events.c.id.in_(gone)))
            connection.execute(sa.insert(self.seals), seals)
            if named:
                connection.execute(sa.insert(self.people), named)

    def swapped(self) -> list[Any]:
        rows = self.rows()
        rows[2], rows[3] = rows[3], rows[2]
        return rows

    def swap_words(self) -> None:
        one, other = self.rows()[2:4]
        for row, words in ((one, other), (other, one)):
            values = {name: getattr(words, name) for name in ("act", "subject_id", "account_id", "people", "mark")}
            self.run(sa.update(self.events).where(self.events.c.id == row.id).values(**values))

    def forged(self, like: Any) -> dict[str, Any]:
        values = {column.name: getattr(like, column.name) for column in self.events.c}
        return values | {"id": new_id(), "account_id": new_id(), "mark": f"{like.mark[:-3]}AAA"}

    def insert_like_the_product(self) -> None:
        """A row that the trigger puts into the sealer's way, so that the product itself seals it."""
        self.run(sa.insert(self.events), self.forged(self.rows()[2]))

    def insert_past_the_sealer(self) -> None:
        made = self.forged(self.rows()[2])
        self.run(sa.insert(self.events), made)
        self.run(f"DELETE FROM audit_unsealed WHERE event_id = '{made['id'].hex if self.sqlite else made['id']}'")

    def insert_in_the_middle(self) -> None:
        rows = self.rows()
        made = self.forged(rows[2])
        self.run(sa.insert(self.events), made)
        self.run("DELETE FROM audit_unsealed")
        self.again([*rows[:3], _Row(made), *rows[3:]])

    def cut(self, count: int, *, events: bool = True) -> None:
        last = self.rows()[-count:]
        if events:
            self.delete(last)
        else:
            for row in last:
                self.run(sa.delete(self.seals).where(self.seals.c.number == row.number))
                self.run(f"DELETE FROM audit_people WHERE number = {row.number}")
        self.run(f"DELETE FROM audit_checkpoints WHERE size > {last[0].number - 1}")

    def cut_and_append(self, *, forged: bool) -> None:
        """Others in the place of the last three: forged ones, or copies of older ones that still carry their marks."""
        rows = self.rows()
        made = [
            self.forged(row) | ({} if forged else {"account_id": row.account_id, "mark": row.mark}) for row in rows[:3]
        ]
        self.cut(3)
        for one in made:
            self.run(sa.insert(self.events), one)
        self.run("DELETE FROM audit_unsealed")
        self.again([*rows[:-3], *map(_Row, made)])


class _Row:
    """A row that is not read but made."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__ |= values
