"""The audit's one table; rows are only ever added."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from porchlight.core.db import JSON
from porchlight.core.ids import new_id


class AuditEvent(SQLModel, table=True):
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
