"""Schedules, weekly rotations and overrides."""

from datetime import date, datetime, time
from uuid import UUID

from sqlmodel import Field, SQLModel

from porchlight.core.db import JSON
from porchlight.core.ids import new_id


class Schedule(SQLModel, table=True):
    __tablename__ = "schedules"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organization_id: UUID = Field(foreign_key="organizations.id")
    name: str
    region: str
    time_zone: str


class Rotation(SQLModel, table=True):
    """Who takes turns in one position: a turn lasts `weeks` weeks and changes on a weekday (0 = Monday) at a wall time."""

    __tablename__ = "rotations"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    schedule_id: UUID = Field(foreign_key="schedules.id", index=True)
    position: str  # worker | backup | supervisor | director
    weekday: int
    hand_off: time
    weeks: int = 1
    first_on: date
    members: list[str] = Field(sa_type=JSON)  # account ids in the order of their turns


class Override(SQLModel, table=True):
    __tablename__ = "overrides"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    schedule_id: UUID = Field(foreign_key="schedules.id", index=True)
    position: str
    account_id: UUID = Field(foreign_key="accounts.id")
    from_at: datetime
    to_at: datetime
    reason: str = ""
    made_by: UUID = Field(foreign_key="accounts.id")
    made_at: datetime
