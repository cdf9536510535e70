"""Accounts, organizations, roles, sessions and enrolled devices."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from porchlight.core.columns import JSON
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
    """revision: one higher with every change, so that whoever keeps an answer about people knows when to ask again."""

    __tablename__ = "accounts"
    __table_args__ = (sa.Index(None, "organization_id", "revision"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organization_id: UUID = Field(foreign_key="organizations.id")
    email: str = Field(unique=True)  # what they sign in with: without an e-mail their phone number, E.164
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
    revision: int = Field(default=0, sa_column_kwargs={"server_default": "0", "onupdate": sa.text("revision + 1")})


class AccountRole(SQLModel, table=True):
    __tablename__ = "account_roles"

    account_id: UUID = Field(foreign_key="accounts.id", primary_key=True)
    role: str = Field(primary_key=True)


class SignIn(SQLModel, table=True):
    """A session: only the hash of its token is here. how: rules.How; proved_at: when its person showed who they are."""

    __tablename__ = "sign_ins"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    token_hash: str = Field(unique=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    device_id: UUID | None = None
    started_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None = None
    how: str = Field(default="", sa_column_kwargs={"server_default": ""})
    label: str = Field(default="", sa_column_kwargs={"server_default": ""})  # the machine's own name, such as iPhone
    proved_at: datetime | None = None  # None: when it started


class SignInFailure(SQLModel, table=True):
    __tablename__ = "sign_in_failures"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_key: str = Field(index=True)  # sha256 of what was typed as e-mail
    address: str = Field(index=True)
    at: datetime


class Invitation(SQLModel, table=True):
    """A join code for one account; only its keyed hash is here. `entry_hash` is of the browser that has typed it."""

    __tablename__ = "invitations"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    invited_by: UUID = Field(foreign_key="accounts.id", index=True)
    code_hash: str = Field(unique=True)
    made_at: datetime
    expires_at: datetime
    entry_hash: str | None = Field(default=None, unique=True)
    entered_at: datetime | None = None
    used_at: datetime | None = None
    withdrawn_at: datetime | None = None
    recovery_id: UUID | None = Field(default=None, index=True)  # a way back in of somebody who has joined before


class Passkey(SQLModel, table=True):
    """A public key whose private half is on a person's phone, behind its screen lock (WebAuthn)."""

    __tablename__ = "passkeys"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    credential_id: str = Field(unique=True)  # base64url, as the browser names it
    public_key: str  # base64url of the COSE key
    sign_count: int
    transports: list[str] = Field(default_factory=list, sa_type=JSON)
    label: str
    backed_up: bool
    made_at: datetime
    last_used_at: datetime | None = None


class PasskeyChallenge(SQLModel, table=True):
    """What an authenticator must sign; gone as soon as an answer names it, good or bad."""

    __tablename__ = "passkey_challenges"

    challenge_hash: str = Field(primary_key=True)  # sha256, base64url
    purpose: str  # sign_in | join | add
    account_id: UUID | None = None
    address: str = Field(index=True)
    made_at: datetime = Field(index=True)


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


class DeviceShare(SQLModel, table=True):
    """The seed of what opens a locked phone again while its person is signed in; gone when the phone is revoked."""

    __tablename__ = "device_shares"

    device_id: UUID = Field(foreign_key="devices.id", primary_key=True)
    seed: str
    made_at: datetime


class AccessChange(SQLModel, table=True):
    """A person's access was ended or given back: by whom, when and why. The last one counts."""

    __tablename__ = "access_changes"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    ended: bool
    by: UUID = Field(foreign_key="accounts.id")
    at: datetime
    reason: str
