"""Deposits: what a phone sent, what became of it and was decided of it; what phones still hold, and what never came."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel, UniqueConstraint

from porchlight.core.columns import JSON
from porchlight.core.ids import new_id


class Deposit(SQLModel, table=True):
    __tablename__ = "deposits"
    __table_args__ = (UniqueConstraint("device_id", "seq"),)

    op_id: UUID = Field(primary_key=True)
    device_id: UUID = Field(foreign_key="devices.id", index=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    seq: int
    kind: str
    schema_number: int
    captured_at: datetime
    received_at: datetime
    sealed_sha256: str
    sealed: bytes | None = None  # kept while parked or held
    authority: str  # the device's JWS
    outcome: str
    why: str = ""
    reason: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # {"message", "params"} when it needs a fix
    receipt: str = ""
    parent_id: UUID | None = Field(default=None, index=True)


class PhoneReport(SQLModel, table=True):
    """What a phone last said of itself: the server cannot know what it has not received."""

    __tablename__ = "phone_reports"

    device_id: UUID = Field(primary_key=True, foreign_key="devices.id")
    reported_at: datetime
    waiting: list[Any] = Field(default_factory=list, sa_type=JSON)  # [number, saved at (RFC 3339)], the oldest first


class MissingSettled(SQLModel, table=True):
    """A number of a phone that never came, and that a supervisor has looked into: what came of it stands in the reason."""

    __tablename__ = "missing_settled"
    __table_args__ = (UniqueConstraint("device_id", "seq"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    device_id: UUID = Field(foreign_key="devices.id", index=True)
    seq: int
    by: UUID = Field(foreign_key="accounts.id")
    at: datetime
    reason: str


class HeldDecision(SQLModel, table=True):
    """What a supervisor decided of an item that is held: take, set_aside, bring_back or hand_on. The last one counts."""

    __tablename__ = "held_decisions"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    op_id: UUID = Field(foreign_key="deposits.op_id", index=True)
    decision: str
    by: UUID = Field(foreign_key="accounts.id")
    at: datetime
    reason: str = ""
    to_id: UUID | None = Field(default=None, foreign_key="accounts.id")  # of hand_on


class UploadTurn(SQLModel, table=True):
    """A phone was told where to send a photo's bytes: so many a minute, and no more. Gone after a while."""

    __tablename__ = "upload_turns"

    op_id: UUID = Field(primary_key=True)
    device_id: UUID = Field(index=True)
    at: datetime
