"""Browsers in which a person has signed in."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from porchlight.core.ids import new_id


class KnownBrowser(SQLModel, table=True):
    """A browser in which this person has signed in before; only the hash of its cookie is here. It opens nothing."""

    __tablename__ = "known_browsers"
    __table_args__ = (sa.UniqueConstraint("account_id", "secret_hash"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    secret_hash: str
    first_at: datetime
    last_at: datetime
