"""Who somebody is at the agency's own sign-in, and what each session there belongs to."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from porchlight.core.ids import new_id


class AgencyIdentity(SQLModel, table=True):
    """An account's name at the provider: (issuer, subject), which never changes hands. shut_at: shut out over there."""

    __tablename__ = "agency_identities"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    issuer: str
    subject: str
    linked_at: datetime
    shut_at: datetime | None = None


class AgencySession(SQLModel, table=True):
    """What the provider calls a session of ours (`sid`), and the sealed token by which we ask whether it lives."""

    __tablename__ = "agency_sessions"

    sign_in_id: UUID = Field(foreign_key="sign_ins.id", primary_key=True)
    identity_id: UUID = Field(foreign_key="agency_identities.id", index=True)
    sid: str = Field(default="", index=True)
    sealed_token: str = ""
    asked_at: datetime


class SpentToken(SQLModel, table=True):
    """What was good once: the state of a round to the provider, or the id of a logout token. Only its hash is here."""

    __tablename__ = "spent_tokens"

    token_hash: str = Field(primary_key=True)
    until: datetime = Field(index=True)
