"""Incidents in versions, who was told, and reviews; rows are only ever added, but for the state."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel, UniqueConstraint

from porchlight.core.columns import JSON
from porchlight.core.ids import new_id
from porchlight.core.keyring.sealed import Sealed
from porchlight.crises.incidents.values import State


class Incident(SQLModel, table=True):
    """home_id: where the first child lived on that day, if in a foster home."""

    __tablename__ = "incidents"

    id: UUID = Field(primary_key=True)  # made with the form
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    home_id: UUID | None = Field(default=None, foreign_key="resource_homes.id", index=True)
    written_by: UUID = Field(foreign_key="accounts.id")
    state: str = Field(default=State.WRITTEN, index=True)
    happened_at: datetime = Field(index=True)
    body_sha256: str


class IncidentVersion(SQLModel, table=True):
    """The whole text as somebody wrote it, from number 1. people: ids of the children, as text."""

    __tablename__ = "incident_versions"
    __table_args__ = (UniqueConstraint("incident_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    incident_id: UUID = Field(foreign_key="incidents.id", index=True)
    number: int
    kind: str
    severity: str
    happened_at: datetime
    place: str = Field(default="", sa_type=Sealed)
    words: str = Field(sa_type=Sealed)
    did: str = Field(default="", sa_type=Sealed)
    people: list[str] = Field(sa_type=JSON)
    why: str = Field(default="", sa_type=Sealed)
    written_by: UUID = Field(foreign_key="accounts.id")
    written_at: datetime
    body_sha256: str


class IncidentTold(SQLModel, table=True):
    __tablename__ = "incident_told"

    id: UUID = Field(primary_key=True)  # made with the form
    incident_id: UUID = Field(foreign_key="incidents.id", index=True)
    party: str
    at: datetime
    words: str = Field(default="", sa_type=Sealed)
    account_id: UUID = Field(foreign_key="accounts.id")


class IncidentReview(SQLModel, table=True):
    __tablename__ = "incident_reviews"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    incident_id: UUID = Field(foreign_key="incidents.id", index=True)
    version: int
    state: str
    words: str = Field(default="", sa_type=Sealed)
    account_id: UUID = Field(foreign_key="accounts.id")
    at: datetime


class IncidentFollowUp(SQLModel, table=True):
    """What follows is a task; its own id is the task's source."""

    __tablename__ = "incident_follow_ups"

    id: UUID = Field(primary_key=True)  # made with the form
    incident_id: UUID = Field(foreign_key="incidents.id", index=True)
    title: str = Field(sa_type=Sealed)
    account_id: UUID = Field(foreign_key="accounts.id")
    at: datetime
