"""Recoveries: who began each, and who agreed."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from porchlight.core.ids import new_id


class Recovery(SQLModel, table=True):
    """One person's way back in. The code that it ends in is an invitation that names it."""

    __tablename__ = "recoveries"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    started_by: UUID = Field(foreign_key="accounts.id")
    started_at: datetime
    confirmed_by: UUID | None = Field(default=None, foreign_key="accounts.id")
    confirmed_at: datetime | None = None
    used_at: datetime | None = None
    withdrawn_at: datetime | None = None
