"""The audit's tables: what happened, the chain over it, who is named, and which checkpoints were put away."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from porchlight.core.columns import JSON
from porchlight.core.ids import new_id

# On SQLite the row's own number, which costs no index of its own.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class AuditEvent(SQLModel, table=True):
    """Rows are only ever added; the database refuses anything else (migration 0011)."""

    __tablename__ = "audit_events"
    __table_args__ = (sa.Index(None, "account_id", "at"),)  # how much somebody has read of late (cases/amounts)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    at: datetime = Field(index=True)
    account_id: UUID | None = Field(default=None, index=True)
    device_id: UUID | None = None
    act: str
    subject_id: UUID | None = Field(default=None, index=True)
    people: list[str] = Field(default_factory=list, sa_type=JSON)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    mark: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """That the product wrote it: a keyed hash of the row (`canon.marked`). Empty in rows of releases before the chain."""


class AuditUnsealed(SQLModel, table=True):
    """Rows that wait for their number. A trigger puts each here in the transaction that adds it, so that none is skipped,
    however late that transaction commits."""

    __tablename__ = "audit_unsealed"

    event_id: UUID = Field(primary_key=True)


class AuditSeal(SQLModel, table=True):
    """One link of the chain. Its number is its fence: of two workers only one can write it."""

    __tablename__ = "audit_seals"

    number: int = Field(primary_key=True, sa_type=NUMBER, sa_column_kwargs={"autoincrement": False})
    event_id: UUID = Field(unique=True)
    sealed_at: datetime
    hash: str


class AuditPerson(SQLModel, table=True):
    """Who is named in a sealed row: found by person in a million rows. Written with the seal, so that it costs whoever
    acts nothing."""

    __tablename__ = "audit_people"
    __table_args__ = (sa.Index("ix_audit_people_person_id_at", "person_id", "at"),)

    number: int = Field(primary_key=True, sa_type=NUMBER, sa_column_kwargs={"autoincrement": False})
    person_id: UUID = Field(primary_key=True)
    at: datetime


class AuditCheckpoint(SQLModel, table=True):
    """A checkpoint that lies in its store; only so that every node knows of it. Proof is what lies there, not this."""

    __tablename__ = "audit_checkpoints"

    size: int = Field(primary_key=True, sa_type=NUMBER, sa_column_kwargs={"autoincrement": False})
    head: str
    at: datetime = Field(index=True)
