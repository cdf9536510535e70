"""Forgetting somebody: their keys are destroyed, and what lay plain of them is blanked, column class by column class."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from porchlight.core.db import DESTROYED
from porchlight.core.keyring.classes import SEALED, tables
from porchlight.core.keyring.envelope import key_of
from porchlight.core.keyring.models import PersonKey
from porchlight.core.keyring.sealing import raw
from porchlight.core.keyring.writing import sealed_columns

GONE = "Erased"  # in the place of a name
NAMES = frozenset({"name", "first_name", "to_name", "signer_name"})
BLANKED = ("personal", "digest", "sealed", *SEALED)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many keys were destroyed, and how many rows were blanked."""

    keys: int
    rows: int


def owned(table: sa.Table, subjects: Collection[UUID]) -> Any:
    """The rows of a table that are about these."""
    before: list[Any] = []
    found = []
    for step in tables()[table.name].of:
        name, _, parent = step.partition(":")
        column: Any = table.c[name]
        if parent:
            above = table.metadata.tables[parent]
            mine = column.in_(sa.select(*above.primary_key.columns).where(owned(above, subjects)))
        else:
            mine = column.in_(list(subjects))
        found.append(sa.and_(*before, mine))
        before.append(column.is_(None))
    return sa.or_(sa.false(), *found)


def forget(session: Session, subjects: Collection[UUID], *, now: datetime) -> Forgotten:
    """Destroy the keys of these subjects and blank what lies plain of them. Rows, ids, times, states and counts stay."""
    rows = 0
    keys = _keys_of(session, subjects)
    for table in SQLModel.metadata.sorted_tables:
        if not tables()[table.name].of:
            continue
        keys |= _own_keys(session, table, subjects)
        change = _change(table)
        if change is not None:
            rows += session.connection().execute(change.where(owned(table, subjects))).rowcount
    return Forgotten(_destroy(session, keys, now), rows)


def destroy(session: Session, subjects: Collection[UUID], *, now: datetime) -> int:
    """Destroy the keys of these, whose rows are gone. Returns how many there were."""
    return _destroy(session, _keys_of(session, subjects), now)


def _keys_of(session: Session, subjects: Collection[UUID]) -> set[UUID]:
    return set(session.exec(select(PersonKey.id).where(col(PersonKey.subject_id).in_(list(subjects)))))


def _change(table: sa.Table) -> Any:
    """What becomes of rows: blanked; gone where a fingerprint of words is part of what names them; None: nothing."""
    classes = tables()[table.name].columns
    if any(classes[part.name] in BLANKED for part in table.primary_key.columns):
        return sa.delete(table)
    blank = blanks(table)
    return sa.update(table).values(blank) if blank else None


def blanks(table: sa.Table) -> dict[str, Any]:
    """What is written over the columns of a table that are about somebody."""
    wanted = tables()[table.name].of_class(*BLANKED)
    return {name: _blank(table.c[name]) for name in wanted}


def _blank(column: sa.Column[Any]) -> Any:
    if column.name in NAMES:
        return GONE
    if hasattr(column.type, "empty"):
        return column.type.empty()
    if isinstance(column.type, sa.JSON):
        return []
    return None if column.nullable else ""


def _own_keys(session: Session, table: sa.Table, subjects: Collection[UUID]) -> set[UUID]:
    """Keys of single records: one that came to a family later was sealed before anybody knew whose it is."""
    found = set()
    for name in sealed_columns(table):
        words = raw(table, name)
        query = sa.select(words).where(owned(table, subjects), words.like("%sealed:%"))
        found |= {key_of(value.strip('"')) for value in session.execute(query).scalars()}
    found.discard(None)
    if not found:
        return set()
    own = table.primary_key.columns.values()[0]
    alone = select(PersonKey.id).where(
        col(PersonKey.id).in_(found), col(PersonKey.subject_id).in_(sa.select(own).where(owned(table, subjects)))
    )
    return set(session.exec(alone)) if isinstance(own.type, sa.Uuid) else set()


def _destroy(session: Session, key_ids: Collection[UUID], now: datetime) -> int:
    living = sa.and_(col(PersonKey.id).in_(list(key_ids)), col(PersonKey.destroyed_at).is_(None))
    session.flush()
    change = sa.update(PersonKey).where(living).values(wrapped="", destroyed_at=now)
    done = session.connection().execute(change).rowcount
    session.info.setdefault(DESTROYED, []).extend(key_ids)
    session.expire_all()
    return done
