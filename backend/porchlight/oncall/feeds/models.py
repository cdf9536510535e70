"""Addresses of calendars."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from porchlight.core.ids import new_id


class CalendarFeed(SQLModel, table=True):
    """An address under which a calendar app reads one person's shifts, or those of one schedule; only its hash is here."""

    __tablename__ = "calendar_feeds"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    schedule_id: UUID | None = Field(default=None, foreign_key="schedules.id")  # None: the person's own shifts
    token_hash: str = Field(unique=True)
    made_at: datetime
    ended_at: datetime | None = None


class CalendarTry(SQLModel, table=True):
    """An address that leads to no calendar was asked for, so that guessing gets slow; gone after the window."""

    __tablename__ = "calendar_tries"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    address: str = Field(index=True)
    at: datetime = Field(index=True)
