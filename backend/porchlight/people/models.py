"""Accounts, organizations, roles, sessions and enrolled devices."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from porchlight.core.db import JSON
from porchlight.core.ids import new_id
from porchlight.people.values import DeviceState


class Organization(SQLModel, table=True):
    __tablename__ = "organizations"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str  # agency | contractor | state
    name: str
    phone: str  # the line that people ring, E.164
    hotline: str  # the state's child-abuse hotline, E.164
    time_zone: str
    jurisdiction: str


class Account(SQLModel, table=True):
    __tablename__ = "accounts"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organization_id: UUID = Field(foreign_key="organizations.id")
    email: str = Field(unique=True)
    name: str
    title: str = ""
    phone: str = ""
    locale: str = "en"
    languages: list[str] = Field(default_factory=list, sa_type=JSON)
    supervisor_id: UUID | None = Field(default=None, foreign_key="accounts.id")
    employed_since: date | None = None
    password_hash: str = ""
    demo: bool = False
    disabled_at: datetime | None = None


class AccountRole(SQLModel, table=True):
    __tablename__ = "account_roles"

    account_id: UUID = Field(foreign_key="accounts.id", primary_key=True)
    role: str = Field(primary_key=True)


class SignIn(SQLModel, table=True):
    """A live session: only the hash of its token is here."""

    __tablename__ = "sign_ins"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    token_hash: str = Field(unique=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    device_id: UUID | None = None
    started_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None = None


class SignInFailure(SQLModel, table=True):
    __tablename__ = "sign_in_failures"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_key: str = Field(index=True)  # sha256 of what was typed as e-mail
    address: str = Field(index=True)
    at: datetime


class Device(SQLModel, table=True):
    """One person's enrolment in one browser profile. revoked_at: from then on what it sends is held unopened."""

    __tablename__ = "devices"

    id: UUID = Field(primary_key=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    public_key: dict[str, Any] = Field(sa_type=JSON)
    label: str = ""
    enrolled_at: datetime
    last_seen_at: datetime
    last_proven_at: datetime | None = None
    highest_seq: int = 0
    revoked_at: datetime | None = None
    state: str = Field(default=DeviceState.ACTIVE, sa_column_kwargs={"server_default": DeviceState.ACTIVE})
    ordered_at: datetime | None = None  # of the lock or the wipe that stands
    ordered_by: UUID | None = None
    erased_at: datetime | None = None  # when it said that nothing on it can be read any more
    confirmed_at: datetime | None = None  # when it said that nothing is left on it
    sealed_left: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    drafts_lost: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # which it could not open any more


class AccessChange(SQLModel, table=True):
    """A person's access was ended or given back: by whom, when and why. The last one counts."""

    __tablename__ = "access_changes"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    ended: bool
    by: UUID = Field(foreign_key="accounts.id")
    at: datetime
    reason: str
