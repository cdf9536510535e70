"""Mandated reports, each step with its time, and each opening of the seal. No column names who reported."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from porchlight.core.ids import new_id
from porchlight.core.keyring.sealed import Sealed
from porchlight.crises.mandated.values import State


class MandatedReport(SQLModel, table=True):
    """sealed: who reported (sealing.py). of: the mark by which the reporter finds it; it names nobody.

    child_words: whom it is about, where no case is known. The demands are those of the law when it was seen or heard.
    """

    __tablename__ = "mandated_reports"

    id: UUID = Field(primary_key=True)  # made with the form
    organization_id: UUID | None = Field(default=None, foreign_key="organizations.id")
    case_id: UUID | None = Field(default=None, foreign_key="cases.id", index=True)
    child_words: str = Field(default="", sa_type=Sealed)
    witnessed_at: datetime
    place: str = Field(default="", sa_type=Sealed)
    said: str = Field(sa_type=Sealed)
    sealed: str
    of: str = Field(index=True)
    written_at: datetime
    jurisdiction: str
    oral_due_at: datetime | None = None
    oral_source: str = ""
    written: str  # deadlines.rules.When
    written_due_at: datetime | None = None
    written_source: str = ""
    form: str = ""
    state: str = Field(default=State.OPEN, index=True)
    closed_at: datetime | None = None
    supervisor_told_at: datetime | None = None
    body_mark: str


class MandatedChild(SQLModel, table=True):
    __tablename__ = "mandated_children"

    report_id: UUID = Field(foreign_key="mandated_reports.id", primary_key=True)
    person_id: UUID = Field(foreign_key="persons.id", primary_key=True)


class MandatedStep(SQLModel, table=True):
    """One step; only ever added. by_reporter: the reporter took it, which says no more than the report itself."""

    __tablename__ = "mandated_steps"

    id: UUID = Field(primary_key=True)  # made with the form
    report_id: UUID = Field(foreign_key="mandated_reports.id", index=True)
    step: str
    at: datetime
    to_whom: str = Field(default="", sa_type=Sealed)
    number: str = Field(default="", sa_type=Sealed)
    words: str = Field(default="", sa_type=Sealed)
    by_reporter: bool
    account_id: UUID | None = Field(default=None, foreign_key="accounts.id")  # never the reporter's
    written_at: datetime
    body_mark: str


class SealOpening(SQLModel, table=True):
    """Somebody read who reported: who, when and why."""

    __tablename__ = "seal_openings"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    report_id: UUID = Field(foreign_key="mandated_reports.id", index=True)
    account_id: UUID = Field(foreign_key="accounts.id")
    at: datetime
    reason: str = Field(sa_type=Sealed)
