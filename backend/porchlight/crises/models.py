"""Crises, their timeline, acknowledgements and the escalation policy."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel, UniqueConstraint

from porchlight.core.columns import JSON
from porchlight.core.ids import new_id
from porchlight.core.keyring.sealed import Sealed, SealedJSON
from porchlight.crises.values import State


class EscalationPolicy(SQLModel, table=True):
    """levels: [{"position": "worker", "after_seconds": 0}, …], seconds counted from the moment of raising.

    duty_manager_id: called with the last resort when the chain is exhausted. nudge_seconds: how long whoever has a
    crisis may be silent; grace_seconds: how long to answer when asked.
    """

    __tablename__ = "escalation_policies"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organization_id: UUID = Field(foreign_key="organizations.id", unique=True)
    schedule_id: UUID = Field(foreign_key="schedules.id")
    levels: list[dict[str, Any]] = Field(sa_type=JSON)
    last_resort_id: UUID = Field(foreign_key="accounts.id")
    duty_manager_id: UUID | None = Field(default=None, foreign_key="accounts.id")
    nudge_seconds: int = Field(default=1200, sa_column_kwargs={"server_default": "1200"})
    grace_seconds: int = Field(default=300, sa_column_kwargs={"server_default": "300"})


class Crisis(SQLModel, table=True):
    __tablename__ = "crises"
    __table_args__ = (UniqueConstraint("number"),)

    id: UUID = Field(primary_key=True)  # made by the caller's phone
    number: int
    case_id: UUID | None = Field(default=None, foreign_key="cases.id", index=True)
    reason: str
    words: str = Field(default="", sa_type=Sealed)
    raised_by: UUID = Field(foreign_key="accounts.id")
    raised_device_id: UUID | None = None
    raised_at: datetime
    body_sha256: str
    state: str = State.RAISED
    policy: dict[str, Any] = Field(sa_type=JSON)  # a snapshot (policies/queries.py)
    level: int = -1  # the highest level paged so far
    round: int = 0
    next_due_at: datetime | None = Field(default=None, index=True)
    counted_from: datetime | None = None  # since when the chain counts, when that is not since it was raised
    attend_at: datetime | None = Field(default=None, index=True)  # when to look after whoever has it
    nudged_at: datetime | None = None


class CrisisCounter(SQLModel, table=True):
    """One row: the number that was given last."""

    __tablename__ = "crisis_counter"

    id: int = Field(primary_key=True)
    last: int


class EngineBeat(SQLModel, table=True):
    """When a worker last looked after the crises; one row a worker's name."""

    __tablename__ = "engine_beats"

    name: str = Field(primary_key=True)
    at: datetime


class CrisisEntry(SQLModel, table=True):
    """One line of a crisis' timeline; only ever added."""

    __tablename__ = "crisis_entries"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    crisis_id: UUID = Field(foreign_key="crises.id", index=True)
    at: datetime
    kind: str  # crises/_timeline.html lists them all
    account_id: UUID | None = None
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=SealedJSON(dict))


class Acknowledgement(SQLModel, table=True):
    """Who has the crisis, since when and how they took it; the first one stands until they let go of it.

    The row goes with whoever gives it back, hands it over or falls silent; the timeline keeps that it was theirs.
    """

    __tablename__ = "acknowledgements"

    crisis_id: UUID = Field(foreign_key="crises.id", primary_key=True)
    account_id: UUID = Field(foreign_key="accounts.id")
    at: datetime
    via: str  # notification | page | sms | voice | handover
