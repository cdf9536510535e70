"""Schedules, rotations, overrides, temporary schedules, swaps and what was published."""

import json
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from porchlight.core.columns import JSON
from porchlight.core.ids import new_id
from porchlight.oncall.rules import POSITIONS


class Schedule(SQLModel, table=True):
    """A region's rota. positions: whom it has, in the order of calling, up to four deep.

    revision: one higher with every change that may change who is on call; whoever keeps an answer asks it again.
    """

    __tablename__ = "schedules"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organization_id: UUID = Field(foreign_key="organizations.id")
    name: str
    region: str
    time_zone: str
    positions: list[str] = Field(
        default_factory=lambda: list(POSITIONS),
        sa_type=JSON,
        sa_column_kwargs={"server_default": json.dumps(POSITIONS)},
    )
    last_resort_id: UUID | None = Field(default=None, foreign_key="accounts.id")  # called where nobody else is
    duty_manager_id: UUID | None = Field(default=None, foreign_key="accounts.id")
    published_until: datetime | None = None
    revision: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class Rotation(SQLModel, table=True):
    """Who takes turns in one position: `length` hours, days, weeks or months each, from the wall time `first_on` at `hand_off`.

    Counts from `from_at` up to and without `until_at`: a change ends the row and makes another, so that the past stays
    as it was. windows: [{"weekdays": [0..6], "start": "17:00", "end": "08:00"}, …], none for always.
    """

    __tablename__ = "rotations"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    schedule_id: UUID = Field(foreign_key="schedules.id", index=True)
    position: str  # worker | backup | supervisor | director
    name: str = Field(default="", sa_column_kwargs={"server_default": ""})
    kind: str = Field(
        default="weekly", sa_column_kwargs={"server_default": "weekly"}
    )  # hourly | daily | weekly | monthly
    length: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    first_on: date
    hand_off: time
    priority: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # a higher one hides a lower one
    windows: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON, sa_column_kwargs={"server_default": "[]"})
    members: list[str] = Field(sa_type=JSON)  # account ids in the order of their turns
    from_at: datetime | None = None
    until_at: datetime | None = None
    made_by: UUID | None = Field(default=None, foreign_key="accounts.id")
    made_at: datetime | None = None


class Override(SQLModel, table=True):
    """account_id is on call instead of whoever it is; or only in place of `instead_of`; without account_id nobody is.

    Counts until `withdrawn_at`, where it was taken back.
    """

    __tablename__ = "overrides"
    __table_args__ = (sa.Index(None, "schedule_id", "to_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    schedule_id: UUID = Field(foreign_key="schedules.id", index=True)
    position: str
    account_id: UUID | None = Field(default=None, foreign_key="accounts.id")
    instead_of: UUID | None = Field(default=None, foreign_key="accounts.id")
    from_at: datetime
    to_at: datetime
    reason: str = ""
    made_by: UUID = Field(foreign_key="accounts.id")
    made_at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: UUID | None = Field(default=None, foreign_key="accounts.id")


class TemporarySchedule(SQLModel, table=True):
    """Replaces rotations and overrides of these positions from one moment up to and without another."""

    __tablename__ = "temporary_schedules"
    __table_args__ = (sa.Index(None, "schedule_id", "to_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    schedule_id: UUID = Field(foreign_key="schedules.id")
    positions: list[str] = Field(sa_type=JSON)
    from_at: datetime
    to_at: datetime
    reason: str = ""
    made_by: UUID = Field(foreign_key="accounts.id")
    made_at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: UUID | None = Field(default=None, foreign_key="accounts.id")


class TemporarySpan(SQLModel, table=True):
    """Who is on call in a temporary schedule; of two in one position the later row counts."""

    __tablename__ = "temporary_spans"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    temporary_id: UUID = Field(foreign_key="temporary_schedules.id", index=True)
    position: str
    account_id: UUID = Field(foreign_key="accounts.id")
    from_at: datetime
    to_at: datetime


class Swap(SQLModel, table=True):
    """asked_by's shift in one position, or a part of it, goes to taken_by once they have taken it.

    kind: asked (of asked_to) | offered (to everybody who may) | assigned (by a supervisor). state: oncall/swaps/rules.py.
    revision: the schedule's when it was asked.
    """

    __tablename__ = "swaps"
    __table_args__ = (sa.Index(None, "schedule_id", "to_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    schedule_id: UUID = Field(foreign_key="schedules.id")
    position: str
    kind: str
    asked_by: UUID = Field(foreign_key="accounts.id", index=True)
    asked_to: UUID | None = Field(default=None, foreign_key="accounts.id", index=True)
    taken_by: UUID | None = Field(default=None, foreign_key="accounts.id")
    from_at: datetime
    to_at: datetime
    state: str
    reason: str = ""
    made_by: UUID = Field(foreign_key="accounts.id")
    revision: int = 0
    asked_at: datetime
    settled_at: datetime | None = None  # when it was taken, declined, withdrawn, …


class Publication(SQLModel, table=True):
    """What was shown to everybody as settled: the shifts as they were then, [{position, account_id, from_at, to_at}, …]."""

    __tablename__ = "publications"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    schedule_id: UUID = Field(foreign_key="schedules.id", index=True)
    from_at: datetime
    to_at: datetime
    published_by: UUID = Field(foreign_key="accounts.id")
    published_at: datetime
    shifts: list[dict[str, Any]] = Field(sa_type=JSON)
