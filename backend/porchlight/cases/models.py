"""Families, cases, persons served, assignments and tasks."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from porchlight.core.columns import JSON
from porchlight.core.ids import new_id
from porchlight.core.keyring.sealed import Sealed, SealedJSON


class Family(SQLModel, table=True):
    __tablename__ = "families"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str
    language: str = "en"
    culture: str = ""


class Case(SQLModel, table=True):
    __tablename__ = "cases"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    family_id: UUID = Field(foreign_key="families.id", index=True)
    organization_id: UUID = Field(foreign_key="organizations.id")
    region: str = Field(default="", sa_column_kwargs={"server_default": ""})  # of a schedule; "": the agency has one
    program: str  # foster_care | in_home | wraparound | tcm
    court: bool = False
    opened_on: date
    closed_on: date | None = None
    note: str = Field(default="", sa_type=Sealed)
    hearing_on: date | None = None


class Person(SQLModel, table=True):
    """A person served, or one of the family: child, adult (served), parent, relative."""

    __tablename__ = "persons"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    role: str
    first_name: str
    last_name: str
    preferred_name: str = ""
    pronouns: str = ""
    relation: str = ""  # of a parent or relative: mother, grandfather
    born_on: date | None = None
    languages: list[str] = Field(default_factory=list, sa_type=JSON)
    school: str = Field(default="", sa_type=Sealed)
    grade: str = Field(default="", sa_type=Sealed)
    likes: str = Field(default="", sa_type=Sealed)
    calm_down: str = Field(default="", sa_type=Sealed)
    allergies: str = Field(default="", sa_type=Sealed)
    medicines: str = Field(default="", sa_type=Sealed)
    health_due_on: date | None = None
    dental_due_on: date | None = None
    alerts: list[str] = Field(default_factory=list, sa_type=SealedJSON(list))
    systems: list[str] = Field(default_factory=list, sa_type=SealedJSON(list))
    legal_status: str = Field(default="", sa_type=Sealed)
    goal: str = Field(default="", sa_type=Sealed)
    concurrent_goal: str = Field(default="", sa_type=Sealed)
    removed_on: date | None = None
    phone: str = ""


class Assignment(SQLModel, table=True):
    """Who works this case, from when to when. role: caseworker | oversight."""

    __tablename__ = "assignments"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    role: str = "caseworker"
    from_at: datetime
    to_at: datetime | None = None


class Task(SQLModel, table=True):
    __tablename__ = "tasks"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    owner_id: UUID = Field(foreign_key="accounts.id", index=True)
    kind: str = "follow_up"  # follow_up | something_is_different | held_item
    title: str = Field(sa_type=Sealed)
    due_on: date | None = None
    source_id: UUID | None = Field(default=None, index=True)
    made_at: datetime
    done_at: datetime | None = None
