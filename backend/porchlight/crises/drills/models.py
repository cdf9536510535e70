"""Drills and how they ended."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel, UniqueConstraint

from porchlight.core.ids import new_id
from porchlight.crises.drills.values import DrillState


class Drill(SQLModel, table=True):
    """One test alert to one person; every phone of theirs has its own delivery of it, and its own answer."""

    __tablename__ = "drills"
    __table_args__ = (UniqueConstraint("account_id", "why", "for_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    alert_id: UUID | None = None  # None: there was nothing that could have rung
    why: str  # shift | weekly | asked
    for_at: datetime  # when the shift begins, or when the drill was asked for
    made_at: datetime
    due_at: datetime = Field(index=True)  # answered by then, it is passed
    state: str = DrillState.RUNNING
    ended_at: datetime | None = None
    trouble: str = ""  # no_phone | not_answered
