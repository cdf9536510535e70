"""Check-ins, and each thing that happened to them."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from porchlight.core.ids import new_id
from porchlight.core.keyring.sealed import Sealed
from porchlight.crises.checkins.values import State


class CheckIn(SQLModel, table=True):
    """out_by: when the worker should be out; page_at: when others are called. alarm_id: the crisis that was raised for it.

    trip_id: the crisis for which they went out.
    """

    __tablename__ = "check_ins"

    id: UUID = Field(primary_key=True)  # made with the form
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    case_id: UUID | None = Field(default=None, foreign_key="cases.id")
    trip_id: UUID | None = Field(default=None, foreign_key="crises.id")
    alarm_id: UUID | None = Field(default=None, foreign_key="crises.id")
    place: str = Field(sa_type=Sealed)
    started_at: datetime
    out_by: datetime = Field(index=True)
    page_at: datetime
    state: str = Field(default=State.RUNNING, index=True)
    ending: str = ""
    ended_by: UUID | None = Field(default=None, foreign_key="accounts.id")
    ended_at: datetime | None = None
    body_sha256: str


class CheckInEntry(SQLModel, table=True):
    """One line of what happened; only ever added."""

    __tablename__ = "check_in_entries"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    check_in_id: UUID = Field(foreign_key="check_ins.id", index=True)
    at: datetime
    kind: str  # started | longer | nudged | paged | over
    account_id: UUID | None = None
    out_by: datetime | None = None
