"""Column types of words that lie sealed: read as they were written, from whatever the database holds."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from porchlight.core.columns import JSON
from porchlight.core.keyring.current import CURRENT, RING
from porchlight.core.keyring.envelope import MARK, Place, SealBroken, close, key_of, open_up, row_name

ROW = "@"  # a value comes with its row before it, so that one that was moved does not open
END = "|"


NOWHERE = Place("", "")


class Unbound(Exception):
    """A sealed column was written, or compared, by a statement that does not say whose row it is."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A value on its way into a row; without a key it goes as it is (before this installation seals)."""

    value: Any
    key: tuple[UUID, AESGCM] | None = None
    place: Place = NOWHERE

    def written(self, as_text: Callable[[Any], str]) -> Any:
        if self.key is None:
            return self.value
        key_id, cipher = self.key
        return close(cipher, key_id, self.place, as_text(self.value))


class Sealed(sa.types.TypeDecorator[Any]):
    """Text. Empty text lies plain. No query may filter or sort by it: only `== ""` and `!= ""` mean something."""

    impl: Any = sa.String
    cache_ok = True
    name = ""  # table.column

    def column_expression(self, column: Any) -> Any:
        own = column.table.primary_key.columns if hasattr(column.table, "primary_key") else ()
        if not own:
            raise Unbound(f"{self.name} can only be read together with its row.")
        row: Any = _said(ROW)
        for number, part in enumerate(own):
            row = row + _said("/" if number else "") + sa.cast(part, sa.Text)
        return sa.type_coerce(row + _said(END) + sa.cast(column, sa.Text), self)

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002  SQLAlchemy's own names
        if isinstance(value, Bound):
            return value.written(self.write)
        if value:
            raise Unbound(f"{self.name} was given without its row.")
        return value

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002
        name, plain, erased = self.name, self.plain, self.erased

        def process(raw: Any) -> Any:
            if raw is None:
                return None
            row, value = _parted(raw)
            sealed = self.sealed_in(value)
            key_id = key_of(sealed) if sealed else None
            if sealed is None or key_id is None:
                return plain(value)
            opened = unseal(Place(name, row), key_id, sealed)
            return erased() if opened is None else self.read(opened)

        return process

    def write(self, value: Any) -> str:
        return str(value)

    def sealed_in(self, value: str) -> str | None:
        return value if value.startswith(MARK) else None

    def plain(self, value: str) -> Any:
        return value

    def read(self, opened: str) -> Any:
        return opened

    def erased(self) -> Any:
        return ""


class SealedJSON(Sealed):
    """JSON; sealed it is a JSON string, so that the column stays what it was. empty: makes what is read once it is erased."""

    impl = JSON
    cache_ok = True

    def __init__(self, empty: Callable[[], Any]) -> None:
        super().__init__()
        self.empty = empty

    def write(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    def sealed_in(self, value: str) -> str | None:
        return super().sealed_in(value[1:-1]) if value.startswith(f'"{MARK}') else None

    def plain(self, value: str) -> Any:
        return json.loads(value)

    def read(self, opened: str) -> Any:
        return json.loads(opened)

    def erased(self) -> Any:
        return self.empty()


def _said(words: str) -> Any:
    return sa.literal_column(f"'{words}'", sa.Text)


def nothing() -> None:
    """What is read of an erased column that may be empty."""


def _parted(raw: str) -> tuple[str, str]:
    """The row and the value of what a SELECT brings."""
    if not raw.startswith(ROW):
        if MARK in raw[: len(MARK) + 1]:
            raise SealBroken
        return "", raw
    row, _, value = raw[1:].partition(END)
    return row_name(row), value


def unseal(place: Place, key_id: UUID, sealed: str) -> str | None:
    """The words, or None once their key was destroyed. Raises SealBroken."""
    session = CURRENT.get()
    if session is None or RING not in session.info:
        raise SealBroken
    cipher = session.info[RING].opened(session.connection, key_id)
    return None if cipher is None else open_up(cipher, key_id, place, sealed)


@sa.event.listens_for(sa.Column, "after_parent_attach")
def _name(column: sa.Column[Any], table: Any) -> None:
    if isinstance(column.type, Sealed) and isinstance(table, sa.Table):
        column.type.name = f"{table.name}.{column.name}"
